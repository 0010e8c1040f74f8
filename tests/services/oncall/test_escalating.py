"""Escalation on a real store: exactly once, through crashes and take-overs."""

from __future__ import annotations

from dataclasses import replace

import pytest

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import Invalid, Unreachable
from noc_console.kernel.events import Event, EventBus
from noc_console.services.alarms.model import Severity
from noc_console.services.oncall import store
from noc_console.services.oncall.escalating import UNREACHED
from noc_console.services.oncall.model import (
    AlarmPaged,
    Match,
    PolicyId,
    RotaId,
    Step,
    Target,
    TargetKind,
)
from tests.services.oncall.conftest import (
    ADA,
    BEN,
    Desk,
    new_escalation,
    person_step,
    policy,
    rota,
    weekly,
)

LADDER = replace(policy(person_step(ADA, 5), person_step(BEN, 10)), id=PolicyId(0))


@pytest.fixture
async def ready(desk: Desk, operator: Actor) -> Desk:
    await desk.oncall.keep_policy(operator, policy=LADDER)
    await desk.look()
    return desk


async def test_each_step_is_taken_once_and_told_to_its_people(ready: Desk) -> None:
    alarm = await ready.report()
    taken = [await ready.look(minutes=m) for m in (0, 4, 1, 0.1, 9, 1, 30)]
    assert taken == [0, 0, 1, 0, 0, 1, 0]
    told = list(ready.phone.rung.values())
    assert [each[:2] for each in told] == [(alarm.id, (ADA,)), (alarm.id, (BEN,))]
    assert told[1][3] == "Core, step 2: nobody acknowledged for 15 min"


@pytest.mark.parametrize("verb", ["acknowledge", "own", "suppress", "shelve", "clear"])
async def test_it_stops_when_somebody_has_it(ready: Desk, operator: Actor, verb: str) -> None:
    alarm = await ready.report()
    await ready.look(minutes=1)
    ids = (int(alarm.id),)
    if verb == "acknowledge":
        await ready.alarms.acknowledge(operator, alarm_ids=ids)
    elif verb == "own":
        await ready.alarms.own(operator, alarm_ids=ids)
    elif verb == "suppress":
        await ready.alarms.suppress(operator, alarm_ids=ids, reason="known")
    elif verb == "shelve":
        await ready.alarms.shelve(operator, alarm_ids=ids, reason="known")
    else:
        await ready.alarms.clear(operator, alarm_ids=ids, reason="repaired")
    assert [await ready.look(minutes=10) for _ in range(3)] == [0, 0, 0]
    assert ready.phone.rung == {}


async def test_an_alarm_that_lost_its_acknowledgement_goes_on(ready: Desk, operator: Actor) -> None:
    alarm = await ready.report()
    await ready.look(minutes=1)
    assert await ready.look(minutes=5) == 1
    await ready.alarms.acknowledge(operator, alarm_ids=(int(alarm.id),))
    await ready.look(minutes=1)
    await ready.alarms.unacknowledge(operator, alarm_ids=(int(alarm.id),))
    await ready.look(minutes=1)
    assert await ready.look(minutes=9.5) == 0
    assert await ready.look(minutes=0.5) == 1
    assert ready.phone.people == [(ADA,), (BEN,)]


async def test_killed_before_the_message_is_handed_over_the_next_collector_does_it_once(
    ready: Desk, db: Database
) -> None:
    await ready.report()
    await ready.look(minutes=1)
    ready.phone.fails = Unreachable("the store of messages is gone", peer="store")
    assert await ready.look(minutes=5) == 1
    assert ready.phone.rung == {}
    # Another collector takes over: nothing of the first one's memory is left.
    ready.phone.fails = None
    ready.escalation = new_escalation(db, ready.clock, ready.oncall, ready.phone)
    assert await ready.look() == 0
    assert ready.phone.people == [(ADA,)]
    await ready.look()
    assert ready.phone.calls == 2


