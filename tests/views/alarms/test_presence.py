"""Who looks at what, between two desks on one store."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from noc_console.db.database import Database, open_engine
from noc_console.kernel.actor import Actor
from noc_console.kernel.events import EventBus
from noc_console.services.alarms.service import AlarmService
from noc_console.views.alarms.presence import Presence
from noc_console.views.kit.desk import Desk, make_desk
from noc_console.views.kit.feed import Feed
from noc_console.views.kit.tasks import settled
from tests.views.conftest import until
from tests.views.world import World


async def test_a_colleague_sees_who_looks_and_that_he_left(
    desk: Desk, world: World, tmp_path: Path
) -> None:
    alarm = await world.report("core-1")
    told: list[Mapping[int, tuple[str, ...]]] = []
    ann = Actor("ann", desk.actor.tenant, desk.actor.rights)
    window = Database(
        open_engine(f"sqlite:///{tmp_path}/noc.db"), clock=world.clock, bus=EventBus()
    )
    other = AlarmService(window, clock=world.clock)

    def failed(error: BaseException) -> None:
        pytest.fail(repr(error))

    mine = Presence(desk, world.alarms, lambda lookers: None, failed)
    hers = Presence(make_desk(ann, Feed(), clock=world.clock), other, told.append, failed)
    mine.look_at(int(alarm.id))
    mine._settle.timeout.emit()
    await settled()
    hers.beat()
    await until(lambda: told)
    assert told[-1] == {int(alarm.id): (desk.actor.name,)}
    mine.end()
    mine._settle.timeout.emit()
    await settled()
    hers.beat()
    await settled()
    assert told[-1] == {}
    window.close()


async def test_who_walks_through_the_list_looks_at_none(desk: Desk, world: World) -> None:
    presence = Presence(desk, world.alarms, lambda lookers: None, lambda error: None)
    for number in range(1, 20):
        presence.look_at(number)
    assert presence._said is None and presence._settle.isActive()
    presence.begin()
    assert presence._beat.isActive()
    presence.end()
    assert not presence._beat.isActive()
    await settled()
