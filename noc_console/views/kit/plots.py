"""The graph one studies: curves over time with a crosshair, a zoom by dragging, and gaps as gaps.

pyqtgraph draws at most two points per pixel of what is in view: handing it raw history
costs half a second per tick at 86,400 points. Names from devices never reach pyqtgraph,
which takes every text for HTML; they stand in labels of ours.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QGuiApplication, QPainter, QPixmap, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from noc_console.kernel.text import visible
from noc_console.views.kit.clip import guarded
from noc_console.views.kit.label import Label
from noc_console.views.kit.theme import GRID, look
from noc_console.views.kit.times import Times, iso

Floats = NDArray[np.float64]
Writer = Callable[[float], str]

TINTS = ("series.a", "series.b", "series.c", "series.d", "series.f", "series.e")
PER_PIXEL = 2
SHORTEST_S = 4.0
"""A drag shorter than this many seconds is a slip of the hand."""
AIR = 1.08
NAME_PX = 190


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """One line: seconds since 1970 in UTC, ascending, and values; NaN is a gap."""

    name: str
    times: Floats
    values: Floats
    tint: str = TINTS[0]
    below: bool = False
    """Drawn downwards from zero, as what goes out opposite to what comes in."""
    p95: float | None = None
    """A dashed line: 95 % of the time it was lower."""
    key: str = ""
    """Curves with the same key share one entry of the legend; empty is the name."""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time, seconds since 1970 in UTC."""

    start: float
    end: float

    @property
    def seconds(self) -> float:
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Reading:
    """What the curves say at the crosshair: time, and per curve its value or None."""

    at: float
    values: tuple[float | None, ...] = field(default=())


def thinned(times: Floats, values: Floats, pixels: int) -> tuple[Floats, Floats]:
    """The lowest and the highest of each pixel's stretch: every spike stays.

    A stretch without any value stays a gap.
    """
    count = len(times)
    if count <= PER_PIXEL * pixels or pixels < 1:
        return times, values
    edges = np.linspace(times[0], times[-1], pixels + 1)[:-1]
    starts = np.unique(np.searchsorted(times, edges))
    starts = starts[starts < count]
    # fmin and fmax pass over NaN as long as there is one number.
    low = np.fmin.reduceat(values, starts)
    high = np.fmax.reduceat(values, starts)
    ends = np.append(starts[1:], count) - 1
    thin_times = np.empty(2 * len(starts))
    thin_values = np.empty(2 * len(starts))
    thin_times[0::2], thin_times[1::2] = times[starts], times[ends]
    rising = values[starts] <= values[ends]
    thin_values[0::2] = np.where(rising, low, high)
    thin_values[1::2] = np.where(rising, high, low)
    return thin_times, thin_values


def in_view(curve: Curve, span: Span) -> tuple[Floats, Floats]:
    """The part of a curve inside a span, and one point beyond each end."""
    first = max(0, int(np.searchsorted(curve.times, span.start)) - 1)
    last = int(np.searchsorted(curve.times, span.end, side="right")) + 1
    return curve.times[first:last], curve.values[first:last]


def percentile95(values: Floats) -> float | None:
    """The value not exceeded 95 % of the time; None when nothing is known."""
    finite = values[np.isfinite(values)]
    return float(np.percentile(finite, 95)) if finite.size else None


def value_at(curve: Curve, at: float, reach: float) -> float | None:
    """The value nearest to a moment, within `reach` seconds; None in a gap."""
    if not len(curve.times):
        return None
    right = int(np.searchsorted(curve.times, at))
    near = [number for number in (right - 1, right) if 0 <= number < len(curve.times)]
    best = min(near, key=lambda number: abs(curve.times[number] - at))
    value = float(curve.values[best])
    return value if abs(curve.times[best] - at) <= reach and math.isfinite(value) else None


