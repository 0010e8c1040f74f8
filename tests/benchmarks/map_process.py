"""One map, measured in a process of its own: `python -m tests.benchmarks.map_process ours 10000`.

Prints a line of JSON. Times are processor time of the UI thread: what else the machine does is
not counted; what this thread does between a move and its paint is, whoever asked for it. With
`soak 10000 SECONDS` it runs the event loop as the program does: 60 moves a second, panning and
zooming by turns, while devices and links change.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from noc_console.app.supervise import tune
from noc_console.views.kit import theme
from tests.benchmarks.map_networks import EACH, network
from tests.benchmarks.map_rig import RESOURCES, SIZE, Ours, motion, network_on, settle

FRAME_MS = 1000 / 60
STEPS = 240
SCALES = (0.1, 0.5)
"""Many devices as marks in view; and near enough for arrows and names."""
IDLE_S = 4.0
CHANGES = 5
EVERY_MS = 10
"""500 states and 500 loads a second."""


def rss_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def moved(kind: str, devices: int, scales: tuple[float, ...]) -> dict[str, Any]:
    """Frames of panning and zooming, first paint, memory, idle cost."""
    links, sites = network(devices)
    empty = QWidget()
    empty.resize(*SIZE)
    empty.show()
    settle(empty)
    before = rss_mb()
    # The map comes in its place: two windows would be two pictures of one.
    empty.destroy()
    shown = network_on(kind, links, sites)
    began = time.thread_time()
    shown.open(scales[0])
    first_ms = shown.first_ms if isinstance(shown, Ours) else (time.thread_time() - began) * 1000
    tune()
    pans: list[float] = []
    zooms: list[float] = []
    for number, scale in enumerate(scales):
        if isinstance(shown, Ours):
            shown.look(scale)
        elif number:
            shown.zoom(scale / scales[number - 1])
        settle(shown.widget)
        wait(0.4)
        some = motion(shown, STEPS if kind == "ours" else STEPS // 6)
        pans += some[0]
        zooms += some[1]
    figures: dict[str, Any] = {
        "pan": p95(pans), "zoom": p95(zooms), "pan_median": round(float(np.median(pans)), 2),
        "worst": round(max(*pans, *zooms), 1), "first": round(first_ms, 1),
        "rss": round(rss_mb() - before, 1),
    }  # fmt: skip
    if isinstance(shown, Ours):
        figures |= ours_only(shown)
    return figures


def ours_only(shown: Ours) -> dict[str, Any]:
    """The sharp picture, in its slices; and a map nobody touches."""
    canvas = shown.canvas
    shown.look(SCALES[0])
    settle(canvas)
    wait(0.5)
    whole = []
    for _ in range(5):
        began = time.thread_time()
        canvas.repaint_map()
        canvas.settle()
        whole.append((time.thread_time() - began) * 1000)
    wait(2.0)
    cpu, began = time.process_time(), time.perf_counter()
    wait(IDLE_S)
    idle = (time.process_time() - cpu) / (time.perf_counter() - began)
    return {"sharp": round(float(np.median(whole)), 1), "idle": round(idle * 100, 2)}


class Soak:
    """The map in motion while the network changes, on the real event loop."""

    def __init__(self, devices: int) -> None:
        links, sites = network(devices)
        shown = network_on("ours", links, sites)
        assert isinstance(shown, Ours)
        self.shown, self.canvas = shown, shown.canvas
        shown.open(SCALES[0])
        self.rng = np.random.default_rng(3)
        self.frames: list[float] = []
        self.busy: list[float] = []
        self.ticks = 0
        self._woke = 0.0
        self._done = 0.0

    def run(self, seconds: float) -> dict[str, Any]:
        loop = QEventLoop()
        moves, changes = QTimer(), QTimer()
        for timer, every, act in ((moves, 16, self.move), (changes, EVERY_MS, self.change)):
            timer.setTimerType(Qt.TimerType.PreciseTimer)
            timer.setInterval(every)
            timer.timeout.connect(act)
        wait(1.0)
        tune()
        cpu = time.process_time()
        for timer in (moves, changes):
            timer.start()
        until = time.perf_counter() + seconds
        while time.perf_counter() < until:
            # What one turn of the loop takes, it keeps everybody waiting.
            self._woke = time.thread_time()
            loop.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
            self.busy.append((time.thread_time() - self._woke) * 1000)
        moves.stop()
        changes.stop()
        spent = time.process_time() - cpu
        over = sum(each > FRAME_MS for each in self.frames)
        return {
            "frames": len(self.frames),
            "over": round(100 * over / max(1, len(self.frames)), 3),
            "p95": p95(self.frames),
            "worst": round(max(self.frames), 1),
            "stall": round(max(self.busy, default=0.0), 1),
            "cpu": round(100 * spent / seconds, 1),
        }

    def move(self) -> None:
        """One frame: the move, its paint, and what this thread did since it woke up for it."""
        self.ticks += 1
        turn, part = divmod(self.ticks, 120)
        sign = 1 if part < 60 else -1
        began = max(self._woke, self._done)
        if turn % 2:
            self.canvas.zoom(1.03**sign)
        else:
            self.canvas.pan(9 * sign, 5 * sign)
        self.canvas.repaint()
        self._done = time.thread_time()
        self.frames.append((self._done - began) * 1000)

    def change(self) -> None:
        """Some devices and links are otherwise now."""
        scene, rng = self.canvas.scene, self.rng
        devices = rng.integers(0, len(scene.nodes), CHANGES)
        links = rng.integers(0, len(scene.edges), CHANGES)
        self.canvas.show_states(devices, rng.choice([0, 0, 0, 0, 2, 4, 6], CHANGES))
        self.canvas.show_shades(links, rng.integers(0, 10, (CHANGES, 2)))


def wait(seconds: float) -> None:
    """Let the event loop run."""
    loop = QEventLoop()
    QTimer.singleShot(round(seconds * 1000), loop.quit)
    loop.exec()


def p95(figures: list[float]) -> float:
    return round(float(np.percentile(figures, 95)), 2)


def main(arguments: list[str]) -> None:
    app = QApplication([])
    theme.install(app, RESOURCES)
    kind, devices = arguments[0], int(arguments[1])
    if kind == "soak":
        figures = Soak(devices).run(float(arguments[2]))
    else:
        figures = moved(kind, devices, SCALES if kind == "ours" else SCALES[:1])
    figures["sites"] = devices // EACH
    print(json.dumps(figures))


if __name__ == "__main__":
    main(sys.argv[1:])
