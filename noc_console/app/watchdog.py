"""Sees an event loop that stands still, and tells where something hangs.

What is told are places in our sources, never values: secrets pass through local variables.
"""

from __future__ import annotations

import asyncio
import sys
import threading
import time
from bisect import bisect_left
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import structlog

_log = structlog.get_logger("watchdog")

LOOK_EVERY_S = 0.5
BLOCKED_S = 5.0
"""A loop that runs nothing for so long is blocked."""
LAG_BUCKETS_S = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
MOST_FRAMES = 8
_MINUTE_S = 60.0


class LoopWatch:
    """A thread that knocks at a loop twice a second, and notes how long the answer takes."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        *,
        every_s: float = LOOK_EVERY_S,
        blocked_s: float = BLOCKED_S,
    ) -> None:
        self.blocked = 0
        """How often the loop was found standing still."""
        self.lag_counts = [0] * (len(LAG_BUCKETS_S) + 1)
        """Knocks by how long the loop took, in the buckets of `LAG_BUCKETS_S` and one beyond."""
        self.lag_sum_s = 0.0
        self._loop = loop
        self._every_s = every_s
        self._blocked_s = blocked_s
        self._recent: deque[tuple[float, float]] = deque(maxlen=round(_MINUTE_S / every_s))
        self._knocked_at: float | None = None
        self._is_told = False
        self._watched = threading.get_ident()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="loop-watch", daemon=True)

    def start(self) -> None:
        """Call on the loop's own thread: that is the one whose stack is told."""
        self._watched = threading.get_ident()
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join()

    @property
    def worst_lag_s(self) -> float:
        """The longest a knock of the last minute waited, the one that waits now included."""
        now = time.monotonic()
        lags = [lag for at, lag in tuple(self._recent) if now - at <= _MINUTE_S]
        return max([*lags, self.silent_s])

    @property
    def silent_s(self) -> float:
        """How long the loop has not answered now; 0 when it has."""
        knocked_at = self._knocked_at
        return 0.0 if knocked_at is None else time.monotonic() - knocked_at

    def _watch(self) -> None:
        slept_from = time.monotonic()
        while not self._stopping.wait(self._every_s):
            now = time.monotonic()
            overslept = now - slept_from - self._every_s
            slept_from = now
            if overslept > self._blocked_s / 2:
                # The whole process stood still (stopped, or its machine slept): not the loop.
                self._knocked_at = None
                self._is_told = False
            self._look(now)

    def _look(self, now: float) -> None:
        if self._knocked_at is None:
            self._is_told = False
            self._knocked_at = now
            try:
                self._loop.call_soon_threadsafe(self._answer, now)
            except RuntimeError:  # the loop is closed: nothing left to watch
                self._stopping.set()
        elif now - self._knocked_at > self._blocked_s and not self._is_told:
            self._is_told = True
            self.blocked += 1
            stack = stack_of_thread(self._watched)
            _log.error("event loop blocked", for_s=round(now - self._knocked_at, 1), at=stack)

    def _answer(self, knocked_at: float) -> None:
        """Runs on the loop."""
        if self._knocked_at != knocked_at:
            return
        now = time.monotonic()
        lag = now - knocked_at
        self.lag_counts[bisect_left(LAG_BUCKETS_S, lag)] += 1
        self.lag_sum_s += lag
        self._recent.append((now, lag))
        self._knocked_at = None


@contextmanager
def watched_loop(**options: float) -> Iterator[LoopWatch]:
    """Watch the running loop while the block lasts."""
    watch = LoopWatch(asyncio.get_running_loop(), **options)
    watch.start()
    try:
        yield watch
    finally:
        watch.stop()


async def watch_the_loop() -> None:
    """For a supervisor: watch the running loop until cancelled, and tell of it in the log."""
    with watched_loop():
        await asyncio.Event().wait()


def stack_of_thread(identity: int) -> str:
    """Where a thread is, the innermost place first."""
    frame = sys._current_frames().get(identity)
    places = []
    while frame is not None:
        places.append(_place(frame))
        frame = frame.f_back
    return _told(places)


def stack_of_task(task: asyncio.Task[Any]) -> str:
    """Where a task waits, the innermost place first; empty once it has ended.

    asyncio's own `get_stack` knows the outermost coroutine only.
    """
    places = []
    awaited: Any = task.get_coro()
    while awaited is not None:
        frame = getattr(awaited, "cr_frame", None) or getattr(awaited, "gi_frame", None)
        frame = frame or getattr(awaited, "ag_frame", None)
        if frame is not None:
            places.append(_place(frame))
        following = None
        for link in ("cr_await", "gi_yieldfrom", "ag_await"):
            following = following or getattr(awaited, link, None)
        awaited = following
    return _told(places[::-1])


def _place(frame: FrameType) -> str:
    file = Path(frame.f_code.co_filename)
    return f"{file.parent.name}/{file.name}:{frame.f_lineno} {frame.f_code.co_name}"


def _told(places: list[str]) -> str:
    kept = places[:MOST_FRAMES]
    return " < ".join(kept + ["…"] * (len(places) > len(kept)))
