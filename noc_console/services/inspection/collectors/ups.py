"""UPS-MIB (RFC 1628): battery, input, output and bypass of any uninterruptible supply."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from noc_console.services.inspection.collectors.gauges import (
    CRITICAL,
    OK,
    UNKNOWN,
    WARNING,
    gauge,
    state,
    told,
)
from noc_console.services.inspection.model import Sensor
from noc_console.services.inspection.ports import Agent
from noc_console.services.inspection.tables import Columns, Rows, Value, columns

_UPS = "1.3.6.1.2.1.33.1"
INPUT = columns(f"{_UPS}.3.3.1", frequency=2, voltage=3, current=4, power=5, limit=24)
OUTPUT = columns(f"{_UPS}.4.4.1", voltage=2, current=3, power=4, load=5, limit=24)
BYPASS = columns(f"{_UPS}.5.3.1", voltage=2, current=3, power=4, limit=24)
NEEDS = (INPUT, OUTPUT, BYPASS)

BATTERY_STATUS = f"{_UPS}.2.1.0"
ON_BATTERY_S = f"{_UPS}.2.2.0"
MINUTES_LEFT = f"{_UPS}.2.3.0"
CHARGE = f"{_UPS}.2.4.0"
BATTERY_VOLTAGE = f"{_UPS}.2.5.0"
BATTERY_CURRENT = f"{_UPS}.2.6.0"
BATTERY_TEMPERATURE = f"{_UPS}.2.7.0"
OUTPUT_SOURCE = f"{_UPS}.4.1.0"
OUTPUT_FREQUENCY = f"{_UPS}.4.2.0"
BYPASS_FREQUENCY = f"{_UPS}.5.1.0"
ALARMS = f"{_UPS}.6.1.0"
TEST_RESULT = f"{_UPS}.7.3.0"
LOW_MINUTES = f"{_UPS}.9.7.0"
LOW_TRANSFER = f"{_UPS}.9.9.0"
HIGH_TRANSFER = f"{_UPS}.9.10.0"
SCALARS = (
    BATTERY_STATUS, ON_BATTERY_S, MINUTES_LEFT, CHARGE, BATTERY_VOLTAGE, BATTERY_CURRENT,
    BATTERY_TEMPERATURE, OUTPUT_SOURCE, OUTPUT_FREQUENCY, BYPASS_FREQUENCY, ALARMS, TEST_RESULT,
    LOW_MINUTES, LOW_TRANSFER, HIGH_TRANSFER,
)  # fmt: skip

_BATTERY = (
    (1, UNKNOWN, "unknown"), (2, OK, "batteryNormal"), (3, WARNING, "batteryLow"),
    (4, CRITICAL, "batteryDepleted"),
)  # fmt: skip
_SOURCE = (
    (1, UNKNOWN, "other"), (2, CRITICAL, "none"), (3, OK, "normal"), (4, WARNING, "bypass"),
    (5, WARNING, "battery"), (6, WARNING, "booster"), (7, WARNING, "reducer"),
)  # fmt: skip
_TEST = (
    (1, OK, "donePass"), (2, WARNING, "doneWarning"), (3, CRITICAL, "doneError"),
    (4, WARNING, "aborted"), (5, OK, "inProgress"), (6, OK, "noTestsInitiated"),
)  # fmt: skip
_LONGEST_MINUTES = 65_534
"""Estimates above are 16 or 32 bits of ones: the UPS cannot tell."""
_TEMPERATURES = (-60, 150)
"""A missing probe reads absolute zero."""


async def read(agent: Agent) -> tuple[Sensor, ...]:
    """Everything the UPS measures; nothing when it does not know UPS-MIB."""
    lines = [await agent.rows(table) for table in NEEDS]
    got = await agent.get(SCALARS)
    if not any(lines) and not {BATTERY_STATUS, OUTPUT_SOURCE, CHARGE} & got.keys():
        return ()
    return sensors(got, *lines)


def sensors(
    got: Mapping[str, Value], inputs: Rows, outputs: Rows, bypasses: Rows
) -> tuple[Sensor, ...]:
    """Currents, frequencies and the battery's voltage come in tenths, other voltages whole."""
    transfer = (_number(got, LOW_TRANSFER), _number(got, HIGH_TRANSFER))
    return told(
        (
            *_battery(got),
            gauge("frequency", "Output", OUTPUT_FREQUENCY, got.get(OUTPUT_FREQUENCY), divisor=10),
            gauge("frequency", "Bypass", BYPASS_FREQUENCY, got.get(BYPASS_FREQUENCY), divisor=10),
            *_lines("Input", INPUT, inputs, transfer),
            *_lines("Output", OUTPUT, outputs),
            *_lines("Bypass", BYPASS, bypasses),
            state("Output source", OUTPUT_SOURCE, got.get(OUTPUT_SOURCE), _SOURCE),
            state("Battery test", TEST_RESULT, got.get(TEST_RESULT), _TEST),
            gauge("count", "Alarms present", ALARMS, got.get(ALARMS), limit_high=0.0),
        )
    )


def _battery(got: Mapping[str, Value]) -> Iterator[Sensor | None]:
    yield state("Battery status", BATTERY_STATUS, got.get(BATTERY_STATUS), _BATTERY)
    yield gauge("runtime", "Time on battery", ON_BATTERY_S, got.get(ON_BATTERY_S), divisor=60)
    yield gauge(
        "runtime",
        "Estimated battery time remaining",
        MINUTES_LEFT,
        got.get(MINUTES_LEFT),
        sane=(0, _LONGEST_MINUTES),
        limit_low=_number(got, LOW_MINUTES),
    )
    yield gauge("charge", "Battery charge remaining", CHARGE, got.get(CHARGE), sane=(0, 100))
    yield gauge("voltage", "Battery", BATTERY_VOLTAGE, got.get(BATTERY_VOLTAGE), divisor=10)
    yield gauge("current", "Battery", BATTERY_CURRENT, got.get(BATTERY_CURRENT), divisor=10)
    yield gauge(
        "temperature",
        "Battery",
        BATTERY_TEMPERATURE,
        got.get(BATTERY_TEMPERATURE),
        sane=_TEMPERATURES,
    )


_Limits = tuple[float | None, float | None]
_UNITS = (("frequency", 10), ("voltage", 1), ("current", 10), ("power", 1), ("load", 1))


def _lines(
    place: str, table: Columns, rows: Rows, transfer: _Limits = (None, None)
) -> Iterator[Sensor | None]:
    """A line or phase a row; named by its number only where there are several."""
    for index, row in rows:
        line = f"{place} phase {'.'.join(map(str, index))}" if len(rows) > 1 else place
        for kind, divisor in _UNITS:
            if kind in row:
                low, high = transfer if kind == "voltage" else (None, None)
                yield gauge(
                    kind,
                    line,
                    table.oid(kind, index),
                    row[kind],
                    divisor=divisor,
                    limit_low=low,
                    limit_high=high,
                )


def _number(got: Mapping[str, Value], oid: str) -> float | None:
    value = got.get(oid)
    return float(value) if isinstance(value, int) and value > 0 else None
