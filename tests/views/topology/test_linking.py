"""Why a link is here, and what people say of it."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QImage, QPainter

from noc_console.db.samples import Samples
from noc_console.kernel.actor import Actor
from noc_console.services.inventory.service import InventoryService
from noc_console.views.kit.desk import Route
from noc_console.views.kit.tasks import settled
from noc_console.views.topology.camera import Camera
from noc_console.views.topology.linking import HandMarks, LinkTool
from noc_console.views.topology.page import MapPage
from noc_console.views.topology.scene import Scene
from noc_console.views.topology.stage import Moment
from tests.conftest import FakeClock
from tests.views.conftest import until
from tests.views.measured import Ids, measure
from tests.views.topology.conftest import opened
from tests.views.topology.drawn import AT, edge, graph, places


def link_of(page: MapPage, a: int, b: int) -> int:
    for at, each in enumerate(page.canvas.scene.edges):
        if {int(each.a.device_id), int(each.b.device_id)} == {a, b}:
            return at
    raise LookupError((a, b))


def select(page: MapPage, *devices: int) -> None:
    page.canvas.select({page.canvas.scene.number[id] for id in devices})  # type: ignore[index]


async def test_a_link_says_why_it_is_there(page: MapPage, ids: Ids) -> None:
    await opened(page)
    tool = page.tool(LinkTool)
    tool.explain(0)
    await settled()
    assert tool.panel.isVisible()
    assert "LLDP" in tool.panel.why.verdict.text()
    assert tool.panel.why.evidence.count() == 2
    tool.panel.closed.emit()
    assert not tool.panel.isVisible()


async def test_the_last_hours_of_both_directions_are_drawn_and_lead_to_the_graph(
    page: MapPage,
    ids: Ids,
    samples: Samples,
    inventory: InventoryService,
    operator: Actor,
    clock: FakeClock,
) -> None:
    went: list[Route] = []
    page.desk.wires.went.connect(went.append)
    await measure(samples, inventory, operator, clock, int(ids["pra-cr1"]), share=0.4, polls=9)
    clock.tick(seconds=1)
    await opened(page)
    tool = page.tool(LinkTool)
    tool.explain(link_of(page, ids["pra-cr1"], ids["pra-cr2"]))
    await settled()
    assert any(len(curve._values) for curve in tool.panel.curves)
    assert "At most" in tool.panel.curves[0].toolTip()
    tool.panel.graph_button.click()
    assert went[-1].page == "graphs" and went[-1].text.startswith("interface:")


async def test_two_devices_without_a_link_are_told_why_there_is_none(
    page: MapPage, ids: Ids
) -> None:
    await opened(page)
    tool = page.tool(LinkTool)
    select(page, ids["pra-as1"], ids["brn-as1"])
    tool.explain_pair()
    await settled()
    assert tool.panel.under.text() == "No link"
    assert tool.panel.why.title.text() == "Why there is no link"
    assert tool.panel.why.verdict.text().startswith("There is no link between")
    assert tool.panel.why.reasons.count() >= 2
    assert not tool.panel.accept_button.isVisible()


async def test_a_rejected_link_leaves_the_map_and_comes_back_by_undo(
    page: MapPage, ids: Ids
) -> None:
    await opened(page)
    tool, before = page.tool(LinkTool), len(page.canvas.scene.edges)
    tool.explain(0)
    await settled()
    tool.panel.reason.setText("patched elsewhere")
    tool.panel.reject_button.click()
    await until(lambda: len(page.canvas.scene.edges) == before - 1)
    await settled()
    assert "rejected it" in tool.panel.why.verdict.text()
    tool.show_decided()
    await settled()
    assert tool.decided.lines.count() == 2  # its heading, and the link
    page.undo_stack.undo()
    await until(lambda: len(page.canvas.scene.edges) == before)
    await settled()
    page.undo_stack.redo()
    await until(lambda: len(page.canvas.scene.edges) == before - 1)
    await settled()
    page.undo_stack.undo()
    await until(lambda: len(page.canvas.scene.edges) == before)
    await settled()


async def test_an_accepted_link_is_marked_and_can_be_let_go(page: MapPage, ids: Ids) -> None:
    await opened(page)
    tool = page.tool(LinkTool)
    tool.explain(0)
    tool.panel.accept_button.click()
    await until(lambda: any("manual" in one.kinds for one in page.canvas.scene.edges))
    await settled()
    await until(lambda: tool.panel.decisions.count() == 1)
    decision = (await page.stage.services.deciding.decisions(page.desk.actor))[0]
    tool.panel.forgotten.emit(decision.id)
    await until(lambda: not any("manual" in one.kinds for one in page.canvas.scene.edges))
    await settled()
    page.undo_stack.undo()  # of the taking back
    await until(lambda: any("manual" in one.kinds for one in page.canvas.scene.edges))
    await settled()


async def test_a_link_is_drawn_between_the_ports_of_two_devices(
    page: MapPage, ids: Ids, inventory: InventoryService, operator: Actor
) -> None:
    await opened(page)
    tool, before = page.tool(LinkTool), len(page.canvas.scene.edges)
    select(page, ids["pra-as1"])
    tool.draw()
    await settled()
    assert tool.drawing.rows[0].name.whole() == "pra-as1"
    assert not tool.drawing.button.isEnabled()
    select(page, ids["brn-as1"])
    await settled()
    first, second = tool.drawing.rows
    assert second.name.whole() == "brn-as1" and second.port.count() >= 2
    first.port.setCurrentIndex(1)
    second.port.setCurrentIndex(1)
    tool.drawing.button.click()
    await until(lambda: len(page.canvas.scene.edges) == before + 1)
    await settled()
    drawn = page.canvas.scene.edges[link_of(page, ids["pra-as1"], ids["brn-as1"])]
    assert drawn.kinds == ("manual",) and drawn.a.port == "xe-0/0/1"
    page.undo_stack.undo()
    await until(lambda: len(page.canvas.scene.edges) == before)
    await settled()


async def test_nothing_is_decided_in_the_past(page: MapPage, ids: Ids, clock: FakeClock) -> None:
    await opened(page)
    tool = page.tool(LinkTool)
    page.stage.go_to_moment(Moment(page.stage.network, clock.now()))
    await settled()
    tool.explain(0)
    await settled()
    assert not tool.panel.reject_button.isVisible()
    notices: list[str] = []
    page.desk.wires.noticed.connect(lambda text, _: notices.append(text))
    tool.draw()
    assert notices == ["The past cannot be changed."] and not tool.drawing.isVisible()


async def test_words_of_a_route_open_a_link_a_pair_and_the_list(page: MapPage, ids: Ids) -> None:
    await opened(page)
    tool = page.tool(LinkTool)
    first = page.canvas.scene.edges[0]
    assert tool.visit("link", str(first.link_id))
    assert tool.panel.edge is first
    assert tool.visit("why", f"{ids['pra-as1']},{ids['brn-as1']}")
    assert tool.panel.edge is None
    assert tool.visit("decided", "")
    assert tool.decided.isVisible()
    assert not tool.visit("link", "x") and not tool.visit("why", "1")
    await settled()


def test_a_link_drawn_by_hand_has_two_thin_lines_from_near_and_none_from_afar() -> None:
    scene = Scene()
    by_hand = edge(1, 1, 2, ab=None, ba=None)
    by_hand = type(by_hand)(by_hand.link_id, by_hand.a, by_hand.b, 0, 100, ("manual",))
    scene.show(graph(edges=(by_hand, edge(2, 2, 3))), places())
    assert scene.edges[0].load.at != AT

    def inked(camera: Camera) -> int:
        picture = QImage(QSize(300, 300), QImage.Format.Format_ARGB32)
        picture.fill(0)
        painter = QPainter(picture)
        HandMarks(lambda: scene).paint(painter, camera, 300, 300)
        painter.end()
        return sum(picture.pixelColor(150, y).alpha() > 0 for y in range(300))

    assert inked(Camera(2.0, 50, 150)) >= 2
    assert inked(Camera(0.1, 50, 150)) == 0
