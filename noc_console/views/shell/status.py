"""The line at the bottom: who, store, collector, age of the data, alarms, time."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QBrush, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QWidget

from noc_console.kernel.text import duration, plural
from noc_console.services.alarms.model import AlarmCounts, Severity
from noc_console.services.telemetry.model import CollectorHealth
from noc_console.views.kit.icons import paint_icon
from noc_console.views.kit.label import plain_tip
from noc_console.views.kit.severity import (
    paint_absent,
    paint_severity,
    severity_color,
    severity_word,
)
from noc_console.views.kit.theme import GRID, look
from noc_console.views.kit.times import Times, age

HEIGHT = 28
STALE_INTERVALS = 2
GRACE_S = 20.0
"""A collector that starts with the window needs a moment to say its first word."""


class Segment(QAbstractButton):
    """One fact with its icon; `stale` hatches it."""

    def __init__(self, icon: str, tip: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = icon
        self.is_stale = False
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Expanding)
        self.say("", tip)
        look().changed.connect(self.update)

    def say(self, text: str, tip: str, *, stale: bool = False) -> None:
        self.setText(text)
        self.is_stale = stale
        self.setToolTip(plain_tip(tip))
        self.setAccessibleName(text)
        self.setAccessibleDescription(tip)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        width = self.fontMetrics().horizontalAdvance(self.text())
        return QSize(width + (22 if self._icon else 0) + 2 * 10, HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(36, HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        rect = self.rect()
        if self.is_stale:
            painter.fillRect(rect, look().color("attention.soft"))
            hatch = QBrush(look().color("attention.plain"), Qt.BrushStyle.BDiagPattern)
            painter.setOpacity(0.28)
            painter.fillRect(rect, hatch)
            painter.setOpacity(1.0)
        elif self.underMouse():
            painter.fillRect(rect, look().color("surface.hover"))
        if self.hasFocus():
            painter.setPen(look().color("line.focus"))
            painter.drawRect(rect.adjusted(0, 0, -1, -1))
        painter.setPen(look().color("line.hair"))
        painter.drawLine(rect.right(), 7, rect.right(), rect.bottom() - 6)
        room = rect.adjusted(10, 0, -8, 0)
        tint = "attention.plain" if self.is_stale else "icon.dim"
        if self._icon:
            place = QRectF(room.left(), rect.center().y() - 6, 14, 14)
            paint_icon(painter, place, self._icon, look().color(tint))
            room.adjust(20, 0, 0, 0)
        painter.setFont(self.font())
        painter.setPen(look().color("text.bright" if self.is_stale else "text.dim"))
        cut = painter.fontMetrics().elidedText(
            self.text(), Qt.TextElideMode.ElideRight, room.width() + 2
        )
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, cut)
        painter.end()


class CountButton(QAbstractButton):
    """How many alarms of one severity; coloured only when there are some."""

    def __init__(self, severity: Severity, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.severity = severity
        self.count = 0
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.show_count(0)
        look().changed.connect(self.update)

    def show_count(self, count: int) -> None:
        self.count = count
        told = plural(count, f"{severity_word(self.severity).lower()} alarm")
        self.setAccessibleName(told)
        self.setToolTip(plain_tip(f"{told}: show"))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self.fontMetrics().horizontalAdvance(f"{self.count:,}") + 34, HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self.underMouse():
            painter.fillRect(self.rect(), look().color("surface.hover"))
        if self.hasFocus():
            painter.setPen(look().color("line.focus"))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        place = QRectF(7, self.rect().center().y() - 6, 14, 14)
        # Without alarms the sign is the grey outline of its shape.
        if self.count:
            paint_severity(painter, place, self.severity)
        else:
            paint_absent(painter, place, self.severity)
        painter.setFont(self.font())
        painter.setPen(severity_color(self.severity) if self.count else look().color("text.faint"))
        painter.drawText(
            self.rect().adjusted(27, 0, 0, 0),
            Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter,
            f"{self.count:,}",
        )
        painter.end()


class StatusLine(QWidget):
    """Facts left to right from the most steady to the most lively."""

    alarms_asked = Signal(object)  # Severity
    zone_asked = Signal()
    collector_asked = Signal()

    def __init__(
        self,
        times: Times,
        *,
        who: str,
        tenant: str,
        store: str,
        interval_s: float,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._times, self._interval_s = times, interval_s
        self.setProperty("role", "status")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(HEIGHT)
        self.setFont(look().font(12))
        self.heard_at: CollectorHealth | None = None
        self._collectors: tuple[CollectorHealth, ...] = ()
        self._asked = False
        self._opened_at = times.clock.now()
        self.who = Segment("user", "")
        self.who.say(f"{who} · {tenant}", f"{who}, in the tenant {tenant}")
        self.store = Segment("store", "")
        self.store.say(store, f"The store: {store}")
        self.collector = Segment("collector", "The collector has not been asked yet")
        self.age = Segment("clock", "Age of the newest data")
        self.counts = {
            severity: CountButton(severity)
            for severity in (Severity.CRITICAL, Severity.MAJOR, Severity.MINOR, Severity.WARNING)
        }
        self.zone = Segment("", "Click: UTC or local time")
        self._lay_out()
        for severity, button in self.counts.items():
            button.clicked.connect(lambda _=False, s=severity: self.alarms_asked.emit(s))
        self.zone.clicked.connect(self.zone_asked)
        self.collector.clicked.connect(self.collector_asked)
        self.age.clicked.connect(self.collector_asked)
        self.tick()

    @property
    def is_stale(self) -> bool:
        """Whether the data on screen are older than two polling intervals."""
        seconds = self.age_s()
        if seconds is None:
            return self._asked and not self.is_starting
        return seconds > STALE_INTERVALS * self._interval_s

    @property
    def is_starting(self) -> bool:
        """Whether the window has just opened, and its collector with it."""
        return (self._times.age_s(self._opened_at) or 0.0) < GRACE_S

    def age_s(self) -> float | None:
        """How long ago any collector was heard, in seconds; None for never."""
        return self._times.age_s(self.heard_at.at) if self.heard_at else None

    def add_badge(self, badge: QWidget) -> None:
        """Something that is seen only when it has something to say, beside the counts."""
        at = self._row.indexOf(self.counts[Severity.CRITICAL])
        self._row.insertWidget(at, badge)
        self._row.insertSpacing(at + 1, GRID)

    def show_counts(self, counts: AlarmCounts) -> None:
        for severity, button in self.counts.items():
            button.show_count(int(getattr(counts, severity.name.lower())))

    def show_collectors(self, collectors: tuple[CollectorHealth, ...]) -> None:
        self._asked = True
        self._collectors = collectors
        self.heard_at = max(collectors, key=lambda c: c.at, default=None)
        self.tick()

    def tick(self) -> None:
        """A second went by."""
        now = self._times.clock.now().astimezone(self._times.zone())
        self.zone.say(f"{now:%H:%M:%S} {now:%Z}", f"{now:%A, %d %B %Y}. Click: UTC or local time")
        if self._asked:
            self._tell_health()

    def _tell_health(self) -> None:
        stale, heard = self.is_stale, self.heard_at
        if heard is None and not stale:
            self.collector.say("collector starting", "No collector has reported yet")
            self.age.say("no data yet", "Nothing is measured while no collector runs")
            return
        if heard is None:
            self.collector.say("no collector", "No collector has reported yet", stale=True)
            self.age.say("no data", "Nothing is measured while no collector runs", stale=True)
            return
        names = len(self._collectors)
        late = f", {heard.due_late_s:.0f} s late" if heard.due_late_s >= 5 else ""
        title = heard.name if names == 1 else plural(names, "collector")
        self.collector.say(
            f"{title} · {plural(heard.devices, 'device')}{late}",
            "\n".join(_health(each, self._times) for each in self._collectors),
            stale=stale,
        )
        seconds = self.age_s() or 0.0
        self.age.say(
            f"data {age(seconds)} old" + (" · stale" if stale else ""),
            f"The newest data are {duration(seconds)} old; older than "
            f"{duration(STALE_INTERVALS * self._interval_s)} counts as stale",
            stale=stale,
        )

    def _lay_out(self) -> None:
        self._row = layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 1, 0, 0)
        layout.setSpacing(0)
        for segment in (self.who, self.store, self.collector, self.age):
            layout.addWidget(segment)
        layout.addStretch(1)
        for button in self.counts.values():
            layout.addWidget(button)
        layout.addSpacing(GRID)
        layout.addWidget(self.zone)


def _health(each: CollectorHealth, times: Times) -> str:
    return (
        f"{each.name}: heard {times.ago(each.at)} ago, {plural(each.devices, 'device')}, "
        f"{plural(each.polls, 'poll')} and {plural(each.failures, 'failure')} in the last cycle, "
        f"{each.traps:,} traps, {each.syslog:,} syslog lines, {each.dropped:,} dropped"
    )
