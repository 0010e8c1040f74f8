"""Curves over time as values: what is in view, thinned without losing a spike, read, written."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from noc_console.kernel.text import visible
from noc_console.views.kit.clip import guarded
from noc_console.views.kit.times import iso
from noc_console.views.kit.tracks import Track

Floats = NDArray[np.float64]
Writer = Callable[[float], str]

TINTS = ("series.a", "series.b", "series.c", "series.d", "series.f", "series.e")
PER_PIXEL = 2
"""Points drawn per pixel: the lowest and the highest of its stretch."""


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """One line: seconds since 1970 in UTC, ascending, and values; NaN is a gap."""

    name: str
    times: Floats
    values: Floats
    tint: str = TINTS[0]
    below: bool = False
    """Drawn downwards from zero, as what goes out opposite to what comes in."""
    p95: float | None = None
    """A dashed line: 95 % of the time it was lower (or another `share` of it)."""
    key: str = ""
    """Curves with the same key share one entry of the legend; empty is the name."""
    band: tuple[Floats, Floats] | None = None
    """The least and the greatest behind each value, where that is a mean of many."""
    kept: Floats | None = None
    """Behind each value that is a mean of many, what 95 % of them did not exceed."""
    unit: str = ""
    spec: str = ""
    """What it is, for a link: `interface:91/in`."""
    ghost: bool = False
    """Another time laid over this one, to compare: drawn faintly, left out of sums."""
    track: Track | None = None
    """Where `times` and `values` come from when there are many: thinned without reading all."""
    column: int = 0
    """Of the track."""
    share: float = 95.0
    """Of the time, for the dashed line."""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time, seconds since 1970 in UTC."""

    start: float
    end: float

    @property
    def seconds(self) -> float:
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Reading:
    """What the curves say at the crosshair: time, and per curve its value or None."""

    at: float
    values: tuple[float | None, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Statistics:
    """A curve over a span in a line; None where nothing is known."""

    least: float | None = None
    mean: float | None = None
    greatest: float | None = None
    p95: float | None = None
    last: float | None = None


def following(name: str, track: Track, column: int = 0, **looks: Any) -> Curve:
    """A curve of all a track holds now. After the track grew, make it anew: it costs nothing."""
    # Readers do not mind that a track's numbers are singles; a copy of millions they would.
    values = cast(Floats, track.values(column))
    return Curve(name, track.times, values, track=track, column=column, **looks)


def seen(curve: Curve, span: Span, pixels: int) -> tuple[Floats, Floats]:
    """What is drawn of a curve: at most two values a pixel, every spike among them."""
    if curve.track is None:
        return thinned(*in_view(curve, span), pixels)
    times, values = curve.track.thinned(curve.column, span.start, span.end, pixels)
    return times, values.astype(np.float64)


def statistics(curve: Curve, span: Span) -> Statistics:
    """Least, mean, greatest, 95th percentile and last of the values inside a span.

    Where each value is a mean of many, least and greatest are those of the many.
    """
    first = int(np.searchsorted(curve.times, span.start))
    last = int(np.searchsorted(curve.times, span.end, side="right"))
    values = curve.values[first:last]
    known = values[np.isfinite(values)]
    if not known.size:
        return Statistics()
    low, high = float(known.min()), float(known.max())
    if curve.band is not None:
        least, greatest = (edge[first:last] for edge in curve.band)
        low = min(low, float(np.nanmin(np.append(least, low))))
        high = max(high, float(np.nanmax(np.append(greatest, high))))
    mean = float(known.mean(dtype=np.float64))
    return Statistics(low, mean, high, float(np.percentile(known, 95)), float(known[-1]))


def thinned(times: Floats, values: Floats, pixels: int) -> tuple[Floats, Floats]:
    """The lowest and the highest of each pixel's stretch: every spike stays.

    A stretch without any value stays a gap.
    """
    count = len(times)
    if count <= PER_PIXEL * pixels or pixels < 1:
        return times, values
    edges = np.linspace(times[0], times[-1], pixels + 1)[:-1]
    starts = np.unique(np.searchsorted(times, edges))
    starts = starts[starts < count]
    # fmin and fmax pass over NaN as long as there is one number.
    low = np.fmin.reduceat(values, starts)
    high = np.fmax.reduceat(values, starts)
    ends = np.append(starts[1:], count) - 1
    thin_times = np.empty(2 * len(starts))
    thin_values = np.empty(2 * len(starts))
    thin_times[0::2], thin_times[1::2] = times[starts], times[ends]
    rising = values[starts] <= values[ends]
    thin_values[0::2] = np.where(rising, low, high)
    thin_values[1::2] = np.where(rising, high, low)
    return thin_times, thin_values


def in_view(curve: Curve, span: Span) -> tuple[Floats, Floats]:
    """The part of a curve inside a span, and one point beyond each end."""
    first = max(0, int(np.searchsorted(curve.times, span.start)) - 1)
    last = int(np.searchsorted(curve.times, span.end, side="right")) + 1
    return curve.times[first:last], curve.values[first:last]


def band_in_view(curve: Curve, span: Span) -> tuple[Floats, Floats, Floats] | None:
    """Times, least and greatest of the part inside a span; None for a curve without a band."""
    if curve.band is None:
        return None
    first = max(0, int(np.searchsorted(curve.times, span.start)) - 1)
    last = int(np.searchsorted(curve.times, span.end, side="right")) + 1
    least, greatest = curve.band
    return curve.times[first:last], least[first:last], greatest[first:last]


def percentile95(values: Floats, share: float = 95.0) -> float | None:
    """The value not exceeded 95 % (`share`) of the time; None when nothing is known."""
    finite = values[np.isfinite(values)]
    return float(np.percentile(finite, share)) if finite.size else None


def value_at(curve: Curve, at: float, reach: float) -> float | None:
    """The value nearest to a moment, within `reach` seconds; None in a gap."""
    if not len(curve.times):
        return None
    right = int(np.searchsorted(curve.times, at))
    near = [number for number in (right - 1, right) if 0 <= number < len(curve.times)]
    best = min(near, key=lambda number: abs(curve.times[number] - at))
    value = float(curve.values[best])
    return value if abs(curve.times[best] - at) <= reach and math.isfinite(value) else None


def as_csv(curves: Sequence[Curve], span: Span) -> str:
    """The curves in view as CSV: ISO time in UTC, then a column per curve."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    curves = [each for curve in curves for each in (curve, *_bounds(curve))]
    writer.writerow(["time", *(guarded(visible(curve.name)) for curve in curves)])
    parts = [in_view(curve, span) for curve in curves]
    moments = np.unique(np.concatenate([times for times, _ in parts])) if parts else np.empty(0)
    found = [dict(zip(times.tolist(), values.tolist(), strict=True)) for times, values in parts]
    for moment in moments.tolist():
        cells = [known.get(moment, math.nan) for known in found]
        told = ["" if math.isnan(cell) else f"{cell:.6g}" for cell in cells]
        writer.writerow([iso(datetime.fromtimestamp(moment, UTC)), *told])
    return out.getvalue()


def _bounds(curve: Curve) -> list[Curve]:
    """The band's edges as curves of their own."""
    if curve.band is None:
        return []
    return [
        Curve(f"{curve.name} {word}", curve.times, values)
        for word, values in zip(("least", "greatest"), curve.band, strict=True)
    ]
