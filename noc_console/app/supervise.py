"""Runs what runs for ever: restarts it with back-off, and says how it is.

A worker that may not stand still has a patience: when one of its loops does not `beat()`
(`kernel/heartbeat.py`) for so long, or when it ends without having fallen, that is told and it
is started again. The watching is done by timers, not by tasks: a task can be lost (a nested
event loop under Qt makes asyncio forget its turn for ever), a timer that re-arms itself cannot.

Also the process's manners: garbage collection and thread switching tuned once (a frozen
heap and a 0.5 ms switch took the window's worst gap under big queries from 36 to 8 ms).
"""

from __future__ import annotations

import asyncio
import contextvars
import gc
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import structlog

from noc_console.app.watchdog import stack_of_task
from noc_console.kernel.errors import NocError
from noc_console.kernel.heartbeat import Heartbeat
from noc_console.services.telemetry.model import WorkerHealth

_log = structlog.get_logger("supervise")

FIRST_WAIT_S = 0.5
LONGEST_WAIT_S = 30.0
CALM_S = 60.0
"""A worker that ran this long has earned a short first wait again."""
PATIENCE_S = 120.0
"""Who stands still for so long hangs; a store may take a minute to come back."""
LOOK_EVERY_S = 1.0
LOST_AFTER_S = 5.0
"""A cancelled task that nothing holds up and that still does not end is lost."""
LEAVE_S = 60.0
"""How long an ending process waits for its workers: a store may be slow to let go."""

Work = Callable[[], Awaitable[None]]


@dataclass(slots=True)
class _Worker:
    name: str
    work: Work
    patience_s: float | None
    is_endless: bool
    heart: Heartbeat = field(default_factory=lambda: Heartbeat(asyncio.current_task))
    moved: dict[str, tuple[int, float]] = field(default_factory=dict)
    """By loop: how many beats there were, and since when that is so."""
    task: asyncio.Task[None] | None = None
    timer: asyncio.TimerHandle | None = None
    began: float = 0.0
    stopped_at: float | None = None
    """Since when the watchdog waits for its end."""
    wait: float = 0.0
    restarts: int = 0
    stuck: int = 0
    error: str = ""
    hung_at: str = ""
    is_done: bool = False

    def slowest(self, now: float) -> tuple[float, str]:
        """How long the loop that stood longest has stood, and its name."""
        ages = []
        for name, strand in self.heart.strands.items():
            beats, since = self.moved.get(name, (-1, now))
            if beats != strand.beats:
                self.moved[name] = strand.beats, now
                since = now
            ages.append((0.0 if strand.is_resting else now - since, name))
        return max(ages, default=(now - self.began, ""))

    def is_lost(self) -> bool:
        """Whether one of its tasks waits for nothing and still does not run: it never will."""
        return any(map(_is_forgotten, self.tasks()))

    def tasks(self) -> list[asyncio.Task[Any]]:
        """Its own task and those its loops run in."""
        found = [self.task, *(self.heart.task_of(name) for name in self.heart.strands)]
        return [task for task in found if task is not None]

    def forgive(self, seconds: float) -> None:
        """The whole process stood still for so long: that was nobody's fault."""
        self.began += seconds
        self.moved = {name: (beats, at + seconds) for name, (beats, at) in self.moved.items()}
        if self.stopped_at is not None:
            self.stopped_at += seconds

    def health(self, now: float) -> WorkerHealth:
        age = None
        if self.patience_s is not None and self.task is not None:
            age = round(self.slowest(now)[0], 3)
        return WorkerHealth(
            name=self.name,
            running=self.task is not None,
            is_done=self.is_done,
            restarts=self.restarts,
            stuck=self.stuck,
            heartbeat_age_s=age,
            patience_s=self.patience_s,
            error=self.error,
            hung_at=self.hung_at,
        )


