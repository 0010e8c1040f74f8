"""What an inspection found, as the inventory takes it in.

Interfaces, sensors and neighbours become rows there, which people look for and measure.
Everything else is kept whole, a document for each kind of it.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from noc_console.services.inspection import documents
from noc_console.services.inspection.evidence import neighbours
from noc_console.services.inspection.model import (
    Arp,
    BgpPeer,
    Entity,
    Findings,
    Interface,
    IsisAdjacency,
    LearnedMac,
    Memory,
    Onu,
    OspfNeighbour,
    PoePort,
    Problem,
    Processor,
    Reading,
    Route,
    Sensor,
    SpanningTree,
    Storage,
    System,
    Transceiver,
    Verdict,
    Vlan,
    Vrf,
)
from noc_console.services.inventory.link_ends import LAG
from noc_console.services.inventory.model import (
    DeviceType,
    Grade,
    Inspected,
    OperStatus,
    Part,
    Section,
    SeenInterface,
    SeenSensor,
    SensorKind,
)

SECTIONS: Mapping[str, tuple[type, int]] = {
    "interfaces": (Interface, 8_000),
    "entities": (Entity, 6_000),
    "processors": (Processor, 1_000),
    "memory": (Memory, 1_000),
    "storage": (Storage, 1_000),
    "transceivers": (Transceiver, 2_000),
    "vlans": (Vlan, 4_096),
    "spanning_trees": (SpanningTree, 500),
    "arp": (Arp, 2_000),
    "macs": (LearnedMac, 2_000),
    "bgp_peers": (BgpPeer, 2_000),
    "ospf_neighbours": (OspfNeighbour, 1_000),
    "isis_adjacencies": (IsisAdjacency, 1_000),
    "vrfs": (Vrf, 1_000),
    "routes": (Route, 2_000),
    "poe": (PoePort, 2_000),
    "onus": (Onu, 5_000),
    "problems": (Problem, 500),
}
"""What is kept as documents: the field of `Findings`, its rows' kind, and how many of them."""
VERDICT = "verdict"
_WITH_RAW = frozenset(("arp", "macs", "bgp_peers", "ospf_neighbours"))

_GRADES = {0: Grade.GOOD, 1: Grade.WARNING, 2: Grade.CRITICAL}
_RADIO = {"power": SensorKind.RADIO_POWER, "frequency": SensorKind.RADIO_FREQUENCY}
_KINDS = {kind.value: kind for kind in SensorKind}
_STATUS = {
    "up": OperStatus.UP,
    "down": OperStatus.DOWN,
    "testing": OperStatus.TESTING,
    "dormant": OperStatus.DORMANT,
    "notPresent": OperStatus.NOT_PRESENT,
    "lowerLayerDown": OperStatus.LOWER_LAYER_DOWN,
}
_TYPES = {
    "network": DeviceType.SWITCH,
    "router": DeviceType.ROUTER,
    "switch": DeviceType.SWITCH,
    "firewall": DeviceType.FIREWALL,
    "wireless": DeviceType.WIRELESS,
    "olt": DeviceType.OLT,
    "power": DeviceType.POWER,
    "server": DeviceType.SERVER,
    "storage": DeviceType.SERVER,
    "workstation": DeviceType.SERVER,
    "loadbalancer": DeviceType.OTHER,
}
_UPTIME_WRAP_S = 2**32 / 100
_LONGEST_UPTIME_S = 20 * 365 * 86_400


def inspected(
    found: Findings, *, address: str, port: int, credential_id: int | None, at: datetime
) -> Inspected:
    """The findings of the device that answers at `address`, for `inventory.record`."""
    who, what = found.system, found.verdict
    booted = booted_at(who, at)
    ports = interfaces(found, booted, at)
    return Inspected(
        address=address,
        port=port,
        at=at,
        name=who.name,
        credential_id=credential_id,
        type=device_type(found),
        vendor=what.vendor,
        platform=what.platform,
        model=what.model,
        version=what.version,
        serial=what.serial,
        sys_object_id=who.object_id,
        sys_descr=who.descr,
        location=who.location,
        contact=who.contact,
        engine_id=who.engine_id,
        chassis_mac=who.chassis_mac,
        booted_at=booted,
        interfaces=ports,
        sensors=sensors(found),
        neighbours=neighbours(found, ports),
        parts=parts(found),
        sections=sections(found),
    )


