"""A round of a probe as numbers: percentiles of its times, jitter, and the row that is kept."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

from noc_console.services.probes.model import ProbeState, Round

PERCENTILES = (0, 10, 25, 50, 75, 90, 100)
"""What the smoke is drawn of."""
PHASES = ("name", "connect", "tls", "first_byte", "forward", "backward")


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


def row(told: Round) -> tuple[int | None, ...]:
    """The values of `db.samples.PROBE` for a round."""
    ordered = sorted(told.rtts_us)
    spread = [round(percentile(ordered, each)) for each in PERCENTILES] if ordered else [None] * 7
    phases = [told.phases_us.get(name) for name in PHASES]
    ends = None if told.expires_at is None else int(told.expires_at.timestamp())
    return (
        told.sent,
        told.lost,
        *spread,
        jitter_us(told.rtts_us),
        int(told.state),
        told.duplicates,
        told.late,
        *phases,
        ends,
    )


def missed(sent: int, *, error: str, reason: str) -> Round:
    """A round nobody answered."""
    return Round(ProbeState.SILENT, sent, error=error, reason=reason)
