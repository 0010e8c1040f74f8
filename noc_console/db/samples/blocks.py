"""Polls and hourly blocks as bytes, and back. Pure: arrays in, bytes out.

A *poll* is everything one device said at one moment: per kind the ids and a matrix of
int64, row by row. A *block* is one subject's hour, column by column: the first number, the
least step to the next one, and how far each step is above that, in as few bits as the widest
needs. What stays the same or grows evenly takes none; zstd sees to the rest where it can.
"""

from __future__ import annotations

import struct
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from noc_console.db.samples import bits
from noc_console.db.samples.envelope import MAX_OPENED, Damaged, seal, unseal
from noc_console.db.samples.kinds import MAX_COLUMNS, MISSING

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

VERSION = 1
BITS = 2
"""The layout of blocks written now."""

POLL_LEVEL = -1
"""For an hour only: a quarter larger than level 1, and three times as fast to read."""
BLOCK_LEVEL = 3
MAX_ROWS = 1_000_000

_POLL = struct.Struct("<BB")
_SECTION = struct.Struct("<HHI")
_BLOCK = struct.Struct("<BHI")
_LENGTH = struct.Struct("<I")


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

    version: int
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
    least, above = _steps(table)
    starts = bits.zigzag(np.stack([table[:, :, 0], least], axis=2))
    sizes, widths = bits.sizes(starts), bits.widths(above.max(axis=2, initial=0))
    lengths = sizes.sum(axis=2) + ((n - 1) * widths + 7) // 8
    ends = np.cumsum(lengths.ravel()).reshape(subjects, columns + 1)
    room = bits.empty(int(ends[-1, -1]))
    begins = ends - lengths
    places = np.stack([begins, begins + sizes[..., 0]], axis=2) * 8
    bits.write(room, places.ravel(), starts.ravel())
    moving = widths > 0
    first = ((begins + sizes.sum(axis=2)) * 8)[moving]
    within = np.arange(n - 1) * widths[moving][:, None]
    bits.write(room, (first[:, None] + within).ravel(), above[moving].ravel())
    octets = room.astype("<u8", copy=False).tobytes()
    directory = np.concatenate([widths, sizes[..., 0] | sizes[..., 1] << 4], axis=1)
    rows = directory.astype(np.uint8)
    packed, start = [], 0
    for at, end in enumerate(ends[:, -1].tolist()):
        head = _BLOCK.pack(BITS, columns, n) + _LENGTH.pack(end - start)
        content = b"".join((head, rows[at].tobytes(), octets[start:end]))
        packed.append(seal(content, level=BLOCK_LEVEL))
        start = end
    return packed


def _steps(table: Ints) -> tuple[Ints, NDArray[np.uint64]]:
    """Between neighbours: the least step [subjects, columns], and each one above it."""
    if table.shape[2] < 2:
        return np.zeros(table.shape[:2], np.int64), np.zeros((*table.shape[:2], 0), np.uint64)
    steps = np.diff(table, axis=2)
    least = steps.min(axis=2)
    return least, (steps - least[..., None]).view(np.uint64)


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
        rest = (columns + 1) * n * 8
        if version == BITS:
            rest = _LENGTH.size + 2 * (columns + 1) + _LENGTH.unpack_from(content, _BLOCK.size)[0]
    except struct.error as error:
        raise Damaged("a stored block is cut short") from error
    if version not in {VERSION, BITS}:
        raise Damaged(f"a stored row has layout {version}; this program knows {BITS}")
    if not (0 < n <= MAX_ROWS and columns <= MAX_COLUMNS and (columns + 1) * n * 8 <= MAX_OPENED):
        raise Damaged("a stored block claims an impossible size")
    if len(content) != _BLOCK.size + rest:
        raise Damaged("a stored block is cut short")
    return Opened(version, columns, n, content)


def unfold(opened: Sequence[Opened], *, pick: Sequence[int] | None = None) -> list[Block]:
    """The samples of many blocks, those of one shape in one pass; in any order.

    Raises Damaged for a block whose directory contradicts itself.
    """
    shapes: dict[tuple[int, int, int], list[bytes]] = defaultdict(list)
    for one in opened:
        shapes[one.version, one.columns, one.n].append(one.content)
    found = []
    for (version, columns, n), contents in shapes.items():
        kept = None
        if pick is not None:
            kept = [0, *(column + 1 for column in pick if column < columns)]
        unfolded = _unfold_bits if version == BITS else _unfold_planes
        for one in unfolded(contents, columns, n, kept):
            values = one[1:].T
            if pick is not None and values.shape[1] < len(pick):
                values = _with_missing(values, pick, columns)
            found.append(Block(one[0], values))
    return found


def _unfold_bits(contents: Sequence[bytes], columns: int, n: int, kept: list[int] | None) -> Ints:
    """[blocks, kept columns with the time first, n]."""
    whole = np.frombuffer(b"".join((*contents, bytes(8))), np.uint8)
    ends = np.cumsum(np.fromiter(map(len, contents), np.int64, len(contents)))
    start = _BLOCK.size + _LENGTH.size
    begins = np.concatenate([[0], ends[:-1]]) + start
    directory = whole[begins[:, None] + np.arange(2 * (columns + 1))].astype(np.int64)
    widths, sizes = directory[:, : columns + 1], directory[:, columns + 1 :]
    firsts, leasts = sizes & 15, sizes >> 4
    lengths = firsts + leasts + ((n - 1) * widths + 7) // 8
    columns_end = begins[:, None] + 2 * (columns + 1) + np.cumsum(lengths, axis=1)
    odd = (widths > bits.WIDEST) & (widths != 64)
    if odd.any() or sizes.max() > 0x88 or (columns_end[:, -1] != ends).any():
        raise Damaged("a stored block contradicts itself")
    places = columns_end - lengths
    if kept is not None:
        places, widths = places[:, kept], widths[:, kept]
        firsts, leasts = firsts[:, kept], leasts[:, kept]
    table = np.empty((*places.shape, n), np.int64)
    table[..., 0] = bits.unzigzag(bits.read(whole, places * 8, firsts * 8))
    if n > 1:
        least = bits.unzigzag(bits.read(whole, (places + firsts) * 8, leasts * 8))
        first = (places + firsts + leasts) * 8
        within = np.arange(n - 1) * widths[..., None]
        above = bits.read(whole, first[..., None] + within, widths[..., None])
        np.add(above.view(np.int64), least[..., None], out=table[..., 1:])
        table.cumsum(axis=2, out=table)
    return table


def _unfold_planes(contents: Sequence[bytes], columns: int, n: int, kept: list[int] | None) -> Ints:
    """The layout of blocks written by earlier programs: bytes sorted by their place value."""
    whole = np.frombuffer(b"".join(contents), np.uint8).reshape(len(contents), -1)
    start, end = _BLOCK.size, _BLOCK.size + (columns + 1) * 8
    firsts = np.ascontiguousarray(whole[:, start:end]).view("<i8")
    planes = whole[:, end:].reshape(len(contents), 8, columns + 1, n - 1)
    if kept is not None:
        firsts, planes = firsts[:, kept], planes[:, :, kept]
    table = np.empty((*firsts.shape, n), np.int64)
    table[:, :, 0] = firsts
    if n > 1:
        steps = bits.unzigzag(
            np.ascontiguousarray(planes.transpose(0, 2, 3, 1)).view("<u8")[..., 0]
        )
        steps[:, 0] = steps[:, 0].cumsum(axis=1)
        table[:, :, 1:] = steps
        table.cumsum(axis=2, out=table)
    return table


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
