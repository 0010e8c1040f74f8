"""Our SNMP reader beside pysnmp and net-snmp's C library: work per second of the client's CPU.

One responder answers all of them (C, never the bottleneck; a v3 engine per address); 64 devices
in flight; a poll is 8 counters of 50 interfaces, one GETBULK of 25 repetitions for all columns; a
walk is ifTable, up to 100 repetitions. Ours hands a walk over as text and Python values, the
others as they decode it. Runs are interleaved, figures are medians of three. A run that misses a
cell is an error.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from noc_console.wire.decoder import KIND
from tests.benchmarks import fleet
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
    is_pure: bool = False
    """Without the compiled decoder."""

    def run(self) -> float:
        """Devices per CPU-second; an error when cells are missing."""
        done = subprocess.run(
            self.command,
            capture_output=True,
            text=True,
            check=True,
            cwd=ROOT,
            timeout=60,
            env={**os.environ, "NOC_PURE": "1" if self.is_pure else ""},
        )
        found = json.loads(done.stdout)
        if found["cells"] != self.count * self.cells_each:
            raise RuntimeError(f"{self.command[2:]}: {found['cells']} cells")
        return float(self.count / found["cpu_s"])


def ours(
    name: str, kind: str, ports: str, count: int, cells_each: int, *, pure: bool = False
) -> Client:
    """A client of `snmp_clients`."""
    module = (sys.executable, "-m", "tests.benchmarks.snmp_clients")
    return Client((*module, name, kind, ports, str(count)), count, cells_each, pure)


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


GOALS = {
    "pure": {"poll": (60, 0.22), "walk": (45, 0.3), "v3poll": (40, 0.55)},
    "compiled": {"poll": (100, 0.4), "walk": (45, 0.55), "v3poll": (40, 0.55)},
}
"""How often pysnmp's and net-snmp's figure, by decoder."""
COUNTS = {"poll": (800, 24, 800), "walk": (400, 8, 400), "v3poll": (800, 16, 800)}
"""Devices that ours, pysnmp and net-snmp ask."""
NAMES = {
    "poll": f"snmp: v2c poll, {8 * INTERFACES} cells a device",
    "walk": f"snmp: v2c walk, {22 * INTERFACES} cells a device",
    "v3poll": "snmp: v3 SHA-256/AES poll, digests verified",
}


def _beside_net_snmp(folder: Path) -> list[Figure]:
    """Ours, pure and compiled, pysnmp and net-snmp's C library at the same C responder."""
    image, responder = folder / "image", folder / "responder"
    write_image(image)
    reason = compile_c("responder.c", responder, "-lcrypto")
    if reason:
        return [skipped("snmp: polls and walks", reason)]
    c_client = folder / "netsnmp_client"
    no_peer = compile_c("netsnmp_client.c", c_client, "-lnetsnmp")
    figures: list[Figure] = []
    with process(str(responder), str(image)) as port:
        for kind in NAMES:
            figures += _one_kind(kind, port, None if no_peer else c_client)
    if no_peer:
        figures.append(skipped("snmp: beside net-snmp's C library", no_peer))
    if KIND != "compiled":
        figures.append(skipped("snmp: with the compiled decoder", "not built (`make decoder`)"))
    return figures


def _one_kind(kind: str, port: str, c_client: Path | None) -> list[Figure]:
    """One kind of question, asked by everybody."""
    count, few, many = COUNTS[kind]
    cells = (22 if kind == "walk" else 8) * INTERFACES
    pysnmp = "pysnmp v3arch" if kind == "v3poll" else "pysnmp v1arch"
    contenders = {
        "pure": ours("own", kind, port, count, cells, pure=True),
        pysnmp: ours(pysnmp.replace(" ", "-"), kind, port, few, cells),
    }
    if KIND == "compiled":
        contenders["compiled"] = ours("own", kind, port, count, cells)
    if c_client is not None:
        command = (str(c_client), kind, port, str(many), "64")
        contenders["net-snmp C library"] = Client(command, many, cells)
    found = dict(zip(contenders, measure(*contenders.values()), strict=True))
    return [
        figure(
            NAMES[kind] + (", compiled decoder" if decoder == "compiled" else ""),
            found[decoder],
            "devices/CPU-s",
            peer=peer,
            than=found[peer],
            goal=goal,
        )
        for decoder in GOALS
        for peer, goal in zip((pysnmp, "net-snmp C library"), GOALS[decoder][kind], strict=True)
        if decoder in found and peer in found
    ]


def _v3_first() -> list[Figure]:
    """What a v3 engine costs before it answers for the first time; the engines are in Python."""
    module = "tests.benchmarks.snmp_agents"
    with process(sys.executable, "-m", module, str(ENGINES)) as line:
        ports = line.replace(" ", ",")
        own, pysnmp = measure(
            ours("own", "v3first", ports, ENGINES, 1),
            ours("pysnmp-v3arch", "v3first", ports, ENGINES, 1),
        )
    name = "snmp: v3 discovery, keys and first answer"
    return [figure(name, own, "devices/CPU-s", peer="pysnmp v3arch", than=pysnmp, goal=20)]


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
    """Every figure of SNMP, and a collector's with ten thousand agents."""
    with tempfile.TemporaryDirectory() as folder:
        figures = [*_beside_net_snmp(Path(folder)), *_v3_first()]
    polls = (
        one["peer_value"]
        for one in figures
        if str(one["peer"]).startswith("pysnmp v1arch") and "poll" in one["name"]
    )
    return [*figures, *fleet.figures(pysnmp_per_cpu_s=next(polls, None))]


if __name__ == "__main__":
    for each in bench():
        print(each)
