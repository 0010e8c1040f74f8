"""The bar of the time machine: a track with what happened, a head to drag, and the player."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta, tzinfo

from PySide6.QtCore import QDate, QDateTime, QPointF, QRectF, QSize, Qt, QTime, QTimeZone, Signal
from PySide6.QtGui import (
    QBrush,
    QFont,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import (
    QComboBox,
    QDateTimeEdit,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QToolTip,
    QVBoxLayout,
    QWidget,
)

from noc_console.kernel.text import duration, plural
from noc_console.services.topology.happenings import Density
from noc_console.views.kit.icons import IconButton
from noc_console.views.kit.label import ElidedLabel, Label, plain_tip
from noc_console.views.kit.severity import severity_color, severity_word
from noc_console.views.kit.theme import GRID, look
from noc_console.views.kit.times import Times

HEIGHT = 62
TOP = 20
"""Room for the labels of time above the bars."""
NARROWEST = timedelta(minutes=2)
SPANS = (
    ("Hour", timedelta(hours=1)),
    ("Day", timedelta(days=1)),
    ("Week", timedelta(days=7)),
    ("All", None),
)
SPEEDS = (1, 10, 60, 600)
USUAL_SPEED = 60
BUCKET_PX = 4
CALM = 12
"""So many happenings in one bar make it as tall as can be, when no bar has more."""
_STEPS_S = (60, 300, 900, 3600, 3 * 3600, 6 * 3600, 86_400, 2 * 86_400, 7 * 86_400, 30 * 86_400)


class Track(QWidget):
    """What happened in a span of time; a click or a drag puts the head somewhere."""

    moved = Signal(object)  # datetime
    span_changed = Signal()

    def __init__(self, times: Times, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._times = times
        now = times.clock.now()
        self.start, self.end = now - timedelta(days=1), now
        self.since: datetime | None = None
        """Before this nothing is kept."""
        self.head: datetime | None = None
        self.mark: datetime | None = None
        """A second moment, to compare with."""
        self._density: Density | None = None
        self.setMouseTracking(True)
        self.setFixedHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName("Time track")
        look().changed.connect(self.update)
        times.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(600, HEIGHT)

    @property
    def buckets(self) -> int:
        """How many bars fit."""
        return max(20, min(600, self.width() // BUCKET_PX))

    def show_span(self, start: datetime, end: datetime) -> None:
        """Another stretch of time."""
        if end - start < NARROWEST:
            end = start + NARROWEST
        if (start, end) != (self.start, self.end):
            self.start, self.end = start, end
            self.update()
            self.span_changed.emit()

    def show_density(self, density: Density) -> None:
        """The histogram."""
        self._density = density
        self.update()

    def put_head(self, at: datetime | None) -> None:
        """Where the map stands; the span follows when the head leaves it."""
        self.head = at
        if at is not None and not self.start <= at <= self.end:
            half = (self.end - self.start) / 2
            self.show_span(at - half, at + half)
        self.update()

    def put_mark(self, at: datetime | None) -> None:
        self.mark = at
        self.update()

    def x_of(self, at: datetime) -> float:
        """Where a moment stands, in pixels."""
        return (at - self.start) / (self.end - self.start) * self.width()

    def at_x(self, x: float) -> datetime:
        """The moment at a pixel."""
        return self.start + (self.end - self.start) * (x / max(1, self.width()))

    # -- painting ---------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), look().color("surface.field"))
        self._paint_scale(painter)
        self._paint_bars(painter)
        self._paint_unknown(painter)
        if self.mark is not None:
            self._paint_flag(painter, self.mark, "series.b", "B")
        if self.head is not None:
            self._paint_flag(painter, self.head, "attention.plain", "")
        painter.end()

    def _paint_scale(self, painter: QPainter) -> None:
        font = QFont(self.font())
        font.setPixelSize(11)
        painter.setFont(font)
        zone = self._times.zone()
        for at in ticks(self.start, self.end, max(2, self.width() // 110), zone):
            x = round(self.x_of(at)) + 0.5
            painter.setPen(QPen(look().color("line.hair"), 1))
            painter.drawLine(QPointF(x, TOP), QPointF(x, self.height()))
            painter.setPen(look().color("text.faint"))
            local = at.astimezone(zone)
            wide = self.end - self.start > timedelta(days=2)
            at_midnight = local.hour == local.minute == 0
            text = local.strftime("%a %d %b" if wide or at_midnight else "%H:%M")
            painter.drawText(QPointF(x + 4, 14), text)

    def _paint_bars(self, painter: QPainter) -> None:
        density = self._density
        if density is None:
            return
        most = max((a + c for a, c in zip(density.alarms, density.changes, strict=True)), default=0)
        if not most:
            return
        # A single change in a quiet night is no tower.
        room, step = self.height() - TOP - 4, math.log1p(max(most, CALM))
        painter.setPen(Qt.PenStyle.NoPen)
        for number, (alarms, changes) in enumerate(
            zip(density.alarms, density.changes, strict=True)
        ):
            total = alarms + changes
            if not total:
                continue
            left = self.x_of(density.start + density.width * number)
            right = self.x_of(density.start + density.width * (number + 1))
            if right < 0 or left > self.width():
                continue
            tall = max(2.0, room * math.log1p(total) / step)
            wide = max(1.5, right - left - 1)
            box = QRectF(left, self.height() - tall, wide, tall)
            painter.setBrush(look().color("line.strong"))
            painter.drawRect(box)
            if alarms:
                part = max(2.0, tall * alarms / total)
                painter.setBrush(severity_color(density.worst[number]))
                painter.drawRect(QRectF(left, self.height() - part, wide, part))

    def _paint_unknown(self, painter: QPainter) -> None:
        """Hatched where nothing is kept, and where the future is."""
        painter.setPen(Qt.PenStyle.NoPen)
        for left, right in (
            (0.0, -1.0 if self.since is None else self.x_of(self.since)),
            (self.x_of(self._times.clock.now()), float(self.width())),
        ):
            if right > left:
                box = QRectF(left, TOP, right - left, self.height() - TOP)
                painter.setBrush(look().color("surface.raised"))
                painter.drawRect(box)
                hatch = look().color("line.hair")
                painter.fillRect(box, QBrush(hatch, Qt.BrushStyle.BDiagPattern))

    def _paint_flag(self, painter: QPainter, at: datetime, tint: str, text: str) -> None:
        x = self.x_of(at)
        color = look().color(tint)
        painter.setPen(QPen(color, 2))
        painter.drawLine(QPointF(x, 6), QPointF(x, self.height()))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        painter.drawPolygon(
            QPolygonF(
                [QPointF(x - 6, 2), QPointF(x + 6, 2), QPointF(x + 6, 10), QPointF(x, 17),
                 QPointF(x - 6, 10)]
            )
        )  # fmt: skip
        if text:
            painter.setPen(look().color("text.on_accent"))
            font = QFont(self.font())
            font.setPixelSize(9)
            font.setBold(True)
            painter.setFont(font)
            box = QRectF(x - 6, 1, 12, 12)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)

    # -- the hand ---------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            at = self.at_x(event.position().x())
            near = self.mark is not None and abs(self.x_of(self.mark) - self.x_of(at)) < 8
            self.put_mark(None if near else at)
            return
        self._go(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            if not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
                self._go(event.position().x())
            return
        x = event.position().x()
        text = self._words_at(self.at_x(x))
        QToolTip.showText(event.globalPosition().toPoint(), plain_tip(text), self)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Closer or further around the pointer; sideways moves the span."""
        turns = event.angleDelta()
        span = self.end - self.start
        if abs(turns.x()) > abs(turns.y()):
            by = span * (-turns.x() / 1200)
            self.show_span(self.start + by, self.end + by)
        elif turns.y():
            at = self.at_x(event.position().x())
            factor = 0.8 if turns.y() > 0 else 1.25
            widest = max(timedelta(days=1), self._times.clock.now() - (self.since or at)) * 1.2
            if NARROWEST <= span * factor <= widest:
                left, right = (at - self.start) * factor, (self.end - at) * factor
                self.show_span(at - left, at + right)
        event.accept()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.span_changed.emit()

    def _go(self, x: float) -> None:
        self.moved.emit(self.at_x(min(max(x, 0.0), float(self.width()))))

    def _words_at(self, at: datetime) -> str:
        told = [self._times.absolute(at)]
        if self.since is not None and at < self.since:
            told.append("Nothing is kept of that time")
        density = self._density
        if density is not None and density.start <= at < density.end:
            number = min(len(density.changes) - 1, int((at - density.start) / density.width))
            changes, alarms = density.changes[number], density.alarms[number]
            if alarms:
                worst = severity_word(density.worst[number]).lower()
                told.append(f"{plural(alarms, 'alarm')}, worst {worst}")
            if changes:
                told.append(plural(changes, "change"))
        return "\n".join(told)


