"""Alarms of objects somebody works on, on real databases."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from noc_console.db.database import Database, Tx
from noc_console.kernel.actor import Actor
from noc_console.services.alarms import rules
from noc_console.services.alarms.model import (
    Alarm,
    AlarmObject,
    AlarmReport,
    Condition,
    Severity,
)
from noc_console.services.alarms.planned import put_aside, reshelve, standing
from noc_console.services.alarms.ports import Quiet
from noc_console.services.alarms.service import AlarmService
from tests.conftest import FakeClock

NOW = datetime(2026, 3, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)


class Works:
    """Work on whole devices, until when; `services/maintenance` proves the real one."""

    def __init__(self) -> None:
        self.until: dict[int, datetime] = {}

    async def quiet(
        self, tx: Tx, abouts: Collection[AlarmObject], *, at: datetime
    ) -> Mapping[str, Quiet]:
        return {
            about.key: Quiet(self.until[about.device_id], "card")
            for about in abouts
            if about.device_id in self.until
        }


@pytest.fixture
def works() -> Works:
    return Works()


@pytest.fixture
def desk(db: Database, clock: FakeClock, works: Works) -> AlarmService:
    return AlarmService(db, clock=clock, planned=works)


def change(device: int, severity: Severity = Severity.MAJOR) -> rules.Change:
    report = AlarmReport(AlarmObject(device), Condition.CPU, severity, "busy")
    alarm = replace(rules.raise_new(report, at=NOW), severity=severity)
    return rules.Change(alarm, [("raised", severity, "busy")], is_stormy=True)


def test_what_is_raised_on_a_quiet_object_is_shelved_with_its_reason() -> None:
    quiet = {"device:7": Quiet(NOW + HOUR, "card")}
    seven, eight = put_aside([change(7), change(8)], quiet)
    assert seven.alarm.shelved_until == NOW + HOUR and seven.is_stormy
    assert seven.steps[-1] == ("shelved", Severity.MAJOR, "maintenance: card")
    assert eight.alarm.shelved_until is None


def test_what_cleared_or_was_shelved_by_hand_is_left_as_it_is() -> None:
    quiet = {"device:7": Quiet(NOW + HOUR, "card")}
    cleared = change(7, Severity.CLEARED)
    by_hand = change(7)
    by_hand.alarm = replace(by_hand.alarm, shelved_until=NOW + 3 * HOUR)
    assert [c.alarm.shelved_until for c in put_aside([cleared, by_hand], quiet)] == [
        None, NOW + 3 * HOUR,
    ]  # fmt: skip


def test_what_stands_unchanged_on_an_object_without_work_is_not_written() -> None:
    unchanged = rules.Change(change(7).alarm)
    assert put_aside([unchanged], {}) == []


async def test_standing_alarms_follow_work_that_begins_grows_and_ends(
    db: Database,
    desk: AlarmService,
    works: Works,
    collector: Actor,
    operator: Actor,
    clock: FakeClock,
) -> None:
    for device in (7, 8, 9):
        await desk.report(
            collector, about=AlarmObject(device), condition=Condition.CPU,
            severity=Severity.MAJOR, text="busy",
        )  # fmt: skip
    by_hand = next(a for a in await desk.active(operator) if a.about.device_id == 9)
    await desk.shelve(operator, alarm_ids=(by_hand.id,), reason="known", minutes=30)
    kept = next(a for a in await desk.active(operator) if a.about.device_id == 9).shelved_until

    async def follow(*was: datetime) -> int:
        async with db.begin(operator) as tx:
            changed = await reshelve(
                tx, works, device_ids=(7, 8, 9), was=was, at=clock.now(), why="it ended"
            )
            tx.wrote &= bool(tx.recorded)
            return changed

    async def shelved() -> dict[int, datetime | None]:
        return {a.about.device_id: a.shelved_until for a in await desk.active(operator)}

    first, longer = clock.now() + HOUR, clock.now() + 2 * HOUR
    works.until = {7: first, 9: first}
    assert await follow() == 1
    assert await shelved() == {7: first, 8: None, 9: kept}, "what was shelved by hand stays"
    works.until = {7: longer, 9: longer}
    assert await follow(first) == 1
    assert await shelved() == {7: longer, 8: None, 9: kept}
    assert await follow(longer) == 0, "nothing to do twice"
    works.until = {}
    assert await follow(longer) == 1
    assert await shelved() == {7: None, 8: None, 9: kept}
    alarm: Alarm = next(a for a in await desk.active(operator) if a.about.device_id == 7)
    history = await desk.history(operator, alarm_id=alarm.id)
    assert [(step.what, step.text) for step in history if "shelved" in step.what] == [
        ("shelved", "maintenance: card"),
        ("shelved", "maintenance: card"),
        ("unshelved", "it ended"),
    ]


async def test_alarms_of_any_number_of_devices_are_found(
    db: Database, desk: AlarmService, collector: Actor, operator: Actor
) -> None:
    for device in (7, 4_000):
        await desk.report(
            collector, about=AlarmObject(device), condition=Condition.CPU,
            severity=Severity.MAJOR, text="busy",
        )  # fmt: skip
    async with db.read(operator) as tx:
        found = await standing(tx, range(5, 5_000))
        assert [alarm.about.device_id for alarm in found] == [7, 4_000]
        assert await standing(tx, ()) == ()
