"""A new layout: asked for, stopped, undone."""

from __future__ import annotations

import pytest

from noc_console.kernel.actor import Actor
from noc_console.services.topology.model import Placement, Position, Projection, kept_as
from noc_console.services.topology.service import TopologyService
from noc_console.views.kit.tasks import settled
from noc_console.views.topology.arranging import ArrangeTool
from noc_console.views.topology.page import MapPage
from tests.views.measured import Ids
from tests.views.topology.conftest import opened


async def pinned_far_away(
    page: MapPage, topology: TopologyService, operator: Actor, ids: Ids
) -> None:
    far = Placement(ids["pra-as2"], Position(4000.5, -77.25, pinned=True))
    await topology.place(operator, moves=(far,))
    page.stage.reload()
    await settled()


async def test_a_new_layout_keeps_the_pinned_and_can_be_undone(
    page: MapPage, ids: Ids, topology: TopologyService, operator: Actor
) -> None:
    await opened(page)
    await pinned_far_away(page, topology, operator, ids)
    before = await topology.positions(operator)
    page.tool(ArrangeTool).arrange()
    await settled()
    after = await topology.positions(operator)
    assert after != before
    assert after[ids["pra-as2"]] == Position(4000.5, -77.25, pinned=True)
    page.undo_stack.undo()
    await settled()
    assert await topology.positions(operator) == before


async def test_a_cancelled_layout_leaves_everything_where_it_was(
    page: MapPage, ids: Ids, topology: TopologyService, operator: Actor
) -> None:
    await opened(page)
    before = await topology.positions(operator)
    tool = page.tool(ArrangeTool)
    tool.arrange()
    assert tool.bar.isVisible()
    tool.cancel_button.click()
    await settled()
    assert not tool.bar.isVisible()
    assert await topology.positions(operator) == before


async def test_a_layout_that_fails_takes_its_progress_away(
    page: MapPage, ids: Ids, topology: TopologyService, monkeypatch: pytest.MonkeyPatch
) -> None:
    await opened(page)

    # No layout of a real network fails: there is nothing to make it.
    async def broken(*_: object, **__: object) -> None:
        raise LookupError("no way")

    monkeypatch.setattr(topology, "arrange_with", broken)
    told: list[BaseException] = []
    page.desk.wires.failed.connect(told.append)
    tool = page.tool(ArrangeTool)
    tool.arrange()
    await settled()
    assert not tool.bar.isVisible()
    assert [type(error) for error in told] == [LookupError]


async def test_undo_after_going_to_another_projection_changes_the_one_it_was_done_in(
    page: MapPage, ids: Ids, topology: TopologyService, operator: Actor
) -> None:
    await opened(page)
    await pinned_far_away(page, topology, operator, ids)
    before = await topology.positions(operator)
    page.tool(ArrangeTool).arrange()
    await settled()
    page.stage.go_to_view("main", Projection.LAYERED)
    await settled()
    layered = await topology.positions(operator, view=kept_as("main", Projection.LAYERED))
    page.undo_stack.undo()
    await settled()
    assert await topology.positions(operator) == before
    assert await topology.positions(operator, view="main/layered") == layered
