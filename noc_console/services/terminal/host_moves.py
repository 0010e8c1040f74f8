"""Movements of the cursor that the engine does otherwise than DEC STD 070 has them.

In origin mode it counts the row (or the column) from the margin a second time when only the other
one was asked for; beside a left margin it goes on to the left; and `CSI g` without a number clears
no tab stop. The two modes are rare: see `scanning` for how nobody looks at movements without them.
"""

from __future__ import annotations

from noc_console.services.terminal.host_margins import (
    ORIGIN_MODE,
    SIDE_MARGINS_MODE,
    margins_of,
)
from noc_console.services.terminal.sequences import Core, Handler, Sequence

_WRAPPING_BACK = (45, 1045)


class Moves:
    """CHA, HPA, HPR, VPA and VPR in origin mode; CUB and BS beside a left margin; TBC."""

    def __init__(self, core: Core) -> None:
        self._core = core

    def handlers(self) -> dict[str, Handler]:
        return {
            "G": self._to_column,
            "`": self._to_column,
            "a": self._on,
            "d": self._to_row,
            "e": self._down,
            "D": self._back,
            "g": self._clear_stop,
        }

    @property
    def are_special(self) -> bool:
        """Is a mode on that the engine moves wrongly in?"""
        return self._core.mode(ORIGIN_MODE) or self._core.mode(SIDE_MARGINS_MODE)

    def _to_column(self, sequence: Sequence) -> bytes | None:
        if not self._core.mode(ORIGIN_MODE):
            return None
        row = self._core.cursor[0] - margins_of(self._core).top
        return self._core.write(b"\x1b[%d;%dH" % (row + 1, sequence.number(0, 1)))

    def _to_row(self, sequence: Sequence) -> bytes | None:
        if not self._core.mode(ORIGIN_MODE):
            return None
        column = self._core.cursor[1] - margins_of(self._core).left
        return self._core.write(b"\x1b[%d;%dH" % (sequence.number(0, 1), column + 1))

    def _on(self, sequence: Sequence) -> bytes | None:
        """In origin mode the cursor stays within the margins, as CUF leaves it."""
        return self._instead(sequence, b"C")

    def _down(self, sequence: Sequence) -> bytes | None:
        return self._instead(sequence, b"B")

    def _instead(self, sequence: Sequence, final: bytes) -> bytes | None:
        if not self._core.mode(ORIGIN_MODE):
            return None
        return self._core.write(b"\x1b[%d%b" % (sequence.number(0, 1), final))

    def _back(self, sequence: Sequence) -> bytes | None:
        room = self._room_to_the_left()
        if room is None or (sequence.number(0, 1) or 1) <= room:
            return None
        return self._core.write(b"\x1b[%dD" % room) if room else b""

    def backspace(self) -> bytes:
        return b"" if self._room_to_the_left() == 0 else self._core.write(b"\x08")

    def _room_to_the_left(self) -> int | None:
        """Columns between the left margin and the cursor; None where it stops nobody."""
        core = self._core
        if not core.mode(SIDE_MARGINS_MODE) or any(map(core.mode, _WRAPPING_BACK)):
            return None
        room = core.cursor[1] - margins_of(core).left
        return room if room >= 0 else None

    def _clear_stop(self, sequence: Sequence) -> bytes | None:
        return None if sequence.parameters else self._core.write(b"\x1b[0g")
