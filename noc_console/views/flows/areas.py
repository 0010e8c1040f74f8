"""Rates over time, one upon the other: the top ones, and above them all the others."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from pyqtgraph.functions import arrayToQPolygonF
from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPainter, QPen, QPixmap, QPolygonF
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from noc_console.kernel.quantity import Bps
from noc_console.services.flows.model import FlowSeries
from noc_console.views.kit.curves import TINTS, Floats, Span
from noc_console.views.kit.label import ElidedLabel
from noc_console.views.kit.plots import AIR, Plot
from noc_console.views.kit.theme import GRID, look
from noc_console.views.kit.times import Times

LAYERS = len(TINTS)
"""So many of the top ones have a colour of their own."""
REST = "icon.dim"


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """One area: its rates in bits a second at the middle of each step."""

    name: str
    tint: str
    rates: Floats


def layers_of(series: FlowSeries) -> tuple[Layer, ...]:
    """The first ones with their colours, the others as one."""
    rates = np.array(series.rates, float).reshape(len(series.labels), len(series.times))
    first = [
        Layer(label, TINTS[place], rates[place])
        for place, label in enumerate(series.labels[:LAYERS])
    ]
    others = np.array(series.rest, float) + rates[LAYERS:].sum(axis=0)
    return (*first, Layer("all others", REST, others))


class Areas(Plot):
    """The stack, drawn between the axes of a plot."""

    def __init__(self, times: Times) -> None:
        super().__init__(times)
        self.layers: tuple[Layer, ...] = ()
        self.middles: Floats = np.empty(0)
        self.setAccessibleName("Traffic over time")

    def sizeHint(self) -> QSize:
        return QSize(480, 200)

    def fit(self) -> tuple[float, float]:
        if not len(self.middles):
            return 0.0, 1.0
        most = float(np.sum([layer.rates for layer in self.layers], axis=0).max())
        return 0.0, most * AIR if most > 0 else 1.0

    def draw_inside(self, painter: QPainter) -> None:
        if not len(self.middles):
            return
        x = self.x_of(self._stretched())
        below = np.zeros(len(self.middles) + 2)
        for layer in self.layers:
            above = below + np.concatenate([layer.rates[:1], layer.rates, layer.rates[-1:]])
            self._draw_layer(painter, layer, x, self.y_of(below), self.y_of(above))
            below = above

    def _stretched(self) -> Floats:
        """The middles of the steps, and both ends of the span: no step loses a half."""
        return np.concatenate([[self.span.start], self.middles, [self.span.end]])

    def _draw_layer(
        self, painter: QPainter, layer: Layer, x: Floats, low: Floats, high: Floats
    ) -> None:
        color = look().color(layer.tint)
        fill = QColor(color)
        fill.setAlpha(70 if layer.tint == REST else 150)
        area: QPolygonF = arrayToQPolygonF(
            np.concatenate([x, x[::-1]]), np.concatenate([high, low[::-1]])
        )
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(fill)
        painter.drawPolygon(area)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(color, 1.0))
        painter.drawPolyline(arrayToQPolygonF(x, high))

    def place_at(self, at: float) -> int | None:
        """The step a moment lies in."""
        if not len(self.middles) or not math.isfinite(at):
            return None
        return int(np.argmin(np.abs(self.middles - at)))


class AreasGraph(QWidget):
    """The stack with a line above it that tells what is under the crosshair."""

    zoomed = Signal(object)  # Span
    zoomed_out = Signal()

    def __init__(self, times: Times, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._times = times
        self._total = ""
        self.plot = Areas(times)
        self.told = ElidedLabel("", tone="dim")
        head = QWidget()
        head.setFixedHeight(26)
        line = QHBoxLayout(head)
        line.setContentsMargins(GRID + 4, 4, GRID + 4, 0)
        line.addWidget(self.told, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(head)
        layout.addWidget(self.plot, 1)
        self.plot.hovered.connect(self._hover)
        self.plot.dragged.connect(self.zoomed)
        self.plot.left.connect(self.zoomed_out)
        look().changed.connect(self.plot.refresh)
        times.changed.connect(self.plot.refresh)

    def show_series(self, series: FlowSeries, span: Span, total: str) -> None:
        """Swap what is drawn; `total` is told while nothing is under the crosshair."""
        plot = self.plot
        starts = np.array([at.timestamp() for at in series.times], float)
        ends = np.minimum(starts + series.step_s, span.end)
        plot.middles = (starts + ends) / 2
        plot.layers = layers_of(series)
        plot.span = span
        plot.write = lambda value: str(Bps(value))
        plot.note = "" if any(layer.rates.any() for layer in plot.layers) else "No traffic"
        plot.refresh()
        self._total = total
        self._hover(None)

    def _hover(self, at: float | None) -> None:
        place = None if at is None else self.plot.place_at(at)
        if place is None:
            self.told.show_text(self._total)
            return
        moment = datetime.fromtimestamp(float(self.plot.middles[place]), UTC)
        rates = [float(layer.rates[place]) for layer in self.plot.layers]
        words = [f"{self._times.absolute(moment)}   {Bps(sum(rates))}"]
        words += [
            f"{layer.name} {Bps(rate)}"
            for layer, rate in zip(self.plot.layers, rates, strict=True)
            if rate > 0
        ]
        self.told.show_text("   ·   ".join(words))


def swatch(place: int) -> QIcon:
    """The colour of a talker in the graph, for its row in the table."""
    tint = TINTS[place] if place < LAYERS else REST
    picture = QPixmap(32, 32)
    picture.setDevicePixelRatio(2.0)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look().color(tint))
    painter.drawRoundedRect(QRect(3, 3, 10, 10), 2.5, 2.5)
    painter.end()
    return QIcon(picture)


def total_words(rates: Sequence[float]) -> str:
    """`average 3.1 Gb/s, at most 4.0 Gb/s`."""
    if not rates:
        return ""
    return f"average {Bps(sum(rates) / len(rates))}, at most {Bps(max(rates))}"
