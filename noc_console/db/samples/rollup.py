"""From samples to rates, and from rates to five minutes and hours. Pure arithmetic.

Arrays are [subjects, n] for times (UTC epoch ms) and [subjects, n, columns] for values:
subjects with equally many samples go through together. NaN means "not known".
"""

from __future__ import annotations

import struct
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from noc_console.db.samples.blocks import Floats, Ints
from noc_console.db.samples.envelope import Damaged, seal, unseal
from noc_console.db.samples.kinds import MAX_COLUMNS, MISSING, Kind

HOUR_MS = 3_600_000
FIVE_MS = 300_000
DAY_MS = 24 * HOUR_MS
FIVES_AN_HOUR = 12
HOURS_A_DAY = 24

GAP = 2.5
"""Usual intervals between two samples from which on nothing is known in between."""

LONGEST_MS = HOUR_MS
"""No interval longer than this counts as measured, whatever is usual."""

MIN, MAX, MEAN, P95 = range(4)

_VERSION = 1
_ROLLUP = struct.Struct("<BHH")
_MAX_SLOTS = 24
# 12 of float32's 23 bits of fraction: bounds within 0.013 % at half the bytes. The mean
# keeps all of them: bills are made of means.
_SPARED = np.uint32((1 << 11) - 1)
_HALF = np.uint32(1 << 10)


@dataclass(frozen=True, slots=True)
class Rollup:
    """Statistics of equal slots of time."""

    stats: NDArray[np.float32]
    """[…, slots, columns, 4]: minimum, maximum, mean, 95th percentile; NaN where n is 0."""
    n: NDArray[np.uint32]
    """[…, slots, columns]: known samples."""


