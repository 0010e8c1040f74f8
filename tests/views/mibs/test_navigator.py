"""Finding objects by the tree and by words."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from noc_console.services.mibs.model import MibObject
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.tasks import settled
from noc_console.views.mibs.navigator import Navigator
from tests.views.conftest import shown, until
from tests.views.mibs.conftest import Around


@pytest.fixture
async def navigator(desk: Desk, around: Around, bugs: list[BaseException]) -> Navigator:
    made = Navigator(desk, around.mibs, bugs.append)
    shown(made, 400, 700)
    made.begin()
    await until(lambda: made.model.is_filled("1.3.6.1.2.1"))
    await settled()
    return made


def chosen_of(navigator: Navigator) -> list[MibObject]:
    chosen: list[MibObject] = []
    navigator.chosen.connect(chosen.append)
    return chosen


def names(navigator: Navigator) -> list[str]:
    return [one.name for one in navigator.found.rows()]


async def test_the_way_to_the_standard_objects_is_open_from_the_start(
    navigator: Navigator,
) -> None:
    assert navigator.tree.isExpanded(navigator.model.index_for("1.3.6.1.2.1"))
    assert navigator.model.index_for("1.3.6.1.2.1.1").data() == "system   1"


async def test_a_branch_is_filled_when_it_is_opened(navigator: Navigator) -> None:
    system = navigator.model.index_for("1.3.6.1.2.1.1")
    navigator.tree.expand(system)
    await until(lambda: navigator.model.rowCount(system))
    assert navigator.model.index(0, 0, system).data() == "sysDescr   1"


async def test_a_line_under_the_cursor_is_told_and_chosen(navigator: Navigator) -> None:
    chosen = chosen_of(navigator)
    navigator.tree.setCurrentIndex(navigator.model.index_for("1.3.6.1.2.1.31"))
    assert [one.name for one in chosen] == ["ifMIB"]
    assert navigator.details.name.whole() == "ifMIB"


async def test_an_object_is_shown_in_the_tree_wherever_it_stands(navigator: Navigator) -> None:
    chosen = chosen_of(navigator)
    navigator.go_to("lldpRemSysName")
    await settled()
    index = navigator.tree.currentIndex()
    one = navigator.model.object_at(index)
    assert one is not None and one.name == "lldpRemSysName"
    assert navigator.tree.isExpanded(index.parent())
    assert navigator.details.object == one
    assert chosen == []  # shown, not chosen by a person


async def test_typing_searches_and_escape_returns_to_what_was_found(
    navigator: Navigator,
) -> None:
    chosen = chosen_of(navigator)
    navigator.focus_search()
    QTest.keyClicks(navigator.search, "upsbatt")
    await until(lambda: navigator.is_searching and navigator.found.rowCount())
    assert "upsBatteryStatus" in names(navigator)
    QTest.keyClick(navigator.search, Qt.Key.Key_Down)
    assert navigator.found_view.currentIndex().row() == 0
    QTest.keyClick(navigator.found_view, Qt.Key.Key_Down)
    assert [one.name for one in chosen] == names(navigator)[:2]
    QTest.keyClick(navigator.found_view, Qt.Key.Key_Escape)
    await settled()
    assert not navigator.is_searching and navigator.search.text() == ""
    one = navigator.model.object_at(navigator.tree.currentIndex())
    assert one == chosen[-1]


async def test_one_letter_searches_nothing_and_nonsense_says_what_to_do(
    navigator: Navigator,
) -> None:
    navigator.search.setText("i")
    navigator.search_now()
    await settled()
    assert not navigator.is_searching
    navigator.search.setText("acmeLampMode")
    navigator.search_now()
    await settled()
    assert navigator.nothing.isVisible() and "load the vendor" in navigator.nothing.text()


async def test_enter_on_what_was_found_asks(navigator: Navigator) -> None:
    asked: list[bool] = []
    navigator.asked.connect(lambda: asked.append(True))
    navigator.search.setText("ifAlias")
    navigator.search_now()
    await settled()
    QTest.keyClick(navigator.search, Qt.Key.Key_Return)
    QTest.keyClick(navigator.found_view, Qt.Key.Key_Return)
    assert asked == [True]


async def test_with_other_modules_the_tree_is_made_anew_at_its_place(
    navigator: Navigator,
) -> None:
    navigator.go_to("ifAlias")
    await settled()
    navigator.renew()
    await until(lambda: navigator.model.object_at(navigator.tree.currentIndex()))
    one = navigator.model.object_at(navigator.tree.currentIndex())
    assert one is not None and one.name == "ifAlias"
