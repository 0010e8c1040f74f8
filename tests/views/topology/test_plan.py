"""The site plan on the map page."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QGuiApplication, QImage

from noc_console.kernel.errors import Invalid
from noc_console.services.alarms.model import AlarmObject, Condition, Severity
from noc_console.services.facilities.model import Face, Mount, Rack
from noc_console.services.topology.model import Projection
from noc_console.views.kit.desk import Route
from noc_console.views.kit.dialogs import Dialog
from noc_console.views.kit.tasks import settled
from noc_console.views.topology.page import MapPage
from noc_console.views.topology.pictures import PicturesTool
from noc_console.views.topology.plan import PlanTool
from tests.views.conftest import until
from tests.views.measured import Ids
from tests.views.topology.conftest import opened


async def plan_of(page: MapPage) -> PlanTool:
    """The plan of the first site on screen."""
    await opened(page)
    tool = page.tool(PlanTool)
    page.stage.go_to_view(page.stage.view, Projection.PLAN)
    await until(lambda: tool.seen is not None and tool.board.isVisible())
    await settled()
    return tool


async def racks_of(page: MapPage, count: int = 1) -> tuple[PlanTool, list[Rack]]:
    tool = await plan_of(page)
    assert tool.site_id is not None
    racks = [
        await tool.service.add_rack(page.desk.actor, site_id=tool.site_id) for _ in range(count)
    ]
    await until(lambda: tool.seen is not None and len(tool.seen.plan.racks) == count)
    await settled()
    return tool, racks


async def kept(page: MapPage, tool: PlanTool) -> tuple[Mount, ...]:
    await settled()
    assert tool.site_id is not None
    return (await tool.service.plan(page.desk.actor, site_id=tool.site_id)).mounts


def here(tool: PlanTool) -> list[int]:
    """The devices of the site, by name."""
    assert tool.seen is not None
    return [int(node.device_id) for node in sorted(tool.seen.nodes.values(), key=lambda n: n.name)]


async def test_without_racks_it_teaches_and_one_button_adds_the_first(
    page: MapPage, ids: Ids
) -> None:
    tool = await plan_of(page)
    assert tool.board.is_empty and "No racks at" in tool.board.empty.what.text()
    tool.board.empty.button.click()
    await until(lambda: page.window().findChildren(Dialog))
    page.window().findChildren(Dialog)[0].accept_button.click()
    await until(lambda: not tool.board.is_empty)
    await settled()
    assert tool.board.rack_title.whole() == "Rack 1"
    assert tool.board.loose.count() == len(here(tool)) > 0


async def test_leaving_the_projection_uncovers_the_map(page: MapPage, ids: Ids) -> None:
    tool = await plan_of(page)
    page.stage.go_to_view(page.stage.view, Projection.FORCE)
    assert tool.board.isHidden()


async def test_a_device_is_mounted_moved_and_all_is_undone(page: MapPage, ids: Ids) -> None:
    tool, (rack,) = await racks_of(page)
    one = here(tool)[0]
    tool.mount_all((one,), 10)  # type: ignore[arg-type]
    assert await kept(page, tool) == (Mount(one, rack.id, 10),)  # type: ignore[arg-type]
    tool.mount(Mount(one, rack.id, 20, 2, Face.FRONT))  # type: ignore[arg-type]
    assert (await kept(page, tool))[0].unit == 20
    tool.unmount(one)
    assert await kept(page, tool) == ()
    for unit in (20, 10):
        page.undo_stack.undo()
        assert (await kept(page, tool))[0].unit == unit
    page.undo_stack.undo()
    assert await kept(page, tool) == ()
    page.undo_stack.redo()
    assert (await kept(page, tool))[0].unit == 10


async def test_a_taken_unit_is_told_and_nothing_changes(page: MapPage, ids: Ids) -> None:
    tool, (_rack,) = await racks_of(page)
    one, two = here(tool)[:2]
    tool.mount_all((one,), 10)  # type: ignore[arg-type]
    before = await kept(page, tool)
    tool.mount_all((two,), 10)  # type: ignore[arg-type]
    assert await kept(page, tool) == before
    assert "unit 10 of Rack 1 is taken" in page.strip.text.text()
    assert page.undo_stack.count() == 1
    await until(lambda: tool.seen is not None and tool.seen.plan.mounts == before)


async def test_devices_of_the_list_go_where_there_is_space(page: MapPage, ids: Ids) -> None:
    tool, (_rack,) = await racks_of(page)
    tool.board.loose.item(0).setSelected(True)
    tool.board.loose.item(1).setSelected(True)
    tool.mount_all(tool.board.loose.chosen())
    assert [mount.unit for mount in await kept(page, tool)] == [1, 2]
    await until(lambda: tool.board.loose.count() == len(here(tool)) - 2)


async def test_the_selection_is_the_maps_and_shows_the_rack_of_a_device(
    page: MapPage, ids: Ids
) -> None:
    tool, (first, second) = await racks_of(page, 2)
    one, two = here(tool)[:2]
    tool.choose_rack(first.id)
    tool.mount_all((one,), 1)  # type: ignore[arg-type]
    tool.choose_rack(second.id)
    tool.mount_all((two,), 1)  # type: ignore[arg-type]
    await kept(page, tool)
    tool.choose_device(one)
    assert {int(page.canvas.device(at)) for at in page.canvas.selection} == {one}
    assert tool.rack_id == first.id and tool.board.rack.selected == {one}
    page.canvas.select((page.canvas.scene.number[two],))  # type: ignore[index]
    assert tool.rack_id == second.id


async def test_trouble_of_a_device_rings_its_rack(page: MapPage, ids: Ids) -> None:
    tool, (rack,) = await racks_of(page)
    one = here(tool)[0]
    tool.mount_all((one,), 1)  # type: ignore[arg-type]
    await kept(page, tool)
    await page.stage.services.alarms.report(
        page.desk.actor,
        about=AlarmObject(one),
        condition=Condition.CPU,
        severity=Severity.MAJOR,
        text="CPU at 97 %",
    )
    await until(
        lambda: (
            tool.seen is not None
            and rack.id in tool.seen.loads
            and tool.seen.loads[rack.id].worst is Severity.MAJOR
        )
    )


async def test_a_rack_is_turned_and_moved_and_put_back(page: MapPage, ids: Ids) -> None:
    tool, (rack,) = await racks_of(page)
    tool.turn_rack(rack.id)
    await settled()
    await until(lambda: tool.seen is not None and tool.seen.plan.racks[0].rotation == 90)
    page.undo_stack.undo()
    await settled()
    await until(lambda: tool.seen is not None and tool.seen.plan.racks == (rack,))


async def test_a_route_shows_the_plan_of_a_site(page: MapPage, ids: Ids) -> None:
    await plan_of(page)
    page.visit(Route("map", text="projection:plan site:brn"))
    tool = page.tool(PlanTool)
    await until(lambda: tool.board.sites.currentText().startswith("Brno"))
    tool.choose_site(tool.board.sites.itemData(1 - tool.board.sites.currentIndex()))
    await until(lambda: tool.board.sites.currentText().startswith("Prague"))


async def test_a_card_tells_of_the_device_under_the_pointer(page: MapPage, ids: Ids) -> None:
    tool, _ = await racks_of(page)
    tool._hovered(here(tool)[0], QPoint(20, 20))
    assert tool.card.isVisible()
    tool._hovered(0, QPoint())
    assert tool.card.isHidden()


async def test_the_plan_is_what_is_copied_and_written_while_it_is_shown(
    page: MapPage, ids: Ids, tmp_path: Path
) -> None:
    tool, _ = await racks_of(page)
    tool.board.picture.click()
    assert QGuiApplication.clipboard().image().width() == tool.board.width()
    pictures = page.tool(PicturesTool)
    await pictures.write_picture(tmp_path / "plan.png")
    assert QImage(str(tmp_path / "plan.png")).width() == tool.board.width()
    await pictures.write_picture(tmp_path / "plan.pdf")
    assert b"/Subtype /Image" in (tmp_path / "plan.pdf").read_bytes()
    with pytest.raises(Invalid, match="PNG or PDF"):
        await pictures.write_picture(tmp_path / "plan.svg")


async def test_removing_a_rack_is_asked_with_its_name(page: MapPage, ids: Ids) -> None:
    tool, (_rack,) = await racks_of(page)
    tool.remove_rack()
    await until(lambda: [d for d in page.window().findChildren(Dialog) if d.isVisible()])
    dialog = next(d for d in page.window().findChildren(Dialog) if d.isVisible())
    assert dialog.accept_button.text() == "Remove rack Rack 1"
    dialog.accept_button.click()
    await until(lambda: tool.board.is_empty)


@pytest.mark.parametrize("word", ["layer", "map"])
def test_other_words_are_for_other_tools(page: MapPage, word: str) -> None:
    assert not page.tool(PlanTool).visit(word, "x")
