"""Intents in a real store: once, in bulk, with what is folded below, and late."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import NotFound
from noc_console.services.alarms import rules, store
from noc_console.services.alarms.intents import Done, Intent, Refusal, Verb
from noc_console.services.alarms.model import (
    Alarm,
    AlarmId,
    AlarmObject,
    AlarmReport,
    AlarmState,
    Condition,
    Severity,
)
from noc_console.services.alarms.service import AlarmService
from noc_console.services.alarms.writing import write
from tests.conftest import FakeClock


@pytest.fixture
def desk(db: Database, clock: FakeClock) -> AlarmService:
    return AlarmService(db, clock=clock)


async def standing(desk: AlarmService, actor: Actor, count: int) -> tuple[Alarm, ...]:
    reports = tuple(
        AlarmReport(AlarmObject(device), Condition.UNREACHABLE, Severity.MAJOR, "silent")
        for device in range(1, count + 1)
    )
    await desk.apply(actor, reports=reports)
    return tuple(sorted(await desk.active(actor), key=lambda alarm: alarm.id))


async def put_under(
    db: Database, actor: Actor, clock: FakeClock, child: Alarm, root: AlarmId
) -> None:
    folded = replace(child, root_id=root, root_why="behind it")
    step = ("folded", child.severity, "behind it")
    async with db.begin(actor) as tx:
        await write(tx, [rules.Change(folded, [step], before=child)], at=clock.now())


def said(by: Actor, clock: FakeClock, verb: Verb, *ids: int, **more: object) -> Intent:
    return Intent(verb, ids, by.name, by.tenant, clock.now(), **more)  # type: ignore[arg-type]


async def test_the_same_intent_twice_is_carried_out_once(
    desk: AlarmService, operator: Actor, clock: FakeClock
) -> None:
    (alarm,) = await standing(desk, operator, 1)
    intent = said(operator, clock, Verb.COMMENT, int(alarm.id), text="on my way")
    assert await desk.carry(intent) == Done(changed=1)
    clock.tick(minutes=1)
    assert await desk.carry(intent) == Done(changed=1)
    (alarm,) = await desk.active(operator)
    assert alarm.comments == 1
    steps = await desk.history(operator, alarm_id=int(alarm.id))
    assert [step.what for step in steps] == ["raised", "commented"]


async def test_ten_thousand_are_acknowledged_in_one_transaction_with_one_event(
    desk: AlarmService, db: Database, operator: Actor
) -> None:
    ids = tuple(int(alarm.id) for alarm in await standing(desk, operator, 10_000))
    assert await desk.acknowledge(operator, alarm_ids=ids) == Done(changed=10_000)
    assert (await desk.counts(operator)).unacknowledged == 0
    assert await desk.acknowledge(operator, alarm_ids=ids) == Done(changed=0)
    async with db.read(operator) as tx:
        told = await tx.work(
            lambda c: c.exec_driver_sql("SELECT event, count(*) FROM journal GROUP BY 1").all(),
            writes=False,
        )
    assert [tuple(row) for row in told] == [("AlarmsChanged", 2)]
    steps = await desk.history(operator, alarm_id=ids[4_321])
    assert [(step.what, step.actor) for step in steps] == [
        ("raised", "mira"),
        ("acknowledged", "mira"),
    ]


async def test_what_is_folded_below_is_acknowledged_with_its_root(
    desk: AlarmService, db: Database, operator: Actor, clock: FakeClock
) -> None:
    root, child, grandchild, other = await standing(desk, operator, 4)
    await put_under(db, operator, clock, child, root.id)
    await put_under(db, operator, clock, grandchild, child.id)
    done = await desk.acknowledge(operator, alarm_ids=(int(root.id), int(child.id)))
    assert done.changed == 3
    states = {alarm.id: alarm.state for alarm in await desk.active(operator)}
    assert states[grandchild.id] is AlarmState.ACKNOWLEDGED
    assert states[other.id] is AlarmState.UNACKNOWLEDGED
    await desk.unacknowledge(operator, alarm_ids=(int(root.id),), with_folded=True)
    assert (await desk.counts(operator)).unacknowledged == 2, "folded ones are not counted"
    alone = await desk.acknowledge(operator, alarm_ids=(int(root.id),), with_folded=False)
    assert alone.changed == 1


async def test_alarms_folded_in_a_circle_are_acknowledged_once(
    desk: AlarmService, db: Database, operator: Actor, clock: FakeClock
) -> None:
    first, second = await standing(desk, operator, 2)
    await put_under(db, operator, clock, first, second.id)
    await put_under(db, operator, clock, second, first.id)
    assert (await desk.acknowledge(operator, alarm_ids=(int(first.id),))).changed == 2


async def test_an_alarm_that_is_not_there_stops_all_at_once_and_only_itself_later(
    desk: AlarmService, operator: Actor, clock: FakeClock
) -> None:
    (alarm,) = await standing(desk, operator, 1)
    intent = said(operator, clock, Verb.OWN, int(alarm.id), 999)
    with pytest.raises(NotFound):
        await desk.carry(intent)
    assert (await desk.active(operator))[0].owner is None
    clock.tick(minutes=1)
    done = await desk.carry(intent)
    assert done == Done(changed=1, refused=(Refusal(999, "there is no such alarm any more"),))


async def test_what_comes_late_is_told_at_the_time_it_was_meant(
    desk: AlarmService, operator: Actor, clock: FakeClock
) -> None:
    otto = replace(operator, name="otto")
    (alarm,) = await standing(desk, operator, 1)
    ids = (int(alarm.id),)
    ack = said(operator, clock, Verb.ACKNOWLEDGE, *ids)
    own = said(operator, clock, Verb.OWN, *ids)
    clock.tick(minutes=2)
    await desk.acknowledge(otto, alarm_ids=ids)
    await desk.own(otto, alarm_ids=ids)
    clock.tick(minutes=2)
    assert await desk.carry(ack) == Done(changed=1)
    done = await desk.carry(own)
    assert (done.changed, len(done.refused)) == (0, 1)
    (alarm,) = await desk.active(operator)
    assert (alarm.acked_by, alarm.acked_at, alarm.owner) == ("mira", ack.at, "otto")
    steps = await desk.history(operator, alarm_id=ids[0])
    assert [(step.what, step.actor) for step in steps] == [
        ("raised", "mira"),
        ("acknowledged", "mira"),
        ("noted", "mira"),
        ("acknowledged", "otto"),
        ("owned", "otto"),
    ]
    assert steps[1].at == ack.at
    assert steps[1].text == "earlier than otto"


async def test_a_late_clearing_of_what_came_back_is_refused_and_told(
    desk: AlarmService, operator: Actor, clock: FakeClock
) -> None:
    (alarm,) = await standing(desk, operator, 1)
    intent = said(operator, clock, Verb.CLEAR, int(alarm.id), text="fixed")
    clock.tick(minutes=1)
    await desk.apply(
        operator,
        reports=(AlarmReport(alarm.about, alarm.condition, Severity.CRITICAL, "silent again"),),
    )
    clock.tick(minutes=1)
    done = await desk.carry(intent)
    assert (done.changed, done.refused[0].alarm_id) == (0, int(alarm.id))
    (alarm,) = await desk.active(operator)
    assert alarm.severity is Severity.CRITICAL
    last = (await desk.history(operator, alarm_id=int(alarm.id)))[1]
    assert last.what == "noted"
    assert last.text.startswith("clear came late: it was seen again at")


async def test_intents_of_one_tenant_do_not_reach_another(
    desk: AlarmService, operator: Actor, clock: FakeClock
) -> None:
    (alarm,) = await standing(desk, operator, 1)
    stranger = Actor("eve", "other", frozenset({"*"}))
    clock.tick(minutes=1)
    old = replace(
        said(stranger, clock, Verb.OWN, int(alarm.id)), at=clock.now() - timedelta(minutes=1)
    )
    assert (await desk.carry(old)).refused
    assert (await desk.active(operator))[0].owner is None


async def test_a_late_word_reads_a_history_that_keeps_what_stood_when(
    desk: AlarmService, db: Database, operator: Actor, clock: FakeClock
) -> None:
    (alarm,) = await standing(desk, operator, 1)
    note = said(operator, clock, Verb.COMMENT, int(alarm.id), text="seen from the tower")
    clock.tick(minutes=1)
    await desk.clear(operator, alarm_ids=(int(alarm.id),), reason="fixed")
    clock.tick(minutes=1)
    assert (await desk.carry(note)).changed == 1
    async with db.read(operator) as tx:
        (kept,) = await store.by_ids(tx, (int(alarm.id),))
    assert (kept.comments, kept.state) == (1, AlarmState.NORMAL)


async def test_what_was_carried_out_long_ago_is_forgotten_but_not_sooner(
    desk: AlarmService, operator: Actor, clock: FakeClock
) -> None:
    (alarm,) = await standing(desk, operator, 1)
    intent = said(operator, clock, Verb.COMMENT, int(alarm.id), text="on my way")
    await desk.carry(intent)
    clock.tick(days=89)
    assert await desk.forget_intents(operator) == 0
    assert (await desk.carry(intent)).changed == 1
    assert (await desk.active(operator))[0].comments == 1
    clock.tick(days=2)
    stranger = Actor("eve", "other", frozenset({"*"}))
    assert await desk.forget_intents(stranger) == 0
    assert await desk.forget_intents(operator) == 1
