"""Tiles that ask nobody: the time, and words."""

from __future__ import annotations

from datetime import UTC

from PySide6.QtCore import QRectF, Qt, QTimer
from PySide6.QtGui import QFont, QHideEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QScrollArea

from noc_console.services.boards.model import Tile
from noc_console.views.boards.content import Content, Context
from noc_console.views.kit.label import Label
from noc_console.views.kit.theme import SMALL_PX, look


class ClockContent(Content):
    """The time, with its zone and the date."""

    every_s = 0.0
    calls_itself = "Time"

    def __init__(self, context: Context, tile: Tile) -> None:
        super().__init__(context, tile)
        self._second = QTimer(self)
        self._second.setInterval(1000)
        self._second.timeout.connect(self.update)
        context.desk.times.changed.connect(self.update)
        look().changed.connect(self.update)

    async def load(self) -> None:
        return None

    def show_loaded(self, told: None) -> None:
        self.update()

    def words(self) -> tuple[str, str]:
        """`14:05:09` and `Sat 21 Nov · UTC`."""
        desk = self.context.desk
        zone = UTC if self.tile.option("zone") == "utc" else desk.times.zone()
        now = desk.clock.now().astimezone(zone)
        return now.strftime("%H:%M:%S"), now.strftime("%a %d %b · %Z")

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._second.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._second.stop()

    def paintEvent(self, event: QPaintEvent) -> None:
        time, date = self.words()
        painter = QPainter(self)
        room = QRectF(self.rect()).adjusted(8, 0, -8, -6)
        small = SMALL_PX if room.height() < 110 else 15
        size = int(min(room.height() - small - 6, room.width() / 4.6))
        painter.setFont(look().font(max(12, size), QFont.Weight.Light))
        painter.setPen(look().color("text.bright"))
        upper = room.adjusted(0, 0, 0, -small - 4)
        painter.drawText(upper, Qt.AlignmentFlag.AlignCenter, time)
        painter.setFont(look().font(small))
        painter.setPen(look().color("text.dim"))
        flags = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignBottom
        painter.drawText(room, flags, date)
        painter.end()


class NoteContent(Content):
    """Plain words, as they were typed."""

    every_s = 0.0
    calls_itself = "Note"

    def __init__(self, context: Context, tile: Tile) -> None:
        super().__init__(context, tile)
        self.label = Label(tile.option("text"), wrap=True, selectable=True)
        self.label.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        room = QScrollArea()
        room.setWidget(self.label)
        room.setWidgetResizable(True)
        room.setFrameShape(QScrollArea.Shape.NoFrame)
        room.viewport().setAutoFillBackground(False)
        self.label.setAutoFillBackground(False)
        self.body.addWidget(room)

    async def load(self) -> None:
        return None

    def show_loaded(self, told: None) -> None:
        """The words are there already."""
