"""Printers: their state in HOST-RESOURCES-MIB (RFC 2790) and counters of Printer-MIB (RFC 3805)."""

from __future__ import annotations

from collections.abc import Iterator

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
from noc_console.services.inspection.model import Reading, Sensor
from noc_console.services.inspection.ports import Agent
from noc_console.services.inspection.tables import Rows, Value, columns

DEVICE = columns("1.3.6.1.2.1.25.3.2.1", type=2, status=5, limit=4000)
PRINTER = columns("1.3.6.1.2.1.25.3.5.1", status=1, errors=2, limit=16)
GENERAL = columns("1.3.6.1.2.1.43.5.1.1", changes=1, limit=16)
MARKER = columns("1.3.6.1.2.1.43.10.2.1", unit=3, ever=4, since_start=5, limit=32)
SUPPLY = columns("1.3.6.1.2.1.43.11.1.1", level=9, limit=64)
NEEDS = (DEVICE, PRINTER, GENERAL, MARKER, SUPPLY)

_A_PRINTER = "1.3.6.1.2.1.25.3.1.5"
_STATUS = (
    (1, UNKNOWN, "unknown"), (2, OK, "running"), (3, WARNING, "warning"), (4, OK, "testing"),
    (5, CRITICAL, "down"),
)  # fmt: skip
_ERRORS = (
    (0, OK, "no error"), (1, WARNING, "low paper"), (2, CRITICAL, "no paper"),
    (3, WARNING, "low toner"), (4, CRITICAL, "no toner"), (5, CRITICAL, "door open"),
    (6, CRITICAL, "jammed"), (7, CRITICAL, "offline"), (8, CRITICAL, "service requested"),
    (9, WARNING, "input tray missing"), (10, WARNING, "output tray missing"),
    (11, WARNING, "marker supply missing"), (12, WARNING, "output near full"),
    (13, CRITICAL, "output full"), (14, WARNING, "input tray empty"),
    (15, WARNING, "overdue maintenance"),
)  # fmt: skip
"""hrPrinterDetectedErrorState's bits, the first that is set counted from one."""
_UNITS = {7: "impressions", 8: "sheets", 9: "hours", 16: "feet", 17: "metres"}


async def read(agent: Agent) -> tuple[Sensor, ...]:
    """State, errors and page counts; nothing of what is no printer."""
    general, markers = await agent.rows(GENERAL), await agent.rows(MARKER)
    if not general and not markers and not await agent.rows(SUPPLY):
        # A host with print queues has printers in hrDeviceTable too, of which it knows nothing.
        return ()
    printers = {index[:1] for index, _ in (*general, *markers)}
    devices = await agent.rows(DEVICE)
    printers |= {index for index, row in devices if row.get("type") == _A_PRINTER}
    statuses = tuple(row for row in devices if row[0] in printers)
    return told((*states(statuses, await agent.rows(PRINTER)), *pages(markers)))


def states(devices: Rows, printers: Rows) -> Iterator[Sensor | None]:
    """Does it print, and if not, what is in the way."""
    for index, row in devices:
        oid = DEVICE.oid("status", index)
        yield state("Printer status", oid, row.get("status"), _STATUS)
    for index, row in printers:
        number = first_error(row.get("errors"))
        if number is not None:
            reading = Reading(PRINTER.oid("errors", index))
            yield Sensor("state", "Printer errors", float(number), reading, states=_ERRORS)


def first_error(bits: Value) -> int | None:
    """0 without an error, else the place of the first bit from one; None for what is no bits."""
    if not isinstance(bits, bytes) or not 1 <= len(bits) <= 4:
        return None
    for place in range(min(len(bits) * 8, len(_ERRORS) - 1)):
        if bits[place // 8] & (0x80 >> place % 8):
            return place + 1
    return 0


def pages(rows: Rows) -> Iterator[Sensor | None]:
    """What each marker has printed, in the printer's own unit."""
    for index, row in rows:
        unit = _UNITS.get(tables.number(row.get("unit")), "impressions")
        which = f" of marker {index[-1]}" if len(rows) > 1 else ""
        for column, words in (("ever", "Life time"), ("since_start", "Since powered on:")):
            name = f"{words} {unit}{which}"
            yield gauge("count", name, MARKER.oid(column, index), row.get(column))
