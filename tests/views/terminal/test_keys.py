"""Qt's keys in the engine's words."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent

from noc_console.services.terminal.model import Key, KeyAction, KeyPress, Modifier, MouseButton
from noc_console.views.terminal.keys import button_of, key_press, modifiers_of

NONE = Qt.KeyboardModifier.NoModifier
SHIFT, CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
ALT, KEYPAD = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.KeypadModifier


def pressed(
    key: Qt.Key, text: str = "", held: Qt.KeyboardModifier = NONE, repeat: bool = False
) -> KeyPress | None:
    return key_press(QKeyEvent(QEvent.Type.KeyPress, key, held, text, repeat))


@pytest.mark.parametrize(
    ("key", "text", "held", "expected"),
    [
        (Qt.Key.Key_A, "a", NONE, KeyPress(Key.TEXT, "a", unshifted="a")),
        (Qt.Key.Key_A, "A", SHIFT, KeyPress(Key.TEXT, "A", Modifier.SHIFT, "a")),
        (Qt.Key.Key_C, "\x03", CONTROL, KeyPress(Key.TEXT, "c", Modifier.CONTROL, "c")),
        (Qt.Key.Key_X, "x", ALT, KeyPress(Key.TEXT, "x", Modifier.ALT, "x")),
        (Qt.Key.Key_Return, "\r", NONE, KeyPress(Key.ENTER)),
        (Qt.Key.Key_Backtab, "", SHIFT, KeyPress(Key.TAB, modifiers=Modifier.SHIFT)),
        (Qt.Key.Key_Up, "", CONTROL, KeyPress(Key.UP, modifiers=Modifier.CONTROL)),
        (Qt.Key.Key_F5, "", NONE, KeyPress(Key.F5)),
        (Qt.Key.Key_F20, "", NONE, KeyPress(Key.F20)),
        (Qt.Key.Key_Space, " ", CONTROL, KeyPress(Key.SPACE, " ", Modifier.CONTROL, " ")),
        (Qt.Key.Key_7, "7", KEYPAD, KeyPress(Key.KEYPAD_7, "7")),
        (Qt.Key.Key_Enter, "\r", KEYPAD, KeyPress(Key.KEYPAD_ENTER, "\r")),
        (Qt.Key(0xDC), "ü", NONE, KeyPress(Key.TEXT, "ü")),
        (Qt.Key.Key_Q, "@", CONTROL | ALT, KeyPress(Key.TEXT, "@", unshifted="q")),
    ],
)
def test_a_key_becomes_what_the_engine_encodes(
    key: Qt.Key, text: str, held: Qt.KeyboardModifier, expected: KeyPress
) -> None:
    assert pressed(key, text, held) == expected


@pytest.mark.parametrize("key", [Qt.Key.Key_Shift, Qt.Key.Key_AltGr, Qt.Key.Key_CapsLock])
def test_a_modifier_alone_is_no_key(key: Qt.Key) -> None:
    assert pressed(key) is None


def test_a_key_that_types_nothing_is_no_key() -> None:
    assert pressed(Qt.Key.Key_VolumeUp) is None


def test_a_key_held_down_repeats() -> None:
    found = pressed(Qt.Key.Key_A, "a", repeat=True)
    assert found is not None and found.action is KeyAction.REPEAT


def test_all_modifiers_and_buttons_have_their_words() -> None:
    held = SHIFT | CONTROL | ALT | Qt.KeyboardModifier.MetaModifier
    both = Modifier.SHIFT | Modifier.CONTROL | Modifier.ALT | Modifier.SUPER
    assert modifiers_of(held) == both
    assert button_of(Qt.MouseButton.MiddleButton) is MouseButton.MIDDLE
    assert button_of(Qt.MouseButton.TaskButton) is MouseButton.NONE
