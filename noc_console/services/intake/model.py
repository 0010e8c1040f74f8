"""What devices say unasked: notifications and log lines."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from noc_console.kernel.events import Event
from noc_console.services.detection.events.model import Trust
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
    trust: Trust = Trust.CLAIMED
    """How sure it is who said so."""


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
    """The program; for Cisco, Huawei and their like the mnemonic's facility."""
    process: str = ""
    message_id: str = ""
    mnemonic: str = ""
    """`SYS-5-CONFIG_I`, `IFNET/4/LINK_STATE`, `system,info`: what kind of message it is."""
    structured: str = ""
    """RFC 5424 structured data as it came."""
    trust: Trust = Trust.CLAIMED
    """How sure it is who said so."""


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
    """Equal lines of one batch are kept as one."""
    id: int = 0
    """Its number, greater for what came later."""
    facility: int | None = None
    """syslog's, 0 to 23; None for a trap."""
    host: str = ""
    app: str = ""
    process: str = ""
    message_id: str = ""
    mnemonic: str = ""
    """Of a notification its OID."""
    structured: str = ""
    """Of a notification its varbinds, as `rules.packed_varbinds` writes them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineQuery:
    """Which lines to find: those that fit everything that is given.

    `text` is words, all of which must be there in any order and case: `bgp`, `xe-0/0/1`
    (finds `xe-0/0/1.0` too), `adj*` (begins with), `"lost carrier"` (side by side),
    `-debug` (must not be there).
    """

    text: str = ""
    device_ids: tuple[int, ...] = ()
    kinds: tuple[LineKind, ...] = ()
    facilities: tuple[int, ...] = ()
    severity: int | None = None
    """At least this bad: 3 finds 0 (emergency) to 3 (error)."""
    sources: tuple[str, ...] = ()
    start: datetime | None = None
    end: datetime | None = None
    """From `start` until before `end`."""
    before: int | None = None
    """Only lines older than the one of this id: the last of the page before."""
    limit: int = 200


@dataclass(frozen=True, slots=True)
class DeviceCount:
    """How many of the found lines are one device's."""

    device_id: int
    count: int


@dataclass(frozen=True, slots=True)
class LinesFound:
    """A page of lines, newest first, and what is known about all that fit."""

    lines: tuple[IntakeLine, ...]
    more: bool
    """Older lines fit too: ask again with `before` = the id of the last one here."""
    matches: int
    """How many lines fit, of those looked at; older pages included, newer ones not."""
    complete: bool
    """Whether all lines were looked at; False when time was up before the oldest of them, or
    some of them cannot be read (`damaged`)."""
    searched_to: datetime | None
    """How far back was looked; None when everything was, or nothing is kept."""
    took_s: float
    severities: tuple[int, ...] = ()
    """How many of the matches have severity 0 … 7; empty unless counts were asked for."""
    devices: tuple[DeviceCount, ...] = ()
    """The devices with the most matches, most first; empty unless counts were asked for."""
    damaged: int = 0
    """How many lines could not be looked at: their place in the store is damaged."""


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A sender that is no device of ours: how often it spoke, and its last words."""

    source: str
    count: int
    first_at: datetime
    last_at: datetime
    kind: LineKind
    text: str


@dataclass(frozen=True, slots=True)
class ConfigChange:
    """A device said that somebody changed how it is set up."""

    device_id: int
    at: datetime
    """When it was heard."""
    who: str
    """The user, as the device names him; empty when it does not."""
    how: str
    """From where or by what: `vty0 (192.0.2.5)`, `commit`."""
    text: str
    """The line it said so with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigChangesHeard(Event):
    """Devices said that they were set up anew."""

    device_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LinesArrived(Event):
    """Devices said something unasked: so many lines of the last seconds, and of strangers."""

    count: int
    quarantined: int
