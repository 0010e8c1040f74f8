"""Verdicts on their way to the desk, on both databases."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import NotAllowed
from noc_console.kernel.events import Event, EventBus
from noc_console.kernel.money import Currency, Money
from noc_console.services.alarms.folding import WEIGHED, AlarmFolding
from noc_console.services.alarms.model import (
    Alarm,
    AlarmChanged,
    AlarmId,
    AlarmObject,
    AlarmReport,
    AlarmsChanged,
    Condition,
    Fold,
    Impact,
    Severity,
    changes_in,
)
from noc_console.services.alarms.service import AlarmService
from tests.conftest import FakeClock


@pytest.fixture
def desk(db: Database, clock: FakeClock) -> AlarmService:
    return AlarmService(db, clock=clock)


@pytest.fixture
def folding(db: Database, clock: FakeClock) -> AlarmFolding:
    return AlarmFolding(db, clock=clock)


@pytest.fixture
def heard(bus: EventBus) -> list[Event]:
    kept: list[Event] = []

    def listen(events: Sequence[Event]) -> None:
        kept.extend(events)

    bus.listen(listen)
    return kept


async def down(desk: AlarmService, actor: Actor, *devices: int) -> dict[int, Alarm]:
    reports = tuple(
        AlarmReport(AlarmObject(one), Condition.UNREACHABLE, Severity.MAJOR, "silent")
        for one in devices
    )
    await desk.apply(actor, reports=reports)
    return {one.about.device_id: one for one in await desk.active(actor)}


async def up(desk: AlarmService, actor: Actor, device: int) -> None:
    await desk.settle(actor, about=AlarmObject(device), condition=Condition.UNREACHABLE)


async def test_a_fold_is_a_step_of_the_history_with_its_reason(
    desk: AlarmService, folding: AlarmFolding, collector: Actor
) -> None:
    alarms = await down(desk, collector, 1, 2)
    fold = Fold(alarms[2].id, alarms[1].id, "behind device 1")
    assert await folding.write(collector, folds=(fold,)) == {int(alarms[2].id)}
    (child,) = await desk.some(collector, alarm_ids=(alarms[2].id,))
    assert (child.root_id, child.root_why) == (alarms[1].id, "behind device 1")
    steps = await desk.history(collector, alarm_id=alarms[2].id)
    assert [(step.what, step.text) for step in steps][-1] == ("folded", "behind device 1")
    assert (await desk.counts(collector)).folded == 1


async def test_an_unfolded_alarm_stands_for_itself_again(
    desk: AlarmService, folding: AlarmFolding, collector: Actor
) -> None:
    alarms = await down(desk, collector, 1, 2)
    await folding.write(collector, folds=(Fold(alarms[2].id, alarms[1].id, "behind"),))
    await folding.write(collector, folds=(Fold(alarms[2].id, None, "its root is over"),))
    (child,) = await desk.some(collector, alarm_ids=(alarms[2].id,))
    assert (child.root_id, child.root_why) == (None, "")
    steps = await desk.history(collector, alarm_id=alarms[2].id)
    assert [(step.what, step.text) for step in steps][-1] == ("unfolded", "its root is over")


async def test_the_same_verdict_twice_is_written_once(
    desk: AlarmService, folding: AlarmFolding, collector: Actor, heard: list[Event]
) -> None:
    alarms = await down(desk, collector, 1, 2)
    fold = Fold(alarms[2].id, alarms[1].id, "behind")
    await folding.write(collector, folds=(fold,), impacts={alarms[1].id: Impact(devices=1)})
    heard.clear()
    again = await folding.write(collector, folds=(fold,), impacts={alarms[1].id: Impact(devices=1)})
    assert again == frozenset()
    assert heard == []
    assert await folding.write(collector) == frozenset()


async def test_a_verdict_that_comes_too_late_changes_nothing(
    desk: AlarmService, folding: AlarmFolding, collector: Actor
) -> None:
    """The child cleared meanwhile, or the root did."""
    alarms = await down(desk, collector, 1, 2, 3)
    await up(desk, collector, 2)
    late = Fold(alarms[2].id, alarms[1].id, "behind")
    assert await folding.write(collector, folds=(late,)) == frozenset()
    over = Fold(alarms[3].id, alarms[2].id, "behind")
    assert await folding.write(collector, folds=(over,)) == frozenset()
    gone = Fold(AlarmId(99_999), alarms[1].id, "behind")
    assert await folding.write(collector, folds=(gone,)) == frozenset()


async def test_a_cleared_child_stays_under_its_root_until_somebody_saw_it(
    desk: AlarmService, folding: AlarmFolding, collector: Actor
) -> None:
    alarms = await down(desk, collector, 1, 2)
    await folding.write(collector, folds=(Fold(alarms[2].id, alarms[1].id, "behind"),))
    await up(desk, collector, 2)
    (child,) = await desk.some(collector, alarm_ids=(alarms[2].id,))
    assert child.root_id == alarms[1].id


async def test_an_impact_is_kept_whole_and_is_no_step(
    desk: AlarmService, folding: AlarmFolding, collector: Actor, heard: list[Event]
) -> None:
    alarms = await down(desk, collector, 1)
    impact = Impact(3, 40, 55, 2, Money(120_000, Currency("EUR")))
    heard.clear()
    await folding.write(collector, impacts={alarms[1].id: impact})
    (root,) = await desk.some(collector, alarm_ids=(alarms[1].id,))
    assert root.impact == impact
    assert [step.what for step in await desk.history(collector, alarm_id=root.id)] == ["raised"]
    (event,) = heard
    assert isinstance(event, AlarmChanged)
    assert (event.what, event.alarm_id) == (WEIGHED, int(root.id))
    await folding.write(collector, impacts={alarms[1].id: None})
    (root,) = await desk.some(collector, alarm_ids=(alarms[1].id,))
    assert root.impact is None


async def test_thousands_are_folded_in_one_event(
    desk: AlarmService, folding: AlarmFolding, collector: Actor, heard: list[Event]
) -> None:
    alarms = await down(desk, collector, *range(1, 1_201))
    root = alarms[1].id
    heard.clear()
    folds = tuple(Fold(one.id, root, "behind 1") for one in alarms.values() if one.id != root)
    weights = {one.id: Impact(devices=1) for one in alarms.values()}
    assert len(await folding.write(collector, folds=folds, impacts=weights)) == 1_200
    assert all(isinstance(event, (AlarmsChanged, AlarmChanged)) for event in heard)
    assert len(heard) <= 2
    told = [change.what for change in changes_in(heard)]
    assert (told.count("folded"), told.count(WEIGHED)) == (1_199, 1)


async def test_many_weights_alone_are_one_event(
    desk: AlarmService, folding: AlarmFolding, collector: Actor, heard: list[Event]
) -> None:
    alarms = await down(desk, collector, *range(1, 61))
    heard.clear()
    await folding.write(collector, impacts={one.id: Impact(devices=2) for one in alarms.values()})
    (event,) = heard
    assert isinstance(event, AlarmsChanged)
    assert [change.what for change in changes_in(heard)] == [WEIGHED] * 60


async def test_who_may_not_report_may_not_fold(folding: AlarmFolding) -> None:
    with pytest.raises(NotAllowed):
        await folding.write(Actor("guest", "acme", frozenset()), folds=())
