"""The desk seen from a moment of the past, on real databases."""

from __future__ import annotations

import pytest

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import NotAllowed
from noc_console.services.alarms.model import AlarmObject, Condition, Severity
from noc_console.services.alarms.service import AlarmService
from noc_console.services.alarms.since import AlarmsSinceService
from tests.conftest import FakeClock


@pytest.fixture
def desk(db: Database, clock: FakeClock) -> AlarmService:
    return AlarmService(db, clock=clock)


async def wrong(
    desk: AlarmService, actor: Actor, number: int, severity: Severity = Severity.MAJOR
) -> None:
    await desk.report(
        actor, about=AlarmObject(number), condition=Condition.CPU, severity=severity,
        text=f"alarm {number}",
    )  # fmt: skip


async def test_what_came_went_and_stayed_is_counted_and_told(
    db: Database, desk: AlarmService, collector: Actor, operator: Actor, clock: FakeClock
) -> None:
    for number in (1, 2, 3):
        await wrong(desk, collector, number)
    clock.tick(hours=1)
    at = clock.now()
    clock.tick(hours=1)
    for number in (11, 12):
        await wrong(desk, collector, number)
    await wrong(desk, collector, 13, Severity.CRITICAL)
    for number in (2, 12):
        await desk.settle(collector, about=AlarmObject(number), condition=Condition.CPU)
    ids = {a.text: int(a.id) for a in await desk.active(operator) if a.is_active}
    await desk.acknowledge(operator, alarm_ids=(ids["alarm 1"], ids["alarm 11"]))
    await desk.shelve(operator, alarm_ids=(ids["alarm 3"],), reason="known")
    found = await AlarmsSinceService(db).since(operator, at=at)
    assert (found.came, found.passed, found.gone, found.still) == (2, 1, 1, 2)
    assert [a.text for a in found.new] == ["alarm 13", "alarm 11"], "the worst first"
    assert [a.text for a in found.old] == ["alarm 1"]
    assert [a.text for a in found.shelved] == ["alarm 3"]
    assert {a.text for a in found.over} == {"alarm 2", "alarm 12"}
    assert found.acknowledged == ((operator.name, 2),)
    few = await AlarmsSinceService(db).since(operator, at=at, limit=1)
    assert len(few.new) == 1 and few.came == 2, "counts are of all"


async def test_it_takes_the_right_to_see_alarms_and_stays_within_the_tenant(
    db: Database, desk: AlarmService, collector: Actor, operator: Actor, clock: FakeClock
) -> None:
    at = clock.now()
    clock.tick(hours=1)
    await wrong(desk, collector, 1)
    other = Actor("max", "other", operator.rights)
    assert (await AlarmsSinceService(db).since(other, at=at)).came == 0
    with pytest.raises(NotAllowed):
        await AlarmsSinceService(db).since(Actor("eve", "acme"), at=at)
