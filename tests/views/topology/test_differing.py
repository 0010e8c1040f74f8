"""Two moments told apart on the map."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from noc_console.kernel.actor import Actor
from noc_console.services.inventory.deciding import LinkDecisionService
from noc_console.services.inventory.model import Reachability
from noc_console.services.inventory.service import InventoryService
from noc_console.services.topology.happenings import Sign
from noc_console.services.topology.model import Arranged
from noc_console.views.kit.tasks import settled
from noc_console.views.topology.differing import COLUMNS, TINTS, WORDS, DiffTool, with_both
from noc_console.views.topology.marks import NO_MARKS
from noc_console.views.topology.page import MapPage
from noc_console.views.topology.playing import TimeTool
from noc_console.views.topology.side import SidePanel
from tests.conftest import FakeClock
from tests.views.conftest import until
from tests.views.measured import Ids
from tests.views.topology.conftest import opened
from tests.views.topology.drawn import graph, places


async def test_what_differs_is_marked_on_the_map_and_listed(
    page: MapPage,
    ids: Ids,
    inventory: InventoryService,
    operator: Actor,
    clock: FakeClock,
    tmp_path: Path,
) -> None:
    clock.tick(hours=2)
    await inventory.set_reachability(
        operator, device_id=ids["pra-cr1"], reachability=Reachability.DOWN, at=clock.now()
    )
    deciding: LinkDecisionService = page.stage.services.deciding
    (link, *_) = await inventory.links(operator)
    await deciding.reject_link(operator, link_id=link.id)
    clock.tick(hours=1)
    await opened(page)
    before = len(page.canvas.scene.edges)
    tool = page.tool(DiffTool)
    assert tool.visit("diff", "-2h")
    await until(lambda: bool(page.canvas.marks))
    await settled()
    # The link that is gone is drawn again, so that it can be marked as gone.
    assert len(page.canvas.scene.edges) == before + 1
    marks = page.canvas.marks
    assert [mark.text for mark in marks.devices.values()] == [Sign.WORSE.value]
    assert [(mark.text, mark.dashed) for mark in marks.links.values()] == [("−", True)]
    assert tool.panel.list.count() == 2
    assert "1 gone" in tool.panel.counts.text() and "1 worse" in tool.panel.counts.text()
    await tool.write(tmp_path / "d.csv")
    told = (tmp_path / "d.csv").read_text()
    assert "pra-cr1,worse,answers → does not answer" in told and told.startswith("# from")
    tool.panel.list.itemClicked.emit(tool.panel.list.item(0))
    assert page.canvas.selection == {page.canvas.scene.number[ids["pra-cr1"]]}
    tool.panel.bound.setCurrentIndex(0)
    await settled()
    assert tool.panel.list.count() == 2
    page.stage.open_side(SidePanel("Another"))
    await until(lambda: len(page.canvas.scene.edges) == before)
    await settled()
    assert page.canvas.marks == NO_MARKS


async def test_the_moment_on_the_map_is_compared_with_the_mark_or_with_now(
    page: MapPage, ids: Ids, clock: FakeClock
) -> None:
    start = clock.now()
    clock.tick(hours=6)
    await opened(page)
    tool, player = page.tool(DiffTool), page.tool(TimeTool)
    tool.compare()
    await settled()
    assert tool.compared is not None
    assert (tool.compared.before, tool.compared.after) == (start, clock.now())  # all that is kept
    player.open()
    player.go_to(start + timedelta(hours=4))
    await settled()
    player.bar.diff_button.click()
    await settled()
    assert tool.compared.before == start + timedelta(hours=4)
    player.bar.track.put_mark(start + timedelta(hours=1))
    tool.compare()
    await settled()
    assert tool.compared.before == start + timedelta(hours=1)
    assert tool.compared.after == start + timedelta(hours=4)
    assert tool.panel.counts.text() == "Nothing differs."
    assert not tool.visit("diff", "soon") and not tool.visit("other", "-2h")
    player.leave()
    await settled()


def test_a_map_shows_what_only_one_of_two_moments_has() -> None:
    now = graph()
    was = replace(now, edges=now.edges[:-1])
    shown = Arranged(was, places())
    both = with_both(shown, was, now)
    assert {edge.link_id for edge in both.graph.edges} == {edge.link_id for edge in now.edges}
    fewer = replace(now, nodes=now.nodes[:-1], edges=())
    both = with_both(Arranged(fewer, places()), fewer, now)
    assert len(both.graph.nodes) == len(now.nodes)
    assert len(both.graph.edges) == len(now.edges)
    same = Arranged(now, places())
    assert with_both(same, now, now) is same


def test_each_sign_has_its_colour_and_its_word() -> None:
    assert set(TINTS) == set(WORDS) == set(Sign)
    assert [column.title for column in COLUMNS][:2] == ["What", "Name"]
