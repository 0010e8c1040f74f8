"""65,536 lines as one piece: texts in compressed parts, columns, and where each word stands.

The index of a chunk is its words in order of their bytes, cut into blocks of a few kilobytes.
A block is its words, and for each the numbers (0 … 65,535) of the lines that have it: as 16-bit
numbers in order, or from 4,096 lines on as a bitmap, which takes 8 KiB however common the word.
"""

from __future__ import annotations

import re
import struct
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from noc_console.db.lines.values import Line
from noc_console.db.lines.words import Term
from noc_console.db.samples.envelope import Damaged, seal, unseal

SIZE = 65_536
"""Lines of a chunk: as many as 16 bits can number."""
PART = 128
"""Lines of a part: what is read to show one of them."""
BITMAP = SIZE // 8
_BLOCK = 4_096
_DENSE = BITMAP // 2
_FIELD, _ROW = "\x1f", "\n"

Places = npt.NDArray[np.uint16]
_HEAD = struct.Struct("<IH")


@dataclass(frozen=True, slots=True)
class Chunk:
    """A chunk as it is written."""

    first: int
    count: int
    oldest: int
    newest: int
    tenants: str
    columns: bytes
    parts: tuple[bytes, ...]
    index: tuple[tuple[bytes, bytes], ...]
    """The first word of each block, and the block."""

    @property
    def size(self) -> int:
        """Bytes, as it is stored."""
        index = sum(len(first) + len(block) for first, block in self.index)
        return len(self.columns) + sum(map(len, self.parts)) + index


@dataclass(frozen=True, slots=True)
class Columns:
    """Time (UTC epoch ms), severity and device of each line of a chunk."""

    at: npt.NDArray[np.int64]
    severity: npt.NDArray[np.uint8]
    device: npt.NDArray[np.int64]


def build(lines: Sequence[Line], words: Sequence[str]) -> Chunk:
    """A chunk of lines whose ids follow one another; `words` are those of each, with blanks."""
    if not 0 < len(lines) <= SIZE:
        raise ValueError(f"a chunk holds 1…{SIZE} lines")
    ats = np.array([line.at for line in lines], np.int64)
    return Chunk(
        first=lines[0].id,
        count=len(lines),
        oldest=int(ats.min()),
        newest=int(ats.max()),
        tenants=_FIELD.join(sorted({line.tenant for line in lines})),
        columns=_columns(lines, ats),
        parts=tuple(_parts(lines)),
        index=tuple(_blocks(_places(words))),
    )


def _columns(lines: Sequence[Line], ats: npt.NDArray[np.int64]) -> bytes:
    severities = np.array([line.severity for line in lines], np.uint8)
    devices = np.array([line.device for line in lines], np.int64)
    oldest = ats.min()
    return seal(
        struct.pack("<qI", int(oldest), len(lines))
        + np.diff(ats, prepend=oldest).astype("<i8").tobytes()
        + severities.tobytes()
        + devices.astype("<i8").tobytes()
    )


def columns_of(sealed: bytes) -> Columns:
    """The columns again. Raises Damaged."""
    data = unseal(sealed)
    oldest, count = struct.unpack_from("<qI", data)
    if len(data) != 12 + 17 * count:
        raise Damaged("the columns of a chunk of lines have the wrong length")
    steps = np.frombuffer(data, "<i8", count, 12)
    return Columns(
        at=oldest + np.cumsum(steps),
        severity=np.frombuffer(data, np.uint8, count, 12 + 8 * count),
        device=np.frombuffer(data, "<i8", count, 12 + 9 * count),
    )


def _parts(lines: Sequence[Line]) -> Iterator[bytes]:
    for at in range(0, len(lines), PART):
        rows = _ROW.join(_packed(line) for line in lines[at : at + PART])
        yield seal(rows.encode("utf-8", "replace"))


def _packed(line: Line) -> str:
    fields = (
        str(line.at),
        line.tenant,
        str(line.device),
        line.source,
        line.kind,
        str(line.severity),
        str(line.facility),
        str(line.count),
        line.text,
        *line.more,
    )
    return _FIELD.join(each.replace(_ROW, " ").replace(_FIELD, " ") for each in fields)


