"""Each time an alarm stood, on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import NotAllowed
from noc_console.services.alarms.episodes import AlarmEpisodeService
from noc_console.services.alarms.model import AlarmObject, Condition, Severity
from noc_console.services.alarms.service import AlarmService
from tests.conftest import FakeClock

ABOUT, OTHER = AlarmObject(7, device_name="core-1"), AlarmObject(8, device_name="core-2")


@pytest.fixture
def alarms(db: Database, clock: FakeClock) -> AlarmService:
    return AlarmService(db, clock=clock)


@pytest.fixture
def episodes(db: Database) -> AlarmEpisodeService:
    return AlarmEpisodeService(db)


async def turn(
    alarms: AlarmService, actor: Actor, clock: FakeClock, *severities: Severity, about: AlarmObject
) -> None:
    for severity in severities:
        clock.tick(minutes=1)
        await alarms.report(
            actor, about=about, condition=Condition.CPU, severity=severity, text="busy"
        )


async def test_an_alarm_that_came_back_stood_twice(
    alarms: AlarmService, episodes: AlarmEpisodeService, operator: Actor, clock: FakeClock
) -> None:
    start = clock.now()
    up, down = Severity.MAJOR, Severity.CLEARED
    await turn(alarms, operator, clock, up, down, up, about=ABOUT)
    await turn(alarms, operator, clock, up, about=OTHER)
    found = await episodes.during(operator, device_ids=(7,), start=start, end=clock.now())
    minute = timedelta(minutes=1)
    assert [(each.start, each.end) for each in found] == [
        (start + minute, start + 2 * minute),
        (start + 3 * minute, None),
    ]
    assert {each.alarm.device_name for each in found} == {"core-1"}
    assert found[0].severity is Severity.MAJOR


async def test_only_what_reaches_into_the_span_is_told(
    alarms: AlarmService, episodes: AlarmEpisodeService, operator: Actor, clock: FakeClock
) -> None:
    await turn(alarms, operator, clock, Severity.MAJOR, Severity.CLEARED, about=ABOUT)
    clock.tick(hours=1)
    start = clock.now()
    await turn(alarms, operator, clock, Severity.MINOR, about=ABOUT)
    clock.tick(hours=1)
    inside = await episodes.during(operator, device_ids=(7, 8), start=start, end=clock.now())
    assert [each.severity for each in inside] == [Severity.MINOR]
    assert not await episodes.during(
        operator, device_ids=(7,), start=start - timedelta(minutes=30), end=start
    )
    assert not await episodes.during(operator, device_ids=(), start=start, end=clock.now())


async def test_it_takes_the_right_to_see_alarms(
    episodes: AlarmEpisodeService, clock: FakeClock
) -> None:
    nobody = Actor("guest", "acme", frozenset({"graphs.see"}))
    with pytest.raises(NotAllowed):
        await episodes.during(nobody, device_ids=(7,), start=clock.now(), end=clock.now())


async def test_another_tenants_alarms_are_not_told(
    alarms: AlarmService, episodes: AlarmEpisodeService, operator: Actor, clock: FakeClock
) -> None:
    start = clock.now()
    await turn(alarms, operator, clock, Severity.MAJOR, about=ABOUT)
    other = Actor("eve", "other", operator.rights)
    assert not await episodes.during(other, device_ids=(7,), start=start, end=clock.now())


async def test_alarms_of_a_condition_are_told_whatever_they_are_about(
    alarms: AlarmService, episodes: AlarmEpisodeService, operator: Actor, clock: FakeClock
) -> None:
    start = clock.now()
    up, down = Severity.MAJOR, Severity.CLEARED
    await turn(alarms, operator, clock, up, down, about=ABOUT)
    await turn(alarms, operator, clock, up, about=OTHER)
    await alarms.report(operator, about=ABOUT, condition=Condition.MEMORY, severity=up, text="full")
    found = await episodes.of_condition(operator, condition="cpu", start=start, end=clock.now())
    assert [(each.alarm.about, each.end is None) for each in found] == [
        (ABOUT, False),
        (OTHER, True),
    ]
    assert await episodes.came(operator, since=start) == {"cpu": 2, "memory": 1}
    assert await episodes.came(operator, since=clock.now() + timedelta(seconds=1)) == {}
    standing = await episodes.standing(operator, conditions={Condition.CPU, Condition.ERRORS})
    assert [alarm.about for alarm in standing] == [OTHER]
