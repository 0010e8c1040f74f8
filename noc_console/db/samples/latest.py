"""The newest state of one device, kept current poll by poll. Pure.

A poll may speak of some subjects only (those somebody looks at); the others keep what
they last said, each with its own time.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from noc_console.db.samples.blocks import Ints, Section
from noc_console.db.samples.envelope import Damaged, seal, unseal
from noc_console.db.samples.kinds import MISSING, Kind
from noc_console.db.samples.rollup import DAY_MS, HOUR_MS

_HEAD = struct.Struct("<BB")
_PART = struct.Struct("<HHHI")
_VERSION = 1

FORGOTTEN_MS = DAY_MS
"""A subject its device has not mentioned for so long leaves the newest state."""


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """The newest state of one device's subjects of one kind; ids ascend."""

    code: int
    ids: Ints
    at: Ints
    values: Ints
    rates: NDArray[np.float32]
    """Counters only, in the order of `kind.counters_at`."""


def fold(old: Part | None, section: Section, at_ms: int, kind: Kind) -> Part:
    """The state after one more poll. What is not newer changes nothing."""
    fresh = _first(section, at_ms, kind)
    if old is None or old.values.shape[1] != fresh.values.shape[1]:
        return fresh
    if np.array_equal(old.ids, fresh.ids):
        return _step(old, fresh, kind)
    met, was, now = np.intersect1d(old.ids, fresh.ids, assume_unique=True, return_indices=True)
    both = _step(_pick(old, was), _pick(fresh, now), kind)
    gone = _pick(old, ~np.isin(old.ids, met) & (old.at > at_ms - FORGOTTEN_MS))
    new = _pick(fresh, ~np.isin(fresh.ids, met))
    return _join((both, gone, new))


def pack_latest(parts: Sequence[Part]) -> bytes:
    """The state as bytes; not compressed, it is rewritten with every poll."""
    pieces = [_HEAD.pack(_VERSION, len(parts))]
    for part in parts:
        count, columns = part.values.shape
        pieces.append(_PART.pack(part.code, columns, part.rates.shape[1], count))
        pieces.extend(
            np.ascontiguousarray(array, kind).tobytes()
            for array, kind in (
                (part.ids, "<i8"),
                (part.at, "<i8"),
                (part.values, "<i8"),
                (part.rates, "<f4"),
            )
        )
    return seal(b"".join(pieces), level=0)


def unpack_latest(sealed: bytes) -> dict[int, Part]:
    """The state again, by kind. Raises Damaged."""
    content = unseal(sealed)
    parts = {}
    try:
        version, count = _HEAD.unpack_from(content)
        if version != _VERSION:
            raise Damaged(f"a device's newest state has layout {version}")
        at = _HEAD.size
        for _ in range(count):
            code, columns, rated, rows = _PART.unpack_from(content, at)
            at += _PART.size
            ids = np.frombuffer(content, "<i8", rows, at)
            times = np.frombuffer(content, "<i8", rows, at + rows * 8)
            at += rows * 16
            values = np.frombuffer(content, "<i8", rows * columns, at).reshape(rows, columns)
            at += rows * columns * 8
            rates = np.frombuffer(content, "<f4", rows * rated, at).reshape(rows, rated)
            at += rows * rated * 4
            parts[code] = Part(code, ids, times, values, rates)
    except (struct.error, ValueError) as error:
        raise Damaged("a device's newest state is cut short") from error
    return parts


def _first(section: Section, at_ms: int, kind: Kind) -> Part:
    n = len(section.ids)
    return Part(
        section.code,
        section.ids,
        np.full(n, at_ms, np.int64),
        section.values,
        np.full((n, len(kind.counters_at)), np.nan, np.float32),
    )


def _step(old: Part, new: Part, kind: Kind) -> Part:
    """The same subjects one poll later, with rates since the old state."""
    passed = new.at - old.at
    newer = passed > 0
    if not newer.any():
        return old
    if kind.counters_at:
        before, after = old.values[:, kind.counted], new.values[:, kind.counted]
        grown = after - before
        good = (grown >= 0) & (before != MISSING) & (after != MISSING)
        good &= ((passed > 0) & (passed <= HOUR_MS))[:, None]
        if kind.epoch_at is not None:
            good &= (new.values[:, kind.epoch_at] == old.values[:, kind.epoch_at])[:, None]
        seconds = np.where(newer, passed, 1)[:, None] / 1000.0
        rates = np.where(good, grown / seconds, np.nan).astype(np.float32)
    else:
        rates = new.rates
    if newer.all():
        return Part(new.code, new.ids, new.at, new.values, rates)
    keep = newer[:, None]
    return Part(
        new.code,
        new.ids,
        np.where(newer, new.at, old.at),
        np.where(keep, new.values, old.values),
        np.where(keep, rates, old.rates),
    )


def _pick(part: Part, which: NDArray[np.bool_] | NDArray[np.intp]) -> Part:
    return Part(part.code, part.ids[which], part.at[which], part.values[which], part.rates[which])


def _join(parts: Sequence[Part]) -> Part:
    joined = Part(
        parts[0].code,
        np.concatenate([part.ids for part in parts]),
        np.concatenate([part.at for part in parts]),
        np.concatenate([part.values for part in parts]),
        np.concatenate([part.rates for part in parts]),
    )
    return _pick(joined, np.argsort(joined.ids))
