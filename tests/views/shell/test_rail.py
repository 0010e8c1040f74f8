"""The navigation."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from noc_console.views.kit.desk import Desk
from noc_console.views.kit.page import Page
from noc_console.views.shell.rail import LOW, NARROW, TALL, WIDE, Rail
from noc_console.views.shell.spec import PageSpec
from tests.views.conftest import shown, until


def never(desk: Desk) -> Page:
    raise AssertionError("the rail makes no pages")


MAKE: Callable[[Desk], Page] = never
SPECS = (PageSpec("map", "Map", "map", MAKE), PageSpec("alarms", "Alarms", "alarm", MAKE))


def grouped() -> Rail:
    return Rail(
        [PageSpec(f"p{at}", f"Page {at}", "map", MAKE, group="ABCD"[at // 5]) for at in range(20)]
    )


def test_a_low_window_shows_lower_buttons_and_a_very_low_one_scrolls_to_the_page() -> None:
    rail = grouped()
    shown(rail, WIDE, 680)
    places = [button.geometry() for button in rail.buttons.values()]
    assert all(one.bottom() < two.top() for one, two in pairwise(places))
    assert places[-1].bottom() <= rail.height()
    rail.resize(WIDE, 1000)
    assert {button.height() for button in rail.buttons.values()} == {TALL}
    rail.resize(WIDE, 300)
    rail.show_page("p19")
    assert not rail.buttons["p0"].visibleRegion().boundingRect().height()
    assert rail.buttons["p19"].visibleRegion().boundingRect().height() == LOW


async def test_a_group_folds_and_its_heading_speaks_for_its_pages() -> None:
    rail, turns = grouped(), []
    rail.folded.connect(lambda: turns.append(rail.folds()))
    shown(rail, WIDE, 700)
    await until(rail.isActiveWindow)
    rail.headings["B"].click()
    assert turns == [["B"]]
    assert [button.isVisible() for button in rail.buttons.values()].count(False) == 5
    plain = rail.headings["B"].grab().toImage()
    rail.set_badge("p6", "7")
    assert rail.headings["B"].grab().toImage() != plain
    rail.show_page("p4")
    rail.focus_current()
    for _ in range(2):
        QTest.keyClick(rail.focusWidget(), Qt.Key.Key_Down)
    assert rail.headings["C"].hasFocus(), "the arrows go past what is folded"
    QTest.keyClick(rail.headings["C"], Qt.Key.Key_Return)
    rail.headings["B"].click()
    assert turns[1:] == [["B", "C"], ["C"]]


async def test_arrows_walk_and_enter_goes() -> None:
    rail, picked = Rail(SPECS), []
    rail.picked.connect(picked.append)
    shown(rail, WIDE, 300)
    await until(rail.isActiveWindow)
    rail.show_page("map")
    rail.focus_current()
    assert rail.buttons["map"].hasFocus()
    QTest.keyClick(rail.buttons["map"], Qt.Key.Key_Down)
    assert rail.buttons["alarms"].hasFocus()
    QTest.keyClick(rail.buttons["alarms"], Qt.Key.Key_Return)
    QTest.keyClick(rail.buttons["alarms"], Qt.Key.Key_Up)
    assert rail.buttons["map"].hasFocus()
    QTest.keyClick(rail.buttons["map"], Qt.Key.Key_Space)
    assert picked == ["alarms", "map"]


async def test_a_page_outside_the_rail_marks_none() -> None:
    rail = Rail(SPECS)
    rail.show_page("map")
    rail.show_page("device")
    assert not any(button.isChecked() for button in rail.buttons.values())
    rail.show_page("alarms")
    assert rail.buttons["alarms"].isChecked()


async def test_it_narrows_to_icons_with_names_in_the_tips() -> None:
    rail = Rail(SPECS)
    shown(rail, WIDE, 300)
    wide = rail.grab()
    rail.set_narrow(True)
    assert (rail.width(), wide.width()) == (NARROW, WIDE)
    assert "Ctrl+2" in rail.buttons["alarms"].toolTip()
    assert rail.buttons["alarms"].accessibleName() == "Alarms"


async def test_a_badge_is_drawn() -> None:
    rail = Rail(SPECS)
    shown(rail, WIDE, 300)
    plain = rail.buttons["alarms"].grab().toImage()
    rail.set_badge("alarms", "12")
    assert rail.buttons["alarms"].grab().toImage() != plain
    rail.set_badge("nowhere", "1")


async def test_what_lies_below_is_told_by_an_arrow_that_leads_there() -> None:
    rail = grouped()
    shown(rail, WIDE, 300)
    up, down = rail._scroll.more[-1], rail._scroll.more[1]
    assert (up.isVisible(), down.isVisible()) == (False, True)
    assert rail.buttons["p19"].visibleRegion().isEmpty()
    while down.isVisible():
        down.click()
    assert not rail.buttons["p19"].visibleRegion().isEmpty()
    assert up.isVisible()
    rail.resize(WIDE, 1000)
    assert not up.isVisible() and not down.isVisible()
