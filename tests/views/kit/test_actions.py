"""The registry of commands: one list behind menus, palette and shortcuts."""

from __future__ import annotations

import pytest
import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QPushButton, QToolButton, QVBoxLayout, QWidget

from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import Broken
from noc_console.views.kit.actions import (
    Actions,
    Command,
    button_of,
    corner_of,
    text_follows,
    tip_follows,
)
from noc_console.views.kit.bindings import Bindings
from noc_console.views.kit.state import State
from tests.views.conftest import shown, until

GUEST = Actor("guest", "acme", frozenset({"alarms.see"}))


def command(done: list[str], id: str = "a.do", **more: str) -> Command:
    return Command(id, "Do it", "check", lambda: done.append(id), **more)


async def test_several_shortcuts_reach_the_handler_while_the_page_has_the_focus() -> None:
    done: list[str] = []
    page = QWidget()
    page.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    window = QWidget()
    QVBoxLayout(window).addWidget(page)
    line = QLineEdit()
    window.layout().addWidget(line)
    Actions(GUEST).add(command(done, shortcut="Space A"), page)
    shown(window)
    page.setFocus()
    await until(page.hasFocus)
    QTest.keyClick(page, Qt.Key.Key_A)
    QTest.keyClick(page, Qt.Key.Key_Space)
    assert done == ["a.do", "a.do"]
    line.setFocus()
    QTest.keyClick(line, Qt.Key.Key_A)
    assert (done, line.text()) == (["a.do", "a.do"], "a")


async def test_what_one_may_never_do_is_not_offered() -> None:
    actions, page = Actions(GUEST), QWidget()
    actions.add(command([], "a.see", right="alarms.see"), page)
    actions.add(command([], "a.clear", right="alarms.clear"), page)
    assert [c.id for c, _ in actions.commands()] == ["a.see"]
    assert not actions.action("a.clear").isEnabled()


async def test_a_command_leaves_with_its_widget() -> None:
    actions, page = Actions(GUEST), QWidget()
    actions.add(command([]), page)
    shiboken6.delete(page)
    assert list(actions.commands()) == []
    actions.add(command([]), QWidget())  # the id is free again


async def test_an_id_is_taken_once() -> None:
    actions, page = Actions(GUEST), QWidget()
    actions.add(command([]), page)
    with pytest.raises(Broken, match=r"a\.do"):
        actions.add(command([]), page)


async def test_icons_follow_the_theme() -> None:
    from noc_console.views.kit.theme import look

    actions = Actions(GUEST)
    page = QWidget()
    action = actions.add(command([]), page)
    before = action.icon().cacheKey()
    look().toggle()
    assert action.icon().cacheKey() != before


async def test_a_button_of_a_command_follows_it() -> None:
    done: list[str] = []
    actions, page = Actions(GUEST), QWidget()
    action = actions.add(command(done, shortcut="B"), page)
    button = button_of(action)
    assert button.isEnabled() and "Do it  B" in button.toolTip()
    button.click()
    assert done == ["a.do"]
    action.setEnabled(False)
    action.setToolTip("Choose a device first")
    assert not button.isEnabled() and "Choose a device first" in button.toolTip()


async def test_a_corner_holds_only_what_one_may_do() -> None:
    actions, page = Actions(GUEST), QWidget()
    see = actions.add(command([], "a.see", right="alarms.see"), page)
    clear = actions.add(command([], "a.clear", right="alarms.clear"), page)
    corner = corner_of([button_of(see), button_of(clear)], [see, clear])
    shown(corner)
    offered = [each for each in corner.findChildren(QPushButton) if each.isVisible()]
    assert len(offered) == 1
    more = corner.findChildren(QToolButton)
    assert [each.isVisible() for each in more[0].menu().actions()] == [True, False]
    nothing = corner_of([button_of(clear)], [clear])
    assert nothing.findChildren(QToolButton) == []


async def test_keys_clash_only_where_both_commands_work() -> None:
    actions, window = Actions(GUEST), QWidget()
    first, second = QWidget(window), QWidget(window)
    actions.add(command([], "w.all", shortcut="Ctrl+K"), window)
    actions.add(command([], "a.one", shortcut="A"), first)
    actions.add(command([], "b.one", shortcut="A"), second)
    assert [one.id for one in actions.clashing("a.one", "A")] == []
    assert [one.id for one in actions.clashing("a.one", "Ctrl+K")] == ["w.all"]
    assert [one.id for one in actions.clashing("w.all", "A")] == ["a.one", "b.one"]


