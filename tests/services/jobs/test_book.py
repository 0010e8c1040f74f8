"""What the runner writes down, and who may."""

from __future__ import annotations

import asyncio

from noc_console.services.jobs.book import Pen, Step
from noc_console.services.jobs.model import Answer, Item, ItemState, RunState
from tests.services.jobs.conftest import Desk, both_stores


@both_stores
async def test_a_run_is_taken_once_and_written_only_by_who_took_it(desk: Desk) -> None:
    run = await desk.jobs.ask(
        desk.actor, lines=("show clock",), device_ids=(desk.devices["core-1"],)
    )
    job = await desk.book.take(desk.actor, run, me="one")
    assert job is not None
    assert await desk.book.take(desk.actor, run, me="two") is None
    waiting = await desk.book.lay_out(
        desk.actor, run, job, [Item(0, run.id, 1, "core-1", "ios", ItemState.WAITING)]
    )
    again = await desk.book.lay_out(desk.actor, run, job, [])
    assert again == waiting, "laid out once"
    step = Step(waiting[0].id, ItemState.OK, answers=(Answer("x", "y"),))
    assert not await desk.book.write(desk.actor, run, job, [step], me="two")
    await desk.book.finish(desk.actor, run, job, RunState.DONE, me="two")
    assert (await desk.jobs.run(desk.actor, run_id=run.id)).state is RunState.RUNNING
    assert await desk.book.write(desk.actor, run, job, [step], me="one")
    await desk.book.finish(desk.actor, run, job, RunState.DONE, me="one")
    done = await desk.jobs.run(desk.actor, run_id=run.id)
    assert (done.state, done.good) == (RunState.DONE, 1)


@both_stores
async def test_a_pen_writes_what_waits_in_one_go(desk: Desk) -> None:
    run = await desk.jobs.ask(
        desk.actor, lines=("show clock",), device_ids=tuple(desk.devices.values())
    )
    job = await desk.book.take(desk.actor, run, me="one")
    assert job is not None
    items = [Item(0, run.id, n, f"d{n}", "ios", ItemState.WAITING) for n in range(20)]
    waiting = await desk.book.lay_out(desk.actor, run, job, items)
    pen = Pen(desk.book, desk.actor, run, job, "one")
    many = [pen.write(Step(item.id, ItemState.RUNNING, began=True)) for item in waiting]
    assert all(await asyncio.gather(*many))
    found = await desk.book.items(desk.actor, run)
    assert {item.state for item in found} == {ItemState.RUNNING}
    assert all(item.started_at is not None for item in found)
    stranger = Pen(desk.book, desk.actor, run, job, "two")
    assert not await stranger.write(Step(waiting[0].id, ItemState.OK))
    assert not stranger.is_mine
