"""SNMP v1 and v2c messages and the PDUs all versions share (RFC 1157, 3416, 3417).

OIDs and values stay bytes until someone asks for meaning: decoding a full reply touches each
octet once. Every tag and length is checked; whatever does not fit raises `ber.Malformed`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from ipaddress import IPv4Address
from typing import TypeAlias

from noc_console.wire import ber, oid
from noc_console.wire.ber import Malformed

GET = 0xA0
GETNEXT = 0xA1
RESPONSE = 0xA2
SET = 0xA3
TRAP_V1 = 0xA4
GETBULK = 0xA5
INFORM = 0xA6
TRAP_V2 = 0xA7
REPORT = 0xA8

V1 = 0
V2C = 1
V3 = 3

# error-status (RFC 3416 §3)
NO_ERROR = 0
TOO_BIG = 1
NO_SUCH_NAME = 2
BAD_VALUE = 3
READ_ONLY = 4
GEN_ERR = 5
NO_ACCESS = 6
WRONG_TYPE = 7
AUTHORIZATION_ERROR = 16
NOT_WRITABLE = 17

NUMBERS = frozenset(
    (
        ber.INTEGER,
        ber.COUNTER32,
        ber.GAUGE32,
        ber.TIMETICKS,
        ber.UINTEGER32,
        ber.COUNTER64,
    )
)
EXCEPTIONS = frozenset((ber.NO_SUCH_OBJECT, ber.NO_SUCH_INSTANCE, ber.END_OF_MIB))
MAX_VARBINDS = 16_384  # more than 64 KiB can hold of the smallest legal ones

SYS_UPTIME_0 = oid.encode("1.3.6.1.2.1.1.3.0")
SNMP_TRAP_OID_0 = oid.encode("1.3.6.1.6.3.1.1.4.1.0")
SNMP_TRAP_ENTERPRISE_0 = oid.encode("1.3.6.1.6.3.1.1.4.3.0")
SNMP_TRAP_ADDRESS_0 = oid.encode("1.3.6.1.6.3.18.1.3.0")
_SNMP_TRAPS = oid.encode("1.3.6.1.6.3.1.1.5")

Value: TypeAlias = int | bytes | str | None
Varbind: TypeAlias = tuple[bytes, int, bytes]
"""OID content bytes, tag of the value, content bytes of the value."""

_PDU_KINDS = frozenset((GET, GETNEXT, RESPONSE, SET, GETBULK, INFORM, TRAP_V2, REPORT))


@dataclass(frozen=True, slots=True)
class Pdu:
    """One request or answer. For GETBULK the two error fields carry its two numbers."""

    kind: int
    request_id: int
    error_status: int = 0
    error_index: int = 0
    varbinds: list[Varbind] = field(default_factory=list)

    @property
    def non_repeaters(self) -> int:
        """Of a GETBULK: how many leading varbinds are asked for once (never negative)."""
        return max(0, self.error_status)

    @property
    def max_repetitions(self) -> int:
        """Of a GETBULK: how many rows of the rest are asked for (never negative)."""
        return max(0, self.error_index)


@dataclass(frozen=True, slots=True)
class Message:
    """A v1 (`version` 0) or v2c (1) message. The community is a password: not shown."""

    version: int
    community: bytes = field(repr=False)
    pdu: Pdu


@dataclass(frozen=True, slots=True)
class TrapV1:
    """The trap PDU only version 1 has (RFC 1157 §4.1.6); `uptime` in hundredths of a second."""

    enterprise: bytes
    agent_address: str
    generic: int
    specific: int
    uptime: int
    varbinds: list[Varbind] = field(default_factory=list)

    @property
    def trap_oid(self) -> bytes:
        """The same trap's name in version 2 (RFC 3584 §3.1)."""
        if self.generic == 6:
            return oid.child(self.enterprise, 0, self.specific)
        return oid.child(_SNMP_TRAPS, self.generic + 1)


def varbind(name: bytes, tag: int, content: bytes) -> bytes:
    """One encoded varbind."""
    return ber.tlv(ber.SEQUENCE, ber.tlv(ber.OID, name) + ber.tlv(tag, content))


def encode_varbinds(varbinds: list[Varbind]) -> bytes:
    """The varbind list with its own header."""
    return ber.tlv(ber.SEQUENCE, b"".join([varbind(*each) for each in varbinds]))


def encode_pdu(pdu: Pdu) -> bytes:
    """The PDU from its tag on, as version 1, 2c and the scoped PDU of version 3 hold it."""
    body = (
        ber.integer(pdu.request_id)
        + ber.integer(pdu.error_status)
        + ber.integer(pdu.error_index)
        + encode_varbinds(pdu.varbinds)
    )
    return ber.tlv(pdu.kind, body)


