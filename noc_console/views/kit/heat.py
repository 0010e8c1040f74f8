"""A measurement as a calendar: hours by weekdays, or hours by days; the brighter the more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QVBoxLayout, QWidget

from noc_console.kernel.text import visible
from noc_console.views.kit.curves import Curve, Floats, Span, Writer, in_view
from noc_console.views.kit.label import Label
from noc_console.views.kit.theme import GRID, look
from noc_console.views.kit.times import Times

HOURS = 24
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MOST_DAYS = 400
RAMP = ("idle", "low", "medium", "high", "full")
LEFT, TOP, RIGHT, BOTTOM = 76, 6, 96, 24


@dataclass(frozen=True, slots=True, eq=False)
class Heat:
    """Means by the hour, a row a weekday or a day; NaN where nothing was measured."""

    name: str
    rows: tuple[str, ...]
    cells: Floats
    """[rows, 24]"""
    from_zero: bool = True
    """Whether the ramp begins at zero, as for rates, or at the least value."""

    @property
    def ends(self) -> tuple[float, float]:
        """The least and the greatest; 0 and 1 when nothing is known."""
        known = self.cells[np.isfinite(self.cells)]
        if not known.size:
            return 0.0, 1.0
        low = float(known.min())
        return (min(0.0, low) if self.from_zero else low), float(known.max())


def by_weekday(curve: Curve, span: Span, zone: tzinfo | None) -> Heat:
    """What is usual for each hour of the week, in the chosen zone."""
    hours, values = _by_hour(curve, span, zone)
    place = [(wall.weekday(), wall.hour) for wall in hours]
    return Heat(curve.name, WEEKDAYS, _table(place, values, len(WEEKDAYS)))


def by_day(curve: Curve, span: Span, zone: tzinfo | None) -> Heat:
    """Each day a row, the oldest on top; of a longer span the newest days."""
    hours, values = _by_hour(curve, span, zone)
    if not hours:
        return Heat(curve.name, (), np.empty((0, HOURS)))
    last = hours[-1].date()
    first = max(hours[0].date(), last - timedelta(days=MOST_DAYS - 1))
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    inside = [(at, value) for at, value in zip(hours, values, strict=True) if at.date() >= first]
    place = [((at.date() - first).days, at.hour) for at, _ in inside]
    cells = _table(place, np.array([value for _, value in inside]), len(days))
    return Heat(curve.name, tuple(f"{day:%a %d %b}" for day in days), cells)


def _by_hour(curve: Curve, span: Span, zone: tzinfo | None) -> tuple[list[datetime], Floats]:
    """The mean of each hour that was measured: few values to tell the zone's clock of."""
    times, values = in_view(curve, span)
    inside = (times >= span.start) & (times <= span.end) & np.isfinite(values)
    times, values = times[inside], values[inside].astype(np.float64)
    if not len(times):
        return [], np.empty(0)
    # Quarters of an hour, for zones that are 30 or 45 minutes off.
    slots = np.floor(times / 900).astype(np.int64)
    starts = np.flatnonzero(np.diff(slots, prepend=slots[0] - 1))
    counts = np.diff(np.append(starts, len(slots)))
    means = np.add.reduceat(values, starts) / counts
    walls = [
        datetime.fromtimestamp(at, UTC).astimezone(zone) for at in (slots[starts] * 900).tolist()
    ]
    return walls, means


def _table(place: list[tuple[int, int]], values: Floats, rows: int) -> Floats:
    total, count = np.zeros((rows, HOURS)), np.zeros((rows, HOURS))
    if place:
        row, hour = np.array(place).T
        np.add.at(total, (row, hour), values)
        np.add.at(count, (row, hour), 1)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


