"""What time does to the desk, on a real database."""

from __future__ import annotations

import pytest

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.services.alarms.model import (
    AlarmObject,
    AlarmReport,
    AlarmState,
    Condition,
    Severity,
)
from noc_console.services.alarms.service import AlarmService
from tests.conftest import FakeClock


@pytest.fixture
def desk(db: Database, clock: FakeClock) -> AlarmService:
    return AlarmService(db, clock=clock)


def port(number: int, severity: Severity = Severity.MINOR) -> AlarmReport:
    return AlarmReport(AlarmObject(7, number), Condition.INTERFACE_DOWN, severity, "no light")


async def test_a_storm_lasts_while_many_stand_and_ends_when_few_are_left(
    desk: AlarmService, collector: Actor, clock: FakeClock
) -> None:
    await desk.apply(collector, reports=tuple(map(port, range(1, 21))))
    assert await desk.tidy(collector) == 0
    clock.tick(minutes=6)
    assert await desk.tidy(collector) == 0, "twenty ports are still down"
    gone = tuple(port(number, Severity.CLEARED) for number in range(1, 13))
    await desk.apply(collector, reports=gone)
    assert await desk.tidy(collector) == 9
    assert await desk.tidy(collector) == 0
    standing = [alarm for alarm in await desk.active(collector) if alarm.is_active]
    assert len(standing) == 8
    assert not any(alarm.is_folded for alarm in standing)


async def test_clearing_a_storm_by_hand_frees_what_it_stood_for(
    desk: AlarmService, collector: Actor, operator: Actor
) -> None:
    await desk.apply(collector, reports=tuple(map(port, range(1, 21))))
    storm = (await desk.top(operator))[0]
    await desk.clear(operator, alarm_ids=(int(storm.id),), reason="show me all")
    assert await desk.tidy(collector) == 20
    assert (await desk.counts(operator)).minor == 20
    assert await desk.tidy(collector) == 0


async def test_what_was_suppressed_by_hand_is_not_released_by_time(
    desk: AlarmService, collector: Actor, operator: Actor, clock: FakeClock
) -> None:
    await desk.apply(collector, reports=(port(1), port(2)))
    first, second = await desk.active(operator)
    await desk.suppress(operator, alarm_ids=(int(first.id),), reason="known fault")
    await desk.shelve(operator, alarm_ids=(int(second.id),), reason="works", minutes=30)
    assert {alarm.id for alarm in await desk.aside(operator)} == {first.id, second.id}
    clock.tick(hours=9)
    assert await desk.tidy(collector) == 1
    (aside,) = await desk.aside(operator)
    assert (aside.id, aside.state) == (first.id, AlarmState.SUPPRESSED)
    await desk.release(operator, alarm_ids=(int(first.id),))
    assert await desk.aside(operator) == ()
