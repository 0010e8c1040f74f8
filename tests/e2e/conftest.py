"""The console as its users run it: processes of its own, on a store of its own."""

from __future__ import annotations

import io
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from noc_console.app import cli

ROOT = Path(__file__).resolve().parents[2]
INTERVAL_S = 1.0


class Console:
    """One installation: its data folder, its ports, and its processes."""

    def __init__(self, folder: Path, base: str, compiled: Path) -> None:
        self.folder = folder
        self.base = base
        self.compiled = compiled
        self.store = ""
        self.trap_port, self.syslog_port, self.snmp_port = _free_udp_ports(3)
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "config.toml").write_text(
            f'listen = "127.0.0.1"\nname = "e2e"\n'
            f"trap_port = {self.trap_port}\nsyslog_port = {self.syslog_port}\n"
            'netflow_port = 0\nipfix_port = 0\nsflow_port = 0\nmetrics = "127.0.0.1:0"\n'
        )

    def own_fallbacks(self) -> None:
        """Beside the lab the fallback ports are used: these, so that nobody else's are."""
        with (self.folder / "config.toml").open("a") as file:
            file.write(
                f"trap_port_fallback = {self.trap_port}\n"
                f"syslog_port_fallback = {self.syslog_port}\n"
            )

    @property
    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "NOC_DATA": str(self.folder),
            "NOC_CONFIG": str(self.folder / "config.toml"),
            "NOC_POLL_INTERVAL": str(INTERVAL_S),
            "QT_QPA_PLATFORM": "offscreen",
            # As installed: what was compiled once is not compiled at every start.
            "PYTHONDONTWRITEBYTECODE": "",
            "PYTHONPYCACHEPREFIX": str(self.compiled),
            **({"NOC_STORE": self.store} if self.store else {}),
        }

    def start(self, name: str, *words: str) -> subprocess.Popen[bytes]:
        log = (self.folder / f"{name}.out").open("ab")
        process = subprocess.Popen(
            [sys.executable, "-m", "noc_console", *words],
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
        log.close()
        self.running[name] = process
        return process

    def start_lab(self, *words: str) -> None:
        self.start(
            "lab",
            *("lab", "--base", self.base, "--snmp-port", str(self.snmp_port), "--no-ssh"),
            *("--trap-to", f"127.0.0.1:{self.trap_port}"),
            *("--syslog-to", f"127.0.0.1:{self.syslog_port}"),
            *words,
        )
        self.until(lambda: self.look("lab.status")["running"], "the lab runs")

    def start_collector(self) -> None:
        self.start("collector", "collect")

    def kill(self, name: str) -> None:
        """As a power cut would."""
        process = self.running.pop(name)
        process.send_signal(signal.SIGKILL)
        process.wait(10)

    def close(self) -> None:
        for process in self.running.values():
            process.terminate()
        for process in self.running.values():
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(5)

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "noc_console", *words],
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=100,
            check=False,
        )

    def ask(self, *words: str) -> Any:
        """An operation's answer as JSON."""
        done = self.run(*words, "--json")
        assert done.returncode == 0, f"{words}: {done.stderr}\n{self.logs()}"
        return json.loads(done.stdout)

    def look(self, *words: str) -> Any:
        """As `ask`, without the start of a process: for waiting, several times a second."""
        answer = io.StringIO()
        with mock.patch.dict(os.environ, self.environment), redirect_stdout(answer):
            code = cli.main([*words, "--json"])
        assert code == 0, f"{words}: {self.logs()}"
        return json.loads(answer.getvalue())

    def until(self, condition: Callable[[], Any], what: str, patience_s: float = 60) -> Any:
        end = time.monotonic() + patience_s
        while time.monotonic() < end:
            if found := condition():
                return found
            time.sleep(0.2)
        pytest.fail(f"never happened: {what}\n{self.logs()}")

    def logs(self) -> str:
        """The end of what the processes said, for a failing test."""
        files = [*self.folder.glob("*.out"), *self.folder.glob("logs/*.log")]
        return "\n".join(f"== {file.name}\n{file.read_text()[-1500:]}" for file in files)


def _free_udp_ports(count: int) -> list[int]:
    socks = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(count)]
    for sock in socks:
        sock.bind(("127.0.0.1", 0))
    ports = [sock.getsockname()[1] for sock in socks]
    for sock in socks:
        sock.close()
    return ports


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("compiled")


@pytest.fixture
def console(tmp_path: Path, compiled: Path) -> Iterator[Console]:
    # Each worker its own loopback network, so that two labs can run side by side.
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    made = Console(tmp_path / "console", f"127.{60 + 4 * int(worker)}.0.0", compiled)
    yield made
    made.close()
