"""What is kept of jobs comes back as it was."""

from __future__ import annotations

from datetime import timedelta

from noc_console.db.database import Database
from noc_console.kernel.actor import ALL_RIGHTS, Actor
from noc_console.services.jobs import store
from noc_console.services.jobs.model import (
    UNBORN,
    Answer,
    Item,
    ItemState,
    Job,
    JobChanged,
    JobId,
    JobKind,
    JobRunId,
    RunState,
    Table,
)
from noc_console.services.maintenance.model import Target, TargetKind
from tests.conftest import FakeClock
from tests.services.jobs.conftest import both_stores

EVENT = JobChanged(job_id=1, title="x", what="planned")


def job(clock: FakeClock) -> Job:
    return Job(
        UNBORN,
        "Look",
        JobKind.AWX,
        (Target(TargetKind.GROUP, words="core", types=("router",)), Target(TargetKind.DEVICE, 7)),
        body="x",
        variables='{"a": 1}',
        server="https://awx",
        token="t",
        template_id=9,
        starts_at=clock.now() + timedelta(days=1),
        repeat="FREQ=DAILY",
        zone="Europe/Prague",
        may_change=True,
        by="mira",
        created_at=clock.now(),
    )


@both_stores
async def test_a_job_and_the_job_of_a_run_come_back_whole(
    db: Database, clock: FakeClock, operator: Actor
) -> None:
    made = job(clock)
    async with db.begin(operator) as tx:
        number = await store.add(tx, made)
        run_id = await store.add_run(
            tx, made_id(made, number), asked_at=clock.now(), planned_at=None
        )
        tx.record(EVENT)
    async with db.read(operator) as tx:
        assert await store.job(tx, number) == made_id(made, number)
        frozen = await store.job_of(tx, run_id)
        assert frozen is not None
        assert (frozen.targets, frozen.template_id) == (made.targets, 9)
        run = await store.run(tx, run_id)
        assert run is not None
        assert (run.title, run.state, run.kind) == ("Look", RunState.WAITING, JobKind.AWX)
    stranger = Actor("x", "other tenant", frozenset({ALL_RIGHTS}))
    async with db.read(stranger) as tx:
        assert await store.job(tx, number) is None
        assert await store.run(tx, run_id) is None
        assert await store.items_of(tx, run_id) == ()


def made_id(made: Job, number: int) -> Job:
    from dataclasses import replace

    return replace(made, id=JobId(number))


@both_stores
async def test_items_are_counted_by_their_state_and_keep_their_answers(
    db: Database, clock: FakeClock, operator: Actor
) -> None:
    answers = (Answer("show x", "é\n" * 3, Table(("a", "b"), (("1", "2"),))), Answer("y", "z"))
    async with db.begin(operator) as tx:
        number = await store.add(tx, job(clock))
        run_id = await store.add_run(
            tx, made_id(job(clock), number), asked_at=clock.now(), planned_at=None
        )
        names = ("core-1", "core-2", "core-3")
        found = [Item(0, JobRunId(run_id), 1, n, "ios", ItemState.WAITING) for n in names]
        await store.add_items(tx, run_id, found)
        one, other, _ = await store.items_of(tx, run_id)
        await store.change_item(
            tx, one.id, state=ItemState.OK, answers=store.packed(answers), rows=1
        )
        await store.change_item(tx, other.id, state=ItemState.FAILED, note="no")
        tx.record(EVENT)
    async with db.read(operator) as tx:
        run = await store.run(tx, run_id)
        assert run is not None
        assert (run.good, run.bad) == (1, 1)
        (result,) = await store.answers(tx, run_id, one.id)
        assert result.answers == answers
        assert [i.name for i in await store.items_of(tx, run_id, (ItemState.WAITING,))] == [
            "core-3"
        ]


def test_no_answers_are_none() -> None:
    assert store.unpacked(None) == ()
    assert store.unpacked(store.packed(())) == ()
