"""The sheet of keys is made from the commands, and changes them."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QVBoxLayout, QWidget

from noc_console.views.kit.actions import Actions, Command
from noc_console.views.kit.bindings import Bindings
from noc_console.views.kit.desk import Desk
from noc_console.views.shell.keyrules import WAY_OUT
from noc_console.views.shell.shortcuts import AROUND, AT_ONCE, HINT, ShortcutSheet, lines
from tests.views.conftest import shown, until

COMMANDS = (
    ("a.one", "Space A", "Alarms"),
    ("a.search", "Ctrl+K", "Alarms"),
    ("b.two", "", "Map"),
    ("b.x", "M", "Map"),
    (WAY_OUT, "Ctrl+Shift+Esc", "Terminal"),
    ("terminal.copy", "Ctrl+Shift+C", "Terminal"),
)


@pytest.fixture
def scope(desk: Desk) -> QWidget:
    made = QWidget()
    for id, keys, group in COMMANDS:
        desk.actions.add(Command(id, id, "check", lambda: None, keys, group=group), made)
    return made


@pytest.fixture
def sheet(desk: Desk, scope: QWidget) -> ShortcutSheet:
    made = ShortcutSheet(desk.actions, None)
    shown(made, 900, 700)
    return made


def words(sheet: ShortcutSheet) -> set[str]:
    told = {label.text() for label in sheet.findChildren(QLabel)}
    return told | {button.text() for button in sheet.buttons.values()}


def test_every_command_with_a_key_is_on_the_sheet(desk: Desk, sheet: ShortcutSheet) -> None:
    told = lines(desk.actions)
    assert told[:3] == [
        ("Alarms", "a.one", "Space   A"),
        ("Alarms", "a.search", "Ctrl+K"),
        ("Map", "b.x", "M"),
    ]
    assert all(text != "b.two" for _, text, _ in told)
    assert {"ALARMS", "MAP", "TABLES", "a.one", "Space   A"} <= words(sheet)
    assert "b.two" not in words(sheet)


def test_others_are_found_by_their_words_or_all_at_once(sheet: ShortcutSheet) -> None:
    sheet.search.setText("map TWO")
    assert set(sheet.buttons) == {"b.two"}
    sheet.search.setText("ctrl+k")
    assert set(sheet.buttons) == {"a.search"}
    sheet.search.clear()
    sheet.everything.setChecked(True)
    assert set(sheet.buttons) == {id for id, _, _ in COMMANDS}


async def test_keys_are_pressed_and_count_at_once(desk: Desk, sheet: ShortcutSheet) -> None:
    sheet.everything.setChecked(True)
    button = sheet.buttons["b.two"]
    button.click()
    assert button.is_armed and "b.two" in sheet.told.text()
    QTest.keyClick(button, Qt.Key.Key_Control, Qt.KeyboardModifier.ControlModifier)
    assert button.is_armed, "what is only held is no key yet"
    QTest.keyClick(button, Qt.Key.Key_J, Qt.KeyboardModifier.ControlModifier)
    assert desk.actions.action("b.two").shortcut().toString() == "Ctrl+J"
    assert Bindings(desk.state).own("b.two") == ("Ctrl+J",)
    QApplication.processEvents()
    assert sheet.buttons["b.two"].text() == "Ctrl+J"


async def test_escape_leaves_them_as_they_were(desk: Desk, sheet: ShortcutSheet) -> None:
    button = sheet.buttons["b.x"]
    button.click()
    QTest.keyClick(button, Qt.Key.Key_Escape)
    assert not button.is_armed and sheet.isVisible()
    assert sheet.told.text() == HINT
    assert Bindings(desk.state).all() == {}


async def test_a_clash_is_named_and_keys_are_taken_only_when_that_is_said(
    desk: Desk, sheet: ShortcutSheet
) -> None:
    sheet.press("b.x", "Ctrl+K")
    assert sheet.told.text() == "Ctrl+K is “a.search”: take it?"
    assert desk.actions.keys("b.x") == ("M",)
    sheet.take.click()
    assert desk.actions.keys("b.x") == ("Ctrl+K",)
    assert desk.actions.keys("a.search") == ()
    sheet.usual.click()
    assert desk.actions.keys("b.x") == ("M",)
    assert desk.actions.keys("a.search") == ("Ctrl+K",), "let go, it is where it was"


async def test_a_shells_keys_are_warned_of(desk: Desk, sheet: ShortcutSheet) -> None:
    sheet.press("terminal.copy", "Ctrl+R")
    assert "searches the history" in sheet.told.text() and sheet.take.isVisible()
    assert desk.actions.keys("terminal.copy") == ("Ctrl+Shift+C",)
    sheet.take.click()
    assert desk.actions.keys("terminal.copy") == ("Ctrl+R",)
    sheet.press("terminal.copy", "R")
    assert "typed into terminals" in sheet.told.text() and sheet.take.isHidden()
    assert desk.actions.keys("terminal.copy") == ("Ctrl+R",)


async def test_the_way_out_of_terminals_cannot_be_lost(desk: Desk, sheet: ShortcutSheet) -> None:
    sheet.press("terminal.copy", "Ctrl+Shift+Esc")
    assert sheet.take.isHidden() and "way out" in sheet.told.text()
    sheet.choose(WAY_OUT)
    assert not sheet.none.isEnabled()
    sheet.clear_keys()
    assert desk.actions.keys(WAY_OUT) == ("Ctrl+Shift+Esc",)
    sheet.press(WAY_OUT, "Ctrl+Shift+F12")
    assert desk.actions.keys(WAY_OUT) == ("Ctrl+Shift+F12",)


async def test_a_command_may_have_no_keys_and_all_may_be_as_they_came(
    desk: Desk, sheet: ShortcutSheet
) -> None:
    sheet.choose("b.x")
    sheet.none.click()
    sheet.press("a.one", "F8")
    assert (desk.actions.keys("b.x"), desk.actions.keys("a.one")) == ((), ("F8",))
    sheet.all_usual.click()
    assert "2 commands" in sheet.told.text()
    assert desk.actions.keys("a.one") == ("F8",), "it is asked first"
    sheet.take.click()
    assert (desk.actions.keys("b.x"), desk.actions.keys("a.one")) == (("M",), ("Space", "A"))
    assert not sheet.all_usual.isEnabled()


async def test_keys_of_another_day_are_there_when_commands_come(
    desk: Desk, sheet: ShortcutSheet
) -> None:
    sheet.press("b.x", "Ctrl+Shift+X")
    again = Actions(desk.actor, Bindings(desk.state))
    page = QWidget()
    done: list[str] = []
    for id in ("b.x", "b.late"):
        act = lambda id=id: done.append(id)  # noqa: E731
        again.add(Command(id, id, "check", act, "Ctrl+Shift+X" if id == "b.late" else "M"), page)
    page.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    window = QWidget()
    QVBoxLayout(window).addWidget(page)
    shown(window)
    page.setFocus()
    await until(page.hasFocus)
    held = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(page, Qt.Key.Key_X, held)
    assert done == ["b.x"], "a command that comes later does not make it ambiguous"
    assert again.keys("b.late") == ()


PLAN = Command("flights.plan", "Plan a change…", "plus", lambda: None, "N", "", "Flights")
STOP = Command("flights.stop", "Stop", "stop", lambda: None, "X", "", "Flights")
RING = Command("ring.send", "Send", "play", lambda: None, "N", "", "Ring")


async def test_pages_that_were_never_opened_are_on_the_sheet_and_get_their_keys_there(
    desk: Desk, scope: QWidget
) -> None:
    desk.actions.expect("flights", (PLAN, STOP))
    desk.actions.expect("ring", (RING,))
    sheet = ShortcutSheet(desk.actions, None, here="flights")
    shown(sheet, 900, 700)
    assert [group for group, *_ in lines(desk.actions, "flights")][:2] == ["Flights", "Flights"]
    assert {"FLIGHTS", "Plan a change…", "RING"} <= words(sheet)
    sheet.press("flights.stop", "N")
    assert sheet.told.text() == "N is “Plan a change…”: take it?", "the ring's N is elsewhere"
    sheet.take.click()
    assert desk.actions.keys("flights.stop") == ("N",)
    assert desk.actions.keys("flights.plan") == ()
    assert desk.actions.keys("ring.send") == ("N",)
    page = QWidget()
    for command in (PLAN, STOP):
        desk.actions.add(command, page)
    assert desk.actions.action("flights.stop").shortcut().toString() == "N"
    assert desk.actions.action("flights.plan").shortcuts() == []


async def test_a_long_sheet_is_made_in_slices(desk: Desk) -> None:
    many = 3 * AT_ONCE
    desk.actions.expect(
        "map",
        [Command(f"map.{n}", f"Do {n}", "map", lambda: None, "", "", "Map") for n in range(many)],
    )
    sheet = ShortcutSheet(desk.actions, None)
    sheet.everything.setChecked(True)
    assert len(sheet.buttons) == AT_ONCE
    await until(lambda: len(sheet.buttons) == many)
    await until(lambda: not sheet._making.isActive())
    sheet.search.setText("do 7")
    assert "map.7" in sheet.buttons and "map.8" not in sheet.buttons


def test_the_sheet_fits_over_a_small_window(desk: Desk, scope: QWidget) -> None:
    scope.resize(1366, 700)
    sheet = ShortcutSheet(desk.actions, scope)
    sheet.ensurePolished()
    assert sheet.height() <= 700 - AROUND
    assert sheet.minimumSizeHint().height() <= 700 - AROUND
