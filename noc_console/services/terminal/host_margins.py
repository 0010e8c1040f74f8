"""The part of the screen that scrolls, as the engine tells it when asked."""

from __future__ import annotations

import re
from dataclasses import dataclass

from noc_console.services.terminal.sequences import Core

ORIGIN_MODE, SIDE_MARGINS_MODE = 6, 69

_NUMBERS = re.compile(rb"\x1bP1\$r([0-9]+);([0-9]+)")


@dataclass(frozen=True, slots=True)
class Area:
    """Rows and columns from nought, all of them included."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def is_empty(self) -> bool:
        return self.bottom < self.top or self.right < self.left


def margins_of(core: Core) -> Area:
    """What DECSTBM and DECSLRM chose; the whole screen where they chose nothing."""
    size = core.size
    top, bottom = _asked(core, b"r") or (1, size.rows)
    sides = _asked(core, b"s") if core.mode(SIDE_MARGINS_MODE) else None
    left, right = sides or (1, size.columns)
    return Area(top - 1, left - 1, bottom - 1, right - 1)


def _asked(core: Core, setting: bytes) -> tuple[int, int] | None:
    found = _NUMBERS.match(core.write(b"\x1bP$q" + setting + b"\x1b\\"))
    return (int(found.group(1)), int(found.group(2))) if found else None