class HeatMap(QWidget):
    """Rows of hours with a scale beside them; the pointer is told the value."""

    def __init__(self, times: Times, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.heat = Heat("", (), np.empty((0, HOURS)))
        self.write: Writer = "{:g}".format
        self.note = ""
        self.name = Label("", tone="bright")
        self.field = _Field(self)
        head = QVBoxLayout()
        head.setContentsMargins(GRID + 4, 4, GRID + 4, 2)
        head.setSpacing(2)
        head.addWidget(self.name)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(self.field, 1)
        look().changed.connect(self.field.refresh)

    def show_heat(self, heat: Heat, write: Writer, *, note: str = "") -> None:
        """Swap what is shown; `note` stands in the middle when nothing is known."""
        self.heat, self.write = heat, write
        self.note = "" if np.isfinite(heat.cells).any() else note
        self.tell(None)
        self.field.refresh()

    def tell(self, place: tuple[int, int] | None) -> None:
        """The words for a cell; None: the name alone."""
        name = visible(self.heat.name)
        if place is None or place[0] >= len(self.heat.rows):
            self.name.setText(name)
            return
        row, hour = place
        value = float(self.heat.cells[row, hour])
        told = "nothing measured" if np.isnan(value) else self.write(value)
        when = f"{self.heat.rows[row]} {hour:02}:00 – {(hour + 1) % HOURS:02}:00"
        self.name.setText(f"{name}   {when}   {told}")

    def minimumSizeHint(self) -> QSize:
        return QSize(360, 150)


class _Field(QWidget):
    """The cells; painted as one small picture, stretched."""

    def __init__(self, owner: HeatMap) -> None:
        super().__init__(owner)
        self._owner = owner
        self._picture: QImage | None = None
        self._under: tuple[int, int] | None = None
        self.setMouseTracking(True)
        self.setAccessibleName("Heat map")

    def refresh(self) -> None:
        self._picture = None
        self.update()

    def room(self) -> QRectF:
        return QRectF(self.rect()).adjusted(LEFT, TOP, -RIGHT, -BOTTOM)

    def cell_at(self, at: QPointF) -> tuple[int, int] | None:
        """Row and hour under a point."""
        room, rows = self.room(), len(self._owner.heat.rows)
        if not rows or not room.contains(at):
            return None
        hour = int((at.x() - room.left()) / room.width() * HOURS)
        row = int((at.y() - room.top()) / room.height() * rows)
        return min(row, rows - 1), min(hour, HOURS - 1)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        theme, room, heat = look(), self.room(), self._owner.heat
        painter.fillRect(self.rect(), theme.color("surface.field"))
        painter.setFont(theme.font(11))
        if self._owner.note or not heat.rows:
            painter.setPen(theme.color("text.dim"))
            painter.drawText(room, Qt.AlignmentFlag.AlignCenter, self._owner.note)
        else:
            if self._picture is None:
                self._picture = picture(heat)
            painter.drawImage(room, self._picture)
            self._draw_axes(painter, room, heat)
            self._draw_scale(painter, room, heat)
            self._draw_pointer(painter, room, len(heat.rows))
        painter.end()

    def _draw_axes(self, painter: QPainter, room: QRectF, heat: Heat) -> None:
        theme = look()
        wide, tall = room.width() / HOURS, room.height() / len(heat.rows)
        painter.setPen(QPen(theme.color("surface.field"), 1))
        if tall >= 6:
            for row in range(1, len(heat.rows)):
                y = round(room.top() + row * tall) + 0.5
                painter.drawLine(QPointF(room.left(), y), QPointF(room.right(), y))
        for hour in range(1, HOURS):
            x = round(room.left() + hour * wide) + 0.5
            painter.drawLine(QPointF(x, room.top()), QPointF(x, room.bottom()))
        painter.setPen(theme.color("text.dim"))
        every = max(1, -(-18 // max(1, int(tall))))
        right = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        for row in range(0, len(heat.rows), every):
            box = QRectF(0, room.top() + (row + 0.5) * tall - 9, LEFT - 8, 18)
            painter.drawText(box, right, heat.rows[row])
        for hour in range(0, HOURS + 1, 3):
            box = QRectF(room.left() + hour * wide - 24, room.bottom() + 3, 48, 18)
            painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), f"{hour:02}:00")

    def _draw_scale(self, painter: QPainter, room: QRectF, heat: Heat) -> None:
        """The ramp with its ends in words."""
        theme, (low, high) = look(), heat.ends
        left = room.right() + 14
        steps = 32
        for step in range(steps):
            share = 1 - (step + 0.5) / steps
            top = room.top() + room.height() * step / steps
            box = QRectF(left, top, 8, room.height() / steps + 0.6)
            painter.fillRect(box, QColor(*_ramp(np.array([share]))[0].tolist()))
        painter.setPen(theme.color("text.dim"))
        side = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for y, value in ((room.top() + 6, high), (room.bottom() - 6, low)):
            painter.drawText(QRectF(left + 13, y - 9, 74, 18), side, self._owner.write(value))

    def _draw_pointer(self, painter: QPainter, room: QRectF, rows: int) -> None:
        if self._under is None:
            return
        row, hour = self._under
        wide, tall = room.width() / HOURS, room.height() / rows
        painter.setPen(QPen(look().color("text.bright"), 1.4))
        box = QRectF(room.left() + hour * wide, room.top() + row * tall, wide, tall)
        painter.drawRect(box.adjusted(0.5, 0.5, -0.5, -0.5))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._under = self.cell_at(event.position())
        self._owner.tell(self._under)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._under = None
        self._owner.tell(None)
        self.update()


def picture(heat: Heat) -> QImage:
    """A pixel a cell; clear where nothing was measured."""
    low, high = heat.ends
    share = (heat.cells - low) / max(high - low, 1e-12)
    colors = _ramp(np.nan_to_num(share))
    colors[~np.isfinite(heat.cells)] = 0
    rows, hours = heat.cells.shape
    bits = np.ascontiguousarray(colors.astype(np.uint8))
    image = QImage(bits.data, hours, rows, hours * 4, QImage.Format.Format_RGBA8888)
    return image.copy()  # the array goes


def _ramp(share: Floats) -> Floats:
    """Red, green, blue, opacity of shares from 0 to 1."""
    stops = np.array([look().color(f"load.{name}").getRgb() for name in RAMP], float)
    at = np.linspace(0, 1, len(RAMP))
    made = [np.interp(share, at, stops[:, channel]) for channel in range(4)]
    return np.asarray(np.stack(made, axis=-1))