def ticks(start: datetime, end: datetime, most: int, zone: tzinfo | None) -> list[datetime]:
    """Round moments of a span, `most` at most, round in that zone."""
    span = (end - start).total_seconds()
    step = next((one for one in _STEPS_S if span / one <= most), _STEPS_S[-1])
    local = start.astimezone(zone)
    offset = (local.utcoffset() or timedelta(0)).total_seconds()
    first = math.ceil((start.timestamp() + offset) / step) * step - offset
    return [
        datetime.fromtimestamp(first + number * step, UTC)
        for number in range(int((end.timestamp() - first) // step) + 1)
    ]


class TimeBar(QWidget):
    """The track, and under it the player. It knows nothing of services."""

    moved = Signal(object)  # datetime
    stepped = Signal(bool)  # forward
    played = Signal()
    left = Signal()
    compared = Signal()
    span_wanted = Signal(object)  # timedelta, None for all

    def __init__(self, times: Times, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "toolbar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._times = times
        self._telling = False
        self.track = Track(times)
        self.track.moved.connect(self.moved)
        self.clock = Label("", size="large", tone="bright")
        self.ago = Label("", tone="attention")
        self.told = ElidedLabel("", tone="dim")
        self.when = QDateTimeEdit()
        self.speed = QComboBox()
        self.play_button = IconButton("play", "Play (Space)")
        self.diff_button = QPushButton("Compare")
        self.now_button = QPushButton("Now")
        self._lay_out()

    def show_moment(self, at: datetime | None) -> None:
        """The moment on the map; None while it is on its way."""
        self.track.put_head(at)
        if at is None:
            return
        local = at.astimezone(self._times.zone())
        self.clock.setText(f"{local:%H:%M:%S} {local.strftime('%Z')}")
        self.ago.setText(f"{self.words_ago(at)} ago")
        if not self.when.hasFocus():
            self._telling = True
            self.when.setDateTime(
                QDateTime(
                    QDate(local.year, local.month, local.day),
                    QTime(local.hour, local.minute, local.second),
                )
            )
            self._telling = False

    def words_ago(self, at: datetime) -> str:
        return duration(max(0.0, (self._times.clock.now() - at).total_seconds()))

    def show_event(self, text: str) -> None:
        """What happened there."""
        self.told.show_text(text)

    def show_playing(self, playing: bool) -> None:
        self.play_button.show_icon("pause" if playing else "play")
        words = "Pause (Space)" if playing else "Play (Space)"
        self.play_button.setToolTip(words)
        self.play_button.setAccessibleName(words)

    @property
    def factor(self) -> int:
        """How much faster than life it plays."""
        return int(self.speed.currentData())

    def _typed(self) -> None:
        if self._telling:
            return
        typed = self.when.dateTime()
        if self._times.use_utc:
            typed = QDateTime(typed.date(), typed.time(), QTimeZone.utc())
        self.moved.emit(datetime.fromtimestamp(typed.toSecsSinceEpoch(), UTC))

    def _lay_out(self) -> None:
        back = IconButton("back", "The change before (←)")
        ahead = IconButton("forward", "The next change (→)")
        back.clicked.connect(lambda: self.stepped.emit(False))
        ahead.clicked.connect(lambda: self.stepped.emit(True))
        self.play_button.clicked.connect(self.played)
        self.now_button.clicked.connect(self.left)
        self.now_button.setToolTip("Back to the present (Esc)")
        self.diff_button.clicked.connect(self.compared)
        self.diff_button.setToolTip(
            "What differs between this moment and the mark (Shift+click on the track), or now"
        )
        self.when.setDisplayFormat("yyyy-MM-dd HH:mm:ss")
        self.when.setCalendarPopup(True)
        self.when.setAccessibleName("Date and time")
        self.when.editingFinished.connect(self._typed)
        for speed in SPEEDS:
            self.speed.addItem(f"{speed}×", speed)
        self.speed.setCurrentIndex(SPEEDS.index(USUAL_SPEED))
        self.speed.setAccessibleName("How fast it plays")
        line = QHBoxLayout()
        line.setSpacing(GRID // 2)
        for part in (back, self.play_button, ahead, self.speed, self.when):
            line.addWidget(part)
        line.addSpacing(GRID)
        line.addWidget(self.clock)
        line.addSpacing(GRID // 2)
        line.addWidget(self.ago)
        line.addSpacing(GRID)
        line.addWidget(self.told, 1)
        for text, span in SPANS:
            button = QPushButton(text)
            button.setProperty("flat", True)
            button.clicked.connect(lambda _=False, span=span: self.span_wanted.emit(span))
            line.addWidget(button)
        line.addSpacing(GRID)
        line.addWidget(self.diff_button)
        line.addWidget(self.now_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GRID, GRID // 2, GRID, GRID)
        layout.setSpacing(GRID // 2)
        layout.addWidget(self.track)
        layout.addLayout(line)


class PastFrame:
    """A frame around the map that says: this is not now. Painted with every frame."""

    def __init__(self) -> None:
        self.is_on = False

    def paint(self, painter: QPainter, camera: object, width: int, height: int) -> None:
        if self.is_on:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(look().color("attention.plain"), 3))
            painter.drawRect(QRectF(1.5, 1.5, width - 3, height - 3))


class PastStrip(QWidget):
    """On top of the map: which moment is seen, and the way back."""

    left = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("role", "strip")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.text = Label("", tone="attention")
        now = QPushButton("Now")
        now.setToolTip("Back to the present (Esc)")
        now.clicked.connect(self.left)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(2 * GRID, 4, GRID, 4)
        layout.setSpacing(2 * GRID)
        layout.addWidget(self.text)
        layout.addWidget(now)
        self.hide()

    def tell(self, text: str) -> None:
        """Show it, in the upper corner."""
        if self.text.text() != text:
            self.text.setText(text)
        self.adjustSize()
        # Titles of sites stand in the middle; this corner is free.
        self.move(GRID, GRID)
        if not self.isVisible():
            self.show()
            self.raise_()
