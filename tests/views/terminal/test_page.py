"""The page of terminals: tabs, windows of their own, routes, and what comes back."""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from noc_console.adapters.links.holding import TerminalHolder
from noc_console.adapters.links.opening import LinkOpener
from noc_console.adapters.links.shell import ShellLink
from noc_console.kernel.errors import Broken
from noc_console.services.terminal.session import SessionState
from noc_console.views.kit.actions import Command
from noc_console.views.kit.desk import Desk, Route
from noc_console.views.kit.dialogs import Dialog, TextDialog
from noc_console.views.kit.tasks import leave, settled
from noc_console.views.kit.theme import look
from noc_console.views.shell.placement import rect_values
from noc_console.views.terminal.commands import DEEDS, TAB_DEEDS
from noc_console.views.terminal.given import TerminalServices
from noc_console.views.terminal.looks import LookDialog
from noc_console.views.terminal.page import SECTION, TerminalPage
from noc_console.views.terminal.pane import TerminalPane
from tests.adapters.links.holders import holder_at, holder_place, is_running
from tests.views.conftest import shown, until
from tests.views.terminal.conftest import says


@pytest.fixture
def page(desk: Desk, given: TerminalServices) -> TerminalPage:
    made = TerminalPage(desk, given)
    shown(made, 1000, 700)
    return made


def is_open(pane: TerminalPane | None) -> bool:
    return pane is not None and pane.state is SessionState.OPEN


def open_dialogs() -> list[Dialog]:
    return [w for w in QApplication.topLevelWidgets() if isinstance(w, Dialog) and w.isVisible()]


async def test_an_empty_page_teaches_and_opens_a_shell(page: TerminalPage) -> None:
    assert page.is_empty
    assert "Ctrl+Shift+Esc" in page._empty.why.text()
    page._empty.button.click()
    assert not page.is_empty
    await until(lambda: is_open(page.panes[0]))
    await until(lambda: page.panes[0].view.hasFocus())


async def test_a_route_opens_an_address_once_and_then_shows_it(page: TerminalPage) -> None:
    page.visit(Route("terminal", text="shell telnet:127.0.0.1:1"))
    assert [pane.address for pane in page.panes] == ["shell", "telnet:127.0.0.1:1"]
    assert page.tabs.currentIndex() == 1
    page.visit(Route("terminal", text="shell"))
    assert len(page.panes) == 2 and page.tabs.currentIndex() == 0
    page.new_shell()
    assert len(page.panes) == 3, "asked for by its command it is another one"


@pytest.mark.parametrize("text", ["ssh:", "ssh:-oProxyCommand=x", "serial:"])
async def test_what_is_no_address_is_refused_in_place(page: TerminalPage, text: str) -> None:
    page.visit(Route("terminal", text=text))
    assert not page.strip.isHidden() and page.tabs.count() == 0


async def test_tabs_are_named_moved_walked_through_and_closed(
    qtbot: QtBot, page: TerminalPage
) -> None:
    for _ in range(3):
        page.new_shell()
    await until(lambda: all(map(is_open, page.panes)))
    page.rename()
    await until(open_dialogs)
    (dialog,) = open_dialogs()
    assert isinstance(dialog, TextDialog)
    dialog.input.setText("Third & last")  # type: ignore[union-attr]
    dialog.accept_button.click()
    await until(lambda: page.tabs.tabText(2) == "Third && last")
    page.tab_earlier()
    assert page.tabs.tabText(1) == "Third && last" and page.area is page.areas[1]
    page.next_tab()
    assert page.tabs.currentIndex() == 2
    page.next_tab()
    assert page.tabs.currentIndex() == 0
    page.previous_tab()
    page.previous_tab()
    assert page.areas[page.tabs.currentIndex()].title == "Third & last"
    closing = page.panes[1]
    page.close_tab()
    await until(lambda: page.tabs.count() == 2)
    assert closing.session is not None
    await until(lambda: closing.session.state is SessionState.CLOSED)  # type: ignore[union-attr]