def encode_message(version: int, community: bytes, pdu: Pdu) -> bytes:
    """A whole v1 (0) or v2c (1) datagram."""
    body = ber.integer(version) + ber.octets(community) + encode_pdu(pdu)
    return ber.tlv(ber.SEQUENCE, body)


def parse_varbinds(data: bytes, pos: int, end: int) -> list[Varbind]:
    """The varbinds between two offsets: the inner loop of everything that reads SNMP.

    Written out instead of calling `ber.header`, which would triple its cost, and first for short
    lengths, which nearly all have. What reaches past the end shows when the loop is over.
    """
    found: list[Varbind] = []
    add = found.append
    try:
        while pos < end:
            whole = data[pos + 1]
            size = data[pos + 3]
            at = pos + 4 + size
            value_size = data[at + 1]
            stop = pos + 2 + whole
            if (
                whole | size | value_size < 128
                and data[pos] == 0x30
                and data[pos + 2] == 6
                and at + 2 + value_size == stop
            ):
                add((data[pos + 4 : at], data[at], data[at + 2 : stop]))
                pos = stop
            else:
                varbind, pos = _parse_long(data, pos, end)
                add(varbind)
    except IndexError:
        # A long form near the end may look beyond it, where the quick way reads its sizes.
        while pos < end:
            varbind, pos = _parse_long(data, pos, end)
            add(varbind)
    if pos != end:
        raise Malformed("the last varbind is longer than the list")
    return found


def _parse_long(data: bytes, pos: int, end: int) -> tuple[Varbind, int]:
    """A varbind with lengths of any form, and where it ends."""
    pos, stop = ber.expect(data, pos, end, ber.SEQUENCE)
    start, pos = ber.expect(data, pos, stop, ber.OID)
    name = data[start:pos]
    tag, start, pos = ber.header(data, pos, stop)
    if pos != stop:
        raise Malformed("a varbind is longer than its parts")
    return (name, tag, data[start:stop]), stop


_NO_ERROR_AT_ALL = b"\x02\x01\x00\x02\x01\x00"
_QUICK_ANSWER = b"\x02\x04%b" + _NO_ERROR_AT_ALL


def _inside(data: bytes, pos: int, end: int, tag: int) -> int:
    """Where the content of a TLV begins that has to carry `tag` and to fill `pos`–`end`."""
    n = data[pos + 1]
    start = pos + 2
    if n > 127:
        k = n & 127
        n = int.from_bytes(data[start : start + k], "big")
        start += k
        if not 0 < k < 5:
            raise Malformed("bad length")
    if data[pos] != tag or start + n != end:
        raise Malformed("not what belongs there, or not as long")
    return start


def parse_pdu(data: bytes, pos: int, end: int) -> tuple[int, int, int, int, list[Varbind]]:
    """Kind, request id, error status, error index and varbinds of the PDU filling `pos`–`end`."""
    if pos >= end:
        raise Malformed("no PDU")
    kind = data[pos]
    try:
        pos = _inside(data, pos, end, kind)
        request_id, pos = ber.read_integer(data, pos, end)
        if data.startswith(_NO_ERROR_AT_ALL, pos):
            error_status = error_index = 0
            pos += 6
        else:
            error_status, pos = ber.read_integer(data, pos, end)
            error_index, pos = ber.read_integer(data, pos, end)
        pos = _inside(data, pos, end, ber.SEQUENCE)
    except IndexError:
        raise Malformed("cut short") from None
    return kind, request_id, error_status, error_index, parse_varbinds(data, pos, end)


def decode_pdu(data: bytes) -> Pdu:
    """A PDU that has to fill `data` exactly."""
    return _pdu(data, 0, len(data))


def _pdu(data: bytes, pos: int, end: int) -> Pdu:
    kind, request_id, status, index, varbinds = parse_pdu(data, pos, end)
    if kind not in _PDU_KINDS:
        raise Malformed(f"no PDU has the tag {kind:#04x}")
    return Pdu(kind, request_id, status, index, varbinds)


