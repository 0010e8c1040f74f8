"""The panel of one link."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np

from noc_console.services.inventory.decisions import Decision, Verdict
from noc_console.services.inventory.model import (
    DeviceId,
    Evidence,
    EvidenceKind,
    InterfaceId,
    LinkId,
    Why,
)
from noc_console.services.topology.model import End, LinkState
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.label import ElidedLabel
from noc_console.views.topology.details import LinkPanel, both_ways
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
    said = [label.whole() for label in panel.why.findChildren(ElidedLabel)]
    assert said == ["a → b Gi1"]  # who said it, of whom
    panel.show_loads(edge(1, 3, 7, ab=0.5), "a", "b")
    assert panel.facts.count() == 4


def test_a_bundle_leads_down_to_its_parts_and_back(desk: Desk) -> None:
    panel = LinkPanel(desk.times)
    parts = (edge(1, 3, 7), edge(2, 3, 7, state=LinkState.DOWN, ab=None, ba=None))
    bundle = replace(edge(9, 3, 7), link_id=LinkId(-1), parts=parts)
    wanted: list[object] = []
    panel.part_wanted.connect(wanted.append)
    panel.show_link(bundle, "a", "b")
    assert [panel.parts.itemAt(at).widget().text() for at in range(3)] == [
        "2 links in one", "xe-3 ↔ xe-7   up · 10%", "xe-3 ↔ xe-7   down",
    ]  # fmt: skip
    panel.parts.itemAt(2).widget().click()
    panel.show_link(parts[1], "a", "b", whole=bundle)
    panel.back_button.click()
    assert wanted == [parts[1], bundle]


def test_either_ends_word_makes_the_curve_of_a_direction() -> None:
    link = replace(
        edge(1, 3, 7),
        a=End(DeviceId(3), InterfaceId(11)),
        b=End(DeviceId(7), InterfaceId(21)),
    )
    nan = np.nan
    told = {
        11: (np.array([1.0, 2.0]), np.array([nan, 4.0])),
        21: (np.array([5.0, 6.0]), np.array([nan, nan])),
    }
    out, back = both_ways(link, told)
    assert out.tolist() == [40.0, 32.0]
    assert back.tolist() == [8.0, 16.0]
    assert [len(one) for one in both_ways(link, {})] == [0, 0]


def test_what_was_decided_is_said_and_can_be_taken_back_only_by_who_may(desk: Desk) -> None:
    panel = LinkPanel(desk.times)
    taken: list[int] = []
    panel.forgotten.connect(taken.append)
    at = datetime(2026, 3, 1, tzinfo=UTC)
    said = (Decision(4, at, "mira", Verdict.ACCEPT, 3, None, 7, None),)
    panel.show_link(edge(1, 3, 7), "a", "b")
    panel.show_why(Why(None, "So.", (), (), said))
    line = panel.decisions.itemAt(0).layout()
    line.itemAt(1).widget().click()
    assert taken == [4]
    panel.let_write(False)
    panel.show_why(Why(None, "So.", (), (), said))
    assert panel.decisions.itemAt(0).layout().count() == 1
