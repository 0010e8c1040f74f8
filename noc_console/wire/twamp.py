"""TWAMP-light test packets (RFC 5357 section 4, unauthenticated; appendix I). Pure.

A sender's packet comes back from the reflector with the time it arrived there and the time it
left again: the round trip without the reflector's own delay, and the variation each way, for
which the two clocks need not agree.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

NTP_EPOCH_S = 2_208_988_800
"""Seconds from 1900 to 1970."""
SENT = struct.Struct("!IIIH")
REFLECTED = struct.Struct("!IIIHHIIIIIHHB")
LEAST = REFLECTED.size
"""A sender pads its packet to the size of the answer, so that nobody is amplified (41 octets)."""
ERROR_ESTIMATE = 0x0001
"""Not synchronised, scale 0, multiplier 1 (RFC 4656 section 4.1.2)."""


@dataclass(frozen=True, slots=True)
class Probe:
    """What a sender sent: its number and its time, ns since 1970."""

    sequence: int
    at_ns: int
    error: int = ERROR_ESTIMATE


@dataclass(frozen=True, slots=True)
class Reflection:
    """What came back. Times are ns since 1970 by the clock of whoever took them."""

    sequence: int
    left_ns: int
    arrived_ns: int
    sender_sequence: int
    sender_ns: int
    sender_hops: int


def to_ntp(ns: int) -> tuple[int, int]:
    """Seconds since 1900 (modulo 2^32) and their 2^-32 parts."""
    seconds, rest = divmod(ns, 1_000_000_000)
    return (seconds + NTP_EPOCH_S) & 0xFFFFFFFF, (rest << 32) // 1_000_000_000


def from_ntp(seconds: int, part: int) -> int:
    """ns since 1970; times before 1968 are those after 2036 (RFC 4330 section 3)."""
    if seconds < 1 << 31:
        seconds += 1 << 32
    return (seconds - NTP_EPOCH_S) * 1_000_000_000 + ((part * 1_000_000_000 + (1 << 31)) >> 32)


def probe(sequence: int, at_ns: int, *, size: int = LEAST) -> bytes:
    """A sender's packet, padded with zeros to `size`."""
    head = SENT.pack(sequence & 0xFFFFFFFF, *to_ntp(at_ns), ERROR_ESTIMATE)
    return head.ljust(max(size, LEAST), b"\0")


def parse_probe(packet: bytes) -> Probe | None:
    """What a reflector received; None when it is too short to be answered."""
    if len(packet) < SENT.size:
        return None
    sequence, seconds, part, error = SENT.unpack_from(packet)
    return Probe(sequence, from_ntp(seconds, part), error)


def reflect(
    packet: bytes, *, sequence: int, arrived_ns: int, left_ns: int, hops: int = 255
) -> bytes | None:
    """The answer to a sender's packet, never larger than the packet: None when it is too short."""
    told = parse_probe(packet)
    if told is None or len(packet) < LEAST:
        return None
    sender = SENT.unpack_from(packet)
    head = REFLECTED.pack(
        sequence & 0xFFFFFFFF,
        *to_ntp(left_ns),
        ERROR_ESTIMATE,
        0,
        *to_ntp(arrived_ns),
        *sender[:3],
        sender[3],
        0,
        hops,
    )
    return head.ljust(len(packet), b"\0")


def parse_reflection(packet: bytes) -> Reflection | None:
    """An answer; None when it is too short to be one."""
    if len(packet) < REFLECTED.size:
        return None
    fields = REFLECTED.unpack_from(packet)
    return Reflection(
        sequence=fields[0],
        left_ns=from_ntp(fields[1], fields[2]),
        arrived_ns=from_ntp(fields[5], fields[6]),
        sender_sequence=fields[7],
        sender_ns=from_ntp(fields[8], fields[9]),
        sender_hops=fields[12],
    )
