"""The map page on real services."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from noc_console.db.samples import Samples
from noc_console.kernel.actor import Actor
from noc_console.services.alarms.model import AlarmObject, Condition, Severity
from noc_console.services.alarms.service import AlarmService
from noc_console.services.inventory.model import DeviceId, Reachability
from noc_console.services.inventory.service import InventoryService
from noc_console.services.topology.service import TopologyService
from noc_console.views.kit.desk import Desk, Route
from noc_console.views.kit.tasks import settled
from noc_console.views.topology.canvas import Grouping
from noc_console.views.topology.ink import STEPS
from noc_console.views.topology.page import MapPage
from noc_console.views.topology.scene import LOOK_DOWN
from noc_console.views.topology.side import SidePanel
from tests.conftest import FakeClock
from tests.views.conftest import until
from tests.views.measured import Ids, measure, on_screen
from tests.views.topology.conftest import opened


def spot(page: MapPage, device: DeviceId) -> QPoint:
    return page.canvas.spot_of(page.canvas.scene.number[device])


def drag(page: MapPage, start: QPoint, end: QPoint) -> None:
    canvas = page.canvas
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, start)
    for part in (0.3, 0.7, 1.0):
        QTest.mouseMove(canvas, start + (end - start) * part)
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, end)


async def test_an_empty_map_says_what_to_do(page: MapPage, desk: Desk, samples: Samples) -> None:
    went: list[Route] = []
    desk.wires.went.connect(went.append)
    await on_screen(page)
    await until(lambda: page.is_empty)
    page._empty.button.click()
    assert went == [Route("discovery")]


async def test_everything_recorded_is_on_the_map(page: MapPage, ids: Ids) -> None:
    await opened(page)
    scene = page.canvas.scene
    assert {node.device_id for node in scene.nodes} == set(ids.values())
    assert page.facts.whole().startswith("38 devices   52 links   2 sites")
    size = page.canvas.size()
    for device in ids.values():
        at = spot(page, device)
        assert 0 < at.x() < size.width() and 0 < at.y() < size.height()


async def test_an_alarm_shows_without_anything_moving(
    page: MapPage, ids: Ids, alarms: AlarmService, operator: Actor
) -> None:
    await opened(page)
    before = page.canvas.scene.at.copy()
    await alarms.report(
        operator,
        about=AlarmObject(ids["pra-cr1"]),
        condition=Condition.CPU,
        severity=Severity.MAJOR,
        text="busy",
    )
    number = page.canvas.scene.number[ids["pra-cr1"]]
    await until(lambda: page.canvas.scene.look[number] == Severity.MAJOR)
    assert (page.canvas.scene.at == before).all()


async def test_a_device_that_stops_answering_is_struck_through(
    page: MapPage, ids: Ids, inventory: InventoryService, operator: Actor, clock: FakeClock
) -> None:
    await opened(page)
    await inventory.set_reachability(
        operator, device_id=ids["brn-cr1"], reachability=Reachability.DOWN, at=clock.now()
    )
    number = page.canvas.scene.number[ids["brn-cr1"]]
    await until(lambda: page.canvas.scene.look[number] == LOOK_DOWN)


async def test_a_dragged_device_is_pinned_kept_and_put_back_by_undo(
    page: MapPage, ids: Ids, topology: TopologyService, operator: Actor
) -> None:
    await opened(page)
    device = ids["pra-as2"]
    before = await topology.positions(operator)
    start = spot(page, device)
    drag(page, start, start + QPoint(60, 40))
    await settled()
    after = await topology.positions(operator)
    assert after[device].pinned and after[device] != before[device]
    assert {id: at for id, at in after.items() if id != device} == {
        id: at for id, at in before.items() if id != device
    }
    page.undo_stack.undo()
    await settled()
    assert await topology.positions(operator) == before
    page.undo_stack.redo()
    await settled()
    assert await topology.positions(operator) == after


async def test_undo_remembers_fifty_steps(page: MapPage, ids: Ids) -> None:
    await opened(page)
    page.canvas.select({0})
    for _ in range(60):
        page.toggle_pin()
        await settled()
    assert page.undo_stack.count() == 50


async def test_a_route_flies_to_its_device(page: MapPage, ids: Ids) -> None:
    page.visit(Route("map", id=int(ids["brn-olt1"])))
    await opened(page)
    await until(lambda: page.canvas._flight is None)
    at = spot(page, ids["brn-olt1"])
    middle = QPoint(page.canvas.width() // 2, page.canvas.height() // 2)
    assert (at - middle).manhattanLength() <= 2
    assert page.canvas.selection == {page.canvas.scene.number[ids["brn-olt1"]]}


async def test_a_route_to_a_stranger_says_so(page: MapPage, desk: Desk, ids: Ids) -> None:
    told: list[str] = []
    desk.wires.noticed.connect(lambda text, tone: told.append(text))
    await opened(page)
    page.visit(Route("map", id=4711))
    assert told == ["That device is not on the map."]


async def test_a_double_click_opens_the_device(page: MapPage, desk: Desk, ids: Ids) -> None:
    went: list[Route] = []
    desk.wires.went.connect(went.append)
    await opened(page)
    QTest.mouseDClick(
        page.canvas,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
        spot(page, ids["pra-cr1"]),
    )
    assert went == [Route("device", id=int(ids["pra-cr1"]))]


async def test_newer_loads_colour_the_links(
    page: MapPage,
    ids: Ids,
    samples: Samples,
    inventory: InventoryService,
    operator: Actor,
    clock: FakeClock,
) -> None:
    await opened(page)
    assert not (page.canvas.scene.shades < STEPS).any()
    await measure(samples, inventory, operator, clock, int(ids["pra-cr1"]), share=0.85)
    page._refresh_loads()
    await settled()
    assert (page.canvas.scene.shades == 8).any()
    assert "load 0 s old" in page.facts.whole()


async def test_addresses_of_the_selection_are_copied(page: MapPage, ids: Ids) -> None:
    await opened(page)
    number = page.canvas.scene.number
    page.canvas.select({number[ids["pra-cr1"]], number[ids["pra-cr2"]]})
    page.copy_addresses()
    assert QGuiApplication.clipboard().text() == "10.20.0.2\n10.20.0.3"


async def test_sites_can_stand_for_their_devices(page: MapPage, ids: Ids) -> None:
    await opened(page)
    assert not page.canvas.shows_sites
    page.cycle_grouping()
    assert page.canvas.grouping is Grouping.SITES and page.canvas.shows_sites
    page.cycle_grouping()
    page.cycle_grouping()
    assert page.canvas.grouping is Grouping.AUTO


async def test_a_burst_of_events_costs_one_more_reload(
    page: MapPage, ids: Ids, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    await opened(page)
    asked = []
    real = page._topology.arranged
    monkeypatch.setattr(
        page._topology, "arranged", lambda *a, **k: (asked.append(1), real(*a, **k))[1]
    )
    for _ in range(20):
        page.reload()
    await until(lambda: not page._pause.isActive() and not page.tasks.is_asking("map"))
    await settled()
    assert len(asked) <= 2


async def test_one_panel_stands_at_the_side_and_escape_of_it_gives_the_map_back(
    page: MapPage, ids: Ids
) -> None:
    await opened(page)
    one, another = SidePanel("One"), SidePanel("Another")
    page.stage.open_side(one)
    page.stage.open_side(another)
    assert another.isVisible() and not one.isVisible()
    another.closed.emit()
    assert not another.isVisible() and page.side is None


async def test_a_word_of_a_route_that_no_tool_knows_is_told(
    page: MapPage, desk: Desk, ids: Ids
) -> None:
    told: list[str] = []
    desk.wires.noticed.connect(lambda text, tone: told.append(text))
    await opened(page)
    page.visit(Route("map", text="colour:pink"))
    assert told == ["The map knows no colour:pink."]
