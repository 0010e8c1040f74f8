"""The health of the desk, read from the history on both databases."""

from __future__ import annotations

import pytest

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import Invalid, NotAllowed
from noc_console.services.alarms.health import AlarmHealthService
from noc_console.services.alarms.model import AlarmObject, AlarmReport, Condition, Severity
from noc_console.services.alarms.noise import Kind
from noc_console.services.alarms.service import AlarmService
from tests.conftest import FakeClock


@pytest.fixture
def alarms(db: Database, clock: FakeClock) -> AlarmService:
    return AlarmService(db, clock=clock)


@pytest.fixture
def health(db: Database, clock: FakeClock) -> AlarmHealthService:
    return AlarmHealthService(db, clock=clock)


def about(number: int) -> AlarmObject:
    return AlarmObject(number, device_name=f"sw-{number}", site_name="Delft")


async def test_a_quiet_desk_is_healthy(health: AlarmHealthService, operator: Actor) -> None:
    told = await health.health(operator, days=1)
    assert told.counts == (0,) * 144
    assert {figure.value for figure in told.figures} == {0}
    assert told.noise == () and told.floods == () and told.spoke == 0


async def test_a_storm_is_a_flood_and_its_history_is_counted_once(
    alarms: AlarmService, health: AlarmHealthService, operator: Actor, clock: FakeClock
) -> None:
    reports = tuple(
        AlarmReport(about(number), Condition.UNREACHABLE, Severity.CRITICAL, "silent")
        for number in range(1, 31)
    )
    await alarms.apply(operator, reports=reports)
    clock.tick(hours=1)
    told = await health.health(operator, days=1)
    assert told.spoke == sum(told.counts) == 30
    (flood,) = told.floods
    assert (flood.alarms, flood.worst) == (30, 30)
    split = {share.id: share.count for share in told.priorities}
    assert split == {"low": 0, "medium": 0, "high": 0, "critical": 30}


async def test_what_comes_and_goes_is_named_with_its_object_and_place(
    alarms: AlarmService, health: AlarmHealthService, operator: Actor, clock: FakeClock
) -> None:
    for _ in range(6):
        for severity in (Severity.MINOR, Severity.CLEARED):
            await alarms.report(
                operator, about=about(7), condition=Condition.CPU, severity=severity, text="busy"
            )
            clock.tick(seconds=20)
        clock.tick(minutes=30)
    told = await health.health(operator, days=1)
    (one,) = told.of(Kind.FLEETING)
    assert (one.thing.name, one.thing.site, one.thing.condition) == ("sw-7", "Delft", "cpu")
    assert one.came == one.fleeting == 6
    assert told.of(Kind.IGNORED) == (one,)


async def test_what_stands_for_days_is_stale_until_somebody_puts_it_aside(
    alarms: AlarmService, health: AlarmHealthService, operator: Actor, clock: FakeClock
) -> None:
    await alarms.report(
        operator, about=about(3), condition=Condition.POWER, severity=Severity.MAJOR, text="fan"
    )
    clock.tick(days=3)
    assert [one.thing.name for one in (await health.health(operator)).of(Kind.STALE)] == ["sw-3"]
    (alarm,) = await alarms.active(operator)
    await alarms.shelve(operator, alarm_ids=(alarm.id,), reason="spare ordered")
    assert (await health.health(operator)).of(Kind.STALE) == ()


async def test_only_who_may_see_alarms_sees_it_and_spans_are_bounded(
    health: AlarmHealthService, operator: Actor
) -> None:
    with pytest.raises(NotAllowed):
        await health.health(Actor("eve", operator.tenant, frozenset()))
    with pytest.raises(Invalid):
        await health.health(operator, days=1000)
    with pytest.raises(Invalid):
        await health.health(operator, operators=0)
    stranger = Actor("eve", "other", frozenset({"*"}))
    assert (await health.health(stranger)).spoke == 0
