"""What happened to one alarm, newest first: a line with a dot for every step."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRect, QSize, Qt
from PySide6.QtGui import QFont, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QScrollArea, QWidget

from noc_console.kernel.text import visible
from noc_console.services.alarms.model import AlarmStep, Severity
from noc_console.views.kit.severity import severity_color, severity_word
from noc_console.views.kit.theme import SMALL_PX, look
from noc_console.views.kit.times import Times

MOST = 200
LEFT = 26
WRAP = Qt.TextFlag.TextWordWrap
TELLS_SEVERITY = frozenset({"raised", "reopened", "escalated", "eased"})


@dataclass(frozen=True, slots=True)
class Entry:
    """One step, measured for the width there is."""

    step: AlarmStep
    head: str
    body: str
    top: int
    head_height: int
    height: int


def head_of(step: AlarmStep) -> str:
    """`Raised as major`, `Acknowledged by mira`."""
    words = step.what.capitalize()
    if step.what in TELLS_SEVERITY:
        return f"{words} as {severity_word(step.severity).lower()}"
    return f"{words} by {visible(step.actor)}"


class _Steps(QWidget):
    def __init__(self, times: Times) -> None:
        super().__init__()
        self._times = times
        self.steps: tuple[AlarmStep, ...] = ()
        self.left_out = 0
        self.entries: list[Entry] = []
        look().changed.connect(self.update)
        times.changed.connect(self.update)

    def show_steps(self, steps: tuple[AlarmStep, ...]) -> None:
        self.left_out = max(0, len(steps) - MOST)
        self.steps = tuple(reversed(steps))[:MOST]
        self._measure()

    def sizeHint(self) -> QSize:
        last = self.entries[-1] if self.entries else None
        return QSize(200, (last.top + last.height if last else 0) + 24)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._measure()

    def _measure(self) -> None:
        room, top = max(80, self.width() - LEFT - 8), 6
        self.setFont(look().font(12))
        metrics = self.fontMetrics()
        self.entries = []
        for step in self.steps:
            head, body = head_of(step), visible(step.text)
            head_height = metrics.boundingRect(0, 0, room, 4000, WRAP, head).height()
            tall = head_height + 16
            if body:
                tall += metrics.boundingRect(0, 0, room, 4000, WRAP, body).height() + 2
            self.entries.append(Entry(step, head, body, top, head_height, tall))
            top += tall + 12
        self.setMinimumHeight(top + (18 if self.left_out else 0))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for at, entry in enumerate(self.entries):
            if entry.top > event.rect().bottom() or entry.top + entry.height < event.rect().top():
                continue
            if at + 1 < len(self.entries):
                painter.setPen(QPen(look().color("line.hair"), 1.5))
                painter.drawLine(
                    QPointF(10, entry.top + 12), QPointF(10, self.entries[at + 1].top + 4)
                )
            self._paint_entry(painter, entry)
        if self.left_out:
            painter.setPen(look().color("text.faint"))
            painter.drawText(LEFT, self.height() - 6, f"and {self.left_out:,} older steps")
        painter.end()

    def _paint_entry(self, painter: QPainter, entry: Entry) -> None:
        step, room = entry.step, self.width() - LEFT - 8
        loud = step.what in TELLS_SEVERITY and step.severity > Severity.CLEARED
        painter.setPen(QPen(severity_color(step.severity) if loud else look().color("icon.dim"), 2))
        painter.setBrush(look().color("surface.panel"))
        painter.drawEllipse(QPointF(10, entry.top + 8), 4, 4)
        painter.setFont(look().font(12, QFont.Weight.Medium))
        painter.setPen(look().color("text.bright"))
        painter.drawText(QRect(LEFT, entry.top, room, entry.head_height), WRAP, entry.head)
        painter.setFont(look().font(SMALL_PX))
        painter.setPen(look().color("text.faint"))
        when = f"{self._times.absolute(step.at)} · {self._times.ago(step.at)} ago"
        painter.drawText(QRect(LEFT, entry.top + entry.head_height, room, 16), 0, when)
        if entry.body:
            painter.setFont(look().font(12))
            painter.setPen(look().color("text.plain"))
            below = entry.top + entry.head_height + 18
            painter.drawText(QRect(LEFT, below, room, entry.height), WRAP, entry.body)


class Timeline(QScrollArea):
    """The steps in a column that scrolls."""

    def __init__(self, times: Times, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.inner = _Steps(times)
        self.setWidget(self.inner)
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("History of the alarm")

    def show_steps(self, steps: tuple[AlarmStep, ...]) -> None:
        self.inner.show_steps(steps)

    def texts(self) -> list[str]:
        """The steps as words, newest first."""
        return [f"{entry.head} {entry.body}".strip() for entry in self.inner.entries]
