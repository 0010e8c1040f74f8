"""Four projections of one network."""

from __future__ import annotations

import numpy as np
import pytest

from noc_console.services.topology.model import Projection
from noc_console.views.kit.desk import Route
from noc_console.views.kit.tasks import settled
from noc_console.views.topology.page import MapPage
from noc_console.views.topology.projecting import NAMES, ProjectTool
from tests.views.conftest import until
from tests.views.measured import Ids
from tests.views.topology.conftest import opened


async def shown(page: MapPage, projection: Projection) -> np.ndarray:
    page.tool(ProjectTool).go(projection)
    await settled()
    await until(lambda: page.canvas._glide is None)
    return page.canvas.scene.at.copy()


async def test_each_projection_shows_the_selection_elsewhere_and_comes_back_as_it_was(
    page: MapPage, ids: Ids
) -> None:
    await opened(page)
    page.canvas.select({page.canvas.scene.number[ids["pra-cr1"]]})
    force = page.canvas.scene.at.copy()
    layered = await shown(page, Projection.LAYERED)
    assert not np.allclose(layered, force)
    globe = await shown(page, Projection.GEOGRAPHIC)
    assert not np.allclose(globe, layered)
    assert np.allclose(await shown(page, Projection.LAYERED), layered)
    assert np.allclose(await shown(page, Projection.FORCE), force)
    assert {page.canvas.device(at) for at in page.canvas.selection} == {ids["pra-cr1"]}


async def test_each_projection_keeps_where_it_was_looked_at(page: MapPage, ids: Ids) -> None:
    await opened(page)
    page.canvas.zoom(1.7)
    close = page.canvas.camera
    await shown(page, Projection.LAYERED)
    assert page.canvas.camera != close and not page.canvas.is_own_view
    await shown(page, Projection.FORCE)
    await until(lambda: page.canvas._flight is None)
    assert page.canvas.camera.scale == pytest.approx(close.scale)


async def test_a_route_names_the_projection(page: MapPage, ids: Ids) -> None:
    page.visit(Route("map", text="projection:layered"))
    await opened(page)
    assert page.stage.projection is Projection.LAYERED


async def test_a_projection_nobody_knows_is_no_word_of_the_map(page: MapPage) -> None:
    assert not page.tool(ProjectTool).visit("projection", "mollweide")
    assert page.stage.projection is Projection.FORCE


def test_every_projection_has_a_command_with_its_key(page: MapPage) -> None:
    actions = page.desk.actions
    for at, projection in enumerate(NAMES, 1):
        action = actions.action(f"map.projection-{projection.value}")
        assert action.shortcut().toString() == f"Shift+{at}"
    assert set(NAMES) == set(Projection)
