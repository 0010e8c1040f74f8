"""Keys, mouse and pasted text as the bytes a program expects, by the modes it has set."""

from __future__ import annotations

import re
from typing import Any

from noc_console.adapters.terminal.native import Native, check, ffi, lib, owned, sized
from noc_console.services.terminal.model import (
    Key,
    KeyAction,
    KeyPress,
    Modifier,
    MouseAction,
    MouseButton,
    MouseInput,
)

_ROOM = 128

_MODIFIERS = (
    (Modifier.SHIFT, 1),
    (Modifier.CONTROL, 2),
    (Modifier.ALT, 4),
    (Modifier.SUPER, 8),
    (Modifier.CAPS_LOCK, 16),
    (Modifier.NUM_LOCK, 32),
)

_BUTTONS = {
    MouseButton.LEFT: "LEFT",
    MouseButton.RIGHT: "RIGHT",
    MouseButton.MIDDLE: "MIDDLE",
    MouseButton.WHEEL_UP: "FOUR",
    MouseButton.WHEEL_DOWN: "FIVE",
    MouseButton.WHEEL_LEFT: "SIX",
    MouseButton.WHEEL_RIGHT: "SEVEN",
    MouseButton.BACK: "EIGHT",
    MouseButton.FORWARD: "NINE",
}

_PUNCTUATION = {
    "`": "BACKQUOTE",
    "\\": "BACKSLASH",
    "[": "BRACKET_LEFT",
    "]": "BRACKET_RIGHT",
    ",": "COMMA",
    "=": "EQUAL",
    "-": "MINUS",
    ".": "PERIOD",
    "'": "QUOTE",
    ";": "SEMICOLON",
    "/": "SLASH",
    " ": "SPACE",
}

_BRACKETS = re.compile("\x1b\\[20[01]~")

_UNPASTED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x9f]")
"""Control characters but tab, line feed and return: no text that people copy has any, and ESC
would end the brackets around it."""


