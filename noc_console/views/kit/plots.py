"""The graph one studies: curves over time with a crosshair, a zoom by dragging, gaps as gaps.

Painted by ourselves, with pyqtgraph's array helpers. Its own view survives 100 openings now that
garbage is collected on the window's thread (`views.kit.garbage`), but given the same thinned values
it takes three times as long for a step (7.1 ms against 2.4 ms on two busy cores, a month of seconds
in 20 plots), 1.5 times for a drag (4.0 ms, 2.6 ms), takes titles for HTML and knows no bands,
marks, limits or stacks. tests/benchmarks/bench_graphs.py measures both.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np
from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QGuiApplication,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QToolTip, QVBoxLayout, QWidget

from noc_console.kernel.text import visible
from noc_console.views.kit.axes import Axes
from noc_console.views.kit.crosshair import Crosshair
from noc_console.views.kit.curves import (
    TINTS,
    Curve,
    Floats,
    Reading,
    Span,
    Writer,
    as_csv,
    value_at,
)
from noc_console.views.kit.drawing import AIR as AIR
from noc_console.views.kit.drawing import PLAIN, Drawn, Limit, Manner, Mark, drawn
from noc_console.views.kit.graph_sheet import Snapshot
from noc_console.views.kit.label import ElidedLabel, Label, plain_tip
from noc_console.views.kit.plot_hand import HandledPlot
from noc_console.views.kit.plot_ink import mark_box, paint_limits, paint_marks, paint_parts
from noc_console.views.kit.theme import GRID, look
from noc_console.views.kit.ticks import log_ticks, time_ticks, value_ticks
from noc_console.views.kit.times import Times

LEFT, TOP, RIGHT, BOTTOM = 76, 8, 12, 24
MARKED_TOP = 24
"""With marks above the curves."""
MARK_PX = 36
"""Room for one mark of the value axis."""
MOMENT_PX = 92
"""Room for one moment of the time axis."""
MOST_KEYS = 6
NEAR_PX = 8
"""So near a mark is pointed at."""


class Plot(HandledPlot):
    """Axes and curves; the crosshair lies over a picture that is kept.

    What is drawn between the axes, and its range of values, can be another's: `fit`, `draw_inside`.
    """

    marked = Signal(object)  # Mark that was clicked

    def __init__(self, times: Times) -> None:
        super().__init__()
        self._times = times
        self.curves: tuple[Curve, ...] = ()
        self.limits: tuple[Limit, ...] = ()
        self.marks: tuple[Mark, ...] = ()
        self.manner: Manner = PLAIN
        self.write: Writer = "{:g}".format
        self.top: float | None = None
        self.note = ""
        self._low, self._high = 0.0, 1.0
        self._drawn = Drawn((), 0.0, 1.0)
        self._picture: QPixmap | None = None
        self._is_fresh = False
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:
        return QSize(480, 180)

    def refresh(self) -> None:
        """What is shown changed."""
        self._is_fresh = False
        self.update()

    # --- where things are ------------------------------------------------------------------

    def room(self) -> QRectF:
        """Where the curves are."""
        top = MARKED_TOP if self.marks else TOP
        return QRectF(self.rect()).adjusted(LEFT, top, -RIGHT, -BOTTOM)

    def axes(self) -> Axes:
        room = self.room()
        return Axes(
            room.left(), room.top(), room.width(), room.height(),
            self.span, self._low, self._high, self._drawn.floor,
        )  # fmt: skip

    def x_of(self, at: Floats | float) -> Floats:
        return self.axes().x(at)

    def y_of(self, value: Floats | float) -> Floats:
        return self.axes().y(value)

    def moment_at(self, x: float) -> float:
        return self.axes().moment(x)

    def mark_at(self, at: QPointF) -> Mark | None:
        """The mark pointed at: its sign, or the bar of an alarm above the curves."""
        axes = self.axes()
        if not self.marks or at.y() > axes.top + 2:
            return None
        boxes = [(abs(mark_box(axes, mark).center().x() - at.x()), mark) for mark in self.marks]
        near = min(boxes, key=lambda one: one[0])
        return near[1] if near[0] <= NEAR_PX else None

    # --- drawing ---------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        ratio = self.devicePixelRatioF()
        if not self._is_fresh or self._picture is None or self._picture.devicePixelRatio() != ratio:
            self._draw(ratio)
        assert self._picture is not None
        painter = QPainter(self)
        try:
            painter.drawPixmap(0, 0, self._picture)
            self._draw_cross(painter)
        finally:
            painter.end()

    def _draw(self, ratio: float) -> None:
        size = self.size() * ratio
        if self._picture is None or self._picture.size() != size:
            self._picture = QPixmap(size)
        self._picture.setDevicePixelRatio(ratio)
        theme = look()
        self._picture.fill(theme.color("surface.field"))
        self._drawn = drawn(
            self.curves,
            self.span,
            int(self.room().width()),
            self.manner,
            limits=self.limits,
            top=self.top,
        )
        self._low, self._high = self.fit()
        self._is_fresh = True
        painter = QPainter(self._picture)
        try:
            painter.setFont(theme.font(11))
            self._draw_axes(painter)
            painter.setClipRect(self.room())
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self.draw_inside(painter)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            paint_limits(painter, self.axes(), self.limits)
            painter.setClipping(False)
            paint_marks(painter, self.axes(), self.marks)
            if self.note:
                painter.setPen(theme.color("text.dim"))
                painter.drawText(self.room(), Qt.AlignmentFlag.AlignCenter, self.note)
        finally:
            painter.end()

    def draw_inside(self, painter: QPainter) -> None:
        """What is between the axes; the painter is clipped to it."""
        paint_parts(painter, self._drawn, self.axes())

    def fit(self) -> tuple[float, float]:
        """The range of values."""
        return self._drawn.low, self._drawn.high

    def _draw_axes(self, painter: QPainter) -> None:
        if self.span.end <= 1.0:
            return  # nothing was asked for yet
        theme, axes = look(), self.axes()
        most = max(2, int(axes.height // MARK_PX))
        right = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        centre = int(Qt.AlignmentFlag.AlignCenter)
        grid, strong = QPen(theme.color("series.grid"), 1), QPen(theme.color("line.strong"), 1)
        dim = theme.color("text.dim")
        if axes.floor:
            values = log_ticks(self._low, self._high, axes.floor, most)
        else:
            values = value_ticks(self._low, self._high, most)
        for value in values:
            y = round(float(axes.y(value))) + 0.5
            is_zero = abs(value) < (self._high - self._low) * 1e-9
            painter.setPen(strong if is_zero else grid)
            painter.drawLine(QPointF(axes.left, y), QPointF(axes.right, y))
            painter.setPen(dim)
            size = abs(value) if self.manner.from_zero else value
            painter.drawText(QRectF(0, y - 9, LEFT - 8, 18), right, self.write(size))
        most = max(1, int(axes.width // MOMENT_PX))
        for moment, text in time_ticks(self.span.start, self.span.end, most, self._times.zone()):
            x = round(float(axes.x(moment))) + 0.5
            painter.setPen(grid)
            painter.drawLine(QPointF(x, axes.top), QPointF(x, axes.bottom))
            painter.setPen(dim)
            painter.drawText(QRectF(x - 44, axes.bottom + 3, 88, 18), centre, text)

    def _draw_cross(self, painter: QPainter) -> None:
        if self._cross is None or not self.span.start <= self._cross <= self.span.end:
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
        mark = self.mark_at(event.position())
        if mark is not None and event.button() == Qt.MouseButton.LeftButton:
            self.marked.emit(mark)
            return
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        if self._pan is None and self._grip is None:
            self._point_out(event.position())

    def _point_out(self, at: QPointF) -> None:
        mark = self.mark_at(at)
        leads = mark is not None and mark.alarm_id is not None
        shape = Qt.CursorShape.PointingHandCursor if leads else Qt.CursorShape.CrossCursor
        if self.cursor().shape() != shape:
            self.setCursor(shape)
        if mark is not None:
            place = self.mapToGlobal(at.toPoint() + QPoint(0, GRID))
            QToolTip.showText(place, plain_tip(self.mark_text(mark)), self)
        elif QToolTip.isVisible():
            QToolTip.hideText()

    def mark_text(self, mark: Mark) -> str:
        """A mark in words: when, what, until when."""
        when = self._times.absolute(datetime.fromtimestamp(mark.at, UTC))
        until = ""
        if mark.end is not None and math.isfinite(mark.end):
            until = f" – {self._times.absolute(datetime.fromtimestamp(mark.end, UTC))}"
        elif mark.end is not None:
            until = " – now"
        return f"{when}{until}\n{visible(mark.text)}"

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._is_fresh = False


class Graph(QWidget):
    """Curves over a span. `zoomed` asks for a closer look, `zoomed_out` for what was before.

    `follow` a `Crosshair` to share the moment under the pointer with other graphs.
    """

    zoomed = Signal(object)  # Span
    zoomed_out = Signal()
    looked = Signal(object)  # Span: while the hand still moves
    read = Signal(object)  # Reading or None
    marked = Signal(object)  # Mark

    def __init__(self, times: Times, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._times = times
        self._step = 60.0
        self._hub: Crosshair | None = None
        self.plot = Plot(times)
        self.plot.setAccessibleName("Graph")
        self.keys = QHBoxLayout()
        self.more = Label("", tone="dim")
        self.moment = Label("", tone="dim")
        self._legend: list[tuple[_Swatch, ElidedLabel, Label]] = []
        self._lay_out()
        self.plot.hovered.connect(self._hover)
        self.plot.dragged.connect(self.zoomed)
        self.plot.looked.connect(self.looked)
        self.plot.left.connect(self.zoomed_out)
        self.plot.marked.connect(self.marked)
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
        manner: Manner = PLAIN,
        limits: Sequence[Limit] = (),
        marks: Sequence[Mark] = (),
    ) -> None:
        """Swap everything shown. `top` is the least height of the scale (100 for per cent).

        `note` stands in the middle when there is nothing to draw.
        """
        plot = self.plot
        plot.curves, plot.span, plot.write, plot.top = tuple(curves), span, write, top
        plot.manner, plot.limits, plot.marks = manner, tuple(limits), tuple(marks)
        plot.note = "" if any(_is_known(curve) for curve in curves) else note
        self._step = max((_usual_step(curve) for curve in curves), default=60.0)
        self._show_keys()
        plot.refresh()

    def follow(self, hub: Crosshair) -> None:
        """Share the crosshair with everything else that follows the same hub."""
        self._hub = hub
        self.plot.hovered.connect(hub.point)
        hub.moved.connect(self._cross)

    def look_at(self, span: Span) -> None:
        """Another stretch of what is known, at once."""
        self.plot.look_at(span)

    def csv(self) -> str:
        """What is in view."""
        return as_csv(self.curves, self.span)

    def snapshot(self, title: str = "") -> Snapshot:
        """What is shown, to be drawn on paper."""
        plot = self.plot
        return Snapshot(
            title, plot.curves, plot.span, plot.write, plot.top,
            plot.manner, plot.limits, plot.marks, self._times.zone(),
        )  # fmt: skip

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
        left_out = len(groups) - MOST_KEYS
        self.more.setText(f"+ {left_out} more" if left_out > 0 else "")
        groups = groups[:MOST_KEYS]
        while len(self._legend) < len(groups):
            key = (_Swatch(), _name_label(), Label("", tone="bright"))
            for part in key:
                self.keys.insertWidget(self.keys.count() - 3, part)
            self._legend.append(key)
        for number, (swatch, name, value) in enumerate(self._legend):
            shown = number < len(groups)
            for part in (swatch, name, value):
                part.setVisible(shown)
            if shown:
                curve = self.curves[groups[number][0]]
                swatch.tint(curve.tint, is_faint=curve.ghost)
                name.show_text(curve.key or curve.name)
        if self.moment.text() == "":
            self._tell(None)

    def _tell(self, reading: Reading | None) -> None:
        write = self.plot.write
        for group, (_, _, value) in zip(self._groups(), self._legend, strict=False):
            if reading is not None:
                values = [reading.values[number] for number in group]
                value.setText(" / ".join("–" if v is None else write(v) for v in values))
            else:
                first = self.curves[group[0]]
                told = "" if first.p95 is None else f"{first.share:g} %: {write(first.p95)}"
                value.setText(told)
        moment = None if reading is None else datetime.fromtimestamp(reading.at, UTC)
        self.moment.setText("" if moment is None else self._times.absolute(moment))
        self.read.emit(reading)

    def _hover(self, at: float | None) -> None:
        self._tell(None if at is None or not math.isfinite(at) else self.reading_at(at))

    def _cross(self, at: float | None) -> None:
        """Pointed at in another graph; our own plot knows already."""
        if not self.plot.underMouse():
            self.plot.show_cross(at)
            self._hover(at)

    def _dress(self) -> None:
        for swatch, _, _ in self._legend:
            swatch.update()
        self.plot.refresh()

    def _lay_out(self) -> None:
        self.keys.setContentsMargins(GRID + 4, 4, GRID + 4, 4)
        self.keys.setSpacing(GRID)
        self.keys.addWidget(self.more)
        self.keys.addStretch(1)
        self.keys.addWidget(self.moment)
        head = QWidget()
        head.setFixedHeight(26)
        # Names give way to the width there is, never the other way round.
        head.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        head.setLayout(self.keys)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(head)
        layout.addWidget(self.plot, 1)


def _is_known(curve: Curve) -> bool:
    """Whether there is one value at least; the newest are looked at first, a track is long."""
    return bool(np.isfinite(curve.values[-64:]).any() or np.isfinite(curve.values).any())


def _usual_step(curve: Curve) -> float:
    """The usual time between two values, of the newest."""
    times = curve.times[-512:]
    return float(np.median(np.diff(times))) if len(times) > 1 else 0.0


def _name_label() -> ElidedLabel:
    """As wide as its words, narrower where there is no room for them."""
    label = ElidedLabel("")
    label.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
    return label


class _Swatch(QWidget):
    """A short line in the colour of a curve."""

    def __init__(self) -> None:
        super().__init__()
        self._tint, self._is_faint = TINTS[0], False
        self.setFixedSize(14, 14)

    def tint(self, tint: str, *, is_faint: bool = False) -> None:
        self._tint, self._is_faint = tint, is_faint
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        color = QColor(look().color(self._tint))
        color.setAlpha(120 if self._is_faint else 255)
        painter.fillRect(0, 6, 14, 2 if self._is_faint else 3, color)
        painter.end()
