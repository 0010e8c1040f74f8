"""ENTITY-SENSOR-MIB (RFC 3433), Cisco's elder of it, and the thresholds Cisco and Arista add.

A value is a whole number with two exponents: `scale` is an SI prefix (9 stands for none, each
step a thousand), `precision` the digits after the point.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import log10

from noc_console.services.inspection import tables
from noc_console.services.inspection.collectors.gauges import told
from noc_console.services.inspection.model import Entity, Reading, Sensor
from noc_console.services.inspection.ports import Agent
from noc_console.services.inspection.tables import Columns, Row, Rows, columns

STANDARD = columns(
    "1.3.6.1.2.1.99.1.1.1", type=1, scale=2, precision=3, value=4, status=5, units=6
)  # fmt: skip
CISCO = columns("1.3.6.1.4.1.9.9.91.1.1.1.1", type=1, scale=2, precision=3, value=4, status=5)
CISCO_LIMIT = columns("1.3.6.1.4.1.9.9.91.1.2.1.1", severity=2, relation=3, value=4)
ARISTA_LIMIT = columns(
    "1.3.6.1.4.1.30065.3.12.1.1.1", low_warning=1, low=2, high_warning=3, high=4
)  # fmt: skip
NEEDS = (STANDARD, CISCO, CISCO_LIMIT, ARISTA_LIMIT)

_OTHER, _WATTS, _DBM = 1, 6, 14
_KINDS = {
    3: "voltage", 4: "voltage", 5: "current", _WATTS: "power", 7: "frequency",
    8: "temperature", 9: "humidity", 10: "fanspeed", 11: "airflow", _DBM: "dbm",
}  # fmt: skip
_OK = 1
_UNTOLD = 1_000_000_000
"""EntitySensorValue: this and its negative say that the value is outside what can be told."""
_NO_PREFIX, _PREFIXES = 9, range(1, 18)
_MILLI = 8
_MAJOR = 20
_BELOW, _ABOVE = (1, 2), (3, 4)
_LIGHT = re.compile(r"(?i)\b(?:[rt]x|receive|transmit) power\b")
_SENSOR = re.compile(r"(?i)[ ,]*\bsensor\b(?= *$| for )")


async def read(agent: Agent, entities: Sequence[Entity] = ()) -> tuple[Sensor, ...]:
    """What the parts of ENTITY-MIB measure.

    A box with both tables tells the same sensors twice: then Cisco's, which have limits, count.
    """
    cisco = await agent.rows(CISCO)
    standard = await agent.rows(STANDARD)
    arista = await agent.rows(ARISTA_LIMIT) if standard else ()
    limits = await agent.rows(CISCO_LIMIT) if cisco else ()
    names = Names.of(entities)
    known = sensors(cisco, CISCO, names, cisco_limits(limits))
    own = {sensor.entity_index for sensor in known}
    rest = sensors(standard, STANDARD, names, arista_limits(arista))
    return told((*known, *(sensor for sensor in rest if sensor.entity_index not in own)))


@dataclass(frozen=True, slots=True)
class Limits:
    """Thresholds in the table's own whole numbers."""

    low: int | None = None
    high: int | None = None
    warn_low: int | None = None
    warn_high: int | None = None


@dataclass(frozen=True, slots=True)
class Names:
    """What the parts are called and which interface they belong to."""

    by_index: Mapping[int, Entity] = field(default_factory=dict)

    @classmethod
    def of(cls, entities: Iterable[Entity]) -> Names:
        """The parts by their entPhysicalIndex."""
        return cls({entity.index: entity for entity in entities})

    def name(self, index: int) -> str:
        """The part's name, else its description; "" when there is no such part."""
        entity = self.by_index.get(index)
        return (entity.name or entity.descr) if entity else ""

    def inside(self, index: int) -> Iterator[Entity]:
        """The part and what it sits in, outwards; a part inside itself ends it."""
        seen: set[int] = set()
        while index in self.by_index and index not in seen:
            seen.add(index)
            yield self.by_index[index]
            index = self.by_index[index].parent

    def if_index(self, index: int) -> int | None:
        """The interface of the part, or of the module it sits in."""
        ports = (part.if_index for part in self.inside(index))
        return next((port for port in ports if port is not None), None)

    def group(self, index: int) -> str:
        """The name of what the part sits in."""
        outer = list(self.inside(index))[1:]
        return next((part.name or part.descr for part in outer if part.name or part.descr), "")


