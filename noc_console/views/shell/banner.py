"""The worst alarm nobody has taken on, in every window, whatever page is open (U5)."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from noc_console.services.alarms.model import Alarm
from noc_console.services.alarms.waiting import WaitingHead
from noc_console.views.kit.blink import Blink
from noc_console.views.kit.label import ElidedLabel, Label
from noc_console.views.kit.severity import SeveritySign, severity_color, severity_word
from noc_console.views.kit.theme import GRID, look
from noc_console.views.kit.times import Times


class AlarmBanner(QWidget):
    """One line; absent while nothing is unacknowledged."""

    asked = Signal(int)  # alarm id: show it
    acknowledged = Signal(int)  # alarm id

    def __init__(
        self,
        times: Times,
        blink: Blink,
        parent: QWidget | None = None,
        *,
        is_read_only: bool = False,
    ) -> None:
        """`is_read_only`: for windows in which nothing is done."""
        super().__init__(parent)
        self.alarm: Alarm | None = None
        self._times, self._blink = times, blink
        self.setFixedHeight(36)
        self.sign = SeveritySign()
        self.word = Label("", tone="bright")
        self.text = ElidedLabel("", tone="bright")
        self.more = Label("", tone="dim")
        self.take = QPushButton("Acknowledge")
        self.open = QPushButton("Show")
        for button in (self.take, self.open):
            button.setVisible(not is_read_only)
        self.take.clicked.connect(self._emit_taken)
        self.open.clicked.connect(self._emit_asked)
        self._lay_out()
        blink.turned.connect(self._on_blink)
        look().changed.connect(self.update)
        self.hide()

    def show_head(self, head: WaitingHead) -> None:
        """Hand in the worst that waits, and how many do."""
        self._blink.need(head.count > 0)
        self.alarm = head.worst
        self.setVisible(self.alarm is not None)
        if self.alarm is None:
            return
        alarm = self.alarm
        self.sign.show_sign(alarm.severity)
        self.word.setText(severity_word(alarm.severity))
        place = " · ".join(filter(None, (alarm.device_name, alarm.interface_name)))
        self.text.show_text(f"{place}   {alarm.text}")
        self.refresh_age()
        self.setAccessibleName(f"{severity_word(alarm.severity)}: {place} {alarm.text}")
        self._others = head.count - 1
        self.refresh_age()
        self.update()

    _others = 0

    def refresh_age(self) -> None:
        if self.alarm is not None:
            age = f"{self._times.ago(self.alarm.first_seen)} ago"
            self.more.setText(age + (f"   and {self._others:,} more" if self._others else ""))

    def _emit_taken(self) -> None:
        if self.alarm is not None:
            self.acknowledged.emit(self.alarm.id)

    def _emit_asked(self) -> None:
        if self.alarm is not None:
            self.asked.emit(self.alarm.id)

    def _on_blink(self, light: bool) -> None:
        if self.alarm is not None:
            self.sign.show_sign(self.alarm.severity, quiet=not light)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.alarm is None:
            return
        painter = QPainter(self)
        color = severity_color(self.alarm.severity)
        wash = QColor(color)
        wash.setAlphaF(0.10)
        painter.fillRect(self.rect(), look().color("surface.panel"))
        painter.fillRect(self.rect(), wash)
        painter.fillRect(QRectF(0, 0, 3, self.height()), color)
        painter.setPen(look().color("line.hair"))
        painter.drawLine(self.rect().bottomLeft(), self.rect().bottomRight())
        painter.end()

    def _lay_out(self) -> None:
        layout = QHBoxLayout(self)
        layout.setContentsMargins(2 * GRID, 0, 12, 1)
        layout.setSpacing(GRID)
        for part in (self.sign, self.word):
            layout.addWidget(part)
        layout.addSpacing(4)
        layout.addWidget(self.text, 1)
        layout.addWidget(self.more)
        layout.addSpacing(GRID)
        for button in (self.take, self.open):
            button.setFixedHeight(26)
            button.setStyleSheet("QPushButton { padding: 1px 12px; }")
            button.setCursor(Qt.CursorShape.PointingHandCursor)
            layout.addWidget(button)
