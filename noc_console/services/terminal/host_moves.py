"""Movements of the cursor that the engine does otherwise than DEC STD 070 has them.

In origin mode it counts the row (or the column) from the margin a second time when only the other
one was asked for; beside a left margin it goes on to the left; and `CSI g` without a number clears
no tab stop. The two modes are rare: see `scanning` for how nobody looks at movements without them.
"""

from __future__ import annotations

from noc_console.services.terminal.host_margins import (
    ORIGIN_MODE,
    SIDE_MARGINS_MODE,
    Area,
    margins_of,
)
from noc_console.services.terminal.sequences import Core, Handler, Sequence

_WRAPPING_BACK = (45, 1045)


class Moves:
    """CHA, HPA, HPR, VPA and VPR in origin mode; CUB and BS beside a left margin; TBC."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._known: Area | None = None

    def handlers(self) -> dict[str, Handler]:
        return {
            "r": self._margins_chosen,
            "s": self._margins_chosen,
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

    def forget(self) -> None:
        """The margins may be others now; asking for them at each movement would take long."""
        self._known = None

    @property
    def _margins(self) -> Area:
        if self._known is None:
            self._known = margins_of(self._core)
        return self._known

    def _margins_chosen(self, _sequence: Sequence) -> None:
        self.forget()

    def _to_column(self, sequence: Sequence) -> bytes | None:
        if not self._core.mode(ORIGIN_MODE):
            return None
        row = self._core.cursor[0] - self._margins.top
        return self._core.write(b"\x1b[%d;%dH" % (row + 1, sequence.number(0, 1)))

    def _to_row(self, sequence: Sequence) -> bytes | None:
        if not self._core.mode(ORIGIN_MODE):
            return None
        column = self._core.cursor[1] - self._margins.left
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
        asked = sequence.number(0, 1) or 1
        steps = self._steps_back(asked)
        if steps == asked:
            return None
        return self._core.write(b"\x1b[%dD" % steps) if steps else b""

    def backspaces(self, count: int) -> bytes:
        return self._core.write(b"\x08" * self._steps_back(count))

    def _steps_back(self, asked: int) -> int:
        """As many as there are columns up to the left margin, if that is where the cursor goes."""
        core = self._core
        if not core.mode(SIDE_MARGINS_MODE):
            return asked
        room = core.cursor[1] - self._margins.left
        if not 0 <= room < asked or any(map(core.mode, _WRAPPING_BACK)):
            return asked
        return room

    def _clear_stop(self, sequence: Sequence) -> bytes | None:
        return None if sequence.parameters else self._core.write(b"\x1b[0g")
