"""OSPF, BGP and routes: whom the device exchanges packets with."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import ip_address, ip_interface

from noc_console.services.inspection import tables
from noc_console.services.inspection.tables import Rows, columns
from noc_console.services.inventory.model import EvidenceKind, SeenInterface, SeenNeighbour

OSPF = columns("1.3.6.1.2.1.14.10.1", ipAddr=1, rtrId=3, state=6, limit=1000)
BGP = columns("1.3.6.1.2.1.15.3.1", state=2, localAddr=5, remoteAddr=7, remoteAs=9, limit=1000)
BGP_LOCAL_AS = "1.3.6.1.2.1.15.2.0"
CIDR_ROUTE = columns("1.3.6.1.2.1.4.24.4.1", type=6, proto=7, limit=500)
INET_ROUTE = columns("1.3.6.1.2.1.4.24.7.1", type=8, proto=9, limit=500)
OLD_ROUTE = columns("1.3.6.1.2.1.4.21.1", nextHop=7, type=8, proto=9, limit=500)

_OSPF_DOWN = 1
_ESTABLISHED = 6
_REMOTE = 4
_OWN_NETWORK = frozenset((3, 8, 9, 11, 13, 16))
"""ipRouteProto: netmgmt (static), rip, is-is, igrp, ospf, eigrp: inside our own network."""


def ospf(rows: Rows, interfaces: Sequence[SeenInterface]) -> tuple[SeenNeighbour, ...]:
    """Neighbours that are not down, at the interface that shares their subnet."""
    found = []
    for index, row in rows:
        address = tables.address(row.get("ipAddr")) or tables.ipv4(index[:4])
        if address and tables.number(row.get("state"), _OSPF_DOWN) != _OSPF_DOWN:
            found.append(
                SeenNeighbour(
                    kind=EvidenceKind.OSPF,
                    if_index=port_towards(address, interfaces),
                    remote_address=address,
                    raw=tables.raw("ospfNbr", index, row),
                )
            )
    return tuple(found)


def bgp(rows: Rows, interfaces: Sequence[SeenInterface]) -> tuple[SeenNeighbour, ...]:
    """Established peers on a connected subnet; sessions between loopbacks are no cables."""
    found = []
    for index, row in rows:
        address = tables.address(row.get("remoteAddr")) or tables.ipv4(index)
        if not address or row.get("state") != _ESTABLISHED:
            continue
        if (port := port_towards(address, interfaces)) is not None:
            found.append(
                SeenNeighbour(
                    kind=EvidenceKind.BGP,
                    if_index=port,
                    remote_address=address,
                    raw=tables.raw("bgpPeer", index, row),
                )
            )
    return tuple(found)


def internal_peers(rows: Rows, local_as: tables.Value) -> tuple[str, ...]:
    """Addresses of BGP peers in our own AS; others' routers are not ours to ask."""
    return tuple(
        dict.fromkeys(
            address
            for index, row in rows
            if isinstance(local_as, int) and local_as > 0 and row.get("remoteAs") == local_as
            for address in (tables.address(row.get("remoteAddr")) or tables.ipv4(index),)
            if address
        )
    )


def next_hops(cidr: Rows, inet: Rows, old: Rows) -> tuple[str, ...]:
    """Next hops of static and interior routes."""
    found: dict[str, None] = {}
    for index, row in cidr:
        if _is_ours(row) and len(index) == 13:
            found[tables.ipv4(index[9:])] = None
    for index, row in inet:
        if _is_ours(row) and (hop := _inet_next_hop(index)):
            found[hop] = None
    for _, row in old:
        if _is_ours(row):
            found[tables.address(row.get("nextHop"))] = None
    return tuple(hop for hop in found if hop and not hop.startswith("0."))


def _is_ours(row: tables.Row) -> bool:
    return row.get("proto") in _OWN_NETWORK and row.get("type", _REMOTE) == _REMOTE


def _inet_next_hop(index: tables.Index) -> str:
    """From the index of inetCidrRouteTable: destination, prefix length, policy, next hop.

    The policy is an OID with its length before it (RFC 4292 §4).
    """
    if len(index) < 2:
        return ""
    at = 2 + index[1] + 1
    if at >= len(index):
        return ""
    at += 1 + index[at]
    return tables.inet(index[at], index[at + 1 :]) if at + 1 < len(index) else ""


def port_towards(address: str, interfaces: Sequence[SeenInterface]) -> int | None:
    """The interface whose subnet holds the address; the narrowest when several do."""
    wanted = ip_address(address)
    best: tuple[int, int] | None = None
    for port in interfaces:
        for text in port.addresses:
            own = ip_interface(text)
            if own.version != wanted.version or own.ip == wanted or wanted not in own.network:
                continue
            if own.network.prefixlen and (best is None or own.network.prefixlen > best[0]):
                best = (own.network.prefixlen, port.index)
    return None if best is None else best[1]
