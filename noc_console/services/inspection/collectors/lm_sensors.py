"""LM-SENSORS-MIB of net-snmp: what the sensor chips of a Linux or FreeBSD box tell."""

from __future__ import annotations

from collections.abc import Iterator

from noc_console.services.inspection import tables
from noc_console.services.inspection.collectors.gauges import gauge, told
from noc_console.services.inspection.model import Sensor
from noc_console.services.inspection.ports import Agent
from noc_console.services.inspection.tables import Columns, Rows, columns

_LM = "1.3.6.1.4.1.2021.13.16"
TEMPERATURE = columns(f"{_LM}.2.1", name=2, value=3, limit=512)
FAN = columns(f"{_LM}.3.1", name=2, value=3, limit=512)
VOLTAGE = columns(f"{_LM}.4.1", name=2, value=3, limit=512)
NEEDS = (TEMPERATURE, FAN, VOLTAGE)

_WRAP = 2**32
_KINDS = (
    ("temperature", TEMPERATURE, 1000.0, (-100.0, 250.0)),
    ("fanspeed", FAN, 1.0, (0.0, 200_000.0)),
    ("voltage", VOLTAGE, 1000.0, (-1000.0, 1000.0)),
)


async def read(agent: Agent) -> tuple[Sensor, ...]:
    """Temperatures, fans and voltages of lm-sensors."""
    return sensors(*[await agent.rows(table) for table in NEEDS])


def sensors(temperatures: Rows, fans: Rows, voltages: Rows) -> tuple[Sensor, ...]:
    """Values are Gauge32 of thousandths (fans whole), so a temperature below zero has wrapped."""
    by_table = zip(_KINDS, (temperatures, fans, voltages), strict=True)
    return told(
        sensor
        for (kind, table, divisor, sane), rows in by_table
        for sensor in _of(kind, table, divisor, sane, rows)
    )


def _of(
    kind: str, table: Columns, divisor: float, sane: tuple[float, float], rows: Rows
) -> Iterator[Sensor | None]:
    for index, row in rows:
        value = row.get("value")
        if isinstance(value, int) and _WRAP // 2 <= value < _WRAP:
            value -= _WRAP
        name = tables.text(row.get("name")) or f"{kind} {'.'.join(map(str, index))}"
        yield gauge(kind, name, table.oid("value", index), value, divisor=divisor, sane=sane)
