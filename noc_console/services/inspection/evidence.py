"""Whom a device knows, as evidence for links: what protocols heard and what follows from tables."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from ipaddress import ip_address, ip_interface

from noc_console.services.inspection.collectors import descriptions
from noc_console.services.inspection.model import BgpPeer, Findings, Route
from noc_console.services.inventory.model import EvidenceKind, SeenInterface, SeenNeighbour

MOST_PER_PORT = 16
"""MACs at one port above which it leads to a whole network and says nothing of a neighbour."""
_SPOKEN = {
    kind.value: kind
    for kind in (
        EvidenceKind.LLDP,
        EvidenceKind.CDP,
        EvidenceKind.EDP,
        EvidenceKind.FDP,
        EvidenceKind.ISDP,
        EvidenceKind.MNDP,
    )
}
_OWN_NETWORK = frozenset(
    ("static", "netmgmt", "rip", "isIs", "isis", "ciscoIgrp", "ospf", "ciscoEigrp", "eigrp")
)
"""Protocols of routes inside our own network."""
_REMOTE = frozenset(("", "remote", "indirect"))


def neighbours(found: Findings, ports: Sequence[SeenInterface]) -> tuple[SeenNeighbour, ...]:
    """Every word about a neighbour, the surest first."""
    return (
        *_spoken(found),
        *_routing(found, ports),
        *_bridging(found),
        *_resolving(found),
        *descriptions.neighbours(ports),
    )


def internal_peers(peers: Sequence[BgpPeer]) -> tuple[str, ...]:
    """Addresses of BGP peers in our own AS; others' routers are not ours to ask."""
    inside = (peer.address for peer in peers if peer.local_as and peer.remote_as == peer.local_as)
    return tuple(dict.fromkeys(inside))


def next_hops(routes: Sequence[Route]) -> tuple[str, ...]:
    """Next hops of static and interior routes."""
    hops = (
        route.next_hop
        for route in routes
        if route.protocol in _OWN_NETWORK and route.type in _REMOTE
    )
    return tuple(dict.fromkeys(hop for hop in hops if hop and not hop.startswith(("0.", "::/"))))


def _spoken(found: Findings) -> Iterator[SeenNeighbour]:
    for told in found.neighbours:
        kind = _SPOKEN.get(told.protocol)
        if kind is None:
            continue
        yield SeenNeighbour(
            kind=kind,
            if_index=told.local_if_index,
            remote_name=told.remote_name,
            remote_port=told.remote_port,
            remote_port_descr=told.remote_port_descr,
            remote_address=told.remote_address,
            remote_chassis=told.remote_chassis,
            raw=told.raw,
            is_endpoint=told.is_endpoint,
        )


def _routing(found: Findings, ports: Sequence[SeenInterface]) -> Iterator[SeenNeighbour]:
    """OSPF neighbours that are not down; BGP peers on a connected subnet, as cables have."""
    for one in found.ospf_neighbours:
        if one.state != "down":
            yield SeenNeighbour(
                EvidenceKind.OSPF,
                if_index=one.if_index or port_towards(one.address, ports),
                remote_address=one.address,
                raw=one.raw,
            )
    for peer in found.bgp_peers:
        port = port_towards(peer.address, ports)
        if peer.state == "established" and port is not None:
            yield SeenNeighbour(
                EvidenceKind.BGP, if_index=port, remote_address=peer.address, raw=peer.raw
            )


def _bridging(found: Findings) -> Iterator[SeenNeighbour]:
    """Learned MACs by interface, where there are few enough to mean a neighbour."""
    heard: dict[int, dict[str, str]] = defaultdict(dict)
    for row in found.macs:
        if row.if_index > 0:
            heard[row.if_index].setdefault(row.mac, row.raw)
    for port, macs in sorted(heard.items(), key=lambda item: (len(item[1]), item[0])):
        if len(macs) <= MOST_PER_PORT:
            for mac, raw in sorted(macs.items()):
                yield SeenNeighbour(EvidenceKind.FDB, if_index=port, remote_chassis=mac, raw=raw)


def _resolving(found: Findings) -> Iterator[SeenNeighbour]:
    """Address and MAC pairs; interfaces with few of them come first, they are the links."""
    crowd = Counter(row.if_index for row in found.arp)
    for row in sorted(found.arp, key=lambda row: (crowd[row.if_index], row.if_index)):
        if row.address and row.mac and row.mac != "ff:ff:ff:ff:ff:ff":
            yield SeenNeighbour(
                EvidenceKind.ARP,
                if_index=row.if_index,
                remote_address=row.address,
                remote_chassis=row.mac,
                raw=row.raw,
            )


def port_towards(address: str, ports: Sequence[SeenInterface]) -> int | None:
    """The interface whose subnet holds the address; the narrowest when several do."""
    try:
        wanted = ip_address(address)
    except ValueError:
        return None
    best: tuple[int, int] | None = None
    for port in ports:
        for text in port.addresses:
            try:
                own = ip_interface(text)
            except ValueError:
                continue
            if own.version != wanted.version or own.ip == wanted or wanted not in own.network:
                continue
            if own.network.prefixlen and (best is None or own.network.prefixlen > best[0]):
                best = (own.network.prefixlen, port.index)
    return None if best is None else best[1]