def open_envelope(data: bytes) -> tuple[int, bytes, int]:
    """Version, community and where the PDU begins; for version 3, whose messages are put together
    differently, no community and where its header begins.
    """
    end = len(data)
    try:
        pos = _inside(data, 0, end, ber.SEQUENCE)
        version = data[pos + 2]
        if data[pos] != ber.INTEGER or data[pos + 1] != 1:
            raise Malformed("no SNMP message")
        if version == V3:
            return V3, b"", pos + 3
        start = pos + 5
        stop = start + data[pos + 4]
        if data[pos + 3] != ber.OCTETS or stop - start > 127 or stop > end:
            start, stop = ber.expect(data, pos + 3, end, ber.OCTETS)
    except IndexError:
        raise Malformed("cut short") from None
    if version > V2C:
        raise Malformed("no version of SNMP we know")
    return version, data[start:stop], stop


def version_of(data: bytes) -> int:
    """0, 1 or 3: who should decode this datagram; `Malformed` when it is no SNMP at all."""
    try:
        n = data[1]
        pos = 2 if n < 128 else 2 + (n & 127)
        version = data[pos + 2]
        if data[0] != ber.SEQUENCE or data[pos] != ber.INTEGER or data[pos + 1] != 1:
            raise Malformed("no SNMP message")
    except IndexError:
        raise Malformed("cut short") from None
    if version not in (V1, V2C, V3):
        raise Malformed("no version of SNMP we know")
    return version


def encode_request(
    kind: int, request_id: int, first: int, second: int, names: Sequence[bytes]
) -> bytes:
    """A GET, GETNEXT or GETBULK for `names`; for GETBULK `first` are its non-repeaters, `second`
    its max-repetitions, else both are 0.
    """
    return encode_question(kind, request_id, first, second, encode_names(names))


def encode_names(names: Sequence[bytes]) -> bytes:
    """The list of varbinds of a request, with its own header."""
    asked = []
    for name in names:
        n = len(name)
        if n < 124:
            asked.append(b"\x30%c\x06%c%b\x05\x00" % (n + 4, n, name))
        else:
            asked.append(varbind(name, ber.NULL, b""))
    return ber.tlv(ber.SEQUENCE, b"".join(asked))


@lru_cache(maxsize=1024)
def _pieces(columns: tuple[bytes, ...], size: int) -> tuple[bytes, ...]:
    """What stands around the index, whose octets are `size`, in a request for a row of `columns`;
    none where lengths get long.
    """
    if max(map(len, columns)) + size > 123:
        return ()
    heads = [b"\x30%c\x06%c%b" % (len(each) + size + 4, len(each) + size, each) for each in columns]
    whole = sum(map(len, heads)) + (size + 2) * len(heads)
    first, *others = heads
    start = b"\x30" + ber.length(whole)
    return (start + first, *[b"\x05\x00" + each for each in others], b"\x05\x00")


def encode_row(columns: tuple[bytes, ...], index: bytes) -> bytes:
    """`encode_names` of every column with the same index: what polls ask again and again."""
    pieces = _pieces(columns, len(index))
    return index.join(pieces) if pieces else encode_names([each + index for each in columns])


def encode_question(kind: int, request_id: int, first: int, second: int, asked: bytes) -> bytes:
    """A request around what `encode_names` made. This runs for every question we ask."""
    if 0x800000 <= request_id <= 0x7FFFFFFF and 0 <= first < 128 and 0 <= second < 128:
        before, after = _frame(b"", kind, first, second, len(asked))
        return before + request_id.to_bytes(4, "big") + after + asked
    numbers = ber.integer(request_id) + ber.integer(first) + ber.integer(second)
    return ber.tlv(kind, numbers + asked)


def encode_open_question(
    head: bytes, kind: int, request_id: int, first: int, second: int, asked: bytes
) -> bytes:
    """The same as a whole message that begins with `head`: its encoded version and community."""
    if 0x800000 <= request_id <= 0x7FFFFFFF and 0 <= first < 128 and 0 <= second < 128:
        before, after = _frame(head, kind, first, second, len(asked))
        return before + request_id.to_bytes(4, "big") + after + asked
    pdu = encode_question(kind, request_id, first, second, asked)
    return ber.tlv(ber.SEQUENCE, head + pdu)


@lru_cache(maxsize=4096)
def _frame(head: bytes, kind: int, first: int, second: int, size: int) -> tuple[bytes, bytes]:
    """What stands before and behind the four octets of the request id, when `size` octets of
    names follow: of the message that begins with `head`, or of the PDU alone.
    """
    after = b"\x02\x01%c\x02\x01%c" % (first, second)
    whole = 6 + len(after) + size
    before = head + b"%c%b\x02\x04" % (kind, ber.length(whole))
    if head:
        before = b"\x30" + ber.length(len(before) - 2 + whole) + before
    return before, after


