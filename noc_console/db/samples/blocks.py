"""Polls and hourly blocks as bytes, and back. Pure: arrays in, bytes out.

A *poll* is everything one device said at one moment: per kind the ids and a matrix of
int64, row by row. A *block* is one subject's hour: delta of delta for the time, delta
for the values, zigzag, then the bytes of all numbers sorted by their place value, so
that the many zero bytes stand together and zstd takes them for almost nothing.
"""

from __future__ import annotations

import struct
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from noc_console.db.samples.envelope import Damaged, seal, unseal
from noc_console.db.samples.kinds import MAX_COLUMNS, MISSING

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

VERSION = 1
POLL_LEVEL = -1
"""For an hour only: a quarter larger than level 1, and three times as fast to read."""
BLOCK_LEVEL = 3
MAX_ROWS = 1_000_000

_POLL = struct.Struct("<BB")
_SECTION = struct.Struct("<HHI")
_BLOCK = struct.Struct("<BHI")


@dataclass(frozen=True, slots=True)
class Section:
    """The rows of one kind in one poll."""

    code: int
    ids: Ints
    """Subject ids, [n]."""
    values: Ints
    """[n, columns]."""


@dataclass(frozen=True, slots=True)
class Block:
    """Samples of one subject, oldest first."""

    times: Ints
    """UTC epoch milliseconds, [n]."""
    values: Ints
    """[n, columns]."""


class Place(NamedTuple):
    """Where one section lies in an unsealed poll: row by row, 8 bytes a number."""

    code: int
    columns: int
    rows: int
    ids_at: int
    values_at: int


class Opened(NamedTuple):
    """A block that is unpacked but not yet unfolded."""

    columns: int
    n: int
    content: bytes


def pack_poll(sections: Sequence[Section]) -> bytes:
    """A poll as the store keeps it until the hour is over."""
    parts = [_POLL.pack(VERSION, len(sections))]
    for section in sections:
        count, columns = section.values.shape
        parts.append(_SECTION.pack(section.code, columns, count))
        parts.append(_bytes(section.ids))
        parts.append(_bytes(section.values))
    return seal(b"".join(parts), level=POLL_LEVEL)


def unpack_poll(sealed: bytes) -> tuple[Section, ...]:
    """What was packed. Raises Damaged."""
    content = unseal(sealed)
    return tuple(
        Section(
            place.code,
            np.frombuffer(content, "<i8", place.rows, place.ids_at),
            np.frombuffer(content, "<i8", place.rows * place.columns, place.values_at).reshape(
                place.rows, place.columns
            ),
        )
        for place in places(content)
    )


def places(content: bytes) -> list[Place]:
    """Where the sections of an unsealed poll lie. Raises Damaged."""
    found = []
    try:
        version, count = _POLL.unpack_from(content)
        _expect_version(version)
        at = _POLL.size
        for _ in range(count):
            code, columns, rows = _SECTION.unpack_from(content, at)
            ids_at = at + _SECTION.size
            values_at = ids_at + rows * 8
            at = values_at + rows * columns * 8
            found.append(Place(code, columns, rows, ids_at, values_at))
    except struct.error as error:
        raise Damaged("a stored poll is cut short") from error
    if at > len(content):
        raise Damaged("a stored poll is cut short")
    return found


def pack_block(block: Block) -> bytes:
    """One subject's samples as bytes."""
    return pack_blocks(block.times[None], block.values[None])[0]


def pack_blocks(times: Ints, values: Ints) -> list[bytes]:
    """Blocks of many subjects with equally many samples each: one pass for all.

    `times` is [subjects, n] and `values` [subjects, n, columns].
    """
    subjects, n, columns = values.shape
    table = np.empty((subjects, columns + 1, n), np.int64)
    table[:, 0] = times
    table[:, 1:] = values.transpose(0, 2, 1)
    steps = np.diff(table, axis=2)
    steps[:, 0, 1:] = np.diff(steps[:, 0], axis=1)
    zigzag = np.ascontiguousarray((steps << 1) ^ (steps >> 63), "<i8")
    octets = zigzag.view(np.uint8).reshape(subjects, columns + 1, max(n - 1, 0), 8)
    planes = np.ascontiguousarray(octets.transpose(0, 3, 1, 2)).reshape(subjects, -1)
    firsts = np.ascontiguousarray(table[:, :, 0], "<i8")
    head = _BLOCK.pack(VERSION, columns, n)
    return [
        seal(b"".join((head, firsts[at].tobytes(), planes[at].tobytes())), level=BLOCK_LEVEL)
        for at in range(subjects)
    ]