class Encoders:
    """The library's encoders, with the modes of one terminal."""

    def __init__(self, native: Native) -> None:
        self._native = native
        self._keys = owned(
            self, "ghostty_key_encoder_new", "ghostty_key_encoder_free", "GhosttyKeyEncoder"
        )
        self._key = owned(
            self, "ghostty_key_event_new", "ghostty_key_event_free", "GhosttyKeyEvent"
        )
        self._mice = owned(
            self, "ghostty_mouse_encoder_new", "ghostty_mouse_encoder_free", "GhosttyMouseEncoder"
        )
        self._mouse = owned(
            self, "ghostty_mouse_event_new", "ghostty_mouse_event_free", "GhosttyMouseEvent"
        )
        self._room = ffi.new("char[]", _ROOM)
        self._length = ffi.new("size_t*")
        self._cell = (8, 16)

    def set_size(self, columns: int, rows: int, cell_width: int, cell_height: int) -> None:
        self._cell = (cell_width, cell_height)
        size = sized("GhosttyMouseEncoderSize")
        size.screen_width, size.screen_height = columns * cell_width, rows * cell_height
        size.cell_width, size.cell_height = cell_width, cell_height
        lib.ghostty_mouse_encoder_setopt(self._mice, lib.GHOSTTY_MOUSE_ENCODER_OPT_SIZE, size)

    def key(self, press: KeyPress) -> bytes:
        lib.ghostty_key_encoder_setopt_from_terminal(self._keys, self._native.handle)
        yes = ffi.new("bool*", True)
        lib.ghostty_key_encoder_setopt(self._keys, lib.GHOSTTY_KEY_ENCODER_OPT_ALT_ESC_PREFIX, yes)
        event = self._key
        lib.ghostty_key_event_set_action(event, _ACTIONS[press.action])
        lib.ghostty_key_event_set_key(event, _key_number(press))
        lib.ghostty_key_event_set_mods(event, _mods(press.modifiers))
        lib.ghostty_key_event_set_consumed_mods(event, _mods(_consumed(press)))
        text = press.text.encode("utf-8", "replace")[: _ROOM // 2]
        kept = ffi.new("char[]", text)
        lib.ghostty_key_event_set_utf8(event, kept, len(text))
        alone = ord(press.unshifted[0]) if press.unshifted else 0
        lib.ghostty_key_event_set_unshifted_codepoint(event, alone)
        result = lib.ghostty_key_encoder_encode(self._keys, event, self._room, _ROOM, self._length)
        lib.ghostty_key_event_set_utf8(event, ffi.NULL, 0)
        check(result, "encode a key")
        return bytes(ffi.buffer(self._room, self._length[0]))

    def mouse(self, given: MouseInput) -> bytes:
        lib.ghostty_mouse_encoder_setopt_from_terminal(self._mice, self._native.handle)
        down = ffi.new("bool*", given.is_any_button_down)
        lib.ghostty_mouse_encoder_setopt(
            self._mice, lib.GHOSTTY_MOUSE_ENCODER_OPT_ANY_BUTTON_PRESSED, down
        )
        event = self._mouse
        lib.ghostty_mouse_event_set_action(event, _MOUSE_ACTIONS[given.action])
        if given.button is MouseButton.NONE:
            lib.ghostty_mouse_event_clear_button(event)
        else:
            number = getattr(lib, f"GHOSTTY_MOUSE_BUTTON_{_BUTTONS[given.button]}")
            lib.ghostty_mouse_event_set_button(event, number)
        lib.ghostty_mouse_event_set_mods(event, _mods(given.modifiers))
        lib.ghostty_mouse_event_set_position(event, self._middle(given)[0])
        result = lib.ghostty_mouse_encoder_encode(
            self._mice, event, self._room, _ROOM, self._length
        )
        check(result, "encode the mouse")
        return bytes(ffi.buffer(self._room, self._length[0]))

    def _middle(self, given: MouseInput) -> Any:
        width, height = self._cell
        at = ffi.new("GhosttyMousePosition*")
        at.x, at.y = (given.column + 0.5) * width, (given.row + 0.5) * height
        return at

    def paste(self, text: str, *, is_bracketed: bool) -> bytes:
        """Line ends become returns, as typed; control characters are taken out."""
        text = _BRACKETS.sub("", text).replace("\r\n", "\n")
        clean = _UNPASTED.sub("", text).replace("\n", "\r")
        typed = clean.encode("utf-8", "replace")
        return b"\x1b[200~" + typed + b"\x1b[201~" if is_bracketed else typed


_ACTIONS = {
    KeyAction.RELEASE: lib.GHOSTTY_KEY_ACTION_RELEASE,
    KeyAction.PRESS: lib.GHOSTTY_KEY_ACTION_PRESS,
    KeyAction.REPEAT: lib.GHOSTTY_KEY_ACTION_REPEAT,
}

_MOUSE_ACTIONS = {
    MouseAction.PRESS: lib.GHOSTTY_MOUSE_ACTION_PRESS,
    MouseAction.RELEASE: lib.GHOSTTY_MOUSE_ACTION_RELEASE,
    MouseAction.MOVE: lib.GHOSTTY_MOUSE_ACTION_MOTION,
}


def _mods(modifiers: Modifier) -> int:
    return sum(bit for modifier, bit in _MODIFIERS if modifier in modifiers)


def _consumed(press: KeyPress) -> Modifier:
    """Shift that went into making the character is not told again."""
    made_by_shift = press.key is Key.TEXT and press.text and press.text != press.unshifted
    return press.modifiers & Modifier.SHIFT if made_by_shift else Modifier.NONE


def _key_number(press: KeyPress) -> int:
    if press.key is not Key.TEXT:
        return int(getattr(lib, f"GHOSTTY_KEY_{press.key.value.upper()}"))
    alone = press.unshifted or press.text
    if len(alone) != 1:
        return int(lib.GHOSTTY_KEY_UNIDENTIFIED)
    if alone.isascii() and alone.isalpha():
        return int(getattr(lib, f"GHOSTTY_KEY_{alone.upper()}"))
    if alone.isascii() and alone.isdigit():
        return int(getattr(lib, f"GHOSTTY_KEY_DIGIT_{alone}"))
    name = _PUNCTUATION.get(alone, "UNIDENTIFIED")
    return int(getattr(lib, f"GHOSTTY_KEY_{name}"))
