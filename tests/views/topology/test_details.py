"""The panel of one link."""

from __future__ import annotations

from datetime import UTC, datetime

from noc_console.services.inventory.model import DeviceId, Evidence, EvidenceKind, Why
from noc_console.views.kit.desk import Desk
from noc_console.views.topology.details import LinkPanel
from tests.views.topology.drawn import edge


def test_it_tells_the_link_and_leads_to_both_ends(desk: Desk) -> None:
    panel = LinkPanel(desk.times)
    wanted: list[int] = []
    panel.device_wanted.connect(wanted.append)
    panel.show_link(edge(1, 3, 7), "a & b", "c")
    assert panel.title.whole() == "a & b – c"
    assert panel.buttons[0].text() == "Open a && b"
    for button in panel.buttons:
        button.click()
    assert wanted == [3, 7]


def test_it_shows_the_rows_as_sent(desk: Desk) -> None:
    panel = LinkPanel(desk.times)
    panel.show_link(edge(1, 3, 7), "a", "b")
    piece = Evidence(
        EvidenceKind.CDP, DeviceId(3), None, DeviceId(7), None, "b", "Gi1", "", "",
        "1.2.3 = b", datetime(2026, 3, 1, tzinfo=UTC),
    )  # fmt: skip
    panel.show_why(Why(None, "Because.", ("One says so.",), (piece,)))
    assert panel.why.verdict.text() == "Because."
    panel.show_loads(edge(1, 3, 7, ab=0.5), "a", "b")
    assert panel.facts.count() == 4
