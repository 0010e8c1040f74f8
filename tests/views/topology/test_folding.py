"""Collapse and expand on the map."""

from __future__ import annotations

import pytest

from noc_console.services.inventory.model import DeviceId, LinkId
from noc_console.services.topology.folding import Folds
from noc_console.views.kit.desk import Route
from noc_console.views.kit.tasks import settled
from noc_console.views.topology.canvas import Hit
from noc_console.views.topology.folding import FoldTool, _kept
from noc_console.views.topology.page import MapPage
from tests.views.measured import Ids
from tests.views.topology.conftest import opened


def number(page: MapPage, ids: Ids, name: str) -> int:
    return page.canvas.scene.number[ids[name]]


def total(page: MapPage) -> int:
    return sum(max(1, len(node.members)) for node in page.canvas.scene.nodes)


async def test_the_group_of_a_device_collapses_and_expands(page: MapPage, ids: Ids) -> None:
    await opened(page)
    page.canvas.select({number(page, ids, "pra-wl1")})
    page.tool(FoldTool).collapse()
    await settled()
    (chosen,) = page.canvas.selection
    group = page.canvas.scene.nodes[chosen]
    assert ids["pra-wl1"] in group.members and group.device_id < 0
    assert total(page) == 38
    assert "38 devices" in page.facts.text()
    page.tool(FoldTool).expand()
    await settled()
    assert len(page.canvas.scene.nodes) == 38 and ids["pra-wl1"] in page.canvas.scene.number


async def test_collapsing_again_takes_the_next_larger_group(page: MapPage, ids: Ids) -> None:
    await opened(page)
    page.canvas.select({number(page, ids, "pra-wl1")})
    sizes = []
    for _ in range(2):
        page.tool(FoldTool).collapse()
        await settled()
        (chosen,) = page.canvas.selection
        sizes.append(len(page.canvas.scene.nodes[chosen].members))
    assert sizes == sorted(set(sizes)) and sizes[-1] == 19


async def test_all_sites_collapse_and_everything_expands(page: MapPage, ids: Ids) -> None:
    await opened(page)
    page.desk.actions.action("map.collapse-site").trigger()
    await settled()
    scene = page.canvas.scene
    assert [node.name for node in scene.nodes] == ["Brno", "Prague"] or len(scene.nodes) == 2
    assert len(scene.edges) == 1 and len(scene.edges[0].parts) == 2
    assert sum(n.inside for n in scene.nodes) + 2 == len(page.stage.network.edges) == 52
    page.tool(FoldTool).expand_all()
    await settled()
    assert len(page.canvas.scene.nodes) == 38


async def test_opening_a_collapsed_group_expands_it(page: MapPage, ids: Ids) -> None:
    await opened(page)
    page.tool(FoldTool).collapse_all("site")
    await settled()
    gone: list[Route] = []
    page.desk.wires.went.connect(gone.append)
    page.canvas.opened.emit(int(page.canvas.device(0)))
    await settled()
    assert len(page.canvas.scene.nodes) == 20 and gone == []


async def test_a_hidden_device_is_found_in_its_group(page: MapPage, ids: Ids) -> None:
    await opened(page)
    page.tool(FoldTool).collapse_all("site")
    await settled()
    shown = page.tool(FoldTool).shown_as(ids["brn-cr1"])
    assert shown is not None and ids["brn-cr1"] in page.canvas.scene.nodes[shown].members
    assert page.tool(FoldTool).shown_as(DeviceId(9999)) is None


async def test_dragging_a_group_moves_its_members(page: MapPage, ids: Ids) -> None:
    await opened(page)
    before = page.stage.places[ids["pra-cr1"]]
    page.tool(FoldTool).collapse_all("site")
    await settled()
    at = page.tool(FoldTool).shown_as(ids["pra-cr1"])
    assert at is not None
    x, y = page.canvas.scene.at[at].tolist()
    page.canvas.moved.emit({at: (x, y)}, {at: (x + 30.0, y - 20.0)})
    await settled()
    where = await page.stage.services.topology.positions(page.desk.actor)
    moved = where[ids["pra-cr1"]]
    assert (moved.x, moved.y) == pytest.approx((before.x + 30, before.y - 20), abs=0.02)
    assert moved.pinned and min(where) > 0, "a group has no place of its own"
    page.undo_stack.undo()
    await settled()
    where = await page.stage.services.topology.positions(page.desk.actor)
    assert (where[ids["pra-cr1"]].x, where[ids["pra-cr1"]].pinned) == (before.x, before.pinned)


async def test_a_bundle_opens_under_the_pointer_and_closes(page: MapPage, ids: Ids) -> None:
    await opened(page)
    tool = page.tool(FoldTool)
    tool.collapse_all("site")
    await settled()
    page.canvas.hit = Hit(link=0)
    tool.expand()
    await settled()
    assert [edge.link_id > 0 for edge in page.canvas.scene.edges] == [True, True]
    page.canvas.hit = Hit(link=0)
    tool.collapse()
    await settled()
    assert [edge.link_id > 0 for edge in page.canvas.scene.edges] == [False]


async def test_what_is_collapsed_is_kept_for_each_map(page: MapPage, ids: Ids) -> None:
    page.visit(Route("map", text="fold:site"))
    await opened(page)
    await settled()
    assert len(page.canvas.scene.nodes) == 2
    kept = page.desk.state.get("map.folds")
    assert len(kept["main"]["folded"]) == 2
    page.stage.view = "other"
    page.tool(FoldTool)._other_view()
    assert page.tool(FoldTool).folds == Folds()
    page.stage.view = "main"
    page.tool(FoldTool)._other_view()
    assert page.tool(FoldTool).folds.folded == set(kept["main"]["folded"])


async def test_its_words_bring_back_what_is_collapsed(page: MapPage, ids: Ids) -> None:
    await opened(page)
    tool = page.tool(FoldTool)
    assert tool.words() == {}
    tool.collapse_all("site")
    await settled()
    told = tool.words()["fold"]
    assert tool.visit("fold", "") and tool.folds.folded == frozenset()
    assert tool.visit("fold", told)
    await settled()
    assert len(page.canvas.scene.nodes) == 2


async def test_with_nothing_chosen_it_says_what_to_do(page: MapPage, ids: Ids) -> None:
    await opened(page)
    told: list[str] = []
    page.desk.wires.noticed.connect(lambda text, _tone: told.append(text))
    page.tool(FoldTool).collapse()
    page.tool(FoldTool).expand()
    page.tool(FoldTool).collapse_all("region")
    await settled()
    assert len(told) == 3
    assert not page.tool(FoldTool).visit("fold", "nonsense")
    assert not page.tool(FoldTool).visit("fold", "ring:x")


@pytest.mark.parametrize(
    ("told", "folds"),
    [
        (None, Folds()),
        ([], Folds()),
        ({"folded": 7, "opened": "x"}, Folds()),
        (
            {"folded": ["site:1", "site:", "evil:1", 9, "ring:" + "9" * 40], "opened": [-3, True]},
            Folds(frozenset({"site:1"}), frozenset({LinkId(-3)})),
        ),
        ({"bundles": False}, Folds(bundles=False)),
    ],
)
def test_what_was_kept_is_read_with_care(told: object, folds: Folds) -> None:
    assert _kept(told) == folds
