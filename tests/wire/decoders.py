"""What both decoders are tried on: answers as agents give them, and what becomes of them on a line
that breaks things.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

from noc_console.wire import ber, oid, snmp
from noc_console.wire.snmp import Varbind

IF = "1.3.6.1.2.1.2.2.1"
COLUMNS = tuple(oid.encode(each) for each in (f"{IF}.10", f"{IF}.7", "1.3.6.1.2.1.31.1.1.1.6"))
ROOT = oid.encode("1.3.6.1.2.1")
_NUMBERS = (ber.COUNTER32, ber.GAUGE32, ber.TIMETICKS, ber.COUNTER64, ber.INTEGER, ber.UINTEGER32)


def content_of(rng: random.Random, tag: int) -> bytes:
    """Something legal for a tag, of any length it may have."""
    if tag in _NUMBERS:
        bits = rng.choice((1, 7, 8, 16, 31, 32, 40, 63, 64))
        number = rng.getrandbits(bits if tag == ber.COUNTER64 else min(bits, 31))
        if tag == ber.INTEGER and rng.random() < 0.3:
            number = -number
        return ber.integer_content(number)
    if tag == ber.OID:
        return oid.from_parts([1, 3, 6, *(rng.getrandbits(rng.choice((3, 9, 32))) for _ in "abcd")])
    if tag == ber.IP:
        return rng.randbytes(4)
    if tag in (ber.NULL, *snmp.EXCEPTIONS):
        return b""
    return rng.randbytes(rng.choice((0, 1, 20, 140)))


def rows_of(rng: random.Random) -> list[Varbind]:
    """Rows of a table, sometimes with a hole or something that is no number."""
    first = rng.choice((1, 100, 126, 16_380, 500_000))
    found = []
    for row in range(first, first + rng.randint(1, 8)):
        index = oid.child(b"", *((row, 4) if first == 100 else (row,)))
        for column in COLUMNS:
            tag = rng.choice(_NUMBERS) if rng.random() < 0.99 else ber.OCTETS
            if rng.random() < 0.99:
                found.append((column + index, tag, content_of(rng, tag)))
    return found


def walk_of(rng: random.Random) -> list[Varbind]:
    """Some objects in order, of every type there is."""
    names = {
        oid.child(ROOT, *(rng.choice((1, 9, 127, 128, 16_384, 70_000)) for _ in range(size)))
        for size in rng.choices((3, 4, 4, 4), k=rng.randint(1, 20))
    }
    tags = [tag for tag in snmp.READERS if tag not in snmp.EXCEPTIONS]
    found = []
    for name in sorted(names, key=oid.sort_key):
        tag = rng.choice(tags) if rng.random() < 0.97 else ber.END_OF_MIB
        found.append((name, tag, content_of(rng, tag)))
    if rng.random() < 0.3:
        found.append((oid.encode("1.3.6.1.4.1.9.1"), ber.OCTETS, b"beyond"))
    return found


def trap_of(rng: random.Random) -> bytes:
    """The PDU of a trap or inform."""
    varbinds = [
        (snmp.SYS_UPTIME_0, ber.TIMETICKS, content_of(rng, ber.TIMETICKS)),
        (snmp.SNMP_TRAP_OID_0, ber.OID, oid.encode("1.3.6.1.6.3.1.1.5.3")),
        *walk_of(rng),
    ]
    kind = rng.choice((snmp.TRAP_V2, snmp.INFORM))
    return snmp.encode_pdu(snmp.Pdu(kind, rng.getrandbits(31), 0, 0, varbinds))


def contents(varbinds: list[Varbind]) -> bytes:
    """Varbinds without the header of their list."""
    return b"".join(snmp.varbind(*each) for each in varbinds)


def broken(rng: random.Random, data: bytes) -> bytes:
    """The same with one to three octets changed, cut out or doubled; sometimes whole."""
    found = bytearray(data)
    for _ in range(rng.choice((0, 1, 1, 2, 3))):
        if not found:
            break
        at = rng.randrange(len(found))
        kind = rng.random()
        if kind < 0.7:
            found[at] = rng.choice((rng.randrange(256), 0, 0x7F, 0x80, 0x81, 0x84, 0xFF, 2, 6, 48))
        elif kind < 0.85:
            del found[at : at + rng.randint(1, 4)]
        else:
            found[at:at] = found[at : at + rng.randint(1, 40)]
    return bytes(found)


def mutants(seed: int, count: int, make) -> Iterator[bytes]:
    """`count` packets: each made is broken in twenty ways."""
    rng = random.Random(seed)
    for _ in range(count // 20):
        good = make(rng)
        for _ in range(20):
            yield broken(rng, good)