async def test_closing_a_tab_with_several_sessions_asks_and_says_how_many(
    page: TerminalPage,
) -> None:
    page.new_shell()
    assert page.area is not None
    page.area.split_beside()
    await until(lambda: all(map(is_open, page.panes)))
    page.close_tab()
    await until(open_dialogs)
    (dialog,) = open_dialogs()
    assert dialog.accept_button.text() == "End 2 sessions"
    dialog.reject()
    await settled()
    assert page.tabs.count() == 1
    page.close_tab()
    await until(open_dialogs)
    open_dialogs()[0].accept_button.click()
    await until(lambda: page.is_empty)


async def test_a_tab_goes_into_a_window_and_back_without_losing_its_session(
    page: TerminalPage,
) -> None:
    page.new_shell()
    await until(lambda: is_open(page.panes[0]))
    pane, session = page.panes[0], page.panes[0].session
    page.detach()
    (window,) = page.windows
    assert window.isVisible() and window.windowTitle().startswith("Local shell")
    assert page.is_empty and page.panes == [pane]
    page.visit(Route("terminal", text="shell"))
    assert page.tabs.count() == 0, "it is open already, over there"
    window.returned.emit(window)
    assert page.tabs.count() == 1 and page.windows == []
    assert pane.session is session and is_open(pane)


async def test_closing_a_window_asks_and_ends_its_sessions(page: TerminalPage) -> None:
    page.new_shell()
    await until(lambda: is_open(page.panes[0]))
    session = page.panes[0].session
    page.detach()
    (window,) = page.windows
    window.close()
    await until(open_dialogs)
    assert window.isVisible()
    assert open_dialogs()[0].accept_button.text() == "End 1 session"
    open_dialogs()[0].accept_button.click()
    await until(lambda: page.windows == [])
    await until(lambda: session is not None and session.state is SessionState.CLOSED)


async def test_what_was_open_comes_back_and_connects_when_it_is_seen(
    page: TerminalPage, desk: Desk, given: TerminalServices
) -> None:
    page.new_shell()
    assert page.area is not None
    page.area.split_below()
    page.area.name = "core"
    page.new_shell()
    page._keep_now()
    assert len(desk.state.get(SECTION)["tabs"]) == 2
    await leave()
    page.deleteLater()
    QApplication.sendPostedEvents(None, 52)  # QEvent.DeferredDelete
    again = TerminalPage(desk, given)
    shown(again, 1000, 700)
    await until(lambda: again.tabs.count() == 2)
    assert [area.title for area in again.areas] == ["core", "Local shell"]
    await until(lambda: is_open(again.areas[1].panes[0]))
    assert not any(pane.is_live for pane in again.areas[0].panes)
    again.tabs.setCurrentIndex(0)
    await until(lambda: all(map(is_open, again.areas[0].panes)))


async def test_windows_come_back_as_windows_where_they_were_on_a_screen_that_is_there(
    page: TerminalPage, desk: Desk, given: TerminalServices
) -> None:
    for _ in range(3):
        page.new_shell()
    page.detach()
    page.detach()
    near, far = page.windows
    near.setGeometry(40, 60, 500, 400)
    far.setGeometry(9_000, 60, 450, 350)  # of a monitor that is taken away meanwhile
    far.area.name = "far"
    await until(lambda: near.geometry().width() == 500 and far.geometry().x() == 9_000)
    await until(lambda: not page._keep.isActive())
    kept = desk.state.get(SECTION)
    assert [each["rect"] for each in kept["windows"]] == [
        [40, 60, 500, 400],
        [9_000, 60, 450, 350],
    ]
    assert len(kept["tabs"]) == 1
    await leave()
    for window in page.windows:
        delete(window)
    delete(page)
    again = TerminalPage(desk, given)
    again.come_back()  # whichever page is in front
    assert again.tabs.count() == 1 and [one.isVisible() for one in again.windows] == [True] * 2
    first, second = again.windows
    assert rect_values(first.geometry()) == [40, 60, 500, 400]
    screen = QApplication.primaryScreen().availableGeometry()
    assert screen.contains(second.geometry()) and second.width() == 450
    assert second.windowTitle().startswith("far")
    await until(lambda: is_open(first.area.current) and is_open(second.area.current))
    assert not again.panes[0].is_live, "nobody saw the tab yet"
    second.returned.emit(second)
    assert again.tabs.count() == 2 and again.windows == [first]
    await until(lambda: not again._keep.isActive())
    assert len(desk.state.get(SECTION)["windows"]) == 1


