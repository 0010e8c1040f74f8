"""What devices say unasked: notifications and log lines."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from noc_console.kernel.events import Event
from noc_console.services.telemetry.ports import Value


@dataclass(frozen=True, slots=True)
class Trap:
    """An SNMP notification, v1 already translated as RFC 3584 §3.1 says."""

    source: str
    """The IP address it came from; a claim, not a proof."""
    received_at: datetime
    version: str
    """`v1`, `v2c` or `v3`."""
    trap_oid: str
    uptime_cs: int
    """sysUpTime of the sender in hundredths of a second."""
    varbinds: tuple[tuple[str, Value], ...]


@dataclass(frozen=True, slots=True)
class LogLine:
    """A syslog record from a device, made safe to show."""

    source: str
    received_at: datetime
    facility: int
    severity: int
    text: str
    host: str = ""
    app: str = ""


class LineKind(StrEnum):
    """How a line came in."""

    TRAP = "trap"
    SYSLOG = "syslog"


@dataclass(frozen=True, slots=True)
class IntakeLine:
    """A notification or log line as it is kept; severity as in syslog, 0 emergency to 7 debug."""

    at: datetime
    device_id: int | None
    source: str
    kind: LineKind
    severity: int
    text: str
    count: int = 1
    """Equal lines of one second are kept as one."""
    id: int = 0


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A sender that is no device of ours: how often it spoke, and its last words."""

    source: str
    count: int
    first_at: datetime
    last_at: datetime
    kind: LineKind
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LinesArrived(Event):
    """Devices said something unasked: so many lines of one second."""

    count: int
    quarantined: int
