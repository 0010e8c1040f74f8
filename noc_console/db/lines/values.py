"""What goes into the store of lines and comes out of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

NOBODY = -1
"""The device of a line that belongs to none; also the facility of what has none."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line. `at` is UTC epoch milliseconds; the texts hold no control characters."""

    at: int
    tenant: str
    device: int
    """The device's id, or `NOBODY`."""
    source: str
    kind: str
    severity: int
    facility: int
    """syslog's, or `NOBODY`."""
    text: str
    count: int = 1
    more: tuple[str, ...] = ()
    """Further fields to keep and find by their words, in an order the caller knows."""
    id: int = 0
    """Given by the store: greater for what came later."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """Which lines to find: those that fit everything that is given."""

    tenant: str
    text: str = ""
    devices: tuple[int, ...] = ()
    kinds: tuple[str, ...] = ()
    facilities: tuple[int, ...] = ()
    severities: tuple[int, ...] = ()
    sources: tuple[str, ...] = ()
    start: int | None = None
    end: int | None = None
    """UTC epoch milliseconds, from `start` until before `end`."""
    before: int | None = None
    """Only lines with a smaller id."""
    limit: int = 200
    counts: bool = False
    """Count by severity and device too."""
    patience_s: float = 1.0
    """When to stop looking for a page's lines."""
    counting_s: float = 0.1
    """When to stop counting further back once the page is full."""


@dataclass(slots=True)
class Found:
    """A page of lines, newest first, and counts of all that fit among the lines looked at."""

    lines: list[Line] = field(default_factory=list)
    more: bool = False
    matches: int = 0
    complete: bool = True
    damaged: int = 0
    """Lines that nobody can look at: their chunk does not match its checksum."""
    searched_to: int | None = None
    """The time of the oldest line looked at when not `complete`."""
    severities: list[int] = field(default_factory=list)
    devices: dict[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Keeping:
    """How long and how much is kept; whichever is reached first."""

    age: timedelta = timedelta(days=30)
    size: int = 8 << 30
    """Bytes of chunks."""
