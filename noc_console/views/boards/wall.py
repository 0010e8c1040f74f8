"""Boards on a whole screen, one after another: read only, Esc leaves."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QPalette
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from noc_console.services.boards import arranging
from noc_console.services.boards.model import Board
from noc_console.views.boards.content import BoardServices
from noc_console.views.boards.grid import GAP_PX, ROW_PX
from noc_console.views.boards.view import BoardView
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.label import ElidedLabel, Label
from noc_console.views.kit.theme import GRID, look

TURN_S = 30
LEAST_ROW_PX = 22
MOST_ROW_PX = 96


class BoardWall(QWidget):
    """Full screen. Space holds the rotation, left and right turn by hand."""

    left = Signal()

    def __init__(
        self,
        desk: Desk,
        services: BoardServices,
        boards: Sequence[Board],
        *,
        turn_s: int = TURN_S,
    ) -> None:
        super().__init__(None, Qt.WindowType.Window)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Boards")
        self.setBackgroundRole(QPalette.ColorRole.Window)
        self.setAutoFillBackground(True)
        self.boards = tuple(boards)
        self.at = 0
        self.view = BoardView(desk, services, locked=True)
        self.view.resized.connect(self._fill)
        self.name = ElidedLabel("", tone="bright", size="large")
        self.hint = Label("", tone="faint", size="small")
        head = QHBoxLayout()
        head.setContentsMargins(2 * GRID, GRID, 2 * GRID, 0)
        head.addWidget(self.name, 1)
        head.addWidget(self.hint)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(head)
        column.addWidget(self.view, 1)
        self._turn = QTimer(self)
        self._turn.setInterval(turn_s * 1000)
        self._turn.timeout.connect(lambda: self.turn(1))
        look().changed.connect(self.update)
        if len(self.boards) > 1:
            self._turn.start()
        self._show()

    @property
    def is_turning(self) -> bool:
        return self._turn.isActive()

    def turn(self, by: int) -> None:
        """The next board, or the one before."""
        self.at = (self.at + by) % len(self.boards)
        if self._turn.isActive():
            self._turn.start()
        self._show()

    def hold(self) -> None:
        """Stay with this board, or go on."""
        if len(self.boards) < 2:
            return
        if self._turn.isActive():
            self._turn.stop()
        else:
            self._turn.start()
        self._say()

    def _show(self) -> None:
        self.view.show_board(self.boards[self.at])
        self._fill()
        self._say()

    def _say(self) -> None:
        board, count = self.boards[self.at], len(self.boards)
        self.name.show_text(board.name)
        place = "" if count < 2 else f"{self.at + 1} of {count}"
        held = " · held" if count > 1 and not self._turn.isActive() else ""
        self.hint.setText(f"{board.span}   {place}{held}")

    def _fill(self) -> None:
        """Rows as tall as the screen lets them be: a board fills its wall."""
        rows = max(1, arranging.height(self.boards[self.at].places))
        room = self.view.viewport().height() - GAP_PX
        fitting = room // rows
        self.view.grid.row_px = min(max(fitting, LEAST_ROW_PX), MOST_ROW_PX) if room > 0 else ROW_PX
        self.view.grid.lay_out()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, keys = event.key(), Qt.Key
        if key in (keys.Key_Escape, keys.Key_F11):
            self.close()
        elif key in (keys.Key_Right, keys.Key_PageDown):
            self.turn(1)
        elif key in (keys.Key_Left, keys.Key_PageUp):
            self.turn(-1)
        elif key == keys.Key_Space:
            self.hold()
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        super().closeEvent(event)
        self.left.emit()
