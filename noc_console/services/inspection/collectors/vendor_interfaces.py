"""Ports that a device keeps out of IF-MIB and in a table of its own.

They have no ifIndex there, so they get numbers that the device's ifTable does not use.
"""

from __future__ import annotations

from collections.abc import Iterator

from noc_console.services.inspection import iftypes, tables
from noc_console.services.inspection.model import Interface
from noc_console.services.inspection.ports import Agent
from noc_console.services.inspection.tables import Rows, columns

UFIBER = columns("1.3.6.1.4.1.41112.1.5.7.2.1", name=2, status=3, limit=256)
TRELLIX = columns("1.3.6.1.4.1.8962.2.1.2.1.11.1.1", name=1, admin=3, oper=4, limit=1000)
NEEDS = (UFIBER, TRELLIX)

_UFIBER_FIRST = 1000
_STATUS = {1: "up", 2: "down"}


async def read(agent: Agent, taken: frozenset[int]) -> tuple[Interface, ...]:
    """The ports of the vendors' tables, but for numbers that are taken."""
    found = [*ufiber(await agent.rows(UFIBER)), *trellix(await agent.rows(TRELLIX))]
    return tuple(port for port in found if port.if_index not in taken)


def ufiber(rows: Rows) -> Iterator[Interface]:
    """UI-UFIBER-OLT: its PON and uplink ports; ifTable has the Linux beneath only."""
    for index, row in rows:
        name = tables.text(row.get("name"))
        if len(index) == 1 and name:
            oper = _STATUS.get(tables.number(row.get("status")), "")
            # It does not tell what is configured; yet what is up cannot be shut.
            admin = "up" if oper == "up" else ""
            yield Interface(
                if_index=_UFIBER_FIRST + index[0], name=name, descr=name, admin=admin, oper=oper
            )


def trellix(rows: Rows) -> Iterator[Interface]:
    """INTRUVERT-EMS-SENSOR-CONF: monitoring ports of an intrusion prevention sensor."""
    for place, (_, row) in enumerate(rows):
        if name := tables.text(row.get("name")):
            yield Interface(
                if_index=place,
                name=name,
                descr=name,
                type=iftypes.ETHERNET,
                admin=_STATUS.get(tables.number(row.get("admin")), ""),
                oper=_STATUS.get(tables.number(row.get("oper")), ""),
            )
