"""Alarms in each ten minutes, with the line from which it is a flood."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QHelpEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from noc_console.kernel.text import plural
from noc_console.services.alarms.load import FLOOD_FROM, SLOT_S
from noc_console.views.kit.label import plain_tip
from noc_console.views.kit.theme import look
from noc_console.views.kit.times import Times

LEFT, AXIS_H, TOP = 40, 20, 14
LEAST_TOP = 12
LABEL_W = 92


class LoadChart(QWidget):
    """Bars over time; of a longer span a bar is the worst ten minutes of several."""

    def __init__(self, times: Times, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._times = times
        self._start: datetime | None = None
        self._counts = np.zeros(0, np.int64)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Alarms in each ten minutes")
        look().changed.connect(self.update)
        times.changed.connect(self.update)

    def show_counts(self, start: datetime, counts: tuple[int, ...]) -> None:
        self._start, self._counts = start, np.array(counts, np.int64)
        worst = int(self._counts.max(initial=0))
        self.setAccessibleDescription(f"at most {worst} in ten minutes")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(600, 132)

    def bars(self) -> list[tuple[QRectF, int, int, int]]:
        """Room, worst ten minutes, and the first and last of them, of each bar."""
        count = len(self._counts)
        wide = self.width() - LEFT - 8
        if not count or wide <= 0:
            return []
        each = max(1, -(-count * 3 // wide))
        height = self.height() - AXIS_H - TOP
        most = self._most()
        found = []
        for first in range(0, count, each):
            last = min(count, first + each)
            value = int(self._counts[first:last].max())
            x = LEFT + wide * first / count
            right = LEFT + wide * last / count
            tall = height * value / most
            gap = 1.0 if right - x > 4 else 0.0
            found.append(
                (QRectF(x, TOP + height - tall, right - x - gap, tall), value, first, last)
            )
        return found

    def _most(self) -> int:
        return max(LEAST_TOP, int(self._counts.max(initial=0) * 1.1) + 1)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(look().font(11))
        floor = self.height() - AXIS_H
        painter.setPen(look().color("line.hair"))
        painter.drawLine(LEFT, floor, self.width() - 8, floor)
        self._paint_flood_line(painter, floor)
        for room, value, _, _ in self.bars():
            if value:
                ink = "attention.plain" if value > FLOOD_FROM else "load.low"
                bar = QRectF(room)
                bar.setTop(min(room.top(), floor - 2.0))
                painter.fillRect(bar, look().color(ink))
        self._paint_times(painter, floor)
        painter.end()

    def _paint_flood_line(self, painter: QPainter, floor: int) -> None:
        y = floor - (floor - TOP) * FLOOD_FROM / self._most()
        pen = QPen(look().color("line.strong"), 1.0, Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.drawLine(QPointF(LEFT, y), QPointF(self.width() - 8.0, y))
        painter.setPen(look().color("text.dim"))
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRectF(0, y - 8, LEFT - 6, 16), int(right), str(FLOOD_FROM))
        top = self._most()
        if top > 2 * FLOOD_FROM:
            painter.drawText(QRectF(0, TOP - 8, LEFT - 6, 16), int(right), f"{top:,}")

    def _paint_times(self, painter: QPainter, floor: int) -> None:
        if self._start is None or not len(self._counts):
            return
        wide = self.width() - LEFT - 8
        places = max(2, min(8, wide // (LABEL_W + 20)))
        form = "%H:%M" if len(self._counts) <= 144 else "%a %d %b"
        painter.setPen(look().color("text.dim"))
        for number in range(places):
            part = number / (places - 1)
            moment = self._start + timedelta(seconds=part * len(self._counts) * SLOT_S)
            x = min(max(LEFT + wide * part - LABEL_W / 2, LEFT - 4), self.width() - LABEL_W - 2)
            painter.drawText(
                QRectF(x, floor + 2, LABEL_W, AXIS_H - 2),
                int(Qt.AlignmentFlag.AlignCenter),
                moment.astimezone(self._times.zone()).strftime(form),
            )

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and self._start is not None:
            for room, value, first, last in self.bars():
                if room.left() <= event.pos().x() <= room.right() + 1:
                    moment = self._start + timedelta(seconds=first * SLOT_S)
                    words = f"{self._times.clock_time(moment)}: {plural(value, 'alarm')}"
                    more = last - first
                    told = words if more == 1 else f"{words} in the worst ten minutes"
                    QToolTip.showText(event.globalPos(), plain_tip(told), self)
                    return True
        return super().event(event)
