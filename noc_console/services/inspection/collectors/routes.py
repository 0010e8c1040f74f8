"""Routes within a bound: IP-FORWARD-MIB (RFC 4292) and both of its elders."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Network

from noc_console.services.inspection import tables
from noc_console.services.inspection.model import Route
from noc_console.services.inspection.ports import Agent
from noc_console.services.inspection.tables import Index, Row, Rows, columns

MOST = 500
"""Rows asked for: enough for the routes of an access box, a taste of a full table."""
INET = columns("1.3.6.1.2.1.4.24.7.1", port=7, type=8, proto=9, metric=12, limit=MOST)
CIDR = columns("1.3.6.1.2.1.4.24.4.1", port=5, type=6, proto=7, metric=11, limit=MOST)
OLD = columns(
    "1.3.6.1.2.1.4.21.1", port=2, metric=3, next_hop=7, type=8, proto=9, mask=11, limit=MOST
)
NEEDS = (INET, CIDR, OLD)

_TYPES = {1: "other", 2: "reject", 3: "local", 4: "remote", 5: "blackhole"}
_OLD_TYPES = {1: "other", 2: "invalid", 3: "local", 4: "remote"}
_PROTOCOLS = (
    "",
    "other",
    "local",
    "netmgmt",
    "icmp",
    "egp",
    "ggp",
    "hello",
    "rip",
    "isIs",
    "esIs",
    "ciscoIgrp",
    "bbnSpfIgp",
    "ospf",
    "bgp",
    "idpr",
    "ciscoEigrp",
    "dvmrp",
    "rpl",
    "dhcp",
)
"""IANAipRouteProtocol by number."""


async def read(agent: Agent) -> tuple[Route, ...]:
    """The routes of the newest table that has any."""
    found = tuple(from_inet(await agent.rows(INET)))
    found = found or tuple(from_cidr(await agent.rows(CIDR)))
    return found or tuple(from_old(await agent.rows(OLD)))


def from_inet(rows: Rows) -> Iterator[Route]:
    """inetCidrRouteTable: destination, prefix length, policy and next hop are all in the index."""
    for index, row in rows:
        if told := _inet_index(index):
            yield _route(*told, row, _TYPES)


def _inet_index(index: Index) -> tuple[str, str] | None:
    """Prefix and next hop; each address and the policy have their length before them."""
    if len(index) < 6:
        return None
    end = 2 + index[1]
    # tables.inet calls the unspecified address none at all; here it is the default route.
    destination = tables.inet(index[0], index[1:end]) or {1: "0.0.0.0", 2: "::"}.get(index[0])
    if destination is None or len(index) < end + 2:
        return None
    length = index[end]
    at = end + 1 + 1 + index[end + 1]
    hop = tables.inet(index[at], index[at + 1 :]) if len(index) > at + 1 else ""
    longest = 128 if ":" in destination else 32
    return (f"{destination}/{length}", hop) if 0 <= length <= longest else None


def from_cidr(rows: Rows) -> Iterator[Route]:
    """ipCidrRouteTable: destination, mask, type of service and next hop are the index."""
    for index, row in rows:
        if len(index) == 13:
            length = _mask_length(tables.ipv4(index[4:8]))
            if length is not None and (destination := tables.ipv4(index[:4])):
                hop = tables.ipv4(index[9:])
                yield _route(f"{destination}/{length}", _hop(hop), row, _TYPES)


def from_old(rows: Rows) -> Iterator[Route]:
    """ipRouteTable (RFC 1213)."""
    for index, row in rows:
        destination, mask = tables.ipv4(index), row.get("mask")
        length = _mask_length(mask) if isinstance(mask, str) else None
        if destination and length is not None:
            hop = row.get("next_hop")
            yield _route(
                f"{destination}/{length}",
                _hop(hop if isinstance(hop, str) else ""),
                row,
                _OLD_TYPES,
            )


def _route(prefix: str, hop: str, row: Row, types: dict[int, str]) -> Route:
    protocol = tables.number(row.get("proto"))
    port, metric = tables.number(row.get("port")), row.get("metric")
    return Route(
        prefix=prefix,
        next_hop=hop,
        protocol=_PROTOCOLS[protocol] if 0 < protocol < len(_PROTOCOLS) else "",
        type=types.get(tables.number(row.get("type")), ""),
        if_index=port if port > 0 else None,
        metric=metric if isinstance(metric, int) and metric >= 0 else None,
    )


def _hop(address: str) -> str:
    return "" if address == "0.0.0.0" else address


def _mask_length(mask: str) -> int | None:
    try:
        return IPv4Network(f"0.0.0.0/{mask}").prefixlen
    except ValueError:
        return None
