"""Planned work: on what, when, how often, and what differed after it from before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType

from noc_console.kernel.events import Event

WindowId = NewType("WindowId", int)
RunId = NewType("RunId", int)

UNBORN = WindowId(0)
"""The id of a window the store has not seen yet."""

LONGEST = timedelta(days=7)
"""Work that lasts longer is several windows: somebody has to say so again."""
MOST_DEVICES = 5_000
"""Of one window, once its sites, groups and areas are resolved."""


class TargetKind(StrEnum):
    """What a window is about."""

    DEVICE = "device"
    INTERFACE = "interface"
    SITE = "site"
    GROUP = "group"
    """Devices by words and types, looked up when the work begins."""
    AREA = "area"
    """What stands inside a shape somebody drew on a map, when the work begins."""


@dataclass(frozen=True, slots=True)
class Target:
    """One thing a window is about; `name` is what people call it."""

    kind: TargetKind
    id: int = 0
    """Of a device, an interface or a site."""
    name: str = ""
    words: str = ""
    """Of a group: all must be in its name, address, site, maker or platform; `-word` must not."""
    types: tuple[str, ...] = ()
    map_id: int = 0
    """Of an area: the map, and the drawing on it."""
    drawing: str = ""


@dataclass(frozen=True, slots=True)
class Window:
    """Work that was planned, once or again and again."""

    id: WindowId
    title: str
    """What for, in a line."""
    targets: tuple[Target, ...]
    starts_at: datetime
    """Of the first time."""
    length: timedelta
    by: str
    ticket: str = ""
    """Its number, wherever tickets are kept."""
    repeat: str = ""
    """A recurrence as RFC 5545 writes it (`FREQ=WEEKLY;BYDAY=TU`); "" for once."""
    zone: str = "UTC"
    """The IANA time zone whose clock the repetitions follow."""
    quiet_minutes: int = 0
    """Ends early once all that went down is back and quiet for so long; 0: never."""
    warn_minutes: int = 10
    """Tells so long before the end when something is still down; 0: never."""
    optical_db: float = 1.0
    """Light that changed by more is told in the comparison."""
    reads_configs: bool = True
    """Whether configurations are compared, which needs a login at the devices."""
    note: str = ""
    created_at: datetime | None = None
    cancelled_at: datetime | None = None
    cancelled_by: str = ""
    skipped: tuple[datetime, ...] = ()
    """Times of a repetition that were called off one by one."""

    @property
    def repeats(self) -> bool:
        return bool(self.repeat)


class Ending(StrEnum):
    """How work came to its end."""

    TIME = "time"
    RECOVERED = "recovered"
    """Everything was back and quiet."""
    BY_HAND = "by hand"


@dataclass(frozen=True, slots=True)
class Run:
    """One time of a window: under way, or over."""

    id: RunId
    window_id: WindowId
    title: str
    ticket: str
    by: str
    planned_at: datetime
    starts_at: datetime
    ends_at: datetime
    """When it will end by itself; of one that is over, when it did."""
    devices: int = 0
    ended_at: datetime | None = None
    ending: Ending | None = None
    ended_by: str = ""
    down: int = 0
    """Objects that went down during it and are not back, at the last look."""
    warned_at: datetime | None = None
    quiet_minutes: int = 0
    warn_minutes: int = 0
    has_before: bool = False
    has_after: bool = False
    worse: int = 0
    """Of what differs after it: how much is worse than before."""
    differing: int = 0

    @property
    def is_under_way(self) -> bool:
        return self.ended_at is None


@dataclass(frozen=True, slots=True)
class Maintenance:
    """Work on one device, as lists and maps of devices show it; of several the longest."""

    device_id: int
    starts_at: datetime
    ends_at: datetime
    reason: str
    by: str
    run_id: int = 0
    ticket: str = ""
    interface_id: int | None = None
    """Set when only this port of the device is worked on."""


@dataclass(frozen=True, slots=True)
class Spot:
    """What a run keeps quiet: a device as a whole, or one interface or sensor of it."""

    device_id: int
    interface_id: int | None = None
    sensor_id: int | None = None


class SlotState(StrEnum):
    """Where a time of a window stands."""

    PLANNED = "planned"
    NOW = "now"
    PAST = "past"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Slot:
    """One time of a window in the calendar."""

    window: Window
    starts_at: datetime
    ends_at: datetime
    state: SlotState
    run: Run | None = None

    @property
    def key(self) -> str:
        """Stays the same while it is planned, under way and over."""
        planned = self.run.planned_at if self.run else self.starts_at
        return f"{self.window.id}@{planned.isoformat()}"


class Kind(StrEnum):
    """What a comparison found to differ."""

    DEVICE = "device"
    PORT = "port"
    LINK = "link"
    SESSION = "session"
    LIGHT = "light"
    ERRORS = "errors"
    ALARM = "alarm"
    CONFIGURATION = "configuration"


class Turn(StrEnum):
    """Whether that is bad."""

    WORSE = "worse"
    CHANGED = "changed"
    BETTER = "better"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it was before the work."""

    kind: Kind
    turn: Turn
    object: str
    before: str
    after: str
    device_id: int = 0
    interface_id: int | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """What one run left behind."""

    run: Run
    before_at: datetime | None
    after_at: datetime | None
    """None: compared with how it is now has not happened yet."""
    findings: tuple[Finding, ...] = ()
    """The worst first."""
    notes: tuple[str, ...] = ()
    """What could not be compared, and why."""
    looked_at: tuple[tuple[str, int], ...] = ()
    """How much was compared: (`ports`, 480)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MaintenanceChanged(Event):
    """Work was planned, changed, cancelled, skipped, began, was extended, warned of or ended;
    `what` is `planned`, `changed`, `cancelled`, `skipped`, `began`, `extended`, `ending`,
    `ended` or `compared`.
    """

    window_id: int
    run_id: int
    what: str
    title: str
    devices: int = 0