async def test_keys_that_are_taken_are_the_others_no_more() -> None:
    bindings = Bindings(State(None))
    actions, page = Actions(GUEST, bindings), QWidget()
    actions.add(command([], "a.one", shortcut="A B"), page)
    actions.add(command([], "a.two", shortcut="C"), page)
    actions.add(command([], "a.three"), page)
    told: list[bool] = []
    actions.rebound.connect(lambda: told.append(True))
    actions.give("a.two", ("B",))
    assert [actions.keys(id) for id in ("a.one", "a.two")] == [("A",), ("B",)]
    actions.give("a.three", ("B",))
    assert [actions.keys(id) for id in ("a.one", "a.two", "a.three")] == [("A",), (), ("B",)]
    shown_keys = [each.toString() for each in actions.action("a.one").shortcuts()]
    assert shown_keys == ["A"] and len(told) == 2
    actions.give("a.two", ("C",))
    assert bindings.own("a.two") is None, "what it came with is no choice of one's own"


async def test_an_action_elsewhere_follows_a_command_that_may_come_later() -> None:
    actions, page, window = Actions(GUEST), QWidget(), QWidget()
    elsewhere, gone = QAction("Do it", window), QAction("Do it", window)
    actions.follow(elsewhere, "a.do", "A B")
    actions.follow(gone, "a.do", "A B")
    assert [each.toString() for each in elsewhere.shortcuts()] == ["A", "B"]
    shiboken6.delete(gone)
    actions.add(command([], shortcut="A B"), page)
    actions.give("a.do", ("Ctrl+J",))
    assert [each.toString() for each in elsewhere.shortcuts()] == ["Ctrl+J"]


async def test_what_buttons_say_of_keys_follows() -> None:
    actions, page = Actions(GUEST), QWidget()
    action = actions.add(command([], shortcut="B"), page)
    made, small, large, gone = button_of(action), *(QPushButton() for _ in range(3))
    tip_follows(small, action)
    tip_follows(gone, action)
    text_follows(large, action)
    shiboken6.delete(gone)
    for keys, told in ((("Ctrl+J",), "Do it  Ctrl+J"), ((), "Do it")):
        actions.give("a.do", keys)
        tips = [
            each.removeprefix("<qt>").removesuffix("</qt>")
            for each in (made.toolTip(), small.toolTip(), large.text())
        ]
        assert [told in each for each in tips] == [True] * 3
        assert ("Ctrl" in large.text()) is ("Ctrl" in told)


async def test_a_page_that_finds_its_place_later_lets_go_of_what_the_window_took() -> None:
    actions, window, page = Actions(GUEST), QWidget(), QWidget()
    actions.add(command([], "w.all"), window)
    actions.give("w.all", ("Ctrl+J",))
    actions.add(command([], "a.one", shortcut="Ctrl+J A"), page)
    page.setParent(window)
    actions.settle()
    assert [each.toString() for each in actions.action("a.one").shortcuts()] == ["A"]


async def test_a_hint_names_the_key_there_is_now_or_says_nothing() -> None:
    actions, page = Actions(GUEST), QWidget()
    actions.add(command([], shortcut="N P"), page)
    assert actions.hint("Press {key}.", "a.do") == "Press N."
    actions.give("a.do", ())
    assert actions.hint("Press {key}.", "a.do") == ""
    assert actions.hint("Press {key}.", "b.elsewhere", "R") == "Press R."


async def test_what_a_place_not_opened_yet_offers_is_listed_in_the_same_order_as_later() -> None:
    actions, page = Actions(GUEST), QWidget()
    actions.add(command([], "window.do", shortcut="F5"), page)
    expected = [command([], "b.do"), command([], "b.go", shortcut="G"), command([], "b.no")]
    actions.expect("b", [*expected, command([], "b.clear", right="alarms.clear")])
    ids = ["window.do", "b.do", "b.go", "b.no"]
    assert [each.id for each in actions.listed()] == ids
    assert actions.keys("b.go") == ("G",) and actions.usual("b.go") == ("G",)
    assert (actions.place("b.go"), actions.place("window.do")) == ("b", "")
    for each in reversed(expected):
        actions.add(each, page)
    assert [each.id for each in actions.listed()] == ids
    actions.action("b.no").setVisible(False)
    assert [each.id for each in actions.listed()] == ids[:-1], "its page hides it"


async def test_places_not_opened_yet_meet_what_works_everywhere_and_not_each_other() -> None:
    actions = Actions(GUEST)
    window = QWidget()
    actions.add(command([], "window.do", shortcut="F5"), window)
    actions.expect("b", [command([], "b.go", shortcut="G")])
    actions.expect("c", [command([], "c.go", shortcut="G"), command([], "c.do", shortcut="D")])
    assert [each.id for each in actions.clashing("b.go", "F5")] == ["window.do"]
    assert actions.clashing("b.go", "D") == []
    assert [each.id for each in actions.clashing("c.do", "G")] == ["c.go"]
    actions.give("c.do", ("G",))
    assert (actions.keys("c.go"), actions.keys("b.go")) == ((), ("G",))
