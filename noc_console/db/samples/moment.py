"""What many subjects did at one moment that no compaction has seen yet: from two polls each.

Roll-ups come an hour or two later (`matrix`). Until then the rate at a moment is that between
the last two polls before it: two rows a device, whatever its number of subjects.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from noc_console.db.samples import layout
from noc_console.db.samples.blocks import Floats, Ints, Place, places, widen
from noc_console.db.samples.envelope import Damaged, unseal
from noc_console.db.samples.kinds import MISSING, Kind
from noc_console.db.samples.session import Session


@dataclass(frozen=True, slots=True, eq=False)
class Instant:
    """The newest word of many subjects as of a moment."""

    kind: Kind
    ids: Ints
    """[n] subjects that were heard of, ascending."""
    at_ms: Ints
    """[n] when they were."""
    values: Floats
    """[n, kind.shown] rates per second (counters) and values; NaN where not known."""

    def column(self, name: str) -> Floats:
        found: Floats = self.values[:, self.kind.shown.index(name)]
        return found


def nothing(kind: Kind) -> Instant:
    """Nobody was heard of."""
    empty = np.empty(0, np.int64)
    return Instant(kind, empty, empty, np.empty((0, len(kind.shown))))


def polled(
    session: Session, kind: Kind, subjects: Sequence[int], *, at: int, back_ms: int
) -> Instant:
    """What the last polls up to `at` say, none older than `back_ms` before it."""
    polls: dict[int, list[tuple[int, bytes]]] = defaultdict(list)
    for some in layout.chunks(subjects):
        rows = session.rows(
            "SELECT device, at, data FROM samples_head WHERE device IN "  # noqa: S608
            "(SELECT device FROM samples_subject "
            f"WHERE kind = ? AND subject IN ({layout.marks(some)})) AND at > ? AND at <= ?",
            (kind.code, *some, at - back_ms, at),
        )
        for device, moment, packed in rows:
            if (moment, packed) not in polls[device]:
                polls[device].append((moment, packed))
    newer, older = _Table(kind), _Table(kind)
    for told in polls.values():
        told.sort(key=lambda one: one[0], reverse=True)
        _take(kind, told, newer, older)
    return _measured(kind, newer, older, np.array(sorted(set(subjects)), np.int64))


def _take(kind: Kind, told: Iterable[tuple[int, bytes]], newer: _Table, older: _Table) -> None:
    """The two newest polls of one device that tell of the kind."""
    tables = [newer, older]
    for moment, packed in told:
        try:
            content = unseal(packed)
            sections = [one for one in places(content) if one.code == kind.code]
        except Damaged:
            continue
        for section in sections:
            tables[0].add(content, section, moment)
        if sections:
            tables.pop(0)
        if not tables:
            return


class _Table:
    """Rows of many polls under one another."""

    def __init__(self, kind: Kind) -> None:
        self._width = len(kind.columns)
        self._ids: list[Ints] = []
        self._at: list[Ints] = []
        self._values: list[Ints] = []

    def add(self, content: bytes, section: Place, at: int) -> None:
        _, columns, rows, ids_at, values_at = section
        self._ids.append(np.frombuffer(content, "<i8", rows, ids_at))
        self._at.append(np.full(rows, at, np.int64))
        values = np.frombuffer(content, "<i8", rows * columns, values_at).reshape(rows, columns)
        self._values.append(widen(values, self._width))

    def joined(self) -> tuple[Ints, Ints, Ints]:
        """Ids ascending, each once, with their times and values."""
        if not self._ids:
            empty = np.empty(0, np.int64)
            return empty, empty, np.empty((0, self._width), np.int64)
        ids, first = np.unique(np.concatenate(self._ids), return_index=True)
        return ids, np.concatenate(self._at)[first], np.concatenate(self._values)[first]


def _measured(kind: Kind, newer: _Table, older: _Table, wanted: Ints) -> Instant:
    ids, at, values = newer.joined()
    keep = np.isin(ids, wanted)
    ids, at, values = ids[keep], at[keep], values[keep]
    if not len(ids):
        return nothing(kind)
    raw = values[:, list(kind.shown_at)]
    shown = np.where(raw == MISSING, np.nan, raw)
    rated = [kind.shown.index(kind.columns[place]) for place in kind.counters_at]
    if rated:
        shown[:, rated] = _rates(kind, (ids, at, values), older.joined())
    return Instant(kind, ids, at, shown)


def _rates(
    kind: Kind, newer: tuple[Ints, Ints, Ints], older: tuple[Ints, Ints, Ints]
) -> NDArray[np.float64]:
    """Per second between two polls; NaN where a counter restarted or one poll is missing."""
    ids, at, values = newer
    rates = np.full((len(ids), len(kind.counters_at)), np.nan)
    _, mine, theirs = np.intersect1d(ids, older[0], assume_unique=True, return_indices=True)
    columns = list(kind.counters_at)
    after, before = values[mine][:, columns], older[2][theirs][:, columns]
    passed = (at[mine] - older[1][theirs])[:, None]
    good = (passed > 0) & (after >= before) & (after != MISSING) & (before != MISSING)
    if kind.epoch_at is not None:
        good &= (values[mine, kind.epoch_at] == older[2][theirs, kind.epoch_at])[:, None]
    rates[mine] = np.where(good, (after - before) / np.maximum(passed, 1) * 1000.0, np.nan)
    return rates
