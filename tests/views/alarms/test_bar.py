"""The bar above the list."""

from __future__ import annotations

from datetime import UTC, datetime

from PySide6.QtWidgets import QMenu

from noc_console.services.filters.model import FilterId, SavedFilter
from noc_console.views.alarms.asked import Asked, Grouping
from noc_console.views.alarms.bar import FilterButton, GroupButton, ProgressStrip, Sights
from noc_console.views.alarms.deeds import Progress
from noc_console.views.kit.desk import Desk

AT = datetime(2026, 3, 1, tzinfo=UTC)


def kept(id: int, name: str, owner: str) -> SavedFilter:
    return SavedFilter(FilterId(id), "alarms", name, f"is=mine {name}", owner, True, AT)


async def test_chips_and_what_is_asked_agree(desk: Desk) -> None:
    sights = Sights(("unacked", "mine"))
    asked = Asked("core", {"severity": frozenset({"indeterminate"})}, frozenset({"waiting"}))
    sights.show_asked(asked.turned("severity", "major"))
    assert sights.chips.on() == {"major"}
    sights.chips.buttons["mine"].click()
    found = sights.onto(asked)
    assert found.picked("severity") == {"indeterminate", "major"}
    assert found.sights == {"waiting", "mine"} and found.text == "core"
    sights.show_counts((0, 0, 1, 2, 3, 1_004))
    assert sights.chips.buttons["critical"].text() == "1,004"


async def test_showing_what_is_asked_asks_nothing(desk: Desk) -> None:
    sights, told = Sights(("unacked",)), list[int]()
    sights.changed.connect(lambda: told.append(1))
    sights.show_asked(Asked(sights=frozenset({"unacked"})))
    assert told == [] and sights.chips.on() == {"unacked"}


async def test_only_another_way_to_fold_takes_room(desk: Desk) -> None:
    button = GroupButton()
    assert button.text() == "" and button.accessibleName() == "Folded by root cause"
    button.show_group(Grouping.AUTO, by_site=True)
    assert button.text() == "Place"
    button.show_group(Grouping.NONE)
    assert button.accessibleName() == "Folded by each alone"


def actions(menu: QMenu) -> dict[str, bool]:
    return {action.text(): action.isEnabled() for action in menu.actions() if action.text()}


async def test_kept_filters_are_chosen_and_only_own_ones_changed(desk: Desk) -> None:
    button, words = FilterButton("mira"), list[str]()
    button.chosen.connect(words.append)
    assert actions(button.menu_of())["No filter was saved yet"] is False
    button.show_kept((kept(1, "Night", "mira"), kept(2, "Fibre & co", "ann")))
    menu = button.menu_of()
    told = actions(menu)
    assert {"Night", "Fibre && co   (ann)", "Share", "Remove"} <= set(told)
    assert told["Save this filter…"] is False, "nothing is narrowed"
    next(action for action in menu.actions() if action.text() == "Night").trigger()
    assert words == ["is=mine Night"]
    button.asked = Asked("core")
    assert actions(button.menu_of())["Save this filter…"]
    (removal,) = [a.menu() for a in menu.actions() if a.text() == "Remove"]
    assert isinstance(removal, QMenu) and list(actions(removal)) == ["Night"]


async def test_progress_is_told_and_can_be_stopped(desk: Desk) -> None:
    stopped: list[int] = []
    strip = ProgressStrip(lambda: stopped.append(1))
    strip.show_progress(Progress("Acknowledging", 3_000, 10_000))
    assert strip.isVisibleTo(strip.parentWidget()) or not strip.isHidden()
    assert strip.text.text() == "Acknowledging: 3,000 of 10,000"
    assert (strip.bar.value(), strip.bar.maximum()) == (3_000, 10_000)
    strip.button.click()
    strip.show_progress(None)
    assert stopped == [1] and strip.isHidden()
