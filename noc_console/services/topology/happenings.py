"""The values of the time machine: what happened, how much, and what differs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from noc_console.services.alarms.model import Severity
from noc_console.services.inventory.model import DeviceId, LinkId


@dataclass(frozen=True, slots=True)
class Reach:
    """How far back the past is known. None: nothing has happened yet."""

    network: datetime | None
    """Devices, links and their states."""
    loads: datetime
    """Utilisation; older than what is kept closely, it is hourly."""


@dataclass(frozen=True, slots=True)
class Happening:
    """One change of the network, in a line."""

    at: datetime
    text: str
    severity: Severity = Severity.CLEARED
    """How bad it is; CLEARED for what is no trouble."""
    devices: tuple[DeviceId, ...] = ()
    link: LinkId | None = None


@dataclass(frozen=True, slots=True)
class Density:
    """How much happened in equal parts of a span."""

    start: datetime
    width: timedelta
    changes: tuple[int, ...]
    """Of devices, ports and links."""
    alarms: tuple[int, ...]
    """That came or grew worse."""
    worst: tuple[Severity, ...]
    """Of those alarms."""

    @property
    def end(self) -> datetime:
        return self.start + self.width * len(self.changes)


class Sign(StrEnum):
    """How something differs between two moments; the sign is the word on the map."""

    ADDED = "+"
    REMOVED = "−"
    WORSE = "↓"
    BETTER = "↑"
    OTHER = "≠"


@dataclass(frozen=True, slots=True)
class Difference:
    """One device or link that is not as it was."""

    sign: Sign
    name: str
    text: str
    """From what to what: `answered → does not answer`, `12 % → 88 %`."""
    device: DeviceId | None = None
    link: LinkId | None = None
    ends: tuple[DeviceId, ...] = ()
    """Of the link."""
