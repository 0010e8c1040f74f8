"""Keys that somebody chose in place of the usual ones, and what no command may have."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence

from noc_console.views.kit.state import State

SECTION = "keys"
MOST_COMMANDS, MOST_KEYS = 1_000, 8
NATIVE = QKeySequence.SequenceFormat.NativeText
Keys = tuple[str, ...]
"""As Qt writes them for files (`Ctrl+Shift+K`), whatever the system calls them."""
MODIFIERS = frozenset(
    {
        Qt.Key.Key_Control,
        Qt.Key.Key_Shift,
        Qt.Key.Key_Alt,
        Qt.Key.Key_AltGr,
        Qt.Key.Key_Meta,
        Qt.Key.Key_CapsLock,
        Qt.Key.Key_NumLock,
        Qt.Key.Key_unknown,
    }
)


class Bindings(QObject):
    """Own keys by command, kept with the windows. A command without any has its usual ones."""

    changed = Signal()

    def __init__(self, state: State, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self._own = _read(state.get(SECTION).get("own"))

    def own(self, id: str) -> Keys | None:
        """The keys that were chosen for a command, maybe none at all; None: the usual ones."""
        return self._own.get(id)

    def all(self) -> dict[str, Keys]:
        """Every command that has keys of one's own."""
        return dict(self._own)

    def choose(self, chosen: Mapping[str, Keys | None]) -> None:
        """Give commands these keys from now on; None: the usual ones again."""
        for id, keys in chosen.items():
            if keys is None:
                self._own.pop(id, None)
            else:
                self._own[id] = keys
        self._state.put(SECTION, own={id: list(keys) for id, keys in self._own.items()})
        self.changed.emit()

    def reset(self) -> None:
        """The usual keys for everything."""
        self.choose(dict.fromkeys(self._own))


def portable(keys: str | QKeySequence) -> str:
    """One way to write a key; empty for what is none."""
    return QKeySequence(keys).toString()


def native(keys: Iterable[str | QKeySequence], between: str = "   ") -> str:
    """As people read them on this system."""
    return between.join(QKeySequence(each).toString(NATIVE) for each in keys)


def pressed(event: QKeyEvent) -> str:
    """The key that was pressed, with what was held; empty while only modifiers are."""
    if Qt.Key(event.key()) in MODIFIERS:
        return ""
    held, text = event.modifiers(), event.text()
    is_symbol = bool(text) and text.isprintable() and not (text.isalnum() or text.isspace())
    if is_symbol:  # Shift only leads to it: "?" is "?" on every keyboard
        held &= ~Qt.KeyboardModifier.ShiftModifier
    held &= ~(Qt.KeyboardModifier.KeypadModifier | Qt.KeyboardModifier.GroupSwitchModifier)
    return QKeySequence(held.value | event.key()).toString()


def _read(kept: Any) -> dict[str, Keys]:
    """What was kept; what makes no sense is left out."""
    if not isinstance(kept, dict):
        return {}
    found: dict[str, Keys] = {}
    for id, keys in list(kept.items())[:MOST_COMMANDS]:
        if isinstance(id, str) and isinstance(keys, list):
            known = [portable(each) for each in keys[:MOST_KEYS] if isinstance(each, str)]
            found[id] = tuple(each for each in known if each)
    return found
