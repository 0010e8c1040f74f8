"""How a part of the network was at one moment, for comparing before with after."""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from noc_console.kernel.errors import Broken

VERSION = 1


class DeviceState(NamedTuple):
    """A device; `answers` is None where nobody knows."""

    name: str
    answers: bool | None
    booted_ms: int | None = None
    """When it started, UTC milliseconds."""


class PortState(NamedTuple):
    """A port: its ifOperStatus, and errors a second each way (None unknown)."""

    device_id: int
    name: str
    status: int
    in_errors: float | None = None
    out_errors: float | None = None


class LightState(NamedTuple):
    """Optical power in dBm."""

    device_id: int
    name: str
    dbm: float


class SessionState(NamedTuple):
    """A routing session as the device last told it."""

    device_id: int
    name: str
    state: str
    is_up: bool


class AlarmState(NamedTuple):
    """An alarm that stood."""

    device_id: int
    interface_id: int | None
    object: str
    condition: str
    severity: int
    text: str


class ConfigState(NamedTuple):
    """A configuration as a hash, or why it could not be read."""

    hash: str
    lines: int
    why: str = ""


class LinkState(NamedTuple):
    """A neighbourship: its two devices, in words."""

    a: int
    b: int
    name: str


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One moment. Keys are ids; of links, sessions and alarms texts that stay the same."""

    at: datetime
    devices: dict[int, DeviceState] = field(default_factory=dict)
    ports: dict[int, PortState] = field(default_factory=dict)
    lights: dict[int, LightState] = field(default_factory=dict)
    links: dict[str, LinkState] = field(default_factory=dict)
    sessions: dict[str, SessionState] = field(default_factory=dict)
    looked: dict[int, int] = field(default_factory=dict)
    """When each device was inspected last, UTC milliseconds: how old its sessions are."""
    alarms: dict[str, AlarmState] = field(default_factory=dict)
    configs: dict[int, ConfigState] = field(default_factory=dict)


_ROWS: dict[str, tuple[type, type]] = {
    "devices": (int, DeviceState),
    "ports": (int, PortState),
    "lights": (int, LightState),
    "links": (str, LinkState),
    "sessions": (str, SessionState),
    "alarms": (str, AlarmState),
    "configs": (int, ConfigState),
}


def packed(snapshot: Snapshot) -> bytes:
    """As it is kept: compressed JSON. Takes a while for thousands of devices: in a thread."""
    told: dict[str, Any] = {"version": VERSION, "at": snapshot.at.isoformat()}
    for name in _ROWS:
        told[name] = {str(key): list(row) for key, row in getattr(snapshot, name).items()}
    told["looked"] = {str(key): at for key, at in snapshot.looked.items()}
    return zlib.compress(json.dumps(told, separators=(",", ":")).encode(), 6)


def unpacked(kept: bytes) -> Snapshot:
    """A kept snapshot as a value. Raises Broken for what no version of ours wrote."""
    try:
        told = json.loads(zlib.decompress(kept))
        rows = {
            name: {key(number): row(*values) for number, values in told[name].items()}
            for name, (key, row) in _ROWS.items()
        }
        looked = {int(number): int(at) for number, at in told["looked"].items()}
        return Snapshot(at=datetime.fromisoformat(told["at"]), looked=looked, **rows)
    except (ValueError, TypeError, KeyError, zlib.error) as error:
        raise Broken("a kept comparison of a maintenance cannot be read") from error
