"""Alarms nobody repeated."""

from __future__ import annotations

from datetime import timedelta

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.services.alarms.aging import AgingService
from noc_console.services.alarms.model import AlarmObject, Condition, Severity
from noc_console.services.alarms.service import AlarmService
from tests.conftest import FakeClock

LOGIN = Condition("login-failures")


async def test_only_standing_alarms_of_the_condition_that_are_old_are_found(
    db: Database, clock: FakeClock, collector: Actor
) -> None:
    alarms = AlarmService(db, clock=clock)

    async def report(other: str, severity: Severity, condition: Condition = LOGIN) -> None:
        about = AlarmObject(1, other=other)
        await alarms.report(
            collector, about=about, condition=condition, severity=severity, text="x"
        )

    for other in ("login:a", "login:b", "login:c"):
        await report(other, Severity.WARNING)
    await report("login:a", Severity.WARNING, Condition.CPU)
    clock.tick(minutes=10)
    await report("login:b", Severity.WARNING)
    await report("login:c", Severity.CLEARED)
    before = clock.now() - timedelta(minutes=5)
    found = await AgingService(db).unrepeated(collector, condition=LOGIN, before=before)
    assert [about.other for about in found] == ["login:a"]
