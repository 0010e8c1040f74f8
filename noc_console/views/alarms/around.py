"""What happened around an alarm: who set the device up before it, and what the device said."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QScrollArea, QWidget

from noc_console.kernel.text import visible
from noc_console.services.alarms.model import NO_DEVICE, Alarm
from noc_console.services.intake.model import ConfigChange, IntakeLine
from noc_console.views.alarms.given import DeskServices
from noc_console.views.alarms.section import Section
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.tasks import OnError
from noc_console.views.kit.theme import SMALL_PX, look
from noc_console.views.kit.times import Times
from noc_console.views.logs.columns import ink

BEFORE, AFTER = timedelta(minutes=15), timedelta(minutes=10)
CHANGES_BEFORE = timedelta(hours=24)
"""A change of yesterday's evening explains many an alarm of the morning."""
MOST_LINES, MOST_CHANGES = 60, 8
WRAP = Qt.TextFlag.TextWordWrap
LEFT = 74


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that happened. `is_change`: somebody set the device up."""

    at: datetime
    text: str
    is_change: bool = False
    is_alarm: bool = False
    line: IntakeLine | None = None


def story(
    alarm: Alarm, changes: Sequence[ConfigChange], lines: Sequence[IntakeLine]
) -> tuple[Told, ...]:
    """All of it in the order it happened, the alarm among it; of changes the last few."""
    told = [Told(line.at, line.text, line=line) for line in lines]
    told += [Told(one.at, change_text(one), is_change=True) for one in changes[-MOST_CHANGES:]]
    told.append(Told(alarm.first_seen, f"The alarm came: {alarm.text}", is_alarm=True))
    return tuple(sorted(told, key=lambda one: one.at))


def change_text(change: ConfigChange) -> str:
    """`Configured by ann from vty0 (192.0.2.5)`."""
    who = f" by {change.who}" if change.who else ""
    how = f" from {change.how}" if change.how else ""
    return f"Configured{who}{how}" if who or how else f"Configured: {change.text}"


class Around(Section):
    """The change of configuration before it, and the log lines beside it."""

    title = "Logs"

    def __init__(self, desk: Desk, given: DeskServices, on_error: OnError) -> None:
        super().__init__(desk, given, on_error)
        self.story = _Story(desk.times)
        area = QScrollArea()
        area.setWidget(self.story)
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setAccessibleName("What happened around the alarm")
        self.body.addWidget(area, 1)

    @staticmethod
    def is_offered(given: DeskServices) -> bool:
        return given.intake is not None

    def concerns(self, alarm: Alarm) -> bool:
        return alarm.about.device_id != NO_DEVICE and self.desk.actor.may("intake.see")

    def says(self, alarm: Alarm) -> object:
        return alarm.id

    def clear(self) -> None:
        self.story.show_told(())

    def load(self, alarm: Alarm) -> None:
        self.tasks.ask("around", self._ask(alarm), self._show)

    async def _ask(self, alarm: Alarm) -> tuple[Told, ...]:
        intake, device = self.given.intake, alarm.about.device_id
        assert intake is not None, "offered only with it"
        at, actor = alarm.first_seen, self.desk.actor
        changes, found = await asyncio.gather(
            intake.changes_of(actor, device_id=device, start=at - CHANGES_BEFORE, end=at + AFTER),
            intake.search(
                actor,
                device_ids=(device,),
                start=at - BEFORE,
                end=at + AFTER,
                limit=MOST_LINES,
            ),
        )
        return story(alarm, changes, found.lines)

    def _show(self, told: tuple[Told, ...]) -> None:
        self.story.show_told(told)
        if len(told) == 1:
            self.say(
                "The device sent no trap or log line within a quarter of an hour, and said"
                " of no change of its configuration in the day before."
            )


class _Story(QWidget):
    """Times on the left, words on the right; the alarm itself stands out."""

    def __init__(self, times: Times) -> None:
        super().__init__()
        self._times = times
        self.told: tuple[Told, ...] = ()
        self._tops: list[tuple[int, int]] = []
        look().changed.connect(self.update)
        times.changed.connect(self.update)

    def show_told(self, told: tuple[Told, ...]) -> None:
        self.told = told
        self._measure()

    def sizeHint(self) -> QSize:
        return QSize(200, self.minimumHeight())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._measure()

    def _measure(self) -> None:
        self.setFont(look().font(12))
        room, top, self._tops = max(60, self.width() - LEFT - 6), 4, []
        for one in self.told:
            text = visible(one.text)
            high = self.fontMetrics().boundingRect(0, 0, room, 4000, WRAP, text).height()
            self._tops.append((top, high))
            top += high + 8
        self.setMinimumHeight(top + 4)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        for one, (top, high) in zip(self.told, self._tops, strict=True):
            if top > event.rect().bottom() or top + high < event.rect().top():
                continue
            if one.is_alarm:
                painter.setPen(QPen(look().color("attention.plain"), 1))
                painter.drawLine(0, top - 4, self.width(), top - 4)
            painter.setFont(look().mono(SMALL_PX))
            painter.setPen(look().color("text.faint"))
            painter.drawText(QRect(0, top + 1, LEFT - 6, 16), 0, self._when(one))
            loud = one.is_change or one.is_alarm
            weight = QFont.Weight.DemiBold if loud else QFont.Weight.Normal
            painter.setFont(look().font(12, weight))
            painter.setPen(self._tint(one))
            room = QRect(LEFT, top, self.width() - LEFT - 6, high + 4)
            painter.drawText(room, WRAP, visible(one.text))
        painter.end()

    def _when(self, one: Told) -> str:
        at = one.at.astimezone(self._times.zone())
        now = self._times.clock.now().astimezone(self._times.zone())
        return at.strftime("%H:%M:%S" if at.date() == now.date() else "%d %b %H:%M")

    def _tint(self, one: Told) -> QColor:
        if one.is_alarm:
            return look().color("text.bright")
        if one.is_change:
            return look().color("accent.plain")
        return (ink(one.line) if one.line is not None else None) or look().color("text.plain")
