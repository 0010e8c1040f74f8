"""What the runner writes down: which run is whose, and how far it is at each device.

Everything is written before it is done, so that a program that was killed is found out: what was
running then is told as interrupted, and only what changes nothing is gone on with.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from noc_console.db.database import Database, Tx
from noc_console.kernel.actor import Actor
from noc_console.kernel.clock import Clock
from noc_console.services.jobs import store
from noc_console.services.jobs.model import (
    Answer,
    Item,
    ItemState,
    Job,
    JobKind,
    JobRunChanged,
    Run,
    RunState,
)
from noc_console.services.jobs.rules import plan

KEPT = timedelta(days=90)
INTERRUPTED = "the program was ended while it ran here; how far it came is not known"
NOT_BEGUN = "the program was ended before it began here, and a job that changes is not gone on with"


@dataclass(frozen=True, slots=True)
class Step:
    """A new state of an item, and what it brought."""

    item_id: int
    state: ItemState
    note: str = ""
    answers: tuple[Answer, ...] = ()
    began: bool = False


class RunBook:
    """Runs as their runner sees them."""

    def __init__(self, db: Database, *, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def begin_due(self, actor: Actor) -> int:
        """Ask for the runs whose time has come; how many."""
        now = self._clock.now()
        async with self._db.read(actor) as tx:
            planned = [job for job in await store.every(tx) if job.is_planned]
        due = [(job, at) for job in planned if (at := plan.due(job, now=now)) is not None]
        begun = 0
        for job, at in due:
            async with self._db.begin(actor) as tx:
                if await store.has_planned(tx, job.id, at):
                    continue
                number = await store.add_run(tx, job, asked_at=now, planned_at=at)
                tx.record(_told(number, job, "asked"))
                begun += 1
        return begun

    async def waiting(self, actor: Actor) -> tuple[Run, ...]:
        """Runs nobody has begun yet, or that are to be gone on with."""
        async with self._db.read(actor) as tx:
            return await store.in_states(tx, (RunState.WAITING,))

    async def recover(self, actor: Actor, *, me: str) -> int:
        """Take over what another process left running; how many runs."""
        async with self._db.read(actor) as tx:
            running = await store.in_states(tx, (RunState.RUNNING,))
        found = 0
        for run in running:
            async with self._db.begin(actor) as tx:
                if await store.holder(tx, run.id) == me:
                    continue
                job = await store.job_of(tx, run.id)
                assert job is not None
                await self._left_behind(tx, run, job)
                found += 1
        return found

    async def _left_behind(self, tx: Tx, run: Run, job: Job) -> None:
        now = self._clock.now()
        goes_on = _goes_on(run, job) and not run.cancel_by
        if run.kind is not JobKind.AWX or not goes_on:
            await store.change_items(
                tx, run.id, (ItemState.RUNNING,),
                state=ItemState.INTERRUPTED, note=INTERRUPTED, ended_at=now,
            )  # fmt: skip
        if goes_on:
            await store.change_run(tx, run.id, state=RunState.WAITING, holder="")
            tx.record(_told(run.id, job, "resumed"))
            return
        await store.change_items(
            tx, run.id, (ItemState.WAITING,),
            state=ItemState.NOT_BEGUN, note=NOT_BEGUN, ended_at=now,
        )  # fmt: skip
        note = "the program that ran it was ended" + (
            "; whether AWX began it is not known: look there" if run.kind is JobKind.AWX else ""
        )
        await store.change_run(tx, run.id, state=RunState.INTERRUPTED, ended_at=now, note=note)
        tx.record(_told(run.id, job, "interrupted"))

    async def take(self, actor: Actor, run: Run, *, me: str) -> Job | None:
        """Make a waiting run this process's; None when somebody else was quicker."""
        async with self._db.begin(actor) as tx:
            now = await store.run(tx, run.id)
            job = await store.job_of(tx, run.id)
            if now is None or job is None or now.state is not RunState.WAITING:
                return None
            await store.change_run(
                tx,
                run.id,
                state=RunState.RUNNING,
                holder=me,
                started_at=now.started_at or self._clock.now(),
            )
            tx.record(_told(run.id, job, "began"))
            return job

    async def lay_out(
        self, actor: Actor, run: Run, job: Job, found: Sequence[Item]
    ) -> tuple[Item, ...]:
        """Write down where it is to run, once; what is still to be done there."""
        async with self._db.begin(actor) as tx:
            if not await store.items_of(tx, run.id):
                await store.add_items(tx, run.id, found)
                await store.change_run(tx, run.id, devices=len(found))
            tx.record(_told(run.id, job, "went on", len(found)))
            return await store.items_of(tx, run.id, (ItemState.WAITING,))

    async def items(self, actor: Actor, run: Run) -> tuple[Item, ...]:
        """Every item of a run."""
        async with self._db.read(actor) as tx:
            return await store.items_of(tx, run.id)

    async def write(
        self, actor: Actor, run: Run, job: Job, steps: Sequence[Step], *, me: str
    ) -> bool:
        """Write steps down; False when the run is another process's by now."""
        now = self._clock.now()
        async with self._db.begin(actor) as tx:
            if await store.holder(tx, run.id) != me:
                return False
            for step in steps:
                await store.change_item(tx, step.item_id, **_values(step, now))
            tx.record(_told(run.id, job, "went on", len(steps)))
        return True

    async def add(
        self, actor: Actor, run: Run, job: Job, found: Sequence[tuple[Item, tuple[Answer, ...]]]
    ) -> None:
        """Write down what hosts came to that were not known before."""
        async with self._db.begin(actor) as tx:
            await store.add_items(tx, run.id, [item for item, _ in found])
            kept = {item.name: item for item in await store.items_of(tx, run.id)}
            for item, answers in found:
                step = Step(kept[item.name].id, item.state, item.note, answers)
                await store.change_item(tx, step.item_id, **_values(step, self._clock.now()))
            await store.change_run(tx, run.id, devices=len(kept))
            tx.record(_told(run.id, job, "went on", len(kept)))

    async def is_cancelled(self, actor: Actor, run: Run) -> bool:
        """Whether somebody asked it to stop."""
        async with self._db.read(actor) as tx:
            now = await store.run(tx, run.id)
        return now is None or bool(now.cancel_by)

    async def say(self, actor: Actor, run: Run, job: Job, text: str) -> None:
        """Keep what a program printed."""
        async with self._db.begin(actor) as tx:
            await store.add_output(tx, run.id, text)
            tx.record(_told(run.id, job, "said"))

    async def note_outside(self, actor: Actor, run: Run, job: Job, name: str) -> None:
        """Remember what does the work calls it, to find it again."""
        async with self._db.begin(actor) as tx:
            await store.change_run(tx, run.id, outside=name)
            tx.record(_told(run.id, job, "went on"))

    async def finish(
        self, actor: Actor, run: Run, job: Job, state: RunState, *, me: str, note: str = ""
    ) -> None:
        """It is over; what was not reached is told so."""
        now = self._clock.now()
        rest = ItemState.CANCELLED if state is RunState.CANCELLED else ItemState.NOT_BEGUN
        async with self._db.begin(actor) as tx:
            if await store.holder(tx, run.id) != me:
                tx.wrote = False
                return
            open_states = (ItemState.WAITING, ItemState.RUNNING)
            await store.change_items(tx, run.id, open_states, state=rest, ended_at=now)
            await store.change_run(tx, run.id, state=state, ended_at=now, note=note[:2_000])
            tx.record(_told(run.id, job, state.value))

    async def tidy(self, actor: Actor) -> int:
        """Forget runs that ended long ago; how many."""
        async with self._db.begin(actor) as tx:
            old = await store.old_runs(tx, self._clock.now() - KEPT, 100)
            if old:
                await store.drop_runs(tx, old)
                tx.record(JobRunChanged(run_id=0, job_id=0, title="", what="tidied"))
        return len(old)


