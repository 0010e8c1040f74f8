"""Real VictoriaMetrics and Prometheus, each in a folder of its own, on a free loopback port."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

STARTS_WITHIN_S = 30.0


@dataclass(frozen=True)
class Engine:
    """A running server."""

    name: str
    url: str
    """For `NOC_SAMPLES`: `victoriametrics+http://…` or `prometheus+http://…`."""
    base: str
    """Its HTTP interface."""
    process: subprocess.Popen[bytes]
    data: Path

    def cpu_s(self) -> float:
        """Processor seconds used so far (Linux)."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / 100


def installed(name: str) -> bool:
    """Whether `victoria-metrics` or `prometheus` is here."""
    return shutil.which(_PROGRAMS[name]) is not None


_PROGRAMS = {"victoriametrics": "victoria-metrics", "prometheus": "prometheus"}


@contextmanager
def engine(name: str, folder: Path, *, port: int | None = None) -> Iterator[Engine]:
    """The server, ready to answer; killed at the end."""
    folder.mkdir(parents=True, exist_ok=True)
    data = folder / "data"
    for _attempt in range(5):  # another process may take the free port before the server does
        chosen = port or _free_port()
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(
                _command(name, folder, data, chosen), stdout=log, stderr=log, cwd=folder
            )
        base = f"http://127.0.0.1:{chosen}"
        try:
            if _answers(process, f"{base}{'/-/ready' if name == 'prometheus' else '/health'}"):
                yield Engine(name, f"{name}+{base}", base, process, data)
                return
        finally:
            process.kill()
            process.wait()
    raise AssertionError(f"{name} does not start: {(folder / 'log').read_text()[-2000:]}")


def _command(name: str, folder: Path, data: Path, port: int) -> list[str]:
    if name == "victoriametrics":
        return [
            _PROGRAMS[name],
            f"-storageDataPath={data}",
            f"-httpListenAddr=127.0.0.1:{port}",
            "-retentionPeriod=100y",
            "-loggerLevel=WARN",
        ]
    settings = folder / "prometheus.yml"
    # What waited while it was down comes late, and each test begins the hours anew.
    settings.write_text("storage: {tsdb: {out_of_order_time_window: 12h}}\n")
    return [
        _PROGRAMS[name],
        f"--config.file={settings}",
        f"--storage.tsdb.path={data}",
        f"--web.listen-address=127.0.0.1:{port}",
        "--web.enable-remote-write-receiver",
        "--storage.tsdb.retention.time=100y",
        "--log.level=warn",
    ]


def _answers(process: subprocess.Popen[bytes], url: str) -> bool:
    deadline = time.monotonic() + STARTS_WITHIN_S
    while process.poll() is None and time.monotonic() < deadline:
        try:
            if httpx.get(url, timeout=2).status_code == 200:
                return True
        except httpx.HTTPError:
            pass
        time.sleep(0.05)
    return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
