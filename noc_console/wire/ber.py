"""The few BER forms SNMP is made of (X.690 as narrowed by RFC 3417 §8): definite lengths only.

Writers return whole TLVs. Readers take the datagram and offsets, so that nothing is copied
before it has proved to lie inside its parent; anything else raises `Malformed`.
"""

from __future__ import annotations

INTEGER = 0x02
BIT_STRING = 0x03
OCTETS = 0x04
NULL = 0x05
OID = 0x06
SEQUENCE = 0x30
IP = 0x40
COUNTER32 = 0x41
GAUGE32 = 0x42
TIMETICKS = 0x43
OPAQUE = 0x44
NSAP = 0x45
COUNTER64 = 0x46
UINTEGER32 = 0x47
NO_SUCH_OBJECT = 0x80
NO_SUCH_INSTANCE = 0x81
END_OF_MIB = 0x82


class Malformed(ValueError):
    """Bytes that are not what the protocol allows; the text says what was wrong, never quotes."""


_SHORT = tuple(bytes((n,)) for n in range(128))
null = b"\x05\x00"


def length(n: int) -> bytes:
    """The length octets in their shortest form."""
    if n < 128:
        return _SHORT[n]
    octets = (n.bit_length() + 7) // 8
    return bytes((0x80 | octets,)) + n.to_bytes(octets, "big")


def tlv(tag: int, content: bytes) -> bytes:
    """One tag (below 31, one octet), the length, the content."""
    n = len(content)
    if n < 128:
        return bytes((tag, n)) + content
    return bytes((tag,)) + length(n) + content


def integer_content(v: int) -> bytes:
    """Two's complement in the fewest octets."""
    size = (v if v >= 0 else ~v).bit_length() // 8 + 1
    return v.to_bytes(size, "big", signed=True)


def integer(v: int) -> bytes:
    """An INTEGER."""
    return tlv(INTEGER, integer_content(v))


def unsigned(tag: int, v: int) -> bytes:
    """A Counter32, Gauge32, TimeTicks or Counter64: never negative, a leading zero if needed."""
    if v < 0:
        raise ValueError("an unsigned type cannot hold a negative number")
    return tlv(tag, integer_content(v))


def octets(content: bytes) -> bytes:
    """An OCTET STRING."""
    return tlv(OCTETS, content)


def header(data: bytes, pos: int, end: int) -> tuple[int, int, int]:
    """Tag, start and stop of the content of the TLV at `pos`; it must end at or before `end`."""
    if pos + 2 > end:
        raise Malformed("cut short in a header")
    tag = data[pos]
    n = data[pos + 1]
    pos += 2
    if n > 127:
        octets_ = n & 127
        if not 1 <= octets_ <= 4 or pos + octets_ > end:
            raise Malformed("bad length")
        n = int.from_bytes(data[pos : pos + octets_], "big")
        pos += octets_
    stop = pos + n
    if stop > end:
        raise Malformed("longer than its parent")
    return tag, pos, stop


def expect(data: bytes, pos: int, end: int, tag: int) -> tuple[int, int]:
    """Start and stop of the content of a TLV that has to carry `tag`."""
    found, start, stop = header(data, pos, end)
    if found != tag:
        raise Malformed(f"tag {found:#04x} where {tag:#04x} belongs")
    return start, stop


def read_integer(data: bytes, pos: int, end: int, *, size: int = 4) -> tuple[int, int]:
    """An INTEGER of at most `size` octets and the offset after it."""
    start = pos + 2
    if start >= end:
        raise Malformed("cut short in an integer")
    n = data[pos + 1]
    stop = start + n
    if data[pos] != INTEGER or not 0 < n <= size or stop > end:
        start, stop = expect(data, pos, end, INTEGER)  # a length of long form, perhaps
        if not 1 <= stop - start <= size:
            raise Malformed("integer of an impossible size")
    return int.from_bytes(data[start:stop], "big", signed=True), stop


def read_octets(data: bytes, pos: int, end: int) -> tuple[bytes, int]:
    """An OCTET STRING and the offset after it."""
    start, stop = expect(data, pos, end, OCTETS)
    return data[start:stop], stop
