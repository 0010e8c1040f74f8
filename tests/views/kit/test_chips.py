"""Chips: toggles by id."""

from __future__ import annotations

from noc_console.services.alarms.model import Severity
from noc_console.views.kit.chips import Chips
from noc_console.views.kit.severity import severity_icon


async def test_turning_tells_once() -> None:
    chips, told = Chips([("a", "A", "only a"), ("b", "B", "only b")]), []
    chips.changed.connect(lambda: told.append(chips.on()))
    chips.buttons["a"].click()
    chips.turn(frozenset({"b"}))
    chips.turn(frozenset({"b"}))
    assert told == [{"a"}, {"b"}]


async def test_a_chip_carries_words_icon_and_a_name() -> None:
    chips = Chips([("a", "A", "only a")])
    chips.set_icon("a", severity_icon(Severity.MAJOR))
    chips.set_text("a", "12")
    button = chips.buttons["a"]
    assert (button.text(), button.accessibleName()) == ("12", "only a")
    assert not button.icon().isNull()
