"""The worst alarms on the wall."""

from __future__ import annotations

from noc_console.services.alarms.folding import AlarmFolding
from noc_console.services.alarms.model import (
    AlarmObject,
    AlarmReport,
    Condition,
    Fold,
    Impact,
    Severity,
)
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.tasks import settled
from noc_console.views.wallboard.troubles import MOST, TroublesScene, hit_words
from tests.views.conftest import shown, until
from tests.views.world import World


async def test_what_stands_is_listed_worst_first_and_shelved_ones_are_not(
    desk: Desk, world: World
) -> None:
    await world.report("edge-3", Severity.MINOR)
    await world.report("core-1", Severity.CRITICAL)
    aside = await world.report("olt-4", Severity.MAJOR)
    await world.alarms.shelve(desk.actor, alarm_ids=(aside.id,), reason="known", minutes=10)
    scene = TroublesScene(desk, 1.5, world.alarms)
    shown(scene)
    await until(lambda: len(scene.list.alarms) == 2)
    assert [one.about.device_id for one in scene.list.alarms] == [
        world.devices["core-1"],
        world.devices["edge-3"],
    ]
    before = scene.list.grab().toImage()
    await world.settle("core-1")
    await world.settle("edge-3")
    await until(lambda: all(not one.is_active for one in scene.list.alarms))
    await settled()
    assert scene.list.grab().toImage() != before


async def test_only_roots_are_told_with_whom_they_hit(desk: Desk, world: World) -> None:
    root = await world.report("core-1", Severity.CRITICAL)
    child = await world.report("edge-3", Severity.CRITICAL)
    folding = AlarmFolding(world.alarms._db, clock=world.clock)
    fold = Fold(child.id, root.id, "reached only through core-1")
    hit = Impact(devices=1, customers=1_240, priority=2)
    await folding.write(world.collector, folds=[fold], impacts={root.id: hit})
    scene = TroublesScene(desk, 1.0, world.alarms)
    shown(scene)
    await until(lambda: scene.list.alarms)
    (told,) = scene.list.alarms
    assert told.id == root.id and scene.list.folded == 1 and scene.list.more == 0
    assert hit_words(told) == "1,240 customers, 1 device, 2 with priority"
    assert hit_words(child) == ""
    await settled()


async def test_a_storm_is_told_by_its_worst_and_a_number(desk: Desk, world: World) -> None:
    reports = tuple(
        AlarmReport(AlarmObject(9_000 + n), Condition.CPU, Severity.MINOR, "CPU")
        for n in range(MOST + 40)
    )
    await world.alarms.apply(world.collector, reports=reports)
    await world.report("core-1", Severity.CRITICAL)
    scene = TroublesScene(desk, 1.0, world.alarms)
    shown(scene)
    await until(lambda: scene.list.alarms)
    assert len(scene.list.alarms) == MOST and scene.list.more == 41
    assert scene.list.alarms[0].severity is Severity.CRITICAL
    assert scene.list._rest(3) == "and 3 more"
    await settled()
