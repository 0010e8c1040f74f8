"""What the alarm tables promise whatever the service does."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy.exc import IntegrityError

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.services.alarms import rules, store
from noc_console.services.alarms.model import (
    AlarmChanged,
    AlarmObject,
    AlarmReport,
    Condition,
    Severity,
    about_collector,
)
from noc_console.services.alarms.service import AlarmService
from tests.conftest import FakeClock

REPORT = AlarmReport(AlarmObject(7), Condition.CPU, Severity.MINOR, "82 %")


async def test_an_alarm_comes_back_as_it_went_in(
    db: Database, collector: Actor, clock: FakeClock
) -> None:
    alarm = rules.raise_new(REPORT, at=clock.now())
    async with db.begin(collector) as tx:
        (saved,) = await store.save(tx, [alarm])
        tx.record(AlarmChanged(alarm_id=saved.id, what="raised", severity=3, device_id=7))
    async with db.read(collector) as tx:
        assert await store.by_ids(tx, [saved.id]) == (saved,)


@pytest.mark.parametrize(
    "about", [about_collector("ams/1"), AlarmObject(7, other="probe:3"), AlarmObject(7, 91)]
)
async def test_an_alarm_about_something_else_keeps_what_it_is_about(
    db: Database, collector: Actor, clock: FakeClock, about: AlarmObject
) -> None:
    desk = AlarmService(db, clock=clock)
    report = AlarmReport(about, Condition.WORKER_STUCK, Severity.MAJOR, "the poller stood still")
    await desk.apply(collector, reports=(report, report))
    (alarm,) = await desk.active(collector)
    assert (alarm.about, alarm.about.key, alarm.count) == (about, about.key, 2)


async def test_the_database_itself_refuses_a_second_standing_alarm(
    db: Database, collector: Actor, clock: FakeClock
) -> None:
    alarm = rules.raise_new(REPORT, at=clock.now())
    with pytest.raises(IntegrityError):
        async with db.begin(collector) as tx:
            await store.save(tx, [alarm, alarm])
            tx.record(AlarmChanged(alarm_id=1, what="raised", severity=3, device_id=7))
    async with db.begin(collector) as tx:
        await store.save(tx, [rules.settle(alarm, at=clock.now()), alarm])
        tx.record(AlarmChanged(alarm_id=1, what="raised", severity=3, device_id=7))


async def test_collectors_that_report_at_once_make_one_alarm(
    db: Database, collector: Actor, clock: FakeClock
) -> None:
    desk = AlarmService(db, clock=clock)
    await asyncio.gather(*[desk.apply(collector, reports=(REPORT,)) for _ in range(8)])
    (alarm,) = await desk.active(collector)
    assert alarm.count == 8
