"""Analyses on the map page, with real services."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from noc_console.kernel.actor import Actor
from noc_console.services.inventory.model import DeviceId, OperStatus
from noc_console.services.inventory.service import InventoryService
from noc_console.views.kit.desk import Desk, Route
from noc_console.views.kit.tasks import settled
from noc_console.views.topology.analyses.keys import Ask, AtDevice, AtLink
from noc_console.views.topology.analysing import ONE, TWO, AnalysingTool
from noc_console.views.topology.marks import NO_MARKS
from noc_console.views.topology.page import MapPage
from noc_console.views.topology.side import SidePanel
from tests.views.measured import Ids
from tests.views.topology.conftest import opened

PLAIN = Qt.KeyboardModifier.NoModifier
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
async def tool(page: MapPage, ids: Ids) -> AnalysingTool:
    await opened(page)
    return page.tool(AnalysingTool)


def choose(page: MapPage, ids: Ids, *names: str) -> None:
    page.canvas.select({page.canvas.scene.number[ids[name]] for name in names})


def link_between(page: MapPage, ids: Ids, a: str, b: str) -> int:
    ends = {ids[a], ids[b]}
    return next(
        at
        for at, edge in enumerate(page.canvas.scene.edges)
        if {edge.a.device_id, edge.b.device_id} == ends
    )


def middle(page: MapPage, link: int) -> QPoint:
    scene, camera = page.canvas.scene, page.canvas.camera
    x, y = camera.to_screen((scene.at[scene.a[link]] + scene.at[scene.b[link]]) / 2)
    return QPoint(round(x), round(y))


async def test_two_selected_devices_are_joined_by_a_way(
    page: MapPage, ids: Ids, tool: AnalysingTool
) -> None:
    choose(page, ids, "pra-as1", "brn-as1")
    QTest.keyClick(page.canvas, Qt.Key.Key_W)
    await settled()
    assert page.side is tool.ways and len(tool.ways.list.rows) == 7
    assert len(page.canvas.marks.links) == 7 and page.canvas.marks.dim
    assert tool.ways.title.whole() in ("pra-as1 → brn-as1", "brn-as1 → pra-as1")


async def test_one_device_has_no_way_and_is_told(
    page: MapPage, ids: Ids, tool: AnalysingTool, desk: Desk
) -> None:
    told: list[str] = []
    desk.wires.noticed.connect(lambda text, _: told.append(text))
    choose(page, ids, "pra-as1")
    tool.show_path()
    page.canvas.select(())
    tool.show_downstream()
    assert told == [TWO, ONE] and page.side is None


async def test_a_hop_is_flown_to(page: MapPage, ids: Ids, tool: AnalysingTool) -> None:
    choose(page, ids, "pra-as1", "brn-as1")
    tool.show_path()
    await settled()
    key = tool.ways.list.rows[0].key
    assert isinstance(key, AtLink)
    tool.ways.list.chosen.emit(key)
    assert {page.canvas.device(at) for at in page.canvas.selection} == {key.a, key.b}


async def test_weak_points_are_listed_and_marked_until_escape(
    page: MapPage, ids: Ids, tool: AnalysingTool
) -> None:
    tool.show_weak()
    await settled()
    assert page.side is tool.weak and len(tool.weak.list.rows) == 38
    assert page.canvas.marks.devices
    QTest.keyClick(page.canvas, Qt.Key.Key_Escape)
    assert page.side is None and page.canvas.marks is NO_MARKS


async def test_another_panel_takes_the_marks_away(
    page: MapPage, ids: Ids, tool: AnalysingTool
) -> None:
    tool.show_weak()
    await settled()
    page.stage.open_side(SidePanel("Other"))
    assert tool.open is None and page.canvas.marks is NO_MARKS


async def test_downstream_and_upstream_of_the_selection(
    page: MapPage, ids: Ids, tool: AnalysingTool
) -> None:
    choose(page, ids, "pra-as4")
    QTest.keyClick(page.canvas, Qt.Key.Key_D)
    await settled()
    assert {row.text for row in tool.reach.list.rows} == {"pra-wl1", "pra-wl2", "pra-wl3"}
    QTest.keyClick(page.canvas, Qt.Key.Key_U)
    await settled()
    assert tool.reach.title.whole() == "Upstream of pra-as4"
    before = tool.reach.found
    tool.visit("upstream", "99999")
    await settled()
    assert tool.reach.found is before and tool.reach.title.whole() == "Upstream of pra-as4"


async def test_the_link_that_was_clicked_has_a_stream_too(
    page: MapPage, ids: Ids, tool: AnalysingTool
) -> None:
    page.canvas.link_chosen.emit(link_between(page, ids, "pra-as4", "pra-wl1"))
    await settled()
    tool.show_downstream()
    await settled()
    assert [row.text for row in tool.reach.list.rows] == ["pra-wl1"]
    tool.fail()
    await settled()
    assert len(tool.supposed.failing.links) == 1


async def test_a_click_fails_and_mends_while_it_is_supposed(
    page: MapPage, ids: Ids, tool: AnalysingTool
) -> None:
    tool.fail()
    await settled()
    spot = page.canvas.spot_of(page.canvas.scene.number[ids["pra-as4"]])
    QTest.mouseClick(page.canvas, LEFT, PLAIN, spot)
    await settled()
    assert set(tool.supposed.failing.devices) == {ids["pra-as4"]}
    assert tool.supposed.found is not None and len(tool.supposed.found.cut) == 3
    assert page.canvas.selection == set()
    number = page.canvas.scene.number[ids["pra-as4"]]
    assert page.canvas.marks.devices[number].text == "fails"
    QTest.mouseClick(page.canvas, LEFT, PLAIN, spot)
    await settled()
    assert not tool.supposed.failing


async def test_a_click_on_a_link_cuts_it_a_drag_or_a_modifier_does_not(
    page: MapPage, ids: Ids, tool: AnalysingTool
) -> None:
    tool.fail()
    await settled()
    spot = page.canvas.spot_of(page.canvas.scene.number[ids["pra-as4"]])
    QTest.mouseClick(page.canvas, LEFT, Qt.KeyboardModifier.ControlModifier, spot)
    assert page.canvas.selection
    before = page.canvas.scene.at.copy()
    QTest.mousePress(page.canvas, LEFT, PLAIN, spot)
    QTest.mouseMove(page.canvas, spot + QPoint(60, 0))
    QTest.mouseRelease(page.canvas, LEFT, PLAIN, spot + QPoint(60, 0))
    await settled()
    assert not tool.supposed.failing and (page.canvas.scene.at == before).all()
    middle_of = middle(page, link_between(page, ids, "pra-cr2", "brn-cr1"))
    assert page.canvas.hit_at(middle_of.toPointF()).link is not None
    QTest.mouseClick(page.canvas, LEFT, PLAIN, middle_of)
    await settled()
    assert page.side is tool.supposed and len(tool.supposed.failing.links) == 1
    QTest.mouseDClick(page.canvas, LEFT, PLAIN, middle_of)
    await settled()
    assert page.side is tool.supposed and len(tool.supposed.failing.links) == 1


async def test_the_selection_fails_by_key(page: MapPage, ids: Ids, tool: AnalysingTool) -> None:
    choose(page, ids, "pra-as4", "pra-as5")
    QTest.keyClick(page.canvas, Qt.Key.Key_X)
    await settled()
    assert set(tool.supposed.failing.devices.values()) == {"pra-as4", "pra-as5"}
    group = replace(
        page.canvas.scene.nodes[0],
        device_id=DeviceId(-1),
        members=(ids["pra-as1"], ids["pra-as2"]),
    )
    named = tool._named_devices([group])
    assert named == [(ids["pra-as1"], "pra-as1"), (ids["pra-as2"], "pra-as2")]


async def test_from_a_weak_point_to_what_would_happen(
    page: MapPage, ids: Ids, tool: AnalysingTool
) -> None:
    tool.show_weak()
    await settled()
    tool.weak.what_if_wanted.emit(AtDevice(ids["pra-as4"]))
    await settled()
    assert page.side is tool.supposed and tool.supposed.failing.devices
    tool.weak.reach_wanted.emit(AtDevice(ids["pra-as4"]))
    await settled()
    assert page.side is tool.reach and len(tool.reach.list.rows) == 3


async def test_health_leads_to_its_lists(page: MapPage, ids: Ids, tool: AnalysingTool) -> None:
    tool.show_health()
    await settled()
    assert tool.health.score.text() == "65"
    tool.health.key_chosen.emit(Ask("weak", "links"))
    await settled()
    assert page.side is tool.weak and tool.weak.kind.chosen == "links"
    assert page.canvas.marks.links


async def test_a_route_opens_an_analysis(page: MapPage, ids: Ids, tool: AnalysingTool) -> None:
    a, b = int(ids["pra-as4"]), int(ids["brn-as1"])
    for word, panel in (
        (f"path:{a}-{b}", tool.ways),
        ("weak:", tool.weak),
        (f"what-if:{a},{b}", tool.supposed),
        (f"upstream:{a}", tool.reach),
        ("health:", tool.health),
        (f"downstream:{a}", tool.reach),
    ):
        page.visit(Route("map", text=word))
        await settled()
        assert page.side is panel and panel.isVisible(), word
    assert set(tool.supposed.failing.devices) == {a, b}
    for word, value in (("path", "12"), ("upstream", "x"), ("layer", "errors")):
        assert not tool.visit(word, value)


async def test_marks_follow_when_the_map_is_shown_anew_and_the_answer_too(
    page: MapPage, ids: Ids, tool: AnalysingTool, inventory: InventoryService, operator: Actor
) -> None:
    choose(page, ids, "pra-as1", "brn-as1")
    tool.show_path()
    await settled()
    page.canvas.mark(NO_MARKS)
    hop = tool.ways.ways[0].hops[1]
    ports = await inventory.interfaces(operator, device_id=hop.from_id)
    port = next(each.id for each in ports if each.name == hop.from_port)
    await inventory.set_interface_statuses(
        operator, device_id=hop.from_id, statuses={port: OperStatus.DOWN}
    )
    page.stage.reload()
    await settled()
    assert len(page.canvas.marks.links) == 7
    tool.ask_again()
    await settled()
    assert hop.link_id not in tool.ways.ways[0].links and len(page.canvas.marks.links) == 7
