"""The graph at that moment."""

from __future__ import annotations

from noc_console.services.alarms.model import Condition, about_collector
from noc_console.views.alarms.given import DeskServices
from noc_console.views.alarms.moment import Moment
from noc_console.views.graphs.loading import GraphSource
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.tasks import settled
from tests.views.alarms.desks import alarm
from tests.views.conftest import shown
from tests.views.world import World


def moment(desk: Desk, world: World) -> Moment:
    source = GraphSource(world.inventory, world.telemetry)
    made = Moment(desk, DeskServices(world.alarms, source=source), lambda error: None)
    shown(made, 320, 420)
    return made


async def test_what_was_measured_around_it_is_drawn(desk: Desk, world: World) -> None:
    for cpu in (20.0, 60.0, 91.0):
        await world.measure("core-1", cpu)
        world.clock.tick(minutes=1)
    made = moment(desk, world)
    told = await world.report("core-1")
    assert made.concerns(told)
    made.show_alarm(told)
    await settled()
    first, *others = made.graphs
    assert first.isVisible() and not any(graph.isVisible() for graph in others)
    (curve,) = first.plot.curves
    assert curve.spec == f"device:{told.about.device_id}/cpu" and 91.0 in curve.values
    made.show_alarm(None)
    assert not first.isVisible()


async def test_where_nothing_was_measured_it_says_so(desk: Desk, world: World) -> None:
    made = moment(desk, world)
    assert not made.concerns(
        alarm(1, about=about_collector("ams"), condition=Condition.WORKER_STUCK)
    )
    gone = alarm(999)
    made.show_alarm(gone)
    await settled()
    assert made.note.text() and not any(graph.isVisible() for graph in made.graphs)
    assert Moment.is_offered(made.given) and not Moment.is_offered(DeskServices(world.alarms))
