"""Kept graphs and what happened beside them, on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import Invalid, NotAllowed, NotFound
from noc_console.services.alarms.episodes import AlarmEpisodeService
from noc_console.services.alarms.model import AlarmObject, Condition, Severity
from noc_console.services.alarms.service import AlarmService
from noc_console.services.graphs.service import GraphService
from noc_console.services.inventory.model import DeviceChanged, PartChanged
from tests.conftest import FakeClock

TEXT = "interface:91 span:6h"


@pytest.fixture
def graphs(db: Database, clock: FakeClock) -> GraphService:
    return GraphService(db, AlarmEpisodeService(db), clock=clock)


@pytest.fixture
def colleague(operator: Actor) -> Actor:
    return Actor("ann", operator.tenant, operator.rights)


async def test_a_graph_is_kept_and_saved_again_under_its_name(
    graphs: GraphService, operator: Actor
) -> None:
    kept = await graphs.save(operator, name=" Uplinks ", text=TEXT)
    again = await graphs.save(operator, name="Uplinks", text="device:7")
    assert again.id == kept.id
    (one,) = await graphs.saved(operator)
    assert (one.name, one.text, one.owner) == ("Uplinks", "device:7", "mira")


async def test_a_colleague_sees_a_shared_graph_and_may_not_change_it(
    graphs: GraphService, operator: Actor, colleague: Actor
) -> None:
    mine = await graphs.save(operator, name="Uplinks", text=TEXT)
    assert await graphs.saved(colleague) == ()
    with pytest.raises(NotFound):
        await graphs.graph(colleague, graph_id=mine.id)
    await graphs.share(operator, graph_id=mine.id)
    assert [one.id for one in await graphs.saved(colleague)] == [mine.id]
    with pytest.raises(NotAllowed, match="mira"):
        await graphs.remove(colleague, graph_id=mine.id)
    theirs = await graphs.save(colleague, name="Uplinks", text="device:8")
    assert theirs.id != mine.id
    await graphs.share(operator, graph_id=mine.id, is_shared=False)
    assert [one.id for one in await graphs.saved(colleague)] == [theirs.id]


async def test_a_removed_graph_is_gone(graphs: GraphService, operator: Actor) -> None:
    kept = await graphs.save(operator, name="Uplinks", text=TEXT)
    await graphs.remove(operator, graph_id=kept.id)
    assert await graphs.saved(operator) == ()
    with pytest.raises(NotFound):
        await graphs.share(operator, graph_id=kept.id)


async def test_nothing_without_a_name_or_a_curve_is_kept(
    graphs: GraphService, operator: Actor
) -> None:
    for name, text in (("", TEXT), ("x" * 101, TEXT), ("x", " "), ("x", "y" * 9000)):
        with pytest.raises(Invalid):
            await graphs.save(operator, name=name, text=text)
    assert await graphs.saved(operator) == ()


async def test_alarms_and_changes_of_a_device_are_told_beside_its_curves(
    graphs: GraphService, db: Database, operator: Actor, clock: FakeClock
) -> None:
    start = clock.now()
    clock.tick(minutes=1)
    alarms = AlarmService(db, clock=clock)
    about = AlarmObject(7, interface_id=91, device_name="core-1", interface_name="ge-0/0/1")
    await alarms.report(
        operator, about=about, condition=Condition.ERRORS, severity=Severity.MAJOR, text="many"
    )
    for event in (
        DeviceChanged(device_id=7, what="version, serial"),
        DeviceChanged(device_id=7, what="seen"),
        DeviceChanged(device_id=8, what="version"),
        PartChanged(device_id=7, part="FPC 0", what="taken out"),
    ):
        clock.tick(minutes=1)
        async with db.begin(operator) as tx:
            tx.record(event)
    found = await graphs.happenings(
        operator, device_ids=(7,), start=start, end=clock.now() + timedelta(minutes=1)
    )
    assert [one.text for one in found] == [
        "core-1 ge-0/0/1 · many",
        "another software version, another serial number",
        "FPC 0: taken out",
    ]
    assert found[0].is_alarm and found[0].interface_id == 91 and found[0].end is None
    assert not found[1].is_alarm
    assert await graphs.happenings(operator, device_ids=(), start=start, end=clock.now()) == ()
