"""Twenty live graphs over a month of seconds, a drag, and the first sight of a year: ours beside
pyqtgraph's plots, once as they come and once fed with as few values as ours draw. Off screen.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
import pyqtgraph as pg
from PySide6.QtWidgets import QApplication, QGridLayout, QWidget

from noc_console.kernel.clock import SystemClock
from noc_console.views.kit import theme
from noc_console.views.kit.curves import Curve, Span, following
from noc_console.views.kit.plots import Graph
from noc_console.views.kit.times import Times
from noc_console.views.kit.tracks import Track
from noc_console.views.kit.units import unit_of
from tests.benchmarks import top_figures

Figure = Mapping[str, Any]

RESOURCES = Path(__file__).resolve().parents[2] / "resources"
SIZE = (1600, 900)
PLOTS, ACROSS = 20, 5
MONTH = 30 * 86_400
MILLION = 1_000_000
STEPS = 3
DRAGS = 60
START = 1_700_000_000.0
SPANS = (MONTH, 86_400, 3_600)
"""Seconds in view: of the month that is held, all, a day and an hour."""


def timed(act: Callable[[], object]) -> float:
    """Milliseconds of work of this thread: what else the machine does is not counted."""
    began = time.thread_time()
    act()
    return (time.thread_time() - began) * 1000


def waves(count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Traffic in and out: a day's rhythm, noise, and a gap of an hour."""
    rng = np.random.default_rng(seed)
    day = np.sin(np.arange(count, dtype=np.float32) * (2 * np.pi / 86_400))
    into = (1e9 + 3e8 * day + 1e8 * rng.standard_normal(count, np.float32)).astype(np.float32)
    into[count // 3 : count // 3 + 3600] = np.nan
    return into, (into * np.float32(0.6) + 5e7 * rng.standard_normal(count, np.float32))


def shown(track: Track) -> tuple[Curve, Curve]:
    return (
        following("in", track, 0, tint="series.a", unit="b/s"),
        following("out", track, 1, tint="series.b", below=True, unit="b/s"),
    )


class Wall:
    """Twenty of our graphs in one window."""

    def __init__(self, tracks: Sequence[Track]) -> None:
        self.tracks = tracks
        self.window = QWidget()
        grid = QGridLayout(self.window)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(1)
        times = Times(SystemClock())
        self.graphs = [Graph(times) for _ in tracks]
        for at, graph in enumerate(self.graphs):
            grid.addWidget(graph, at // ACROSS, at % ACROSS)
        self.window.resize(*SIZE)
        self.window.show()

    def show(self, at: int, seconds: float) -> None:
        track = self.tracks[at]
        end = float(track.times[-1])
        self.graphs[at].show_curves(
            shown(track), Span(end - seconds, end), write=unit_of("b/s").write
        )

    def step(self, at: int, seconds: float) -> None:
        """One more second in one graph, and its picture."""
        track = self.tracks[at]
        track.append(track.times[-1:] + 1.0, [np.array([1e9]), np.array([6e8])])
        self.show(at, seconds)
        self.graphs[at].plot.repaint()


def peer_wall() -> tuple[pg.GraphicsLayoutWidget, list[list[Any]]]:
    """Twenty of pyqtgraph's plots in one window."""
    window = pg.GraphicsLayoutWidget()
    items = []
    for at in range(PLOTS):
        plot = window.addPlot(row=at // ACROSS, col=at % ACROSS)
        items.append([plot.plot(pen=color) for color in ("#8bb8de", "#7cc4a8")])
    window.resize(*SIZE)
    window.show()
    QApplication.processEvents()
    return window, items


def peer_defaults() -> float:
    """A second of twenty plots with everything handed over each time, a million values a curve."""
    window, items = peer_wall()
    times = START + np.arange(MILLION, dtype=float)
    into, out = waves(MILLION, 1)
    both = (into.astype(float), -out.astype(float))

    def tick() -> None:
        for pair in items:
            for item, values in zip(pair, both, strict=True):
                item.setData(times, values)
        QApplication.processEvents()

    took = timed(tick)
    window.close()
    return took


def peer_thinned(track: Track) -> tuple[list[float], list[float]]:
    """pyqtgraph given no more values than we draw: steps of its plots, and a drag of one."""
    window, items = peer_wall()
    steps, drags = [], []

    def step(pair: list[Any], seconds: float, end: float) -> None:
        for column, item in enumerate(pair):
            times, values = track.thinned(column, end - seconds, end, 300)
            item.setData(times, -values if column else values, connect="finite")
        QApplication.processEvents()

    for number in range(STEPS):
        for pair in items:
            end = float(track.times[-1]) + number
            steps.append(timed(lambda pair=pair, end=end: step(pair, MONTH, end)))
    box = items[0][0].getViewBox()
    for _ in range(DRAGS):
        drags.append(timed(lambda: (box.translateBy(x=-MONTH / 400), QApplication.processEvents())))
    window.close()
    return steps, drags


def steps_of(wall: Wall, seconds: float) -> list[float]:
    return [
        timed(lambda at=at: wall.step(at, seconds))  # type: ignore[misc]
        for _ in range(STEPS)
        for at in range(PLOTS)
    ]


def drags_of(wall: Wall) -> list[float]:
    graph = wall.graphs[0]

    def drag() -> None:
        span = graph.span
        by = -span.seconds / 400
        graph.look_at(Span(span.start + by, span.end + by))
        graph.plot.repaint()

    return [timed(drag) for _ in range(DRAGS)]


def year() -> tuple[float, float]:
    """Milliseconds until a year of five minutes with its band is on screen: ours, pyqtgraph's."""
    count = 366 * 288
    times = START + 300.0 * np.arange(count)
    into = waves(count, 3)[0].astype(float)
    curve = Curve("in", times, into, band=(into * 0.8, into * 1.4), unit="b/s")
    made: list[QWidget] = []

    def ours() -> None:
        graph = Graph(Times(SystemClock()))
        graph.resize(1200, 400)
        graph.show_curves([curve], Span(times[0], times[-1]), write=unit_of("b/s").write)
        graph.show()
        QApplication.processEvents()
        made.append(graph)

    def theirs() -> None:
        plot = pg.PlotWidget()
        plot.resize(1200, 400)
        low, high = (pg.PlotDataItem(times, edge) for edge in curve.band or ())
        for item in (low, high, pg.FillBetweenItem(low, high, brush="#335577")):
            plot.addItem(item)
        plot.plot(times, into)
        plot.show()
        QApplication.processEvents()
        made.append(plot)

    figures = timed(ours), timed(theirs)
    for widget in made:
        widget.close()
    return figures


def middle(figures: Sequence[float]) -> float:
    return round(float(np.median(figures)), 2)


def p95(figures: Sequence[float]) -> float:
    return round(float(np.percentile(figures, 95)), 2)


def bench() -> list[Figure]:
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    theme.install(app, RESOURCES)
    times = START + np.arange(MONTH, dtype=float)
    wall = Wall([Track(times, waves(MONTH, seed)) for seed in range(PLOTS)])
    for at in range(PLOTS):
        wall.show(at, MONTH)
    QApplication.processEvents()
    steps = {seconds: steps_of(wall, seconds) for seconds in SPANS}
    worst = max(SPANS, key=lambda seconds: p95(steps[seconds]))
    for at in range(PLOTS):
        wall.show(at, MONTH)
    QApplication.processEvents()
    drags = drags_of(wall)
    wall.window.close()
    defaults = peer_defaults()
    peer_steps, peer_drags = peer_thinned(wall.tracks[0])
    first, peer_first = year()
    stall = max(max(some) for some in (*steps.values(), drags))
    name = f"{PLOTS} graphs × 2 curves × 1 Hz over 30 days"
    return [
        {
            "name": f"graphs: a step of {name}, p95 of the worst zoom",
            "value": p95(steps[worst]),
            "unit": "ms",
            "peer": "pyqtgraph's defaults, one of 20 plots at a million values",
            "peer_value": round(defaults / PLOTS, 1),
            "ratio": round(p95(steps[worst]) / (defaults / PLOTS), 4),
            "goal": f"at most 3 ms (their whole tick: {defaults:,.0f} ms)",
            "met": p95(steps[worst]) <= 3.0,
        },
        _beside(f"graphs: a step of {name}, median", steps[MONTH], peer_steps, "at most 3 ms", 3.0),
        _beside("graphs: a drag over 30 days, p95", drags, peer_drags, "at most 5 ms", 5.0),
        {
            "name": "graphs: first paint of a graph of a year of five minutes with its band",
            "value": round(first, 1),
            "unit": "ms",
            "peer": "pyqtgraph's PlotWidget with FillBetweenItem",
            "peer_value": round(peer_first, 1),
            "ratio": round(first / peer_first, 3),
            "goal": "at most 100 ms",
            "met": first <= 100.0,
        },
        {
            "name": "graphs: longest stall of the window's thread in all of this",
            "value": round(stall, 2),
            "unit": "ms",
            "peer": "pyqtgraph fed with thinned values",
            "peer_value": round(max(*peer_steps, *peer_drags), 2),
            "ratio": round(stall / max(*peer_steps, *peer_drags), 3),
            "goal": "at most 8 ms",
            "met": stall <= 8.0,
        },
        *top_figures.figures(),
    ]  # fmt: skip


def _beside(
    name: str, ours: Sequence[float], theirs: Sequence[float], goal: str, most: float
) -> Figure:
    of = p95 if "p95" in name else middle
    return {
        "name": name,
        "value": of(ours),
        "unit": "ms",
        "peer": "pyqtgraph fed with thinned values",
        "peer_value": of(theirs),
        "ratio": round(of(ours) / of(theirs), 3),
        "goal": f"{goal}, less than the peer",
        "met": of(ours) <= most and of(ours) < of(theirs),
    }
