"""What a rule would have done with a curve: the same decisions as at the poll, in a row."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from noc_console.services.alarms.model import Severity
from noc_console.services.detection.deriving import Derived, Floats, Ints
from noc_console.services.detection.judging import Held, Limit, judge, settle


@dataclass(frozen=True, slots=True)
class Stretch:
    """A time in which an alarm would have stood. UTC milliseconds."""

    start: int
    end: int | None
    severity: Severity
    """The worst of it."""
    value: float
    """The worst value that was judged."""
    at: int
    """The place of that value in the curve."""


def stretches(limit: Limit, told: Derived) -> list[Stretch]:
    """When the limit would have held an alarm, oldest first.

    As at the desk: while it stands it only grows worse.
    """
    known = np.isfinite(told.judged)
    places = np.flatnonzero(known)
    times, values = told.times[known], told.judged[known]
    found: list[Stretch] = []
    current, worst, start, edge, top = Severity.CLEARED, Severity.CLEARED, 0, 0.0, 0
    held: Held | None = None
    hot = np.flatnonzero(_beyond_clearing(limit, values))
    at = 0
    while at < len(values):
        if current is Severity.CLEARED and held is None:
            # Nothing comes of calm values: on to the next that is not.
            coming = int(np.searchsorted(hot, max(0, at - limit.of + 1)))
            if coming == len(hot):
                break
            at = max(at, int(hot[coming]))
        recent = values[max(0, at - limit.of + 1) : at + 1].tolist()
        wanted = judge(limit, current, recent)
        if limit.is_slow:
            wanted, held = settle(limit, current, wanted, held, at=times[at] / 1000)
        if wanted is Severity.CLEARED and current is not Severity.CLEARED:
            found.append(Stretch(start, int(times[at]), worst, edge, top))
            worst = Severity.CLEARED
        elif wanted is not Severity.CLEARED:
            if current is Severity.CLEARED:
                start, edge, top = int(times[at]), float(values[at]), int(places[at])
            if _worse(limit, float(values[at]), edge):
                edge, top = float(values[at]), int(places[at])
            worst = max(worst, wanted)
        current = wanted
        at += 1
    if current is not Severity.CLEARED:
        found.append(Stretch(start, None, worst, edge, top))
    return found


def standing(limit: Limit, told: Derived) -> Stretch | None:
    """What would stand at the end of the curve."""
    last = stretches(limit, told)[-1:]
    return last[0] if last and last[0].end is None else None


def _worse(limit: Limit, value: float, than: float) -> bool:
    return value < than if limit.below else value > than


def _beyond_clearing(limit: Limit, values: Floats) -> np.ndarray:
    edges = [level.clear_at for level in limit.levels]
    if not edges:
        return np.zeros(len(values), np.bool_)
    return values <= max(edges) if limit.below else values >= min(edges)


Span = tuple[int, int | None]


def matched(real: Sequence[Span], told: Sequence[Span], *, slack_ms: int) -> tuple[int, int, int]:
    """How many real alarms were told as well, how many were not, and how many told are new.

    Two belong together when they overlap, give or take the slack; open ends last for ever.
    """
    kept = sum(any(_overlap(one, other, slack_ms) for other in told) for one in real)
    new = sum(not any(_overlap(one, other, slack_ms) for one in real) for other in told)
    return kept, len(real) - kept, new


def _overlap(one: Span, other: Span, slack: int) -> bool:
    return (one[1] is None or other[0] <= one[1] + slack) and (
        other[1] is None or one[0] <= other[1] + slack
    )


def restarts(times: Ints, uptimes: Floats) -> Iterable[int]:
    """When the uptime went back, in milliseconds."""
    known = np.isfinite(uptimes)
    at, up = times[known], uptimes[known]
    return [int(one) for one in at[1:][np.diff(up) < -1.0]]