def unpack_block(sealed: bytes, *, pick: Sequence[int] | None = None) -> Block:
    """A block's samples, or only the columns `pick`ed. Raises Damaged.

    A picked column younger than the block is MISSING throughout.
    """
    return unfold([open_block(sealed)], pick=pick)[0]


def open_block(sealed: bytes) -> Opened:
    """A block unpacked and checked, its numbers still folded. Raises Damaged."""
    content = unseal(sealed)
    try:
        version, columns, n = _BLOCK.unpack_from(content)
    except struct.error as error:
        raise Damaged("a stored block is cut short") from error
    _expect_version(version)
    if not (0 < n <= MAX_ROWS and columns <= MAX_COLUMNS):
        raise Damaged("a stored block claims an impossible size")
    if len(content) != _BLOCK.size + (columns + 1) * n * 8:
        raise Damaged("a stored block is cut short")
    return Opened(columns, n, content)


def unfold(opened: Sequence[Opened], *, pick: Sequence[int] | None = None) -> list[Block]:
    """The samples of many blocks, those of one shape in one pass; in any order."""
    shapes: dict[tuple[int, int], list[bytes]] = defaultdict(list)
    for one in opened:
        shapes[one.columns, one.n].append(one.content)
    return [
        block
        for (columns, n), contents in shapes.items()
        for block in _unfold(contents, columns, n, pick)
    ]


def _unfold(
    contents: Sequence[bytes], columns: int, n: int, pick: Sequence[int] | None
) -> Iterator[Block]:
    whole = np.frombuffer(b"".join(contents), np.uint8).reshape(len(contents), -1)
    start, end = _BLOCK.size, _BLOCK.size + (columns + 1) * 8
    firsts = np.ascontiguousarray(whole[:, start:end]).view("<i8")
    planes = whole[:, end:].reshape(len(contents), 8, columns + 1, n - 1)
    if pick is not None:
        kept = [0, *(column + 1 for column in pick if column < columns)]
        firsts, planes = firsts[:, kept], planes[:, :, kept]
    table = np.empty((*firsts.shape, n), np.int64)
    table[:, :, 0] = firsts
    if n > 1:
        zigzag = np.ascontiguousarray(planes.transpose(0, 2, 3, 1)).view("<u8")[..., 0]
        steps = (zigzag >> np.uint64(1)).view(np.int64) ^ -(zigzag & np.uint64(1)).view(np.int64)
        steps[:, 0] = steps[:, 0].cumsum(axis=1)
        table[:, :, 1:] = steps
        table.cumsum(axis=2, out=table)
    for one in table:
        values = one[1:].T
        if pick is not None and values.shape[1] < len(pick):
            values = _with_missing(values, pick, columns)
        yield Block(one[0], values)


def _with_missing(values: Ints, pick: Sequence[int], columns: int) -> Ints:
    """Columns the block is too old for, in their places among those it has."""
    wide = np.full((len(values), len(pick)), MISSING, np.int64)
    wide[:, [to for to, column in enumerate(pick) if column < columns]] = values
    return wide


def widen(values: Ints, columns: int) -> Ints:
    """Older rows with fewer columns, filled up with MISSING; more columns are cut off."""
    have = values.shape[-1]
    if have >= columns:
        return values[..., :columns]
    wide = np.full((*values.shape[:-1], columns), MISSING, np.int64)
    wide[..., :have] = values
    return wide


def _bytes(array: Ints) -> bytes:
    return np.ascontiguousarray(array, "<i8").tobytes()


def _expect_version(version: int) -> None:
    if version != VERSION:
        raise Damaged(f"a stored row has layout {version}; this program knows {VERSION}")
