"""Measurements: what is polled, how often, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from noc_console.kernel.events import Event
from noc_console.services.credentials.model import SnmpTarget
from noc_console.services.inventory.model import (
    Device,
    DeviceId,
    DeviceType,
    Sensor,
)

ONU_SWEEP_S = 3600.0
"""The light of an OLT's subscribers is read at most once in so long, whatever the policy says.

Each reading of an ONU's optics makes the OLT ask the ONU over the management channel it
shares with its subscribers' traffic (OMCI): OLTs have been taken down by monitoring that
swept thousands of them every few minutes. What changes in between is told by traps.
"""


@dataclass(frozen=True, slots=True)
class Tier:
    """A class of devices with a rhythm of its own. Seconds.

    A device belongs to the first tier that names it by its id, else to the first that fits:
    its type is one of `types` (or there are none) and one of `words` (or there are none)
    matches its name, vendor, platform, model or site; `*` and `?` stand for any letters.
    """

    name: str
    interval_s: float
    types: tuple[DeviceType, ...] = ()
    words: tuple[str, ...] = ()
    device_ids: tuple[int, ...] = ()
    sensors_s: float | None = None
    """Of sensors other than light; never less than the interval, which it is when None."""
    optics_s: float | None = None
    """Of optical sensors."""


@dataclass(frozen=True, slots=True)
class PollPolicy:
    """How the collector asks. Seconds unless said otherwise."""

    interval_s: float = 60.0
    watched_interval_s: float = 1.0
    """For what an operator is looking at."""
    watched_budget: float = 4.0
    """Requests a second one device may get because someone is looking.

    What others of ours ask it (browsing, inspections) counts as well; see `budget.py`.
    """
    down_after: int = 2
    """Missed polls in a row before a device counts as unreachable."""
    wish_s: float = 10.0
    """How long one look keeps the fast interval."""
    settled_s: float = 60.0
    """Uptime from which a restart is history, once the device answered for two intervals."""
    concurrency: int = 256
    """Devices asked at the same time; one device is asked one thing at a time."""
    slow_concurrency: int = 32
    """Of these lanes' own: devices known to answer slowly."""
    backed_off_s: float = 300.0
    """The longest interval between two looks at a device that does not answer."""
    tiers: tuple[Tier, ...] = ()
    """Classes with another rhythm, in the order in which they are tried."""


Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

UNKNOWN = -(1 << 63)
"""A number the device did not give; the store of measurements writes the same."""


@dataclass(frozen=True, slots=True, eq=False)
class Ports:
    """What polling knows of a device's interfaces, as columns; ids ascend.

    A collector has half a million of them: as objects they would not fit.
    """

    ids: Ints
    indexes: Ints
    """ifIndex; 0 or less where the device no longer has it."""
    names: tuple[str, ...]
    speeds: Ints
    """bit/s; 0 when not known."""
    statuses: NDArray[np.int8]
    """ifOperStatus as the inventory knows it."""
    wide: Flags
    """There are 64-bit counters."""
    linked: Flags
    """Leads to a device we know."""
    aliases: tuple[str, ...] = ()
    """What operators wrote on them; rules for alarms may ask. Empty: nobody wrote anything."""
    types: NDArray[np.int32] = field(default_factory=lambda: np.empty(0, np.int32))
    """ifType."""

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True, slots=True)
class Subject:
    """A device to be polled, with what is to be read of it."""

    device: Device
    target: SnmpTarget
    ports: Ports
    sensors: tuple[Sensor, ...] = ()
    site_name: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class PortReadings:
    """Interfaces as read. `rows` says which of the device's `Ports` they are, ascending."""

    rows: NDArray[np.intp]
    counters: Ints
    """[n, 8] in and out octets, packets, errors, discards; UNKNOWN where not given."""
    admin: NDArray[np.int8]
    """1 switched on, 0 off, -1 unknown."""
    oper: NDArray[np.int8]
    """ifOperStatus; 0 unknown or nonsense."""

    def __len__(self) -> int:
        return len(self.rows)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a device said in one poll; sensors by id.

    `at` is steady seconds (for rates), `at_ms` UTC milliseconds (for people). `whole`
    is false for what was only read because somebody looks.
    """

    at: float
    at_ms: int
    response_s: float
    uptime_ticks: int | None
    ports: PortReadings | None = None
    sensors: Mapping[int, float] = field(default_factory=dict)
    whole: bool = True


@dataclass(frozen=True, slots=True)
class WorkerHealth:
    """One of the things a collector does by itself, as its watchdog sees it."""

    name: str
    running: bool = False
    is_done: bool = False
    """It ended by itself, as it may: nothing to worry about."""
    restarts: int = 0
    stuck: int = 0
    """How many of the restarts were the watchdog's: it had not moved for too long."""
    heartbeat_age_s: float | None = None
    """Since it last moved; None for one that only waits for others (a listener)."""
    patience_s: float | None = None
    """How long it may stand still before it is restarted."""
    error: str = ""
    """Why it last fell, one line."""
    hung_at: str = ""
    """Where it stood when the watchdog last restarted it: the innermost lines of its stack."""

    @property
    def is_well(self) -> bool:
        """Running (or rightly done), and moving if it is one that moves."""
        if self.is_done:
            return True
        if self.heartbeat_age_s is None or self.patience_s is None:
            return self.running
        return self.running and self.heartbeat_age_s <= self.patience_s


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
    accounted: int = 0
    """Records by which devices accounted what was typed (AAA), kept since the start."""
    dropped: int = 0
    discovery: str = ""
    unreachable: int = 0
    dropped_polls: int = 0
    """Measurements that waited too long for a store that did not answer."""
    workers: tuple[WorkerHealth, ...] = ()
    loop_lag_s: float = 0.0
    """How late the event loop ran what was due, the worst of the last minute."""
    loop_blocked: int = 0
    """How often the event loop stood still for more than five seconds, since the start."""
    clock_skew_s: float | None = None
    """This machine's clock minus the database's; None where they are one machine's (SQLite)."""
    metrics: str = ""
    """Where this collector tells its figures to Prometheus, e.g. `127.0.0.1:9464`."""
    queued: int = 0
    """Traps and log lines heard and not yet written."""
    drops: Mapping[str, int] = field(default_factory=dict)
    """What of them was lost since the start, by listener and reason."""
    hearing: Mapping[str, str] = field(default_factory=dict)
    """Where each listener listens: `UDP 162`."""


