"""Keys and the mouse as Qt tells them, in the words of the terminal's engine."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from noc_console.services.terminal.model import Key, KeyAction, KeyPress, Modifier, MouseButton

_NAMED = {
    Qt.Key.Key_Return: Key.ENTER,
    Qt.Key.Key_Enter: Key.KEYPAD_ENTER,
    Qt.Key.Key_Tab: Key.TAB,
    Qt.Key.Key_Backtab: Key.TAB,
    Qt.Key.Key_Backspace: Key.BACKSPACE,
    Qt.Key.Key_Escape: Key.ESCAPE,
    Qt.Key.Key_Up: Key.UP,
    Qt.Key.Key_Down: Key.DOWN,
    Qt.Key.Key_Left: Key.LEFT,
    Qt.Key.Key_Right: Key.RIGHT,
    Qt.Key.Key_Home: Key.HOME,
    Qt.Key.Key_End: Key.END,
    Qt.Key.Key_PageUp: Key.PAGE_UP,
    Qt.Key.Key_PageDown: Key.PAGE_DOWN,
    Qt.Key.Key_Insert: Key.INSERT,
    Qt.Key.Key_Delete: Key.DELETE,
    **{Qt.Key(Qt.Key.Key_F1.value + number): Key(f"f{number + 1}") for number in range(20)},
}
_KEYPAD = {
    **{Qt.Key(Qt.Key.Key_0.value + number): Key(f"numpad_{number}") for number in range(10)},
    Qt.Key.Key_Plus: Key.KEYPAD_ADD,
    Qt.Key.Key_Minus: Key.KEYPAD_SUBTRACT,
    Qt.Key.Key_Asterisk: Key.KEYPAD_MULTIPLY,
    Qt.Key.Key_Slash: Key.KEYPAD_DIVIDE,
    Qt.Key.Key_Period: Key.KEYPAD_DECIMAL,
    Qt.Key.Key_Comma: Key.KEYPAD_DECIMAL,
    Qt.Key.Key_Enter: Key.KEYPAD_ENTER,
}
_MODIFIERS = (
    (Qt.KeyboardModifier.ShiftModifier, Modifier.SHIFT),
    (Qt.KeyboardModifier.ControlModifier, Modifier.CONTROL),
    (Qt.KeyboardModifier.AltModifier, Modifier.ALT),
    (Qt.KeyboardModifier.MetaModifier, Modifier.SUPER),
)
_BUTTONS = {
    Qt.MouseButton.LeftButton: MouseButton.LEFT,
    Qt.MouseButton.RightButton: MouseButton.RIGHT,
    Qt.MouseButton.MiddleButton: MouseButton.MIDDLE,
    Qt.MouseButton.BackButton: MouseButton.BACK,
    Qt.MouseButton.ForwardButton: MouseButton.FORWARD,
}
ONLY_MODIFIERS = frozenset(
    {
        Qt.Key.Key_Shift,
        Qt.Key.Key_Control,
        Qt.Key.Key_Alt,
        Qt.Key.Key_AltGr,
        Qt.Key.Key_Meta,
        Qt.Key.Key_CapsLock,
        Qt.Key.Key_NumLock,
        Qt.Key.Key_ScrollLock,
    }
)


def modifiers_of(held: Qt.KeyboardModifier) -> Modifier:
    """The modifier keys that are held."""
    found = Modifier.NONE
    for theirs, ours in _MODIFIERS:
        if held & theirs:
            found |= ours
    return found


def button_of(button: Qt.MouseButton) -> MouseButton:
    return _BUTTONS.get(button, MouseButton.NONE)


def key_press(event: QKeyEvent) -> KeyPress | None:
    """The key for the engine; None for a modifier alone and for what types nothing."""
    key, held = Qt.Key(event.key()), event.modifiers()
    if key in ONLY_MODIFIERS:
        return None
    modifiers = modifiers_of(held)
    action = KeyAction.REPEAT if event.isAutoRepeat() else KeyAction.PRESS
    if held & Qt.KeyboardModifier.KeypadModifier and key in _KEYPAD:
        return KeyPress(_KEYPAD[key], event.text(), modifiers, action=action)
    if key in _NAMED:
        if key == Qt.Key.Key_Backtab:
            modifiers |= Modifier.SHIFT
        return KeyPress(_NAMED[key], "", modifiers, action=action)
    if key == Qt.Key.Key_Space:
        return KeyPress(Key.SPACE, " ", modifiers, " ", action)
    return _typed(event, key, modifiers, action)


def _typed(
    event: QKeyEvent, key: Qt.Key, modifiers: Modifier, action: KeyAction
) -> KeyPress | None:
    text = event.text()
    is_plain = 0x20 <= key.value < 0x7F
    unshifted = chr(key.value).lower() if is_plain else ""
    if Modifier.CONTROL in modifiers and Modifier.ALT in modifiers and text.isprintable() and text:
        # AltGr on some systems: it has done its work once it typed something.
        modifiers &= ~(Modifier.CONTROL | Modifier.ALT)
    elif not text or not text.isprintable():
        # With Ctrl Qt hands over the control character; the engine wants the letter.
        text = unshifted.upper() if Modifier.SHIFT in modifiers else unshifted
    if not text:
        return None
    return KeyPress(Key.TEXT, text, modifiers, unshifted, action)
