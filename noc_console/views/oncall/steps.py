"""Edits of rotas, policies and overrides that can be taken back."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any, Protocol, TypeVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QUndoCommand
from PySide6.QtWidgets import QAbstractButton
from shiboken6 import isValid

from noc_console.views.kit.dialogs import Dialog, open_dialog

T = TypeVar("T")

MOST = 50
"""So many can be undone."""

Work = Callable[[], Coroutine[Any, Any, object]]
Start = Callable[[Work], None]


class Did(Protocol):
    """Keeps an edit so that it can be taken back."""

    def __call__(self, words: str, *, undo: Work, redo: Work) -> None: ...


class Edit(QUndoCommand):
    """Something that was done, how to take it back, and how to do it again."""

    def __init__(self, words: str, start: Start, *, undo: Work, redo: Work) -> None:
        super().__init__(words)
        self._start, self._undo, self._redo = start, undo, redo
        self._is_done = True  # by whoever pushes it

    def redo(self) -> None:
        if self._is_done:
            self._is_done = False
            return
        self._start(self._redo)

    def undo(self) -> None:
        self._start(self._undo)


async def answered(form: Dialog, value: Callable[[], T]) -> T | None:
    """What a form was filled in with; None when it was left."""
    form.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    try:
        return value() if await open_dialog(form) else None
    finally:
        form.deleteLater()


def follow(button: QAbstractButton, action: QAction) -> None:
    """A button that does what a command does, and can be pressed when that can be done."""

    def settle() -> None:
        if isValid(button):
            button.setEnabled(action.isEnabled())

    button.setVisible(action.isVisible())
    button.clicked.connect(lambda _=False: action.trigger())
    action.changed.connect(settle)
    settle()
