"""A rota as weeks: who is on call large, each layer a thin line below; gaps are marked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QBrush,
    QColor,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from noc_console.services.oncall.model import Picture, Stretch
from noc_console.views.kit.label import plain_tip
from noc_console.views.kit.theme import SMALL_PX, look
from noc_console.views.oncall.watch import names_text

GUTTER = 92
HEAD = 20
LANE = 26
THIN = 7
GAP = 14
SERIES = ("a", "b", "c", "d", "f", "e")
DAY = timedelta(days=1)
WALKS = {
    Qt.Key.Key_Left: -1,
    Qt.Key.Key_Right: 1,
    Qt.Key.Key_Up: -7,
    Qt.Key.Key_Down: 7,
}


@dataclass(frozen=True, slots=True)
class Part:
    """The part of a stretch that lies in one week: from and to in days since its Monday."""

    week: int
    start: float
    end: float


class RotaCalendar(QWidget):
    """Drag over some time to put somebody else on call; a click on a stretch chooses it."""

    ranged = Signal(object, object)  # datetime, datetime: a stretch of time was drawn
    chosen = Signal(object)  # Stretch

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.picture: Picture | None = None
        self.names: Mapping[int, str] = {}
        self.now = datetime.now(UTC)
        self.cursor_day = 0
        self._drawn: tuple[datetime, datetime] | None = None
        self._pressed: datetime | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self.setAccessibleName("Calendar of the rota")
        look().changed.connect(self.update)

    def show_picture(self, picture: Picture, names: Mapping[int, str], now: datetime) -> None:
        self.picture, self.names, self.now = picture, names, now
        self._drawn = self._pressed = None
        self.setMinimumHeight(self._height())
        self.updateGeometry()
        self.update()

    # --- time and place ----------------------------------------------------------------------

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.picture.rota.zone if self.picture else "UTC")

    @property
    def first_day(self) -> date:
        """The Monday the calendar begins with."""
        start = self.picture.start if self.picture else self.now
        day = start.astimezone(self.zone).date()
        return day - timedelta(days=day.weekday())

    @property
    def weeks(self) -> int:
        if self.picture is None:
            return 0
        last = (self.picture.end - timedelta(seconds=1)).astimezone(self.zone).date()
        return (last - self.first_day).days // 7 + 1

    def sizeHint(self) -> QSize:
        return QSize(760, self._height())

    def _height(self) -> int:
        return HEAD + self.weeks * self._row() + GAP

    def _row(self) -> int:
        layers = len(self.picture.layers) if self.picture else 0
        return HEAD + LANE + 4 + layers * (THIN + 2) + GAP

    def _day_width(self) -> float:
        return max(1.0, (self.width() - GUTTER - 8) / 7)

    def _days_since(self, at: datetime) -> float:
        """By the wall clock: a day of 23 hours is as wide as any."""
        local = at.astimezone(self.zone)
        seconds = local.hour * 3600 + local.minute * 60 + local.second
        return (local.date() - self.first_day).days + seconds / 86_400

    def parts(self, stretch: Stretch) -> Iterator[Part]:
        """Where a stretch lies, week by week."""
        start, end = self._days_since(stretch.start), self._days_since(stretch.end)
        week = int(start // 7)
        while week * 7 < end:
            yield Part(week, max(start - week * 7, 0.0), min(end - week * 7, 7.0))
            week += 1

    def rect_of(self, part: Part, lane: int = -1) -> QRectF:
        """Of the lane of a layer, or (-1) of who is on call in the end."""
        width = self._day_width()
        top = HEAD + part.week * self._row() + HEAD
        height = float(LANE)
        if lane >= 0:
            top += LANE + 4 + lane * (THIN + 2)
            height = THIN
        return QRectF(GUTTER + part.start * width, top, (part.end - part.start) * width, height)

    def moment_at(self, place: QPointF) -> datetime | None:
        """The moment under a point, on the full hour; None beside the days."""
        days = (place.x() - GUTTER) / self._day_width()
        week = int((place.y() - HEAD) // self._row())
        if self.picture is None or not 0 <= days <= 7 or not 0 <= week < self.weeks:
            return None
        hours = round(min(days, 7.0) * 24)
        day = self.first_day + timedelta(days=week * 7 + hours // 24)
        return datetime.combine(day, time(hours % 24), self.zone).astimezone(UTC)

    def stretch_at(self, place: QPointF) -> Stretch | None:
        """Who is on call where the pointer is, on the large lane."""
        if self.picture is None:
            return None
        for stretch in self.picture.stretches:
            if any(self.rect_of(part).contains(place) for part in self.parts(stretch)):
                return stretch
        return None

    # --- what people do ----------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self._pressed = self.moment_at(event.position())
            self._drawn = None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = self.moment_at(event.position())
        if self._pressed is None or at is None or not event.buttons():
            return
        self._drawn = (min(self._pressed, at), max(self._pressed, at))
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        drawn, self._pressed, self._drawn = self._drawn, None, None
        self.update()
        if drawn is not None and drawn[1] > drawn[0]:
            self.ranged.emit(*drawn)
        elif (stretch := self.stretch_at(event.position())) is not None:
            self.chosen.emit(stretch)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.picture is not None:
            day = self.first_day + timedelta(days=self.cursor_day)
            start = datetime.combine(day, time(), self.zone)
            end = datetime.combine(day + DAY, time(), self.zone)
            self.ranged.emit(start.astimezone(UTC), end.astimezone(UTC))
        elif (step := WALKS.get(Qt.Key(event.key()))) is not None:
            self.cursor_day = max(0, min(7 * self.weeks - 1, self.cursor_day + step))
            self.update()
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            stretch = self.stretch_at(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), plain_tip(self.told(stretch)), self)
            return True
        return super().event(event)

    def told(self, stretch: Stretch | None) -> str:
        """A stretch in words."""
        if stretch is None or self.picture is None:
            return ""
        start, end = (at.astimezone(self.zone) for at in (stretch.start, stretch.end))
        lines = [names_text(stretch, self.names), f"{start:%a %d %b %H:%M} – {end:%a %d %b %H:%M}"]
        if stretch.layer:
            lines.append(f"layer {stretch.layer}")
        if stretch.holiday:
            lines.append(stretch.holiday)
        override = next((o for o in self.picture.overrides if o.id == stretch.override), None)
        if override is not None:
            lines.append(f"override ({override.reason.value}) by {override.by} {override.note}")
        return "\n".join(lines)

    # --- painting ----------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.picture is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_weekdays(painter)
        for day in range(7 * self.weeks):
            self._paint_day(painter, day)
        for stretch in self.picture.stretches:
            self._paint_stretch(painter, stretch)
        for lane, stretches in enumerate(self.picture.layers):
            self._paint_layer(painter, lane, stretches)
        self._paint_now(painter)
        if self._drawn is not None:
            self._paint_drawn(painter, *self._drawn)
        painter.end()

    def _paint_weekdays(self, painter: QPainter) -> None:
        painter.setFont(look().font(SMALL_PX))
        painter.setPen(look().color("text.faint"))
        width = self._day_width()
        for day in range(7):
            room = QRectF(GUTTER + day * width, 0, width, HEAD)
            name = f"{self.first_day + timedelta(days=day):%a}"
            painter.drawText(room, Qt.AlignmentFlag.AlignCenter, name)

    def _paint_day(self, painter: QPainter, number: int) -> None:
        week, at = divmod(number, 7)
        day = self.first_day + timedelta(days=number)
        cell = self.rect_of(Part(week, at, at + 1))
        head = QRectF(cell.left(), cell.top() - HEAD, cell.width(), HEAD)
        free = self._holiday(day)
        if free or at >= 5:
            painter.fillRect(
                cell.united(head).adjusted(0, 0, 0, self._row() - HEAD - LANE - GAP),
                look().color("surface.raised" if free else "surface.panel"),
            )
        if number == self.cursor_day and self.hasFocus():
            painter.setPen(look().color("line.focus"))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(head.adjusted(1, 1, -1, -1))
        today = day == self.now.astimezone(self.zone).date()
        painter.setFont(look().font(SMALL_PX))
        painter.setPen(look().color("text.bright" if today else "text.dim"))
        told = f"{day:%d}" if day.day != 1 else f"{day:%d %b}"
        text = painter.fontMetrics().elidedText(
            f"{told}  {free}" if free else told, Qt.TextElideMode.ElideRight, int(cell.width()) - 8
        )
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(head.adjusted(4, 0, 0, 0), left, text)
        if at == 0:
            painter.setPen(look().color("text.dim"))
            gutter = QRectF(12, cell.top(), GUTTER - 20, LANE)
            painter.drawText(gutter, left, f"{day:%d %b}")
            painter.setPen(look().color("text.faint"))
            painter.drawText(gutter.translated(0, 15), left, f"week {day.isocalendar().week}")

    def _holiday(self, day: date) -> str:
        if self.picture is None:
            return ""
        noon = datetime.combine(day, time(12), self.zone).astimezone(UTC)
        found = next((s for s in self.picture.stretches if s.start <= noon < s.end), None)
        return found.holiday if found else ""

    def color_of(self, person: int) -> QColor:
        """Each person of the rota has a colour of its own; stand-ins share the last."""
        people = self.picture.rota.people if self.picture else ()
        at = people.index(person) % (len(SERIES) - 1) if person in people else len(SERIES) - 1
        return look().color(f"series.{SERIES[at]}")

    def _paint_stretch(self, painter: QPainter, stretch: Stretch) -> None:
        for part in self.parts(stretch):
            room = self.rect_of(part).adjusted(0.5, 0, -0.5, 0)
            if stretch.is_gap:
                attention = look().color("attention.plain")
                painter.fillRect(room, look().color("attention.soft"))
                painter.fillRect(room, QBrush(attention, Qt.BrushStyle.BDiagPattern))
                self._paint_name(painter, room, "nobody", look().color("text.bright"))
                continue
            fill = QColor(self.color_of(stretch.people[0]))
            fill.setAlphaF(0.30)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(fill)
            painter.drawRoundedRect(room, 3, 3)
            if stretch.override is not None or stretch.is_double:
                line = "attention.plain" if stretch.is_double else "line.focus"
                painter.setPen(QPen(look().color(line), 1.2, Qt.PenStyle.DashLine))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRoundedRect(room.adjusted(1, 1, -1, -1), 3, 3)
            name = names_text(stretch, self.names)
            self._paint_name(painter, room, name, look().color("text.bright"))

    def _paint_name(self, painter: QPainter, room: QRectF, text: str, color: QColor) -> None:
        painter.setFont(look().font(12))
        painter.setPen(color)
        inside = room.adjusted(6, 0, -4, 0)
        if inside.width() < 14:
            return
        cut = painter.fontMetrics().elidedText(
            text, Qt.TextElideMode.ElideRight, int(inside.width())
        )
        painter.drawText(inside, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, cut)

    def _paint_layer(self, painter: QPainter, lane: int, stretches: tuple[Stretch, ...]) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        for stretch in stretches:
            if stretch.is_gap:
                continue
            color = QColor(self.color_of(stretch.people[0]))
            color.setAlphaF(0.6)
            painter.setBrush(color)
            for part in self.parts(stretch):
                painter.drawRoundedRect(self.rect_of(part, lane).adjusted(0.5, 0, -0.5, 0), 2, 2)

    def _paint_now(self, painter: QPainter) -> None:
        days = self._days_since(self.now)
        week = int(days // 7)
        if not 0 <= week < self.weeks:
            return
        at = self.rect_of(Part(week, days - week * 7, days - week * 7))
        painter.setPen(QPen(look().color("accent.strong"), 2))
        painter.drawLine(
            QPointF(at.left(), at.top() - 3),
            QPointF(at.left(), at.top() + self._row() - HEAD - GAP),
        )

    def _paint_drawn(self, painter: QPainter, start: datetime, end: datetime) -> None:
        color = QColor(look().color("accent.plain"))
        color.setAlphaF(0.35)
        for part in self.parts(Stretch(start, end, ())):
            painter.fillRect(self.rect_of(part), color)
