"""The desk as it was, on both databases."""

from __future__ import annotations

import pytest

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import NotAllowed
from noc_console.services.alarms.history import AlarmHistoryService
from noc_console.services.alarms.intents import Intent, Verb
from noc_console.services.alarms.model import AlarmObject, Condition, Severity
from noc_console.services.alarms.service import AlarmService
from tests.conftest import FakeClock

ABOUT = AlarmObject(7, device_name="core-1")


@pytest.fixture
def alarms(db: Database, clock: FakeClock) -> AlarmService:
    return AlarmService(db, clock=clock)


@pytest.fixture
def history(db: Database) -> AlarmHistoryService:
    return AlarmHistoryService(db)


async def report(alarms: AlarmService, actor: Actor, severity: Severity) -> None:
    await alarms.report(
        actor, about=ABOUT, condition=Condition.UTILISATION, severity=severity, text="busy"
    )


async def test_an_alarm_was_as_severe_as_it_was_then(
    alarms: AlarmService, history: AlarmHistoryService, operator: Actor, clock: FakeClock
) -> None:
    moments = [clock.now()]
    for severity in (Severity.MINOR, Severity.CRITICAL, Severity.CLEARED, Severity.WARNING):
        clock.tick(minutes=1)
        await report(alarms, operator, severity)
        moments.append(clock.now())
    clock.tick(hours=1)
    await report(alarms, operator, Severity.CLEARED)
    told = [
        [int(alarm.severity) for alarm in await history.standing(operator, at=at)] for at in moments
    ]
    assert told == [[], [3], [5], [], [2]]
    assert await history.standing(operator, at=clock.now()) == ()


async def test_its_turns_are_told_in_order_and_nothing_else(
    alarms: AlarmService, history: AlarmHistoryService, operator: Actor, clock: FakeClock
) -> None:
    start = clock.now()
    clock.tick(minutes=1)
    await report(alarms, operator, Severity.MINOR)
    (alarm,) = await alarms.active(operator)
    await alarms.comment(operator, alarm_ids=(alarm.id,), text="looking")
    clock.tick(minutes=1)
    await report(alarms, operator, Severity.MAJOR)
    clock.tick(minutes=1)
    await report(alarms, operator, Severity.CLEARED)
    turns = await history.turns(operator, start=start, end=clock.now())
    assert [(one.what, int(one.severity)) for one in turns] == [
        ("raised", 3), ("escalated", 4), ("cleared", 0),
    ]  # fmt: skip
    assert {one.alarm.about.device_id for one in turns} == {7}
    edges = (start, turns[1].at, clock.now())
    assert await history.counts(operator, edges=edges) == ((1, Severity.MINOR), (1, Severity.MAJOR))
    nearest = [
        await history.nearest(operator, moment=turns[0].at, forward=forward)
        for forward in (True, False)
    ]
    assert nearest == [turns[1].at, None]  # that it cleared is no trouble
    assert await history.turns(operator, start=clock.now(), end=clock.now()) == ()


async def test_another_tenant_and_who_may_not_see_are_told_nothing(
    alarms: AlarmService, history: AlarmHistoryService, operator: Actor, clock: FakeClock
) -> None:
    start = clock.now()
    clock.tick(minutes=1)
    await report(alarms, operator, Severity.MINOR)
    stranger = Actor("eve", "other", operator.rights)
    assert await history.standing(stranger, at=clock.now()) == ()
    assert await history.turns(stranger, start=start, end=clock.now()) == ()
    with pytest.raises(NotAllowed):
        await history.standing(Actor("guest", "acme", frozenset()), at=clock.now())


async def test_what_people_did_and_was_written_down_later_does_not_change_how_bad_it_was(
    alarms: AlarmService, history: AlarmHistoryService, operator: Actor, clock: FakeClock
) -> None:
    await report(alarms, operator, Severity.MINOR)
    (alarm,) = await alarms.active(operator)
    clock.tick(minutes=1)
    note = Intent(Verb.COMMENT, (int(alarm.id),), "mira", "acme", clock.now(), "seen")
    between = clock.now()
    clock.tick(minutes=1)
    await report(alarms, operator, Severity.CRITICAL)
    clock.tick(minutes=1)
    await alarms.carry(note)
    (then,) = await history.standing(operator, at=between)
    assert then.severity is Severity.MINOR
