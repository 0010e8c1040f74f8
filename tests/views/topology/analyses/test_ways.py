"""The panel of ways."""

from __future__ import annotations

import csv
import io

import pytest
from PySide6.QtGui import QGuiApplication

from noc_console.services.inventory.model import DeviceId
from noc_console.services.topology.analysis import Study
from noc_console.services.topology.findings import Disjoint, Weight
from noc_console.services.topology.model import LinkState, Load
from noc_console.views.topology.analyses.keys import AtLink
from noc_console.views.topology.analyses.ways import WayPanel, as_text, flow, summary
from tests.services.topology.rules.spun import G, graph_of

BUSY = Load(9 * G, 1 * G, LinkState.UP)
CALM = Load(1 * G, 1 * G, LinkState.UP)
GRAPH = graph_of(4, [(0, 1), (1, 3), (0, 2), (2, 3)], speeds=[10 * G] * 4, loads=[CALM, BUSY])


@pytest.fixture
async def panel() -> WayPanel:
    panel = WayPanel()
    panel.begin("d1", "d4")
    await ask(panel)
    return panel


async def ask(panel: WayPanel) -> None:
    study = Study(GRAPH)
    by, apart = Weight(panel.weight.chosen), Disjoint(panel.disjoint.chosen)
    ends, avoid = (DeviceId(1), DeviceId(4)), tuple(panel.avoided)
    best = await study.path(*ends, by=by, avoid=avoid)
    panel.show_ways(best, await study.ways(*ends, by=by, disjoint=apart, avoid=avoid))


async def test_a_way_is_told_hop_by_hop(panel: WayPanel) -> None:
    assert panel.title.whole() == "d1 → d4"
    assert [row.text for row in panel.list.rows] == ["d1 → d2", "d2 → d4"]
    first, second = panel.list.rows
    assert first.value == "10.0 Gb/s" and second.value == "bottleneck · 10.0 Gb/s"
    assert second.is_bad and not first.is_bad
    assert [gauge.text for gauge in second.gauges] == ["9.00 Gb/s · 90%", "1.00 Gb/s · 10%"]
    assert panel.sum.text() == "2 hops · 1.00 Gb/s free"


async def test_every_device_of_the_way_is_opened_in_order(panel: WayPanel) -> None:
    asked: list[tuple[int, ...]] = []
    panel.ring_asked.connect(asked.append)
    panel.ask_ring()
    panel.tabs.buttons["1"].click()
    panel.ask_ring()
    assert asked == [(1, 2, 4), (1, 3, 4)]


async def test_alternatives_are_tabs(panel: WayPanel) -> None:
    assert [button.text() for button in panel.tabs.buttons.values()] == ["1 · 2 hops", "2 · 2 hops"]
    panel.tabs.buttons["1"].click()
    assert [row.text for row in panel.list.rows] == ["d1 → d3", "d3 → d4"]
    assert set(panel.lit().links) == {3, 4}
    assert panel.verdict.text().startswith("Only 2 ways without a common device")


async def test_another_weight_asks_anew(panel: WayPanel) -> None:
    asked: list[bool] = []
    panel.asked.connect(lambda: asked.append(True))
    panel.weight.buttons["load"].click()
    await ask(panel)
    assert asked == [True]
    assert [row.text for row in panel.list.rows] == ["d1 → d3", "d3 → d4"]
    assert "cost" in panel.sum.text()


async def test_the_way_goes_round_a_link_until_it_is_allowed_again(panel: WayPanel) -> None:
    panel.list.go(0)
    panel.avoid()
    await ask(panel)
    assert [row.text for row in panel.list.rows] == ["d1 → d3", "d3 → d4"]
    assert panel.restore.text() == "Avoiding d1 – d2: allow again"
    panel.restore.click()
    await ask(panel)
    assert panel.avoided == {} and len(panel.ways) == 2


async def test_the_bottleneck_bears_a_word_on_the_map(panel: WayPanel) -> None:
    lit = panel.lit()
    assert set(lit.devices) == {1, 4}
    assert [mark.text for mark in lit.links.values()] == ["", "bottleneck 90%"]
    assert panel.list.rows[1].key == AtLink(2, 2, 4)


async def test_a_way_is_copied_as_text_and_as_a_table(panel: WayPanel) -> None:
    panel.copy_text()
    text = QGuiApplication.clipboard().text()
    assert text.splitlines()[0] == "d1 → d4: 2 hops · 1.00 Gb/s free"
    assert "2. d2 → d4" in text and text == as_text(panel.ways[0])
    panel.copy_csv()
    rows = list(csv.DictReader(io.StringIO(QGuiApplication.clipboard().text())))
    assert [row["to"] for row in rows] == ["d2", "d4"] and rows[1]["bottleneck"] == "yes"


async def test_without_a_way_the_panel_says_so() -> None:
    panel = WayPanel()
    panel.begin("d1", "d3")
    study = Study(graph_of(3, [(0, 1)]))
    ends = (DeviceId(1), DeviceId(3))
    panel.show_ways(await study.path(*ends), await study.ways(*ends))
    assert panel.way is None and not panel.lit().links
    assert panel.verdict.text() == "There is no way between them that is not down."
    panel.copy_text()
    panel.avoid()
    assert panel.avoided == {}


async def test_the_shortest_is_shown_even_when_it_blocks_the_others() -> None:
    graph = graph_of(6, [(0, 1), (1, 2), (2, 3), (0, 4), (4, 2), (1, 5), (5, 3)])
    study, ends = Study(graph), (DeviceId(1), DeviceId(4))
    panel = WayPanel()
    panel.begin("d1", "d4")
    panel.show_ways(await study.path(*ends), await study.ways(*ends))
    # d1-d2-d3-d4 is as short as the two that share nothing; it comes once, whichever it is.
    assert len({way.links for way in panel.ways}) == len(panel.ways) >= 2


def test_flows_are_told_with_their_share() -> None:
    assert flow(None, None) == "not known"
    assert flow(1e9, None) == "1.00 Gb/s"
    assert flow(1e9, 0.5) == "1.00 Gb/s · 50%"


async def test_light_takes_its_time(panel: WayPanel) -> None:
    assert "light" not in summary(panel.ways[0])
