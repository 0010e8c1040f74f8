"""The last minutes of every interface of a device, kept while the page is looked at."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from noc_console.services.telemetry.model import InterfaceNow

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

SPAN_S = 300
BIN_S = 5
BINS = SPAN_S // BIN_S
KEPT = 400
"""Samples remembered per interface: more than one a second over the span."""
HOLD_S = 150.0
"""A rate speaks for the time since the sample before, at most this long."""


class Traffic:
    """Samples per interface: when, in bit/s, out bit/s. Times are seconds since 1970."""

    def __init__(self) -> None:
        self._samples: dict[int, list[tuple[float, float, float]]] = {}

    def seed(self, interface_id: int, times_ms: Ints, into: Floats, out: Floats) -> None:
        """What is known from before the page was opened, octets per second."""
        rows = np.column_stack([times_ms / 1000, into * 8, out * 8])[-KEPT:]
        known = [(t, i, o) for t, i, o in rows.tolist() if not (np.isnan(i) and np.isnan(o))]
        newer = [row for row in self._samples.get(interface_id, []) if row[0] > _last(known)]
        self._samples[interface_id] = [*known, *newer]

    def add(self, now: Mapping[int, InterfaceNow]) -> None:
        """The newest word about each; the same word twice is one sample."""
        for interface_id, word in now.items():
            row = (word.at.timestamp(), _number(word.in_bps), _number(word.out_bps))
            kept = self._samples.setdefault(interface_id, [])
            if not kept or kept[-1][0] < row[0]:
                kept.append(row)
                del kept[:-KEPT]

    def curve(self, interface_id: int, now: float) -> Floats:
        """The busier direction over the last minutes, in even steps; NaN where unknown."""
        bins = np.full(BINS, np.nan)
        kept = self._samples.get(interface_id, [])
        start = now - SPAN_S
        before = start - HOLD_S
        for at, into, out in kept:
            if at >= start:
                since = max(start, before, at - HOLD_S)
                first = int((since - start) // BIN_S)
                last = min(BINS - 1, int((at - start) // BIN_S))
                bins[first : last + 1] = np.fmax(into, out)
            before = at
        return bins


def _last(rows: list[tuple[float, float, float]]) -> float:
    return rows[-1][0] if rows else 0.0


def _number(value: float | None) -> float:
    return np.nan if value is None else value
