"""From a rule file's tables to sensors, processors, pools, disks and records."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import log10

from noc_console.services.inspection import tables
from noc_console.services.inspection.model import (
    Interface,
    Memory,
    Neighbour,
    Onu,
    Processor,
    Reading,
    Sensor,
    Storage,
    Transceiver,
    Vlan,
)
from noc_console.services.inspection.platforms.language import (
    Context,
    Scope,
    Template,
)
from noc_console.services.inspection.platforms.model import Choice, Measure, Record, Table
from noc_console.services.inspection.ports import Agent
from noc_console.services.inspection.tables import Columns, Index, Row, Value
from noc_console.wire.numbers import finite, number_of

_LEAST_MILLIWATT = 1e-4
"""-40 dBm: less is darkness, and zero has no logarithm."""


@dataclass(slots=True)
class Measured:
    """What the tables told, gathered."""

    sensors: list[Sensor] = field(default_factory=list)
    wireless: list[Sensor] = field(default_factory=list)
    processors: list[Processor] = field(default_factory=list)
    memory: list[Memory] = field(default_factory=list)
    storage: list[Storage] = field(default_factory=list)
    transceivers: list[Transceiver] = field(default_factory=list)
    vlans: list[Vlan] = field(default_factory=list)
    onus: list[Onu] = field(default_factory=list)
    neighbours: list[Neighbour] = field(default_factory=list)
    interfaces: list[Interface] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Place:
    """A row as the rules see it, and how each of its values is asked for again."""

    scope: Scope
    oids: Mapping[str, str]

    def oid(self, name: str) -> str:
        return self.oids.get(name, "")


def needs(wanted: Iterable[Table]) -> tuple[Columns, ...]:
    """The tables to look for, joined ones included."""
    return tuple(
        columns
        for table in wanted
        for columns in (table.columns, *(join.columns for join in table.joins))
        if columns is not None
    )


async def measure(agent: Agent, wanted: Sequence[Table], context: Context) -> Measured:
    """Ask for the tables that the device has, and read them."""
    await agent.look(needs(wanted))
    scalars = sorted({oid for table in wanted for oid in table.scalars.values()})
    got = await agent.get(scalars) if scalars else {}
    found = Measured()
    for table in wanted:
        places = await _places(agent, table, got, context)
        if not places:
            continue
        for each in table.measures:
            _measured(found, each, places)
        for record in table.records:
            _recorded(found, record, places)
    return found


async def _places(
    agent: Agent, table: Table, got: Mapping[str, Value], context: Context
) -> list[Place]:
    if table.columns is None:
        row: Row = {name: got[oid] for name, oid in table.scalars.items() if oid in got}
        scope = Scope((0,), row, table.labels, context)
        return [Place(scope, table.scalars)] if row else []
    rows = await agent.rows(table.columns)
    if not rows:
        return []
    joined = []
    for join in table.joins:
        others = await agent.rows(join.columns)
        joined.append((join, {".".join(map(str, index)): (index, row) for index, row in others}))
    places = []
    for index, row in rows:
        scope = Scope(index, row, table.labels, context)
        oids = _oids(table.columns, index, row)
        for join, by_index in joined:
            if (other := by_index.get(join.by(scope))) is not None:
                scope = replace(scope, row={**other[1], **scope.row})
                oids = {**_oids(join.columns, *other), **oids}
        if table.scalars:
            beside = {name: got[oid] for name, oid in table.scalars.items() if oid in got}
            scope = replace(scope, row={**beside, **scope.row})
        places.append(Place(scope, oids))
    return places


def _oids(columns: Columns, index: Index, row: Row) -> dict[str, str]:
    place = ".".join(map(str, index))
    return {
        name: f"{columns.entry}.{number}.{place}" for number, name in columns.names if name in row
    }


def _measured(found: Measured, rule: Measure, places: Sequence[Place]) -> None:
    fitting = [place for place in places if rule.when(place.scope)]
    match rule.what:
        case "sensor":
            found.sensors += _sensors(rule, fitting)
        case "wireless":
            found.wireless += _sensors(rule, fitting)
        case "processor":
            found.processors += _processors(rule, fitting)
        case "memory":
            found.memory += filter(None, (_memory(rule, place) for place in fitting))
        case "storage":
            found.storage += filter(None, (_storage(rule, place) for place in fitting))


def _sensors(rule: Measure, places: Sequence[Place]) -> list[Sensor]:
    if rule.sum:
        return _gathered(rule, places)
    return [sensor for place in places if (sensor := _sensor(rule, place))]


def _sensor(rule: Measure, place: Place) -> Sensor | None:
    kind = chosen(rule.kind, place.scope)
    told = value_of(rule, place.scope)
    if not isinstance(kind, str) or not kind or told is None:
        return None
    value, reading = _scaled(rule, place, told)
    if value is None or (rule.between and not rule.between[0] <= value <= rule.between[1]):
        return None
    limits = {name: _limit(rule, choice, place.scope) for name, choice in rule.limits.items()}
    return Sensor(
        kind=kind,
        name=rule.name(place.scope) or kind.replace("_", " ").capitalize(),
        value=value,
        reading=reading,
        limit_low=limits.get("low"),
        limit_high=limits.get("high"),
        warn_low=limits.get("warn_low"),
        warn_high=limits.get("warn_high"),
        states=rule.states,
        if_index=_number_made(rule.port, place.scope),
        entity_index=_number_made(rule.entity, place.scope),
        group=rule.group(place.scope) if rule.group else "",
        index=_index(rule, place),
    )


def _gathered(rule: Measure, places: Sequence[Place]) -> list[Sensor]:
    """The sum or the mean of all rows, or of those that `by` puts together."""
    groups: dict[str, list[Sensor]] = {}
    for place in places:
        if sensor := _sensor(rule, place):
            key = rule.by(place.scope) if rule.by else ""
            groups.setdefault(key, []).append(sensor)
    return [_together(rule, members) for members in groups.values()]


def _together(rule: Measure, members: Sequence[Sensor]) -> Sensor:
    """Several sensors as one, read again by asking for all of them."""
    first, count = members[0], len(members) if rule.sum == "mean" else 1
    others = tuple((each.reading.oid, -1.0) for each in members[1:])
    reading = replace(first.reading, scale=first.reading.scale / count, less=others)
    value = sum(each.value for each in members) / count
    return replace(first, value=_rounded(value) or 0.0, reading=reading)


def value_of(rule: Measure, scope: Scope) -> float | None:
    """The number a row tells, before scaling; None when it tells none."""
    raw = scope.row.get(rule.value) if rule.value in scope.row else None
    if raw is None:
        return scope.number(rule.value) if rule.value.startswith("index") else None
    return rule.decoding.number(raw)


def _scaled(rule: Measure, place: Place, told: float) -> tuple[float | None, Reading]:
    scale = _scale(rule, place.scope)
    oid = place.oid(rule.value)
    if scale is None:
        return None, Reading(oid)
    value: float | None = told * scale + rule.offset
    match rule.convert:
        case "fahrenheit":
            scale, offset = scale * 5 / 9, (rule.offset - 32) * 5 / 9
        case "kelvin":
            offset = rule.offset - 273.15
        case _:
            offset = rule.offset
    if rule.convert == "dbm":
        milliwatt = value or 0.0
        value = 10 * log10(milliwatt) if milliwatt >= _LEAST_MILLIWATT else -40.0
        reading = Reading(oid, scale, rule.offset, is_logarithmic=True, decoding=rule.decoding)
        return _rounded(value), reading
    return _rounded(told * scale + offset), Reading(oid, scale, offset, decoding=rule.decoding)


def _rounded(value: float) -> float | None:
    """Without the tail of binary fractions; None for what is no number."""
    if finite(value) is None:
        return None
    return float(f"{value:.10g}")


def _scale(rule: Measure, scope: Scope) -> float | None:
    divisor = amount(rule.divisor, scope, 1.0)
    multiplier = amount(rule.multiplier, scope, 1.0)
    decimals = amount(rule.decimals, scope, 0.0)
    if not divisor or multiplier is None or decimals is None or not -12 <= decimals <= 12:
        return None
    return multiplier / divisor / 10**decimals


def chosen(choice: Choice, scope: Scope) -> float | str | None:
    """What a choice comes to in this row."""
    if choice.by:
        words = scope.text(choice.by)
        return choice.among.get(words, choice.other)
    return scope.text(choice.column) if choice.column else choice.constant


def amount(choice: Choice, scope: Scope, default: float | None) -> float | None:
    """A choice as a number: the default without a rule, None when the row tells none."""
    if choice.column:
        return scope.number(choice.column)
    if choice.by:
        among = choice.among.get(scope.text(choice.by), choice.other)
        return float(among) if among is not None else None
    return default if choice.constant is None else float(choice.constant)


def _limit(rule: Measure, choice: Choice, scope: Scope) -> float | None:
    """A limit: numbers as they stand, columns in the scale of the value."""
    told = amount(choice, scope, None)
    if told is None or not choice.column:
        return told
    scale = _scale(rule, scope)
    if scale is None:
        return None
    value = told * scale + rule.offset
    match rule.convert:
        case "fahrenheit":
            value = (value - 32) * 5 / 9
        case "kelvin":
            value -= 273.15
        case "dbm":
            if value < _LEAST_MILLIWATT:
                return None
            value = 10 * log10(value)
    return _rounded(value)


def _number_made(template: Template | None, scope: Scope) -> int | None:
    if template is None:
        return None
    words = template(scope)
    return int(words) if words.isdecimal() and len(words) < 11 else None


def _index(rule: Measure, place: Place) -> str:
    if rule.index is not None:
        return rule.index(place.scope)
    return ".".join(map(str, place.scope.index))


def _processors(rule: Measure, places: Sequence[Place]) -> list[Processor]:
    found = []
    for place in places:
        told = value_of(rule, place.scope)
        value, reading = (None, None) if told is None else _scaled(rule, place, told)
        if value is None or reading is None:
            continue
        if rule.is_idle:
            value, reading = 100 - value, replace(reading, is_rest=True)
        if not 0 <= value <= 100:
            continue
        name = rule.name(place.scope) or "Processor"
        found.append(Processor(name, value, reading, _index(rule, place)))
    if rule.sum and found:
        whole = sum(each.usage_percent or 0 for each in found)
        return [replace(found[0], usage_percent=whole / len(found))]
    return found


@dataclass(frozen=True, slots=True)
class _Pool:
    total: int | None
    used: int | None
    percent: float | None
    reading: Reading | None


def _pool(rule: Measure, place: Place) -> _Pool | None:
    """Used, total and share, from whichever of used, free, total and percent is told."""
    scope = place.scope
    unit = amount(rule.unit, scope, 1.0)
    if not unit:
        return None

    def size(column: str) -> float | None:
        told = scope.number(column) if column and scope.row.get(column) is not None else None
        upper = scope.number(rule.upper.get(column, "")) if column in rule.upper else 0.0
        if told is None or told < 0 or upper is None:
            return None
        return (told + upper * 2**32) * unit

    used, free, total = size(rule.used), size(rule.free), size(rule.total)
    share = scope.number(rule.percent) if scope.row.get(rule.percent) is not None else None
    reading: Reading | None = None
    if share is not None:
        scale = _scale(rule, scope) or 1.0
        share = share * scale
        if rule.is_idle:
            share = 100 - share
        reading = Reading(place.oid(rule.percent), scale, is_rest=rule.is_idle)
        if total is not None and used is None and free is None:
            used = total * share / 100
    if total is None and used is not None and free is not None:
        total = used + free
    if used is None and total is not None and free is not None:
        used = total - free
    if share is None and total and used is not None:
        share = used / total * 100
        # Two words of one number are two questions, which a reading does not know.
        reading = None if rule.upper else _share_reading(rule, place)
    if share is None or not 0 <= share <= 100.5 or (total is not None and total <= 0):
        return None
    return _Pool(
        total=None if total is None else int(total),
        used=None if used is None else int(used),
        percent=_rounded(min(share, 100.0)),
        reading=reading,
    )


def _share_reading(rule: Measure, place: Place) -> Reading:
    if rule.used:
        whole, rest = place.oid(rule.total), place.oid(rule.free)
        return Reading(place.oid(rule.used), whole_oid=whole, rest_oid="" if whole else rest)
    return Reading(place.oid(rule.free), whole_oid=place.oid(rule.total), is_rest=True)


def _memory(rule: Measure, place: Place) -> Memory | None:
    pool = _pool(rule, place)
    if pool is None:
        return None
    kind = chosen(rule.kind, place.scope)
    return Memory(
        name=rule.name(place.scope) or "Memory",
        total_bytes=pool.total,
        used_bytes=pool.used,
        used_percent=pool.percent,
        reading=pool.reading,
        kind=kind if isinstance(kind, str) and kind else "system",
        index=_index(rule, place),
    )


def _storage(rule: Measure, place: Place) -> Storage | None:
    pool = _pool(rule, place)
    if pool is None:
        return None
    kind = chosen(rule.kind, place.scope)
    return Storage(
        name=rule.name(place.scope) or "Storage",
        total_bytes=pool.total,
        used_bytes=pool.used,
        used_percent=pool.percent,
        reading=pool.reading,
        kind=kind if isinstance(kind, str) else "",
        index=_index(rule, place),
    )


def _recorded(found: Measured, rule: Record, places: Sequence[Place]) -> None:
    for place in places:
        if not rule.when(place.scope):
            continue
        told = defaultdict(str, {n: made(place.scope) for n, made in rule.fields.items()})
        match rule.what:
            case "transceiver":
                found.transceivers.append(_transceiver(told, place))
            case "vlan":
                if (number := _whole(told["vlan"])) and number < 4096:
                    found.vlans.append(Vlan(number, told["name"], told["state"]))
            case "onu":
                found.onus.append(_onu(told, place))
            case "interface":
                if (port := _interface(told)) is not None:
                    found.interfaces.append(port)
            case "neighbour":
                found.neighbours.append(_neighbour(told, place))


def _interface(told: Mapping[str, str]) -> Interface | None:
    """A port that only the vendor's table has, numbered as the rule says."""
    number, offset = _whole(told["if_index"]), _whole(told["offset"]) or 0
    if number is None or not told["name"]:
        return None
    octets = told["mac"].lower()
    return Interface(
        if_index=number + offset,
        name=told["name"],
        descr=told["descr"],
        alias=told["alias"],
        type=_whole(told["type"]),
        mtu=_whole(told["mtu"]),
        mac=octets if len(octets) == 17 else "",
        admin=told["admin"],
        oper=told["oper"],
    )


