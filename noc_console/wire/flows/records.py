"""The one shape every flow protocol becomes: columns of numbers, a row per flow.

A router at full table sends tens of thousands of flows a second. As numpy rows they cost about
a microsecond each; as Python objects ten times that.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.void]
"""Rows of `RECORD`."""

RECORD = np.dtype(
    [
        ("src_hi", "u8"),
        ("src_lo", "u8"),
        ("dst_hi", "u8"),
        ("dst_lo", "u8"),
        ("bytes", "u8"),
        ("packets", "u8"),
        ("flows", "u4"),
        ("sampling", "u4"),
        ("src_as", "u4"),
        ("dst_as", "u4"),
        ("in_if", "u4"),
        ("out_if", "u4"),
        ("sport", "u2"),
        ("dport", "u2"),
        ("protocol", "u1"),
        ("dscp", "u1"),
    ]
)
"""A flow as exported: bytes and packets are those the exporter counted, not yet multiplied.

`sampling` is one of how many packets it looked at, 0 where it did not say. Addresses are two
halves of an IPv6 address, IPv4 mapped into it (`::ffff:a.b.c.d`). Interfaces are ifIndex.
"""

MAPPED = 0xFFFF << 32
"""The lower half of an IPv4-mapped address, before its four octets."""

COUNTER_MOST = 1 << 50
"""More bytes or packets than this in one flow (a petabyte) is nonsense or an attack on sums."""


def no_rows() -> Rows:
    return np.empty(0, RECORD)


def halves(address: str) -> tuple[int, int]:
    """An address as it stands in the columns; ValueError when it is none."""
    found = ip_address(address)
    if isinstance(found, IPv4Address):
        return 0, MAPPED | int(found)
    number = int(found)
    return number >> 64, number & 0xFFFF_FFFF_FFFF_FFFF


def address_text(hi: int, lo: int) -> str:
    """The usual way to write it; all zero is the empty text: nobody said."""
    if not hi and lo >> 32 == 0xFFFF:
        return str(IPv4Address(lo & 0xFFFF_FFFF))
    return str(IPv6Address(hi << 64 | lo)) if hi or lo else ""


@dataclass(frozen=True, slots=True)
class Sequence:
    """Where a datagram stands among those of its stream.

    `next` is what the stream's following datagram should carry as `number`; None where that
    cannot be told: records that wait for their template are not counted yet.
    """

    stream: tuple[Any, ...]
    number: int
    next: int | None
    counts_what: str
    """`packets`, `flows`, `records` or `datagrams`: what a gap is a number of."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What one datagram held."""

    version: str
    """`NetFlow v5`, `NetFlow v9`, `IPFIX` or `sFlow v5`."""
    domain: int
    """Source id, observation domain, engine or sub-agent."""
    rows: Rows
    sequence: Sequence | None = None
    uptime_ms: int | None = None
    """Since when the exporter runs, by its own word; a fall of it is a restart."""
    counters: int = 0
    """sFlow counter samples: recognised, not used; SNMP tells them."""
    waiting: int = 0
    """Data sets that came before their template and are held."""
    unknown: int = 0
    """Data sets given up: no template came in time, or there was no room to wait."""
    skipped: int = 0
    """Sets and samples that are none of traffic (NAT events, firewalls, options)."""
