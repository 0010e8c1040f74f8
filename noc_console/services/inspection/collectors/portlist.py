"""PortList (RFC 4363): ports as bits of octets, and what agents send instead of it."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from noc_console.services.inspection.tables import Value

_NUMBERS = re.compile(rb"\d{1,10}(?:,\d{1,10})*")
_LINE = 16
_NEXT_LINE = ord("\n")
MOST_OCTETS = 8192


def bits(value: Value, *, first: int = 1) -> tuple[int, ...]:
    """The numbers of the set bits; the highest bit of the first octet is number `first`."""
    octets = _mended(value[:MOST_OCTETS]) if isinstance(value, bytes) else b""
    return tuple(
        8 * place + bit + first
        for place, octet in enumerate(octets)
        if octet
        for bit in range(8)
        if octet & 0x80 >> bit
    )


def ports(value: Value, known: Collection[int]) -> tuple[int, ...]:
    """The bridge ports of a PortList. Junos spells it: `0,4097,4099`."""
    if isinstance(value, bytes) and _NUMBERS.fullmatch(value):
        spelt = {int(number) for number in value.split(b",")} - {0}
        if spelt and spelt <= set(known):
            return tuple(sorted(spelt))
    return bits(value)


def interfaces(value: Value, bridge: Mapping[int, int]) -> tuple[int, ...]:
    """The ifIndexes of a PortList; ports the bridge does not know are left out."""
    return tuple(bridge[port] for port in ports(value, bridge) if port in bridge)


def _mended(octets: bytes) -> bytes:
    """Octets as they were before somebody recorded snmpwalk's lines of sixteen.

    In such a recording the first line is octets and the others are what was printed: `\\n00 0F …`.
    """
    if len(octets) <= _LINE or octets[_LINE] != _NEXT_LINE:
        return octets
    try:
        return octets[:_LINE] + bytes.fromhex(octets[_LINE:].decode("ascii"))
    except ValueError:
        return octets
