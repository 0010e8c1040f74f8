"""The alarms nobody has taken on."""

from __future__ import annotations

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.services.alarms.model import AlarmObject, Condition, Severity
from noc_console.services.alarms.service import AlarmService
from noc_console.services.alarms.waiting import WaitingAlarmService, WaitingHead
from tests.conftest import FakeClock


async def test_what_nobody_has_is_found_and_nothing_else(
    db: Database, clock: FakeClock, operator: Actor, collector: Actor
) -> None:
    alarms, waiting = AlarmService(db, clock=clock), WaitingAlarmService(db)
    names = ("plain", "acked", "shelved", "cleared", "minor")
    for number, name in enumerate(names, start=1):
        await alarms.report(
            collector,
            about=AlarmObject(number, device_name=name),
            condition=Condition.UNREACHABLE,
            severity=Severity.MINOR if name == "minor" else Severity.CRITICAL,
            text="",
        )
    ids = {alarm.device_name: int(alarm.id) for alarm in await alarms.active(operator)}
    await alarms.acknowledge(operator, alarm_ids=(ids["acked"],))
    await alarms.shelve(operator, alarm_ids=(ids["shelved"],), reason="known")
    await alarms.clear(operator, alarm_ids=(ids["cleared"],), reason="repaired")

    async def names_of(least: Severity) -> list[str]:
        return [alarm.device_name for alarm in await waiting.waiting(operator, least=least)]

    assert await names_of(Severity.MAJOR) == ["plain"]
    assert await names_of(Severity.CLEARED) == ["plain", "minor"]
    assert await waiting.waiting(Actor("eve", "other", frozenset({"*"}))) == ()


async def test_the_head_is_the_worst_the_count_and_those_asked_about(
    db: Database, clock: FakeClock, operator: Actor, collector: Actor
) -> None:
    alarms, waiting = AlarmService(db, clock=clock), WaitingAlarmService(db)
    assert await waiting.head(operator, among=(1, 2)) == WaitingHead()
    for number, severity in enumerate((Severity.MAJOR, Severity.CRITICAL, Severity.CRITICAL), 1):
        clock.tick(seconds=1)
        await alarms.report(
            collector,
            about=AlarmObject(number),
            condition=Condition.UNREACHABLE,
            severity=severity,
            text="",
        )
    ids = sorted(int(alarm.id) for alarm in await alarms.active(operator))
    head = await waiting.head(operator, among=(ids[0], ids[1], 999))
    assert head.worst is not None
    assert (head.worst.about.device_id, head.count) == (3, 3)
    assert [int(alarm.id) for alarm in head.among] == ids[:2]
    await alarms.acknowledge(operator, alarm_ids=tuple(ids[1:]))
    head = await waiting.head(operator, among=ids)
    assert head.worst is not None
    assert (head.worst.severity, head.count, len(head.among)) == (Severity.MAJOR, 1, 1)
