"""The graph one studies: curves over time with a crosshair, a zoom by dragging, gaps as gaps.

Painted by ourselves: pyqtgraph's view crashes when a page goes away (3 of 8 times, 0.14 on
PySide 6.11), takes every text for HTML, and costs twice as much per tick.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np
from pyqtgraph.functions import arrayToQPolygonF
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QGuiApplication,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QPolygonF,
    QResizeEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from noc_console.kernel.text import visible
from noc_console.views.kit.curves import (
    TINTS,
    Curve,
    Floats,
    Reading,
    Span,
    Writer,
    as_csv,
    band_in_view,
    in_view,
    thinned,
    value_at,
)
from noc_console.views.kit.label import Label
from noc_console.views.kit.theme import GRID, look
from noc_console.views.kit.ticks import time_ticks, value_ticks
from noc_console.views.kit.times import Times

SHORTEST_S = 4.0
"""A drag shorter than this many seconds is a slip of the hand."""
AIR = 1.08
NAME_PX = 190
LEFT, TOP, RIGHT, BOTTOM = 76, 8, 12, 24
MARK_PX = 46
"""Room for one mark of the value axis."""
MOMENT_PX = 92
"""Room for one moment of the time axis."""


class Plot(QWidget):
    """Axes and curves; the crosshair lies over a picture that is kept.

    What is drawn between the axes, and its range of values, can be another's: `fit`, `draw_inside`.
    """

    hovered = Signal(object)  # seconds since 1970, or None
    dragged = Signal(object)  # Span
    left = Signal()

    def __init__(self, times: Times) -> None:
        super().__init__()
        self._times = times
        self.curves: tuple[Curve, ...] = ()
        self.span = Span(0.0, 1.0)
        self.write: Writer = "{:g}".format
        self.top: float | None = None
        self.note = ""
        self._low, self._high = 0.0, 1.0
        self._parts: list[tuple[Floats, Floats]] = []
        self._picture: QPixmap | None = None
        self._cross: float | None = None
        self._grip: float | None = None
        self.setMouseTracking(True)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:
        return QSize(480, 180)

    def refresh(self) -> None:
        """What is shown changed."""
        self._picture = None
        self.update()

    # --- where things are ------------------------------------------------------------------

    def room(self) -> QRectF:
        """Where the curves are."""
        return QRectF(self.rect()).adjusted(LEFT, TOP, -RIGHT, -BOTTOM)

    def x_of(self, at: Floats | float) -> Floats:
        room = self.room()
        return np.asarray(room.left() + (at - self.span.start) / self.span.seconds * room.width())

    def y_of(self, value: Floats | float) -> Floats:
        room = self.room()
        part = (value - self._low) / (self._high - self._low)
        return np.asarray(room.bottom() - part * room.height())

    def moment_at(self, x: float) -> float:
        room = self.room()
        part = min(1.0, max(0.0, (x - room.left()) / max(room.width(), 1.0)))
        return self.span.start + part * self.span.seconds

    # --- drawing ---------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        ratio = self.devicePixelRatioF()
        if self._picture is None or self._picture.devicePixelRatio() != ratio:
            self._picture = self._draw(ratio)
        painter = QPainter(self)
        try:
            painter.drawPixmap(0, 0, self._picture)
            self._draw_cross(painter)
        finally:
            painter.end()

    def _draw(self, ratio: float) -> QPixmap:
        picture = QPixmap(self.size() * ratio)
        picture.setDevicePixelRatio(ratio)
        theme = look()
        picture.fill(theme.color("surface.field"))
        self._parts = [
            thinned(*in_view(curve, self.span), int(self.room().width())) for curve in self.curves
        ]
        self._low, self._high = self.fit()
        painter = QPainter(picture)
        try:
            painter.setFont(theme.font(11))
            self._draw_axes(painter)
            painter.setClipRect(self.room())
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self.draw_inside(painter)
            painter.setClipping(False)
            if self.note:
                painter.setPen(theme.color("text.dim"))
                painter.drawText(self.room(), Qt.AlignmentFlag.AlignCenter, self.note)
        finally:
            painter.end()
        return picture

    def draw_inside(self, painter: QPainter) -> None:
        """What is between the axes; the painter is clipped to it."""
        for curve in self.curves:
            self._draw_band(painter, curve)
        for curve, (times, values) in zip(self.curves, self._parts, strict=True):
            self._draw_curve(painter, curve, times, values)

    def fit(self) -> tuple[float, float]:
        """The range of values: zero is always in it."""
        low = high = 0.0
        for curve, (_, values) in zip(self.curves, self._parts, strict=True):
            band = band_in_view(curve, self.span)
            if band is not None:
                values = np.concatenate([values, *band[1:]])
            finite = values[np.isfinite(values)]
            if finite.size:
                ends = (float(finite.min()), float(finite.max()))
                low = min(low, *(-end if curve.below else end for end in ends))
                high = max(high, *(-end if curve.below else end for end in ends))
        high = max(high * AIR, self.top or 0.0)
        return low * AIR, high if high > low else 1.0

    def _draw_axes(self, painter: QPainter) -> None:
        if self.span.end <= 1.0:
            return  # nothing was asked for yet
        theme, room = look(), self.room()
        most = max(2, int(room.height() // MARK_PX))
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for value in value_ticks(self._low, self._high, most):
            y = round(float(self.y_of(value))) + 0.5
            is_zero = abs(value) < (self._high - self._low) * 1e-9
            painter.setPen(QPen(theme.color("line.strong" if is_zero else "series.grid"), 1))
            painter.drawLine(QPointF(room.left(), y), QPointF(room.right(), y))
            painter.setPen(theme.color("text.dim"))
            box = QRectF(0, y - 9, LEFT - 8, 18)
            painter.drawText(box, int(right), self.write(abs(value)))
        most = max(1, int(room.width() // MOMENT_PX))
        zone = self._times.zone()
        for moment, text in time_ticks(self.span.start, self.span.end, most, zone):
            x = round(float(self.x_of(moment))) + 0.5
            painter.setPen(QPen(theme.color("series.grid"), 1))
            painter.drawLine(QPointF(x, room.top()), QPointF(x, room.bottom()))
            painter.setPen(theme.color("text.dim"))
            box = QRectF(x - 44, room.bottom() + 3, 88, 18)
            painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), text)

    def _draw_curve(self, painter: QPainter, curve: Curve, times: Floats, values: Floats) -> None:
        color = look().color(curve.tint)
        x, y = self.x_of(times), self.y_of(-values if curve.below else values)
        zero = float(self.y_of(0.0))
        fill = QColor(color)
        fill.setAlpha(30)
        for first, last in _runs(y):
            run: QPolygonF = arrayToQPolygonF(x[first:last], y[first:last])
            if last - first == 1:
                painter.setPen(QPen(color, 3.0, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
                painter.drawPoint(run.at(0))
                continue
            if len(self.curves) <= 2:
                area = QPolygonF(run)
                area.append(QPointF(x[last - 1], zero))
                area.append(QPointF(x[first], zero))
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(fill)
                painter.drawPolygon(area)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(color, 1.2))
            painter.drawPolyline(run)
        if curve.p95 is not None:
            self._draw_mark(painter, -curve.p95 if curve.below else curve.p95, color)

    def _draw_band(self, painter: QPainter, curve: Curve) -> None:
        """From the least to the greatest: a mean alone hides a short peak."""
        part = band_in_view(curve, self.span)
        if part is None:
            return
        times, least, greatest = part
        turn = -1.0 if curve.below else 1.0
        x, low, high = self.x_of(times), self.y_of(turn * least), self.y_of(turn * greatest)
        soft = QColor(look().color(curve.tint))
        soft.setAlpha(52)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(soft)
        for first, last in _runs(low + high):
            there, back = slice(first, last), slice(last - 1, first - 1 if first else None, -1)
            edge: QPolygonF = arrayToQPolygonF(
                np.concatenate([x[there], x[back]]), np.concatenate([high[there], low[back]])
            )
            painter.drawPolygon(edge)

    def _draw_mark(self, painter: QPainter, value: float, color: QColor) -> None:
        """The dashed line of a percentile."""
        room, y = self.room(), round(float(self.y_of(value))) + 0.5
        painter.setPen(QPen(color, 1.0, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(room.left(), y), QPointF(room.right(), y))

    def _draw_cross(self, painter: QPainter) -> None:
        if self._cross is None:
            return
        theme, room = look(), self.room()
        if self._grip is not None:
            soft = QColor(theme.color("accent.plain"))
            soft.setAlpha(44)
            ends = sorted((float(self.x_of(self._grip)), float(self.x_of(self._cross))))
            painter.fillRect(QRectF(ends[0], room.top(), ends[1] - ends[0], room.height()), soft)
        x = round(float(self.x_of(self._cross))) + 0.5
        painter.setPen(QPen(theme.color("icon.dim"), 1))
        painter.drawLine(QPointF(x, room.top()), QPointF(x, room.bottom()))

    # --- the hand --------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._grip = self.moment_at(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        inside = self.room().contains(event.position()) or self._grip is not None
        self._cross = self.moment_at(event.position().x()) if inside else None
        self.hovered.emit(self._cross)
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        grip, self._grip = self._grip, None
        self.update()
        if grip is not None:
            ends = sorted((grip, self.moment_at(event.position().x())))
            if ends[1] - ends[0] >= SHORTEST_S:
                self.dragged.emit(Span(*ends))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._grip = None
        self.left.emit()

    def leaveEvent(self, event: QEvent) -> None:
        self._cross = None
        self.hovered.emit(None)
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._picture = None


def _runs(values: Floats) -> list[tuple[int, int]]:
    """Stretches without a gap, as first and past-the-last."""
    known = np.isfinite(values)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], known, [False]]).astype(np.int8)))
    return list(zip(edges[0::2].tolist(), edges[1::2].tolist(), strict=True))


class Graph(QWidget):
    """Curves over a span. `zoomed` asks for a closer look, `zoomed_out` for the whole."""

    zoomed = Signal(object)  # Span
    zoomed_out = Signal()
    read = Signal(object)  # Reading or None

    def __init__(self, times: Times, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._times = times
        self._step = 60.0
        self.plot = Plot(times)
        self.plot.setAccessibleName("Graph")
        self.keys = QHBoxLayout()
        self.moment = Label("", tone="dim")
        self._legend: list[tuple[_Swatch, Label, Label]] = []
        self._lay_out()
        self.plot.hovered.connect(self._hover)
        self.plot.dragged.connect(self.zoomed)
        self.plot.left.connect(self.zoomed_out)
        look().changed.connect(self._dress)
        times.changed.connect(self._dress)

    @property
    def curves(self) -> tuple[Curve, ...]:
        return self.plot.curves

    @property
    def span(self) -> Span:
        return self.plot.span

    def show_curves(
        self,
        curves: Sequence[Curve],
        span: Span,
        *,
        write: Writer,
        top: float | None = None,
        note: str = "",
    ) -> None:
        """Swap everything shown. `top` is the least height of the scale (100 for per cent).

        `note` stands in the middle when there is nothing to draw.
        """
        plot = self.plot
        plot.curves, plot.span, plot.write, plot.top = tuple(curves), span, write, top
        plot.note = "" if any(np.isfinite(curve.values).any() for curve in curves) else note
        steps = [float(np.median(np.diff(c.times))) for c in curves if len(c.times) > 1]
        self._step = max(steps, default=60.0)
        self._show_keys()
        plot.refresh()

    def csv(self) -> str:
        """What is in view."""
        return as_csv(self.curves, self.span)

    def copy_picture(self) -> None:
        """The graph with its keys, on the clipboard."""
        QGuiApplication.clipboard().setPixmap(self.grab())

    def copy_csv(self) -> None:
        QGuiApplication.clipboard().setText(self.csv())

    def reading_at(self, at: float) -> Reading:
        """What every curve says at a moment."""
        reach = max(self._step * 1.5, self.span.seconds / max(1, self.plot.width()) * 3)
        return Reading(at, tuple(value_at(curve, at, reach) for curve in self.curves))

    def _groups(self) -> list[list[int]]:
        """Curves that share a key: both directions of one interface among several."""
        groups: dict[str, list[int]] = {}
        for number, curve in enumerate(self.curves):
            groups.setdefault(curve.key or curve.name, []).append(number)
        return list(groups.values())

    def _show_keys(self) -> None:
        """A swatch and a name per key, with the values under the crosshair."""
        groups = self._groups()
        while len(self._legend) < len(groups):
            key = (_Swatch(), Label(""), Label("", tone="bright"))
            for part in key:
                self.keys.insertWidget(self.keys.count() - 2, part)
            self._legend.append(key)
        for number, (swatch, name, value) in enumerate(self._legend):
            shown = number < len(groups)
            for part in (swatch, name, value):
                part.setVisible(shown)
            if shown:
                curve = self.curves[groups[number][0]]
                swatch.tint(curve.tint)
                told = visible(curve.key or curve.name)
                elide = name.fontMetrics().elidedText
                name.setText(elide(told, Qt.TextElideMode.ElideRight, NAME_PX))
        if self.moment.text() == "":
            self._tell(None)

    def _tell(self, reading: Reading | None) -> None:
        write = self.plot.write
        for group, (_, _, value) in zip(self._groups(), self._legend, strict=False):
            if reading is not None:
                told = [reading.values[number] for number in group]
                value.setText(" / ".join("–" if v is None else write(v) for v in told))
            else:
                p95 = self.curves[group[0]].p95
                value.setText("" if p95 is None else f"95 %: {write(p95)}")
        moment = None if reading is None else datetime.fromtimestamp(reading.at, UTC)
        self.moment.setText("" if moment is None else self._times.absolute(moment))
        self.read.emit(reading)

    def _hover(self, at: float | None) -> None:
        self._tell(None if at is None or not math.isfinite(at) else self.reading_at(at))

    def _dress(self) -> None:
        for swatch, _, _ in self._legend:
            swatch.update()
        self.plot.refresh()

    def _lay_out(self) -> None:
        self.keys.setContentsMargins(GRID + 4, 4, GRID + 4, 4)
        self.keys.setSpacing(GRID)
        self.keys.addStretch(1)
        self.keys.addWidget(self.moment)
        head = QWidget()
        head.setFixedHeight(26)
        head.setLayout(self.keys)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(head)
        layout.addWidget(self.plot, 1)


class _Swatch(QWidget):
    """A short line in the colour of a curve."""

    def __init__(self) -> None:
        super().__init__()
        self._tint = TINTS[0]
        self.setFixedSize(14, 14)

    def tint(self, tint: str) -> None:
        self._tint = tint
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(0, 6, 14, 3, look().color(self._tint))
        painter.end()
