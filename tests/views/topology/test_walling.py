"""The map on the wall."""

from __future__ import annotations

from noc_console.views.kit.tasks import settled
from noc_console.views.topology.page import MapPage
from noc_console.views.topology.walling import WallTool
from noc_console.views.wallboard.network import NetworkScene
from tests.views.conftest import until
from tests.views.measured import Ids
from tests.views.topology.conftest import opened


async def test_the_wall_board_opens_once_and_remembers_its_monitor(page: MapPage, ids: Ids) -> None:
    await opened(page)
    tool = page.tool(WallTool)
    await page.stage.services.maps.create(
        page.desk.actor, name="Core only", device_ids=(int(ids["pra-cr1"]),)
    )
    tool.open()
    await until(lambda: tool.board)
    wall = tool.board
    assert wall is not None and wall.isVisible()
    assert [scene.shots()[0] for scene in wall.scenes] == ["Network", "Core only", "Alarms"]
    small = wall.scenes[1]
    assert isinstance(small, NetworkScene)
    small.reload()
    await until(lambda: small.canvas.scene.has_devices)
    assert [node.name for node in small.canvas.scene.nodes] == ["pra-cr1"]
    tool.open()
    assert tool.board is wall
    assert page.desk.state.get("wallboard")["screen"] == wall.screen().name()
    await settled()
    wall.close()
    assert tool.board is None
