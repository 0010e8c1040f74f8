"""Keys of one's own: kept, read with care, written alike wherever they were pressed."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent

from noc_console.views.kit.bindings import MOST_KEYS, SECTION, Bindings, native, portable, pressed
from noc_console.views.kit.state import State

NONE = Qt.KeyboardModifier.NoModifier
CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


def test_what_is_chosen_is_kept_and_told_and_let_go_again() -> None:
    state, told = State(None), []
    bindings = Bindings(state)
    bindings.changed.connect(lambda: told.append(bindings.all()))
    bindings.choose({"a.one": ("Ctrl+K",), "a.two": ()})
    assert Bindings(state).all() == {"a.one": ("Ctrl+K",), "a.two": ()}
    assert Bindings(state).own("a.two") == () and Bindings(state).own("a.three") is None
    bindings.choose({"a.one": None, "a.never": None})
    assert Bindings(state).all() == {"a.two": ()}
    bindings.reset()
    assert Bindings(state).all() == {} and len(told) == 3


@pytest.mark.parametrize(
    ("kept", "found"),
    [
        (None, {}),
        (["a"], {}),
        ({"a": "Ctrl+K", "b": None}, {}),
        ({"a": ["ctrl+k", 7, "", "no key at all+"]}, {"a": ("Ctrl+K",)}),
        ({"a": ["Ctrl+K"] * 99}, {"a": ("Ctrl+K",) * MOST_KEYS}),
    ],
)
def test_what_makes_no_sense_is_left_out(kept: object, found: dict[str, tuple[str, ...]]) -> None:
    state = State(None)
    state.put(SECTION, own=kept)
    assert Bindings(state).all() == found


@pytest.mark.parametrize(
    ("key", "held", "text", "written"),
    [
        (Qt.Key.Key_K, CONTROL, "\x0b", "Ctrl+K"),
        (Qt.Key.Key_K, CONTROL | SHIFT, "\x0b", "Ctrl+Shift+K"),
        (Qt.Key.Key_A, NONE, "a", "A"),
        (Qt.Key.Key_A, SHIFT, "A", "Shift+A"),
        (Qt.Key.Key_Question, SHIFT, "?", "?"),
        (Qt.Key.Key_F5, SHIFT, "", "Shift+F5"),
        (Qt.Key.Key_Left, Qt.KeyboardModifier.KeypadModifier, "", "Left"),
        (Qt.Key.Key_Control, CONTROL, "", ""),
        (Qt.Key.Key_Shift, SHIFT, "", ""),
    ],
)
def test_a_key_is_written_as_shortcuts_are(
    key: Qt.Key, held: Qt.KeyboardModifier, text: str, written: str
) -> None:
    assert pressed(QKeyEvent(QEvent.Type.KeyPress, key, held, text)) == written


def test_one_key_has_one_way_to_be_written() -> None:
    assert portable("shift+ctrl+k") == "Ctrl+Shift+K"
    assert portable("Ctrl+Shift++") == "Ctrl+Shift++"
    assert native(["Space", "A"]) == "Space   A"
