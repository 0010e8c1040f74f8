"""How late turns began, as a histogram: most of a healthy schedule is one bar at the left."""

from __future__ import annotations

import math

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from noc_console.services.telemetry.model import Lateness
from noc_console.views.kit.label import plain_tip
from noc_console.views.kit.theme import look

AXIS_H = 20
BAD_S = 10.0
"""Lateness that somebody should look into, whatever the interval."""
GAP = 3


def edge_text(seconds: float) -> str:
    """`20 ms`, `1 s`, `5 min`, `more`."""
    if math.isinf(seconds):
        return "more"
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    return f"{seconds:.0f} s" if seconds < 60 else f"{seconds / 60:.0f} min"


class Histogram(QWidget):
    """Bars by lateness; heights by the square root, so that a few late ones can be seen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.lateness = Lateness()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(90)
        self.setMaximumHeight(230)
        look().changed.connect(self.update)

    def show_lateness(self, lateness: Lateness) -> None:
        if lateness != self.lateness:
            self.lateness = lateness
            told = ", ".join(
                f"up to {edge_text(edge)}: {count:,}" for edge, count in lateness.bars if count
            )
            self.setAccessibleDescription(told or "no polls yet")
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(360, 130)

    def _slots(self) -> list[tuple[QRectF, float, int]]:
        """Room, edge and count of each bar."""
        bars = self.lateness.bars
        if not bars:
            return []
        most = math.sqrt(max(count for _, count in bars) or 1)
        width = self.width() / len(bars)
        height = self.height() - AXIS_H - 16
        found = []
        for at, (edge, count) in enumerate(bars):
            tall = height * math.sqrt(count) / most
            room = QRectF(at * width + GAP / 2, 16 + height - tall, width - GAP, tall)
            found.append((room, edge, count))
        return found

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        slots = self._slots()
        painter.setFont(look().font(11))
        if not slots:
            painter.setPen(look().color("text.dim"))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, "No polls yet")
            painter.end()
            return
        floor = self.height() - AXIS_H
        painter.setPen(look().color("line.hair"))
        painter.drawLine(0, floor, self.width(), floor)
        center = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter
        for room, edge, count in slots:
            if count:
                bar = (
                    room if room.height() >= 2 else QRectF(room.left(), floor - 2, room.width(), 2)
                )
                ink = "attention.plain" if edge > BAD_S else "load.low"
                painter.fillRect(bar, look().color(ink))
                painter.setPen(look().color("text.plain"))
                above = QRectF(room.left() - 8, bar.top() - 16, room.width() + 16, 15)
                painter.drawText(above, int(center), _short(count))
            painter.setPen(look().color("text.dim"))
            below = QRectF(room.left() - 8, floor + 2, room.width() + 16, AXIS_H - 2)
            painter.drawText(below, int(center), f"≤ {edge_text(edge)}" if edge < 1e9 else "more")
        painter.end()

    def event(self, event: object) -> bool:
        if isinstance(event, QHelpEvent):
            for room, edge, count in self._slots():
                if room.left() <= event.pos().x() <= room.right():
                    text = f"{count:,} polls began at most {edge_text(edge)} late"
                    if math.isinf(edge):
                        text = f"{count:,} polls began later than that"
                    QToolTip.showText(event.globalPos(), plain_tip(text), self)
                    return True
        return super().event(event)  # type: ignore[arg-type]


def _short(count: int) -> str:
    if count < 10_000:
        return f"{count:,}"
    return f"{count / 1000:.0f} k" if count < 1_000_000 else f"{count / 1e6:.1f} M"
