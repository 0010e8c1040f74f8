"""Recorded terminal sessions, and what must not be in them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from noc_console.kernel.events import Event


@dataclass(frozen=True, slots=True)
class TapeFile:
    """A recording on this machine."""

    name: str
    """Of its file."""
    title: str
    begun: datetime | None
    size_bytes: int
    who: str = ""
    address: str = ""
    device_id: int | None = None


@dataclass(frozen=True, slots=True)
class Pattern:
    """A regular expression whose groups are hidden in recordings and text files."""

    id: int
    pattern: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRecorded(Event):
    """Somebody began to record a session."""

    name: str
    title: str
    device_id: int | None = None
    is_text: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingRemoved(Event):
    """Somebody threw a recording away."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PatternsChanged(Event):
    """What is hidden in recordings was changed; the pattern itself may tell too much."""

    count: int
