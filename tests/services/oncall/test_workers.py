"""The escalator works while it is its duty, and rests."""

from __future__ import annotations

import asyncio

from noc_console.kernel.actor import Actor
from noc_console.services.oncall.workers import Escalator
from tests.services.oncall.conftest import Desk


async def test_it_begins_with_the_first_policy_and_looks_only_while_it_is_its_duty(
    desk: Desk, collector: Actor, operator: Actor
) -> None:
    mine = asyncio.Event()
    worker = Escalator(desk.oncall, desk.escalation, collector, every_s=0.01, is_mine=mine.is_set)

    async def watched() -> None:
        await asyncio.sleep(0.05)
        assert (await desk.oncall.duties(operator)).policies == ()
        mine.set()
        while not (await desk.oncall.duties(operator)).policies:
            await asyncio.sleep(0.01)
        await desk.report()
        await asyncio.sleep(0.1)
        desk.clock.tick(minutes=16)
        while not await desk.oncall.pages(operator):
            await asyncio.sleep(0.01)
        running.cancel()

    async with asyncio.TaskGroup() as group:
        running = group.create_task(worker.run())
        group.create_task(watched())
    (page,) = await desk.oncall.pages(operator)
    assert page.policy == "Nobody has acknowledged"
