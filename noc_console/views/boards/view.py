"""A board on screen: the grid in its scroll area, and tiles that load one after another."""

from __future__ import annotations

import time

from PySide6.QtCore import QRect, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QScrollArea

from noc_console.kernel.errors import Refused, Unreachable
from noc_console.services.boards.model import NEW, Board, Tile
from noc_console.views.boards.content import BoardServices, Content, Context
from noc_console.views.boards.frame import TileFrame
from noc_console.views.boards.grid import BoardGrid
from noc_console.views.boards.kinds import made
from noc_console.views.kit.crosshair import Crosshair
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.tasks import Tasks

STAGGER_MS = 50
"""One tile at a time: a board of forty graphs never draws them in one breath."""
PATIENCE_S = 30.0
"""A tile whose answer does not come is asked again after so long."""


class BoardView(QScrollArea):
    """Shows a board and keeps what is in sight fresh."""

    resized = Signal()

    def __init__(self, desk: Desk, services: BoardServices, *, locked: bool = False) -> None:
        super().__init__()
        self.desk = desk
        self.board = Board(NEW, "")
        self.crosshair = Crosshair(self)
        self.context = Context(desk, services, self.crosshair, lambda: self.board.span)
        self.grid = BoardGrid(self._make, locked=locked)
        self.setWidget(self.grid)
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.tasks = Tasks(self, desk.report)
        self._due: dict[int, float] = {}
        self._asked: dict[int, float] = {}
        self._turn = QTimer(self)
        self._turn.setInterval(STAGGER_MS)
        self._turn.timeout.connect(self.refresh_next)
        self.grid.changed.connect(self._forget_gone)
        self.grid.opened.connect(self._open)

    def show_board(self, board: Board) -> None:
        """Another board, or a newer state of this one."""
        if board.id != self.board.id or board.span != self.board.span:
            self._due.clear()
        self.board = board
        self.grid.show_board(board)

    def refresh_all(self) -> None:
        """Everything in sight is asked for anew, one after another."""
        self._due.clear()

    def _make(self, tile: Tile) -> Content:
        self._due.pop(tile.id, None)
        return made(self.context, tile)

    def _forget_gone(self) -> None:
        for number in self._due.keys() - self.grid.frames.keys():
            del self._due[number]
            self.tasks.drop(f"tile {number}")

    # --- loading, one at a time ------------------------------------------------------------

    def in_sight(self) -> list[TileFrame]:
        """Frames on screen, from the top."""
        seen = QRect(
            self.horizontalScrollBar().value(),
            self.verticalScrollBar().value(),
            self.viewport().width(),
            self.viewport().height(),
        )
        frames = [frame for frame in self.grid.frames.values() if frame.geometry().intersects(seen)]
        return sorted(frames, key=lambda frame: (frame.y(), frame.x()))

    def refresh_next(self) -> None:
        """Ask for the tile in sight that waited longest, if any is due."""
        now = time.monotonic()
        due = [
            frame
            for frame in self.in_sight()
            if self._due.get(frame.tile.id, 0.0) <= now
            and now - self._asked.get(frame.tile.id, -PATIENCE_S) >= PATIENCE_S
        ]
        if due:
            self._ask(min(due, key=lambda frame: self._due.get(frame.tile.id, 0.0)), now)

    def _ask(self, frame: TileFrame, now: float) -> None:
        number, content = frame.tile.id, frame.content
        self._asked[number] = now
        self._due[number] = now + content.every_s if content.every_s else float("inf")

        async def load() -> object:
            try:
                return await content.load()
            except (Refused, Unreachable) as error:
                return error  # told in the tile: one that fails must not hide the others
            finally:
                self._asked.pop(number, None)

        def show(told: object) -> None:
            shown = self.grid.frames.get(number)
            if shown is not frame:
                return  # another tile stands there by now
            if isinstance(told, Refused | Unreachable):
                frame.say_problem(str(told))
                return
            content.show_loaded(told)
            frame.say_problem("")

        self.tasks.ask(f"tile {number}", load(), show)

    def _open(self, number: int) -> None:
        frame = self.grid.frames.get(number)
        if frame is not None and (route := frame.content.route()) is not None:
            self.desk.go(route)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._turn.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._turn.stop()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.grid.lay_out()
        self.resized.emit()