class Supervisor:
    """Owns the long-running tasks of a process."""

    def __init__(
        self,
        on_bug: Callable[[BaseException], None] | None = None,
    ) -> None:
        self._on_bug = on_bug
        self._workers: dict[str, _Worker] = {}
        self._every_s = LOOK_EVERY_S
        self._looked_at = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self._is_stopping = False

    @property
    def health(self) -> Mapping[str, WorkerHealth]:
        """How each worker is, by name."""
        now = self._now()
        return {name: worker.health(now) for name, worker in self._workers.items()}

    def start(
        self,
        name: str,
        work: Work,
        *,
        patience_s: float | None = None,
        is_endless: bool | None = None,
    ) -> None:
        """Run `work()` until the supervisor ends; when it dies, run it again.

        With `patience_s` its loops must beat at least so often. One that `is_endless` (those
        with a patience are, unless said otherwise) is also run again when it just returns.
        """
        endless = patience_s is not None if is_endless is None else is_endless
        worker = _Worker(name, work, patience_s, endless, wait=FIRST_WAIT_S)
        self._workers[name] = worker
        self._launch(worker)
        if self._timer is None:
            self._looked_at = self._now()
            self._timer = asyncio.get_running_loop().call_later(self._every_s, self._look)

    async def stop(self) -> None:
        """End every worker and wait for it; one that is lost is left behind."""
        self._is_stopping = True
        workers = list(self._workers.values())
        for timer in (self._timer, *(worker.timer for worker in workers)):
            if timer is not None:
                timer.cancel()
        waited_for = {worker.task: worker for worker in workers if worker.task is not None}
        for task in waited_for:
            task.cancel()
        left = LEAVE_S
        while waited_for and left > 0:
            done, pending = await asyncio.wait(waited_for, timeout=min(left, LOST_AFTER_S))
            left -= LOST_AFTER_S
            for task in pending:
                if left <= 0 or waited_for[task].is_lost():
                    _log.warning("left behind", worker=task.get_name(), at=stack_of_task(task))
                    _give_up(waited_for[task])
                    done.add(task)
            for task in done:
                waited_for.pop(task).task = None

    # One worker's life

    def _launch(self, worker: _Worker) -> None:
        worker.timer = None
        worker.heart, worker.moved = Heartbeat(asyncio.current_task), {}
        worker.began, worker.stopped_at = self._now(), None
        context = contextvars.copy_context()
        context.run(worker.heart.adopt)
        loop = asyncio.get_running_loop()
        worker.task = loop.create_task(_run(worker.work), name=worker.name, context=context)
        worker.task.add_done_callback(partial(self._ended, worker))

    def _ended(self, worker: _Worker, task: asyncio.Task[None]) -> None:
        error = None if task.cancelled() else task.exception()
        if task is not worker.task or self._is_stopping:
            return
        worker.task = None
        if worker.stopped_at is None and error is None and not worker.is_endless:
            worker.is_done = not task.cancelled()
            return
        self._note_end(worker, error, was_cancelled=task.cancelled())
        self._again(worker)

    def _note_end(
        self, worker: _Worker, error: BaseException | None, *, was_cancelled: bool
    ) -> None:
        if isinstance(error, NocError):
            worker.error = str(error)
            _log.warning("worker stopped", worker=worker.name, reason=str(error))
        elif error is not None:
            worker.error = f"{type(error).__name__}: {error}"
            _log.error("worker died", worker=worker.name, exc_info=error)
            if self._on_bug is not None:
                self._on_bug(error)
        elif worker.stopped_at is None:
            worker.error = "was cancelled by others" if was_cancelled else "ended without a word"
            worker.stuck += 1
            _log.error("worker gone", worker=worker.name, reason=worker.error)

    def _again(self, worker: _Worker) -> None:
        worker.restarts += 1
        if self._now() - worker.began > CALM_S:
            worker.wait = FIRST_WAIT_S
        loop = asyncio.get_running_loop()
        worker.timer = loop.call_later(worker.wait, self._launch, worker)
        worker.wait = min(worker.wait * 2, LONGEST_WAIT_S)

    # The watch

    def _look(self) -> None:
        # Armed again before anything else: whatever goes wrong below, the watch goes on.
        self._timer = asyncio.get_running_loop().call_later(self._every_s, self._look)
        now = self._now()
        stood_still = now - self._looked_at - self._every_s
        self._looked_at = now
        for worker in self._workers.values():
            if stood_still > self._every_s:
                worker.forgive(stood_still)
            if worker.task is not None and worker.patience_s is not None:
                self._check(worker, worker.task, worker.patience_s, now)

    def _check(
        self, worker: _Worker, task: asyncio.Task[None], patience_s: float, now: float
    ) -> None:
        age, strand = worker.slowest(now)
        if worker.stopped_at is not None:
            if now - worker.stopped_at > LOST_AFTER_S and worker.is_lost():
                _log.error("worker lost", worker=worker.name)
                _give_up(worker)
                worker.task = None
                self._again(worker)
        elif age > patience_s:
            worker.stuck += 1
            worker.stopped_at = now
            worker.hung_at = stack_of_task(worker.heart.task_of(strand) or task)
            worker.error = f"{strand or 'it'} stood still for {age:.0f} s"
            _log.error("worker stuck", worker=worker.name, reason=worker.error, at=worker.hung_at)
            task.cancel()

    @staticmethod
    def _now() -> float:
        return asyncio.get_running_loop().time()


async def _run(work: Work) -> None:
    await work()


def _give_up(worker: _Worker) -> None:
    """Have asyncio forget tasks that will never end: `asyncio.run` would wait for them."""
    for task in worker.tasks():
        if not task.done():
            asyncio._unregister_task(task)
            task._log_destroy_pending = False  # type: ignore[attr-defined]


def _is_forgotten(task: asyncio.Task[Any]) -> bool:
    # What a task waits for is no public word of asyncio's, but the same in 3.11 to 3.14.
    waited_for: asyncio.Future[Any] | None = getattr(task, "_fut_waiter", None)
    return not task.done() and (waited_for is None or waited_for.done())


@asynccontextmanager
async def supervisor(
    on_bug: Callable[[BaseException], None] | None = None,
) -> AsyncIterator[Supervisor]:
    """A supervisor whose tasks end with the block."""
    keeper = Supervisor(on_bug)
    try:
        yield keeper
    finally:
        await keeper.stop()


def tune() -> None:
    """Call once when start-up is over: what exists now is never collected again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    sys.setswitchinterval(0.0005)