def as_csv(curves: Sequence[Curve], span: Span) -> str:
    """The curves in view as CSV: ISO time in UTC, then a column per curve."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(["time", *(guarded(visible(curve.name)) for curve in curves)])
    parts = [in_view(curve, span) for curve in curves]
    moments = np.unique(np.concatenate([times for times, _ in parts])) if parts else np.empty(0)
    found = [dict(zip(times.tolist(), values.tolist(), strict=True)) for times, values in parts]
    for moment in moments.tolist():
        cells = [known.get(moment, math.nan) for known in found]
        told = ["" if math.isnan(cell) else f"{cell:.6g}" for cell in cells]
        writer.writerow([iso(datetime.fromtimestamp(moment, UTC)), *told])
    return out.getvalue()


class _ValueAxis(pg.AxisItem):  # type: ignore[misc]
    """Numbers with their unit; what is drawn below zero counts upwards too."""

    write: Writer = staticmethod(lambda value: f"{value:g}")

    def tickStrings(self, values: Sequence[float], scale: float, spacing: float) -> list[str]:
        return [self.write(abs(value)) for value in values]


class _Box(pg.ViewBox):  # type: ignore[misc]
    """Drag to zoom in time, double-click to come back. The wheel belongs to the page."""

    def __init__(self, graph: Graph) -> None:
        super().__init__(enableMenu=False)
        self._graph = graph
        self.setMouseEnabled(x=False, y=False)

    def mouseDragEvent(self, event: Any, axis: int | None = None) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            event.ignore()
            return
        event.accept()
        start = self.mapSceneToView(event.buttonDownScenePos()).x()
        self._graph.drag(start, self.mapSceneToView(event.scenePos()).x(), event.isFinish())

    def mouseDoubleClickEvent(self, event: Any) -> None:
        event.accept()
        self._graph.zoomed_out.emit()

    def wheelEvent(self, event: Any, axis: int | None = None) -> None:
        event.ignore()


class Graph(QWidget):
    """Curves over a span. `zoomed` asks for a closer look, `zoomed_out` for the whole."""

    zoomed = Signal(object)  # Span
    zoomed_out = Signal()
    read = Signal(object)  # Reading or None

    def __init__(self, times: Times, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._times = times
        self.curves: tuple[Curve, ...] = ()
        self.span = Span(0.0, 1.0)
        self._write: Writer = lambda value: f"{value:g}"
        self._top: float | None = None
        self._step = 60.0
        self._bottom = _ValueAxis("left")
        self._clock = pg.DateAxisItem("bottom")
        self._box = _Box(self)
        self.plot = pg.PlotWidget(
            viewBox=self._box, axisItems={"left": self._bottom, "bottom": self._clock}
        )
        self._lines: list[Any] = []
        self._marks: list[Any] = []
        self._cross = pg.InfiniteLine(angle=90, movable=False)
        self._drag = pg.LinearRegionItem(movable=False)
        self.keys = QHBoxLayout()
        self.moment = Label("", tone="dim")
        self._legend: list[tuple[_Swatch, Label, Label]] = []
        self._note = Label("", tone="dim", parent=self.plot)
        self._lay_out()
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(0)
        self._pause.timeout.connect(self._draw)
        look().changed.connect(self._dress)
        times.changed.connect(self._dress)
        self._dress()

    # --- for pages -------------------------------------------------------------------------

    def show_curves(
        self,
        curves: Sequence[Curve],
        span: Span,
        *,
        write: Writer,
        top: float | None = None,
        note: str = "",
    ) -> None:
        """Swap everything shown. `top` fixes the scale (100 for per cent), None fits it.

        `note` stands in the middle when there is nothing to draw.
        """
        self.curves, self.span, self._write, self._top = tuple(curves), span, write, top
        self._note.setText(note if not self._has_values() else "")
        self._bottom.write = write
        steps = [np.median(np.diff(c.times)) for c in curves if len(c.times) > 1]
        self._step = float(max(steps)) if steps else 60.0
        self._show_keys()
        self._draw()

    def csv(self) -> str:
        """What is in view."""
        return as_csv(self.curves, self.span)

    def picture(self) -> QPixmap:
        """The graph with its keys, as on screen."""
        return self.grab()

    def copy_picture(self) -> None:
        QGuiApplication.clipboard().setPixmap(self.picture())

    def copy_csv(self) -> None:
        QGuiApplication.clipboard().setText(self.csv())

    def reading_at(self, at: float) -> Reading:
        """What every curve says at a moment."""
        reach = max(self._step * 1.5, self.span.seconds / max(1, self.plot.width()) * 3)
        return Reading(at, tuple(value_at(curve, at, reach) for curve in self.curves))

    def drag(self, start: float, end: float, is_over: bool) -> None:
        """A stretch is being marked; when it is over, look at it closely."""
        low, high = sorted((start, end))
        low, high = max(low, self.span.start), min(high, self.span.end)
        self._drag.setRegion((low, high))
        self._drag.setVisible(not is_over)
        if is_over and high - low >= SHORTEST_S:
            self.zoomed.emit(Span(low, high))

    # --- drawing -----------------------------------------------------------------------------

    def _has_values(self) -> bool:
        return any(np.isfinite(curve.values).any() for curve in self.curves)

    def _draw(self) -> None:
        pixels = max(50, round(self._box.width()))
        while len(self._lines) < len(self.curves):
            line = pg.PlotCurveItem(connect="finite")
            self.plot.addItem(line)
            self._lines.append(line)
        low = high = 0.0
        for line, curve in zip(self._lines, self.curves, strict=False):
            times, values = thinned(*in_view(curve, self.span), pixels)
            shown = -values if curve.below else values
            finite = shown[np.isfinite(shown)]
            if finite.size:
                low, high = min(low, float(finite.min())), max(high, float(finite.max()))
            line.setPen(pg.mkPen(look().color(curve.tint), width=1))
            fill = QColor(look().color(curve.tint))
            fill.setAlpha(34)
            is_area = len(self.curves) <= 2
            line.setData(
                times,
                shown,
                connect="finite",
                antialias=True,
                fillLevel=0.0 if is_area else None,
                brush=fill if is_area else None,
            )
            line.show()
        for line in self._lines[len(self.curves) :]:
            line.hide()
        self._draw_marks()
        self._set_range(low, high)

    def _draw_marks(self) -> None:
        """The dashed lines of the 95th percentiles."""
        for mark in self._marks:
            self.plot.removeItem(mark)
        self._marks = []
        for curve in self.curves:
            if curve.p95 is not None:
                color = QColor(look().color(curve.tint))
                color.setAlpha(170)
                pen = pg.mkPen(color, width=1, style=Qt.PenStyle.DashLine)
                level = -curve.p95 if curve.below else curve.p95
                mark = pg.InfiniteLine(pos=level, angle=0, movable=False, pen=pen)
                self.plot.addItem(mark)
                self._marks.append(mark)

    def _set_range(self, low: float, high: float) -> None:
        top = self._top if self._top is not None else high * AIR
        bottom = low * AIR
        if top <= 0 and bottom >= 0:
            top = 1.0
        self._box.setXRange(self.span.start, self.span.end, padding=0)
        self._box.setYRange(bottom, max(top, high), padding=0)

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
        self._tell(None)

    def _tell(self, reading: Reading | None) -> None:
        for group, (_, _, value) in zip(self._groups(), self._legend, strict=False):
            if reading is not None:
                told = [reading.values[number] for number in group]
                value.setText(" / ".join("–" if v is None else self._write(v) for v in told))
            else:
                p95 = self.curves[group[0]].p95
                value.setText("" if p95 is None else f"95 %: {self._write(p95)}")
        moment = None if reading is None else datetime.fromtimestamp(reading.at, UTC)
        self.moment.setText("" if moment is None else self._times.absolute(moment))
        self.read.emit(reading)

    def _hover(self, spot: QPointF) -> None:
        inside = self._box.sceneBoundingRect().contains(spot)
        self._cross.setVisible(inside)
        if inside:
            at = float(self._box.mapSceneToView(spot).x())
            self._cross.setPos(at)
            self._tell(self.reading_at(at))
        else:
            self._tell(None)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._cross.hide()
        self._tell(None)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._note.setGeometry(self.plot.rect())
        self._pause.start()

    def _dress(self) -> None:
        """Colours of the theme, hours of the zone."""
        theme = look()
        self.plot.setBackground(theme.color("surface.field"))
        grid = theme.color("series.grid")
        for axis in (self._bottom, self._clock):
            axis.setPen(pg.mkPen(grid))
            axis.setTextPen(pg.mkPen(theme.color("text.dim")))
            axis.setTickFont(theme.font(11))
            axis.setGrid(70)
        self._cross.setPen(pg.mkPen(theme.color("icon.dim"), width=1))
        soft = QColor(theme.color("accent.plain"))
        soft.setAlpha(44)
        self._drag.setBrush(soft)
        offset = self._times.clock.now().astimezone(self._times.zone()).utcoffset()
        self._clock.utcOffset = -(offset.total_seconds() if offset else 0.0)
        for swatch, _, _ in self._legend:
            swatch.update()
        self._draw()

    def _lay_out(self) -> None:
        item = self.plot.getPlotItem()
        item.hideButtons()
        item.setMenuEnabled(False)
        self._bottom.setWidth(76)
        self._bottom.enableAutoSIPrefix(False)
        self.plot.addItem(self._cross, ignoreBounds=True)
        self.plot.addItem(self._drag, ignoreBounds=True)
        self._cross.hide()
        self._drag.hide()
        self.plot.setFrameShape(self.plot.Shape.NoFrame)
        self.plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.plot.scene().sigMouseMoved.connect(self._hover)
        self._note.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._note.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
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

    def paintEvent(self, event: QEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(0, 6, 14, 3, look().color(self._tint))
        painter.end()
