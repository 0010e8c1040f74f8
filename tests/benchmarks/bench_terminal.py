"""Terminals: bytes parsed beside pyte and xterm.js; painting and SSH by modules of their own.

Each engine is 80×24 with 10,000 lines of scrollback and gets the same payloads in pieces of
64 KiB; ours with its host, as sessions use it. Runs are interleaved, figures are medians of
three. pyte is given less of each (it is that slow); xterm.js runs in node where its package was
installed (`npm install --prefix build/xterm @xterm/headless`).
"""

from __future__ import annotations

import json
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyte

from noc_console.adapters.terminal.opening import open_engine
from noc_console.services.terminal.model import Palette, Query, Size
from tests.benchmarks import terminal_paint, terminal_ssh
from tests.benchmarks.terminal_payloads import COLUMNS, MIB, ROWS, payloads

Figure = Mapping[str, Any]

ROUNDS = 3
CHUNK = 65_536
OURS, THEIRS_XTERM, THEIRS_PYTE = 16 * MIB, 4 * MIB, 192 * 1024
TIMES_PYTE, TIMES_XTERM = 100, 3
LINES = 100_000
HERE = Path(__file__).resolve().parent
XTERM = HERE.parents[1] / "build" / "xterm" / "node_modules" / "@xterm" / "headless"


def ours(payload: bytes) -> float:
    """MB/s."""
    engine = open_engine(Size(COLUMNS, ROWS), scrollback=10_000)
    engine.set_palette(Palette(0xDDDDDD, 0x101010))
    began = time.perf_counter()
    for at in range(0, len(payload), CHUNK):
        engine.feed(payload[at : at + CHUNK])
    took = time.perf_counter() - began
    engine.close()
    return len(payload) / took / 1e6


def on_pyte(payload: bytes) -> float:
    screen = pyte.HistoryScreen(COLUMNS, ROWS, history=10_000)
    stream = pyte.ByteStream(screen)
    began = time.perf_counter()
    for at in range(0, len(payload), CHUNK):
        stream.feed(payload[at : at + CHUNK])
    return len(payload) / (time.perf_counter() - began) / 1e6


def on_xterm(given: Mapping[str, bytes]) -> dict[str, float]:
    """MB/s by payload, from one process of node; empty where there is no xterm.js."""
    node = shutil.which("node")
    if node is None or not XTERM.is_dir():
        return {}
    with tempfile.TemporaryDirectory() as folder:
        files = {}
        for number, (name, payload) in enumerate(given.items()):
            files[name] = Path(folder) / str(number)
            files[name].write_bytes(payload)
        script = str(HERE / "xterm_parse.js")
        command = (node, script, str(XTERM), *map(str, files.values()))
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    took = json.loads(done.stdout)
    return {name: len(given[name]) / took[str(path)] / 1e6 for name, path in files.items()}


def bench() -> list[Figure]:
    return [*_parsing(), _searching(), *terminal_paint.figures(), *terminal_ssh.figures()]


def _parsing() -> list[Figure]:
    large, middle, small = payloads(OURS), payloads(THEIRS_XTERM), payloads(THEIRS_PYTE)
    mine: dict[str, list[float]] = {name: [] for name in large}
    pytes: dict[str, list[float]] = {name: [] for name in large}
    xterms: dict[str, list[float]] = {name: [] for name in large}
    for _ in range(ROUNDS):
        for name in large:
            mine[name].append(ours(large[name]))
            pytes[name].append(on_pyte(small[name]))
        for name, rate in on_xterm(middle).items():
            xterms[name].append(rate)
    figures = []
    for name in large:
        rate = statistics.median(mine[name])
        slow = statistics.median(pytes[name])
        figures.append(_beside(name, rate, "pyte HistoryScreen", slow, TIMES_PYTE))
        if xterms[name]:
            other = statistics.median(xterms[name])
            figures.append(_beside(name, rate, "xterm.js", other, TIMES_XTERM))
    if not any(xterms.values()):
        figures.append(_untaken("parse beside xterm.js", "node or @xterm/headless is not here"))
    return figures


def _searching() -> Figure:
    """A word in 100,000 lines, all of it; the window does it in slices of a few milliseconds."""
    engine = open_engine(Size(200, 60), scrollback=LINES)
    line = (
        b"core-%d GigabitEthernet0/0/%d is up, line protocol is up, 5 minute rate %d bits/sec\r\n"
    )
    for start in range(0, LINES, 1_000):
        engine.feed(b"".join(line % (n % 9, n % 48, n * 7) for n in range(start, start + 1_000)))
    engine.feed(b"the needle\r\n")
    began = time.perf_counter()
    finder = engine.find(Query("needle"))
    slices = [0.0]
    while not finder.is_done:
        before = time.perf_counter()
        finder.advance(0.004)
        slices.append(time.perf_counter() - before)
    took = time.perf_counter() - began
    found = len(finder.matches)
    engine.close()
    if found != 1:
        raise RuntimeError(f"{found} needles were found instead of one")
    return {
        "name": f"a search through {LINES:,} lines of scrollback, in slices of at most"
        f" {max(slices) * 1000:.1f} ms",
        "value": round(took * 1000),
        "unit": "ms",
        "peer": "",
        "peer_value": None,
        "ratio": None,
        "goal": "none set: told for itself",
        "met": None,
    }


def _beside(name: str, rate: float, peer: str, peer_rate: float, times: int) -> Figure:
    return {
        "name": f"parse: {name}",
        "value": round(rate, 1),
        "unit": "MB/s",
        "peer": peer,
        "peer_value": round(peer_rate, 3),
        "ratio": round(rate / peer_rate, 1),
        "goal": f"{times}× {peer}",
        "met": rate >= times * peer_rate,
    }


def _untaken(name: str, why: str) -> Figure:
    return {
        "name": name,
        "value": None,
        "unit": "MB/s",
        "peer": why,
        "peer_value": None,
        "ratio": None,
        "goal": "",
        "met": None,
    }
