"""The system group, SNMP-FRAMEWORK-MIB and ENTITY-MIB: who answers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from noc_console.services.inspection import model, tables
from noc_console.services.inspection.ports import Agent
from noc_console.services.inspection.tables import Rows, Value, columns

DESCR = "1.3.6.1.2.1.1.1.0"
OBJECT_ID = "1.3.6.1.2.1.1.2.0"
UPTIME = "1.3.6.1.2.1.1.3.0"
CONTACT = "1.3.6.1.2.1.1.4.0"
NAME = "1.3.6.1.2.1.1.5.0"
LOCATION = "1.3.6.1.2.1.1.6.0"
SERVICES = "1.3.6.1.2.1.1.7.0"
ENGINE_ID = "1.3.6.1.6.3.10.2.1.1.0"
ENGINE_TIME = "1.3.6.1.6.3.10.2.1.3.0"
FORWARDING = "1.3.6.1.2.1.4.1.0"
BRIDGE_ADDRESS = "1.3.6.1.2.1.17.1.1.0"
CHASSIS_SUBTYPE = "1.0.8802.1.1.2.1.3.1.0"
CHASSIS_ID = "1.0.8802.1.1.2.1.3.2.0"
SCALARS = (
    DESCR,
    OBJECT_ID,
    UPTIME,
    CONTACT,
    NAME,
    LOCATION,
    SERVICES,
    ENGINE_ID,
    ENGINE_TIME,
    FORWARDING,
    BRIDGE_ADDRESS,
    CHASSIS_SUBTYPE,
    CHASSIS_ID,
)
PROBE = (OBJECT_ID, NAME, UPTIME, ENGINE_ID)
"""Enough to know that a credential works and whether this is a box met before."""

ENTITY = columns(
    "1.3.6.1.2.1.47.1.1.1.1",
    descr=2,
    inside=4,
    kind=5,
    name=7,
    software=10,
    serial=11,
    model=13,
    limit=3000,
)
_STACK, _CHASSIS = 11, 3
_WITHHELD = "<private>"
"""What recordings of real devices say where somebody took a name or place out."""
_MAC = 4
_DOTTED = re.compile(r"\d{1,10}(\.\d{1,10})*")
_UPTIME_WRAP_S = 2**32 / 100


@dataclass(frozen=True, slots=True)
class System:
    """Who answered, in its own words."""

    name: str = ""
    descr: str = ""
    object_id: str = ""
    location: str = ""
    contact: str = ""
    services: int = 0
    engine_id: str = ""
    chassis_mac: str = ""
    is_forwarding: bool = False
    booted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Chassis:
    """What ENTITY-MIB says of the box as a whole."""

    serial: str = ""
    model: str = ""
    software: str = ""


async def read(agent: Agent) -> model.System:
    """The scalars that were there; a name or place that somebody took out is none."""
    got = await agent.get(SCALARS)
    object_id, engine = got.get(OBJECT_ID), got.get(ENGINE_ID)
    ticks, seconds = got.get(UPTIME), got.get(ENGINE_TIME)
    return model.System(
        name=_told(got.get(NAME)),
        descr=tables.many_lines(got.get(DESCR)),
        object_id=_object_id(object_id),
        location=_told(got.get(LOCATION)),
        contact=_told(got.get(CONTACT)),
        engine_id=engine.hex() if isinstance(engine, bytes) and 5 <= len(engine) <= 32 else "",
        chassis_mac=_chassis_mac(got),
        uptime_ticks=ticks if isinstance(ticks, int) and 0 <= ticks < 2**32 else None,
        engine_seconds=seconds if isinstance(seconds, int) and 0 <= seconds < 2**31 else None,
        services=tables.number(got.get(SERVICES)),
        is_forwarding=got.get(FORWARDING) == 1,
    )


def _object_id(value: Value) -> str:
    """The object ID; some agents tell it as text, with a dot before."""
    words = tables.text(value).lstrip(".")
    return words if _DOTTED.fullmatch(words) else ""


def system(got: Mapping[str, Value], now: datetime) -> System:
    """The scalars that were there; others stay empty."""
    object_id = got.get(OBJECT_ID)
    engine = got.get(ENGINE_ID)
    return System(
        name=_told(got.get(NAME)),
        descr=tables.many_lines(got.get(DESCR)),
        object_id=object_id if isinstance(object_id, str) else "",
        location=_told(got.get(LOCATION)),
        contact=_told(got.get(CONTACT)),
        services=tables.number(got.get(SERVICES)),
        engine_id=engine.hex() if isinstance(engine, bytes) and 5 <= len(engine) <= 32 else "",
        chassis_mac=_chassis_mac(got),
        is_forwarding=got.get(FORWARDING) == 1,
        booted_at=booted_at(got, now),
    )


def _told(value: Value) -> str:
    """The text; "" where it was withheld: a hundred devices are not all called the same."""
    words = tables.text(value)
    return "" if words == _WITHHELD else words


def booted_at(got: Mapping[str, Value], now: datetime) -> datetime | None:
    """When it started: by sysUpTime, or by snmpEngineTime once sysUpTime has wrapped (497 days)."""
    ticks, engine = got.get(UPTIME), got.get(ENGINE_TIME)
    if not isinstance(ticks, int) or not 0 <= ticks < 2**32:
        return None
    seconds = ticks / 100
    if isinstance(engine, int) and _UPTIME_WRAP_S < engine < 20 * 365 * 86_400:
        seconds = max(seconds, float(engine))
    return (now - timedelta(seconds=seconds)).replace(microsecond=0)


def _chassis_mac(got: Mapping[str, Value]) -> str:
    if got.get(CHASSIS_SUBTYPE) == _MAC and (found := tables.mac(got.get(CHASSIS_ID))):
        return found
    return tables.mac(got.get(BRIDGE_ADDRESS))


def chassis(parts: Rows) -> Chassis:
    """The first chassis (of a stack: its first member) that has a serial number."""
    wholes = [row for _, row in parts if row.get("kind") in (_CHASSIS, _STACK)]
    if not wholes:
        wholes = [row for _, row in parts if row.get("inside") == 0][:1]
    best = max(
        wholes,
        key=lambda row: (
            bool(_told(row.get("serial"))),
            row.get("kind") == _CHASSIS,
            bool(tables.text(row.get("model"))),
        ),
        default={},
    )
    return Chassis(
        serial=_told(best.get("serial")),
        model=tables.text(best.get("model")),
        software=tables.text(best.get("software")),
    )
