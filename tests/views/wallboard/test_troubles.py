"""The worst alarms on the wall."""

from __future__ import annotations

from noc_console.services.alarms.model import Severity
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.tasks import settled
from noc_console.views.wallboard.troubles import TroublesScene
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
