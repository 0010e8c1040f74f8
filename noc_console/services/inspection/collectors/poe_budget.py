"""POWER-ETHERNET-MIB (RFC 3621): what each power sourcing equipment has and gives, in watts."""

from __future__ import annotations

from collections.abc import Collection

from noc_console.services.inspection.collectors.gauges import (
    CRITICAL,
    OK,
    WARNING,
    gauge,
    state,
    told,
)
from noc_console.services.inspection.model import Sensor
from noc_console.services.inspection.ports import Agent
from noc_console.services.inspection.tables import Index, Rows, columns

SUPPLY = columns("1.3.6.1.2.1.105.1.3.1.1", budget=2, status=3, used=4, limit=64)
NEEDS = (SUPPLY,)

_STATUS = ((1, OK, "on"), (2, WARNING, "off"), (3, CRITICAL, "faulty"))


async def read(agent: Agent) -> tuple[Sensor, ...]:
    """Budget, use and state of each."""
    return budgets(await agent.rows(SUPPLY))


def budgets(rows: Rows, finer: Collection[Index] = ()) -> tuple[Sensor, ...]:
    """Those in `finer` are told elsewhere in milliwatts: of them only the budget."""
    found: list[Sensor | None] = []
    for index, row in rows:
        place = ".".join(map(str, index))
        found.append(
            gauge("power", f"PoE budget {place}", SUPPLY.oid("budget", index), row.get("budget"))
        )
        if index in finer:
            continue
        used = gauge("power", f"PoE used {place}", SUPPLY.oid("used", index), row.get("used"))
        found.append(used)
        if row.get("budget") != 0:
            oid = SUPPLY.oid("status", index)
            found.append(state(f"PoE supply {place}", oid, row.get("status"), _STATUS))
    return told(found)