async def test_killed_after_it_was_handed_over_the_same_key_is_handed_over_again(
    ready: Desk, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await ready.report()
    await ready.look(minutes=1)

    async def dies(*_: object) -> None:
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr(store, "hand", dies)
        with pytest.raises(SystemExit):
            await ready.look(minutes=5)
    await ready.look()
    assert ready.phone.calls == 2
    assert len(ready.phone.rung) == 1


async def test_two_collectors_that_hold_the_duty_for_a_moment_take_a_step_once(
    ready: Desk, db: Database
) -> None:
    await ready.report()
    await ready.look(minutes=1)
    other = new_escalation(db, ready.clock, ready.oncall, ready.phone)
    ready.clock.tick(minutes=5)
    first = await ready.escalation.escalate(ready.collector)
    second = await other.escalate(ready.collector)
    assert (first.taken, second.taken) == (1, 0)
    assert len(ready.phone.rung) == 1


async def test_one_message_that_is_refused_holds_up_no_other_and_says_why(
    ready: Desk, operator: Actor
) -> None:
    alarm = await ready.report()
    await ready.look(minutes=1)
    ready.phone.fails = Invalid("Ada Byron has no address for SMS")
    await ready.look(minutes=5)
    ready.phone.fails = None
    await ready.look(minutes=10)
    assert ready.phone.people == [(BEN,)]
    newest, oldest = await ready.oncall.pages(operator, alarm_id=int(alarm.id))
    assert oldest.problems == ("Ada Byron has no address for SMS",)
    assert newest.problems == ()
    assert newest.handed_at is not None


async def test_a_page_that_reaches_nobody_says_so(ready: Desk, operator: Actor) -> None:
    await ready.report()
    await ready.look(minutes=1)
    ready.phone.reaches = False
    await ready.look(minutes=5)
    (page,) = await ready.oncall.pages(operator)
    assert page.problems == (UNREACHED,)


async def test_a_storm_is_one_message_a_step(ready: Desk, operator: Actor) -> None:
    for number in range(1, 31):
        await ready.report(f"core-{number}", device=number)
    await ready.look(minutes=1)
    assert await ready.look(minutes=5) == 30
    ((_, _, _, note),) = ready.phone.rung.values()
    assert note.endswith(" min, and 29 more alarms")
    (page,) = await ready.oncall.pages(operator, alarm_id=17)
    assert page.others == 29


async def test_the_desk_is_told_by_an_event_and_needs_no_contact(
    desk: Desk, operator: Actor, bus: EventBus
) -> None:
    seen: list[Event] = []
    bus.listen(seen.extend)
    await desk.oncall.start(operator)
    await desk.look()
    alarm = await desk.report(severity=Severity.MAJOR)
    assert [await desk.look(minutes=m) for m in (0.5, 14, 0.5, 9, 1)] == [0, 0, 1, 0, 1]
    paged = [event for event in seen if isinstance(event, AlarmPaged)]
    assert [(each.alarm_id, each.desk) for each in paged] == [(int(alarm.id), True)] * 2
    assert "core-1 · does not answer (Nobody has acknowledged, step 1" in paged[0].text
    assert desk.phone.calls == 0


async def test_whoever_is_on_call_at_that_moment_is_told_and_a_gap_is_on_the_page(
    desk: Desk, operator: Actor
) -> None:
    made = await desk.oncall.keep_rota(operator, rota=replace(rota(weekly(BEN)), id=RotaId(0)))
    step = Step((Target(TargetKind.ROTA, int(made.id)), Target(TargetKind.CHANNEL, 1)))
    only = replace(LADDER, steps=(step,), match=Match(types=("olt",)))
    kept = await desk.oncall.keep_policy(operator, policy=only)
    await desk.look()
    await desk.report()
    assert await desk.look(minutes=1) == 0  # the device is of no type
    await desk.oncall.keep_policy(operator, policy=replace(kept, match=Match()))
    assert await desk.look(minutes=1) == 1
    ((_, people, places, _),) = desk.phone.rung.values()
    assert (people, places) == ((), (1,))  # the layer begins on the 2nd
    (page,) = await desk.oncall.pages(operator)
    assert page.problems == ("nobody is on call in First line at Sun 01:02 CET",)


async def test_what_stopped_long_ago_is_forgotten(
    ready: Desk, db: Database, operator: Actor
) -> None:
    alarm = await ready.report()
    await ready.look(minutes=1)
    await ready.alarms.clear(operator, alarm_ids=(int(alarm.id),), reason="repaired")
    await ready.look(minutes=1)
    await ready.look(days=8)
    async with db.read(operator) as tx:
        assert await store.runs_of(tx, (int(alarm.id),)) == ()
