"""The list follows the store: everything once, then what changed."""

from __future__ import annotations

import pytest

from noc_console.services.alarms.model import AlarmObject, AlarmReport, Condition, Severity
from noc_console.views.alarms.asked import Asked, Grouping
from noc_console.views.alarms.columns import alarm_columns
from noc_console.views.alarms.following import PART, Following
from noc_console.views.alarms.rows import DeskModel
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.tasks import settled
from tests.views.alarms.desks import NOW, alarm
from tests.views.world import World


def failed(error: BaseException) -> None:
    pytest.fail(repr(error))


@pytest.fixture
def model(desk: Desk) -> DeskModel:
    made = DeskModel(alarm_columns(desk), lambda: NOW, failed)
    made.ask(Asked(group=Grouping.NONE))
    return made


def names(model: DeskModel) -> set[str]:
    return {line.alarm.device_name for line in model.rows() if line.alarm is not None}


async def test_everything_is_read_once_and_then_what_changed(
    desk: Desk, world: World, model: DeskModel
) -> None:
    following = Following(desk.actor, world.alarms, model, failed)
    ends: list[int] = []
    following.loaded.connect(lambda: ends.append(len(model.ledger)))
    await world.report("core-1")
    following.follow()
    following.follow()
    await settled()
    assert names(model) == {"core-1"} and following.is_loaded and len(ends) == 1
    await world.report("core-2")
    following.follow()
    await settled()
    assert names(model) == {"core-1", "core-2"} and len(ends) == 1
    await world.settle("core-1")
    one = next(line for line in model.rows() if line.alarm and line.alarm.device_name == "core-1")
    await world.alarms.acknowledge(desk.actor, alarm_ids=(one.key,))
    following.follow()
    await settled()
    assert names(model) == {"core-2"}


async def test_more_than_one_part_is_read_to_its_end(
    desk: Desk, world: World, model: DeskModel
) -> None:
    reports = tuple(
        AlarmReport(AlarmObject(9_000 + n), Condition.CPU, Severity.MINOR, "CPU")
        for n in range(PART + 30)
    )
    await world.alarms.apply(world.collector, reports=reports)
    Following(desk.actor, world.alarms, model, failed).follow()
    await settled()
    assert model.rowCount() == PART + 30


async def test_a_new_beginning_forgets_what_is_not_told_again(
    desk: Desk, world: World, model: DeskModel
) -> None:
    model.take([alarm(77_777)])
    await settled()
    await world.report("core-1")
    Following(desk.actor, world.alarms, model, failed).follow()
    await settled()
    assert names(model) == {"core-1"}
