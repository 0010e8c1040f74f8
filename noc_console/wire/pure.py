"""The hot half of the decoder in Python: what `wire.decoder` uses where no compiled one is.

The regular expression engine is the fastest parser Python has: with an alternative per length it
checks every tag and length itself, in a third of the time of a loop. What has no plain shape is
left to `wire.snmp`, which reads everything that is legal.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice, takewhile
from operator import lt

from noc_console.wire import ber, oid
from noc_console.wire.ber import Malformed
from noc_console.wire.snmp import (
    EXCEPTIONS,
    INFORM,
    NUMBERS,
    READERS,
    SNMP_TRAP_OID_0,
    SYS_UPTIME_0,
    TRAP_V2,
    Value,
    parse_one,
    parse_pdu,
    value,
)

Rows = tuple[list[bytes], list[int], int]
Walked = tuple[list[tuple[str, Value]], bytes, int, int]
Notification = tuple[int, int, int, str, tuple[tuple[str, Value], ...]]

MAX_INDEX = 40
MAX_NAME = 110
"""Octets of an index, and of a whole name, in a row of the plain shape."""
MAX_TEXTS = 65_536
"""Names remembered as text."""


# ── rows of numbers ──


def rows(columns: tuple[bytes, ...], data: bytes, pos: int, end: int) -> Rows:
    """Leading rows of the plain shape: the same index in every column and greater than that of
    the row before, short lengths, numbers as long as their type allows.

    The indexes, the numbers row after row in one flat list, and where the first other thing
    begins (unchecked from there on).
    """
    indexes: list[bytes] = []
    numbers: list[int] = []
    first, widest = columns[0], len(max(columns, key=len))
    began = -1
    while began < pos < end - 4:
        began = pos
        size = data[pos + 3] - len(first)
        if not 0 < size <= MAX_INDEX or widest + size > MAX_NAME:
            break
        for is_signed in (False, True):
            match = _row_pattern(columns, size, is_signed).match
            cells: list[bytes] = []
            while (row := match(data, pos, end)) is not None:
                index, *values = row.groups()
                if indexes and not _is_after(index, indexes[-1], first):
                    numbers += _numbers(cells, is_signed)
                    return indexes, numbers, pos
                indexes.append(index)
                cells += values
                pos = row.end()
            numbers += _numbers(cells, is_signed)
    return indexes, numbers, pos


def _is_after(index: bytes, other: bytes, column: bytes) -> bool:
    if index.isascii() and other.isascii() and column.isascii():
        return index > other
    return oid.is_after(column + index, column + other)


def _numbers(cells: list[bytes], is_signed: bool) -> list[int]:
    """What the values hold: tag, length, content."""
    number = int.from_bytes
    if is_signed:
        return [number(cell[2:], signed=cell[0] == ber.INTEGER) for cell in cells]
    return [number(cell[2:]) for cell in cells]


@lru_cache(maxsize=1024)
def _row_pattern(columns: tuple[bytes, ...], size: int, is_signed: bool) -> re.Pattern[bytes]:
    """Matches a whole row whose index has `size` octets, with or without negative numbers. Group 1
    is the index, which every varbind repeats; each further group is the TLV of a value.

    Looking ahead, the length of a varbind and that of its value have to agree.
    """
    first = columns[0]
    name = re.escape(bytes((ber.OID, len(first) + size)) + first)
    text = rb"(?=\x30.%b(.{%d}[\x00-\x7f]))" % (name, size - 1)
    values = b"|".join(_values(is_signed))
    for column in columns:
        whole = len(column) + size
        lengths = b"|".join(
            b"%b.{%d}%b" % (_byte(whole + 4 + n), whole + 3, _byte(n)) for n in range(1, 10)
        )
        name = re.escape(bytes((ber.OID, whole)) + column)
        text += rb"\x30(?=%b).%b\1(%b)" % (lengths, name, values)
    return re.compile(text, re.DOTALL)


def _byte(n: int) -> bytes:
    return re.escape(bytes((n,)))


def _values(is_signed: bool) -> Iterator[bytes]:
    """Numbers by tag, length and content; five and nine octets need their leading zero."""
    short = b"|".join(rb"\x%02x.{%d}" % (n, n) for n in range(1, 5))
    yield rb"[\x41-\x43\x47](?:%b|\x05\x00.{4})" % short
    long = b"|".join(rb"\x%02x.{%d}" % (n, n) for n in range(8, 4, -1))
    yield rb"\x46(?:%b|%b|\x09\x00.{8})" % (long, short)
    if is_signed:
        yield rb"\x02(?:%b)" % short
    else:
        yield rb"\x02(?:%b)" % b"|".join(
            rb"\x%02x[\x00-\x7f].{%d}" % (n, n - 1) for n in range(1, 5)
        )


# ── walks ──


def walked(root: bytes, after: bytes, data: bytes, pos: int, end: int) -> Walked:
    """Leading varbinds that lie below `root` and ascend from `after` on, as text and Python
    values, as far as they can be read.

    Also the name of the last of them (`after` when there is none), where the first other thing
    begins (unchecked from there on), and how many were left out because they mean nothing.
    """
    found: list[tuple[str, Value]] = []
    bad = 0
    while pos < end:
        cells = _alike(root, after, data, pos, end)
        if not cells:
            break
        after = cells[-1][0]
        pos += sum([len(cell) + 1 for _, _, cell in cells])
        bad += _read(cells, len(after) + 5, found)
    while pos < end:
        (name, octet, content), stop = parse_one(data, pos, end)
        if octet in EXCEPTIONS or not name.startswith(root) or len(name) == len(root):
            break
        if not oid.is_after(name, after):
            break
        after, pos = name, stop
        try:
            found.append((_TEXTS[name], value(octet, content)))
        except Malformed:
            bad += 1
    return found, after, pos, bad


_Cells = list[tuple[bytes, bytes, bytes]]


def _alike(root: bytes, after: bytes, data: bytes, pos: int, end: int) -> _Cells:
    """Leading varbinds of the plain shape whose names are as long as the first's, below `root`
    and ascending: name, tag (one octet), and the varbind from its length on. None when unsure.
    """
    if pos + 4 > end or not 0 < data[pos + 3] <= MAX_NAME:
        return []
    pattern = _varbind_pattern(data[pos + 3])
    cells: _Cells = pattern.findall(data, pos, end)
    if sum([len(cell) + 1 for _, _, cell in cells]) != end - pos:
        cells = _leading(pattern, data, pos, end)
    if cells and not cells[-1][0].startswith(root):
        cells = list(takewhile(lambda cell: cell[0].startswith(root), cells))
    names, tags, _ = zip(*cells, strict=True) if cells else ((), (), ())
    return cells if _ENDS.isdisjoint(tags) and _ascend(after, names) else []


def _leading(pattern: re.Pattern[bytes], data: bytes, pos: int, end: int) -> _Cells:
    """Those that follow each other from `pos` on."""
    cells: _Cells = []
    while (found := pattern.match(data, pos, end)) is not None:
        cells.append((found[1], found[2], found[3]))
        pos = found.end()
    return cells


def _ascend(after: bytes, names: tuple[bytes, ...]) -> bool:
    """Whether the names stand in walk order, when their bytes tell: they do as long as no arc
    needs three octets (then 81 80 00 comes after FF 7F), or has a superfluous one.
    """
    if not names or names[0] <= after or not all(map(lt, names, islice(names, 1, None))):
        return False
    if b"".join(names).isascii() and after.isascii():
        return True
    # Between octets above 127, so that a name cut short shows.
    return not _UNEVEN.search(b"\xff".join((after, *names, b"")))


def _read(cells: _Cells, skip: int, found: list[tuple[str, Value]]) -> int:
    """Add what the varbinds hold; returns how many mean nothing."""
    bad = 0
    add, texts, number = found.append, _TEXTS, int.from_bytes
    for name, tag, cell in cells:
        try:
            if tag == b"\x04":
                add((texts[name], cell[skip:]))
            elif tag in _UNSIGNED and skip < len(cell) < skip + 5:
                add((texts[name], number(cell[skip:])))
            else:
                add((texts[name], _VALUES[tag](cell[skip:])))
        except (Malformed, KeyError):
            bad += 1
    return bad


_UNEVEN = re.compile(rb"[\x80-\xff]{2}|\x80")
_UNSIGNED = frozenset(bytes((tag,)) for tag in NUMBERS - {ber.INTEGER})
_ENDS = frozenset(bytes((tag,)) for tag in EXCEPTIONS)
_VALUES = {bytes((tag,)): read for tag, read in READERS.items()}


class _Texts(dict[bytes, str]):
    """Names as text, remembered: a network asks for the same ones again and again."""

    def __missing__(self, name: bytes) -> str:
        if len(self) >= MAX_TEXTS:
            self.clear()
        text = self[name] = ".".join(map(str, oid.parts(name)))
        return text


_TEXTS = _Texts()


@lru_cache(maxsize=MAX_NAME)
def _varbind_pattern(size: int) -> re.Pattern[bytes]:
    """Matches a varbind with short lengths whose name has `size` octets."""
    name = re.escape(bytes((ber.OID, size)))
    shapes = b"|".join(
        b"%b.{%d}%b.{%d}" % (re.escape(bytes((size + 4 + n,))), size + 3, re.escape(bytes((n,))), n)
        for n in range(128 - 4 - size)
    )
    return re.compile(rb"(?=\x30.%b(.{%d})(.))\x30(%b)" % (name, size, shapes), re.DOTALL)


# ── notifications ──


def notification(data: bytes, pos: int, end: int) -> Notification:
    """The PDU of a v2 trap or inform that fills `pos`–`end`: kind, request id, uptime, name, and
    the other varbinds as text and Python values (a value that means nothing as its octets).

    RFC 3416 §4.2.6 puts sysUpTime and snmpTrapOID first; `Malformed` where they are not.
    """
    kind, request_id, _, _, varbinds = parse_pdu(data, pos, end)
    if kind != TRAP_V2 and kind != INFORM:
        raise Malformed("no notification")
    if len(varbinds) < 2 or varbinds[1][0] != SNMP_TRAP_OID_0 or varbinds[1][1] != ber.OID:
        raise Malformed("a notification without a name")
    name, tag, content = varbinds[0]
    if name != SYS_UPTIME_0 or tag not in NUMBERS:
        raise Malformed("a notification without a time")
    uptime = value(tag, content)
    assert isinstance(uptime, int)
    trap_oid = _TEXTS[varbinds[1][2]]
    rest: list[tuple[str, Value]] = []
    for name, tag, content in islice(varbinds, 2, None):
        text = _TEXTS[name]
        try:
            rest.append((text, READERS[tag](content)))
        except (Malformed, KeyError):
            rest.append((text, content))
    return kind, request_id, uptime, trap_oid, tuple(rest)
