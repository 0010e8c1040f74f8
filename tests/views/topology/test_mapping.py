"""Named maps on the page."""

from __future__ import annotations

from PySide6.QtWidgets import QLineEdit, QPushButton, QWidget

from noc_console.kernel.actor import ALL_RIGHTS, Actor
from noc_console.services.inventory.model import DeviceType
from noc_console.services.maps.model import MAIN_MAP, NetworkMap, Shows
from noc_console.services.topology.model import Projection
from noc_console.views.kit.desk import Route
from noc_console.views.kit.dialogs import Dialog
from noc_console.views.kit.tasks import settled
from noc_console.views.topology.mapping import MappingTool
from noc_console.views.topology.page import MapPage
from tests.views.conftest import until
from tests.views.measured import Ids
from tests.views.topology.conftest import opened


def tool_of(page: MapPage) -> MappingTool:
    return page.tool(MappingTool)


def dialog_of(page: MapPage) -> Dialog | None:
    return next((each for each in page.window().findChildren(Dialog) if each.isVisible()), None)


async def answered(page: MapPage, text: str | None = None) -> None:
    """The dialog that opens is answered with its verb."""
    await until(lambda: dialog_of(page))
    dialog = dialog_of(page)
    assert dialog is not None
    if text is not None:
        dialog.findChildren(QLineEdit)[0].setText(text)
    dialog.accept_button.click()
    await until(lambda: dialog_of(page) is None)
    await settled()


async def made(page: MapPage, name: str = "Few", *numbers: int) -> NetworkMap:
    """A new map of some devices, shown."""
    page.canvas.select(numbers)
    tool_of(page).create()
    await answered(page, name)
    await until(lambda: tool_of(page).current.name == name)
    return tool_of(page).current


def count(page: MapPage) -> int:
    return len(page.canvas.scene.nodes)


async def test_a_map_of_the_selected_devices_shows_these_where_they_stood(
    page: MapPage, ids: Ids
) -> None:
    await opened(page)
    before = {page.canvas.device(at): tuple(page.canvas.scene.at[at]) for at in (0, 1, 2)}
    new = await made(page, "Few", 0, 1, 2)
    await until(lambda: count(page) == 3)
    assert new.devices == set(before)
    scene = page.canvas.scene
    assert {scene.nodes[at].device_id: tuple(scene.at[at]) for at in range(3)} == before
    assert tool_of(page).switcher.text() == "Few"
    tool_of(page).show_map(MAIN_MAP)
    await until(lambda: count(page) == 38)


async def test_an_empty_map_teaches_and_takes_devices_from_the_list(
    page: MapPage, ids: Ids
) -> None:
    await opened(page)
    await made(page, "Mine")
    tool = tool_of(page)
    await until(lambda: tool.empty.isVisible())
    assert "Mine is empty" in tool.empty.what.text()
    tool.empty.findChildren(QPushButton)[0].click()
    await until(lambda: tool.picker.isVisible() and tool.picker.list.count() == 38)
    tool.picker.search.setText("prague")
    await until(lambda: 0 < tool.picker.list.count() < 38)
    tool.picker.add()
    await until(lambda: count(page) == 1)
    assert not tool.empty.isVisible()
    tool.picker.search.clear()
    await until(lambda: tool.picker.list.count() == 37)
    assert not page.canvas.scene.pinned[0], "nobody said where: a layout may move it"
    tool._dropped((ids["brn-as1"],), 300.0, 200.0)
    await until(lambda: count(page) == 2)
    number = page.canvas.scene.number[ids["brn-as1"]]
    assert page.canvas.scene.pinned[number], "dropped by hand"


async def test_devices_are_taken_off_and_put_on_another_map(page: MapPage, ids: Ids) -> None:
    await opened(page)
    first = await made(page, "First", 0, 1, 2)
    await until(lambda: count(page) == 3)
    gone = page.canvas.device(0)
    page.canvas.select((0,))
    tool_of(page).take_off()
    await until(lambda: count(page) == 2)
    assert gone not in {node.device_id for node in page.canvas.scene.nodes}
    tool_of(page).show_map(MAIN_MAP)
    await until(lambda: count(page) == 38)
    tool_of(page)._add_to(first, (gone,))
    await settled()
    await until(lambda: any(gone in each.devices for each in tool_of(page).maps))


async def test_a_route_opens_a_map_by_its_name(page: MapPage, ids: Ids) -> None:
    await page.stage.services.maps.create(
        page.desk.actor, name="All OLTs", shows=Shows.SELECTED, types=(DeviceType.OLT,)
    )
    page.visit(Route("map", text="map:all_olts"))
    await opened(page)
    await until(lambda: tool_of(page).current.name == "All OLTs")
    await until(lambda: {node.type for node in page.canvas.scene.nodes} == {DeviceType.OLT})