def gaps(times: Ints) -> NDArray[np.bool_]:
    """Where more than 2.5 usual intervals passed since the sample before, [subjects, n - 1].

    Usual is the median of the five intervals around: polling speeds up while somebody
    looks, and the change of pace is no gap.
    """
    if len(times) > 1 and bool((times == times[0]).all()):
        return np.broadcast_to(gaps(times[:1]), (len(times), times.shape[1] - 1))
    passed = np.diff(times, axis=1)
    if passed.shape[1] == 0 or passed.max() <= min(GAP * passed.min(), LONGEST_MS):
        return np.zeros(passed.shape, np.bool_)
    n = passed.shape[1]
    padded = np.full((len(passed), n + 4), np.nan)
    padded[:, 2 : n + 2] = passed
    around = np.sort(np.lib.stride_tricks.sliding_window_view(padded, 5, axis=1), axis=2)
    known = 5 - np.isnan(around).sum(axis=2)
    usual = np.take_along_axis(around, (known[..., None] - 1) // 2, axis=2)[..., 0]
    found: NDArray[np.bool_] = (passed > GAP * usual) | (passed > LONGEST_MS)
    return found


def measure(times: Ints, values: Ints, kind: Kind) -> Floats:
    """What the samples say: rates per second for counters, values for the rest.

    The answer is [subjects, n, kind.shown]. The rate at a sample is that since the one
    before it; the first of each subject has none, nor has one after a gap, after a
    change of epoch, or where the counter went backwards within its epoch.
    """
    raw = values[..., kind.shown_at]
    known = raw != MISSING
    result = np.where(known, raw, np.nan)
    where = [kind.shown.index(kind.columns[at]) for at in kind.counters_at]
    if not where:
        return result
    counts = raw[..., where]
    result[..., where] = np.nan
    if times.shape[1] > 1:
        grown = np.diff(counts, axis=1)
        passed = np.diff(times, axis=1)
        broken = (passed <= 0) | gaps(times)
        if kind.epoch_at is not None:
            broken |= np.diff(values[..., kind.epoch_at], axis=1) != 0
        both = known[:, 1:, where] & known[:, :-1, where]
        good = both & (grown >= 0) & ~broken[..., None]
        seconds = np.where(passed > 0, passed, 1)[..., None] / 1000.0
        result[:, 1:, where] = np.where(good, grown / seconds, np.nan)
    return result


def roll(times: Ints, measured: Floats, *, start: int, width: int, slots: int) -> Rollup:
    """Statistics per slot of `width` ms from `start` on; a sample counts where it was taken."""
    subjects, n, columns = measured.shape
    slot = np.clip((times - start) // width, 0, slots - 1)
    group = (slot + np.arange(subjects)[:, None] * slots).ravel()
    held = np.bincount(group, minlength=subjects * slots)
    place = np.arange(subjects * n) - (np.cumsum(held) - held)[group]
    deepest = int(held.max(initial=1))
    table = np.full((subjects * slots, columns, deepest), np.nan)
    table[group, :, place] = measured.reshape(-1, columns)
    table.sort(axis=2)  # NaN comes last
    known = deepest - np.isnan(table).sum(axis=2)
    stats = _statistics(table, known)
    return Rollup(
        stats.reshape(subjects, slots, columns, 4).astype(np.float32),
        known.reshape(subjects, slots, columns).astype(np.uint32),
    )


def _statistics(table: Floats, known: NDArray[np.intp]) -> Floats:
    """Over the sorted last axis, of which the first `known` entries are numbers."""
    last = np.maximum(known - 1, 0)
    rank = 0.95 * last
    below = np.floor(rank).astype(np.intp)
    low = np.take_along_axis(table, below[..., None], 2)[..., 0]
    high = np.take_along_axis(table, np.minimum(below + 1, last)[..., None], 2)[..., 0]
    stats = np.empty((*known.shape, 4))
    stats[..., MIN] = table[..., 0]
    stats[..., MAX] = np.take_along_axis(table, last[..., None], 2)[..., 0]
    total = np.where(np.isnan(table), 0.0, table).sum(axis=2)
    stats[..., MEAN] = np.where(known > 0, total / np.maximum(known, 1), np.nan)
    stats[..., P95] = low + (high - low) * (rank - below)
    return stats


def pack_rollups(rollup: Rollup) -> list[bytes]:
    """One row of bytes per subject; `rollup` is [subjects, slots, columns]."""
    subjects, slots, columns = rollup.n.shape
    words = np.zeros((subjects, 5, columns, slots), np.uint32)
    known = rollup.n.transpose(0, 2, 1)
    for stat in (MIN, MAX, MEAN, P95):
        bits = np.ascontiguousarray(rollup.stats[..., stat].transpose(0, 2, 1)).view(np.uint32)
        if stat != MEAN:
            bits = (bits + _HALF) & ~_SPARED
        words[:, stat] = np.where(known > 0, bits, 0)
    words[:, 4] = known
    octets = words.astype("<u4", copy=False).view(np.uint8).reshape(*words.shape, 4)
    planes = np.ascontiguousarray(octets.transpose(0, 4, 1, 2, 3)).reshape(subjects, -1)
    head = _ROLLUP.pack(_VERSION, slots, columns)
    return [seal(head + planes[at].tobytes()) for at in range(subjects)]


def unpack_rollup(sealed: bytes, *, columns: int) -> Rollup:
    """One subject's slots; columns younger than the row have n = 0. Raises Damaged."""
    return unfold_rollups([open_rollup(sealed)], columns=columns)[0]


class OpenedRollup(NamedTuple):
    """A roll-up that is unpacked but not yet unfolded."""

    slots: int
    columns: int
    content: bytes


def open_rollup(sealed: bytes) -> OpenedRollup:
    """A roll-up unpacked and checked. Raises Damaged."""
    content = unseal(sealed)
    try:
        version, slots, columns = _ROLLUP.unpack_from(content)
    except struct.error as error:
        raise Damaged("a stored roll-up is cut short") from error
    if version != _VERSION or not (0 < slots <= _MAX_SLOTS and columns <= MAX_COLUMNS):
        raise Damaged("a stored roll-up claims an impossible size")
    if len(content) != _ROLLUP.size + 4 * 5 * columns * slots:
        raise Damaged("a stored roll-up is cut short")
    return OpenedRollup(slots, columns, content)


def unfold_rollups(opened: Sequence[OpenedRollup], *, columns: int) -> list[Rollup]:
    """The slots of many roll-ups, in their order; those of one shape in one pass."""
    shapes: dict[tuple[int, int], list[int]] = defaultdict(list)
    for at, one in enumerate(opened):
        shapes[one.slots, one.columns].append(at)
    found: list[Rollup | None] = [None] * len(opened)
    for (slots, have), places in shapes.items():
        whole = _unfold([opened[at].content for at in places], slots, have)
        if have != columns:
            whole = _widened(whole, columns)
        for row, at in enumerate(places):
            found[at] = Rollup(whole.stats[row], whole.n[row])
    return [one for one in found if one is not None]


def unfold_alike(opened: Sequence[OpenedRollup]) -> Rollup:
    """The slots of many roll-ups of one shape as one: [roll-ups, slots, columns]."""
    return _unfold([one.content for one in opened], opened[0].slots, opened[0].columns)


def _unfold(contents: Sequence[bytes], slots: int, columns: int) -> Rollup:
    whole = np.frombuffer(b"".join(contents), np.uint8).reshape(len(contents), -1)
    planes = whole[:, _ROLLUP.size :].reshape(len(contents), 4, 5, columns, slots)
    words = np.ascontiguousarray(planes.transpose(0, 4, 3, 2, 1)).view("<u4")[..., 0]
    n = np.ascontiguousarray(words[..., 4])
    stats = np.ascontiguousarray(words[..., :4]).view("<f4")
    stats[n == 0] = np.nan
    # The bounds were rounded: keep minimum ≤ mean ≤ maximum true.
    np.fmin(stats[..., MIN], stats[..., MEAN], out=stats[..., MIN])
    np.fmax(stats[..., MAX], stats[..., MEAN], out=stats[..., MAX])
    return Rollup(stats, n)


def _widened(rollup: Rollup, columns: int) -> Rollup:
    wide = empty(*rollup.n.shape[:-1], columns)
    both = min(rollup.n.shape[-1], columns)
    wide.stats[..., :both, :] = rollup.stats[..., :both, :]
    wide.n[..., :both] = rollup.n[..., :both]
    return wide


def empty(*shape: int) -> Rollup:
    """Slots in which nothing is known: shape is […, slots, columns]."""
    return Rollup(np.full((*shape, 4), np.nan, np.float32), np.zeros(shape, np.uint32))
