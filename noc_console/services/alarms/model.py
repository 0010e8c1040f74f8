"""Alarms: what is wrong on the network, since when, and who is dealing with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import NewType

from noc_console.kernel.events import Event

AlarmId = NewType("AlarmId", int)


class Severity(IntEnum):
    """ITU-T X.733 perceived severity; higher is worse."""

    CLEARED = 0
    INDETERMINATE = 1
    WARNING = 2
    MINOR = 3
    MAJOR = 4
    CRITICAL = 5


class Condition(StrEnum):
    """What is wrong. One alarm per object and condition."""

    UNREACHABLE = "unreachable"
    INTERFACE_DOWN = "interface-down"
    FLAPPING = "flapping"
    UTILISATION = "utilisation"
    ERRORS = "errors"
    CPU = "cpu"
    MEMORY = "memory"
    TEMPERATURE = "temperature"
    OPTICAL_POWER = "optical-power"
    POWER = "power"
    RESTARTED = "restarted"


@dataclass(frozen=True, slots=True)
class AlarmObject:
    """What the alarm is about: a device, or an interface or sensor of it."""

    device_id: int
    interface_id: int | None = None
    sensor_id: int | None = None

    @property
    def key(self) -> str:
        """One text per object, e.g. `device:7`, `device:7/interface:91`."""
        parts = [f"device:{self.device_id}"]
        if self.interface_id is not None:
            parts.append(f"interface:{self.interface_id}")
        if self.sensor_id is not None:
            parts.append(f"sensor:{self.sensor_id}")
        return "/".join(parts)


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

    @property
    def is_active(self) -> bool:
        return self.severity > Severity.CLEARED


@dataclass(frozen=True, slots=True)
class AlarmStep:
    """One entry of an alarm's history, append-only."""

    alarm_id: AlarmId
    at: datetime
    actor: str
    what: str
    """raised, repeated, escalated, eased, cleared, acknowledged, unacknowledged, commented."""
    severity: Severity
    text: str = ""


@dataclass(frozen=True, slots=True)
class AlarmCounts:
    """How many active alarms of each severity, and how many nobody acknowledged."""

    critical: int = 0
    major: int = 0
    minor: int = 0
    warning: int = 0
    unacknowledged: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmChanged(Event):
    """An alarm appeared, changed or cleared."""

    alarm_id: int
    what: str
    severity: int
    device_id: int
