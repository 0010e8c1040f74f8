"""Keys that mean one thing in a widget and another in the window around it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent

ARROWS = frozenset({Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down})


def claims_alt_arrows(event: QEvent) -> bool:
    """Say that Alt with an arrow is meant for this widget; elsewhere it means back and forward.

    For `event()` of a widget, before Qt looks for a shortcut; whether that was the question.
    """
    if event.type() is not QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
        return False
    is_ours = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier) and event.key() in ARROWS
    if is_ours:
        event.accept()
    return is_ours
