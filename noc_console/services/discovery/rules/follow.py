"""Whom to ask next: the addresses a device tells of, best first, and those better left alone.

Neighbours on a cable and in our own routing are ours to ask. BGP peers of other networks are
not, nor are routes that came by BGP. A search that began on this machine's loopback stays on
it (that is a lab), and any other never goes there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from ipaddress import ip_address

from noc_console.services.discovery.rules.seeds import Fence
from noc_console.services.inventory.model import EvidenceKind, SeenNeighbour

_SURE = (
    EvidenceKind.LLDP,
    EvidenceKind.CDP,
    EvidenceKind.EDP,
    EvidenceKind.FDP,
    EvidenceKind.ISDP,
    EvidenceKind.MNDP,
)
_ORDER = (*_SURE, EvidenceKind.OSPF, EvidenceKind.ARP)
MOST_FROM_ONE = 1024
"""Addresses one device may add to a search."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An address somebody told of. `refusal` says why it is not asked, "" when it is."""

    address: str
    name: str
    kind: str
    refusal: str = ""


def candidates(
    neighbours: Sequence[SeenNeighbour],
    peers: Iterable[str],
    next_hops: Iterable[str],
    *,
    fence: Fence,
    on_loopback: bool,
) -> tuple[Candidate, ...]:
    """Every usable address once, under the surest word about it."""
    found: dict[str, Candidate] = {}
    for address, name, kind in _told(neighbours, peers, next_hops):
        if address in found or not is_usable(address, on_loopback=on_loopback):
            continue
        refusal = fence.keeps_out(address) or fence.excludes_name(name)
        found[address] = Candidate(address, name, kind, refusal)
        if len(found) == MOST_FROM_ONE:
            break
    return tuple(found.values())


def _told(
    neighbours: Sequence[SeenNeighbour], peers: Iterable[str], next_hops: Iterable[str]
) -> Iterator[tuple[str, str, str]]:
    by_kind: dict[EvidenceKind, list[SeenNeighbour]] = {kind: [] for kind in _ORDER}
    for neighbour in neighbours:
        if neighbour.remote_address and neighbour.kind in by_kind and not neighbour.is_endpoint:
            by_kind[neighbour.kind].append(neighbour)
    for kind in _ORDER[:-1]:
        for one in by_kind[kind]:
            yield one.remote_address, one.remote_name, kind.value
    yield from ((address, "", "peer") for address in peers)
    yield from ((address, "", "route") for address in next_hops)
    for one in by_kind[EvidenceKind.ARP]:
        yield one.remote_address, "", EvidenceKind.ARP.value


def is_usable(address: str, *, on_loopback: bool) -> bool:
    """An address one box may answer at, on the right side of the loopback."""
    try:
        ip = ip_address(address)
    except ValueError:
        return False
    if ip.is_multicast or ip.is_unspecified or ip.is_link_local or ip.is_reserved:
        return False
    return ip.is_loopback == on_loopback


def is_own(address: str, *, on_loopback: bool) -> bool:
    """Whether an interface's address says where else the device answers: 127.0.0.1 does not."""
    bare = address.split("/")[0]
    return is_usable(bare, on_loopback=on_loopback) and bare not in ("127.0.0.1", "::1")


def is_sure(kind: str) -> bool:
    """Whether a word about an address means a device at the end of a cable, or a seed.

    The others (routing, ARP) mostly name other addresses of the same devices: they are asked
    once the sure ones are done and their owners known.
    """
    return kind == "seed" or kind in _SURE
