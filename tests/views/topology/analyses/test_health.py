"""The panel of the network's health."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel

from noc_console.services.topology.analysis import Study
from noc_console.services.topology.model import Graph
from noc_console.views.topology.analyses.health import HealthPanel
from noc_console.views.topology.analyses.keys import Ask
from tests.services.topology.rules.spun import graph_of


async def shown(graph: Graph) -> HealthPanel:
    panel = HealthPanel()
    panel.show_health(await Study(graph).health())
    return panel


def words(panel: HealthPanel) -> list[str]:
    return [label.text() for label in panel.findChildren(QLabel) if not label.isHidden()]


async def test_a_score_comes_with_its_reasons_and_advice() -> None:
    panel = await shown(graph_of(6, [(0, 1), (1, 2), (2, 3)]))
    assert panel.score.text() == "35" and panel.word.text() == "of 100 · poor"
    assert "−30" in words(panel) and "The network is in 3 parts" in words(panel)
    assert any(text.startswith("2 devices have no way") for text in words(panel))
    assert set(panel.lit().devices) == {5, 6}


async def test_every_number_with_a_list_leads_to_it() -> None:
    panel = await shown(graph_of(6, [(0, 1), (1, 2), (2, 3)]))
    keys = {row.text: row.key for row in panel.list.rows}
    assert keys["Articulation points"] == Ask("weak", "devices")
    assert keys["Bridges"] == Ask("weak", "links")
    assert keys["Parts"] == Ask("health", "alone")
    assert keys["Links above 80 %"] is None


async def test_a_network_without_fault_is_left_in_peace() -> None:
    panel = await shown(graph_of(4, [(a, b) for b in range(4) for a in range(b)]))
    assert panel.score.text() == "100"
    assert "Nothing to complain about." in words(panel)
    assert not panel.lit().devices
    values = {row.text: row.value for row in panel.list.rows}
    assert values["Resilience"] == "0.70" and values["Longest way"] == "1"
    assert values["Devices to fail until it parts"] == "3"
