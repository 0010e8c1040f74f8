"""Small curves without axes: the shape of the last minutes at a glance."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from noc_console.views.kit.theme import look

Curve = NDArray[np.float64]


def segments(values: Curve, rect: QRectF, low: float, high: float) -> list[QPolygonF]:
    """The curve's pieces inside `rect`; a NaN is a gap, a lone value between gaps a dot."""
    count = len(values)
    if count == 0:
        return []
    span = high - low if high > low else 1.0
    step = rect.width() / max(1, count - 1)
    pieces: list[QPolygonF] = []
    piece: list[QPointF] = []
    for at, value in enumerate(values.tolist()):
        if math.isfinite(value):
            share = min(1.0, max(0.0, (value - low) / span))
            piece.append(QPointF(rect.left() + at * step, rect.bottom() - share * rect.height()))
        elif piece:
            pieces.append(QPolygonF(piece))
            piece = []
    if piece:
        pieces.append(QPolygonF(piece))
    return pieces


def thinned(values: Curve, points: int) -> Curve:
    """At most `points` values: the highest of each stretch, so that peaks stay. NaN if all are."""
    if len(values) <= points or points < 1:
        return values
    edges = np.linspace(0, len(values), points + 1).astype(int)
    kept = np.full(points, np.nan)
    for at in range(points):
        part = values[edges[at] : edges[at + 1]]
        part = part[np.isfinite(part)]
        if part.size:
            kept[at] = part.max()
    return kept


def paint_sparkline(
    painter: QPainter,
    rect: QRectF,
    values: Curve,
    color: QColor,
    *,
    low: float | None = 0.0,
    high: float | None = None,
) -> None:
    """Draw values left to right, oldest first. `low`/`high` fix the scale, None fits it."""
    values = thinned(values, max(2, int(rect.width())))
    finite = values[np.isfinite(values)]
    if finite.size == 0:
        return
    bottom = float(finite.min()) if low is None else low
    top = float(finite.max()) if high is None else high
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    fill = QColor(color)
    fill.setAlphaF(0.14)
    for piece in segments(values, rect, bottom, top):
        if piece.size() == 1:
            painter.setPen(QPen(color, 2.2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            painter.drawPoint(piece.at(0))
            continue
        area = QPolygonF(piece)
        area.append(QPointF(piece.at(piece.size() - 1).x(), rect.bottom()))
        area.append(QPointF(piece.at(0).x(), rect.bottom()))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(fill)
        painter.drawPolygon(area)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(color, 1.2))
        painter.drawPolyline(piece)
    painter.restore()


class Sparkline(QWidget):
    """A sparkline of its own, for cards. `show_values` swaps the curve."""

    def __init__(
        self,
        tint: str = "series.a",
        *,
        low: float | None = 0.0,
        high: float | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._tint, self._low, self._high = tint, low, high
        self._values: Curve = np.empty(0)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        look().changed.connect(self.update)

    def show_values(self, values: Curve, *, high: float | None = None) -> None:
        self._values = values
        self._high = high if high is not None else self._high
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(120, 24)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        rect = QRectF(self.rect()).adjusted(1, 2, -1, -2)
        color = look().color(self._tint)
        paint_sparkline(painter, rect, self._values, color, low=self._low, high=self._high)
        painter.end()
