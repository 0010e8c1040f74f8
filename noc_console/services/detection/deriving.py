"""From what was measured to what is judged: changes, distance from the usual, days left.

Pure functions over curves, used alike by the worker that judges now and by the replay of the
past: what a replay shows is what the rule would have done.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from noc_console.services.detection.judging import Limit, limit_of
from noc_console.services.detection.model import Kind, Level, Rule

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

BUCKET_MS = 900_000
"""Baselines compare means of a quarter of an hour."""
DAY_MS = 86_400_000
LEAST_SAMPLES = 10
"""Fewer values say nothing of what is usual."""
LEAST_DAYS = 7
"""A straight line through fewer days is a guess."""
WHISKER = 1.5
"""Interquartile ranges beyond which a value is an outlier (Tukey)."""
MOST_DAYS = 3_650.0
LEAST_EXPLAINED = 0.5
"""A line that explains less of what is seen (its R²) is none."""


class Derived:
    """Times (UTC ms), what is judged, the value itself and what it is compared with."""

    __slots__ = ("judged", "times", "usual", "values")

    def __init__(self, times: Ints, judged: Floats, values: Floats, usual: Floats) -> None:
        self.times, self.judged, self.values, self.usual = times, judged, values, usual


def derive(rule: Rule, times: Ints, values: Floats, *, target: float | None = None) -> Derived:
    """What the rule judges, in the order of time; NaN where nothing can be said."""
    known = np.isfinite(values)
    times, values = times[known], values[known]
    if rule.kind is Kind.CHANGE:
        return _changes(rule, times, values)
    if rule.kind is Kind.BASELINE:
        return _distances(rule, times, values)
    if rule.kind is Kind.TREND:
        return _days_left(rule, times, values, rule.target if target is None else target)
    judged = values
    if rule.least is not None:
        judged = np.where(values < rule.least, np.nan, values)
    return Derived(times, judged, values, np.full(len(values), np.nan))


def absences(rule: Rule, times: Ints, *, start: int, end: int) -> list[tuple[int, int | None]]:
    """Stretches without a value longer than `within`: from when on it was one, and its end."""
    span = _ms(rule.within)
    edges = np.concatenate(([start], times, [end]))
    found: list[tuple[int, int | None]] = []
    for at in np.flatnonzero(np.diff(edges) > span).tolist():
        is_open = at == len(edges) - 2
        found.append((int(edges[at]) + span, None if is_open else int(edges[at + 1])))
    return found


def limit_for(rule: Rule, levels: tuple[Level, ...] | None = None) -> Limit:
    """The rule as a limit on what `derive` makes of it."""
    limit = limit_of(rule, levels)
    if rule.kind in (Kind.THRESHOLD, Kind.STATE):
        return limit
    return replace(limit, below=rule.kind is Kind.TREND)


def _changes(rule: Rule, times: Ints, values: Floats) -> Derived:
    """How much more (or, `below`, less) than `within` ago; per cent of then with `share`.

    The value of then is the newest that is at least so old, and not twice as old.
    """
    span = _ms(rule.within)
    place = np.searchsorted(times, times - span, side="right") - 1
    there = place >= 0
    at = np.maximum(place, 0)
    fresh = there & (times - times[at] <= 2 * span) if len(times) else there
    before = np.where(fresh, values[at], np.nan) if len(times) else values
    change = before - values if rule.below else values - before
    if rule.share:
        change = 100 * change / np.where(np.abs(before) > 0, np.abs(before), np.nan)
    if rule.least is not None:
        change = np.where(before >= rule.least, change, np.nan)
    return Derived(times, change, values, before)


def _distances(rule: Rule, times: Ints, values: Floats) -> Derived:
    """How many standard deviations each quarter of an hour is from those of `within` before it."""
    slots, means = buckets(times, values, BUCKET_MS)
    back = max(LEAST_SAMPLES, _ms(rule.within) // BUCKET_MS)
    usual, judged = np.full(len(slots), np.nan), np.full(len(slots), np.nan)
    for at in range(len(slots)):
        first = int(np.searchsorted(slots, slots[at] - back))
        learnt = usual_of(means[first:at])
        if learnt is None:
            continue
        usual[at], spread = learnt
        distance = (means[at] - usual[at]) / spread
        judged[at] = abs(distance) if rule.both else -distance if rule.below else distance
        if rule.least is not None and max(means[at], usual[at]) < rule.least:
            judged[at] = 0.0
    # A bucket can be judged when it is over.
    return Derived((slots + 1) * BUCKET_MS, judged, means, usual)


def buckets(times: Ints, values: Floats, width: int) -> tuple[Ints, Floats]:
    """Means over equal stretches of time: their numbers (time // width), ascending."""
    if not len(times):
        return np.empty(0, np.int64), np.empty(0)
    slots = times // width
    numbers, first = np.unique(slots, return_index=True)
    counts = np.diff(np.append(first, len(slots)))
    return numbers, np.add.reduceat(values, first) / counts


def usual_of(values: Floats) -> tuple[float, float] | None:
    """Mean and standard deviation without outliers; None when too little is known.

    Outliers lie more than 1.5 interquartile ranges outside the quartiles. A deviation of nearly
    nothing (a constant) counts as a hundredth of the mean: no value is infinitely unusual.
    """
    if len(values) < LEAST_SAMPLES:
        return None
    low, high = np.percentile(values, (25, 75))
    reach = WHISKER * (high - low)
    clean = values[(values >= low - reach) & (values <= high + reach)]
    if len(clean) < LEAST_SAMPLES:
        return None
    mean = float(clean.mean())
    return mean, max(float(clean.std(ddof=1)), abs(mean) / 100, 1e-9)


def _days_left(rule: Rule, times: Ints, values: Floats, target: float | None) -> Derived:
    """Days until the straight line through the days of `within` reaches the target.

    Of what grows the busy hours count (the 95th percentile of each day), of what falls the mean.
    Lines that lead away from the target, or that explain less than half of what is seen, say
    nothing: a very long time is left.
    """
    days, firsts = np.unique(times // DAY_MS, return_index=True)
    parts = np.split(values, firsts[1:]) if len(times) else []
    if len(parts) > 1 and len(parts[-1]) < np.median([len(part) for part in parts]) / 2:
        # The running day, of which only a night may be known.
        days, parts = days[:-1], parts[:-1]
    each = np.array([p.mean() if rule.below else np.percentile(p, 95) for p in parts])
    left = np.full(len(days), np.nan)
    for at in range(len(days)):
        first = int(np.searchsorted(days, days[at] - rule.within.days + 1))
        if at - first + 1 >= LEAST_DAYS and target is not None:
            some = slice(first, at + 1)
            left[at] = days_until(
                days[some].astype(np.float64), each[some], target, below=rule.below
            )
    return Derived((days + 1) * DAY_MS, left, each, np.full(len(days), np.nan))


def days_until(days: Floats, values: Floats, target: float, *, below: bool = False) -> float:
    """From the last of the days until the line through them meets the target; at most ten years.

    Least squares. 0 when it has been met already; `below` says that it is met by falling.
    """
    now = float(values[-3:].mean())
    if (now <= target) if below else (now >= target):
        return 0.0
    slope, height = np.polyfit(days - days[-1], values, 1)
    rest = values - (slope * (days - days[-1]) + height)
    whole = float(((values - values.mean()) ** 2).sum())
    explained = 1.0 - float((rest**2).sum()) / whole if whole > 0 else 0.0
    if explained < LEAST_EXPLAINED or (slope >= 0 if below else slope <= 0):
        return MOST_DAYS
    return float(min(max((target - height) / slope, 0.0), MOST_DAYS))


def _ms(span: timedelta) -> int:
    return int(span.total_seconds() * 1000)