def open_answer(data: bytes, head: bytes, request_id: int) -> tuple[int, int, int]:
    """`open_message` and `open_response` in one: error status, error index and where the
    varbinds begin in the answer to a message that began with `head` (version and community).

    An answer that repeats the head and tells of no error, as nearly all do, costs half.
    """
    end = len(data)
    try:
        pos = _inside(data, 0, end, ber.SEQUENCE)
        if data.startswith(head, pos):
            pos += len(head)
            start = _inside(data, pos, end, RESPONSE)
            plain = _QUICK_ANSWER % request_id.to_bytes(4, "big", signed=True)
            if data.startswith(plain, start):
                return 0, 0, _inside(data, start + 12, end, ber.SEQUENCE)
            return open_response(data, pos, end, request_id)
    except IndexError:
        raise Malformed("cut short") from None
    return open_response(data, open_message(data, head[2]), end, request_id)


def open_response(data: bytes, pos: int, end: int, request_id: int) -> tuple[int, int, int]:
    """Error status, error index and where the varbinds begin (they end at `end`) of the Response
    that fills `pos`–`end` and has to answer `request_id`.
    """
    try:
        start = _inside(data, pos, end, RESPONSE)
        answered, pos = ber.read_integer(data, start, end)
        if answered != request_id:
            raise Malformed("not the answer to our question")
        if data.startswith(_NO_ERROR_AT_ALL, pos):
            return 0, 0, _inside(data, pos + 6, end, ber.SEQUENCE)
        status, pos = ber.read_integer(data, pos, end)
        index, pos = ber.read_integer(data, pos, end)
        return status, index, _inside(data, pos, end, ber.SEQUENCE)
    except IndexError:
        raise Malformed("cut short") from None


def parse_one(data: bytes, pos: int, end: int) -> tuple[Varbind, int]:
    """The varbind at `pos` and the offset after it."""
    _, stop = ber.expect(data, pos, end, ber.SEQUENCE)
    return parse_varbinds(data, pos, stop)[0], stop


def peek(data: bytes) -> int:
    """The request id (v1, v2c) or message id (v3) an answer claims: whom to hand it to.

    Quick and trusting: whoever takes the datagram decodes it strictly.
    """
    try:
        n = data[1]
        pos = 2 if n < 128 else 2 + (n & 127)
        version = data[pos + 2]
        if data[0] != 0x30 or data[pos] != 2 or data[pos + 1] != 1:
            raise Malformed("no SNMP message")
        pos += 3
        if version != V3:
            if data[pos] != 4 or data[pos + 1] > 127:
                raise Malformed("no community")
            pos += 2 + data[pos + 1]
        n = data[pos + 1]  # of the header data or the PDU: step inside
        pos += 2 if n < 128 else 2 + (n & 127)
        n = data[pos + 1]
        if data[pos] != 2 or not 0 < n < 5:
            raise Malformed("no id")
        return int.from_bytes(data[pos + 2 : pos + 2 + n], "big", signed=True)
    except IndexError:
        raise Malformed("cut short") from None


def open_message(data: bytes, version: int) -> int:
    """Where the PDU of an answer begins that has to be of `version` 0 or 1; it ends with `data`."""
    end = len(data)
    try:
        pos = _inside(data, 0, end, ber.SEQUENCE)
        if not data.startswith(_VERSIONS[version], pos):
            raise Malformed("answered in another version")
    except IndexError:
        raise Malformed("cut short") from None
    return ber.expect(data, pos + 3, end, ber.OCTETS)[1]


_VERSIONS = (b"\x02\x01\x00", b"\x02\x01\x01")


def kind_of(data: bytes) -> int:
    """The PDU tag of a v1 or v2c message, without decoding the rest."""
    version, _, pos = open_envelope(data)
    if version == V3:
        raise Malformed("version 3 may hide its PDU")
    return ber.header(data, pos, len(data))[0]


def decode_message(data: bytes) -> Message:
    """A v1 or v2c message with any PDU but the v1 trap (see `decode_trap_v1`)."""
    version, community, pos = open_envelope(data)
    if version == V3:
        raise Malformed("neither version 1 nor 2c")
    return Message(version, community, _pdu(data, pos, len(data)))


def encode_trap_v1(community: bytes, trap: TrapV1) -> bytes:
    """A whole v1 trap datagram."""
    body = (
        ber.tlv(ber.OID, trap.enterprise)
        + ber.tlv(ber.IP, IPv4Address(trap.agent_address).packed)
        + ber.integer(trap.generic)
        + ber.integer(trap.specific)
        + ber.unsigned(ber.TIMETICKS, trap.uptime)
        + encode_varbinds(trap.varbinds)
    )
    return ber.tlv(ber.SEQUENCE, ber.integer(V1) + ber.octets(community) + ber.tlv(TRAP_V1, body))


