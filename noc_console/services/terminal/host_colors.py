"""Colours that a device sets or asks for by OSC: the engine keeps most, this keeps the rest.

Answers tell a colour by three numbers and nothing else. The engine knows the palette (OSC 4),
the text, the ground and the cursor (OSC 10, 11, 12); xterm's colours for bold, underlined,
blinking, reversed and italic text (OSC 5), and those of the mouse, Tektronix and highlighting
(OSC 13 to 19), have no effect here and are remembered for whoever asks.
"""

from __future__ import annotations

import re

from noc_console.services.terminal.model import Palette
from noc_console.services.terminal.sequences import Core

_INDEXED = 256
_SPECIAL = 5
_OWN_DYNAMIC = range(13, 20)
_ENGINE_DYNAMIC = range(10, 13)
_GROUNDS = frozenset({11, 14, 16, 17})
"""Dynamic colours that start as the ground's; the others as the text's."""

_RGB = re.compile(r"rgb:([0-9a-fA-F]{1,4})/([0-9a-fA-F]{1,4})/([0-9a-fA-F]{1,4})")
_HASH = re.compile(r"#([0-9a-fA-F]{3}|[0-9a-fA-F]{6}|[0-9a-fA-F]{9}|[0-9a-fA-F]{12})")
_RGBI = re.compile(r"rgbi:([0-9.]{1,8})/([0-9.]{1,8})/([0-9.]{1,8})")
_MOST_PAIRS = 64

Rgb = tuple[int, int, int]


class Colors:
    """OSC 4, 5, 10 to 19, and their resets 104, 105, 110 to 119."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._theme = Palette(0xFFFFFF, 0)
        self.reset()

    def reset(self) -> None:
        self._special: dict[int, Rgb] = {}
        self._dynamic: dict[int, Rgb] = {}

    def set_palette(self, palette: Palette) -> None:
        self._theme = palette

    def take(self, kind: int, rest: str, ending: bytes) -> bytes:
        if kind in (4, 5):
            return self._indexed(kind, rest, ending)
        if 10 <= kind <= 19:
            return self._dynamics(kind, rest, ending)
        if kind in (104, 105):
            return self._forget(kind, rest)
        if kind - 100 in _ENGINE_DYNAMIC:
            return self._core.write(b"\x1b]%d\x1b\\" % kind)
        if kind - 100 in _OWN_DYNAMIC:
            self._dynamic.pop(kind - 100, None)
        return b""

    def _indexed(self, kind: int, rest: str, ending: bytes) -> bytes:
        """Pairs of a number and a colour, or a question for it; both in one string at will."""
        parts = rest.split(";")[: 2 * _MOST_PAIRS]
        answers = []
        for number, wanted in zip(parts[::2], parts[1::2], strict=False):
            if not (number.isascii() and number.isdigit()) or len(number) > 3:
                break
            index = int(number) + (_INDEXED if kind == 5 else 0)
            if index < _INDEXED:
                answers.append(self._to_engine(f"4;{index}", wanted, ending))
            elif index < _INDEXED + _SPECIAL:
                answers.append(self._own(self._special, index, f"{kind};{number}", wanted, ending))
        return b"".join(answers)

    def _dynamics(self, kind: int, rest: str, ending: bytes) -> bytes:
        """Each further colour is for the next number."""
        answers = []
        for number, wanted in enumerate(rest.split(";")[:10], kind):
            if number in _ENGINE_DYNAMIC:
                answers.append(self._to_engine(str(number), wanted, ending))
            elif number in _OWN_DYNAMIC:
                answers.append(self._own(self._dynamic, number, str(number), wanted, ending))
        return b"".join(answers)

    def _to_engine(self, command: str, wanted: str, ending: bytes) -> bytes:
        """Colours by numbers are read here: the engine takes `#fff` for white, X11 for #f0f0f0."""
        if not wanted.isascii() or not wanted.isprintable():
            return b""
        color = parsed(wanted)
        if color is not None:
            wanted = "rgb:{:02x}/{:02x}/{:02x}".format(*color)
        return self._core.write(f"\x1b]{command};{wanted}".encode() + ending)

    def _own(
        self, kept: dict[int, Rgb], index: int, asked: str, wanted: str, ending: bytes
    ) -> bytes:
        if wanted != "?":
            color = parsed(wanted)
            if color is not None:
                kept[index] = color
            return b""
        red, green, blue = kept.get(index) or self._default(index)
        answer = f"\x1b]{asked};rgb:{red:02x}{red:02x}/{green:02x}{green:02x}/{blue:02x}{blue:02x}"
        return answer.encode() + ending

    def _default(self, index: int) -> Rgb:
        color = self._theme.background if index in _GROUNDS else self._theme.foreground
        return color >> 16 & 0xFF, color >> 8 & 0xFF, color & 0xFF

    def _forget(self, kind: int, rest: str) -> bytes:
        """Without numbers all of them."""
        numbers = [part for part in rest.split(";")[:_MOST_PAIRS] if part]
        if not numbers:
            self._special.clear()
            return self._core.write(b"\x1b]104\x1b\\") if kind == 104 else b""
        answers = []
        for number in numbers:
            if not (number.isascii() and number.isdigit()) or len(number) > 3:
                break
            index = int(number) + (_INDEXED if kind == 105 else 0)
            if index < _INDEXED:
                answers.append(self._core.write(b"\x1b]104;%d\x1b\\" % index))
            self._special.pop(index, None)
        return b"".join(answers)


def parsed(text: str) -> Rgb | None:
    """A colour as X11 writes it (`XParseColor`): `rgb:ff/80/0`, `#f80`, `rgbi:1.0/0.5/0`."""
    if found := _RGB.fullmatch(text):
        red, green, blue = (_scaled(part) for part in found.groups())
        return red, green, blue
    if found := _HASH.fullmatch(text):
        digits = found.group(1)
        each = len(digits) // 3
        red, green, blue = (
            int(digits[at : at + each].ljust(4, "0")[:2], 16) for at in range(0, 3 * each, each)
        )
        return red, green, blue
    if found := _RGBI.fullmatch(text):
        return _intensities(found.groups())
    return None


def _scaled(digits: str) -> int:
    """One digit to four, of the largest that many digits can say, as eight bits."""
    largest: int = 16 ** len(digits) - 1
    return int(digits, 16) * 0xFFFF // largest >> 8


def _intensities(parts: tuple[str, ...]) -> Rgb | None:
    try:
        red, green, blue = (round(min(max(float(part), 0.0), 1.0) * 255) for part in parts)
    except ValueError:
        return None
    return red, green, blue
