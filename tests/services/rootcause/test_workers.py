"""The worker that keeps the desk folded."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace

import pytest

from noc_console.db.database import Database
from noc_console.kernel.events import EventBus
from noc_console.services.alarms.folding import AlarmFolding
from noc_console.services.alarms.model import (
    AlarmObject,
    AlarmReport,
    Condition,
    Impact,
    Severity,
)
from noc_console.services.rootcause import workers
from noc_console.services.rootcause.workers import RootFinder
from tests.conftest import FakeClock
from tests.services.rootcause.conftest import Town, device


@pytest.fixture
def finder(town: Town, db: Database, bus: EventBus, clock: FakeClock) -> RootFinder:
    return made(town, db, bus, clock)


def made(
    town: Town,
    db: Database,
    bus: EventBus,
    clock: FakeClock,
    *,
    is_mine: Callable[[], bool] = lambda: True,
    steady: Callable[[], float] | None = None,
) -> RootFinder:
    return RootFinder(
        town.rootcause,
        town.alarms,
        AlarmFolding(db, clock=clock),
        bus=bus,
        clock=clock,
        actor=town.actor,
        is_mine=is_mine,
        steady=steady,
    )


@asynccontextmanager
async def running(finder: RootFinder) -> AsyncIterator[None]:
    task = asyncio.get_running_loop().create_task(finder.run())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    """Wait for it; a worker bundles what comes, so it takes some tenths of a second."""
    async with asyncio.timeout(20):
        while not await condition():
            await asyncio.sleep(0.05)


async def test_what_falls_behind_a_root_is_folded_and_weighed_by_itself(
    town: Town, finder: RootFinder
) -> None:
    async with running(finder):
        await until(lambda: is_idle(finder))
        await town.fall("agg", "acc-1", "olt")

        async def is_folded() -> bool:
            return await town.folded() == {"acc-1": "agg", "olt": "agg"}

        await until(is_folded)
        (root,) = await town.alarms.some(town.actor, alarm_ids=(await town.alarm("agg"),))
        assert root.impact == Impact(devices=3, customers=13, services=13)
        await town.rise("agg", "olt")

        async def is_unfolded() -> bool:
            return await town.folded() == {}

        await until(is_unfolded)
        steps = await town.alarms.history(town.actor, alarm_id=await town.alarm("acc-1"))
        assert [step.what for step in steps] == ["raised", "folded", "unfolded"]


async def is_idle(finder: RootFinder) -> bool:
    return finder._engine is not None


async def test_the_first_look_takes_up_what_stands_and_writes_only_what_differs(
    town: Town, finder: RootFinder, db: Database, bus: EventBus, clock: FakeClock
) -> None:
    await town.fall("agg", "acc-1")
    await finder.look()
    assert await town.folded() == {"acc-1": "agg"}
    steps = len(await town.alarms.history(town.actor, alarm_id=await town.alarm("acc-1")))
    await made(town, db, bus, clock).look()  # as after a restart
    again = await town.alarms.history(town.actor, alarm_id=await town.alarm("acc-1"))
    assert len(again) == steps


async def test_it_does_not_listen_to_its_own_echo(
    town: Town, finder: RootFinder, bus: EventBus
) -> None:
    bus.listen(finder._hear)
    await town.fall("agg", "acc-1")
    await finder.look()
    assert not finder._has_work()


async def test_a_repetition_is_no_reason_to_judge_again(
    town: Town, finder: RootFinder, bus: EventBus
) -> None:
    await town.fall("agg")
    await finder.look()
    bus.listen(finder._hear)
    await town.report(("agg", Severity.MAJOR))
    assert not finder._has_work()
    await town.report(("acc-1", Severity.MAJOR))
    assert finder._has_work()


async def test_who_has_not_the_duty_folds_nothing(
    town: Town, db: Database, bus: EventBus, clock: FakeClock
) -> None:
    duty: list[int] = []
    finder = made(town, db, bus, clock, is_mine=lambda: bool(duty))
    await town.fall("agg", "acc-1")
    async with running(finder):
        await asyncio.sleep(workers.BUNDLE_S * 2)
        assert await town.folded() == {}
        duty.append(1)

        async def is_folded() -> bool:
            return await town.folded() == {"acc-1": "agg"}

        await until(is_folded)


async def test_new_links_are_seen_after_a_while(
    town: Town, db: Database, bus: EventBus, clock: FakeClock
) -> None:
    now = [0.0]
    finder = made(town, db, bus, clock, steady=lambda: now[0])
    bus.listen(finder._hear)
    await finder.look()
    first = finder._engine
    await town.rootcause.set_vantage(town.actor, devices=("acc-2",))
    now[0] += workers.REBUILD_S / 2
    await finder.look()
    assert finder._engine is first  # a discovery would change it for minutes on end
    now[0] += workers.REBUILD_S
    await finder.look()
    assert finder._engine is not first
    assert finder._engine is not None
    assert finder._engine.network.vantage == {town.ids["acc-2"]}


async def test_a_device_that_was_only_seen_again_changes_no_network(
    town: Town, finder: RootFinder, bus: EventBus
) -> None:
    bus.listen(finder._hear)
    await town.inventory.record(town.actor, inspected=device("acc-2", 4))
    assert not finder._is_stale
    moved = replace(device("acc-2", 4), location="Gotha")
    await town.inventory.record(town.actor, inspected=moved)
    assert finder._is_stale


async def test_a_feeder_nobody_reports_is_reported_and_its_onus_folded_under_it(
    town: Town, finder: RootFinder, bus: EventBus
) -> None:
    bus.listen(finder._hear)
    await finder.look()
    reports = tuple(
        AlarmReport(
            AlarmObject(town.ids["olt"], device_name="olt", other=f"onu:HWTC{at:04}"),
            Condition("onu-lost"),
            Severity.MINOR,
            "lost",
        )
        for at in range(7)
    )
    await town.alarms.apply(town.actor, reports=reports)
    await finder.look()
    await finder.look()
    dark = await town.alarm("olt", Condition("pon-dark"))
    alarms = [one for one in await town.alarms.active(town.actor) if one.is_active]
    assert {one.root_id for one in alarms if one.condition == "onu-lost"} == {dark}
    over = tuple(AlarmReport(one.about, one.condition, Severity.CLEARED) for one in reports)
    await town.alarms.apply(town.actor, reports=over)
    await finder.look()
    await finder.look()
    assert [one for one in await town.alarms.active(town.actor) if one.is_active] == []


async def test_when_time_alone_decides_it_looks_again_without_an_event(
    town: Town, finder: RootFinder, clock: FakeClock
) -> None:
    """acc-1 still counts as answering behind a dead aggregation: believed after a while."""
    await town.fall("agg", "olt")
    await finder.look()
    assert await town.folded() == {"olt": "agg"}
    assert finder._next_at is not None
    assert not finder._has_work()
    clock.tick(minutes=4)
    assert finder._has_work()
    await finder.look()
    assert finder._next_at is None