async def test_the_keys_of_tabs_work_in_windows(
    qtbot: QtBot, page: TerminalPage, desk: Desk
) -> None:
    went: list[Route] = []
    desk.wires.went.connect(went.append)
    for _ in range(2):
        page.new_shell()
        page.detach()
    one, other = page.windows
    pane = one.area.current
    held = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier

    async def press(key: Qt.Key) -> None:
        one.activateWindow()
        one.area.focus()
        await until(pane.view.hasFocus)
        qtbot.keyClick(pane.view, key, held)

    await until(lambda: is_open(pane))
    await press(Qt.Key.Key_I)
    await until(open_dialogs)
    (dialog,) = open_dialogs()
    assert isinstance(dialog, TextDialog) and dialog.parent() is one
    dialog.input.setText("edge")  # type: ignore[union-attr]
    dialog.accept_button.click()
    await until(lambda: one.windowTitle().startswith("edge"))
    await press(Qt.Key.Key_PageDown)
    await until(other.area.current.view.hasFocus)
    assert went == []
    await press(Qt.Key.Key_PageUp)
    assert went == [Route("terminal")], "before the first window is the console"
    page.hide()
    await press(Qt.Key.Key_T)
    assert len(went) == 2 and page.isVisible()
    await until(page.reach.hasFocus)
    await press(Qt.Key.Key_Escape)
    assert len(went) == 3
    told: list[TerminalPane] = []
    page.add_pane_command("test", "Test", "note", told.append, "Ctrl+Shift+1")
    other_act = lambda: told.append(page.panes[1])  # noqa: E731
    command = Command("terminal.other", "Other", "note", other_act, "Ctrl+Shift+2")
    page.desk.actions.add(command, page)
    page.add_window_keys("other", "Other", "Ctrl+Shift+2", other_act)
    await press(Qt.Key.Key_1)
    assert told == [pane] and len(went) == 3
    await press(Qt.Key.Key_2)
    assert told == [pane, other.area.current] and len(went) == 4
    desk.actions.action("terminal.test").trigger()
    assert len(told) == 2, "no tab is in front"
    await press(Qt.Key.Key_Q)
    await until(open_dialogs)
    open_dialogs()[0].accept_button.click()
    await until(lambda: page.windows == [other])


@pytest.mark.parametrize(
    "kept",
    [
        {"windows": 3},
        {"windows": [7, {"rect": ["x"], "panes": 1}]},
        {"tabs": 3},
        {"tabs": [7, {"panes": 1}]},
        {"current": "x"},
    ],
)
async def test_what_was_kept_and_makes_no_sense_costs_the_tabs_and_not_the_page(
    desk: Desk, given: TerminalServices, kept: dict[str, object]
) -> None:
    desk.state.put(SECTION, **kept)
    page = TerminalPage(desk, given)
    shown(page)
    page.new_shell()
    await until(lambda: is_open(page.area.current if page.area else None))


