"""The map on the wall."""

from __future__ import annotations

from noc_console.views.kit.tasks import settled
from noc_console.views.topology.page import MapPage
from noc_console.views.topology.walling import WallTool
from tests.views.measured import Ids
from tests.views.topology.conftest import opened


async def test_the_wall_board_opens_once_and_remembers_its_monitor(page: MapPage, ids: Ids) -> None:
    await opened(page)
    tool = page.tool(WallTool)
    tool.open()
    wall = tool.board
    assert wall is not None and wall.isVisible()
    tool.open()
    assert tool.board is wall
    assert page.desk.state.get("wallboard")["screen"] == wall.screen().name()
    await settled()
    wall.close()
    assert tool.board is None
