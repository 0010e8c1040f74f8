"""Two weeks of planned work at a glance: a column for each day, a bar for each time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QHelpEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from noc_console.services.maintenance.model import Slot, SlotState
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.label import plain_tip
from noc_console.views.kit.theme import GRID, SMALL_PX, look
from noc_console.views.maintenance.columns import state_text, targets_text

DAYS = 14
HEAD = 30
LANE = 20
LANES = 5
"""Bars above one another that fit; more are counted."""
LEAST = 6.0


def lanes(slots: Sequence[Slot], least: timedelta) -> list[int]:
    """A lane for each time so that none covers another; short ones take up `least`."""
    busy: list[datetime] = []
    taken = []
    for slot in slots:
        ends = max(slot.ends_at, slot.starts_at + least)
        free = next((at for at, until in enumerate(busy) if until <= slot.starts_at), len(busy))
        if free == len(busy):
            busy.append(ends)
        else:
            busy[free] = ends
        taken.append(free)
    return taken


class CalendarStrip(QWidget):
    """The days from `first` on. A click chooses a time, a double click on a day plans one."""

    chosen = Signal(str)  # Slot.key
    opened = Signal(str)
    asked = Signal(object)  # datetime: work is to be planned from then on

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.first = self._midnight(desk.clock.now())
        self.slots: tuple[Slot, ...] = ()
        self._lanes: list[int] = []
        self.selected = ""
        self.setMouseTracking(True)
        self.setAccessibleName("Calendar of planned work")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        look().changed.connect(self.update)
        desk.times.changed.connect(self.turn_to_now)

    def sizeHint(self) -> QSize:
        return QSize(900, HEAD + LANES * LANE + GRID)

    @property
    def last(self) -> datetime:
        return self.first + timedelta(days=DAYS)

    def show_slots(self, slots: Sequence[Slot]) -> None:
        """The times of the days shown; others are left out."""
        seen = [slot for slot in slots if slot.ends_at > self.first and slot.starts_at < self.last]
        self.slots = tuple(sorted(seen, key=lambda slot: slot.starts_at))
        self._lanes = lanes(self.slots, timedelta(hours=2))
        self.update()

    def select(self, key: str) -> None:
        self.selected = key
        self.update()

    def turn(self, days: int) -> None:
        """Show other days."""
        self.first = self._midnight(self.first + timedelta(days=days, hours=3))
        self.update()

    def turn_to_now(self) -> None:
        self.first = self._midnight(self._desk.clock.now())
        self.update()

    # --- where things are -----------------------------------------------------------------------

    def box(self, at: int) -> QRectF:
        """Where a time is drawn; beyond the last lane nowhere."""
        slot, lane = self.slots[at], self._lanes[at]
        if lane >= LANES:
            return QRectF()
        left, right = (
            self._x(max(slot.starts_at, self.first)),
            self._x(min(slot.ends_at, self.last)),
        )
        return QRectF(left, HEAD + 3 + lane * LANE, max(LEAST, right - left), LANE - 3)

    def hit(self, spot: QPointF) -> Slot | None:
        return next((s for at, s in enumerate(self.slots) if self.box(at).contains(spot)), None)

    def _x(self, moment: datetime) -> float:
        return self.width() * ((moment - self.first) / timedelta(days=DAYS))

    def _midnight(self, moment: datetime) -> datetime:
        zone = self._desk.times.zone()
        local = moment.astimezone(zone)
        return datetime.combine(local.date(), time(), tzinfo=local.tzinfo)

    # --- drawing ----------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), look().color("surface.field"))
        self._paint_days(painter)
        for at in range(len(self.slots)):
            self._paint_slot(painter, at)
        hidden = sum(lane >= LANES for lane in self._lanes)
        if hidden:
            painter.setPen(look().color("text.faint"))
            painter.drawText(
                self.rect().adjusted(0, 0, -6, -2),
                Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom,
                f"and {hidden:,} more",
            )
        painter.end()

    def _paint_days(self, painter: QPainter) -> None:
        wide, now = self.width() / DAYS, self._desk.clock.now()
        painter.setFont(look().font(SMALL_PX))
        for day in range(DAYS):
            date = (self.first + timedelta(days=day, hours=12)).date()
            box = QRectF(day * wide, 0, wide, self.height())
            if date.weekday() >= 5:
                painter.fillRect(box, look().color("surface.window"))
            painter.setPen(look().color("line.hair"))
            painter.drawLine(box.topLeft(), box.bottomLeft())
            is_today = date == now.astimezone(self._desk.times.zone()).date()
            painter.setFont(
                look().font(SMALL_PX, QFont.Weight.Bold if is_today else QFont.Weight.Normal)
            )
            painter.setPen(look().color("text.bright" if is_today else "text.dim"))
            words = f"{date:%a %d}" + (f" {date:%b}" if day == 0 or date.day == 1 else "")
            painter.drawText(
                QRectF(day * wide + 6, 0, wide - 6, HEAD), Qt.AlignmentFlag.AlignVCenter, words
            )
        painter.setPen(look().color("line.hair"))
        painter.drawLine(QPointF(0, HEAD), QPointF(self.width(), HEAD))
        if self.first <= now < self.last:
            painter.setPen(QPen(look().color("accent.plain"), 1.0))
            painter.drawLine(QPointF(self._x(now), HEAD - 6), QPointF(self._x(now), self.height()))

    def _paint_slot(self, painter: QPainter, at: int) -> None:
        slot, box = self.slots[at], self.box(at)
        if box.isEmpty():
            return
        fill, edge, words = {
            SlotState.NOW: ("accent.soft", "accent.plain", "text.bright"),
            SlotState.PLANNED: ("surface.selected", "line.strong", "text.plain"),
            SlotState.PAST: ("surface.raised", "line.hair", "text.dim"),
            SlotState.SKIPPED: ("surface.field", "line.hair", "text.faint"),
        }[slot.state]
        is_chosen = slot.key == self.selected
        painter.setBrush(look().color(fill))
        painter.setPen(
            QPen(look().color("line.focus" if is_chosen else edge), 1.6 if is_chosen else 1.0)
        )
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
        if slot.run is not None and slot.run.is_under_way and slot.run.down:
            painter.fillRect(QRectF(box.left() + 1, box.top() + 2, 3, box.height() - 4),
                             look().color("attention.plain"))  # fmt: skip
        self._paint_words(painter, at, box, words)

    def _paint_words(self, painter: QPainter, at: int, box: QRectF, ink: str) -> None:
        """Inside the bar, or right of it while there is room in its lane."""
        slot, lane = self.slots[at], self._lanes[at]
        after = [
            self.box(other).left()
            for other in range(at + 1, len(self.slots))
            if self._lanes[other] == lane
        ]
        room = min(after, default=float(self.width())) - box.left() - 8
        painter.setFont(look().font(SMALL_PX))
        metrics = painter.fontMetrics()
        text = metrics.elidedText(slot.window.title, Qt.TextElideMode.ElideRight, int(room))
        if room < 24:
            return
        wide = metrics.horizontalAdvance(text)
        inside = wide + 10 <= box.width()
        left = box.left() + 6 if inside or room - box.width() < 40 else box.right() + 5
        limit = min(left + room, min(after, default=float(self.width()))) - left - 3
        text = metrics.elidedText(slot.window.title, Qt.TextElideMode.ElideRight, int(limit))
        painter.setPen(look().color(ink if inside else "text.dim"))
        painter.drawText(
            QRectF(left, box.top(), limit + 4, box.height()), Qt.AlignmentFlag.AlignVCenter, text
        )

    # --- hands ---------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        slot = self.hit(event.position())
        if slot is not None:
            self.select(slot.key)
            self.chosen.emit(slot.key)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        slot = self.hit(event.position())
        if slot is not None:
            self.opened.emit(slot.key)
            return
        share = event.position().x() / max(1, self.width())
        moment = self.first + timedelta(days=DAYS) * share
        self.asked.emit(moment.replace(minute=0, second=0, microsecond=0))

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            slot = self.hit(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), plain_tip(self._tip(slot)) if slot else "", self)
            return True
        return super().event(event)

    def _tip(self, slot: Slot) -> str:
        times = self._desk.times
        when = f"{times.absolute(slot.starts_at)[:16]} to {times.absolute(slot.ends_at)[:16]}"
        ticket = f"\n{slot.window.ticket}" if slot.window.ticket else ""
        objects = targets_text(slot.window.targets)
        return f"{slot.window.title} ({state_text(slot)})\n{when}\n{objects}{ticket}"
