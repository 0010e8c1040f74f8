"""Object identifiers as BER content bytes, and their text form "1.3.6.1" (no leading dot).

Content bytes are what agents send and what we compare, cut and use as keys; text is for people.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from noc_console.wire.ber import Malformed

MAX_ARC = 0xFFFFFFFF
MAX_ARCS = 128  # RFC 2578 §3.5


def _arc(n: int) -> bytes:
    if n < 128:
        return bytes((n,))
    groups = [n & 127]
    n >>= 7
    while n:
        groups.append(128 | (n & 127))
        n >>= 7
    return bytes(reversed(groups))


def from_parts(arcs: Iterable[int]) -> bytes:
    """Content bytes of the arcs; ValueError when they are no OID SNMP can carry."""
    numbers = tuple(arcs)
    if not 2 <= len(numbers) <= MAX_ARCS:
        raise ValueError("an OID has 2 to 128 numbers")
    if min(numbers) < 0 or max(numbers) > MAX_ARC:
        raise ValueError("a number of an OID does not fit 32 bits")
    first, second, *rest = numbers
    if first > 2 or (first < 2 and second > 39):
        raise ValueError("an OID begins with 0.0–0.39, 1.0–1.39 or 2.n")
    return _arc(first * 40 + second) + b"".join(map(_arc, rest))


@lru_cache(maxsize=65_536)
def encode(text: str) -> bytes:
    """Content bytes of "1.3.6.1" (a leading dot is forgiven); ValueError otherwise."""
    arcs = text.strip().removeprefix(".").split(".")
    if not all(arc.isascii() and arc.isdigit() for arc in arcs):
        raise ValueError(f"not an object identifier: {text[:80]!r}")
    return from_parts(map(int, arcs))


def parts(oid: bytes) -> tuple[int, ...]:
    """The arcs; `Malformed` when the bytes stop inside one or one exceeds 32 bits."""
    if not oid:
        return (0, 0)  # how several agents write zeroDotZero
    arcs: list[int] = []
    arc = 0
    for octet in oid:
        arc = arc << 7 | octet & 127
        if arc > MAX_ARC + 80:  # 2.n is sent as 80 + n
            raise Malformed("a number of the OID exceeds 32 bits")
        if octet < 128:
            arcs.append(arc)
            arc = 0
    if oid[-1] > 127:
        raise Malformed("the OID is cut short")
    first = min(arcs[0] // 40, 2)
    arcs[0] -= first * 40
    if max(arcs) > MAX_ARC:
        raise Malformed("a number of the OID exceeds 32 bits")
    return (first, *arcs)


@lru_cache(maxsize=65_536)
def decode(oid: bytes) -> str:
    """Text form; remembered, because a network asks for the same names again and again."""
    return ".".join(map(str, parts(oid)))


def index_parts(index: bytes) -> tuple[int, ...]:
    """The arcs of what follows a column's OID (no first-two-in-one rule there)."""
    arcs: list[int] = []
    arc = 0
    for octet in index:
        arc = arc << 7 | octet & 127
        if arc > MAX_ARC:
            raise Malformed("a number of the index exceeds 32 bits")
        if octet < 128:
            arcs.append(arc)
            arc = 0
    if index and index[-1] > 127:
        raise Malformed("the index is cut short")
    return tuple(arcs)


@lru_cache(maxsize=65_536)
def decode_index(index: bytes) -> str:
    """Text form of what follows a column's OID: "3", "1.0.94.127"."""
    return ".".join(map(str, index_parts(index)))


def child(prefix: bytes, *arcs: int) -> bytes:
    """`prefix` continued by `arcs`."""
    if any(not 0 <= arc <= MAX_ARC for arc in arcs):
        raise ValueError("a number of an OID does not fit 32 bits")
    return prefix + b"".join(map(_arc, arcs))


def sort_key(oid: bytes) -> tuple[int, ...]:
    """What to sort by: bytes alone put 16384 (81 80 00) before 16383 (FF 7F)."""
    return parts(oid)


def is_after(oid: bytes, other: bytes) -> bool:
    """Whether `oid` comes strictly later in a walk: what is cut short never does, so that no agent
    can lead a walk anywhere with it. Quick when every arc is below 128.
    """
    if oid.isascii() and other.isascii():
        return oid > other
    try:
        return parts(oid) > parts(other)
    except Malformed:
        return False
