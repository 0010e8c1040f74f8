"""The first octets of a packet, as sFlow sends them: Ethernet to ports.

A header is cut anywhere: what is there is told, the rest is zero. Nothing is refused.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from noc_console.wire.flows.records import MAPPED

_PORTS = struct.Struct(">HH")
_HALVES = struct.Struct(">QQ")
_VLAN = frozenset({0x8100, 0x88A8, 0x9100, 0x9200})
_MPLS = frozenset({0x8847, 0x8848})
_WITH_PORTS = frozenset({6, 17, 33, 132, 136})
"""TCP, UDP, DCCP, SCTP, UDP-Lite begin with their ports."""
_EXTENSIONS = frozenset({0, 43, 60, 135})
"""Hop-by-hop, routing, destination options, mobility: each says how long it is."""
MOST_TAGS = 8


@dataclass(frozen=True, slots=True)
class Header:
    """What the beginning of a packet says."""

    source: tuple[int, int] = (0, 0)
    destination: tuple[int, int] = (0, 0)
    protocol: int = 0
    dscp: int = 0
    sport: int = 0
    dport: int = 0


NOTHING = Header()


def ethernet(data: bytes) -> Header:
    """From the destination's MAC address: VLAN tags and MPLS labels are passed over."""
    at = 12
    for _ in range(MOST_TAGS):
        kind = int.from_bytes(data[at : at + 2], "big")
        if len(data) < at + 2:
            return NOTHING
        if kind not in _VLAN:
            break
        at += 4
    if kind in _MPLS:
        return _mpls(data, at + 2)
    if kind == 0x8864:  # PPPoE session: six octets, then PPP's own word for the protocol
        inner = int.from_bytes(data[at + 8 : at + 10], "big")
        return _ip(data, at + 10) if inner in (0x0021, 0x0057) else NOTHING
    return _ip(data, at + 2) if kind in (0x0800, 0x86DD) else NOTHING


def mpls(data: bytes) -> Header:
    """From the first label."""
    return _mpls(data, 0)


def ip(data: bytes) -> Header:
    """From the version of the IP header, 4 or 6."""
    return _ip(data, 0)


def _mpls(data: bytes, at: int) -> Header:
    for _ in range(MOST_TAGS):
        if len(data) < at + 4:
            return NOTHING
        bottom = data[at + 2] & 1
        at += 4
        if bottom:
            # Below the labels nobody says what follows: the version tells (RFC 4928).
            return _ip(data, at)
    return NOTHING


def _ip(data: bytes, at: int) -> Header:
    if len(data) <= at:
        return NOTHING
    version = data[at] >> 4
    if version == 4:
        return _ipv4(data, at)
    return _ipv6(data, at) if version == 6 else NOTHING


def _ipv4(data: bytes, at: int) -> Header:
    if len(data) < at + 20:
        return NOTHING
    length = (data[at] & 0x0F) * 4
    if length < 20:
        return NOTHING
    protocol = data[at + 9]
    fragment = int.from_bytes(data[at + 6 : at + 8], "big") & 0x1FFF
    sport, dport = (0, 0) if fragment else _ports(data, at + length, protocol)
    source = int.from_bytes(data[at + 12 : at + 16], "big")
    destination = int.from_bytes(data[at + 16 : at + 20], "big")
    return Header(
        (0, MAPPED | source),
        (0, MAPPED | destination),
        protocol,
        data[at + 1] >> 2,
        sport,
        dport,
    )


def _ipv6(data: bytes, at: int) -> Header:
    if len(data) < at + 40:
        return NOTHING
    source, destination = _HALVES.unpack_from(data, at + 8), _HALVES.unpack_from(data, at + 24)
    dscp = (int.from_bytes(data[at : at + 2], "big") >> 4 & 0xFF) >> 2
    protocol, place, fragment = data[at + 6], at + 40, 0
    for _ in range(MOST_TAGS):
        if len(data) < place + 8:
            break
        if protocol in _EXTENSIONS:
            protocol, place = data[place], place + 8 + data[place + 1] * 8
        elif protocol == 44:
            fragment = int.from_bytes(data[place + 2 : place + 4], "big") >> 3
            protocol, place = data[place], place + 8
        else:
            break
    sport, dport = (0, 0) if fragment else _ports(data, place, protocol)
    return Header(source, destination, protocol, dscp, sport, dport)


def _ports(data: bytes, at: int, protocol: int) -> tuple[int, int]:
    if protocol not in _WITH_PORTS or len(data) < at + 4:
        return 0, 0
    sport, dport = _PORTS.unpack_from(data, at)
    return sport, dport
