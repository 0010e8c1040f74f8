"""What a collector knows about itself: its workers, its loop, its clock, its way to the store.

Told in three voices: values for the pulse and for Prometheus, reasons why it is not ready,
and alarms, because nobody looks at a collector until it is too late.
"""

from __future__ import annotations

import asyncio
import math
import shutil
from bisect import bisect_left
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from noc_console.app.supervise import LONGEST_WAIT_S
from noc_console.app.watchdog import LoopWatch, watched_loop
from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.kernel.clock import Clock
from noc_console.kernel.errors import Unreachable
from noc_console.kernel.heartbeat import beat
from noc_console.services.alarms.model import (
    AlarmObject,
    AlarmReport,
    Condition,
    Severity,
    about_collector,
)
from noc_console.services.alarms.service import AlarmService
from noc_console.services.telemetry.model import WorkerHealth

_log = structlog.get_logger("vitals")

LOOK_EVERY_S = 5.0
MOST_SKEW_S = 5.0
"""Beyond this, times of this machine and of the database contradict each other visibly."""
EASED_SKEW_S = 4.0
HOLD_S = 300.0
"""A worker that was stuck is watched for so long before its alarm clears."""
KEEPS_FALLING_S = LONGEST_WAIT_S
"""A worker that fell again after so long does not mend by being started again."""
STORE_BUCKETS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


@dataclass(slots=True)
class Latency:
    """How long the store took to answer, by the buckets of `STORE_BUCKETS_S` and one beyond."""

    counts: list[int] = field(default_factory=lambda: [0] * (len(STORE_BUCKETS_S) + 1))
    sum_s: float = 0.0

    def note(self, seconds: float) -> None:
        self.counts[bisect_left(STORE_BUCKETS_S, seconds)] += 1
        self.sum_s += seconds


@dataclass(slots=True)
class _Trouble:
    """One worker's past: how often it was stuck and fell when last looked, and when that grew."""

    stuck: int = 0
    since: float = 0.0
    restarts: int = 0
    fell_first: float = 0.0
    fell_last: float = -math.inf
    is_standing: bool | None = None
    """None: not known, an earlier process may have left an alarm."""

    def note(self, worker: WorkerHealth, now: float) -> bool:
        """Take down what happened since the last look; True when it was stuck again."""
        if worker.restarts > self.restarts:
            if now - self.fell_last > 2 * LONGEST_WAIT_S:
                self.fell_first = now
            self.restarts, self.fell_last = worker.restarts, now
        is_new = worker.stuck > self.stuck
        if is_new:
            self.stuck, self.since = worker.stuck, now
        return is_new

    def stands(self, worker: WorkerHealth, now: float) -> bool:
        """Whether something is wrong that time alone did not mend.

        One that fell and waits for its turn to be started again is not: a database that was
        away for a moment fells them all. One that falls again and again is.
        """
        was_stuck = worker.stuck > 0 and now - self.since < HOLD_S
        keeps_falling = (
            self.fell_last - self.fell_first > KEEPS_FALLING_S and now - self.fell_last < HOLD_S
        )
        is_late = worker.running and not worker.is_well
        return was_stuck or (worker.patience_s is not None and (keeps_falling or is_late))


