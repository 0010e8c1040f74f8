"""Any counter of a device over time: what to ask for, and the graph with its switches."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QHBoxLayout,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from noc_console.kernel.quantity import Bps, Pps
from noc_console.views.graphs.specs import Query, parse
from noc_console.views.kit.crosshair import ZoomHistory
from noc_console.views.kit.curves import TINTS, Curve, Span, percentile95
from noc_console.views.kit.icons import IconButton
from noc_console.views.kit.plots import Graph
from noc_console.views.kit.theme import GRID
from noc_console.views.kit.times import Times

Floats = NDArray[np.float64]
LIVE_S = 300.0
RANGES = (
    ("live", "Live", LIVE_S),
    ("1h", "1 h", 3_600.0),
    ("6h", "6 h", 21_600.0),
    ("24h", "24 h", 86_400.0),
    ("7d", "7 d", 604_800.0),
    ("30d", "30 d", 2_592_000.0),
)
MOST = 6
"""Subjects laid over each other; more is a ball of wool."""


class Bounds(Protocol):
    """The least and the greatest behind each mean of a rolled-up series."""

    @property
    def least(self) -> Floats: ...

    @property
    def greatest(self) -> Floats: ...


class Told(Protocol):
    """What a series holds, as the service hands it out."""

    @property
    def times_ms(self) -> NDArray[np.int64]: ...

    @property
    def values(self) -> Mapping[str, Floats]: ...

    @property
    def bands(self) -> Mapping[str, Bounds]: ...


@dataclass(frozen=True, slots=True)
class Metric:
    """One thing to draw: the columns of a kind of subject, and how to write their values."""

    key: str
    title: str
    kind: str
    up: str
    """The column drawn upwards."""
    down: str = ""
    """The column drawn downwards, if the metric has two directions."""
    factor: float = 1.0
    write: Callable[[float], str] = "{:.1f}".format
    top: float | None = None
    has_p95: bool = False


def _percent(value: float) -> str:
    return f"{value:.0f} %"


METRICS: dict[str, tuple[Metric, ...]] = {
    "interface": (
        Metric(
            "traffic", "Traffic", "interface", "in_octets", "out_octets", 8.0,
            lambda value: str(Bps(value)), has_p95=True,
        ),
        Metric(
            "packets", "Packets", "interface", "in_packets", "out_packets", 1.0,
            lambda value: str(Pps(value)),
        ),
        Metric(
            "errors", "Errors", "interface", "in_errors", "out_errors", 1.0,
            lambda value: f"{value:.3g}/s",
        ),
        Metric(
            "discards", "Discards", "interface", "in_discards", "out_discards", 1.0,
            lambda value: f"{value:.3g}/s",
        ),
    ),
    "device": (
        Metric("cpu", "CPU", "device", "cpu", "", 0.001, _percent, 100.0),
        Metric("memory", "Memory", "device", "memory", "", 0.001, _percent, 100.0),
        Metric(
            "temperature", "Temperature", "device", "temperature", "", 0.001,
            lambda value: f"{value:.1f} °C",
        ),
        Metric(
            "response", "Response", "device", "response_us", "", 0.001,
            lambda value: f"{value:.2f} ms",
        ),
        Metric(
            "uptime", "Uptime", "device", "uptime_s", "", 1 / 86_400,
            lambda value: f"{value:.1f} d",
        ),
    ),
    "sensor": (Metric("value", "Value", "sensor", "value", "", 0.001),),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Subject:
    """What is drawn: an interface, a device or a sensor, and its name for the keys."""

    kind: str
    id: int
    name: str
    write: Callable[[float], str] | None = None


def curves(
    metric: Metric, subjects: Sequence[Subject], series: Mapping[int, Told]
) -> tuple[Curve, ...]:
    """One curve per subject and direction; a single interface also gets its percentiles."""
    drawn: list[Curve] = []
    alone = len(subjects) == 1
    for number, subject in enumerate(subjects):
        told = series.get(subject.id)
        if told is None:
            continue
        times = told.times_ms / 1000.0
        directions = (metric.up, metric.down) if metric.down else (metric.up,)
        for turn, column in enumerate(directions):
            values = told.values[column] * metric.factor
            bounds = told.bands.get(column)
            drawn.append(
                Curve(
                    name=f"{subject.name} {('in', 'out')[turn]}" if metric.down else subject.name,
                    times=times,
                    values=values,
                    tint=TINTS[(turn if alone else number) % len(TINTS)],
                    below=turn == 1,
                    key="" if alone else subject.name,
                    p95=percentile95(values) if metric.has_p95 and alone else None,
                    band=(bounds.least * metric.factor, bounds.greatest * metric.factor)
                    if bounds is not None and alone
                    else None,
                )
            )
    return tuple(drawn)


class Chart(QWidget):
    """The graph with its metric, its range and its copies. `wanted`: ask for the data anew."""

    wanted = Signal()
    studied = Signal(str)  # the words of these graphs, for the page Graphs

    def __init__(self, times: Times, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._times = times
        self.graph = Graph(times)
        self.metric_box = QComboBox()
        self.metric_box.setAccessibleName("What to draw")
        self.ranges = QButtonGroup(self)
        self.chips: dict[str, QToolButton] = {}
        self.range = "live"
        self.close_up: Span | None = None
        self._history = ZoomHistory()
        self.subjects: tuple[Subject, ...] = ()
        self._kind = ""
        self._lay_out()
        self.graph.zoomed.connect(self.zoom)
        self.graph.zoomed_out.connect(self.zoom_out)

    @property
    def drawn(self) -> Metric:
        known = METRICS.get(self._kind or "device", METRICS["device"])
        return next((m for m in known if m.key == self.metric_box.currentData()), known[0])

    @property
    def is_live(self) -> bool:
        return self.range == "live" and self.close_up is None

    def draw(self, subjects: Sequence[Subject], metric: str = "") -> None:
        """Draw these subjects, all of one kind; the metric stays when the kind does."""
        chosen = tuple(subjects[:MOST])
        same = chosen == self.subjects and metric in ("", self.drawn.key)
        if same or not chosen:
            return
        self.subjects = chosen
        self._offer(chosen[0].kind, metric)
        self.wanted.emit()

    def _offer(self, kind: str, metric: str) -> None:
        self.metric_box.blockSignals(True)
        if kind != self._kind:
            self._kind = kind
            self.metric_box.clear()
            for each in METRICS[kind]:
                self.metric_box.addItem(each.title, each.key)
        if metric:
            self.metric_box.setCurrentIndex(max(0, self.metric_box.findData(metric)))
        self.metric_box.blockSignals(False)

    def choose_range(self, key: str) -> None:
        """Another stretch of time, up to now."""
        self.range, self.close_up = key, None
        self._history.forget()
        self.chips[key].setChecked(True)
        self.wanted.emit()

    def zoom(self, span: Span) -> None:
        """A closer look at what was dragged over."""
        if self.close_up is not None:
            self._history.leave(self.close_up)
        self.close_up = span
        self.wanted.emit()

    def zoom_out(self) -> None:
        """Back to what was looked at before, at last to the whole range."""
        if self.close_up is not None:
            self.close_up = self._history.back()
            self.wanted.emit()

    def text(self) -> str:
        """What is drawn, in the words of the page Graphs."""
        word = "" if self.drawn.kind == "sensor" else f"/{self.drawn.key}"
        curves = " ".join(f"{each.kind}:{each.id}{word}" for each in self.subjects)
        if self.close_up is None:
            return f"{curves} span:{'5m' if self.range == 'live' else self.range}"
        panels = parse(curves).panels
        return Query(panels=panels, fixed=self.close_up).text()

    def span(self) -> Span:
        """What to ask for."""
        if self.close_up is not None:
            return self.close_up
        end = self._times.clock.now().timestamp()
        seconds = next(length for key, _, length in RANGES if key == self.range)
        return Span(end - seconds, end)

    def show_series(self, series: Mapping[int, Told], span: Span) -> None:
        """The answer to `wanted`."""
        metric = self.drawn
        write = self.subjects[0].write if self.subjects else None
        self.graph.show_curves(
            curves(metric, self.subjects, series),
            span,
            write=write or metric.write,
            top=metric.top,
            note="Nothing was measured in this time.",
        )

    def _lay_out(self) -> None:
        tools = QWidget()
        tools.setProperty("role", "toolbar")
        tools.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        line = QHBoxLayout(tools)
        line.setContentsMargins(GRID + 4, 5, GRID, 5)
        line.setSpacing(GRID // 2)
        self.metric_box.setMinimumWidth(130)
        self.metric_box.currentIndexChanged.connect(lambda _: self.wanted.emit())
        line.addWidget(self.metric_box)
        line.addSpacing(GRID)
        for key, title, _ in RANGES:
            line.addWidget(self._chip(key, title))
        line.addStretch()
        for name, tip, act in (
            ("external", "Open on the page Graphs", lambda: self.studied.emit(self.text())),
            ("copy", "Copy as picture", self.graph.copy_picture),
            ("export", "Copy as CSV", self.graph.copy_csv),
        ):
            button = IconButton(name, tip)
            button.clicked.connect(act)
            line.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(tools)
        layout.addWidget(self.graph, 1)
        self.chips["live"].setChecked(True)

    def _chip(self, key: str, title: str) -> QToolButton:
        chip = QToolButton()
        chip.setText(title)
        chip.setCheckable(True)
        chip.setProperty("chip", True)
        chip.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        chip.clicked.connect(lambda _=False, key=key: self.choose_range(key))
        self.ranges.addButton(chip)
        self.chips[key] = chip
        return chip

    def minimumSizeHint(self) -> QSize:
        return QSize(400, 170)
