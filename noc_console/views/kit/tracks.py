"""A long measurement that grows: read at any zoom in the time of a few hundred values.

A pyramid of least and greatest values stands over the samples, each step of it sixteen times
coarser, so a month of seconds (2.6 million values) is thinned to the pixels of a graph without
being gone through again. A new sample changes one block of each step. No spike is ever lost.

Values are kept as float32, seven digits: more than any pixel or any crosshair tells.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]

STEP = 16
"""Blocks of one step that make a block of the next."""
SLACK = 1.25
"""Room for so much more when a track is full: growing copies seldom."""
FINE = 4
"""Blocks a pixel covers at least: a spike is drawn at most a quarter of a pixel off."""


class Track:
    """Columns over one time axis: seconds since 1970, ascending; NaN is a gap."""

    def __init__(self, times: Floats, columns: Sequence[NDArray[np.floating]]) -> None:
        """Raises ValueError when the columns are not as long as the time axis."""
        if any(len(column) != len(times) for column in columns):
            raise ValueError("every column has a value for every time")
        # Room for more from the start: making it later copies everything at a bad moment.
        room = int(len(times) * SLACK) + STEP
        self._count = len(times)
        self._times = np.empty(room)
        self._times[: self._count] = times
        self._values = np.empty((len(columns), room), np.float32)
        for row, column in enumerate(columns):
            self._values[row, : self._count] = column
        self._low: list[Singles] = []
        self._high: list[Singles] = []
        self._raise()
        self._pile(0)

    def __len__(self) -> int:
        return self._count

    @property
    def times(self) -> Floats:
        return self._times[: self._count]

    def values(self, column: int) -> Singles:
        return self._values[column, : self._count]

    def append(self, times: Floats, columns: Sequence[NDArray[np.floating]]) -> None:
        """What was measured since; times already known are passed over."""
        first = 0
        if self._count:
            first = int(np.searchsorted(times, self._times[self._count - 1], side="right"))
        fresh = len(times) - first
        if fresh <= 0:
            return
        self._make_room(self._count + fresh)
        into = slice(self._count, self._count + fresh)
        self._times[into] = times[first:]
        for row, column in enumerate(columns):
            self._values[row, into] = column[first:]
        before, self._count = self._count, self._count + fresh
        self._raise()
        self._pile(before)

    def thinned(self, column: int, start: float, end: float, pixels: int) -> tuple[Floats, Singles]:
        """At most two values a pixel: the lowest and the highest of its stretch.

        A stretch without any value stays a gap; one value beyond each end is among them. Pixels
        stand at round times, so a window that moves on does not shimmer.
        """
        times = self.times
        first = max(0, int(np.searchsorted(times, start)) - 1)
        last = min(self._count, int(np.searchsorted(times, end, side="right")) + 1)
        if last - first <= 2 * pixels or pixels < 1 or not end > start:
            return times[first:last], self._values[column, first:last]
        width = (end - start) / pixels
        edges = (np.floor(start / width) + np.arange(1, pixels + 1)) * width
        inner = np.searchsorted(times[first:last], edges) + first
        starts = _distinct(np.concatenate([[first], inner[inner < last]]))
        low, high = self._extremes(column, starts, last)
        ends = np.append(starts[1:], last) - 1
        values = self._values[column]
        rising = values[starts] <= values[ends]
        thin_times, thin = np.empty(2 * len(starts)), np.empty(2 * len(starts), np.float32)
        thin_times[0::2], thin_times[1::2] = times[starts], times[ends]
        thin[0::2], thin[1::2] = np.where(rising, low, high), np.where(rising, high, low)
        return thin_times, thin

    def _extremes(
        self, column: int, starts: NDArray[np.int64], last: int
    ) -> tuple[Singles, Singles]:
        """Least and greatest from each start to the next, the last one up to `last`."""
        each = (last - int(starts[0])) / len(starts)
        step = 0
        while step < len(self._low) and STEP ** (step + 1) * FINE <= each:
            step += 1
        if step == 0:
            values = self._values[column, :last]
            return np.fmin.reduceat(values, starts), np.fmax.reduceat(values, starts)
        size = STEP**step
        # A block belongs to the pixel it begins in, but for the first, which begins outside.
        blocks, end = starts // size, -(-last // size)
        low, high = self._low[step - 1][column, :end], self._high[step - 1][column, :end]
        return np.fmin.reduceat(low, blocks), np.fmax.reduceat(high, blocks)

    def _make_room(self, count: int) -> None:
        if count <= len(self._times):
            return
        room = int(count * SLACK) + STEP
        times, values = np.empty(room), np.empty((len(self._values), room), np.float32)
        times[: self._count] = self.times
        values[:, : self._count] = self._values[:, : self._count]
        self._times, self._values = times, values

    def _raise(self) -> None:
        """Steps as high and as wide as the samples may need."""
        room, step = len(self._times), 0
        while (size := STEP ** (step + 1)) <= max(room, 1):
            wide = -(-room // size)
            if step == len(self._low):
                shape = (len(self._values), wide)
                self._low.append(np.full(shape, np.nan, np.float32))
                self._high.append(np.full(shape, np.nan, np.float32))
                self._fill(step, 0)
            elif self._low[step].shape[1] < wide:
                self._low[step] = _widened(self._low[step], wide)
                self._high[step] = _widened(self._high[step], wide)
            step += 1

    def _pile(self, first: int) -> None:
        """Bring every step up to date from sample `first` on."""
        for step in range(len(self._low)):
            self._fill(step, first)

    def _fill(self, step: int, first: int) -> None:
        size, count = STEP ** (step + 1), self._count
        block, end = first // size, -(-count // size)
        if end <= block:
            return
        below = self._values if step == 0 else self._low[step - 1]
        above = self._values if step == 0 else self._high[step - 1]
        have = count if step == 0 else -(-count // STEP**step)
        starts = np.arange(0, have - block * STEP, STEP)
        part = slice(block * STEP, have)
        self._low[step][:, block:end] = np.fmin.reduceat(below[:, part], starts, axis=1)
        self._high[step][:, block:end] = np.fmax.reduceat(above[:, part], starts, axis=1)


def _widened(old: Singles, wide: int) -> Singles:
    fresh = np.full((len(old), wide), np.nan, np.float32)
    fresh[:, : old.shape[1]] = old
    return fresh


def _distinct(ascending: NDArray[np.int64]) -> NDArray[np.int64]:
    """Each once; quicker than sorting what is sorted."""
    return np.asarray(ascending[np.concatenate([[True], ascending[1:] > ascending[:-1]])])
