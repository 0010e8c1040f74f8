"""Polls and hourly blocks as bytes, and back. Pure: arrays in, bytes out.

A *poll* is everything one device said at one moment: per kind the ids and a matrix of
int64, row by row. A *block* is one subject's hour: delta of delta for the time, delta
for the values, zigzag, then the bytes of all numbers sorted by their place value, so
that the many zero bytes stand together and zstd takes them for almost nothing.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from noc_console.db.samples.envelope import Damaged, seal, unseal
from noc_console.db.samples.kinds import MAX_COLUMNS, MISSING

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

VERSION = 1
POLL_LEVEL = 1
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
    try:
        version, count = _POLL.unpack_from(content)
        _expect_version(version)
        at, sections = _POLL.size, []
        for _ in range(count):
            code, columns, rows = _SECTION.unpack_from(content, at)
            at += _SECTION.size
            ids = np.frombuffer(content, "<i8", rows, at)
            at += rows * 8
            values = np.frombuffer(content, "<i8", rows * columns, at)
            at += rows * columns * 8
            sections.append(Section(code, ids, values.reshape(rows, columns)))
    except (struct.error, ValueError) as error:
        raise Damaged("a stored poll is cut short") from error
    return tuple(sections)


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
    content = unseal(sealed)
    try:
        version, columns, n = _BLOCK.unpack_from(content)
        _expect_version(version)
        if not (0 < n <= MAX_ROWS and columns <= MAX_COLUMNS):
            raise Damaged("a stored block claims an impossible size")
        firsts = np.frombuffer(content, "<i8", columns + 1, _BLOCK.size)
        planes = np.frombuffer(content, np.uint8, -1, _BLOCK.size + firsts.nbytes)
        planes = planes.reshape(8, columns + 1, n - 1)
    except (struct.error, ValueError) as error:
        raise Damaged("a stored block is cut short") from error
    if pick is None:
        table = _unfold(firsts, planes)
        return Block(table[0], table[1:].T)
    present = [column for column in pick if column < columns]
    kept = [0, *(column + 1 for column in present)]
    table = _unfold(firsts[kept], planes[:, kept])
    if len(present) == len(pick):
        return Block(table[0], table[1:].T)
    values = np.full((n, len(pick)), MISSING, np.int64)
    for to, column in enumerate(pick):
        if column < columns:
            values[:, to] = table[1 + present.index(column)]
    return Block(table[0], values)


def widen(values: Ints, columns: int) -> Ints:
    """Older rows with fewer columns, filled up with MISSING; more columns are cut off."""
    have = values.shape[-1]
    if have >= columns:
        return values[..., :columns]
    wide = np.full((*values.shape[:-1], columns), MISSING, np.int64)
    wide[..., :have] = values
    return wide


def _unfold(firsts: Ints, planes: NDArray[np.uint8]) -> Ints:
    rows, n = len(firsts), planes.shape[2] + 1
    table = np.empty((rows, n), np.int64)
    table[:, 0] = firsts
    if n > 1:
        zigzag = np.ascontiguousarray(planes.transpose(1, 2, 0)).view("<u8")[..., 0]
        steps = (zigzag >> np.uint64(1)).view(np.int64) ^ -(zigzag & np.uint64(1)).view(np.int64)
        np.cumsum(steps[0], out=table[0, 1:])
        table[1:, 1:] = steps[1:]
        np.cumsum(table, axis=1, out=table)
    return table


def _bytes(array: Ints) -> bytes:
    return np.ascontiguousarray(array, "<i8").tobytes()


def _expect_version(version: int) -> None:
    if version != VERSION:
        raise Damaged(f"a stored row has layout {version}; this program knows {VERSION}")
