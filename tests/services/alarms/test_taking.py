"""Batches of reports on a real database: storms above all."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.kernel.events import Event, EventBus
from noc_console.services.alarms.model import (
    Alarm,
    AlarmObject,
    AlarmReport,
    Condition,
    Severity,
    changes_in,
)
from noc_console.services.alarms.service import AlarmService
from tests.conftest import FakeClock

LOUD = {"raised", "reopened", "escalated"}


@pytest.fixture
def desk(db: Database, clock: FakeClock) -> AlarmService:
    return AlarmService(db, clock=clock)


@pytest.fixture
def heard(bus: EventBus) -> list[tuple[str, int]]:
    kept: list[tuple[str, int]] = []

    def listen(events: Sequence[Event]) -> None:
        kept.extend((change.what, change.alarm_id) for change in changes_in(events))

    bus.listen(listen)
    return kept


def down(port: int, severity: Severity = Severity.MINOR) -> AlarmReport:
    about = AlarmObject(7, port, device_name="core-1", interface_name=f"xe-{port}")
    return AlarmReport(about, Condition.INTERFACE_DOWN, severity, "no light")


async def by_condition(desk: AlarmService, actor: Actor) -> dict[str, list[Alarm]]:
    found: dict[str, list[Alarm]] = {}
    for alarm in await desk.active(actor):
        found.setdefault(alarm.condition.value, []).append(alarm)
    return found


async def test_a_storm_is_one_line_with_a_count_and_wakes_once(
    desk: AlarmService, collector: Actor, heard: list[tuple[str, int]]
) -> None:
    await desk.apply(collector, reports=tuple(map(down, range(1, 49))))
    found = await by_condition(desk, collector)
    (storm,) = found["alarm-storm"]
    assert (storm.count, storm.severity, storm.device_name) == (48, Severity.MINOR, "core-1")
    assert {alarm.root_id for alarm in found["interface-down"]} == {storm.id}
    assert [told for told in heard if told[0] in LOUD] == [("raised", storm.id)]
    counts = await desk.counts(collector)
    assert (counts.minor, counts.folded, counts.unacknowledged) == (1, 48, 1)
    assert await desk.top(collector) == (storm,)


async def test_a_storm_that_comes_drop_by_drop_gathers_what_was_there(
    desk: AlarmService, collector: Actor, clock: FakeClock, heard: list[tuple[str, int]]
) -> None:
    for port in range(1, 15):
        await desk.apply(collector, reports=(down(port),))
        clock.tick(seconds=10)
    found = await by_condition(desk, collector)
    (storm,) = found["alarm-storm"]
    assert (storm.count, len(found["interface-down"])) == (14, 14)
    assert all(alarm.root_id == storm.id for alarm in found["interface-down"])
    assert len([told for told in heard if told[0] in LOUD]) == 11, "ten, and then the storm"
    story = [step.what for step in await desk.history(collector, alarm_id=int(storm.id))]
    assert story == ["raised"]


async def test_a_storm_is_as_bad_as_what_grows_worse_in_it(
    desk: AlarmService, collector: Actor, operator: Actor, heard: list[tuple[str, int]]
) -> None:
    await desk.apply(collector, reports=tuple(map(down, range(1, 20))))
    (storm,) = (await by_condition(desk, collector))["alarm-storm"]
    await desk.acknowledge(operator, alarm_ids=(int(storm.id),))
    heard.clear()
    await desk.apply(collector, reports=(down(3, Severity.MAJOR),))
    (grown,) = (await by_condition(desk, collector))["alarm-storm"]
    assert (grown.id, grown.severity, grown.acked_by) == (storm.id, Severity.MAJOR, None)
    assert (grown.count, grown.text) == (storm.count, storm.text)
    assert ("escalated", storm.id) in heard
    await desk.apply(collector, reports=(down(4, Severity.CRITICAL), down(30)))
    (grown,) = (await by_condition(desk, collector))["alarm-storm"]
    assert (grown.id, grown.severity, grown.count) == (storm.id, Severity.CRITICAL, 20)
    heard.clear()
    await desk.apply(collector, reports=(down(5, Severity.MAJOR),))
    assert ("escalated", storm.id) not in heard


async def test_alarms_of_many_devices_are_no_storm(desk: AlarmService, collector: Actor) -> None:
    reports = tuple(
        AlarmReport(AlarmObject(device), Condition.CPU, Severity.MINOR) for device in range(1, 60)
    )
    await desk.apply(collector, reports=reports)
    assert list(await by_condition(desk, collector)) == ["cpu"]


async def test_slow_rain_is_no_storm(
    desk: AlarmService, collector: Actor, clock: FakeClock
) -> None:
    for port in range(1, 16):
        await desk.apply(collector, reports=(down(port),))
        clock.tick(seconds=40)
    assert list(await by_condition(desk, collector)) == ["interface-down"]


async def test_a_batch_may_hold_the_end_of_what_it_began_and_still_be_a_storm(
    desk: AlarmService, collector: Actor
) -> None:
    await desk.apply(collector, reports=tuple(map(down, range(1, 10))))
    up = AlarmReport(AlarmObject(7, 1), Condition.INTERFACE_DOWN, Severity.CLEARED, "up")
    await desk.apply(collector, reports=(up, *map(down, range(10, 20))))
    found = await by_condition(desk, collector)
    (storm,) = found["alarm-storm"]
    assert storm.count == 18
    loose = [alarm for alarm in found["interface-down"] if not alarm.is_folded]
    assert [alarm.interface_name for alarm in loose] == ["xe-1"]


async def test_a_storm_of_one_tenant_is_none_of_another(
    desk: AlarmService, collector: Actor
) -> None:
    stranger = Actor("eve", "other", frozenset({"*"}))
    await desk.apply(stranger, reports=tuple(map(down, range(1, 10))))
    await desk.apply(collector, reports=tuple(map(down, range(1, 10))))
    assert list(await by_condition(desk, collector)) == ["interface-down"]


async def test_five_thousand_reports_are_folded_in_whatever_their_mix(
    desk: AlarmService, collector: Actor, heard: list[tuple[str, int]]
) -> None:
    reports = [
        AlarmReport(AlarmObject(1 + n), Condition.UNREACHABLE, Severity.MAJOR, f"silent {n}")
        for n in range(5_000)
    ]
    await desk.apply(collector, reports=tuple(reports))
    worse = [AlarmReport(r.about, r.condition, Severity.CRITICAL, r.text) for r in reports]
    await desk.apply(collector, reports=tuple(worse))
    found = await desk.active(collector)
    assert len(found) == 5_000
    assert {alarm.severity for alarm in found} == {Severity.CRITICAL}
    assert all(alarm.text == f"silent {alarm.about.device_id - 1}" for alarm in found)
    assert sum(what == "raised" for what, _ in heard) == 5_000
    assert sum(what == "escalated" for what, _ in heard) == 5_000
