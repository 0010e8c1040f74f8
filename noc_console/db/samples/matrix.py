"""Many subjects over one span in equal slots: for lists of sparklines and for top-N of the past.

One array for all of them instead of a series each: forty thousand interfaces over a day are a
few dozen statements and a few hundred vectorised steps.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from noc_console.db.samples import layout
from noc_console.db.samples.blocks import Floats, Ints
from noc_console.db.samples.envelope import Damaged
from noc_console.db.samples.kinds import Kind
from noc_console.db.samples.read import slots_of
from noc_console.db.samples.retention import Resolution
from noc_console.db.samples.rollup import (
    DAY_MS,
    FIVE_MS,
    FIVES_AN_HOUR,
    HOUR_MS,
    HOURS_A_DAY,
    MAX,
    MEAN,
    MIN,
    P95,
    OpenedRollup,
    open_rollup,
    unfold_alike,
)
from noc_console.db.samples.session import Session
from noc_console.db.samples.values import Ask, Series


@dataclass(frozen=True, slots=True, eq=False)
class Matrix:
    """What many subjects did within the slots of one span."""

    kind: Kind
    ids: Ints
    """[n] subjects in the order they were asked for."""
    columns: tuple[str, ...]
    start_ms: int
    """Of the first slot, UTC epoch milliseconds."""
    width_ms: int
    stats: NDArray[np.float32]
    """[n, slots, columns, 4] least, greatest, mean, 95th percentile; NaN where nothing is known."""
    known: NDArray[np.uint32]
    """[n, slots, columns] samples behind them."""

    @property
    def slots(self) -> int:
        return int(self.stats.shape[1])

    def means(self, column: str) -> Floats:
        """[n, slots] means of one column."""
        return self.stats[:, :, self.columns.index(column), MEAN].astype(np.float64)

    def greatest(self, column: str) -> Floats:
        """[n, slots] greatest values of one column."""
        return self.stats[:, :, self.columns.index(column), MAX].astype(np.float64)

    def buckets(self, column: str, count: int) -> Floats:
        """[n, count] means of one column over equal parts of the span, each sample counting once.

        NaN where nothing is known. Fewer slots than buckets stay as many as they are.
        """
        at = self.columns.index(column)
        means = self.stats[:, :, at, MEAN].astype(np.float64)
        weight = np.where(np.isnan(means), 0.0, self.known[:, :, at])
        if self.slots <= count:
            return means
        edges = np.linspace(0, self.slots, count + 1).astype(np.intp)[:-1]
        total = np.add.reduceat(np.nan_to_num(means) * weight, edges, axis=1)
        samples = np.add.reduceat(weight, edges, axis=1)
        found: Floats = np.where(samples > 0, total / np.maximum(samples, 1), np.nan)
        return found


def width_of(resolution: Resolution) -> int:
    """Milliseconds of a slot. Raw samples have none: a matrix of them is of five minutes."""
    return HOUR_MS if resolution is Resolution.HOUR else FIVE_MS


def blank(ask: Ask) -> Matrix:
    """A matrix in which nothing is known yet. Raises Invalid for too long a span."""
    width = width_of(ask.resolution)
    first, last = slots_of(ask, width)
    shape = (len(ask.subjects), last - first, len(ask.columns))
    return Matrix(
        ask.kind,
        np.array(ask.subjects, np.int64),
        ask.columns,
        first * width,
        width,
        np.full((*shape, 4), np.nan, np.float32),
        np.zeros(shape, np.uint32),
    )


def stored(session: Session, ask: Ask) -> Matrix:
    """From the roll-ups alone: what came since the last compaction, an hour or two, is not in it.

    Rows that cannot be read are gaps here, as in a series.
    """
    hourly = ask.resolution is Resolution.HOUR
    table, span, per = (
        (layout.DAY, DAY_MS, HOURS_A_DAY) if hourly else (layout.FIVE, HOUR_MS, FIVES_AN_HOUR)
    )
    whole, when = blank(ask), table.columns[2][0]
    place = {subject: at for at, subject in enumerate(ask.subjects)}
    lead = whole.start_ms // whole.width_ms
    for some in layout.chunks(ask.subjects):
        rows = session.rows(
            f"SELECT subject, {when}, data FROM {table.name} "  # noqa: S608
            f"WHERE kind = ? AND subject IN ({layout.marks(some)}) "
            f"AND {when} >= ? AND {when} <= ?",
            (ask.kind.code, *some, ask.start // span, (ask.end - 1) // span),
        )
        _put(whole, [(place[subject], at * per - lead, data) for subject, at, data in rows])
    return whole


def _put(whole: Matrix, rows: Sequence[tuple[int, int, bytes]]) -> None:
    """Write roll-ups into their places: (row, first slot, packed), those of one shape at once."""
    alike: dict[tuple[int, int], list[tuple[int, int, OpenedRollup]]] = defaultdict(list)
    for row, slot, packed in rows:
        try:
            opened = open_rollup(packed)
        except Damaged:
            continue
        alike[opened.slots, opened.columns].append((row, slot, opened))
    wanted = [whole.kind.shown.index(name) for name in whole.columns]
    for (slots, columns), found in alike.items():
        rolled = unfold_alike([opened for _, _, opened in found])
        have = [at for at in wanted if at < columns]
        into = [at for at, source in enumerate(wanted) if source < columns]
        at = np.array([slot for _, slot, _ in found])[:, None] + np.arange(slots)
        inside = (at >= 0) & (at < whole.slots)
        which, step = np.nonzero(inside)
        rows_at = np.array([place for place, _, _ in found])[which]
        for source, target in zip(have, into, strict=True):
            whole.stats[rows_at, at[inside], target] = rolled.stats[which, step, source]
            whole.known[rows_at, at[inside], target] = rolled.n[which, step, source]


def of_series(ask: Ask, series: Mapping[int, Series]) -> Matrix:
    """The same out of rolled-up series, which know the running hour too."""
    whole = blank(ask)
    for row, subject in enumerate(ask.subjects):
        one = series[subject]
        where = (one.times_ms - whole.start_ms) // whole.width_ms
        inside = (where >= 0) & (where < whole.slots)
        at = where[inside]
        for column, name in enumerate(ask.columns):
            band = one.bands.get(name)
            if band is None:
                continue
            for stat, values in (
                (MIN, band.least),
                (MAX, band.greatest),
                (MEAN, one.values[name]),
                (P95, band.p95),
            ):
                whole.stats[row, at, column, stat] = values[inside]
            whole.known[row, at, column] = band.n[inside]
    return whole
