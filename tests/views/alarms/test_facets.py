"""The facets beside the list."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from noc_console.views.alarms.asked import Asked
from noc_console.views.alarms.facets import MOST, ROW_PX, FacetPane, words_of
from noc_console.views.alarms.matching import Facet
from noc_console.views.kit.desk import Desk
from tests.views.conftest import shown

FACETS = {
    "severity": Facet(("critical", "minor"), (2, 9)),
    "condition": Facet(("interface-down", "cpu"), (7, 4)),
    "site": Facet(("Northgate",), (11,)),
}


async def test_what_offers_no_choice_is_left_out(desk: Desk) -> None:
    pane = FacetPane()
    shown(pane, 220, 600)
    pane.show_facets(FACETS, Asked())
    assert pane.texts() == {
        "severity": [("Critical", 2), ("Minor", 9)],
        "condition": [("Interface down", 7), ("CPU", 4)],
    }
    pane.show_facets({}, Asked(picks={"site": frozenset({"Harbour"})}))
    assert pane.texts() == {"site": [("Harbour", 0)]}, "what is picked can be turned off"


async def test_a_click_and_a_key_turn_a_value(desk: Desk) -> None:
    pane = FacetPane()
    shown(pane, 220, 600)
    pane.show_facets(FACETS, Asked())
    told: list[tuple[str, str]] = []
    pane.turned.connect(lambda facet, value: told.append((facet, value)))
    rows = pane.rows["severity"]
    QTest.mouseClick(rows, Qt.MouseButton.LeftButton, pos=QPoint(20, ROW_PX + 4))
    QTest.keyClick(rows, Qt.Key.Key_Up)
    QTest.keyClick(rows, Qt.Key.Key_Space)
    assert told == [("severity", "minor"), ("severity", "critical")]


async def test_many_values_are_cut_until_asked_for(desk: Desk) -> None:
    pane = FacetPane()
    shown(pane, 220, 600)
    many = Facet(tuple(f"Site {n}" for n in range(30)), tuple(range(30, 0, -1)))
    pane.show_facets({"site": many}, Asked(picks={"site": frozenset({"Site 20"})}))
    rows = pane.rows["site"]
    assert [one.value for one in rows.choices[:-1]] == [*many.values[:MOST], "Site 20"]
    assert rows.choices[-1].count == 21
    y = (len(rows.choices) - 1) * ROW_PX + 4
    QTest.mouseClick(rows, Qt.MouseButton.LeftButton, pos=QPoint(20, y))
    assert len(rows.choices) == 30


async def test_a_picked_value_looks_other_than_a_plain_one(desk: Desk) -> None:
    pane = FacetPane()
    shown(pane, 220, 600)
    pane.show_facets(FACETS, Asked())
    plain = pane.rows["severity"].grab().toImage()
    pane.show_facets(FACETS, Asked().turned("severity", "minor"))
    assert pane.rows["severity"].grab().toImage() != plain
    assert words_of("since", "older") == "more than a week"
    assert words_of("state", "unacknowledged") == "Unacknowledged"
