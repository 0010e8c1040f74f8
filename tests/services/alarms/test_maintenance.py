"""Work on devices keeps their alarms off the desk, on real databases."""

from __future__ import annotations

from datetime import timedelta

import pytest

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import Invalid
from noc_console.services.alarms.maintenance import MaintenanceService
from noc_console.services.alarms.model import Alarm, AlarmObject, AlarmState, Condition, Severity
from noc_console.services.alarms.service import AlarmService
from tests.conftest import FakeClock

CORE, EDGE = AlarmObject(7, device_name="core-1"), AlarmObject(8, device_name="edge-1")


@pytest.fixture
def desk(db: Database, clock: FakeClock) -> AlarmService:
    return AlarmService(db, clock=clock)


@pytest.fixture
def works(db: Database, clock: FakeClock) -> MaintenanceService:
    return MaintenanceService(db, clock=clock)


async def wrong(desk: AlarmService, actor: Actor, about: AlarmObject = CORE) -> None:
    await desk.report(
        actor, about=about, condition=Condition.CPU, severity=Severity.MAJOR, text="busy"
    )


async def shown(desk: AlarmService, actor: Actor, about: AlarmObject = CORE) -> Alarm:
    (alarm,) = await desk.active(actor, device_id=about.device_id)
    return alarm


async def test_what_stands_and_what_comes_is_put_aside_until_the_work_ends(
    desk: AlarmService,
    works: MaintenanceService,
    collector: Actor,
    operator: Actor,
    clock: FakeClock,
) -> None:
    await wrong(desk, collector)
    await works.begin(operator, device_ids=(7,), reason="new line card", minutes=60)
    assert (await shown(desk, operator)).state is AlarmState.SHELVED
    await desk.report(
        collector, about=CORE, condition=Condition.CPU, severity=Severity.CRITICAL, text="worse"
    )
    assert (await shown(desk, operator)).state is AlarmState.SHELVED, "even when it gets worse"
    await wrong(desk, collector, EDGE)
    assert (await shown(desk, operator, EDGE)).state is AlarmState.UNACKNOWLEDGED
    history = await desk.history(operator, alarm_id=(await shown(desk, operator)).id)
    assert [step.text for step in history if step.what == "shelved"] == [
        "maintenance: new line card"
    ] * 2
    clock.tick(minutes=61)
    await desk.tidy(collector)
    assert (await shown(desk, operator)).state is AlarmState.UNACKNOWLEDGED
    assert await works.now(operator) == ()


async def test_work_that_ends_early_brings_back_what_still_stands(
    desk: AlarmService,
    works: MaintenanceService,
    collector: Actor,
    operator: Actor,
    clock: FakeClock,
) -> None:
    await works.begin(operator, device_ids=(7, 8), reason="fibre", minutes=60)
    await wrong(desk, collector)
    (first, second) = await works.now(operator)
    assert (first.device_id, second.device_id, first.by) == (7, 8, operator.name)
    clock.tick(minutes=5)
    assert await works.end(operator, device_ids=(7, 99)) == 1
    assert (await shown(desk, operator)).state is AlarmState.UNACKNOWLEDGED
    assert [work.device_id for work in await works.now(operator)] == [8]
    assert await works.end(operator, device_ids=(7,)) == 0


async def test_an_alarm_shelved_by_hand_stays_where_it_was_put(
    desk: AlarmService, works: MaintenanceService, collector: Actor, operator: Actor
) -> None:
    await wrong(desk, collector)
    alarm = await shown(desk, operator)
    await desk.shelve(operator, alarm_ids=(alarm.id,), reason="known", minutes=30)
    await works.begin(operator, device_ids=(7,), reason="fibre", minutes=60)
    await works.end(operator, device_ids=(7,))
    assert (await shown(desk, operator)).state is AlarmState.SHELVED


async def test_beginning_again_replaces_the_end(
    works: MaintenanceService, operator: Actor, clock: FakeClock
) -> None:
    await works.begin(operator, device_ids=(7,), reason="fibre", minutes=60)
    clock.tick(minutes=1)
    await works.begin(operator, device_ids=(7,), reason="longer", minutes=10)
    (work,) = await works.now(operator)
    assert work.reason == "longer" and work.ends_at == clock.now() + timedelta(minutes=10)


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
    works: MaintenanceService, operator: Actor, more: dict[str, object], words: str
) -> None:
    asked: dict[str, object] = {"device_ids": (7,), "reason": "fibre", "minutes": 60.0} | more
    with pytest.raises(Invalid, match=words):
        await works.begin(operator, **asked)  # type: ignore[arg-type]
