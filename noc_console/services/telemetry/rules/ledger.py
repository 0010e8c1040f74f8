"""What the schedule did in the last ten minutes: turns, lateness, requests, failures.

Counted minute by minute, so that what is shown is of now. It knows no clock; `now` is steady
seconds.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import Counter, deque
from dataclasses import dataclass, field

from noc_console.services.telemetry.model import BudgetUse, Lateness

MINUTES = 10
LATE_SHARE = 0.1
"""A turn that begins more than this part of its interval behind its time is late."""

_FINE = tuple(0.001 * 1.25**step for step in range(60))
"""Edges of the bins lateness is counted in: 1 ms to 9 minutes, each a quarter wider."""
SHOWN = (0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0, math.inf)
"""Edges of the histogram people see."""


@dataclass(slots=True)
class _Minute:
    began: float
    bins: Counter[int] = field(default_factory=Counter)
    late: Counter[str] = field(default_factory=Counter)
    most_late_s: float = 0.0
    failures: Counter[str] = field(default_factory=Counter)
    requests: Counter[str] = field(default_factory=Counter)
    refused: int = 0


class Ledger:
    """Counts of the last ten minutes."""

    def __init__(self) -> None:
        self._minutes: deque[_Minute] = deque(maxlen=MINUTES)

    def turn(self, late_s: float, *, interval: float, tier: str, now: float) -> None:
        """A turn began so many seconds after its time."""
        minute = self._now(now)
        minute.bins[bisect_left(_FINE, late_s)] += 1
        minute.most_late_s = max(minute.most_late_s, late_s)
        if late_s > interval * LATE_SHARE:
            minute.late[tier] += 1

    def failed(self, reason: str, *, now: float) -> None:
        """A poll came to nothing."""
        self._now(now).failures[reason] += 1

    def requests(self, what: str, count: float, *, now: float) -> None:
        """So many datagrams were sent for `what`: polling, watching, others."""
        self._now(now).requests[what] += round(count)

    def refused(self, *, now: float) -> None:
        """A look was put off: the device's budget was spent."""
        self._now(now).refused += 1

    # What came of it

    def span_s(self, now: float) -> float:
        """How long the counting has gone on, at most ten minutes."""
        self._now(now)
        return max(1.0, now - self._minutes[0].began)

    def lateness(self, now: float) -> Lateness:
        """How late turns began."""
        self._now(now)
        bins: Counter[int] = Counter()
        for minute in self._minutes:
            bins.update(minute.bins)
        turns = bins.total()
        worst = max(minute.most_late_s for minute in self._minutes)
        return Lateness(
            turns=turns,
            late=sum(self.late(now).values()),
            p50_s=min(worst, _quantile(bins, turns, 0.5)),
            p95_s=min(worst, _quantile(bins, turns, 0.95)),
            max_s=worst,
            bars=_bars(bins) if turns else (),
        )

    def late(self, now: float) -> Counter[str]:
        """Late turns by tier."""
        self._now(now)
        return sum((minute.late for minute in self._minutes), Counter[str]())

    def failures(self, now: float) -> dict[str, int]:
        """Failed polls by reason, the most frequent first."""
        self._now(now)
        found = sum((minute.failures for minute in self._minutes), Counter[str]())
        return dict(found.most_common())

    def budget(self, per_second: float, now: float) -> BudgetUse:
        """Requests by who caused them."""
        self._now(now)
        found = sum((minute.requests for minute in self._minutes), Counter[str]())
        return BudgetUse(
            per_second=per_second,
            polling=found["polling"],
            watching=found["watching"],
            others=found["others"],
            refused=sum(minute.refused for minute in self._minutes),
        )

    def _now(self, now: float) -> _Minute:
        """The running minute; minutes without an event count as well, and old ones leave."""
        minutes = self._minutes
        if not minutes or now - minutes[-1].began >= MINUTES * 60:
            minutes.clear()
            minutes.append(_Minute(now))
        while now - minutes[-1].began >= 60:
            minutes.append(_Minute(minutes[-1].began + 60))
        return minutes[-1]


def _quantile(bins: Counter[int], turns: int, share: float) -> float:
    """The upper edge of the bin in which the quantile lies."""
    left = share * turns
    for place in sorted(bins):
        left -= bins[place]
        if left <= 0:
            return _FINE[min(place, len(_FINE) - 1)]
    return 0.0


def _bars(bins: Counter[int]) -> tuple[tuple[float, int], ...]:
    bars = dict.fromkeys(SHOWN, 0)
    for place, count in bins.items():
        edge = _FINE[place] if place < len(_FINE) else math.inf
        bars[SHOWN[bisect_left(SHOWN, edge)]] += count
    return tuple(bars.items())
