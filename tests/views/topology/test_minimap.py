"""The small map in the corner."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from noc_console.views.topology.canvas import MapCanvas
from noc_console.views.topology.minimap import Minimap, MinimapTool
from noc_console.views.topology.page import MapPage
from tests.views.topology.conftest import opened
from tests.views.topology.drawn import graph, places


@pytest.fixture
def minimap() -> Minimap:
    canvas = MapCanvas()
    canvas.resize(1000, 600)
    canvas.show()
    canvas.show_graph(graph(trouble=True), places())
    made = Minimap(canvas)
    canvas.grab()
    made.follow()
    return made


def test_it_stays_away_while_everything_is_in_view(minimap: Minimap) -> None:
    assert not minimap.isVisible()
    minimap._canvas.zoom(2.5)
    minimap.follow()
    assert minimap.isVisible()
    minimap._canvas.fit(animate=False)
    minimap.follow()
    assert not minimap.isVisible()


def test_a_click_brings_that_place_to_the_middle(minimap: Minimap) -> None:
    canvas = minimap._canvas
    canvas.zoom(3.0)
    minimap.follow()
    minimap.grab()
    for number in (0, 6):
        x, y = minimap._camera.to_screen(canvas.scene.at[number])
        QTest.mouseClick(minimap, Qt.MouseButton.LeftButton, pos=QPoint(round(x), round(y)))
        away = canvas.spot_of(number) - canvas.rect().center()
        assert away.manhattanLength() < 40


def test_trouble_is_seen_in_its_colour(minimap: Minimap) -> None:
    canvas = minimap._canvas
    canvas.zoom(3.0)
    minimap.follow()
    image = minimap.grab().toImage()
    x, y = minimap._camera.to_screen(canvas.scene.at[6])
    assert image.pixelColor(round(x), round(y)) == canvas.painter().ink.severity[-1]


def test_the_frame_moves_with_the_view_but_the_picture_is_kept(minimap: Minimap) -> None:
    canvas = minimap._canvas
    canvas.zoom(3.0)
    minimap.follow()
    before = minimap.grab().toImage()
    kept = minimap._picture
    canvas.pan(-300, 0)
    minimap.follow()
    assert minimap.grab().toImage() != before and minimap._picture is kept
    canvas.scene.move(np.array([0]), np.array([[50.0, 50.0]]))
    minimap.follow()
    minimap.grab()
    assert minimap._picture is not kept


async def test_it_can_be_put_away_for_good(page: MapPage, ids: dict[str, int]) -> None:
    await opened(page)
    tool = page.tool(MinimapTool)
    page.canvas.zoom(4.0)
    page.canvas.grab()
    assert tool.minimap.isVisible()
    tool.toggle()
    page.canvas.pan(10, 10)
    page.canvas.grab()
    assert not tool.minimap.isVisible()
    assert page.desk.state.get("map.minimap").get("shown") is False
