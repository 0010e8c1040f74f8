"""What devices say unasked: notifications and log lines."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

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
