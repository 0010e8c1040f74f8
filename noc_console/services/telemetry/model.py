"""Measurements: what is polled, how often, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from noc_console.kernel.events import Event
from noc_console.services.inventory.model import DeviceId


@dataclass(frozen=True, slots=True)
class PollPolicy:
    """How the collector asks. Seconds unless said otherwise."""

    interval_s: float = 60.0
    watched_interval_s: float = 1.0
    """For what an operator is looking at."""
    watched_budget: float = 4.0
    """Requests a second one device may get because someone is looking."""
    down_after: int = 2
    """Missed polls in a row before a device counts as unreachable."""
    wish_s: float = 10.0
    """How long one look keeps the fast interval."""
    concurrency: int = 64
    """Devices asked at the same time; one device is asked one thing at a time."""
    backed_off_s: float = 300.0
    """The longest interval between two looks at a device that does not answer."""


class PollOutcome(StrEnum):
    """How one poll of a device ended."""

    ANSWERED = "answered"
    TIMEOUT = "timeout"
    REJECTED = "rejected"
    MALFORMED = "malformed"


@dataclass(frozen=True, slots=True)
class CollectorHealth:
    """A collector's own word about itself, seconds and counts of its last cycle."""

    name: str
    at: datetime
    devices: int = 0
    due_late_s: float = 0.0
    polls: int = 0
    failures: int = 0
    traps: int = 0
    syslog: int = 0
    dropped: int = 0
    discovery: str = ""
    unreachable: int = 0


@dataclass(frozen=True, slots=True)
class InterfaceNow:
    """The newest word about one interface: bit/s and errors/s, None when unknown."""

    interface_id: int
    at: datetime
    in_bps: float | None
    out_bps: float | None
    in_errors: float | None
    out_errors: float | None
    oper_status: int


@dataclass(frozen=True, slots=True)
class DeviceNow:
    """The newest word about one device."""

    device_id: DeviceId
    at: datetime
    cpu: float | None
    memory: float | None
    temperature: float | None
    uptime_s: float | None
    response_ms: float | None
    reachable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PollPolicyChanged(Event):
    """Somebody changed how the collectors ask."""

    interval_s: float
    down_after: int
