"""The device's own addresses: IP-MIB (RFC 4293) and its elders for each family.

The same address may stand in several tables; the one that tells most is asked first, the others
fill what it left open.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from ipaddress import IPv4Network, ip_address

from noc_console.services.inspection import tables
from noc_console.services.inspection.model import Address, Interface
from noc_console.services.inspection.ports import Agent
from noc_console.services.inspection.tables import Index, Row, Rows, Value, columns

IPV4 = columns("1.3.6.1.2.1.4.20.1", address=1, port=2, mask=3, limit=4000)
INET = columns(
    "1.3.6.1.2.1.4.34.1", port=3, type=4, prefix=5, origin=6, status=7, row=10, limit=4000
)
IPV6 = columns("1.3.6.1.2.1.55.1.8.1", length=2, type=3, anycast=4, status=5, limit=4000)
CISCO_INET = columns(
    "1.3.6.1.4.1.9.10.86.1.1.2.1", port=3, type=4, prefix=5, origin=6, status=7, limit=4000
)
TPLINK_IPV6 = columns("1.3.6.1.4.1.11863.6.50.1.1.1", port=1, length=5, limit=4000)
NEEDS = (IPV4, INET, IPV6, CISCO_INET, TPLINK_IPV6)

_IPV6, _IPV6_SIZE, _ZONE_SIZE = 2, 16, 4
_BROADCAST = 3
_NOT_READY = 3
"""RowStatus of a half-configured row (RFC 2579)."""
_GONE = frozenset((3, 7))
"""IpAddressStatusTC: invalid, duplicate."""
_ORIGIN = {2: "manual", 4: "dhcp", 5: "linklayer", 6: "random"}
_POINTER = 12
"""Numbers of an OID below which no row of a prefix table can be."""


async def read(agent: Agent, interfaces: Sequence[Interface]) -> tuple[Address, ...]:
    """All addresses that say something; each once on an interface."""
    found = merged(
        [
            *from_inet(await agent.rows(INET)),
            *from_ipv4(await agent.rows(IPV4)),
            *from_ipv6(await agent.rows(IPV6)),
            *from_inet(await agent.rows(CISCO_INET)),
            *from_tplink(await agent.rows(TPLINK_IPV6)),
        ]
    )
    known = {port.if_index for port in interfaces}
    return tuple(_complete(one) for one in found if not known or _is_telling(one, known))


def _is_telling(one: Address, known: set[int]) -> bool:
    """Whether an address is of use: on an interface we know, or else one that others can reach."""
    if one.if_index is None or one.if_index in known:
        return True
    ip = ip_address(one.address)
    return one.prefix_length is not None and not ip.is_loopback and not ip.is_link_local


def from_ipv4(rows: Rows) -> Iterator[Address]:
    """ipAddrTable (RFC 4293, deprecated): the address is the index."""
    for index, row in rows:
        # Some agents put a number of their own before the address.
        address = tables.ipv4(index if len(index) == 4 else index[-4:])
        address = tables.address(row.get("address")) or address
        if address and address != "0.0.0.0" and "port" in row:
            yield Address(
                address,
                prefix_length=_mask_length(row.get("mask")),
                if_index=_port(row),
            )


def from_inet(rows: Rows) -> Iterator[Address]:
    """ipAddressTable and Cisco's draft of it: broadcast and dead addresses are left out."""
    for index, row in rows:
        address = _in_index(index)
        if not address or row.get("type") == _BROADCAST or row.get("row") == _NOT_READY:
            continue
        if row.get("status") in _GONE:
            continue
        yield Address(
            address,
            prefix_length=_pointed_length(row.get("prefix"), address),
            if_index=_port(row),
            origin=_ORIGIN.get(tables.number(row.get("origin")), ""),
        )


def from_ipv6(rows: Rows) -> Iterator[Address]:
    """ipv6AddrTable (RFC 2465): its index is the interface, then the address."""
    for index, row in rows:
        address = tables.inet(_IPV6, index[1:]) or _spelt(index[1:])
        if address:
            yield Address(address, prefix_length=_length(row), if_index=index[0])


def from_tplink(rows: Rows) -> Iterator[Address]:
    """TPLINK-IPV6ADDR-MIB: the address ends the index."""
    for index, row in rows:
        address = tables.inet(_IPV6, index[-_IPV6_SIZE:])
        if address and len(index) > _IPV6_SIZE:
            yield Address(address, prefix_length=_length(row), if_index=_port(row))


def merged(found: Iterable[Address]) -> tuple[Address, ...]:
    """Each address once on each interface; what one table left open another fills."""
    known: dict[tuple[str, int | None], Address] = {}
    for one in found:
        if ip_address(one.address).is_loopback and ":" in one.address:
            continue  # ::1 is on every box and says nothing of this one.
        key = (one.address, one.if_index)
        if one.if_index is None:
            key = next((held for held in known if held[0] == one.address), key)
        elif (one.address, None) in known:
            known[key] = replace(known.pop((one.address, None)), if_index=one.if_index)
        known[key] = _filled(known[key], one) if key in known else one
    return tuple(known.values())


def _filled(first: Address, second: Address) -> Address:
    return replace(
        first,
        prefix_length=second.prefix_length if first.prefix_length is None else first.prefix_length,
        origin=first.origin or second.origin,
    )


def _in_index(index: Index) -> str:
    """The InetAddress of an index, also as some agents get it wrong.

    Seen are a zone after an address that is said to have none (OcNOS), none after one that is
    said to have one (ASA), and the address spelt in letters (Fabric OS).
    """
    if not index:
        return ""
    kind, arcs = index[0], index[1:]
    if kind in (_IPV6, 4) and len(arcs) in (_IPV6_SIZE, _IPV6_SIZE + _ZONE_SIZE):
        return tables.inet(_IPV6, arcs[:_IPV6_SIZE])
    return tables.inet(kind, arcs) or _spelt(arcs[1:])


def _spelt(arcs: Index) -> str:
    """An IPv6 address spelt in an index, letter by letter."""
    if not all(0x20 < arc < 0x7F for arc in arcs):
        return ""
    address = tables.address("".join(map(chr, arcs)).partition("/")[0])
    return address if ":" in address else ""


def _length(row: Row) -> int | None:
    value = row.get("length")
    return value if isinstance(value, int) and 0 < value <= 128 else None


def _port(row: Row) -> int | None:
    value = row.get("port")
    return value if isinstance(value, int) and value >= 0 else None


def _complete(one: Address) -> Address:
    """An IPv4 address whose mask is not told has that of its class (RFC 950 §2.2).

    Agents that leave the mask out are of that age, or of that simplicity.
    """
    if one.prefix_length is not None or ":" in one.address:
        return one
    first = int(one.address.partition(".")[0])
    length = 8 if first < 128 else 16 if first < 192 else 24 if first < 224 else 32
    return replace(one, prefix_length=length)


def _mask_length(mask: Value) -> int | None:
    try:
        # The mask 0.0.0.0 is not told either: no interface is in the network of everything.
        return IPv4Network(f"0.0.0.0/{tables.address(mask)}").prefixlen or None
    except ValueError:
        return None


def _pointed_length(pointer: Value, address: str) -> int | None:
    """The prefix length that a RowPointer into ipAddressPrefixTable ends with."""
    longest = 128 if ":" in address else 32
    arcs: Index = (tables.numbers(pointer) or ()) if isinstance(pointer, str) else ()
    return arcs[-1] if len(arcs) > _POINTER and 0 < arcs[-1] <= longest else None
