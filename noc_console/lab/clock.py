"""The lab's clock and its agenda: real for people, moved by hand in tests."""

from __future__ import annotations

import time
from collections.abc import Callable
from heapq import heappop, heappush
from itertools import count
from typing import Protocol


class LabClock(Protocol):
    """Unix seconds, so that counters of yesterday and of today belong together."""

    def now(self) -> float: ...


class WallClock:
    """The system's clock, never going back: a counter may not."""

    def __init__(self) -> None:
        self._offset = time.time() - time.monotonic()

    def now(self) -> float:
        return time.monotonic() + self._offset


class ManualClock:
    """Stands still until told otherwise."""

    def __init__(self, at: float) -> None:
        self.at = at

    def now(self) -> float:
        return self.at


Action = Callable[[float], None]


class Agenda:
    """What will happen and when; whoever drives the lab calls `run` in time."""

    def __init__(self) -> None:
        self._queue: list[tuple[float, int, str, Action]] = []
        self._order = count()
        self.on_change: Callable[[], None] = lambda: None

    def add(self, at: float, action: Action, *, owner: str = "") -> None:
        """Do something at a moment; `owner` is what to cancel it by."""
        heappush(self._queue, (at, next(self._order), owner, action))
        self.on_change()

    def cancel(self, owner: str) -> None:
        """Forget everything this owner had in mind."""
        self._queue = [entry for entry in self._queue if entry[2] != owner]
        self._queue.sort()

    def has(self, owner: str) -> bool:
        """Whether this owner has anything in mind."""
        return any(entry[2] == owner for entry in self._queue)

    @property
    def next(self) -> float | None:
        """When the next thing is due."""
        return self._queue[0][0] if self._queue else None

    def run(self, now: float) -> None:
        """Do all that is due, each at its own moment, in order."""
        while self._queue and self._queue[0][0] <= now:
            at, _, _, action = heappop(self._queue)
            action(at)
