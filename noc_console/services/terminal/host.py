"""What stands between a device and the engine: caps, and everything an engine leaves to its host.

Every sequence that a device sends and that could answer, resize, store or run something is taken
out here; what passes on to the engine is text, colours and movements. Answers are made of
constants, positions and sizes. A device never gets back what it, or another device, wrote:
no titles, no contents of the screen, no clipboard (CVE-2003-0063 and its many children).

For conformance suites, which can only see a screen by asking the terminal for it, `is_under_test`
opens what sessions never have: checksums of rectangles, reports of titles, and a window that
moves and resizes.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from noc_console.services.terminal.host_margins import ORIGIN_MODE, SIDE_MARGINS_MODE
from noc_console.services.terminal.host_moves import Moves
from noc_console.services.terminal.host_rectangles import Rectangles
from noc_console.services.terminal.host_reports import Reports
from noc_console.services.terminal.host_strings import Strings
from noc_console.services.terminal.host_window import Window
from noc_console.services.terminal.model import Palette
from noc_console.services.terminal.scanning import (
    START,
    START_MOVING,
    START_UNDER_TEST,
    unsuspicious,
)
from noc_console.services.terminal.sequences import Core, Handler, Sequence, sequence_of

LONGEST_STRING = 4096
"""Bytes of an OSC, DCS or APC; longer ones are thrown away while they arrive."""

LONGEST_SEQUENCE = 256

MOST_MARKS = 8
"""Combining marks one after the other; more are thrown away."""

_CSI = re.compile(rb"\x1b\[([<=>?]?)([0-9:;]*+)([ -/]*+)([@-~])")
_CSI_BEGUN = re.compile(rb"\x1b\[[0-?]*+[ -/]*+\Z")
_OSC_END = re.compile(rb"[\x07\x18\x1a\x1b]")
_STRING_END = re.compile(rb"[\x18\x1a\x1b]")
_MARK = rb"(?:\xcc[\x80-\xbf]|\xcd[\x80-\xaf])"
_MARKS = re.compile(rb"(%b{%d})%b++" % (_MARK, MOST_MARKS, _MARK))
_CANCEL = b"\x18"
_BACKSPACE = 0x08

_WIDTHS_MODE = 40
_MOVING_MODES = frozenset({ORIGIN_MODE, SIDE_MARGINS_MODE})


_Taken = tuple[int, Callable[[], bytes] | None]
"""Where a sequence ends, and what answers it; without one it is the engine's."""


