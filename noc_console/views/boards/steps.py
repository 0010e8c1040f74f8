"""Steps on a board that can be taken back."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QUndoCommand

from noc_console.services.boards.model import Board

STEPS = 50
"""So many can be undone."""


class Edit(QUndoCommand):
    """From one state of a board to another: tiles, name and span."""

    def __init__(
        self, become: Callable[[Board], None], before: Board, after: Board, words: str
    ) -> None:
        super().__init__(words)
        self._become, self._before, self._after = become, before, after

    def redo(self) -> None:
        self._become(self._after)

    def undo(self) -> None:
        self._become(self._before)