@dataclass(frozen=True, slots=True)
class InterfaceNow:
    """The newest word about one interface: bit/s, errors/s, discards/s; None when unknown."""

    interface_id: int
    at: datetime
    in_bps: float | None
    out_bps: float | None
    in_errors: float | None
    out_errors: float | None
    oper_status: int
    in_discards: float | None = None
    out_discards: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Rates:
    """What interfaces did around a moment, by ascending id: bit/s and frames/s, NaN unknown."""

    at: datetime
    """The end of the time they are the mean of."""
    width_s: float
    """How long that time was; 0 for the rate between two polls."""
    ids: NDArray[np.int64]
    columns: dict[str, Floats]

    def of(self, interface_ids: Sequence[int] | NDArray[np.int64], column: str) -> Floats:
        """The values of these interfaces; NaN for those nobody measured."""
        wanted = np.asarray(interface_ids, np.int64)
        if not len(self.ids):
            return np.full(len(wanted), np.nan)
        place = np.minimum(np.searchsorted(self.ids, wanted), len(self.ids) - 1)
        found: Floats = np.where(self.ids[place] == wanted, self.columns[column][place], np.nan)
        return found


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


@dataclass(frozen=True, slots=True)
class Kept:
    """How many days measurements of a kind of subject are kept, by how closely they are told."""

    subject: str
    raw_days: float
    five_minutes_days: float
    hourly_days: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionChanged(Event):
    """Somebody decided how long measurements of a kind are kept."""

    subject: str
    raw_days: float
    five_minutes_days: float
    hourly_days: float


class Lane(StrEnum):
    """Where a device waits for its turn: the sick have slots of their own."""

    FAST = "fast"
    SLOW = "slow"
    """Answers, but so slowly that it would keep others waiting."""
    SILENT = "silent"
    """Does not answer; gets one small question at a time."""


class Breaker(StrEnum):
    """Whether a device is asked for everything, for a sign of life only, or just now again."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half-open"
    """It missed polls; the next one decides."""


@dataclass(frozen=True, slots=True)
class Lateness:
    """How late turns began, of the last ten minutes. Seconds."""

    turns: int = 0
    late: int = 0
    """Turns that began more than a tenth of their interval behind their time."""
    p50_s: float = 0.0
    p95_s: float = 0.0
    max_s: float = 0.0
    bars: tuple[tuple[float, int], ...] = ()
    """A histogram: up to so many seconds late, so many turns; ascending, the last is inf."""


@dataclass(frozen=True, slots=True)
class TierNow:
    """One class of devices and how it is doing. The tier "" is everything without a tier."""

    name: str
    interval_s: float
    devices: int = 0
    late: int = 0
    """Late turns of the last ten minutes."""
    next_due_s: float | None = None
    """Seconds from the collector's last word; negative when overdue."""


@dataclass(frozen=True, slots=True)
class TroubledDevice:
    """One of the slowest or sickest devices."""

    device_id: DeviceId
    lane: Lane
    breaker: Breaker
    tier: str
    response_s: float
    """Mean of its last polls, whole polls with all their requests."""
    requests: float
    """A minute, by everybody of ours."""
    misses: int
    """Polls in a row without an answer."""
    failures: int
    """Since the collector started."""
    why: str
    """The reason of the last failure: timeout, refused, unroutable, auth, malformed …"""
    next_due_s: float | None = None


@dataclass(frozen=True, slots=True)
class BudgetUse:
    """Requests against the one budget each device has, of the last ten minutes."""

    per_second: float = 0.0
    """What one device may get."""
    polling: int = 0
    watching: int = 0
    others: int = 0
    """Of other processes of ours: browsing, inspections, other consoles."""
    refused: int = 0
    """Looks put off because a device's budget was spent."""
    spent_most: tuple[tuple[DeviceId, float], ...] = ()
    """Requests a second of the busiest devices, busiest first."""


@dataclass(frozen=True, slots=True)
class ScheduleNow:
    """What one collector's schedule does in truth, by its own word.

    Counts and rates are of the last ten minutes unless said otherwise.
    """

    collector: str
    at: datetime
    devices: int = 0
    polls_per_s: float = 0.0
    requests_per_s: float = 0.0
    lateness: Lateness = field(default_factory=Lateness)
    lanes: Mapping[Lane, int] = field(default_factory=dict)
    """Devices by lane."""
    waiting: int = 0
    """Turns that have begun to wait for a slot and have none yet."""
    breakers: Mapping[Breaker, int] = field(default_factory=dict)
    failures: Mapping[str, int] = field(default_factory=dict)
    """Failed polls by reason."""
    tiers: tuple[TierNow, ...] = ()
    troubled: tuple[TroubledDevice, ...] = ()
    """At most fifty, the worst first."""
    budget: BudgetUse = field(default_factory=BudgetUse)
