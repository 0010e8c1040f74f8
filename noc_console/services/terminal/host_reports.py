"""What a terminal says about itself when asked: constants, and states that the engine leaves out.

DEC's VT520 Programmer Information (EK-VT520-RM) names the reports; xterm's control sequences
those that came later.
"""

from __future__ import annotations

from noc_console.services.terminal.sequences import Core, Handler, Sequence

LEVEL = 4
"""The VT level we claim: VT420, as xterm does; VT525's additions are not here."""

_CONSTANT_STATUS = {
    15: b"\x1b[?13n",  # no printer
    25: b"\x1b[?21n",  # user-defined keys are locked
    26: b"\x1b[?27;1;0;0n",  # North American keyboard, ready
    53: b"\x1b[?50n",  # no locator
    55: b"\x1b[?50n",
    56: b"\x1b[?57;0n",
    62: b"\x1b[0*{",  # no room for macros
    75: b"\x1b[?70n",  # no errors on the line
    85: b"\x1b[?83n",  # one session
}

_NEVER_SET_ANSI = frozenset({1, 5, 7, 10, 11, 13, 14, 15, 16, 17, 18, 19})
"""GATM, SRTM, VEM, HEM, PUM, FEAM, FETM, MATM, TTM, SATM, TSM, EBM: permanently reset."""

_FIXED_DEC = {8: 3, 60: 4}
"""DECARM and DECHCCM: keys repeat, and the view follows the cursor, as the window has it."""

_NEVER_SET_DEC = frozenset({18, 19, 35, 42, 95})
"""Printer, Hebrew keyboard, national character sets, clearing at a change of columns."""

_REMEMBERED_ANSI = frozenset({2})

_SOFT_RESET = (
    b"\x1b[?1;6;45;66;69;1045l"  # cursor keys, origin, wrapping backwards, keypad, side margins
    b"\x1b[0$}\x1b[?7;25h"  # writing to the screen, wrapping (as xterm does), the cursor
    b"\x1b[2;4l"  # the keyboard, replacing
    b'\x1b[r\x1b[m\x1b[1"q\x1b[0"q'  # margins, attributes; no protection, not even ISO's
    b"\x1b(B\x1b)B\x1b*B\x1b+B\x0f"  # character sets
    b"\x1b[H\x1b7"  # what is saved of the cursor: home
)
"""DECSTR, which the engine does not know, as EK-VT520-RM lists it; the cursor goes home by it."""

_SETTINGS = {
    "$}": "0",  # no status line is active
    "$~": "0",  # and none is there
}


_UNPROTECTED = b'\x1b[0"q'


