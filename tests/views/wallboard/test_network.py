"""The map on the wall."""

from __future__ import annotations

from noc_console.kernel.actor import Actor
from noc_console.services.alarms.model import AlarmObject, Condition, Severity
from noc_console.services.alarms.service import AlarmService
from noc_console.services.inventory.model import DeviceId, DeviceType, Reachability
from noc_console.services.topology.model import Graph, Node
from noc_console.services.topology.service import TopologyService
from noc_console.views.kit.desk import Desk
from noc_console.views.wallboard.network import NetworkScene, troubled_sites
from tests.views.conftest import until
from tests.views.measured import Ids, on_screen


def node(number: int, site: str, **more: object) -> Node:
    return Node(DeviceId(number), f"d{number}", DeviceType.ROUTER, site=site, **more)  # type: ignore[arg-type]


def test_sites_with_trouble_come_worst_first() -> None:
    graph = Graph(
        (
            node(1, "calm", reachability=Reachability.UP),
            node(2, "minor", severity=Severity.MINOR),
            node(3, "dead", reachability=Reachability.DOWN),
            node(4, "two", severity=Severity.MAJOR),
            node(5, "two", severity=Severity.MINOR),
            node(6, "one", severity=Severity.MAJOR),
            node(7, "", severity=Severity.CRITICAL),
        )
    )
    assert troubled_sites(graph) == ("dead", "two", "one", "minor")


async def test_the_wall_shows_the_network_and_each_troubled_site(
    desk: Desk, topology: TopologyService, alarms: AlarmService, operator: Actor, ids: Ids
) -> None:
    scene = NetworkScene(desk, 1.5, topology)
    await on_screen(scene)
    await until(lambda: scene.canvas.scene.has_devices)
    whole = scene.screen_.grab().toImage()
    assert scene.shots() == ("Network",)
    await alarms.report(
        operator,
        about=AlarmObject(ids["pra-cr1"]),
        condition=Condition.CPU,
        severity=Severity.MAJOR,
        text="busy",
    )
    await until(lambda: len(scene.shots()) == 2)
    scene.show_shot(1)
    assert scene.screen_.grab().toImage() != whole, "one site fills the wall"
    assert not scene.canvas.isVisible(), "nothing that takes a hand"
