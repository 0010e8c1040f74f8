"""What a device can measure: ENTITY-SENSOR-MIB (RFC 3433), Cisco's of the same form, and tables.

Only sensors that answer now are kept. A sensor is an instance to GET and how to read it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from noc_console.services.inspection import tables
from noc_console.services.inspection.tables import Columns, Index, Row, Rows, columns
from noc_console.services.inventory.model import SeenInterface, SeenSensor, SensorKind

ENTITY_SENSOR = columns(
    "1.3.6.1.2.1.99.1.1.1", type=1, scale=2, precision=3, value=4, status=5, limit=2000
)
CISCO_SENSOR = columns(
    "1.3.6.1.4.1.9.9.91.1.1.1.1", type=1, scale=2, precision=3, value=4, status=5, limit=2000
)
ALIAS = columns("1.3.6.1.2.1.47.1.3.2.1", identifier=2, limit=3000)

MOST = 500
"""Sensors kept of one device."""

_KINDS = {
    3: SensorKind.VOLTAGE,
    4: SensorKind.VOLTAGE,
    5: SensorKind.CURRENT,
    6: SensorKind.POWER,
    8: SensorKind.TEMPERATURE,
    9: SensorKind.HUMIDITY,
    10: SensorKind.FAN,
    14: SensorKind.OPTICAL,
}
_OK = 1
_UNITS = 9
"""EntitySensorDataScale: yocto(1) … units(9) … yotta(17), by thousands."""
_IF_INDEX = "1.3.6.1.2.1.2.2.1.1."
_DEEPEST = 16


@dataclass(frozen=True, slots=True)
class Parts:
    """The entity tree, and which interface each port of it is."""

    rows: Mapping[int, Row]
    ports: Mapping[int, int]

    def name(self, number: int) -> str:
        row = self.rows.get(number, {})
        return tables.text(row.get("name")) or tables.text(row.get("descr"))

    def interface(self, number: int) -> int | None:
        """The interface of the port the entity is, or sits in."""
        for _ in range(_DEEPEST):
            if number in self.ports:
                return self.ports[number]
            number = tables.number(self.rows.get(number, {}).get("inside"))
            if number <= 0:
                return None
        return None


def parts(entities: Rows, aliases: Rows) -> Parts:
    """ENTITY-MIB's tree with entAliasMappingTable, which ties ports to ifIndexes."""
    ports = {}
    for index, row in aliases:
        told = row.get("identifier")
        if len(index) == 2 and isinstance(told, str) and told.startswith(_IF_INDEX):
            ports[index[0]] = int(told.removeprefix(_IF_INDEX).split(".")[0])
    return Parts({index[0]: row for index, row in entities if len(index) == 1}, ports)


def entity_sensors(
    spec: Columns, rows: Rows, known: Parts, interfaces: Sequence[SeenInterface]
) -> list[SeenSensor]:
    """Sensors of an entity sensor table that work and measure something we show."""
    found = []
    for index, row in rows:
        kind = _KINDS.get(tables.number(row.get("type")))
        exponent = 3 * (tables.number(row.get("scale"), _UNITS) - _UNITS)
        precision = tables.number(row.get("precision"))
        works = row.get("status", _OK) == _OK and isinstance(row.get("value"), int)
        if kind is None or not works or len(index) != 1 or not -9 <= precision <= 9:
            continue
        if not -24 <= exponent <= 24:
            continue
        name = known.name(index[0]) or f"{kind} {index[0]}"
        found.append(
            SeenSensor(
                kind=kind,
                name=name,
                oid=spec.oid("value", index),
                scale=float(f"1e{exponent - precision}"),
                if_index=known.interface(index[0]) or _named_in(name, interfaces),
            )
        )
    return found


def _named_in(name: str, interfaces: Sequence[SeenInterface]) -> int | None:
    """The interface whose name begins the sensor's name (`Te1/1/1 Receive Power`)."""
    fitting = [
        port
        for port in interfaces
        if len(port.name) > 2 and name.startswith((f"{port.name} ", f"{port.name}-"))
    ]
    return max(fitting, key=lambda port: len(port.name)).index if fitting else None


@dataclass(frozen=True, slots=True)
class Measure:
    """A column that measures something in every row where it makes sense."""

    columns: Columns
    column: str
    kind: SensorKind
    name: str
    """With `{name}` (the row's name column), `{index}`, and `{entity}` or `{port}` it sits in."""
    scale: float = 1.0
    where: Callable[[Index, Row], bool] = lambda _index, _row: True
    total: Callable[[Row], float] | None = None
    """For used/total pairs: the whole of which the value is a part, to show percent."""
    port_at: int | None = None
    """Which number of the index is the ifIndex."""
    entity_at: int | None = None
    """Which number of the index is the entPhysicalIndex."""
    states: tuple[tuple[int, int], ...] = ()
    is_logarithmic: bool = False


def measured(
    measure: Measure, rows: Rows, known: Parts, interfaces: Sequence[SeenInterface]
) -> list[SeenSensor]:
    """The sensors of one column."""
    names = {port.index: port.name for port in interfaces}
    found = []
    for index, row in rows:
        if not isinstance(row.get(measure.column), int) or not measure.where(index, row):
            continue
        total = 100.0 if measure.total is None else measure.total(row)
        if total <= 0:
            continue
        if_index = _at(index, measure.port_at)
        entity = _at(index, measure.entity_at)
        if if_index is None and entity is not None:
            if_index = known.interface(entity)
        found.append(
            SeenSensor(
                kind=measure.kind,
                name=measure.name.format(
                    name=tables.text(row.get("name")),
                    index=".".join(map(str, index)),
                    entity=known.name(entity or 0) or entity or "",
                    port=names.get(if_index or 0, if_index or ""),
                ).strip(),
                oid=measure.columns.oid(measure.column, index),
                scale=measure.scale * (1 if measure.total is None else 100 / total),
                states=measure.states,
                if_index=if_index if if_index in names else None,
                is_logarithmic=measure.is_logarithmic,
            )
        )
    return found


def _at(index: Index, place: int | None) -> int | None:
    return index[place] if place is not None and -len(index) <= place < len(index) else None


@dataclass(frozen=True, slots=True)
class Scalar:
    """A single instance that measures something, on devices that have it."""

    oid: str
    kind: SensorKind
    name: str
    scale: float = 1.0
    states: tuple[tuple[int, int], ...] = ()
    rest: str = ""
    """For used/free pairs: the free part's instance; the value shows as percent of both."""
    sane: tuple[int, int] = (-(2**31), 2**32)


def scalar_sensors(scalars: Sequence[Scalar], got: Mapping[str, tables.Value]) -> list[SeenSensor]:
    """The scalars that answered with a number that can be true."""
    found = []
    for one in scalars:
        value = got.get(one.oid)
        if not isinstance(value, int) or not one.sane[0] <= value <= one.sane[1]:
            continue
        scale = one.scale
        if one.rest:
            total = value + tables.amount(got.get(one.rest))
            if total <= 0 or not isinstance(got.get(one.rest), int):
                continue
            scale = 100 / total
        if one.states and value not in dict(one.states):
            continue
        found.append(SeenSensor(one.kind, one.name, one.oid, scale, one.states))
    return found


def bounded(found: Sequence[SeenSensor]) -> tuple[SeenSensor, ...]:
    """Each instance once, and not more than a device's share."""
    return tuple({sensor.oid: sensor for sensor in reversed(found)}.values())[::-1][:MOST]
