"""Which MAC answers for which address: ARP and neighbour discovery (RFC 4293 and elders)."""

from __future__ import annotations

from collections.abc import Iterator

from noc_console.services.inspection import tables
from noc_console.services.inspection.model import Arp
from noc_console.services.inspection.ports import Agent
from noc_console.services.inspection.tables import Index, Row, Rows, columns

IPV4 = columns("1.3.6.1.2.1.4.22.1", physAddress=2, type=4, limit=5000)
INET = columns("1.3.6.1.2.1.4.35.1", physAddress=4, type=6, state=7, limit=5000)
IPV6 = columns("1.3.6.1.2.1.55.1.12.1", physAddress=2, type=3, state=4, valid=6, limit=5000)
NEEDS = (IPV4, INET, IPV6)

_INVALID = 2
_GONE = frozenset((5, 6, 7))
"""ipNetToPhysicalState: invalid, unknown, incomplete."""
_GONE_IPV6 = frozenset((5,))
_IS_NOT_VALID = 2
_BROADCAST = "ff:ff:ff:ff:ff:ff"


async def read(agent: Agent) -> tuple[Arp, ...]:
    """Address and MAC pairs, each once on an interface."""
    found: dict[tuple[int, str], Arp] = {}
    for one in (
        *from_ipv4(await agent.rows(IPV4)),
        *from_inet(await agent.rows(INET)),
        *from_ipv6(await agent.rows(IPV6)),
    ):
        found.setdefault((one.if_index, one.address), one)
    return tuple(found.values())


def from_ipv4(rows: Rows) -> Iterator[Arp]:
    """ipNetToMediaTable: the index is the interface, then the address."""
    for index, row in rows:
        if len(index) == 5 and row.get("type") != _INVALID:
            yield from _pair("ipNetToMedia", index, tables.ipv4(index[1:]), row)


def from_inet(rows: Rows) -> Iterator[Arp]:
    """ipNetToPhysicalTable, both families."""
    for index, row in rows:
        alive = row.get("type") != _INVALID and row.get("state") not in _GONE
        if len(index) > 5 and alive:
            yield from _pair("ipNetToPhysical", index, tables.inet(index[1], index[2:]), row)


def from_ipv6(rows: Rows) -> Iterator[Arp]:
    """ipv6NetToMediaTable (RFC 2465)."""
    for index, row in rows:
        alive = row.get("valid") != _IS_NOT_VALID and row.get("state") not in _GONE_IPV6
        if len(index) > 16 and alive:
            yield from _pair("ipv6NetToMedia", index, tables.inet(2, index[1:]), row)


def _pair(name: str, index: Index, address: str, row: Row) -> Iterator[Arp]:
    mac = tables.mac(row.get("physAddress"))
    if address and mac and mac != _BROADCAST:
        yield Arp(index[0], address, mac, raw=tables.raw(name, index, row))
