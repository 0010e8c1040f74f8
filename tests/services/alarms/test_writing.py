"""Changed alarms on their way into the store."""

from __future__ import annotations

from collections.abc import Sequence

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.kernel.events import Event, EventBus
from noc_console.services.alarms import rules, store
from noc_console.services.alarms.model import (
    AlarmChanged,
    AlarmObject,
    AlarmReport,
    Condition,
    Severity,
)
from noc_console.services.alarms.writing import write
from tests.conftest import FakeClock


async def test_every_step_is_kept_and_told(
    db: Database, bus: EventBus, operator: Actor, clock: FakeClock
) -> None:
    heard: list[Event] = []

    def listen(events: Sequence[Event]) -> None:
        heard.extend(events)

    bus.listen(listen)
    report = AlarmReport(AlarmObject(7), Condition.CPU, Severity.MAJOR, "busy")
    alarm = rules.raise_new(report, at=clock.now())
    steps = [("raised", Severity.MAJOR, "busy"), ("shelved", Severity.MAJOR, "maintenance")]
    async with db.begin(operator) as tx:
        await write(tx, [rules.Change(alarm, steps)], at=clock.now())
    assert [event.what for event in heard if isinstance(event, AlarmChanged)] == [
        "raised",
        "shelved",
    ]
    async with db.read(operator) as tx:
        (kept,) = await store.standing(tx)
        assert [step.what for step in await store.steps(tx, kept.id)] == ["raised", "shelved"]
