"""The desk keeper, running."""

from __future__ import annotations

import asyncio

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.services.alarms.model import AlarmObject, AlarmState, Condition, Severity
from noc_console.services.alarms.service import AlarmService
from noc_console.services.alarms.workers import DeskKeeper
from tests.conftest import FakeClock


async def test_the_keeper_puts_a_shelved_alarm_back(
    db: Database, collector: Actor, clock: FakeClock
) -> None:
    desk = AlarmService(db, clock=clock)
    await desk.report(
        collector,
        about=AlarmObject(7),
        condition=Condition.CPU,
        severity=Severity.MAJOR,
        text="97 %",
    )
    (alarm,) = await desk.active(collector)
    await desk.shelve(collector, alarm_ids=(alarm.id,), reason="upgrade", minutes=1)
    async with asyncio.timeout(20), asyncio.TaskGroup() as group:
        keeper = group.create_task(DeskKeeper(desk, collector, every_s=0.01).run())
        clock.tick(minutes=2)
        while (await desk.active(collector))[0].state is AlarmState.SHELVED:
            await asyncio.sleep(0.01)
        keeper.cancel()


async def test_who_has_not_the_duty_leaves_the_desk_alone(
    db: Database, collector: Actor, clock: FakeClock
) -> None:
    desk = AlarmService(db, clock=clock)
    about = AlarmObject(7)
    await desk.report(
        collector, about=about, condition=Condition.CPU, severity=Severity.MAJOR, text="97 %"
    )
    (alarm,) = await desk.active(collector)
    await desk.shelve(collector, alarm_ids=(alarm.id,), reason="upgrade", minutes=1)
    clock.tick(minutes=2)
    rounds: list[int] = []

    def is_mine() -> bool:
        rounds.append(1)
        return False

    async with asyncio.timeout(20), asyncio.TaskGroup() as group:
        keeper = DeskKeeper(desk, collector, every_s=0.01, is_mine=is_mine)
        task = group.create_task(keeper.run())
        while len(rounds) < 5:
            await asyncio.sleep(0.01)
        task.cancel()
    assert (await desk.active(collector))[0].state is AlarmState.SHELVED