def _transceiver(told: Mapping[str, str], place: Place) -> Transceiver:
    return Transceiver(
        index=told["index"] or ".".join(map(str, place.scope.index)),
        if_index=_whole(told["port"]),
        entity_index=_whole(told["entity"]),
        type=told["type"],
        vendor=told["vendor"],
        oui=told["oui"],
        model=told["model"],
        revision=told["revision"],
        serial=told["serial"],
        date=told["date"],
        encoding=told["encoding"],
        cable=told["cable"],
        distance_m=_whole(told["distance"]),
        wavelength_nm=_whole(told["wavelength"]),
        connector=told["connector"],
        channels=_whole(told["channels"]) or 1,
    )


def _onu(told: Mapping[str, str], place: Place) -> Onu:
    return Onu(
        index=told["index"] or ".".join(map(str, place.scope.index)),
        name=told["name"],
        serial=told["serial"],
        port=told["port"],
        if_index=_whole(told["if_index"]),
        state=told["state"],
        receive_dbm=number_of(told["receive_dbm"]),
        transmit_dbm=number_of(told["transmit_dbm"]),
        olt_receive_dbm=number_of(told["olt_receive_dbm"]),
        distance_m=_whole(told["distance"]),
        model=told["model"],
        version=told["version"],
    )


def _neighbour(told: Mapping[str, str], place: Place) -> Neighbour:
    return Neighbour(
        protocol=told["protocol"],
        local_if_index=_whole(told["port"]),
        local_port=told["local_port"],
        remote_name=told["remote_name"],
        remote_port=told["remote_port"],
        remote_platform=told["remote_platform"],
        remote_version=told["remote_version"],
        remote_address=told["remote_address"],
        remote_chassis=told["remote_chassis"],
        raw=tables.raw("neighbour", place.scope.index, place.scope.row),
    )


def _whole(words: str | None) -> int | None:
    """The number a text begins with; None without one."""
    number = number_of(words) if words else None
    return int(number) if number is not None and 0 <= number < 2**32 else None
