"""OSPF adjacencies of both versions (RFC 4750, RFC 5643)."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import ip_address, ip_network

from noc_console.services.inspection import tables
from noc_console.services.inspection.model import Address, OspfNeighbour
from noc_console.services.inspection.ports import Agent
from noc_console.services.inspection.tables import Rows, columns

V2 = columns("1.3.6.1.2.1.14.10.1", address=1, router_id=3, priority=5, state=6, limit=2000)
V3 = columns("1.3.6.1.2.1.191.1.9.1", kind=4, address=5, priority=7, state=8, limit=2000)
NEEDS = (V2, V3)

_STATES = {
    1: "down",
    2: "attempt",
    3: "init",
    4: "twoWay",
    5: "exchangeStart",
    6: "exchange",
    7: "loading",
    8: "full",
}


async def read(agent: Agent, own: Sequence[Address]) -> tuple[OspfNeighbour, ...]:
    """The neighbours of both versions; `own` addresses tell the interface towards them."""
    return (*version_2(await agent.rows(V2), own), *version_3(await agent.rows(V3)))


def version_2(rows: Rows, own: Sequence[Address]) -> tuple[OspfNeighbour, ...]:
    """The index is the neighbour's address, then the ifIndex of a link without addresses."""
    found = []
    for index, row in rows:
        address = tables.address(row.get("address")) or tables.ipv4(index[:4])
        if len(index) == 5 and address:
            found.append(
                OspfNeighbour(
                    address=address,
                    router_id=tables.address(row.get("router_id")),
                    state=_STATES.get(tables.number(row.get("state")), ""),
                    priority=_priority(row.get("priority")),
                    if_index=index[4] or towards(address, own),
                    raw=tables.raw("ospfNbr", index, row),
                )
            )
    return tuple(found)


def version_3(rows: Rows) -> tuple[OspfNeighbour, ...]:
    """The index is our interface, its instance, and the neighbour's router id."""
    return tuple(
        OspfNeighbour(
            address=tables.address(row.get("address")),
            router_id=_dotted(index[2]),
            state=_STATES.get(tables.number(row.get("state")), ""),
            priority=_priority(row.get("priority")),
            if_index=index[0],
            version=3,
            raw=tables.raw("ospfv3Nbr", index, row),
        )
        for index, row in rows
        if len(index) == 3
    )


def towards(address: str, own: Sequence[Address]) -> int | None:
    """The interface whose subnet holds the address; the narrowest when several do."""
    wanted = ip_address(address)
    best: tuple[int, int] | None = None
    for one in own:
        if one.prefix_length and one.if_index is not None and one.address != address:
            network = ip_network(f"{one.address}/{one.prefix_length}", strict=False)
            if network.version == wanted.version and wanted in network:
                best = max(best or (0, 0), (one.prefix_length, one.if_index))
    return best[1] if best else None


def _priority(value: tables.Value) -> int | None:
    return value if isinstance(value, int) and 0 <= value <= 255 else None


def _dotted(number: int) -> str:
    return str(ip_address(number)) if 0 <= number < 2**32 else ""