async def test_the_chord_leads_out_and_enter_leads_back(qtbot: QtBot, page: TerminalPage) -> None:
    page.new_shell()
    pane = page.panes[0]
    await until(lambda: is_open(pane))
    await until(pane.view.hasFocus)
    held = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(pane.view, Qt.Key.Key_Escape, held)
    assert page.tabs.tabBar().hasFocus()
    qtbot.keyClick(page.tabs.tabBar(), Qt.Key.Key_Return)
    assert pane.view.hasFocus()
    qtbot.keyClick(pane.view, Qt.Key.Key_E, held)
    assert len(page.panes) == 2
    await until(lambda: page.panes[1].view.hasFocus())
    qtbot.keyClick(page.panes[1].view, Qt.Key.Key_F, held)
    await until(lambda: page.panes[1].find_bar.isVisible())


async def test_a_bell_behind_colours_its_tab_until_it_is_seen(page: TerminalPage) -> None:
    page.new_shell()
    page.new_shell()
    first = page.panes[0]
    page._on_rang(first)
    bar = page.tabs.tabBar()
    assert bar.tabTextColor(0) == look().color("attention.plain")
    page.tabs.setCurrentIndex(0)
    assert bar.tabTextColor(0) != look().color("attention.plain")


async def test_commands_have_keys_of_their_own_and_wait_for_a_terminal(
    page: TerminalPage, desk: Desk
) -> None:
    keys = [
        QKeySequence(each).toString() for deed in (*DEEDS, *TAB_DEEDS) for each in deed.keys.split()
    ]
    assert len(keys) == len(set(keys))
    assert all(each.startswith("Ctrl+Shift+") for each in keys), "no key a device may want"
    assert not desk.actions.action("terminal.copy").isEnabled()
    assert desk.actions.action("terminal.new_shell").isEnabled()
    page.new_shell()
    assert desk.actions.action("terminal.copy").isEnabled()


async def test_keys_that_were_chosen_are_the_consoles_and_the_old_ones_the_devices(
    qtbot: QtBot, page: TerminalPage, desk: Desk
) -> None:
    pane = page.open("shell")
    assert pane is not None
    await until(lambda: pane.state is SessionState.OPEN)
    sent: list[bytes] = []
    pane.view.send = lambda data, _: sent.append(data)
    held = Qt.KeyboardModifier.ControlModifier
    desk.actions.give("terminal.open_find", ("Ctrl+F",))
    desk.actions.give("terminal.reset", ("F9",))
    await until(pane.view.hasFocus)
    qtbot.keyClick(pane.view, Qt.Key.Key_F, held)
    assert pane.find_bar.isVisible() and sent == []
    pane.find_bar.shut()
    await until(pane.view.hasFocus)
    qtbot.keyClick(pane.view, Qt.Key.Key_F, held | Qt.KeyboardModifier.ShiftModifier)
    assert not pane.find_bar.isVisible() and sent != []
    menu = next(iter(_menus(page, pane)))
    told = {action.text() for action in menu.actions()}
    assert "Find in the terminal\tCtrl+F" in told and "Reset the terminal\tF9" in told


def _menus(page: TerminalPage, pane: TerminalPane) -> list[QMenu]:
    assert page.area is not None
    page.area._show_menu(pane, pane.mapToGlobal(pane.rect().center()))
    return page.area.findChildren(QMenu)


async def test_looks_are_chosen_for_all_terminals_and_kept(page: TerminalPage, desk: Desk) -> None:
    page.new_shell()
    page.choose_look()
    await until(open_dialogs)
    (dialog,) = open_dialogs()
    assert isinstance(dialog, LookDialog)
    before = page.panes[0].view.cell
    dialog.px.setValue(22)
    dialog.accept_button.click()
    await until(lambda: page.panes[0].view.cell > before)
    assert desk.state.get("terminal")["look"]["px"] == 22


async def test_who_adds_to_terminals_is_told_of_each(page: TerminalPage) -> None:
    told: list[TerminalPane] = []
    page.pane_made.append(told.append)
    page.new_shell()
    assert told == page.panes


