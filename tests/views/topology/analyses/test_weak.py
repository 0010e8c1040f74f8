"""The panel of weak points."""

from __future__ import annotations

import csv
import io

import pytest
from PySide6.QtGui import QGuiApplication

from noc_console.services.inventory.model import DeviceId, DeviceType
from noc_console.services.topology.analysis import Study
from noc_console.views.topology.analyses.keys import AtDevice, AtLink
from noc_console.views.topology.analyses.weak import WeakPanel
from tests.services.topology.rules.spun import graph_of

R, S = DeviceType.ROUTER, DeviceType.SWITCH
GRAPH = graph_of(5, [(0, 1), (0, 2), (1, 2), (2, 3), (3, 4)], types=[R, R, S, S, S])


@pytest.fixture
async def panel() -> WeakPanel:
    panel = WeakPanel()
    panel.show_points(await Study(GRAPH, {DeviceId(5): 40}).weak_points())
    return panel


async def test_the_worst_comes_first_with_what_it_cuts_off(panel: WeakPanel) -> None:
    assert panel.verdict.text() == "2 devices and 2 links would cut something off."
    worst = panel.list.rows[0]
    assert worst.text == "d3" and worst.key == AtDevice(3)
    assert worst.under == "cuts off 2 devices · leaves 2 parts · 40 customers · 3 neighbours"
    assert panel.note.text() == "Towards the core: d1, d2."


async def test_the_order_is_the_operator_s(panel: WeakPanel) -> None:
    panel.order.buttons["customers"].click()
    assert {row.text for row in panel.list.rows[:3]} == {"d3", "d4", "d5"}
    panel.order.buttons["centrality"].click()
    assert panel.list.rows[0].text == "d3"
    assert panel.list.rows[0].gauges[0].text != "0.00"


async def test_links_nothing_stands_in_for_have_a_list_of_their_own(panel: WeakPanel) -> None:
    panel.show()
    panel.kind.buttons["links"].click()
    assert [row.text for row in panel.list.rows] == ["d3 – d4", "d4 – d5"]
    assert panel.list.rows[0].key == AtLink(4, 3, 4)
    assert not panel.order.isVisible()
    assert [mark.text for mark in panel.lit().links.values()] == ["−2", "−1"]


async def test_what_cuts_something_off_is_marked_with_how_much(panel: WeakPanel) -> None:
    assert {id: mark.text for id, mark in panel.lit().devices.items()} == {3: "−2", 4: "−1"}


async def test_the_chosen_one_can_be_supposed_to_fail(panel: WeakPanel) -> None:
    wanted: list[object] = []
    panel.what_if_wanted.connect(wanted.append)
    panel.reach_wanted.connect(wanted.append)
    for at in range(2):
        button = panel.foot.itemAt(at).widget()
        assert button is not None
        button.click()  # type: ignore[attr-defined]
    assert wanted == [AtDevice(3), AtDevice(3)]


async def test_the_card_tells_how_critical_a_device_is(panel: WeakPanel) -> None:
    assert panel.story(DeviceId(3))[1] == ("Cuts off", "2 devices")
    assert len(panel.story(DeviceId(5))) == 1 and panel.story(DeviceId(99)) == ()


async def test_all_figures_are_copied_as_a_table(panel: WeakPanel) -> None:
    panel.copy_csv()
    rows = list(csv.DictReader(io.StringIO(QGuiApplication.clipboard().text())))
    assert len(rows) == 5 and rows[0]["device"] == "d3" and rows[0]["customers"] == "40"


async def test_a_network_that_stands_any_failure_is_told_so() -> None:
    panel = WeakPanel()
    panel.show_points(await Study(graph_of(3, [(0, 1), (1, 2), (2, 0)])).weak_points())
    assert panel.verdict.text().startswith("Any one device or link may fail")
    assert panel.note.text().endswith("Customers behind devices are not known.")