class Host:
    """Feeds an engine with what is harmless, and answers the rest itself."""

    def __init__(
        self,
        core: Core,
        *,
        may_write_clipboard: bool = False,
        is_under_test: bool = False,
    ) -> None:
        self._core = core
        self._held = b""
        """The beginning of a sequence whose end has not come yet."""
        self._skipped: re.Pattern[bytes] | None = None
        """How the overlong string ends that is being thrown away."""
        self._is_under_test = is_under_test
        self._start = START_UNDER_TEST if is_under_test else START
        """Where something for us begins; closer where movements need it."""
        self._window = Window(core, is_under_test=is_under_test)
        self._reports = Reports(core, is_under_test=is_under_test)
        self._strings = Strings(
            core, self._window, self._reports, may_write_clipboard=may_write_clipboard
        )
        self._moves = Moves(core)
        moving = self._moves.handlers()
        self._moving = frozenset(moving.values())
        rectangles = Rectangles(core, self._reports, is_under_test=is_under_test)
        self._handlers: dict[str, Handler] = {
            **self._window.handlers(),
            **self._reports.handlers(),
            **moving,
            **rectangles.handlers(),
            "b": self._repeat,
            "?h": self._set_modes,
        }
        self._escapes = rectangles.escapes()

    @property
    def title(self) -> str:
        return self._window.title

    @property
    def working_directory(self) -> str:
        return self._strings.working_directory

    def take_clipboard(self) -> str | None:
        return self._strings.take_clipboard()

    def set_palette(self, palette: Palette) -> None:
        self._strings.set_palette(palette)

    def reset(self) -> None:
        """Nothing half received, nothing remembered; the engine is reset by whoever owns it."""
        self._held, self._skipped = b"", None
        self._start = START_UNDER_TEST if self._is_under_test else START
        self._window.reset()
        self._reports.reset()
        self._strings.reset()

    def feed(self, received: bytes) -> bytes:
        """Take what came, cut anywhere; returns what to answer."""
        received, self._held = self._held + received if self._held else received, b""
        at = self._skip(received) if self._skipped else 0
        answers: list[bytes] = []
        sent = at
        self._moves.forget()
        if self._start is START_MOVING and not self._moves.are_special:
            self._start = START
        if not at and self._start is START:
            at = unsuspicious(received)
        while (found := self._start.search(received, at)) is not None:
            begin = found.start()
            taken = self._take(received, begin)
            if taken is None:
                self._held = received[begin:]
                received = received[:begin]
                break
            at, handle = taken
            if handle is not None:
                answers.append(self._write(received[sent:begin]))
                answers.append(handle())
                sent = at
        answers.append(self._write(received[sent:]))
        return b"".join(answers)

    def _write(self, harmless: bytes) -> bytes:
        if not harmless:
            return b""
        if b"\xcc" in harmless or b"\xcd" in harmless:
            harmless = _MARKS.sub(rb"\1", harmless)
        return self._core.write(harmless)

    def _take(self, received: bytes, begin: int) -> _Taken | None:
        """Where the sequence ends and what to do about it; None when its end has not come yet."""
        if received[begin] == _BACKSPACE:
            return self._backspaces(received, begin)
        if begin + 1 == len(received):
            return None
        introducer = received[begin + 1]
        if introducer == 0x5B:
            return self._control(received, begin)
        if introducer in b"P]X^_":
            return self._string(received, begin)
        if introducer == 0x20:
            return self._announcement(received, begin)
        if introducer >= 0x80:
            # An eight-bit control right after ESC would open a string behind our back.
            return begin + 1, lambda: b""
        escape = self._escapes.get(chr(introducer))
        if introducer == 0x63:
            escape = self._full_reset
        return begin + 2, escape

    def _backspaces(self, received: bytes, begin: int) -> _Taken:
        end = begin + 1
        while end < len(received) and received[end] == _BACKSPACE:
            end += 1
        return end, lambda: self._moves.backspaces(end - begin)

    def _control(self, received: bytes, begin: int) -> _Taken | None:
        found = _CSI.match(received, begin)
        if found is None:
            return self._broken_control(received, begin)
        sequence = sequence_of(found)
        handler = self._handlers.get(sequence.kind)
        if handler is None:
            return found.end(), None
        return found.end(), lambda: self._answered(handler, sequence)

    def _answered(self, handler: Handler, sequence: Sequence) -> bytes:
        if handler not in self._moving:
            self._moves.forget()
        answer = handler(sequence)
        return self._core.write(sequence.raw) if answer is None else answer

    def _broken_control(self, received: bytes, begin: int) -> _Taken | None:
        if _CSI_BEGUN.match(received, begin):
            if len(received) - begin <= LONGEST_SEQUENCE:
                return None
            return len(received), lambda: b""
        # Control characters within a sequence are for the engine, as is its broken end; but an
        # eight-bit control must not reach it in the middle of a sequence.
        end = begin + 2
        last = min(len(received), begin + LONGEST_SEQUENCE)
        while end < last and received[end] < 0x40 and received[end] != 0x1B:
            end += 1
        if end == len(received):
            return None
        if received[end] >= 0x80:
            kept = received[begin:end] + _CANCEL
            return end, lambda: self._core.write(kept)
        return end, None

    def _string(self, received: bytes, begin: int) -> _Taken | None:
        introducer = received[begin + 1]
        ending = _OSC_END if introducer == 0x5D else _STRING_END
        found = ending.search(received, begin + 2)
        if found is None:
            if len(received) - begin <= LONGEST_STRING:
                return None
            self._skipped = ending
            return len(received), lambda: b""
        end = found.start()
        if received[end] == 0x1B and end + 1 == len(received):
            if end - begin <= LONGEST_STRING:
                return None
            self._skipped = ending
            return end, lambda: b""
        closed = received[end] == 0x07 or received[end : end + 2] == b"\x1b\\"
        if not closed:
            return end + (received[end] != 0x1B), lambda: b""
        last = received[end : end + (1 if received[end] == 0x07 else 2)]
        content = received[begin + 2 : end]
        if len(content) > LONGEST_STRING:
            return end + len(last), lambda: b""
        return end + len(last), lambda: self._strings.take(chr(introducer), content, last)

    def _skip(self, received: bytes) -> int:
        """Where the string ends that is being thrown away."""
        ending = self._skipped
        found = ending.search(received) if ending else None
        if found is None:
            return len(received)
        end = found.start()
        if received[end] != 0x1B:
            self._skipped = None
            return end + 1
        if end + 1 == len(received):
            return len(received) - 1
        self._skipped = None
        return end + 2 if received[end + 1] == 0x5C else end

    def _announcement(self, received: bytes, begin: int) -> _Taken | None:
        """`ESC SP F` and the like: eight-bit answers are never given, the rest means nothing."""
        if begin + 2 == len(received):
            return None
        return begin + 3, lambda: b""

    def _full_reset(self) -> bytes:
        self._moves.forget()
        self._window.full_reset()
        self._reports.reset()
        return self._core.write(b"\x1bc")

    def _repeat(self, sequence: Sequence) -> bytes | None:
        """`REP`: two lines of the same character, not the 65,535 that seven bytes can ask for."""
        most = 2 * self._core.size.columns
        if sequence.number(0, 1) <= most:
            return None
        return self._core.write(b"\x1b[%db" % most)

    def _set_modes(self, sequence: Sequence) -> bytes | None:
        """Mode 40 would let the device choose between 80 and 132 columns: windows stay as wide."""
        dropped = set() if self._is_under_test else {_WIDTHS_MODE}
        if not self._reports.has_side_margins:
            dropped.add(SIDE_MARGINS_MODE)
        if self._is_under_test:
            self._reports.remember(sequence)
        elif not _MOVING_MODES.isdisjoint(sequence.parameters):
            self._start = START_MOVING
        kept = [each for each in sequence.parameters if each is not None and each not in dropped]
        if len(kept) == len(sequence.parameters):
            return None
        if not kept:
            return b""
        return self._core.write(b"\x1b[?%bh" % b";".join(b"%d" % each for each in kept))
