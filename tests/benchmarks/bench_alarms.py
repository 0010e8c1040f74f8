"""The alarm desk with 100,000 active alarms, and the same through a plain QSortFilterProxyModel.

Both in processes of their own on the same kind of store (SQLite, filled through the service), one
after the other; a third process changes a thousand alarms a second, as a collector would.
The desk follows the store as in the console: journal, tail, feed, `alarms.listed`. The peer asks
the same question and tells its model row by row. A late frame is a five-millisecond timer that
waited longer than 16.6 ms, whoever took the processor.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

Figure = Mapping[str, Any]
DESK_S, PROXY_S = 30, 15
PATIENCE_S = 900
PEER = "QSortFilterProxyModel"


def bench() -> list[Figure]:
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        _run(folder, "fill", 0)
        for name in ("desk", "proxy"):
            (folder / name).mkdir()
            for file in folder.glob("noc*"):
                shutil.copy(file, folder / name / file.name)
        desk = json.loads(_run(folder / "desk", "desk", DESK_S))
        proxy = json.loads(_run(folder / "proxy", "proxy", PROXY_S))
    return figures(desk, proxy)


def figures(desk: Mapping[str, Any], proxy: Mapping[str, Any]) -> list[Figure]:
    """What both told, side by side."""
    busy, plain, stored = desk["busy"], proxy["busy"], desk["stored"]
    all_acked = stored["left"] == 0
    return [
        _figure("first alarms on screen", desk["first_s"], "s", None, 0.5),
        _figure("100,000 alarms opened", desk["open_s"], "s", proxy["open_s"], 8.0),
        _figure("memory for 100,000", desk["memory_mb"], "MB", proxy["memory_mb"], 350.0),
        _figure("filter", desk["filter_ms"], "ms", proxy["filter_ms"], 250.0),
        _figure("sort by object", desk["sort_ms"], "ms", proxy["sort_ms"], 1_000.0),
        _figure("acknowledge all", stored["s"], "s", None, 30.0, holds=all_acked),
        _figure("longest stall meanwhile", stored["stall_ms"], "ms", None, 100.0),
        _figure("changes a second followed", desk["rate"], "/s", proxy["rate"], 900.0, least=True),
        _figure(
            "longest stall at 1,000 changes/s", busy["max"], "ms", plain["max"], 100.0,
            holds=bool(desk["stays"]),
        ),
        _figure("99 % of frames", busy["p99"], "ms", plain["p99"], 16.6),
        _figure("frames over 16.6 ms in 30 s", busy["late"], "", plain["late"] * 2, 60.0),
    ]  # fmt: skip


def _figure(
    name: str,
    value: float,
    unit: str,
    peer: float | None,
    goal: float,
    *,
    least: bool = False,
    holds: bool = True,
) -> Figure:
    """`holds`: what must be true besides, e.g. that nothing was lost on the way."""
    met = (value >= goal if least else value <= goal) and holds
    return {
        "name": f"alarms: {name}",
        "value": round(value, 2),
        "unit": unit,
        "peer": "" if peer is None else PEER,
        "peer_value": None if peer is None else round(peer, 2),
        "ratio": round(value / peer, 4) if peer else None,
        "goal": f"{'≥' if least else '≤'} {goal:g}",
        "met": met,
    }


def _run(folder: Path, mode: str, seconds: float) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.alarm_desk", str(folder), mode, str(seconds)],
        cwd=Path(__file__).resolve().parents[2],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        timeout=PATIENCE_S,
    )
    lines = done.stdout.strip().splitlines()
    return lines[-1] if lines else ""
