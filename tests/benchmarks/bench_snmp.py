"""Our SNMP reader beside pysnmp and net-snmp's C library: work per second of the client's CPU.

One responder answers all of them (C, never the bottleneck; for v3 engines in Python); 64 devices
in flight; a poll is 8 counters of 50 interfaces, one GETBULK of 25 repetitions for all columns; a
walk is ifTable, up to 100 repetitions. Ours hands a walk over as text and Python values, the
others as they decode it. Runs are interleaved, figures are medians of three. A run that misses a
cell is an error.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.benchmarks.snmp_agents import INTERFACES, compile_c, write_image

Figure = Mapping[str, Any]
ROUNDS = 3
ENGINES = 128
ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Client:
    """One contender: its command, how many devices it asks, and how many cells each has."""

    command: tuple[str, ...]
    count: int
    cells_each: int

    def run(self) -> float:
        """Devices per CPU-second; an error when cells are missing."""
        done = subprocess.run(
            self.command, capture_output=True, text=True, check=True, cwd=ROOT, timeout=60
        )
        found = json.loads(done.stdout)
        if found["cells"] != self.count * self.cells_each:
            raise RuntimeError(f"{self.command[2:]}: {found['cells']} cells")
        return float(self.count / found["cpu_s"])


def ours(name: str, kind: str, ports: str, count: int, cells_each: int) -> Client:
    """A client of `snmp_clients`."""
    module = (sys.executable, "-m", "tests.benchmarks.snmp_clients")
    return Client((*module, name, kind, ports, str(count)), count, cells_each)


def measure(*clients: Client) -> list[float]:
    """The median of each, runs interleaved."""
    rounds = [[client.run() for client in clients] for _ in range(ROUNDS)]
    return [statistics.median(values) for values in zip(*rounds, strict=True)]


@contextmanager
def process(*command: str) -> Iterator[str]:
    """A helper that prints a line when it is ready and ends when we close its input."""
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as running:
        assert running.stdout is not None and running.stdin is not None
        try:
            yield running.stdout.readline().strip()
        finally:
            running.stdin.close()
            try:
                running.wait(5)
            except subprocess.TimeoutExpired:
                running.kill()


def figure(name: str, value: float, unit: str, *, peer: str, than: float, goal: float) -> Figure:
    """One comparison; the goal is a ratio to the peer."""
    return {
        "name": name,
        "value": round(value, 1),
        "unit": unit,
        "peer": peer,
        "peer_value": round(than, 1),
        "ratio": round(value / than, 2),
        "goal": f"≥ {goal:g}×",
        "met": value >= goal * than,
    }


def _v2c(folder: Path) -> list[Figure]:
    image, responder = folder / "image", folder / "responder"
    write_image(image)
    reason = compile_c("responder.c", responder)
    if reason:
        return [skipped("snmp: v2c", reason)]
    c_client = folder / "netsnmp_client"
    no_peer = compile_c("netsnmp_client.c", c_client, "-lnetsnmp")
    polled, walked = 8 * INTERFACES, 22 * INTERFACES
    figures: list[Figure] = []
    with process(str(responder), str(image)) as port:
        for kind, cells, counts, goals in (
            ("poll", polled, (800, 24, 800), (50, 0.2)),
            ("walk", walked, (200, 8, 400), (45, 0.3)),
        ):
            clients = [
                ours("own", kind, port, counts[0], cells),
                ours("pysnmp-v1arch", kind, port, counts[1], cells),
            ]
            if not no_peer:
                command = (str(c_client), kind, port, str(counts[2]), "64")
                clients.append(Client(command, counts[2], cells))
            own, pysnmp, *netsnmp = measure(*clients)
            name, unit = f"snmp: v2c {kind}, {cells} cells a device", "devices/CPU-s"
            figures.append(
                figure(name, own, unit, peer="pysnmp v1arch", than=pysnmp, goal=goals[0])
            )
            for than in netsnmp:
                peer = "net-snmp C library"
                figures.append(figure(name, own, unit, peer=peer, than=than, goal=goals[1]))
    if no_peer:
        figures.append(skipped("snmp: beside net-snmp's C library", no_peer))
    return figures


def _v3() -> list[Figure]:
    module = "tests.benchmarks.snmp_agents"
    with process(sys.executable, "-m", module, str(ENGINES)) as line:
        ports = line.replace(" ", ",")
        few = ",".join(line.split()[:16])  # what it does not poll need not be discovered
        cells = 8 * INTERFACES
        own, pysnmp = measure(
            ours("own", "v3poll", ports, 384, cells),
            ours("pysnmp-v3arch", "v3poll", few, 16, cells),
        )
        first, first_pysnmp = measure(
            ours("own", "v3first", ports, ENGINES, 1),
            ours("pysnmp-v3arch", "v3first", ports, ENGINES, 1),
        )
    name = "snmp: v3 SHA-256/AES poll, digests verified"
    return [
        figure(name, own, "devices/CPU-s", peer="pysnmp v3arch", than=pysnmp, goal=40),
        figure(
            "snmp: v3 discovery, keys and first answer",
            first,
            "devices/CPU-s",
            peer="pysnmp v3arch",
            than=first_pysnmp,
            goal=20,
        ),
    ]


def skipped(name: str, reason: str) -> Figure:
    """A figure that could not be taken here, and why."""
    return {
        "name": name,
        "value": None,
        "unit": "",
        "peer": reason,
        "peer_value": None,
        "ratio": None,
        "goal": "",
        "met": None,
    }


def bench() -> list[Figure]:
    """Every figure of SNMP."""
    with tempfile.TemporaryDirectory() as folder:
        return [*_v2c(Path(folder)), *_v3()]


if __name__ == "__main__":
    for each in bench():
        print(each)