def decode_trap_v1(data: bytes) -> tuple[bytes, TrapV1]:
    """Community and trap of a v1 trap datagram."""
    version, community, pos = open_envelope(data)
    end = len(data)
    pos, stop = ber.expect(data, pos, end, TRAP_V1)
    if version != V1 or stop != end:
        raise Malformed("not a version 1 trap")
    start, pos = ber.expect(data, pos, end, ber.OID)
    enterprise = data[start:pos]
    start, pos = ber.expect(data, pos, end, ber.IP)
    address = value(ber.IP, data[start:pos])
    generic, pos = ber.read_integer(data, pos, end)
    specific, pos = ber.read_integer(data, pos, end, size=5)
    start, pos = ber.expect(data, pos, end, ber.TIMETICKS)
    uptime = value(ber.TIMETICKS, data[start:pos])
    start, stop = ber.expect(data, pos, end, ber.SEQUENCE)
    if stop != end:
        raise Malformed("something follows the varbinds")
    if not 0 <= generic <= 6 or not 0 <= specific <= oid.MAX_ARC:
        raise Malformed("no such trap number")
    oid.parts(enterprise)
    varbinds = parse_varbinds(data, start, stop)
    assert isinstance(address, str) and isinstance(uptime, int)
    return community, TrapV1(enterprise, address, generic, specific, uptime, varbinds)


def _unsigned32(content: bytes) -> int:
    """Some agents omit the leading zero: the types are unsigned, so is every reading of them."""
    n = int.from_bytes(content, "big")
    if not 0 < len(content) < 6 or n > 0xFFFFFFFF:
        raise Malformed("a counter of an impossible size")
    return n


def _unsigned64(content: bytes) -> int:
    n = int.from_bytes(content, "big")
    if not 0 < len(content) < 10 or n >> 64:
        raise Malformed("a counter of an impossible size")
    return n


def _integer(content: bytes) -> int:
    if not 0 < len(content) < 9:
        raise Malformed("integer of an impossible size")
    return int.from_bytes(content, "big", signed=True)


def _octets(content: bytes) -> bytes:
    return content


def _ip_address(content: bytes) -> str:
    if len(content) != 4:
        raise Malformed("an IpAddress has four octets")
    return ".".join(map(str, content))


def _nothing(content: bytes) -> None:
    return None


READERS: dict[int, Callable[[bytes], Value]] = {
    ber.INTEGER: _integer,
    ber.COUNTER32: _unsigned32,
    ber.GAUGE32: _unsigned32,
    ber.TIMETICKS: _unsigned32,
    ber.UINTEGER32: _unsigned32,
    ber.COUNTER64: _unsigned64,
    ber.OCTETS: _octets,
    ber.OPAQUE: _octets,
    ber.BIT_STRING: _octets,
    ber.NSAP: _octets,
    ber.OID: oid.decode,
    ber.IP: _ip_address,
    ber.NULL: _nothing,
    **dict.fromkeys(EXCEPTIONS, _nothing),
}
"""How to read the content of each tag; any other tag is none of SNMP's."""


def value(tag: int, content: bytes) -> Value:
    """The Python value: numbers as int, octets as bytes, OID and IpAddress as text, else None."""
    reader = READERS.get(tag)
    if reader is None:
        raise Malformed(f"no value has the tag {tag:#04x}")
    return reader(content)


def encode_value(tag: int, v: Value) -> bytes:
    """Content bytes of a Python value (the inverse of `value`); ValueError when it cannot be."""
    if tag == ber.NULL or tag in EXCEPTIONS:
        return b""
    if tag == ber.INTEGER and isinstance(v, int):
        return ber.integer_content(v)
    if tag in (ber.COUNTER32, ber.GAUGE32, ber.TIMETICKS, ber.COUNTER64, ber.UINTEGER32):
        if isinstance(v, int) and 0 <= v < 1 << (64 if tag == ber.COUNTER64 else 32):
            return ber.integer_content(v)
    elif tag == ber.OID and isinstance(v, str):
        return oid.encode(v)
    elif tag == ber.IP and isinstance(v, str):
        return IPv4Address(v).packed
    elif isinstance(v, bytes):
        return v
    elif tag == ber.OCTETS and isinstance(v, str):
        return v.encode()
    raise ValueError(f"a {type(v).__name__} cannot be sent with the tag {tag:#04x}")