def booted_at(who: System, at: datetime) -> datetime | None:
    """When it started: by sysUpTime, or snmpEngineTime once sysUpTime has wrapped (497 days)."""
    if who.uptime_ticks is None:
        return None
    seconds = who.uptime_ticks / 100
    if who.engine_seconds and _UPTIME_WRAP_S < who.engine_seconds < _LONGEST_UPTIME_S:
        seconds = max(seconds, float(who.engine_seconds))
    return (at - timedelta(seconds=seconds)).replace(microsecond=0)


def device_type(found: Findings) -> DeviceType:
    """The part it plays: by the rules' word, and by what it does where they say `network`."""
    told = found.verdict.device_type
    if found.verdict.role:
        return DeviceType(found.verdict.role)
    if found.onus:
        return DeviceType.OLT
    if told != "network":
        return _TYPES.get(told, DeviceType.OTHER)
    if found.wireless:
        return DeviceType.WIRELESS
    if found.bgp_peers or found.ospf_neighbours or found.isis_adjacencies:
        return DeviceType.ROUTER
    bridges = found.vlans or found.macs or found.spanning_trees
    return DeviceType.ROUTER if found.system.is_forwarding and not bridges else DeviceType.SWITCH


def interfaces(found: Findings, booted: datetime | None, at: datetime) -> tuple[SeenInterface, ...]:
    """Rows of IF-MIB with their addresses."""
    addresses: dict[int, list[str]] = defaultdict(list)
    for own in found.addresses:
        if own.if_index is not None:
            length = own.prefix_length
            whole = 128 if ":" in own.address else 32
            addresses[own.if_index].append(f"{own.address}/{whole if length is None else length}")
    lags = {port.if_index for port in found.interfaces if port.type == LAG}
    return tuple(
        SeenInterface(
            index=port.if_index,
            name=port.name or port.descr or str(port.if_index),
            descr=port.descr,
            alias=port.alias,
            type=port.type or 0,
            speed_bps=port.speed_bps or 0,
            mtu=port.mtu or 0,
            mac=port.mac,
            admin_up=port.admin != "down",
            oper_status=_STATUS.get(port.oper, OperStatus.UNKNOWN),
            has_hc=port.has_hc,
            addresses=tuple(sorted(addresses[port.if_index])),
            last_change=_moment(port.last_change_ticks, booted, at),
            lag_index=_lag(port, lags),
        )
        for port in found.interfaces
    )


def _lag(port: Interface, lags: Container[int]) -> int | None:
    """The aggregate a port is a member of: by IEEE8023-LAG-MIB, else by IF-MIB's stack."""
    told = (port.lag_index, *port.above)
    return next((above for above in told if above in lags and above != port.if_index), None)


def _moment(ticks: int | None, booted: datetime | None, at: datetime) -> datetime | None:
    if not ticks or booted is None:
        return None
    told = booted + timedelta(seconds=ticks / 100)
    return told if told <= at + timedelta(minutes=5) else None


def sensors(found: Findings) -> tuple[SeenSensor, ...]:
    """Everything that can be read again: sensors, radios, and shares of what is there."""
    told = [_sensor(one, _KINDS.get(one.kind)) for one in found.sensors]
    told += [_sensor(one, _RADIO.get(one.kind) or _KINDS.get(one.kind)) for one in found.wireless]
    told += [_load(SensorKind.CPU, one.name, one.reading) for one in found.processors]
    told += [_load(SensorKind.MEMORY, one.name, one.reading, one.kind) for one in found.memory]
    told += [_load(SensorKind.STORAGE, one.name, one.reading, one.kind) for one in found.storage]
    return tuple(one for one in told if one is not None)


