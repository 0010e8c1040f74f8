"""The map on the globe."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication

from noc_console.kernel.actor import Actor
from noc_console.services.inventory.service import InventoryService
from noc_console.services.topology import mercator
from noc_console.services.topology.model import Projection
from noc_console.views.kit.tasks import settled
from noc_console.views.topology.geo import GeoTool, spot_of
from noc_console.views.topology.page import MapPage
from noc_console.views.topology.projecting import ProjectTool
from noc_console.views.topology.tray import MIME
from tests.views.conftest import until
from tests.views.measured import Ids
from tests.views.topology.conftest import opened
from tests.views.topology.test_tiling import world


async def on_the_globe(page: MapPage) -> GeoTool:
    await opened(page)
    page.tool(ProjectTool).go(Projection.GEOGRAPHIC)
    await shown(page)
    return page.tool(GeoTool)


async def shown(page: MapPage) -> None:
    await settled()
    page._reload_now()
    await settled()
    await until(lambda: page.canvas._glide is None)


async def test_a_grid_and_the_tray_come_and_go_with_the_projection(page: MapPage, ids: Ids) -> None:
    tool = await on_the_globe(page)
    assert tool.grid in page.canvas.behind and tool.figures in page.canvas.above
    assert not page.canvas.scene.has_hulls
    assert tool.tray.isVisible() and tool.tray.sites.count() == 2
    assert tool.box.box is not None
    assert tool.box.caption == "2 sites without coordinates"
    page.tool(ProjectTool).go(Projection.FORCE)
    await shown(page)
    assert tool.grid not in page.canvas.behind and tool.figures not in page.canvas.above
    assert page.canvas.scene.has_hulls and tool.tray.isHidden()


async def test_a_site_dropped_on_the_map_is_there_and_undo_takes_it_back(
    page: MapPage, ids: Ids, inventory: InventoryService, operator: Actor
) -> None:
    tool = await on_the_globe(page)
    site = tool.tray.sites.item(0).data(Qt.ItemDataRole.UserRole)
    told = QMimeData()
    told.setData(MIME, str(site).encode())
    spot = QPointF(210.0, 160.0)
    where = np.array(page.canvas.camera.to_map(spot.x(), spot.y()))
    enter = QDragEnterEvent(
        spot.toPoint(),
        Qt.DropAction.CopyAction,
        told,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(page.canvas, enter)
    assert enter.isAccepted()
    drop = QDropEvent(
        spot,
        Qt.DropAction.CopyAction,
        told,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(page.canvas, drop)
    await shown(page)
    known = {one.id: one for one in await inventory.sites(operator)}[site]
    latitude, longitude = mercator.to_degrees(where)
    assert known.latitude == pytest.approx(float(latitude), abs=1e-5)
    assert known.longitude == pytest.approx(float(longitude), abs=1e-5)
    members = [n.site_id == site for n in page.canvas.scene.nodes]
    off = page.canvas.scene.at[members] - where
    assert np.hypot(*off.T).max() < 500
    assert tool.tray.sites.count() == 1
    page.undo_stack.undo()
    await shown(page)
    assert {one.id: one for one in await inventory.sites(operator)}[site].latitude is None
    assert tool.tray.sites.count() == 2
    tool.tray.chosen.emit(site)  # Enter: to the middle of what is in view
    await shown(page)
    assert {one.id: one for one in await inventory.sites(operator)}[site].latitude is not None


async def test_a_background_map_takes_the_grids_place_and_coordinates_want_a_selection(
    page: MapPage, ids: Ids, tmp_path: Path
) -> None:
    tool = await on_the_globe(page)
    await tool.use(world(tmp_path / "w.mbtiles", 2))
    assert tool.layer is not None and tool.layer in page.canvas.behind
    assert tool.grid not in page.canvas.behind
    assert page.desk.state.get("map")["background"] == str(tmp_path / "w.mbtiles")
    tool.take_away()
    assert tool.layer is None and tool.grid in page.canvas.behind
    assert page.desk.state.get("map")["background"] == ""
    told: list[str] = []
    page.desk.wires.noticed.connect(lambda text, _: told.append(text))
    tool.ask_coordinates()
    assert told == ["Select a device of a site first."]
    page.canvas.select({page.canvas.scene.number[ids["pra-cr1"]]})
    place = tool._chosen_place()
    assert place is not None and place.name.startswith("Prague")


async def test_a_background_that_is_gone_costs_a_word_not_the_map(
    page: MapPage, ids: Ids, tmp_path: Path
) -> None:
    page.desk.state.put("map", background=str(tmp_path / "gone.mbtiles"))
    told: list[str] = []
    page.desk.wires.noticed.connect(lambda text, _: told.append(text))
    tool = await on_the_globe(page)
    assert tool.layer is None and tool.grid in page.canvas.behind
    assert any("no file gone.mbtiles" in text for text in told)


@pytest.mark.parametrize(
    ("text", "spot"),
    [
        ("52.37, 4.9", (52.37, 4.9)),
        (" -33.86;151.2 ", (-33.86, 151.2)),
        ("52 4", (52.0, 4.0)),
        ("91, 4", None),
        ("52.37", None),
        ("north", None),
        ("", None),
    ],
)
def test_degrees_are_read_as_people_type_them(text: str, spot: tuple[float, float] | None) -> None:
    assert spot_of(text) == spot


def test_nothing_can_be_dropped_that_is_no_site(page: MapPage) -> None:
    told = QMimeData()
    told.setText("readme.txt")
    drop = QDropEvent(
        QPoint(5, 5),
        Qt.DropAction.CopyAction,
        told,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    drop.ignore()
    QApplication.sendEvent(page.canvas, drop)
    assert not drop.isAccepted()
