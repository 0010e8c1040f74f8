"""The map beside what others make maps of: a QGraphicsView with an item per device, name and
link, and pyqtgraph's GraphItem. Same network, same window of 1600×900, same run; off screen, so
without a GPU. Each is measured in a process of its own (`map_process`).

`NOC_BENCH_QUICK=1` soaks for 6 seconds instead of 30.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.benchmarks.map_networks import graph_of, network, places_of

__all__ = ["bench", "graph_of", "network", "places_of"]

Figure = Mapping[str, Any]

ROOT = Path(__file__).resolve().parents[2]
ITEMS = "QGraphicsView with an item per device, name and link"
GRAPH_ITEM = "pyqtgraph's GraphItem"
PAN_MS = {10_000: 5.0, 50_000: 8.0}
RSS_MB = {10_000: 60.0, 50_000: 100.0}
SOAK_S = 6.0 if os.environ.get("NOC_BENCH_QUICK") else 30.0
TWO_FRAMES_MS = 33.0


def bench() -> list[Figure]:
    """About three minutes."""
    ours = {devices: measured("ours", devices) for devices in (5_000, 10_000, 50_000)}
    items, graph_item = measured("items", 10_000), measured("graphitem", 10_000)
    return [
        *(frames(devices, ours[devices], items, graph_item) for devices in PAN_MS),
        *soaked(measured("soak", 10_000, str(SOAK_S))),
        *(first_paint(devices, ours[devices], items) for devices in PAN_MS),
        sharp(ours[10_000], items),
        *(memory(devices, ours[devices], items) for devices in RSS_MB),
        growth(ours),
        figure(
            "what a map nobody touches costs, 10,000 devices",
            ours[10_000]["idle"], "% of a core", "at most 1 %", ours[10_000]["idle"] <= 1.0,
        ),
    ]  # fmt: skip


def measured(kind: str, devices: int, *more: str) -> dict[str, float]:
    """The figures of one process."""
    command = [sys.executable, "-m", "tests.benchmarks.map_process", kind, str(devices), *more]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=200
    )
    told: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return told


def figure(
    name: str,
    value: float,
    unit: str,
    goal: str,
    met: bool,
    peer: str = "",
    peer_value: float | None = None,
) -> Figure:
    return {
        "name": f"map: {name}",
        "value": value,
        "unit": unit,
        "peer": peer,
        "peer_value": peer_value,
        "ratio": round(value / peer_value, 4) if peer_value else None,
        "goal": goal,
        "met": met,
    }


def frames(
    devices: int, mine: dict[str, float], items: dict[str, float], other: dict[str, float]
) -> Figure:
    value, goal = max(mine["pan"], mine["zoom"]), PAN_MS[devices]
    peers = max(items["pan"], items["zoom"])
    third = max(other["pan"], other["zoom"])
    return figure(
        f"a frame of panning or zooming, p95, {devices:,} devices",
        value,
        "ms",
        f"at most {goal:g} ms, and less than both peers at 10,000",
        value <= goal and value < min(peers, third),
        f"{ITEMS}, 10,000 devices; {GRAPH_ITEM}: {third:g} ms",
        peers,
    )


def soaked(told: dict[str, float]) -> list[Figure]:
    changes = "500 states and 500 loads a second, 10,000 devices"
    return [
        figure(
            f"frames over 16.6 ms in {SOAK_S:g} s of motion, {changes}",
            told["over"],
            f"% of {told['frames']:,.0f}",
            "at most 0.1 %",
            told["over"] <= 0.1,
        ),
        figure(
            f"the UI thread's longest stall meanwhile (p95 of a frame {told['p95']:g} ms,"
            f" {told['cpu']:g} % of a core)",
            told["stall"],
            "ms",
            "within a frame of 16.6 ms",
            told["stall"] <= 16.6,
        ),
    ]


def first_paint(devices: int, mine: dict[str, float], items: dict[str, float]) -> Figure:
    return figure(
        f"the first picture once the data is there, {devices:,} devices",
        mine["first"],
        "ms",
        "at most 100 ms",
        mine["first"] <= 100.0,
        f"{ITEMS}, 10,000 devices",
        items["first"],
    )


def sharp(mine: dict[str, float], items: dict[str, float]) -> Figure:
    return figure(
        "the whole picture drawn sharp, all its slices together, 10,000 devices",
        mine["sharp"],
        "ms",
        f"at most {TWO_FRAMES_MS:g} ms",
        mine["sharp"] <= TWO_FRAMES_MS,
        "the items' frame",
        items["pan"],
    )


def memory(devices: int, mine: dict[str, float], items: dict[str, float]) -> Figure:
    goal = RSS_MB[devices]
    return figure(
        f"memory over an empty window, the network's values included, {devices:,} devices",
        mine["rss"],
        "MB",
        f"at most {goal:g} MB",
        mine["rss"] <= goal,
        f"{ITEMS}, 10,000 devices",
        items["rss"],
    )


def growth(ours: dict[int, dict[str, float]]) -> Figure:
    ratio = round(ours[50_000]["pan"] / ours[5_000]["pan"], 2)
    return figure(
        "a frame at 50,000 devices over one at 5,000",
        ratio,
        "times",
        "at most 5 times",
        ratio <= 5.0,
    )
