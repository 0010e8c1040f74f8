"""The small map around the fault."""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from noc_console.kernel.actor import Actor
from noc_console.services.alarms.model import AlarmObject
from noc_console.services.inventory.model import DeviceId, DeviceType, InterfaceId, LinkId
from noc_console.services.topology.model import Edge, End, Graph, Node
from noc_console.services.topology.service import TopologyService
from noc_console.views.alarms.given import DeskServices
from noc_console.views.alarms.nearby import Nearby
from noc_console.views.kit.desk import Desk, Route
from noc_console.views.kit.tasks import settled
from tests.views.alarms.desks import alarm
from tests.views.conftest import shown
from tests.views.world import World


class Topology:
    """A network of three; how a real one is read is proved with its service."""

    asked = 0

    async def graph(self, actor: Actor) -> Graph:
        self.asked += 1
        nodes = tuple(Node(DeviceId(n), f"sw-{n}", DeviceType.SWITCH) for n in (1, 2, 3))
        first = Edge(LinkId(1), End(DeviceId(1), InterfaceId(91)), End(DeviceId(2)), 0, 90)
        return Graph(nodes, (first, Edge(LinkId(2), End(DeviceId(2)), End(DeviceId(3)), 0, 90)))


def nearby(desk: Desk, world: World) -> tuple[Nearby, Topology]:
    network = Topology()
    given = DeskServices(world.alarms, topology=cast(TopologyService, network))
    made = Nearby(desk, given, lambda error: None)
    shown(made, 320, 320)
    return made, network


async def test_the_fault_and_its_port_are_marked(desk: Desk, world: World) -> None:
    made, network = nearby(desk, world)
    made.show_alarm(alarm(1, about=AlarmObject(1, interface_id=91)))
    await settled()
    scene, marks = made.picture.scene, made.picture.marks
    assert {node.name for node in scene.nodes} == {"sw-1", "sw-2", "sw-3"}
    assert set(marks.devices) == {scene.number[DeviceId(1)]} and set(marks.links) == {0}
    drawn = made.picture.grab().toImage()
    made.show_alarm(alarm(3))
    await settled()
    assert network.asked == 1, "the network is not read for every line one walks over"
    assert made.picture.grab().toImage() != drawn


async def test_a_click_leads_to_the_map_and_an_unknown_device_is_said(
    desk: Desk, world: World
) -> None:
    made, _ = nearby(desk, world)
    went: list[Route] = []
    desk.wires.went.connect(went.append)
    made.show_alarm(alarm(2))
    await settled()
    QTest.mouseClick(made.picture, Qt.MouseButton.LeftButton)
    assert went == [Route("map", id=2)]
    made.show_alarm(alarm(77))
    await settled()
    assert made.note.text() == "The map does not know this device."
