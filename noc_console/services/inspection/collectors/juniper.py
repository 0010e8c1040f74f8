"""JUNIPER-MIB (the chassis: load, memory, heat, state of parts, alarms) and JUNIPER-DOM-MIB."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from noc_console.services.inspection import tables
from noc_console.services.inspection.collectors.gauges import (
    CRITICAL,
    OK,
    UNKNOWN,
    WARNING,
    gauge,
    state,
    told,
)
from noc_console.services.inspection.model import Memory, Processor, Reading, Sensor
from noc_console.services.inspection.ports import Agent
from noc_console.services.inspection.tables import Columns, Index, Row, Rows, Value, columns

_JUNIPER = "1.3.6.1.4.1.2636.3"
OPERATING = columns(
    f"{_JUNIPER}.1.13.1", name=5, temperature=7, cpu=8, buffer=11, memory_mib=15, limit=2000
)
FRU = columns(f"{_JUNIPER}.1.15.1", name=5, state=8, limit=2000)
MODULE = columns(
    f"{_JUNIPER}.60.1.1.1.1", rx=5, bias=6, tx=7, temperature=8,
    rx_high=9, rx_low=10, rx_warn_high=11, rx_warn_low=12,
    bias_high=13, bias_low=14, bias_warn_high=15, bias_warn_low=16,
    tx_high=17, tx_low=18, tx_warn_high=19, tx_warn_low=20,
    temperature_high=21, temperature_low=22, temperature_warn_high=23, temperature_warn_low=24,
    voltage=25, voltage_high=26, voltage_low=27, voltage_warn_high=28, voltage_warn_low=29,
    limit=2000,
)  # fmt: skip
LANE = columns(f"{_JUNIPER}.60.1.2.1.1", rx=6, tx=8, limit=4000)
SERVICES = columns(
    f"{_JUNIPER}.39.1.12.1.1.1", fpc=2, unit=3, cpu=4, memory=5, flows=6, most_flows=7,
    central=8, most_central=9, node=11, limit=256,
)  # fmt: skip
"""Services processing units of SRX; the central point hands sessions to the others."""
NEEDS = (OPERATING, FRU, MODULE, LANE, SERVICES)
RED_ALARM, YELLOW_ALARM = f"{_JUNIPER}.4.2.3.1.0", f"{_JUNIPER}.4.2.2.1.0"

_MIB = 1024 * 1024
_FRU = (
    (1, UNKNOWN, "unknown"), (2, UNKNOWN, "empty"), (3, WARNING, "present"), (4, OK, "ready"),
    (5, WARNING, "announceOnline"), (6, OK, "online"), (7, CRITICAL, "offline"),
    (8, WARNING, "diagnostic"), (9, OK, "standby"),
)  # fmt: skip
_NOT_FITTED = (1, 2)
_RED = ((1, UNKNOWN, "other"), (2, OK, "off"), (3, CRITICAL, "on"))
_YELLOW = ((1, UNKNOWN, "other"), (2, OK, "off"), (3, WARNING, "on"))
_OPTICS = (
    ("rx", "dbm", "Rx power", 100), ("tx", "dbm", "Tx power", 100),
    ("bias", "current", "Tx bias", 1_000_000), ("temperature", "temperature", "temperature", 1),
    ("voltage", "voltage", "supply", 1000),
)  # fmt: skip
"""Column, class, name, divisor: hundredths of dBm, microamperes, degrees, millivolts."""


async def processors(agent: Agent) -> tuple[Processor, ...]:
    """The load of each part that has a processor."""
    return (
        *processors_of(await agent.rows(OPERATING)),
        *services_processors(await agent.rows(SERVICES)),
    )


async def memory(agent: Agent) -> tuple[Memory, ...]:
    """The buffer pool of each part that has memory."""
    return (
        *memory_of(await agent.rows(OPERATING)),
        *services_memory(await agent.rows(SERVICES)),
    )


async def read(agent: Agent, ports: Mapping[int, str]) -> tuple[Sensor, ...]:
    """Heat, parts, alarms and optics; `ports` names interfaces by ifIndex."""
    parts = await agent.rows(OPERATING)
    fitted = await agent.rows(FRU)
    modules, lanes = await agent.rows(MODULE), await agent.rows(LANE)
    got = await agent.get([RED_ALARM, YELLOW_ALARM]) if parts else {}
    return told(
        (
            *temperatures(parts),
            *states(fitted),
            state("Red alarm", RED_ALARM, got.get(RED_ALARM), _RED),
            state("Yellow alarm", YELLOW_ALARM, got.get(YELLOW_ALARM), _YELLOW),
            *optics(modules, lanes, ports),
            *sessions(await agent.rows(SERVICES)),
        )
    )


def processors_of(rows: Rows) -> tuple[Processor, ...]:
    """A part without memory has no processor either, though its row tells a load of zero."""
    return tuple(
        Processor(_name(index, row), float(load), Reading(OPERATING.oid("cpu", index)), _at(index))
        for index, row in _computers(rows)
        if isinstance(load := row.get("cpu"), int) and 0 <= load <= 100
    )


def memory_of(rows: Rows) -> tuple[Memory, ...]:
    """jnxOperatingBuffer is the used share of jnxOperatingMemory, which is in MiB."""
    found = []
    for index, row in _computers(rows):
        share = row.get("buffer")
        if isinstance(share, int) and 0 <= share <= 100:
            total = tables.number(row.get("memory_mib")) * _MIB
            found.append(
                Memory(
                    name=_name(index, row),
                    total_bytes=total,
                    used_bytes=total * share // 100,
                    used_percent=float(share),
                    reading=Reading(OPERATING.oid("buffer", index)),
                    index=_at(index),
                )
            )
    return tuple(found)


def _computers(rows: Rows) -> Iterator[tuple[Index, Row]]:
    """Parts with memory of their own; a sensor repeats the numbers of the board it sits on."""
    for index, row in rows:
        if tables.number(row.get("memory_mib")) > 0 and "sensor" not in _name(index, row).lower():
            yield index, row


def _name(index: Index, row: Row) -> str:
    return tables.text(row.get("name")) or f"Part {_at(index)}"


def _at(index: Index) -> str:
    return ".".join(map(str, index))


def services_processors(rows: Rows) -> tuple[Processor, ...]:
    """The load of each services processing unit."""
    return tuple(
        Processor(_unit(index, row), float(load), Reading(SERVICES.oid("cpu", index)), _at(index))
        for index, row in rows
        if isinstance(load := row.get("cpu"), int) and 0 <= load <= 100
    )


def services_memory(rows: Rows) -> tuple[Memory, ...]:
    """Their memory, of which only the share is told."""
    return tuple(
        Memory(
            name=_unit(index, row),
            total_bytes=None,
            used_bytes=None,
            used_percent=float(share),
            reading=Reading(SERVICES.oid("memory", index)),
            index=_at(index),
        )
        for index, row in rows
        if isinstance(share := row.get("memory"), int) and 0 <= share <= 100
    )


def sessions(rows: Rows) -> Iterator[Sensor | None]:
    """Sessions of each unit with the most it takes; only the central point counts them all."""
    for index, row in rows:
        for column, most, word in (
            ("flows", "most_flows", "flow sessions"),
            ("central", "most_central", "central point sessions"),
        ):
            room = tables.number(row.get(most))
            if column == "central" and room == 0:
                continue
            yield gauge(
                "count",
                f"{_unit(index, row)} {word}",
                SERVICES.oid(column, index),
                row.get(column),
                limit_high=float(room) if room > 0 else None,
            )


def _unit(index: Index, row: Row) -> str:
    """`node0 SPU 6/0`: card and unit on it."""
    if "fpc" not in row:
        return f"SPU {_at(index)}"
    place = f"SPU {tables.number(row.get('fpc'))}/{tables.number(row.get('unit'))}"
    return f"{tables.text(row.get('node'))} {place}".strip()


def temperatures(rows: Rows) -> Iterator[Sensor | None]:
    """Zero is what parts without a sensor tell."""
    for index, row in rows:
        if row.get("temperature") != 0:
            yield gauge(
                "temperature",
                _name(index, row),
                OPERATING.oid("temperature", index),
                row.get("temperature"),
                sane=(-60, 200),
            )


def states(rows: Rows) -> Iterator[Sensor | None]:
    """Parts that are fitted."""
    for index, row in rows:
        if row.get("state") not in _NOT_FITTED:
            yield state(_name(index, row), FRU.oid("state", index), row.get("state"), _FRU)


def optics(modules: Rows, lanes: Rows, ports: Mapping[int, str]) -> Iterator[Sensor | None]:
    """Light, current, heat and voltage of each module; cages without one tell zeros everywhere."""
    limits: dict[int, Row] = {}
    for index, row in modules:
        if len(index) == 1 and any(row.get(column) for column, *_ in _OPTICS):
            limits[index[0]] = row
            for column, kind, word, divisor in _OPTICS:
                # Ports of copper and modules without the measurement tell zero of it.
                if row.get(column):
                    title = f"{_port(index[0], ports)} {word}"
                    yield _light(MODULE, column, kind, title, divisor, index, row, row)
    for index, row in lanes:
        if len(index) != 2 or index[0] not in limits:
            continue
        for column, kind, word, divisor in _OPTICS[:2]:
            title = f"{_port(index[0], ports)} lane {index[1]} {word}"
            if row.get(column):
                yield _light(LANE, column, kind, title, divisor, index, row, limits[index[0]])


def _port(if_index: int, ports: Mapping[int, str]) -> str:
    return ports.get(if_index, "") or f"Port {if_index}"


def _light(
    table: Columns, column: str, kind: str, title: str, divisor: float, index: Index, row: Row,
    limits: Row,
) -> Sensor | None:  # fmt: skip
    return gauge(
        kind,
        title,
        table.oid(column, index),
        row.get(column),
        divisor=divisor,
        limit_low=_limit(limits.get(f"{column}_low"), divisor),
        limit_high=_limit(limits.get(f"{column}_high"), divisor),
        warn_low=_limit(limits.get(f"{column}_warn_low"), divisor),
        warn_high=_limit(limits.get(f"{column}_warn_high"), divisor),
        if_index=index[0],
    )


def _limit(value: Value, divisor: float) -> float | None:
    return round(value / divisor, 9) if isinstance(value, int) else None
