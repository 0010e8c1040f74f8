"""Begins what is due, does what waits, stops what was cancelled."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from uuid import uuid4

from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import Broken, Refused, Unreachable
from noc_console.kernel.heartbeat import beat
from noc_console.services.jobs.book import RunBook
from noc_console.services.jobs.doing import Means, do
from noc_console.services.jobs.model import Job, Run, RunState

AT_ONCE = 4
"""Runs at a time; each asks several devices at a time."""
TIDY_S = 3_600.0


class JobRunner:
    """Of several collectors one does it: whose duty jobs are at the time."""

    def __init__(
        self,
        means: Means,
        *,
        actor: Actor,
        every_s: float = 0.5,
        is_mine: Callable[[], bool] = lambda: True,
    ) -> None:
        self._means = means
        self._book: RunBook = means.book
        self._actor = actor
        self._every_s = every_s
        self._is_mine = is_mine
        self.me = uuid4().hex
        self._running: dict[int, asyncio.Task[None]] = {}
        self._tidied_s = 0.0

    async def run(self) -> None:
        """Forever, until cancelled; what runs then is found and told of by the next."""
        async with asyncio.TaskGroup() as group:
            while True:
                beat("jobs")
                if self._is_mine():
                    await self._look(group)
                else:
                    self._stop_all()
                await asyncio.sleep(self._every_s)

    async def _look(self, group: asyncio.TaskGroup) -> None:
        if not self._running:
            await self._book.recover(self._actor, me=self.me)
        await self._book.begin_due(self._actor)
        for run in await self._book.waiting(self._actor):
            if len(self._running) >= AT_ONCE:
                break
            if run.id not in self._running:
                self._begin(group, run)
        now = asyncio.get_running_loop().time()
        if now - self._tidied_s > TIDY_S:
            self._tidied_s = now
            await self._book.tidy(self._actor)

    def _begin(self, group: asyncio.TaskGroup, run: Run) -> None:
        task = group.create_task(self._one(run))
        self._running[run.id] = task
        task.add_done_callback(lambda _: self._running.pop(run.id, None))

    def _stop_all(self) -> None:
        """The duty went to another collector, which takes over. If it comes back before anybody
        did, what is left running is somebody's who is gone: ours from before."""
        if self._running:
            self.me = uuid4().hex
        for task in self._running.values():
            task.cancel()

    async def _one(self, run: Run) -> None:
        job = await self._book.take(self._actor, run, me=self.me)
        if job is None:
            return
        state, note = await self._done(run, job)
        await self._book.finish(self._actor, run, job, state, me=self.me, note=note)

    async def _done(self, run: Run, job: Job) -> tuple[RunState, str]:
        doing = asyncio.get_running_loop().create_task(self._tried(run, job))
        try:
            while not doing.done():
                await asyncio.wait({doing}, timeout=self._every_s)
                if not doing.done() and await self._book.is_cancelled(self._actor, run):
                    doing.cancel()
                    await asyncio.wait({doing})
                    return RunState.CANCELLED, ""
        finally:
            if not doing.done():
                doing.cancel()
                await asyncio.wait({doing})
        return doing.result()

    async def _tried(self, run: Run, job: Job) -> tuple[RunState, str]:
        try:
            return await do(self._means, self._actor, run, job, me=self.me)
        except (Refused, Unreachable, Broken) as error:
            return RunState.FAILED, str(error)