def lines_of(sealed: bytes, places: Sequence[int], *, first: int) -> list[Line]:
    """Lines of one part by their place in it; `first` is the id of the part's first line."""
    rows = unseal(sealed).decode("utf-8").split(_ROW)
    return [_unpacked(rows[place], first + place) for place in places]


def _unpacked(row: str, number: int) -> Line:
    fields = row.split(_FIELD)
    try:
        at, tenant, device, source, kind, severity, facility, count, text, *more = fields
        return Line(
            int(at),
            tenant,
            int(device),
            source,
            kind,
            int(severity),
            int(facility),
            text,
            int(count),
            tuple(more),
            number,
        )
    except ValueError as error:
        raise Damaged("a stored line has too few fields") from error


def _places(words: Sequence[str]) -> list[tuple[bytes, list[int]]]:
    """Each word in order of its bytes, and the lines that have it."""
    found: defaultdict[str, list[int]] = defaultdict(list)
    for place, text in enumerate(words):
        for word in text.split():
            found[word].append(place)
    return sorted((word.encode("utf-8", "replace"), places) for word, places in found.items())


def _blocks(words: Sequence[tuple[bytes, list[int]]]) -> Iterator[tuple[bytes, bytes]]:
    names: list[bytes] = []
    lists: list[bytes] = []
    size = 0
    for name, places in words:
        stored = _stored(places)
        if names and size + len(name) + len(stored) > _BLOCK:
            yield names[0], _block(names, lists)
            names, lists, size = [], [], 0
        names.append(name)
        lists.append(stored)
        size += len(name) + len(stored) + 5
    if names:
        yield names[0], _block(names, lists)


def _stored(places: list[int]) -> bytes:
    if len(places) < _DENSE:
        return np.array(places, "<u2").tobytes()
    bits = np.zeros(SIZE, np.bool_)
    bits[places] = True
    return np.packbits(bits).tobytes()


def _block(names: Sequence[bytes], lists: Sequence[bytes]) -> bytes:
    told = b"\0" + b"\0".join(names) + b"\0"
    ends = np.cumsum([0, *map(len, lists)], dtype="<u4").tobytes()
    return seal(
        _HEAD.pack(len(told), len(names)) + told + ends + b"".join(lists),
        level=1 if len(names) > 1 else 0,
    )


class Block:
    """A block of the index, opened."""

    def __init__(self, sealed: bytes) -> None:
        data = unseal(sealed)
        length, count = _HEAD.unpack_from(data)
        start = _HEAD.size + length
        if len(data) < start + 4 * (count + 1):
            raise Damaged("a block of words is cut short")
        self._names = data[_HEAD.size : start]
        self._ends = np.frombuffer(data, "<u4", count + 1, start)
        self._lists = memoryview(data)[start + 4 * (count + 1) :]

    def exact(self, word: bytes) -> Places | npt.NDArray[np.bool_] | None:
        """Where the word stands; None when it is not in this block."""
        found = self._names.find(b"\0" + word + b"\0")
        return None if found < 0 else self._list(self._names.count(b"\0", 0, found))

    def like(self, pattern: re.Pattern[bytes]) -> Iterator[Places | npt.NDArray[np.bool_]]:
        """Where each word that fits stands; see `pattern_of`."""
        for match in pattern.finditer(self._names):
            yield self._list(self._names.count(b"\0", 0, match.start()))

    def _list(self, at: int) -> Places | npt.NDArray[np.bool_]:
        stored = self._lists[int(self._ends[at]) : int(self._ends[at + 1])]
        if len(stored) == BITMAP:
            return np.unpackbits(np.frombuffer(stored, np.uint8)).view(np.bool_)
        return np.frombuffer(stored, "<u2")


def pattern_of(term: Term) -> re.Pattern[bytes]:
    """Finds the term's words among the names of a block."""
    word = re.escape(term.word.encode("utf-8", "replace"))
    marks = b"" if term.goes_on == "*" else b"[" + re.escape(term.goes_on.encode()) + b"]"
    return re.compile(rb"\x00" + word + rb"(?:" + marks + rb"[^\x00]*)?(?=\x00)")