class Vitals:
    """Looks after the process it runs in, until cancelled."""

    def __init__(
        self,
        *,
        name: Callable[[], str],
        workers: Callable[[], Mapping[str, WorkerHealth]],
        db: Database,
        alarms: AlarmService,
        clock: Clock,
        actor: Actor,
        folder: Path | None = None,
    ) -> None:
        self.store = Latency()
        self.skew_s: float | None = None
        self.metrics = ""
        """Where Prometheus finds us, once it can."""
        self.watch: LoopWatch | None = None
        self._name = name
        self._workers = workers
        self._db = db
        self._alarms = alarms
        self._clock = clock
        self._actor = actor
        self._folder = folder
        """Where our data lies; on its disk they must find room."""
        self._store_s: float | None = None
        self._disk_free: float | None = None
        self._troubles: dict[str, _Trouble] = {}
        self._skew_stands: bool | None = None
        self._store_trouble = ""

    async def run(self) -> None:
        """For ever."""
        with watched_loop() as self.watch:
            while True:
                beat()
                await self.look()
                await asyncio.sleep(LOOK_EVERY_S)

    async def look(self) -> None:
        """One round: the store, the clocks, the workers; and what is to be said of them."""
        try:
            await self._ask_store()
            reports = self._judge_workers() + self._judge_clock()
            await self._alarms.apply(self._actor, reports=tuple(reports))
        except (SQLAlchemyError, Unreachable) as error:
            # Said again next time: without a store there is nobody to say it to.
            self._troubles.clear()
            self._skew_stands = None
            self._store_trouble = f"the store does not answer: {type(error).__name__}"
            _log.warning("store", reason=self._store_trouble)

    # What others ask

    def workers(self) -> tuple[WorkerHealth, ...]:
        return tuple(self._workers().values())

    def health(self) -> Mapping[str, Any]:
        """For the collector's pulse."""
        watch = self.watch
        return {
            "workers": [asdict(worker) for worker in self.workers()],
            "loop_lag_s": 0.0 if watch is None else round(watch.worst_lag_s, 4),
            "loop_blocked": 0 if watch is None else watch.blocked,
            "clock_skew_s": None if self.skew_s is None else round(self.skew_s, 3),
            "metrics": self.metrics,
            "store_ms": None if self._store_s is None else round(self._store_s * 1000, 2),
            "disk_free": self._disk_free,
        }

    def ails(self) -> list[str]:
        """Why this collector cannot be relied on now; empty when it can."""
        reasons = [
            f"{worker.name} {'stands still' if worker.running else 'does not run'}"
            + (f": {worker.error}" if worker.error else "")
            for worker in self.workers()
            if not worker.is_well
        ]
        if self._store_trouble:
            reasons.append(self._store_trouble)
        if self.skew_s is not None and abs(self.skew_s) > MOST_SKEW_S:
            reasons.append(_skew_text(self.skew_s))
        return reasons

    # What it finds

    async def _ask_store(self) -> None:
        loop = asyncio.get_running_loop()
        began, before = loop.time(), self._clock.now()
        async with self._db.read(self._actor) as tx:
            if self._db.is_sqlite:
                await tx.scalar(select(1))
                theirs = None
            else:
                theirs = await tx.scalar(select(func.clock_timestamp()))
        took = loop.time() - began
        self._store_trouble = ""
        self.store.note(took)
        self._store_s = took
        if self._folder is not None:
            self._disk_free = await asyncio.to_thread(free_percent, self._folder)
        self.skew_s = None if theirs is None else skew(before, theirs, took)

    def _judge_clock(self) -> list[AlarmReport]:
        if self.skew_s is None:
            return []
        limit = EASED_SKEW_S if self._skew_stands else MOST_SKEW_S
        is_off = abs(self.skew_s) > limit
        if is_off is self._skew_stands:
            return []
        self._skew_stands = is_off
        text = _skew_text(self.skew_s) if is_off else "the clocks agree again"
        severity = Severity.MAJOR if is_off else Severity.CLEARED
        return [AlarmReport(about_collector(self._name()), Condition.CLOCK_SKEW, severity, text)]

    def _judge_workers(self) -> list[AlarmReport]:
        now = asyncio.get_running_loop().time()
        reports = []
        for worker in self.workers():
            trouble = self._troubles.setdefault(worker.name, _Trouble())
            is_new = trouble.note(worker, now)
            stands = trouble.stands(worker, now)
            if is_new or stands is not trouble.is_standing:
                trouble.is_standing = stands
                reports.append(self._report(worker, stands=stands))
        return reports

    def _report(self, worker: WorkerHealth, *, stands: bool) -> AlarmReport:
        about = about_worker(self._name(), worker.name)
        if not stands:
            return AlarmReport(about, Condition.WORKER_STUCK, Severity.CLEARED, "moves again")
        text = f"{worker.name} stuck: {worker.error or 'does not run'}"
        if worker.hung_at:
            text += f", at {worker.hung_at.partition(' < ')[0]}"
        if worker.stuck:
            text += f" (started again {worker.stuck}×)"
        return AlarmReport(about, Condition.WORKER_STUCK, Severity.MAJOR, text)


def free_percent(folder: Path) -> float | None:
    """How much of the disk below a folder is free for us; None when it cannot be told."""
    try:
        usage = shutil.disk_usage(folder)
    except OSError:
        return None
    return round(100 * usage.free / usage.total, 2) if usage.total else None


def about_worker(collector: str, worker: str) -> AlarmObject:
    """One part of a collector, as the subject of an alarm."""
    return replace(
        about_collector(collector),
        interface_name=worker,
        other=f"collector:{collector}/worker:{worker}",
    )


def skew(before: datetime, theirs: datetime, took_s: float) -> float:
    """Our clock minus theirs, seconds, towards zero by what the question itself may have cost.

    They read theirs at some time within `took_s` after our `before`.
    """
    ahead = (before - theirs).total_seconds()
    if ahead > 0:
        return ahead
    return min(0.0, ahead + took_s)


def _skew_text(seconds: float) -> str:
    where = "ahead of" if seconds > 0 else "behind"
    return f"this machine's clock is {abs(seconds):.0f} s {where} the database's"
