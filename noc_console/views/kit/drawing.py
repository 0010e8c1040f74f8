"""What a graph draws, made ready as numbers: on screen, as SVG and as PDF it is the same."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from noc_console.services.alarms.model import Severity
from noc_console.views.kit.axes import floor_of
from noc_console.views.kit.curves import (
    PER_PIXEL,
    Curve,
    Floats,
    Span,
    band_in_view,
    in_view,
    seen,
)

AIR = 1.08
"""The axis ends so much beyond the highest value."""
REACH = 1.6
"""A limit stretches the axis up to so many times what was measured, no further."""


class Mode(StrEnum):
    """How several curves share a graph."""

    LINES = "lines"
    STACKED = "stacked"


@dataclass(frozen=True, slots=True)
class Manner:
    """How a graph draws, as the operator chose."""

    mode: Mode = Mode.LINES
    is_log: bool = False
    low: float | None = None
    """The ends of the value axis set by hand; None follows what is measured."""
    high: float | None = None
    from_zero: bool = True
    """Zero is always on the axis: right for rates and shares, wrong for decibels and degrees."""
    has_band: bool = True


@dataclass(frozen=True, slots=True)
class Limit:
    """A line at which trouble begins; one for too little is drawn alike."""

    value: float
    text: str
    severity: Severity = Severity.CLEARED
    """Cleared: a plain line, as of an interface's speed."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that happened: an alarm while it stood, or a change."""

    at: float
    """Seconds since 1970."""
    text: str
    end: float | None = None
    """None: a moment. An alarm that stands ends at infinity."""
    severity: Severity = Severity.CLEARED
    """Cleared: a change, no alarm."""
    alarm_id: int | None = None
    device_id: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """One curve as it is drawn; what goes out is negative."""

    curve: Curve
    times: Floats
    values: Floats
    base: Floats | None = None
    """Where its area begins, when stacked."""
    band: tuple[Floats, Floats, Floats] | None = None
    """Times, lower and upper edge."""
    kept: tuple[Floats, Floats] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """Parts in their order, and the ends of the value axis; a floor when it is logarithmic."""

    parts: tuple[Part, ...]
    low: float
    high: float
    floor: float = 0.0
    has_areas: bool = True
    """Whether the area down to zero means something."""


PLAIN = Manner()


def drawn(
    curves: Sequence[Curve],
    span: Span,
    pixels: int,
    manner: Manner = PLAIN,
    *,
    limits: Sequence[Limit] = (),
    top: float | None = None,
) -> Drawn:
    """Everything a graph of that width needs. `top` is the least height of the axis."""
    pixels = max(1, pixels)
    if manner.mode is Mode.STACKED:
        parts = _stacked(curves, span, pixels)
    else:
        parts = tuple(_part(curve, span, pixels, manner) for curve in curves)
    low, high = _range(parts, manner, limits, top)
    # Decibels and degrees have no zero to measure from: neither areas nor powers of ten.
    if not manner.from_zero:
        return Drawn(parts, low, high, has_areas=False)
    if not manner.is_log:
        return Drawn(parts, low, high)
    floor = floor_of(low, high, _least(parts))
    if manner.low is None:
        low = min(low, 0.0)
    return Drawn(parts, low, high, floor)


def _part(curve: Curve, span: Span, pixels: int, manner: Manner) -> Part:
    times, values = seen(curve, span, pixels)
    turn = -1.0 if curve.below else 1.0
    if curve.ghost or not manner.has_band:
        return Part(curve, times, turn * values)
    band = band_in_view(curve, span)
    if band is not None:
        band_times, low, high = _thinned_band(*band, pixels)
        band = (band_times, turn * low, turn * high)
    kept = None
    if curve.kept is not None:
        kept_times, kept_values = seen(Curve(curve.name, curve.times, curve.kept), span, pixels)
        kept = (kept_times, turn * kept_values)
    return Part(curve, times, turn * values, band=band, kept=kept)


def _thinned_band(
    times: Floats, low: Floats, high: Floats, pixels: int
) -> tuple[Floats, Floats, Floats]:
    """One value a pixel: the least of the lower edge, the greatest of the upper."""
    if len(times) <= pixels * PER_PIXEL:
        return times, low, high
    edges = np.linspace(times[0], times[-1], pixels + 1)[:-1]
    starts = np.unique(np.searchsorted(times, edges))
    return times[starts], np.fmin.reduceat(low, starts), np.fmax.reduceat(high, starts)


