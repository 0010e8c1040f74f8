"""The simulated network: how much a thousand agents cost, and how fast they answer.

A thousand and more agents stand in one process; each is asked until its whole MIB is built. Then
32 requests are kept in flight, half GETs of eight counters, half GETBULKs of twenty rows, and the
CPU seconds of the lab's process are counted. net-snmp's snmpd answers the same questions beside it:
one agent written in C, for scale.
"""

from __future__ import annotations

import json
import os
import select
import socket
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from itertools import cycle
from pathlib import Path
from typing import IO, Any

from noc_console.wire import ber, oid, snmp
from noc_console.wire.snmp import Pdu
from tests.lab.snmpd import snmpd

AGENTS = 1_000
REQUESTS = 12_000
ROUNDS = 3
IN_FLIGHT = 32
PATIENCE_S = 10.0
ROOT = Path(__file__).resolve().parents[2]

Figure = Mapping[str, Any]
Peer = tuple[str, int]


def request(kind: int, names: list[str], *numbers: int) -> bytes:
    varbinds = [(oid.encode(name), ber.NULL, b"") for name in names]
    return snmp.encode_message(1, b"public", Pdu(kind, 1, *numbers, varbinds=varbinds))


SYSTEM = "1.3.6.1.2.1.1"
QUESTIONS = (
    request(snmp.GET, [f"{SYSTEM}.{n}.0" for n in (1, 2, 3, 4, 5, 6)]
            + [f"1.3.6.1.2.1.2.2.1.{n}.1" for n in (10, 16)]),
    request(snmp.GETBULK, [f"{SYSTEM}"], 0, 20),
)  # fmt: skip


@contextmanager
def lab(count: int) -> Iterator[tuple[list[Peer], Callable[[], dict[str, float]]]]:
    """A lab process: its agents, and a way to ask for its figures."""
    command = (sys.executable, "-m", "tests.benchmarks.lab_process", str(count))
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as process:
        assert process.stdin is not None and process.stdout is not None
        seeds = json.loads(process.stdout.readline())
        peers = [(host, int(port)) for host, _, port in (seed.rpartition(":") for seed in seeds)]
        try:
            yield peers, lambda: _figures(process.stdin, process.stdout)
        finally:
            process.stdin.close()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()


def _figures(questions: IO[str] | None, answers: IO[str] | None) -> dict[str, float]:
    assert questions is not None and answers is not None
    questions.write("\n")
    questions.flush()
    found: dict[str, float] = json.loads(answers.readline())
    return found


def ask(peers: list[Peer], count: int) -> None:
    """So many requests, round after round over the agents; an error when one stays unanswered."""
    to, questions = cycle(peers), cycle(QUESTIONS)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        sock.settimeout(PATIENCE_S)
        for _ in range(min(IN_FLIGHT, count)):
            sock.sendto(next(questions), next(to))
        for answered in range(count):
            reply = sock.recv(4096)
            if len(reply) < 100:
                raise RuntimeError("an answer without its values")
            if answered + IN_FLIGHT < count:
                sock.sendto(next(questions), next(to))
        if select.select([sock], [], [], 0)[0]:
            raise RuntimeError("more answers than questions")


def cpu_of(pid: int) -> float:
    """CPU seconds a process has used (user and system)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def rate(peers: list[Peer], cpu: Callable[[], float]) -> float:
    """Requests per CPU-second of whoever answers: the median of three runs."""
    rounds = []
    for _ in range(ROUNDS):
        before = cpu()
        ask(peers, REQUESTS)
        rounds.append(REQUESTS / (cpu() - before))
    return statistics.median(rounds)


def snmpd_rate() -> float | None:
    """The same asked of the real snmpd; None where there is none."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            with snmpd(Path(folder)) as agent:
                pid = agent.process.pid
                return rate([(agent.address, agent.port)], lambda: cpu_of(pid))
        except FileNotFoundError:
            return None


def bench() -> Iterator[Figure]:
    """Memory and speed of a thousand agents."""
    with lab(AGENTS) as (peers, figures):
        ask(peers, len(peers) * len(QUESTIONS))
        own = rate(peers, lambda: figures()["cpu_s"])
        found = figures()
    peer = snmpd_rate()
    name = f"lab: {len(peers)} agents in one process"
    yield {
        "name": f"{name}, every MIB built", "value": round(found["memory_mb"]), "unit": "MB",
        "peer": "none", "peer_value": None, "ratio": None, "goal": "< 400 MB",
        "met": found["memory_mb"] < 400,
    }  # fmt: skip
    yield {
        "name": f"{name}, GET of 8 and GETBULK of 20", "value": round(own),
        "unit": "requests/CPU-s",
        "peer": "net-snmp snmpd, one agent in C", "peer_value": peer and round(peer),
        "ratio": round(own / peer, 2) if peer else None, "goal": "≥ 2,000 on one core",
        "met": own >= 2_000,
    }  # fmt: skip
