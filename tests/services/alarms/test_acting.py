"""What people do about alarms, through the service."""

from __future__ import annotations

import pytest

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import Invalid, NotAllowed
from noc_console.services.alarms.intents import Done, Intent, Verb
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
async def ids(db: Database, clock: FakeClock, collector: Actor) -> tuple[int, ...]:
    desk = AlarmService(db, clock=clock)
    report = AlarmReport(AlarmObject(7), Condition.CPU, Severity.MAJOR, "busy")
    await desk.apply(collector, reports=(report,))
    return tuple(int(alarm.id) for alarm in await desk.active(collector))


@pytest.fixture
def desk(db: Database, clock: FakeClock) -> AlarmService:
    return AlarmService(db, clock=clock)


async def test_a_shift_with_one_alarm_is_told_step_by_step(
    desk: AlarmService, ids: tuple[int, ...], operator: Actor, clock: FakeClock
) -> None:
    await desk.acknowledge(operator, alarm_ids=ids, text="looking")
    await desk.own(operator, alarm_ids=ids)
    await desk.ticket(operator, alarm_ids=ids, number="INC-7")
    await desk.suppress(operator, alarm_ids=ids, reason="known")
    await desk.release(operator, alarm_ids=ids)
    await desk.shelve(operator, alarm_ids=ids, reason="works", minutes=30)
    await desk.unshelve(operator, alarm_ids=ids)
    await desk.disown(operator, alarm_ids=ids)
    await desk.ticket(operator, alarm_ids=ids, number="")
    await desk.clear(operator, alarm_ids=ids, reason="fan replaced")
    steps = await desk.history(operator, alarm_id=ids[0])
    assert [(step.what, step.text) for step in steps[1:]] == [
        ("acknowledged", "looking"),
        ("owned", ""),
        ("ticketed", "INC-7"),
        ("suppressed", "known"),
        ("released", ""),
        ("shelved", "works"),
        ("unshelved", ""),
        ("disowned", ""),
        ("ticketed", "no longer INC-7"),
        ("cleared", "fan replaced"),
    ]


async def test_a_colleague_takes_over(
    desk: AlarmService, ids: tuple[int, ...], operator: Actor
) -> None:
    otto = Actor("otto", operator.tenant, operator.rights)
    await desk.own(operator, alarm_ids=ids)
    await desk.own(otto, alarm_ids=ids)
    (alarm,) = await desk.active(operator)
    assert alarm.owner == "otto"
    last = (await desk.history(operator, alarm_id=ids[0]))[-1]
    assert (last.actor, last.text) == ("otto", "taken over from mira")


async def test_suppression_ends_with_the_condition(
    desk: AlarmService, ids: tuple[int, ...], operator: Actor
) -> None:
    await desk.suppress(operator, alarm_ids=ids, reason="known")
    assert (await desk.active(operator))[0].state is AlarmState.SUPPRESSED
    gone = AlarmReport(AlarmObject(7), Condition.CPU, Severity.CLEARED, "calm")
    await desk.apply(operator, reports=(gone,))
    (alarm,) = await desk.active(operator)
    assert (alarm.state, alarm.suppressed_by) == (AlarmState.RETURNED, "")


@pytest.mark.parametrize("minutes", [0, -5, 481, 1e300, float("nan")])
async def test_nothing_is_shelved_for_longer_than_a_shift(
    desk: AlarmService, ids: tuple[int, ...], operator: Actor, minutes: float
) -> None:
    with pytest.raises(Invalid):
        await desk.shelve(operator, alarm_ids=ids, reason="works", minutes=minutes)


async def test_each_deed_takes_its_right(
    desk: AlarmService, ids: tuple[int, ...], operator: Actor
) -> None:
    viewer = Actor("guest", "acme", frozenset({"alarms.see"}))
    for refused in (
        desk.acknowledge(viewer, alarm_ids=ids),
        desk.own(viewer, alarm_ids=ids),
        desk.ticket(viewer, alarm_ids=ids, number="1"),
        desk.suppress(viewer, alarm_ids=ids, reason="x"),
        desk.release(viewer, alarm_ids=ids),
        desk.clear(viewer, alarm_ids=ids, reason="x"),
    ):
        with pytest.raises(NotAllowed):
            await refused


async def test_nothing_chosen_is_nothing_done(desk: AlarmService, operator: Actor) -> None:
    assert await desk.acknowledge(operator, alarm_ids=()) == Done()


class Notebook:
    """A book that only notes; the real one has its own tests."""

    def __init__(self) -> None:
        self.noted: list[Intent] = []

    async def take(self, intent: Intent) -> Done:
        self.noted.append(intent)
        return Done(waiting=True)

    def waiting(self) -> tuple[Intent, ...]:
        return tuple(self.noted)


async def test_with_a_book_every_deed_goes_through_it(
    desk: AlarmService, ids: tuple[int, ...], operator: Actor
) -> None:
    book = Notebook()
    desk.wait_in(book)
    assert (await desk.acknowledge(operator, alarm_ids=ids)).waiting
    with pytest.raises(Invalid):
        await desk.comment(operator, alarm_ids=ids, text=" ")
    (intent,) = desk.waiting()
    assert (intent.verb, intent.by, intent.with_folded) == (Verb.ACKNOWLEDGE, "mira", True)
    assert (await desk.active(operator))[0].acked_by is None