def _range(
    parts: Sequence[Part], manner: Manner, limits: Sequence[Limit], top: float | None
) -> tuple[float, float]:
    low, high = _ends(parts)
    if low > high:  # nothing is known
        low, high = 0.0, top or 1.0
    elif manner.from_zero:
        low, high = min(0.0, low), max(0.0, high)
        high, low = _with_limits(limits, high) * AIR, low * AIR
        high = max(high, top or 0.0)
    else:
        room = (high - low or abs(high) * 0.1 or 1.0) * (AIR - 1)
        reach = (low - 8 * room, high + 8 * room)
        near = [limit.value for limit in limits if reach[0] <= limit.value <= reach[1]]
        low, high = min([low, *near]) - room, max([high, *near]) + room
    low = low if manner.low is None else manner.low
    high = high if manner.high is None else manner.high
    return (low, high) if high > low else (low, low + 1.0)


def _with_limits(limits: Sequence[Limit], high: float) -> float:
    near = [limit.value for limit in limits if 0 < limit.value <= high * REACH]
    return max([high, *near])


def _ends(parts: Sequence[Part]) -> tuple[float, float]:
    """Lowest and highest; inf and -inf when nothing is known."""
    low, high = math.inf, -math.inf
    for part in parts:
        edges = [part.values, *(part.band[1:] if part.band else ())]
        for edge in edges:
            finite = edge[np.isfinite(edge)]
            if finite.size:
                low, high = min(low, float(finite.min())), max(high, float(finite.max()))
    return low, high


def _least(parts: Sequence[Part]) -> float:
    """The smallest size above nothing; 0 when there is none."""
    least = math.inf
    for part in parts:
        sizes = np.abs(part.values)
        sizes = sizes[np.isfinite(sizes) & (sizes > 0)]
        if sizes.size:
            least = min(least, float(sizes.min()))
    return least if math.isfinite(least) else 0.0


def _stacked(curves: Sequence[Curve], span: Span, pixels: int) -> tuple[Part, ...]:
    """Means on one grid of pixels, each on the shoulders of the one before; out below zero.

    A curve without a value adds nothing; where none has one there is a gap.
    """
    bodies = [curve for curve in curves if not curve.ghost]
    grid = span.start + (np.arange(pixels) + 0.5) * span.seconds / pixels
    sums = {False: np.zeros(pixels), True: np.zeros(pixels)}
    parts = []
    means = [sampled(curve, span, pixels) for curve in bodies]
    for curve, mean in zip(bodies, means, strict=True):
        side = curve.below
        others = [m for c, m in zip(bodies, means, strict=True) if c.below == side]
        known = np.isfinite(others).any(axis=0)
        base = sums[side].copy()
        sums[side] = base + np.nan_to_num(mean)
        turn = -1.0 if side else 1.0
        gap = np.where(known, 0.0, np.nan)
        parts.append(Part(curve, grid, turn * sums[side] + gap, base=turn * base + gap))
    return tuple(parts)


def sampled(curve: Curve, span: Span, pixels: int) -> Floats:
    """The mean of each pixel's stretch; between sparse samples a line, in a gap NaN."""
    times, values = in_view(curve, span)
    values = values.astype(np.float64)
    edges = span.start + np.arange(pixels + 1) * span.seconds / pixels
    where = np.searchsorted(times, edges)
    known = np.isfinite(values)
    total = np.concatenate([[0.0], np.cumsum(np.where(known, values, 0.0))])
    count = np.concatenate([[0], np.cumsum(known)])
    each = count[where[1:]] - count[where[:-1]]
    mean = (total[where[1:]] - total[where[:-1]]) / np.maximum(each, 1)
    middle = (edges[:-1] + edges[1:]) / 2
    return np.where(each > 0, mean, _between(times, values, middle))


def _between(times: Floats, values: Floats, at: Floats) -> Floats:
    """On the line from the sample before to the one after; NaN beyond them and in gaps."""
    if len(times) < 2:
        return np.full(len(at), np.nan)
    right = np.clip(np.searchsorted(times, at), 1, len(times) - 1)
    left = right - 1
    share = (at - times[left]) / np.maximum(times[right] - times[left], 1e-9)
    line = values[left] + (values[right] - values[left]) * share
    return np.where((share >= 0) & (share <= 1), line, np.nan)
