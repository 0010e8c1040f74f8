"""What tools of the map may ask of the page."""

from __future__ import annotations

from dataclasses import replace

from noc_console.services.topology.model import Arranged
from noc_console.views.kit.actions import Command
from noc_console.views.topology.page import MapPage
from noc_console.views.topology.stage import Moment
from tests.views.conftest import until
from tests.views.measured import Ids
from tests.views.topology.conftest import opened


async def test_a_lens_changes_what_is_shown_and_taking_it_out_brings_all_back(
    page: MapPage, ids: Ids
) -> None:
    await opened(page)

    def only_one(whole: Arranged) -> Arranged:
        return Arranged(
            replace(whole.graph, nodes=whole.graph.nodes[:1], edges=()), whole.positions
        )

    page.stage.look_through("one", only_one)
    await until(lambda: len(page.canvas.scene.nodes) == 1)
    assert len(page.stage.network.nodes) == 38, "the network itself is whole"
    page.stage.look_through("one", None)
    await until(lambda: len(page.canvas.scene.nodes) == 38)


async def test_another_moment_is_shown_until_one_comes_back(page: MapPage, ids: Ids) -> None:
    await opened(page)
    before = replace(page.stage.network, nodes=page.stage.network.nodes[:5], edges=())
    page.stage.go_to_moment(Moment(before, page.desk.clock.now()))
    await until(lambda: len(page.canvas.scene.nodes) == 5)
    page.stage.go_to_moment(None)
    await until(lambda: len(page.canvas.scene.nodes) == 38)


async def test_a_command_of_a_tool_stands_in_its_menus(page: MapPage) -> None:
    page.stage.add(Command("map.test", "Test", "map", lambda: None), "Map", "Context")
    assert page.stage.menus["Context"][-1] == "map.test"
    assert page.desk.actions.action("map.test").text() == "Test"
