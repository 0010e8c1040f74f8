"""The panel of upstream and downstream."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QGuiApplication

from noc_console.services.inventory.model import DeviceId, DeviceType, LinkId
from noc_console.services.topology.analysis import Study
from noc_console.views.topology.analyses.keys import AtDevice
from noc_console.views.topology.analyses.reach import DOWN, UP, ReachPanel
from tests.services.topology.rules.spun import graph_of

R, S = DeviceType.ROUTER, DeviceType.SWITCH
STUDY = Study(graph_of(5, [(0, 1), (1, 2), (2, 3), (3, 4)], types=[R, S, S, S, S]), {})


@pytest.fixture
async def panel() -> ReachPanel:
    panel = ReachPanel()
    panel.show_reach(await STUDY.reach_of_device(DeviceId(3)), UP)
    return panel


async def test_upstream_tells_who_is_needed(panel: ReachPanel) -> None:
    assert panel.title.whole() == "Upstream of d3"
    assert panel.verdict.text() == "Every way to the core passes d2, d1."
    assert [(row.text, row.under, row.value) for row in panel.list.rows] == [
        ("d2", "1 hop away", "needed"),
        ("d1", "2 hops away · core", "needed"),
    ]
    lit = panel.lit()
    assert {id: mark.text for id, mark in lit.devices.items()} == {
        2: "needed", 1: "needed", 3: "here",
    }  # fmt: skip
    assert set(lit.links) == {1, 2}


async def test_downstream_is_the_other_tab(panel: ReachPanel) -> None:
    panel.tabs.buttons[DOWN].click()
    assert panel.title.whole() == "Downstream of d3"
    assert [row.key for row in panel.list.rows] == [AtDevice(4), AtDevice(5)]
    assert panel.verdict.text().endswith("no customers are known behind it.")
    assert set(panel.lit().links) == {3, 4}


async def test_the_core_needs_nobody(panel: ReachPanel) -> None:
    panel.show_reach(await STUDY.reach_of_device(DeviceId(1)), UP)
    assert panel.verdict.text() == "d1 is the core: what others want a way to."
    panel.show_reach(await STUDY.reach_of_device(DeviceId(5)), DOWN)
    assert panel.list.rows == () or len(panel.list.rows) == 0


async def test_a_link_has_both(panel: ReachPanel) -> None:
    panel.show_reach(await STUDY.reach_of_link(LinkId(3)), DOWN)
    assert panel.title.whole() == "Downstream of d3 – d4"
    assert [row.text for row in panel.list.rows] == ["d4", "d5"]


@pytest.mark.parametrize(
    ("way", "head"), [(UP, "device,hops,needed,core"), (DOWN, "device,site,customers")]
)
async def test_what_is_listed_is_copied(panel: ReachPanel, way: str, head: str) -> None:
    panel.tabs.buttons[way].click()
    panel.copy_csv()
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines[0] == head and len(lines) == 3
