"""Alarms: what is wrong on the network, since when, and who is dealing with it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import ClassVar, NewType

from noc_console.kernel.errors import Invalid
from noc_console.kernel.events import Event
from noc_console.kernel.money import Money

AlarmId = NewType("AlarmId", int)

UNBORN = AlarmId(0)
"""The id of an alarm the store has not seen yet."""

EDGES = frozenset({"raised", "reopened", "cleared"})
"""The steps of a history that count as a change when we look for flapping."""


class Severity(IntEnum):
    """ITU-T X.733 perceived severity; higher is worse."""

    CLEARED = 0
    INDETERMINATE = 1
    WARNING = 2
    MINOR = 3
    MAJOR = 4
    CRITICAL = 5


_WORD = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_LONGEST_WORD = 60
_KNOWN: dict[str, Condition] = {}


class Condition(str):
    """What is wrong, as a short word such as `interface-down`; one alarm per object and condition.

    The words below are known to the program; rules kept as data bring words of their own.
    """

    __slots__ = ()

    UNREACHABLE: ClassVar[Condition]
    INTERFACE_DOWN: ClassVar[Condition]
    FLAPPING: ClassVar[Condition]
    STORM: ClassVar[Condition]
    """So many alarms of one device that only one line tells of them."""
    UTILISATION: ClassVar[Condition]
    ERRORS: ClassVar[Condition]
    CPU: ClassVar[Condition]
    MEMORY: ClassVar[Condition]
    TEMPERATURE: ClassVar[Condition]
    OPTICAL_POWER: ClassVar[Condition]
    POWER: ClassVar[Condition]
    HARDWARE: ClassVar[Condition]
    RESTARTED: ClassVar[Condition]
    PROBE_FAILED: ClassVar[Condition]
    """A probed target is silent, or answers otherwise than it should."""
    PROBE_LOSS: ClassVar[Condition]
    PROBE_LATENCY: ClassVar[Condition]
    CERTIFICATE_EXPIRY: ClassVar[Condition]
    ENGINE_CHANGED: ClassVar[Condition]
    """Its SNMPv3 engine was replaced or reset, and not only once."""
    WORKER_STUCK: ClassVar[Condition]
    """A part of a collector stood still and was started again."""
    NO_COLLECTOR: ClassVar[Condition]
    """A zone has devices, and no living collector reaches them."""
    CLOCK_SKEW: ClassVar[Condition]
    """A collector's clock and the database's tell different times."""

    def __new__(cls, word: str) -> Condition:
        if (known := _KNOWN.get(word)) is not None:
            return known  # of a word the program knows there is one object, wherever it is from
        if len(word) > _LONGEST_WORD or not _WORD.fullmatch(word):
            raise Invalid(f"{word[:80]!r} is no name of a condition: use letters and hyphens")
        return super().__new__(cls, word)

    @property
    def value(self) -> str:
        """As a plain text, e.g. for a database."""
        return str(self)


Condition.UNREACHABLE = Condition("unreachable")
Condition.INTERFACE_DOWN = Condition("interface-down")
Condition.FLAPPING = Condition("flapping")
Condition.STORM = Condition("alarm-storm")
Condition.UTILISATION = Condition("utilisation")
Condition.ERRORS = Condition("errors")
Condition.CPU = Condition("cpu")
Condition.MEMORY = Condition("memory")
Condition.TEMPERATURE = Condition("temperature")
Condition.OPTICAL_POWER = Condition("optical-power")
Condition.POWER = Condition("power")
Condition.HARDWARE = Condition("hardware")
Condition.RESTARTED = Condition("restarted")
Condition.PROBE_FAILED = Condition("probe-failed")
Condition.PROBE_LOSS = Condition("probe-loss")
Condition.PROBE_LATENCY = Condition("probe-latency")
Condition.CERTIFICATE_EXPIRY = Condition("certificate-expiry")
Condition.ENGINE_CHANGED = Condition("engine-changed")
Condition.WORKER_STUCK = Condition("worker-stuck")
Condition.NO_COLLECTOR = Condition("no-collector")
Condition.CLOCK_SKEW = Condition("clock-skew")

CONDITIONS: tuple[Condition, ...] = (
    Condition.UNREACHABLE,
    Condition.INTERFACE_DOWN,
    Condition.FLAPPING,
    Condition.STORM,
    Condition.UTILISATION,
    Condition.ERRORS,
    Condition.CPU,
    Condition.MEMORY,
    Condition.TEMPERATURE,
    Condition.OPTICAL_POWER,
    Condition.POWER,
    Condition.HARDWARE,
    Condition.RESTARTED,
    Condition.PROBE_FAILED,
    Condition.PROBE_LOSS,
    Condition.PROBE_LATENCY,
    Condition.CERTIFICATE_EXPIRY,
    Condition.ENGINE_CHANGED,
    Condition.WORKER_STUCK,
    Condition.NO_COLLECTOR,
    Condition.CLOCK_SKEW,
)
"""Those the program itself speaks of."""
_KNOWN.update({str(condition): condition for condition in CONDITIONS})


class AlarmState(StrEnum):
    """Where an alarm stands with the people at the desk (ISA-18.2's states)."""

    UNACKNOWLEDGED = "unacknowledged"
    ACKNOWLEDGED = "acknowledged"
    RETURNED = "returned"
    """The condition is gone and nobody acknowledged that it was there (RTN-unack)."""
    NORMAL = "normal"
    SHELVED = "shelved"
    """Put aside by hand until a set time."""
    SUPPRESSED = "suppressed"
    """Spoken for by another alarm: the object is flapping."""


@dataclass(frozen=True, slots=True)
class AlarmPolicy:
    """How patient the desk is. Seconds unless said otherwise."""

    hold_s: float = 300.0
    """A problem that comes back this soon after it cleared is the same alarm."""
    flap_changes: int = 4
    """Raises and clears of one condition within `flap_window_s` that make it flapping."""
    flap_window_s: float = 300.0
    flap_quiet_s: float = 120.0
    """Without a change for this long, the flapping is over."""
    storm_alarms: int = 10
    """More alarms than this of one device within `storm_window_s` are a storm: one line."""
    storm_window_s: float = 300.0
    keep_returned_s: float = 86_400.0
    """How long a cleared alarm that nobody acknowledged stays on the desk."""
    shelve_s: float = 28_800.0
    """The longest time an alarm can be shelved, and the default: a shift of 8 h."""


NO_DEVICE = 0
"""The device of alarms that are about something else, such as a collector."""


@dataclass(frozen=True, slots=True)
class AlarmObject:
    """What the alarm is about: a device, or an interface or sensor of it, or something `other`.

    The names are for people and no part of the identity.
    """

    device_id: int
    interface_id: int | None = None
    sensor_id: int | None = None
    device_name: str = field(default="", compare=False)
    interface_name: str = field(default="", compare=False)
    """Of the interface or the sensor."""
    site_name: str = field(default="", compare=False)
    other: str = ""
    """Something beside devices, interfaces and sensors, e.g. `collector:ams-1`; of a device,
    or of none (`NO_DEVICE`)."""

    @property
    def key(self) -> str:
        """One text per object, e.g. `device:7`, `device:7/interface:91`, `collector:ams-1`."""
        parts = [f"device:{self.device_id}"] if self.device_id != NO_DEVICE else []
        if self.interface_id is not None:
            parts.append(f"interface:{self.interface_id}")
        if self.sensor_id is not None:
            parts.append(f"sensor:{self.sensor_id}")
        if self.other:
            parts.append(self.other)
        return "/".join(parts)


def about_collector(name: str) -> AlarmObject:
    """A collector of ours, which is no device."""
    return AlarmObject(NO_DEVICE, device_name=f"collector {name}", other=f"collector:{name}")


@dataclass(frozen=True, slots=True)
class Impact:
    """What stands behind a root alarm and does not work: its blast radius."""

    devices: int = 0
    """Beyond the object itself, cut off or unable to work."""
    customers: int = 0
    services: int = 0
    priority: int = 0
    """Customers among them who are to be told first."""
    revenue: Money | None = None
    """What they pay a month; None while nobody knows."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """One problem on one object; repeated reports raise `count`, not rows.

    A cleared alarm keeps its row until someone acknowledged it or a day has passed.
    """

    id: AlarmId
    about: AlarmObject
    condition: Condition
    severity: Severity
    text: str
    first_seen: datetime
    last_seen: datetime
    count: int = 1
    cleared_at: datetime | None = None
    acked_by: str | None = None
    acked_at: datetime | None = None
    device_name: str = ""
    interface_name: str = ""
    site_name: str = ""
    comments: int = 0
    was: Severity = Severity.CLEARED
    """How severe it was last while it stood; equals `severity` as long as it stands."""
    shelved_until: datetime | None = None
    suppressed: bool = False
    suppressed_by: str = ""
    """Who said so by hand; empty while the desk itself suppresses what flaps."""
    owner: str | None = None
    """Who works on it, which is more than having seen it."""
    owned_at: datetime | None = None
    ticket: str = ""
    """The number of its ticket, wherever that is kept."""
    root_id: AlarmId | None = None
    """The alarm it is a consequence of; such ones are folded under it on the desk."""
    root_why: str = ""
    """Why we think so, in one sentence."""
    impact: Impact | None = None
    """Of a root: what stands behind it; None while nobody worked it out."""
    worse_at: datetime | None = None
    """When it came, or last grew worse: an acknowledgement of before is one of less."""
    rev: int = 0
    """Grows with every change of any alarm: who knows the desk up to one asks for the rest."""

    @property
    def is_folded(self) -> bool:
        """Whether it is only a consequence of another alarm."""
        return self.root_id is not None

    @property
    def is_active(self) -> bool:
        return self.severity > Severity.CLEARED

    @property
    def state(self) -> AlarmState:
        """For the desk: which of the six looks this alarm gets."""
        if self.is_active and self.shelved_until is not None:
            return AlarmState.SHELVED
        if self.suppressed:
            return AlarmState.SUPPRESSED
        if self.is_active:
            return AlarmState.ACKNOWLEDGED if self.acked_by else AlarmState.UNACKNOWLEDGED
        return AlarmState.NORMAL if self.acked_by else AlarmState.RETURNED


@dataclass(frozen=True, slots=True)
class AlarmReport:
    """A word about one condition of one object, from whoever watches it.

    Severity CLEARED says that the condition is gone.
    """

    about: AlarmObject
    condition: Condition
    severity: Severity
    text: str = ""
    evidence: str = ""
    """The line or notification it came from: kept with the step in the alarm's history."""


@dataclass(frozen=True, slots=True)
class Fold:
    """A verdict about one alarm: a consequence of another, or (root None) of none."""

    alarm_id: AlarmId
    root_id: AlarmId | None
    why: str = ""


@dataclass(frozen=True, slots=True)
class AlarmStep:
    """One entry of an alarm's history, append-only."""

    alarm_id: AlarmId
    at: datetime
    actor: str
    what: str
    """raised, reopened, repeated, escalated, cleared, acknowledged, unacknowledged, commented,
    shelved, unshelved, suppressed, released, owned, disowned, ticketed, folded, unfolded, or
    noted: what was done elsewhere and came too late to count. Old histories know eased."""
    severity: Severity
    text: str = ""


@dataclass(frozen=True, slots=True)
class AlarmTurn:
    """An alarm came, went, or grew worse or better."""

    at: datetime
    what: str
    severity: Severity
    """From then on."""
    alarm: Alarm
    """As it is today, but for its severity, which is the one of then."""


@dataclass(frozen=True, slots=True)
class Episode:
    """One time an alarm stood. `alarm` is as it is today."""

    alarm: Alarm
    start: datetime
    end: datetime | None
    """None while it still stands."""
    severity: Severity
    """When it came."""


@dataclass(frozen=True, slots=True)
class AlarmCounts:
    """How many active alarms of each severity, and how many nobody acknowledged.

    Shelved, suppressed and folded ones are left out; returned ones count as unacknowledged only.
    """

    critical: int = 0
    major: int = 0
    minor: int = 0
    warning: int = 0
    unacknowledged: int = 0
    folded: int = 0
    """Standing ones that are consequences of others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmChanged(Event):
    """An alarm appeared, changed or cleared.

    `what` is the step of the history, or `flapped` for the ups and downs of an object
    that is known to be flapping, or `stormed` for one alarm more of a device that has a
    storm: worth showing, not worth waking anyone.
    """

    alarm_id: int
    what: str
    severity: int
    device_id: int


MANY = 25
"""From so many alarms on that took the same step, one event tells of all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmsChanged(Event):
    """The same step was taken by many alarms at once: told instead of as many `AlarmChanged`."""

    what: str
    severity: int
    alarm_ids: str
    """Numbers with spaces between them."""
    device_ids: str
    """Of each of these alarms, in the same order."""

    def each(self) -> Iterator[AlarmChanged]:
        """As if each had been told alone."""
        numbers = zip(self.alarm_ids.split(), self.device_ids.split(), strict=True)
        for alarm_id, device_id in numbers:
            yield AlarmChanged(
                alarm_id=int(alarm_id),
                what=self.what,
                severity=self.severity,
                device_id=int(device_id),
            )


def changes_in(events: Iterable[Event]) -> Iterator[AlarmChanged]:
    """What happened to single alarms, whether it was told alone or with many others."""
    for event in events:
        if isinstance(event, AlarmChanged):
            yield event
        elif isinstance(event, AlarmsChanged):
            yield from event.each()
