"""BRIDGE-MIB (RFC 4188): which interface each port of the bridge is. Much else counts by it."""

from __future__ import annotations

from collections.abc import Mapping

from noc_console.services.inspection import tables
from noc_console.services.inspection.ports import Agent
from noc_console.services.inspection.tables import Rows, columns

PORTS = columns("1.3.6.1.2.1.17.1.4.1", if_index=2, limit=4000)
NEEDS = (PORTS,)


async def read(agent: Agent) -> Mapping[int, int]:
    """dot1dBasePort → ifIndex."""
    return by_port(await agent.rows(PORTS))


def by_port(rows: Rows) -> dict[int, int]:
    return {
        index[0]: tables.number(row.get("if_index"))
        for index, row in rows
        if len(index) == 1 and tables.number(row.get("if_index")) > 0
    }
