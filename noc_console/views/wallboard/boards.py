"""Dashboards on the wall: each board fills it, and takes no hand."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QResizeEvent

from noc_console.services.boards import arranging
from noc_console.services.boards.model import Board, BoardChanged
from noc_console.views.boards.content import BoardServices
from noc_console.views.boards.grid import GAP_PX, ROW_PX
from noc_console.views.boards.view import BoardView
from noc_console.views.kit.desk import Desk
from noc_console.views.wallboard.scene import WallScene

LEAST_ROW_PX = 22
MOST_ROW_PX = 96


class BoardsScene(WallScene):
    """The boards of one's own and of the team, or only some of them, in that order."""

    name = "Dashboards"
    watches = (BoardChanged,)

    def __init__(
        self,
        desk: Desk,
        zoom: float,
        services: BoardServices,
        *,
        only: Sequence[int] = (),
    ) -> None:
        super().__init__(desk, zoom)
        self._services = services
        self._only = tuple(only)
        self._shot = 0
        self.boards: tuple[Board, ...] = ()
        self.view = BoardView(desk, services, locked=True)
        self.body.addWidget(self.view, 1)

    def reload(self) -> None:
        self.tasks.ask("boards", self._services.boards.boards(self.desk.actor), self.show_boards)

    def show_boards(self, boards: Sequence[Board]) -> None:
        """Boards in their order; empty ones have nothing to show."""
        full = {int(board.id): board for board in boards if board.tiles}
        self.boards = tuple(full[id] for id in self._only or full if id in full)
        self.show_shot(self._shot)

    def shots(self) -> tuple[str, ...]:
        return tuple(board.name for board in self.boards)

    def show_shot(self, at: int) -> None:
        self._shot = at if at < len(self.boards) else 0
        if self.boards:
            self.view.show_board(self.boards[self._shot])
            self._fill()

    def _fill(self) -> None:
        """Rows as tall as the screen lets them be: a board fills its wall."""
        if not self.boards:
            return
        rows = max(1, arranging.height(self.boards[self._shot].places))
        room = self.view.viewport().height() - GAP_PX
        fitting = room // rows
        self.view.grid.row_px = min(max(fitting, LEAST_ROW_PX), MOST_ROW_PX) if room > 0 else ROW_PX
        self.view.grid.lay_out()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fill()
