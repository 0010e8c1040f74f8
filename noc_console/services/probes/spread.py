"""How the times of a round are spread: percentiles and jitter. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise


def percentile(ordered: Sequence[int], percent: float) -> float:
    """The value below which so many per cent lie, interpolated (as numpy's default does)."""
    place = (len(ordered) - 1) * percent / 100
    below = math.floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def jitter_us(rtts: Sequence[int]) -> int | None:
    """How much one answer's time differs from the one before, on average; None with one only.

    The mean of RFC 3393's packet delay variation between consecutive answered packets.
    """
    if len(rtts) < 2:
        return None
    steps = [abs(after - before) for before, after in pairwise(rtts)]
    return round(sum(steps) / len(steps))