def _sensor(told: Sensor, kind: SensorKind | None) -> SeenSensor | None:
    if kind is None:
        return None
    return replace(
        _read(kind, told.name, told.reading),
        states=tuple(
            (number, _GRADES.get(grade, Grade.UNKNOWN), word) for number, grade, word in told.states
        ),
        if_index=told.if_index,
        low=_finite(told.limit_low),
        high=_finite(told.limit_high),
        warn_low=_finite(told.warn_low),
        warn_high=_finite(told.warn_high),
        group=told.group,
        entity_index=told.entity_index,
    )


def _load(
    kind: SensorKind, name: str, reading: Reading | None, group: str = ""
) -> SeenSensor | None:
    return None if reading is None else replace(_read(kind, name, reading), group=group)


def _read(kind: SensorKind, name: str, reading: Reading) -> SeenSensor:
    return SeenSensor(
        kind=kind,
        name=name,
        oid=reading.oid,
        scale=reading.scale,
        offset=reading.offset,
        is_logarithmic=reading.is_logarithmic,
        whole_oid=reading.whole_oid,
        rest_oid=reading.rest_oid,
        is_rest=reading.is_rest,
        less=reading.less,
        decoding=reading.decoding,
    )


def _finite(limit: float | None) -> float | None:
    return limit if limit is not None and math.isfinite(limit) else None


def parts(found: Findings) -> tuple[Part, ...]:
    """Everything with a serial number of its own, by the place it sits in."""
    names = {entity.index: entity for entity in found.entities}
    told = {
        (place := _place(entity, names)): Part(
            place, entity.name or entity.descr or place, entity.model, entity.serial
        )
        for entity in found.entities
        if entity.serial
    }
    ports = {port.if_index: port.name for port in found.interfaces}
    for module in found.transceivers:
        where = ports.get(module.if_index or -1) or module.index
        if module.serial:
            place = f"transceiver {where}"
            told.setdefault(place, Part(place, f"Module in {where}", module.model, module.serial))
    return tuple(told.values())


def _place(entity: Entity, known: Mapping[int, Entity]) -> str:
    """The way from the chassis: positions and kinds, which stay when a part is exchanged."""
    steps: list[str] = []
    seen: set[int] = set()
    at: Entity | None = entity
    while at is not None and at.index not in seen and len(steps) < 16:
        seen.add(at.index)
        where = str(at.position) if at.position >= 0 else at.name or str(at.index)
        steps.append(f"{at.kind} {where}".strip())
        at = known.get(at.parent)
    return " / ".join(reversed(steps))[:255]


def sections(found: Findings) -> tuple[Section, ...]:
    """The documents, and a problem for each that could not be kept whole."""
    problems: list[Problem] = []
    kept: list[Section] = []
    for name, (_, most) in SECTIONS.items():
        rows: Sequence[object] = getattr(found, name)
        if name == "interfaces":
            rows = _extras(found.interfaces)
        elif name == "problems":
            rows = (*problems, *found.problems)
        elif name in _WITH_RAW:
            # The raw rows are kept with the evidence that follows from them.
            rows = [replace(row, raw="") for row in getattr(found, name)]
        if not rows:
            continue
        document, count = documents.written(rows, most=most)
        kept.append(Section(name, document))
        if count < len(rows):
            problems.append(Problem(name, f"{len(rows)} rows; the first {count} are kept"))
    if found.verdict != Verdict():
        kept.append(Section(VERDICT, documents.written([found.verdict], most=1)[0]))
    return tuple(kept)


def _extras(ports: Iterable[Interface]) -> tuple[Interface, ...]:
    """What the inventory's interfaces have no columns for."""
    told = (
        Interface(port.if_index, duplex=port.duplex, lag_index=port.lag_index, above=port.above)
        for port in ports
    )
    return tuple(port for port in told if port != Interface(port.if_index))
