"""Planned work keeps its own time."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from noc_console.kernel.actor import Actor
from noc_console.services.alarms.model import Alarm, AlarmObject, Condition, Severity
from noc_console.services.alarms.service import AlarmService
from noc_console.services.inventory.service import InventoryService
from noc_console.services.maintenance.model import Ending, Run
from noc_console.services.maintenance.service import MaintenanceService
from noc_console.services.maintenance.workers import ENDING, SETTLE, MaintenanceKeeper
from tests.conftest import FakeClock
from tests.services.maintenance.network import device


@pytest.fixture
async def core(inventory: InventoryService, collector: Actor, clock: FakeClock) -> int:
    return await device(inventory, collector, clock, "core-1", number=1)


async def falls(desk: AlarmService, actor: Actor, number: int) -> None:
    about = AlarmObject(number, device_name="core-1")
    await desk.report(
        actor, about=about, condition=Condition.UNREACHABLE, severity=Severity.CRITICAL,
        text="does not answer",
    )  # fmt: skip


async def returns(desk: AlarmService, actor: Actor, number: int) -> None:
    await desk.settle(actor, about=AlarmObject(number), condition=Condition.UNREACHABLE)


async def warnings(desk: AlarmService, actor: Actor) -> list[Alarm]:
    return [a for a in await desk.active(actor) if a.condition == ENDING and a.is_active]


async def only_run(works: MaintenanceService, actor: Actor, clock: FakeClock) -> Run:
    (run,) = await works.runs(actor, end=clock.now() + timedelta(seconds=1))
    return run


async def test_work_begins_and_ends_by_the_clock_and_is_compared(
    keeper: MaintenanceKeeper,
    works: MaintenanceService,
    operator: Actor,
    clock: FakeClock,
    core: int,
) -> None:
    later = clock.now() + timedelta(minutes=10)
    await works.plan(operator, title="card", device_ids=(core,), starts_at=later, minutes=30)
    await keeper.tick()
    assert await works.under_way(operator) == ()
    clock.tick(minutes=10)
    await keeper.tick()
    await keeper.look()
    run = await only_run(works, operator, clock)
    assert run.is_under_way and run.has_before and run.ends_at == later + timedelta(minutes=30)
    clock.tick(minutes=31)
    await keeper.tick()
    await keeper.look()
    run = await only_run(works, operator, clock)
    assert (run.ending, run.has_after) == (Ending.TIME, False), "polls have not been there yet"
    clock.tick(seconds=SETTLE.total_seconds())
    await keeper.look()
    assert (await only_run(works, operator, clock)).has_after
    report = await works.report(operator, run_id=run.id)
    assert report.findings == () and report.after_at == clock.now()


async def test_work_ends_early_once_all_is_back_and_quiet(
    keeper: MaintenanceKeeper,
    works: MaintenanceService,
    desk: AlarmService,
    operator: Actor,
    collector: Actor,
    clock: FakeClock,
    core: int,
) -> None:
    await works.begin(operator, device_ids=(core,), reason="restart", minutes=120, quiet_minutes=10)
    clock.tick(minutes=20)
    await keeper.tick()
    assert len(await works.under_way(operator)) == 1, "nothing went down yet"
    await falls(desk, collector, core)
    clock.tick(minutes=5)
    await keeper.tick()
    (run,) = await works.under_way(operator)
    assert run.down == 1
    await returns(desk, collector, core)
    clock.tick(minutes=9)
    await keeper.tick()
    assert len(await works.under_way(operator)) == 1, "not quiet for long enough"
    clock.tick(minutes=2)
    await keeper.tick()
    run = await only_run(works, operator, clock)
    assert (run.ending, run.ends_at) == (Ending.RECOVERED, clock.now())
    assert await works.now(operator) == ()


async def test_people_are_warned_before_the_end_when_something_is_down(
    keeper: MaintenanceKeeper,
    works: MaintenanceService,
    desk: AlarmService,
    operator: Actor,
    collector: Actor,
    clock: FakeClock,
    core: int,
) -> None:
    await works.begin(operator, device_ids=(core,), reason="restart", minutes=60)
    await falls(desk, collector, core)
    clock.tick(minutes=45)
    await keeper.tick()
    assert await warnings(desk, operator) == []
    clock.tick(minutes=6)
    await keeper.tick()
    (warning,) = await warnings(desk, operator)
    assert "1 object still down: core-1: does not answer" in warning.text
    assert "Ends in 9 min" in warning.text
    (run,) = await works.under_way(operator)
    await works.extend(operator, run_id=run.id, minutes=30)
    clock.tick(minutes=1)
    await keeper.tick()
    assert await warnings(desk, operator) == [], "there is time again"
    clock.tick(minutes=29)
    await keeper.tick()
    assert len(await warnings(desk, operator)) == 1, "the new end is warned of as well"
    clock.tick(minutes=60)
    await keeper.tick()
    assert await warnings(desk, operator) == []
    await desk.tidy(collector)
    (alarm,) = await desk.active(operator, device_id=core)
    assert alarm.shelved_until is None, "what still stands is back on the desk"


async def test_only_whose_duty_it_is_keeps_time(
    keeper: MaintenanceKeeper,
    works: MaintenanceService,
    operator: Actor,
    clock: FakeClock,
    core: int,
) -> None:
    await works.begin(operator, device_ids=(core,), reason="restart", minutes=10)
    clock.tick(minutes=20)
    keeper._every_s = 0.005
    keeper._is_mine = lambda: False
    running = asyncio.get_running_loop().create_task(keeper.run())
    await asyncio.sleep(0.05)
    assert len(await works.under_way(operator)) == 1
    keeper._is_mine = lambda: True
    for _ in range(500):
        if not await works.under_way(operator):
            break
        await asyncio.sleep(0.01)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert await works.under_way(operator) == ()
