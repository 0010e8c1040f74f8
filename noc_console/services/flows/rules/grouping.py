"""Rows with the same properties become one: the one operation all of this stands on."""

from __future__ import annotations

from collections.abc import Sequence
from random import SystemRandom
from typing import Any

import numpy as np
from numpy.typing import NDArray

Columns = dict[str, NDArray[Any]]
"""Columns of the same length by name."""

COUNTS = ("bytes", "packets", "flows")

_SHIFT = np.uint64(29)
_SALT = np.uint64(SystemRandom().getrandbits(63) | 1)
"""Of this process: nobody outside can make two keys meet on purpose."""
_MIX = np.uint64(0xBF58_476D_1CE4_E5B9)
_MOST = 1 << 62


def length(columns: Columns) -> int:
    """How many rows there are."""
    return len(columns["bytes"])


def digest(columns: Columns, keys: Sequence[str]) -> NDArray[np.uint64]:
    """One number per row that stands for its keys."""
    found = np.full(length(columns), _SALT, np.uint64)
    for name in keys:
        found ^= columns[name].astype(np.uint64)
        found *= _MIX
        found ^= found >> _SHIFT
        found *= _SALT
    return found


def grouped(columns: Columns, keys: Sequence[str]) -> Columns:
    """One row for each combination of the keys, with the sums of the counts.

    Sums stop growing at 2^62 instead of wrapping round.
    """
    rows = length(columns)
    if rows == 0:
        return {name: columns[name] for name in (*keys, *COUNTS)}
    marks = digest(columns, keys)
    order = np.argsort(marks, kind="stable")
    marks = marks[order]
    first = np.flatnonzero(np.concatenate([[True], marks[1:] != marks[:-1]]))
    heads = order[first]
    found = {name: columns[name][heads] for name in keys}
    most = np.uint64(_MOST // rows)
    for name in COUNTS:
        values = np.minimum(columns[name].astype(np.uint64), most)[order]
        found[name] = np.add.reduceat(values, first)
    return found


def joined(tables: Sequence[Columns], names: Sequence[str]) -> Columns:
    """Several tables below each other; columns a table has not are zero."""
    if len(tables) == 1 and all(name in tables[0] for name in names):
        return {name: tables[0][name] for name in names}
    found: Columns = {}
    for name in names:
        parts = [
            table[name] if name in table else np.zeros(length(table), np.uint64) for table in tables
        ]
        found[name] = np.concatenate(parts)
    return found


def taken(columns: Columns, which: NDArray[Any]) -> Columns:
    """The rows of a mask or of places."""
    return {name: values[which] for name, values in columns.items()}


def total(columns: Columns) -> tuple[int, int, int]:
    """Bytes, packets and flows of all rows; Python's numbers cannot wrap."""
    found = [int(columns[name].astype(np.float64).sum()) for name in COUNTS]
    return found[0], found[1], found[2]