class Pen:
    """Writes steps of a run in one go with those that wait beside them."""

    def __init__(self, book: RunBook, actor: Actor, run: Run, job: Job, me: str) -> None:
        self._book, self._actor, self._run, self._job, self._me = book, actor, run, job, me
        self._steps: list[Step] = []
        self._turn = asyncio.Lock()
        self.is_mine = True
        """False once another process has the run: nothing more may be done."""

    async def write(self, step: Step) -> bool:
        """Written once this returns; False when the run is not ours any more."""
        self._steps.append(step)
        async with self._turn:
            steps, self._steps = self._steps, []
            if steps and self.is_mine:
                self.is_mine = await self._book.write(
                    self._actor, self._run, self._job, steps, me=self._me
                )
        return self.is_mine


def _goes_on(run: Run, job: Job) -> bool:
    if run.kind is JobKind.AWX:
        return bool(run.outside)
    return run.kind is JobKind.COMMANDS and not job.may_change


def _values(step: Step, now: datetime) -> dict[str, object]:
    if step.began:
        return {"state": step.state, "started_at": now}
    return {
        "state": step.state,
        "note": step.note[:2_000],
        "ended_at": now,
        "answers": store.packed(step.answers) if step.answers else None,
        "rows": sum(len(one.table.rows) for one in step.answers if one.table is not None),
    }


def _told(run_id: int, job: Job, what: str, devices: int = 0) -> JobRunChanged:
    return JobRunChanged(run_id=run_id, job_id=job.id, title=job.title, what=what, devices=devices)