def sensors(
    rows: Rows, table: Columns, names: Names, limits: Mapping[int, Limits]
) -> tuple[Sensor, ...]:  # fmt: skip
    """The sensors that work and have a unit."""
    found = []
    for index, row in rows:
        if len(index) == 1 and row.get("status", _OK) == _OK:
            sensor = _sensor(index[0], row, table, names)
            if sensor is not None:
                found.append(_with(sensor, limits.get(index[0])))
    return tuple(found)


def _sensor(index: int, row: Row, table: Columns, names: Names) -> Sensor | None:
    value, exponent = row.get("value"), _exponent(row)
    name = names.name(index)
    kind = _kind(row, name)
    if not kind or not isinstance(value, int) or abs(value) >= _UNTOLD or exponent is None:
        return None
    is_logarithmic = kind == "dbm" and row.get("type") == _WATTS
    if is_logarithmic:
        if value <= 0:
            return None
        # The table counts watts, and dBm are relative to a milliwatt.
        exponent += 3
    factor = float(f"1e{exponent}")
    reading = Reading(table.oid("value", (index,)), factor, is_logarithmic=is_logarithmic)
    told_value = round(10 * log10(value * factor), 3) if is_logarithmic else value * factor
    return Sensor(
        kind=kind,
        name=_SENSOR.sub("", name).strip(" -") or f"{kind} {index}",
        value=round(told_value, 12),
        reading=reading,
        if_index=names.if_index(index),
        entity_index=index,
        group=names.group(index),
        index=str(index),
    )


def _kind(row: Row, name: str) -> str:
    """The unit's kind; optical power is dBm, however the agent tells it."""
    told_type = tables.number(row.get("type"))
    is_light = bool(_LIGHT.search(name))
    if told_type == _WATTS and is_light and tables.number(row.get("scale")) <= _MILLI:
        return "dbm"
    if told_type == _OTHER and (is_light or tables.text(row.get("units")).lower() == "dbm"):
        return "dbm"
    return _KINDS.get(told_type, "")


def _exponent(row: Row) -> int | None:
    """The power of ten that the whole number counts; None when it is out of the MIB's range."""
    scale = tables.number(row.get("scale"), _NO_PREFIX)
    precision = tables.number(row.get("precision"))
    if scale not in _PREFIXES or not -8 <= precision <= 9:
        return None
    return 3 * (scale - _NO_PREFIX) - precision


def _with(sensor: Sensor, limits: Limits | None) -> Sensor:
    if limits is None:
        return sensor
    return replace(
        sensor,
        limit_low=_scaled(limits.low, sensor.reading),
        limit_high=_scaled(limits.high, sensor.reading),
        warn_low=_scaled(limits.warn_low, sensor.reading),
        warn_high=_scaled(limits.warn_high, sensor.reading),
    )


def _scaled(limit: int | None, reading: Reading) -> float | None:
    if limit is None or abs(limit) >= _UNTOLD:
        return None
    value = limit * reading.scale
    if not reading.is_logarithmic:
        return round(value, 9)
    return round(10 * log10(value), 3) if value > 0 else None


def cisco_limits(rows: Rows) -> dict[int, Limits]:
    """entSensorThresholdTable: major and critical thresholds are limits, lesser ones warnings."""
    found: dict[int, dict[str, int]] = defaultdict(dict)
    for index, row in rows:
        value, relation = row.get("value"), tables.number(row.get("relation"))
        if len(index) != 2 or not isinstance(value, int) or relation not in (*_BELOW, *_ABOVE):
            continue
        side = "low" if relation in _BELOW else "high"
        is_major = tables.number(row.get("severity")) >= _MAJOR
        key = side if is_major else f"warn_{side}"
        # Of several of one weight, the outermost.
        outermost = min if side == "low" else max
        found[index[0]][key] = outermost(value, found[index[0]].get(key, value))
    return {part: Limits(**limits) for part, limits in found.items()}


def arista_limits(rows: Rows) -> dict[int, Limits]:
    """aristaEntSensorThresholdTable: critical ones are limits."""
    return {
        index[0]: Limits(
            low=_whole(row, "low"),
            high=_whole(row, "high"),
            warn_low=_whole(row, "low_warning"),
            warn_high=_whole(row, "high_warning"),
        )
        for index, row in rows
        if len(index) == 1
    }


def _whole(row: Row, column: str) -> int | None:
    value = row.get(column)
    return value if isinstance(value, int) else None
