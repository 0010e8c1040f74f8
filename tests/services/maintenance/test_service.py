"""Planned work keeps alarms off the desk, on real databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from noc_console.services.alarms.model import Alarm, AlarmObject, AlarmState, Condition, Severity
from noc_console.services.alarms.service import AlarmService
from noc_console.services.inventory.service import InventoryService
from noc_console.services.maintenance.model import Ending, SlotState
from noc_console.services.maintenance.service import MaintenanceService
from tests.conftest import FakeClock
from tests.services.maintenance.network import device


@pytest.fixture
async def core(inventory: InventoryService, collector: Actor, clock: FakeClock) -> int:
    return await device(inventory, collector, clock, "core-1", number=1)


@pytest.fixture
async def edge(inventory: InventoryService, collector: Actor, clock: FakeClock) -> int:
    return await device(inventory, collector, clock, "edge-1", number=2, site="Southgate")


async def wrong(desk: AlarmService, actor: Actor, number: int, port: int | None = None) -> None:
    about = AlarmObject(number, interface_id=port, device_name=f"device {number}")
    await desk.report(
        actor, about=about, condition=Condition.CPU, severity=Severity.MAJOR, text="busy"
    )


async def shown(desk: AlarmService, actor: Actor, number: int) -> Alarm:
    (alarm,) = await desk.active(actor, device_id=number)
    return alarm


async def test_what_stands_and_what_comes_is_put_aside_until_the_work_ends(
    desk: AlarmService,
    works: MaintenanceService,
    collector: Actor,
    operator: Actor,
    clock: FakeClock,
    core: int,
    edge: int,
) -> None:
    await wrong(desk, collector, core)
    await works.begin(operator, device_ids=(core,), reason="new line card", minutes=60)
    assert (await shown(desk, operator, core)).state is AlarmState.SHELVED
    await desk.report(
        collector,
        about=AlarmObject(core),
        condition=Condition.CPU,
        severity=Severity.CRITICAL,
        text="worse",
    )
    assert (await shown(desk, operator, core)).state is AlarmState.SHELVED, "even when it worsens"
    await wrong(desk, collector, edge)
    assert (await shown(desk, operator, edge)).state is AlarmState.UNACKNOWLEDGED
    history = await desk.history(operator, alarm_id=(await shown(desk, operator, core)).id)
    assert {step.text for step in history if step.what == "shelved"} == {
        "maintenance: new line card"
    }
    clock.tick(minutes=61)
    await desk.tidy(collector)
    assert (await shown(desk, operator, core)).state is AlarmState.UNACKNOWLEDGED
    assert await works.now(operator) == ()


async def test_work_that_ends_early_brings_back_what_still_stands(
    desk: AlarmService,
    works: MaintenanceService,
    collector: Actor,
    operator: Actor,
    clock: FakeClock,
    core: int,
    edge: int,
) -> None:
    await works.begin(operator, device_ids=(core, edge), reason="fibre", minutes=60)
    await wrong(desk, collector, core)
    (first, second) = await works.now(operator)
    assert (first.device_id, second.device_id, first.by) == (core, edge, operator.name)
    clock.tick(minutes=5)
    assert await works.end(operator, device_ids=(core, 99)) == 1
    assert (await shown(desk, operator, core)).state is AlarmState.UNACKNOWLEDGED
    assert [work.device_id for work in await works.now(operator)] == [edge]
    assert await works.end(operator, device_ids=(core,)) == 0
    (run,) = await works.under_way(operator)
    assert await works.end(operator, device_ids=(edge,)) == 1
    (run,) = await works.runs(operator, end=clock.now() + timedelta(seconds=1))
    assert (run.ending, run.ended_by) == (Ending.BY_HAND, operator.name)


async def test_an_alarm_shelved_by_hand_stays_where_it_was_put(
    desk: AlarmService, works: MaintenanceService, collector: Actor, operator: Actor, core: int
) -> None:
    await wrong(desk, collector, core)
    alarm = await shown(desk, operator, core)
    await desk.shelve(operator, alarm_ids=(alarm.id,), reason="known", minutes=30)
    until = (await shown(desk, operator, core)).shelved_until
    await works.begin(operator, device_ids=(core,), reason="fibre", minutes=60)
    await works.end(operator, device_ids=(core,))
    assert (await shown(desk, operator, core)).shelved_until == until


async def test_of_works_that_overlap_the_longest_end_wins(
    desk: AlarmService,
    works: MaintenanceService,
    collector: Actor,
    operator: Actor,
    clock: FakeClock,
    core: int,
) -> None:
    await wrong(desk, collector, core)
    await works.begin(operator, device_ids=(core,), reason="short", minutes=30)
    await works.begin(operator, device_ids=(core,), reason="long", minutes=90)
    short, long = await works.under_way(operator)
    assert (await shown(desk, operator, core)).shelved_until == long.ends_at
    (work,) = await works.now(operator)
    assert work.reason == "long"
    await works.end_run(operator, run_id=long.id)
    assert (await shown(desk, operator, core)).shelved_until == short.ends_at
    await works.end_run(operator, run_id=short.id)
    assert (await shown(desk, operator, core)).state is AlarmState.UNACKNOWLEDGED
    with pytest.raises(Conflict, match="is over"):
        await works.extend(operator, run_id=short.id)


async def test_extended_work_keeps_its_alarms_aside_longer(
    desk: AlarmService,
    works: MaintenanceService,
    collector: Actor,
    operator: Actor,
    clock: FakeClock,
    core: int,
) -> None:
    await works.begin(operator, device_ids=(core,), reason="fibre", minutes=30)
    await wrong(desk, collector, core)
    (run,) = await works.under_way(operator)
    longer = await works.extend(operator, run_id=run.id, minutes=15)
    assert longer.ends_at == run.ends_at + timedelta(minutes=15)
    assert (await shown(desk, operator, core)).shelved_until == longer.ends_at
    clock.tick(minutes=40)
    await desk.tidy(collector)
    assert (await shown(desk, operator, core)).state is AlarmState.SHELVED
    with pytest.raises(Invalid, match="7 days"):
        await works.extend(operator, run_id=run.id, minutes=60 * 24 * 8)


async def test_work_on_a_port_leaves_the_rest_of_the_device_on_the_desk(
    desk: AlarmService,
    works: MaintenanceService,
    inventory: InventoryService,
    collector: Actor,
    operator: Actor,
    core: int,
) -> None:
    (port,) = await inventory.interfaces(operator, device_id=core)
    (sensor,) = await inventory.sensors(operator, device_id=core)
    made = await works.plan(operator, title="splice", interface_ids=(int(port.id),))
    assert [target.name for target in made.targets] == ["core-1 · ge-0/0/1"]
    for about in (
        AlarmObject(core),
        AlarmObject(core, interface_id=int(port.id)),
        AlarmObject(core, sensor_id=int(sensor.id)),
    ):
        await desk.report(
            collector, about=about, condition=Condition.ERRORS, severity=Severity.MINOR, text="x"
        )
    states = {a.about.key: a.state for a in await desk.active(operator, device_id=core)}
    assert states == {
        f"device:{core}": AlarmState.UNACKNOWLEDGED,
        f"device:{core}/interface:{port.id}": AlarmState.SHELVED,
        f"device:{core}/sensor:{sensor.id}": AlarmState.SHELVED,
    }
    (work,) = await works.now(operator)
    assert work.interface_id == int(port.id)


async def test_sites_and_groups_are_the_devices_they_have_when_the_work_begins(
    works: MaintenanceService,
    inventory: InventoryService,
    collector: Actor,
    operator: Actor,
    clock: FakeClock,
    core: int,
    edge: int,
) -> None:
    sites = {site.name: int(site.id) for site in await inventory.sites(operator)}
    later = clock.now() + timedelta(hours=1)
    await works.plan(operator, title="power", site_ids=(sites["Southgate"],), starts_at=later)
    await works.plan(operator, title="upgrade", words="juniper -edge", starts_at=later)
    assert await works.begin_due(collector) == 0
    another = await device(inventory, collector, clock, "edge-2", number=3, site="Southgate")
    clock.tick(hours=1)
    assert await works.begin_due(collector) == 2
    assert await works.begin_due(collector) == 0, "each time begins once"
    reasons = {work.device_id: work.reason for work in await works.now(operator)}
    assert reasons == {core: "upgrade", edge: "power", another: "power"}


async def test_a_repetition_begins_each_time_and_single_times_can_be_called_off(
    works: MaintenanceService, collector: Actor, operator: Actor, clock: FakeClock, core: int
) -> None:
    first = datetime(2026, 3, 3, 1, tzinfo=UTC)  # a Tuesday
    window = await works.plan(
        operator,
        title="weekly restart",
        device_ids=(core,),
        starts_at=first,
        minutes=60,
        repeat="RRULE:FREQ=WEEKLY;BYDAY=TU",
        ticket="CHG-7",
    )
    assert window.repeat == "FREQ=WEEKLY;BYDAY=TU"
    with pytest.raises(NotFound):
        await works.skip(operator, window_id=window.id, starts_at=first + timedelta(days=1))
    await works.skip(operator, window_id=window.id, starts_at=first + timedelta(days=7))
    clock.time = first + timedelta(minutes=1)
    assert await works.begin_due(collector) == 1
    slots = await works.calendar(operator, start=first, days=15)
    assert [(slot.starts_at.day, slot.state) for slot in slots] == [
        (3, SlotState.NOW),
        (10, SlotState.SKIPPED),
        (17, SlotState.PLANNED),
    ]
    (run,) = await works.under_way(operator)
    assert (run.planned_at, run.ends_at, run.ticket) == (first, first + timedelta(hours=1), "CHG-7")
    clock.time = first + timedelta(days=7, minutes=1)
    assert await works.begin_due(collector) == 0
    await works.cancel(operator, window_id=window.id)
    clock.time = first + timedelta(days=14, minutes=1)
    assert await works.begin_due(collector) == 0
    assert await works.windows(operator) == ()
    await works.restore(operator, window_id=window.id)
    assert await works.begin_due(collector) == 1


async def test_a_window_is_changed_until_it_begins(
    works: MaintenanceService, operator: Actor, clock: FakeClock, core: int
) -> None:
    from dataclasses import replace

    later = clock.now() + timedelta(hours=1)
    window = await works.plan(operator, title="card", device_ids=(core,), starts_at=later)
    changed = await works.keep(operator, window=replace(window, title="two cards"))
    assert (await works.window(operator, window_id=window.id)).title == "two cards"
    now = await works.keep(operator, window=replace(changed, starts_at=clock.now()))
    assert [run.title for run in await works.under_way(operator)] == ["two cards"]
    with pytest.raises(Conflict, match="under way"):
        await works.keep(operator, window=replace(now, title="three cards"))


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"reason": " "}, "what the maintenance is for"),
        ({"minutes": 0}, "up to 7 days"),
        ({"minutes": 99_999}, "up to 7 days"),
        ({"device_ids": ()}, "devices"),
    ],
)
async def test_maintenance_without_sense_is_refused(
    works: MaintenanceService, operator: Actor, core: int, more: dict[str, object], words: str
) -> None:
    asked: dict[str, object] = {"device_ids": (core,), "reason": "fibre", "minutes": 60.0} | more
    with pytest.raises(Invalid, match=words):
        await works.begin(operator, **asked)  # type: ignore[arg-type]


async def test_what_is_not_there_cannot_be_worked_on(
    works: MaintenanceService, operator: Actor, core: int
) -> None:
    with pytest.raises(NotFound, match="no device 999"):
        await works.plan(operator, title="x", device_ids=(999,))
    with pytest.raises(NotFound):
        await works.window(operator, window_id=7)
    with pytest.raises(Invalid, match="MAP:DRAWING"):
        await works.plan(operator, title="x", areas=("nowhere",))


async def test_planning_takes_a_right_of_its_own(works: MaintenanceService, core: int) -> None:
    reader = Actor("eve", "acme", frozenset({"maintenance.see"}))
    with pytest.raises(NotAllowed):
        await works.plan(reader, title="x", device_ids=(core,))
    assert await works.windows(reader) == ()


async def test_another_tenant_sees_nothing_of_it(
    works: MaintenanceService, operator: Actor, core: int
) -> None:
    await works.begin(operator, device_ids=(core,), reason="fibre")
    other = Actor("max", "other", operator.rights)
    assert await works.now(other) == ()
    assert await works.windows(other) == ()
    (run,) = await works.under_way(operator)
    with pytest.raises(NotFound):
        await works.end_run(other, run_id=run.id)
