"""The alarm desk on a real database."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import Invalid, NotAllowed, NotFound
from noc_console.kernel.events import Event, EventBus
from noc_console.services.alarms.model import (
    AlarmChanged,
    AlarmCounts,
    AlarmObject,
    AlarmReport,
    AlarmState,
    Condition,
    Severity,
)
from noc_console.services.alarms.service import AlarmService
from tests.conftest import FakeClock

CORE = AlarmObject(7, device_name="core-1", site_name="Erfurt")
PORT = AlarmObject(7, 91, device_name="core-1", interface_name="xe-0/0/1")


@pytest.fixture
def desk(db: Database, clock: FakeClock) -> AlarmService:
    return AlarmService(db, clock=clock)


@pytest.fixture
def heard(bus: EventBus) -> list[AlarmChanged]:
    kept: list[AlarmChanged] = []

    def listen(events: Sequence[Event]) -> None:
        kept.extend(event for event in events if isinstance(event, AlarmChanged))

    bus.listen(listen)
    return kept


async def down(
    desk: AlarmService, actor: Actor, severity: Severity = Severity.MAJOR, about: AlarmObject = PORT
) -> None:
    await desk.report(
        actor, about=about, condition=Condition.INTERFACE_DOWN, severity=severity, text="no light"
    )


async def up(desk: AlarmService, actor: Actor, about: AlarmObject = PORT) -> None:
    await desk.settle(actor, about=about, condition=Condition.INTERFACE_DOWN, text="up")


async def test_repeated_reports_are_one_alarm_with_a_count(
    desk: AlarmService, collector: Actor, clock: FakeClock, heard: list[AlarmChanged]
) -> None:
    await down(desk, collector)
    clock.tick(seconds=60)
    await down(desk, collector)
    (alarm,) = await desk.active(collector)
    assert (alarm.count, alarm.device_name, alarm.interface_name) == (2, "core-1", "xe-0/0/1")
    assert alarm.last_seen == clock.now()
    assert (alarm.last_seen - alarm.first_seen).total_seconds() == 60
    assert [event.what for event in heard] == ["raised", "repeated"]


async def test_a_cleared_alarm_stays_until_someone_acknowledges_it(
    desk: AlarmService, collector: Actor, operator: Actor
) -> None:
    await down(desk, collector)
    await up(desk, collector)
    (alarm,) = await desk.active(operator)
    assert alarm.state is AlarmState.RETURNED
    assert await desk.counts(operator) == AlarmCounts(unacknowledged=1)
    await desk.acknowledge(operator, alarm_ids=(alarm.id,))
    assert await desk.active(operator) == ()
    (kept,) = await desk.recent(operator)
    assert (kept.state, kept.was) == (AlarmState.NORMAL, Severity.MAJOR)


async def test_after_a_day_an_unacknowledged_returned_alarm_leaves_the_desk(
    desk: AlarmService, collector: Actor, clock: FakeClock
) -> None:
    await down(desk, collector)
    await up(desk, collector)
    clock.tick(hours=25)
    assert await desk.active(collector) == ()
    assert await desk.counts(collector) == AlarmCounts()


async def test_the_worst_comes_first_and_counts_tell_them_apart(
    desk: AlarmService, collector: Actor
) -> None:
    await desk.apply(
        collector,
        reports=(
            AlarmReport(PORT, Condition.UTILISATION, Severity.WARNING, "81 %"),
            AlarmReport(CORE, Condition.UNREACHABLE, Severity.CRITICAL, "no answer"),
            AlarmReport(PORT, Condition.ERRORS, Severity.MINOR, "3 errors/s"),
        ),
    )
    found = await desk.active(collector)
    assert [alarm.severity for alarm in found] == [5, 3, 2]
    assert await desk.counts(collector) == AlarmCounts(
        critical=1, minor=1, warning=1, unacknowledged=3
    )
    assert await desk.active(collector, device_id=8) == ()


async def test_bulk_acknowledgement_is_one_transaction(
    desk: AlarmService, collector: Actor, operator: Actor
) -> None:
    reports = tuple(
        AlarmReport(AlarmObject(device), Condition.UNREACHABLE, Severity.MAJOR, "no answer")
        for device in range(1, 1201)
    )
    await desk.apply(collector, reports=reports)
    ids = tuple(int(alarm.id) for alarm in await desk.active(operator))
    assert len(ids) == 1200
    with pytest.raises(NotFound):
        await desk.acknowledge(operator, alarm_ids=(*ids, 999_999))
    assert (await desk.counts(operator)).unacknowledged == 1200
    await desk.acknowledge(operator, alarm_ids=ids)
    assert (await desk.counts(operator)).unacknowledged == 0


async def test_the_history_tells_who_did_what_and_is_only_added_to(
    desk: AlarmService, collector: Actor, operator: Actor
) -> None:
    await down(desk, collector)
    (alarm,) = await desk.active(operator)
    ids = (int(alarm.id),)
    await desk.acknowledge(operator, alarm_ids=ids)
    await desk.comment(operator, alarm_ids=ids, text="on my way\x1b[31m")
    await down(desk, collector, Severity.CRITICAL)
    await desk.unacknowledge(operator, alarm_ids=ids)
    await down(desk, collector, Severity.MINOR)
    await desk.clear(operator, alarm_ids=ids, reason="fibre cleaned")
    story = [(step.what, step.actor) for step in await desk.history(operator, alarm_id=ids[0])]
    assert story == [
        ("raised", "collector"),
        ("acknowledged", "mira"),
        ("commented", "mira"),
        ("escalated", "collector"),
        ("repeated", "collector"),
        ("cleared", "mira"),
    ]
    texts = [step.text for step in await desk.history(operator, alarm_id=ids[0])]
    assert texts[2] == "on my way␛[31m"
    assert texts[-1] == "fibre cleaned"


async def test_clearing_what_cleared_by_itself_only_acknowledges_it(
    desk: AlarmService, collector: Actor, operator: Actor
) -> None:
    await down(desk, collector)
    await up(desk, collector)
    (alarm,) = await desk.active(operator)
    await desk.clear(operator, alarm_ids=(alarm.id,), reason="seen")
    steps = await desk.history(operator, alarm_id=alarm.id)
    assert [step.what for step in steps] == ["raised", "cleared", "acknowledged"]


async def test_twenty_flaps_are_two_alarms_with_the_whole_history(
    desk: AlarmService, collector: Actor, clock: FakeClock, heard: list[AlarmChanged]
) -> None:
    for _ in range(10):
        await down(desk, collector)
        clock.tick(seconds=5)
        await up(desk, collector)
        clock.tick(seconds=5)
    found = {alarm.condition: alarm for alarm in await desk.active(collector)}
    assert set(found) == {Condition.FLAPPING, Condition.INTERFACE_DOWN}
    port = found[Condition.INTERFACE_DOWN]
    assert (port.count, port.state) == (10, AlarmState.SUPPRESSED)
    edges = [
        step
        for step in await desk.history(collector, alarm_id=port.id)
        if step.what in {"raised", "reopened", "cleared"}
    ]
    assert len(edges) == 20
    loud = [e.what for e in heard if e.what in {"raised", "reopened", "escalated"}]
    assert loud == ["raised", "reopened", "raised"], "two downs, then flapping: silence"
    assert await desk.counts(collector) == AlarmCounts(minor=1, unacknowledged=1)


async def test_flapping_ends_by_itself_after_some_quiet(
    desk: AlarmService, collector: Actor, clock: FakeClock
) -> None:
    for _ in range(2):
        await down(desk, collector)
        await up(desk, collector)
    assert await desk.tidy(collector) == 0
    clock.tick(seconds=desk.policy.flap_quiet_s)
    assert await desk.tidy(collector) == 2
    assert await desk.tidy(collector) == 0
    states = {alarm.condition: alarm.state for alarm in await desk.active(collector)}
    assert set(states.values()) == {AlarmState.RETURNED}


async def test_a_shelved_alarm_returns_by_itself(
    desk: AlarmService, collector: Actor, operator: Actor, clock: FakeClock
) -> None:
    await down(desk, collector)
    (alarm,) = await desk.active(operator)
    await desk.shelve(operator, alarm_ids=(alarm.id,), reason="works until noon", minutes=30)
    (alarm,) = await desk.active(operator)
    assert alarm.state is AlarmState.SHELVED
    assert await desk.counts(operator) == AlarmCounts()
    clock.tick(minutes=30)
    assert await desk.tidy(collector) == 1
    (alarm,) = await desk.active(operator)
    assert alarm.state is AlarmState.UNACKNOWLEDGED
    with pytest.raises(Invalid):
        await desk.shelve(operator, alarm_ids=(alarm.id,), reason="", minutes=481)
    await desk.shelve(operator, alarm_ids=(alarm.id,), reason="again")
    await desk.unshelve(operator, alarm_ids=(alarm.id,))
    assert (await desk.active(operator))[0].state is AlarmState.UNACKNOWLEDGED


async def test_alarms_of_one_tenant_are_unknown_to_another(
    desk: AlarmService, collector: Actor
) -> None:
    stranger = Actor("eve", "other", frozenset({"*"}))
    await down(desk, collector)
    (alarm,) = await desk.active(collector)
    assert await desk.active(stranger) == ()
    assert await desk.counts(stranger) == AlarmCounts()
    with pytest.raises(NotFound):
        await desk.acknowledge(stranger, alarm_ids=(alarm.id,))
    with pytest.raises(NotFound):
        await desk.history(stranger, alarm_id=alarm.id)
    await up(desk, stranger)
    assert (await desk.active(collector))[0].is_active


async def test_looking_does_not_allow_acknowledging(desk: AlarmService, collector: Actor) -> None:
    await down(desk, collector)
    viewer = Actor("guest", "acme", frozenset({"alarms.see"}))
    (alarm,) = await desk.active(viewer)
    with pytest.raises(NotAllowed):
        await desk.acknowledge(viewer, alarm_ids=(alarm.id,))