async def test_a_system_without_an_engine_says_so(
    desk: Desk, given: TerminalServices, bugs: list[BaseException]
) -> None:
    def none(*_: object, **__: object) -> object:
        raise Broken("terminals need the engine of Linux or macOS")

    lacking = TerminalServices(none, given.sessions, given.inventory)  # type: ignore[arg-type]
    page = TerminalPage(desk, lacking)
    shown(page)
    page.new_shell()
    assert "Linux or macOS" in page.strip.text.text() and page.tabs.count() == 0 and bugs == []


@pytest.fixture
def place() -> Iterator[Path]:
    with holder_place() as path:
        yield path


def keeping(given: TerminalServices, path: Path) -> tuple[TerminalServices, TerminalHolder]:
    """The services of a window whose terminals are kept."""
    holder = holder_at(path)
    sessions = copy(given.sessions)
    sessions._connector, sessions._holding = LinkOpener(holder), holder
    return replace(given, sessions=sessions), holder


async def gone(page: TerminalPage, services: TerminalServices, holder: TerminalHolder) -> None:
    """As the console quits."""
    services.sessions.leave()
    await leave()
    page.deleteLater()
    QApplication.sendPostedEvents(None, 52)  # QEvent.DeferredDelete
    await holder.close()


async def test_a_shell_is_found_again_in_its_tab_when_the_console_was_closed(
    desk: Desk, given: TerminalServices, place: Path
) -> None:
    services, holder = keeping(given, place)
    page = TerminalPage(desk, services)
    shown(page, 1000, 700)
    page.new_shell()
    page.new_shell()
    panes = page.panes
    await until(lambda: all(map(is_open, panes)) and holder._clerk.is_connected)
    assert page.area is not None
    page.area.name = "mine"
    assert panes[1].session is not None
    panes[1].session.send(b"kept=it; echo 'no''w'\r")
    await until(says(panes[1], "now"))
    pids = [
        p.session.link.pid for p in panes if p.session and isinstance(p.session.link, ShellLink)
    ]
    page._keep_now()
    await gone(page, services, holder)
    assert len(pids) == 2 and all(map(is_running, pids))

    services, holder = keeping(given, place)
    again = TerminalPage(desk, services)
    shown(again, 1000, 700)
    assert [area.title for area in again.areas] == ["Local shell", "mine"]
    pane = again.areas[1].panes[0]
    await until(lambda: is_open(pane))
    assert pane.session is not None and pane.session.resumed is not None
    assert "went on while the console was closed" in pane.strip.text.text()
    pane.session.send(b"echo it was $kept\r")
    await until(says(pane, "it was it"))
    assert again.areas[0].panes[0].kept_as and not again.areas[0].panes[0].is_live
    again._drop(again.areas[0])
    await until(lambda: not is_running(pids[0]))
    assert is_running(pids[1]), "only the one that was closed by hand"
    again._drop(again.areas[0])
    await until(lambda: not is_running(pids[1]))
    await gone(again, services, holder)


async def test_what_went_on_and_is_in_no_tab_gets_one(
    desk: Desk, given: TerminalServices, place: Path
) -> None:
    services, holder = keeping(given, place)
    page = TerminalPage(desk, services)
    shown(page, 1000, 700)
    page.new_shell()
    await until(lambda: is_open(page.panes[0]) and holder._clerk.is_connected)
    page._keep.stop()
    await gone(page, services, holder)
    desk.state.put(SECTION, tabs=[], current=-1)

    services, holder = keeping(given, place)
    again = TerminalPage(desk, services)
    shown(again, 1000, 700)
    await until(lambda: again.tabs.count() == 1)
    await until(lambda: is_open(again.panes[0]))
    session = again.panes[0].session
    assert session is not None and session.resumed is not None
    again.close_tab()
    await until(lambda: again.tabs.count() == 0)
    await gone(again, services, holder)
