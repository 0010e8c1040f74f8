"""EXTREME-EDP-MIB: Extreme's own discovery protocol, on switches that run no LLDP."""

from __future__ import annotations

from collections.abc import Sequence

from noc_console.services.inspection import tables
from noc_console.services.inspection.model import Interface, Neighbour
from noc_console.services.inspection.ports import Agent
from noc_console.services.inspection.tables import Rows, columns

EDP = columns("1.3.6.1.4.1.1916.1.13.2.1", name=3, softwareVersion=4, slot=5, port=6, limit=4000)
NEEDS = (EDP,)

_MAC_SIZE = 6


async def read(agent: Agent, interfaces: Sequence[Interface]) -> tuple[Neighbour, ...]:
    """Each neighbour with its port as `slot:port`, as its own command line writes it."""
    return neighbours(await agent.rows(EDP), interfaces)


def neighbours(rows: Rows, interfaces: Sequence[Interface]) -> tuple[Neighbour, ...]:
    """The index is our ifIndex, then the neighbour's id, which ends with its MAC."""
    names = {port.if_index: port.name for port in interfaces}
    return tuple(
        Neighbour(
            protocol="edp",
            local_if_index=index[0] if index[0] in names else None,
            local_port=names.get(index[0], ""),
            remote_name=tables.text(row.get("name")),
            remote_port=_port(tables.number(row.get("slot")), tables.number(row.get("port"))),
            remote_version=tables.text(row.get("softwareVersion")),
            remote_chassis=tables.mac_of(index[-_MAC_SIZE:]),
            raw=tables.raw("extremeEdpNeighbor", index, row),
        )
        for index, row in rows
        if len(index) > _MAC_SIZE
    )


def _port(slot: int, port: int) -> str:
    if not port:
        return ""
    return f"{slot}:{port}" if slot else str(port)
