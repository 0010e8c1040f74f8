"""Control sequences taken apart, and what the terminal's host asks of the engine below it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from noc_console.services.terminal.model import Size

MOST_PARAMETERS = 32
LARGEST_PARAMETER = 9999


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell as the host sees it: for rectangles, and for checksums under test."""

    text: str = ""
    """Empty where nothing was ever written."""
    sgr: str = "0"
    """The parameters that make its style again."""
    is_protected: bool = False
    is_wide: bool = False


class Core(Protocol):
    """The engine below the host; rows and columns of the screen count from nought."""

    def write(self, received: bytes) -> bytes: ...

    @property
    def size(self) -> Size: ...

    @property
    def cursor(self) -> tuple[int, int]: ...

    def mode(self, number: int, *, is_ansi: bool = False) -> bool: ...

    def cell(self, row: int, column: int) -> Cell: ...

    def resize(self, size: Size) -> None: ...


@dataclass(frozen=True, slots=True)
class Sequence:
    """A control sequence, taken apart: `CSI ? 1;2 $ p`."""

    prefix: str
    parameters: tuple[int | None, ...]
    intermediates: str
    final: str
    raw: bytes

    @property
    def kind(self) -> str:
        return self.prefix + self.intermediates + self.final

    def number(self, at: int, default: int = 0) -> int:
        """A parameter, at most 9999; the default where it is left out."""
        if at >= len(self.parameters):
            return default
        value = self.parameters[at]
        return default if value is None else value


Handler = Callable[[Sequence], bytes | None]
"""Answers to a sequence; None hands it on to the engine."""


def sequence_of(found: re.Match[bytes]) -> Sequence:
    """From its four parts: prefix, parameters, intermediates and final character."""
    prefix, numbers, between, final = (part.decode("ascii") for part in found.groups())
    parts = numbers.replace(":", ";").split(";")[:MOST_PARAMETERS] if numbers else []
    parameters = tuple(min(int(part[:6]), LARGEST_PARAMETER) if part else None for part in parts)
    return Sequence(prefix, parameters, between, final, found.group())