class Reports:
    """Answers to DSR, DECRQM, DECRQSS, DECREQTPARM; and the levels and extents they tell of."""

    def __init__(self, core: Core, *, is_under_test: bool) -> None:
        self._core = core
        self._is_under_test = is_under_test
        self.reset()

    def reset(self) -> None:
        self._level = LEVEL
        self._is_eight_bit = False
        self._protection = 0
        self.protecting = _UNPROTECTED
        """What makes the engine protect as it does now."""
        self._extent = 0
        self._remembered: set[tuple[str, int]] = set()

    def handlers(self) -> dict[str, Handler]:
        handlers: dict[str, Handler] = {
            "?n": self._status,
            "x": self._parameters,
            "$p": self._ansi_mode,
            "?$p": self._dec_mode,
            '"p': self._level_chosen,
            '"q': self._protection_chosen,
            "*x": self._extent_chosen,
            "i": _nothing,  # printing, and the screen sent to the other side
            "=c": _unit,
            "!p": self._soft_reset,
        }
        if self._is_under_test:
            handlers |= {
                "c": _attributes,
                ">c": _attributes,
                "h": self.remember,
                "l": self.remember,
                "?l": self.remember,
            }
        return handlers

    def _status(self, sequence: Sequence) -> bytes | None:
        asked = sequence.number(0)
        if asked == 6:
            return self._extended_position()
        if asked == 63:
            return b"\x1bP%d!~0000\x1b\\" % sequence.number(1)
        return _CONSTANT_STATUS.get(asked)

    def _extended_position(self) -> bytes:
        """DECXCPR is CPR with the page, which is always the first; by the engine's own CPR."""
        position = self._core.write(b"\x1b[6n")
        return position.replace(b"\x1b[", b"\x1b[?").replace(b"R", b";1R")

    def _parameters(self, sequence: Sequence) -> bytes:
        """DECREQTPARM: no parity, eight bits, 38,400 baud, as every terminal of today says."""
        asked = sequence.number(0)
        return b"\x1b[%d;1;1;128;128;1;0x" % (asked + 2) if asked in (0, 1) else b""

    def _ansi_mode(self, sequence: Sequence) -> bytes | None:
        number = sequence.number(0)
        if self._level < 3:
            return b""
        if number in _NEVER_SET_ANSI:
            return b"\x1b[%d;4$y" % number
        if number in _REMEMBERED_ANSI and self._is_under_test:
            return b"\x1b[%d;%d$y" % (number, 1 if ("", number) in self._remembered else 2)
        return None

    def _dec_mode(self, sequence: Sequence) -> bytes | None:
        number = sequence.number(0)
        if self._level < 3:
            return b""
        if number in _FIXED_DEC:
            return b"\x1b[?%d;%d$y" % (number, _FIXED_DEC[number])
        if number not in _NEVER_SET_DEC:
            return None
        if not self._is_under_test:
            return b"\x1b[?%d;4$y" % number
        return b"\x1b[?%d;%d$y" % (number, 1 if ("?", number) in self._remembered else 2)

    def remember(self, sequence: Sequence) -> None:
        """Under test, modes without any effect are at least remembered, as xterm does."""
        for number in sequence.parameters:
            if number is None:
                continue
            mode = (sequence.prefix, number)
            if sequence.final == "h":
                self._remembered.add(mode)
            else:
                self._remembered.discard(mode)

    def _level_chosen(self, sequence: Sequence) -> bytes:
        """DECSCL resets the terminal, as a VT420's did; it stays in UTF-8 and seven-bit answers."""
        level = sequence.number(0, 61) - 60
        if not 1 <= level <= 5:
            return b""
        level = min(level, LEVEL)
        is_changed = level != self._level
        self.reset()
        self._level = level
        self._is_eight_bit = sequence.number(1) in (0, 2) and level > 1
        if is_changed:
            return self._core.write(b"\x1bc")
        self._core.write(_SOFT_RESET)
        return b""

    def _protection_chosen(self, sequence: Sequence) -> None:
        self._protection = 1 if sequence.number(0) == 1 else 0
        self.protecting = b'\x1b[%d"q' % self._protection

    def guard(self, *, is_on: bool) -> bytes:
        """SPA and EPA: ISO's protection, which only ISO's erasing respects."""
        self.protecting = b"\x1bV" if is_on else b"\x1bV\x1bW"
        return self._core.write(self.protecting)

    @property
    def is_guarded(self) -> bool:
        """Was ISO's way to protect the last one used, not DEC's?"""
        return self.protecting.startswith(b"\x1bV")

    def _extent_chosen(self, sequence: Sequence) -> bytes:
        self._extent = sequence.number(0) if sequence.number(0) in (0, 1, 2) else 0
        return b""

    def _soft_reset(self, _sequence: Sequence) -> bytes:
        """DECSTR leaves the text, and the cursor where it is."""
        self._protection = 0
        self.protecting = _UNPROTECTED
        self._extent = 0
        row, column = self._core.cursor
        self._core.write(_SOFT_RESET + b"\x1b[%d;%dH" % (row + 1, column + 1))
        return b""

    @property
    def has_side_margins(self) -> bool:
        """They came with the VT420: DECLRMM and DECSLRM mean nothing below."""
        return self._level >= 4

    @property
    def is_by_rectangle(self) -> bool:
        """DECSACE: do changes of attributes mean a rectangle, or a stream of characters?"""
        return self._extent == 2

    def setting(self, asked: str) -> bytes | None:
        """DECRQSS; None is left to the engine, which knows margins, attributes and the cursor."""
        size = self._core.size
        settings = _SETTINGS | {
            '"p': f"{60 + self._level};{0 if self._is_eight_bit else 1}",
            '"q': str(self._protection),
            "*x": str(self._extent),
            "t": str(size.rows),
            "*|": str(size.rows),
            "$|": str(size.columns),
        }
        if asked in settings:
            return f"\x1bP1$r{settings[asked]}{asked}\x1b\\".encode()
        if asked in ("m", "r", "s", " q"):
            return None
        return b"\x1bP0$r\x1b\\"


def _nothing(_sequence: Sequence) -> bytes:
    return b""


def _attributes(sequence: Sequence) -> bytes:
    """DA and DA2 of a VT420 with 132 columns, selective erase, colour and rectangles: under test
    that is what this terminal is, with the modes and reports of xterm's patch 383. Sessions say
    what the engine says, a VT220 with colour.
    """
    if sequence.number(0) != 0:
        return b""
    return b"\x1b[>41;383;0c" if sequence.prefix else b"\x1b[?64;1;6;21;22;28c"


def _unit(sequence: Sequence) -> bytes:
    """DA3: the number of this terminal, which is nobody's business."""
    return b"\x1bP!|00000000\x1b\\" if sequence.number(0) == 0 else b""