async def test_renaming_sharing_copying_and_deleting(page: MapPage, ids: Ids) -> None:
    await opened(page)
    await made(page, "First", 0, 1)
    tool, action = tool_of(page), page.desk.actions.action
    tool.rename()
    await answered(page, "Second")
    assert tool.current.name == "Second"
    tool.share()
    await settled()
    assert tool.current.is_shared and action("map.share").text() == "Stop sharing this map"
    jan = Actor("jan", "acme", frozenset({ALL_RIGHTS}))
    assert [each.name for each in await tool.service.maps(jan)] == ["Main", "Second"]
    tool.copy()
    await settled()
    assert tool.current.name == "Second copy" and not tool.current.is_shared
    tool.delete()
    await until(lambda: dialog_of(page))
    dialog = dialog_of(page)
    assert dialog is not None and dialog.accept_button.text() == "Delete map Second copy"
    dialog.accept_button.click()
    await settled()
    await until(lambda: tool.current.is_main)
    assert [each.name for each in await tool.service.maps(page.desk.actor)] == ["Main", "Second"]


async def test_the_main_map_cannot_be_deleted_and_others_maps_not_renamed(
    page: MapPage, ids: Ids
) -> None:
    jan = Actor("jan", "acme", frozenset({ALL_RIGHTS}))
    theirs = await page.stage.services.maps.create(jan, name="Theirs")
    await page.stage.services.maps.share(jan, map_id=theirs.id)
    await opened(page)
    tool, action = tool_of(page), page.desk.actions.action
    await until(lambda: len(tool.maps) == 2)
    assert not action("map.delete").isEnabled()
    tool.show_map(tool.maps[1])
    await settled()
    assert not action("map.rename").isEnabled() and action("map.copy").isEnabled()


async def test_a_map_deleted_elsewhere_gives_way_to_the_main_one(page: MapPage, ids: Ids) -> None:
    await opened(page)
    new = await made(page, "First", 0, 1)
    await until(lambda: count(page) == 2)
    await tool_of(page).service.remove(page.desk.actor, map_id=new.id)
    await until(lambda: tool_of(page).current.is_main and count(page) == 38)


async def test_a_saved_view_flies_back_by_its_key(page: MapPage, ids: Ids) -> None:
    await opened(page)
    tool, canvas = tool_of(page), page.canvas
    canvas.zoom(2.0)
    canvas.pan(120.0, -40.0)
    kept = canvas.camera
    await tool.keep_view("West", 1)
    await until(lambda: len(tool.views) == 1)
    canvas.fit(animate=False)
    assert canvas.camera != kept
    page.desk.actions.action("map.view-1").trigger()
    await until(lambda: abs(canvas.camera.scale - kept.scale) < 1e-6)
    assert abs(canvas.camera.x - kept.x) < 1.5 and abs(canvas.camera.y - kept.y) < 1.5
    heard: list[str] = []
    page.desk.wires.noticed.connect(lambda text, _tone: heard.append(text))
    tool.press(7)
    assert heard == ["No saved view has Alt+7."]


async def test_a_filter_is_asked_for_and_followed(page: MapPage, ids: Ids) -> None:
    await opened(page)
    tool = tool_of(page)
    tool.create_filtered()
    await answered(page, "Everything")
    await until(lambda: tool.current.shows is Shows.SELECTED)
    assert tool.current.projection is Projection.FORCE
    tool.change_filter()
    await until(lambda: dialog_of(page))
    dialog = dialog_of(page)
    assert isinstance(dialog, QWidget)
    dialog.findChildren(QLineEdit)[0].setText("brno")
    dialog.accept_button.click()
    await until(lambda: 0 < count(page) < 38)


async def test_menus_show_every_map_and_mark_the_one_shown(page: MapPage, ids: Ids) -> None:
    await opened(page)
    await made(page, "A & B", 0)
    menu = tool_of(page).switcher.menu()
    menu.aboutToShow.emit()
    ticked = [act.text() for act in menu.actions() if act.isChecked()]
    assert ticked == ["A && B"]
    assert {"Main", "New map…", "Delete this map…"} <= {act.text() for act in menu.actions()}
    views = tool_of(page).views_button.menu()
    views.aboutToShow.emit()
    assert views.actions()[0].text() == "No views saved yet"


async def test_the_head_counts_what_is_on_the_map(page: MapPage, ids: Ids) -> None:
    await opened(page)
    assert page.facts.whole().startswith("38 devices")
    await made(page, "Few", 0, 1, 2)
    await until(lambda: page.facts.whole().startswith("3 devices"))
    assert len(tool_of(page).part.nodes) == 3
    tool_of(page).show_map(MAIN_MAP)
    await until(lambda: page.facts.whole().startswith("38 devices"))


async def test_laying_out_an_own_map_moves_its_devices_as_if_there_were_no_others(
    page: MapPage, ids: Ids
) -> None:
    await opened(page)
    await made(page, "Few", 0, 1, 2, 3, 4, 5)
    await until(lambda: count(page) == 6)
    tool = tool_of(page)
    before = await page.stage.services.topology.positions(page.desk.actor, view=tool.current.view)
    page.desk.actions.action("map.arrange").trigger()
    await until(lambda: page.undo_stack.count() == 1)
    after = await page.stage.services.topology.positions(page.desk.actor, view=tool.current.view)
    moved = {device for device, at in after.items() if before[device] != at}
    assert moved and moved <= tool.current.devices
