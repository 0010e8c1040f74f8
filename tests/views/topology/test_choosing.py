"""Choosing many devices at once."""

from __future__ import annotations

import numpy as np

from noc_console.views.topology.choosing import ChooseTool
from noc_console.views.topology.page import MapPage
from noc_console.views.topology.scene import LOOK_DOWN
from tests.views.topology.conftest import opened


async def test_all_the_others_and_the_neighbours(page: MapPage, ids: dict[str, int]) -> None:
    await opened(page)
    tool, canvas = page.tool(ChooseTool), page.canvas
    count = len(canvas.scene.nodes)
    tool.neighbours()
    assert canvas.selection == set(), "nobody is chosen, so there are no neighbours"
    canvas.select({0})
    tool.neighbours()
    assert canvas.selection == {0, *canvas.scene.neighbours(0).tolist()}
    chosen = set(canvas.selection)
    tool.others()
    assert canvas.selection == set(range(count)) - chosen
    tool.all()
    assert len(canvas.selection) == count


async def test_who_is_in_trouble(page: MapPage, ids: dict[str, int]) -> None:
    await opened(page)
    page.canvas.show_states(np.array([3, 5]), np.array([LOOK_DOWN, 2]))
    page.tool(ChooseTool).troubled()
    assert {3, 5} <= page.canvas.selection
    quiet = set(range(len(page.canvas.scene.nodes))) - page.canvas.selection
    assert all(page.canvas.scene.look[at] in (0, 7, 8) for at in quiet)
