"""The terminals of one tab: split, walked through, closed, kept and put back."""

from __future__ import annotations

import asyncio

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QMenu

from noc_console.services.terminal.session import SessionState
from noc_console.views.kit.desk import Desk
from noc_console.views.terminal.area import MENU, TerminalArea
from noc_console.views.terminal.commands import DEEDS
from noc_console.views.terminal.given import TerminalServices
from noc_console.views.terminal.looks import TerminalLooks
from noc_console.views.terminal.pane import TerminalPane
from tests.views.conftest import shown, until


@pytest.fixture
def area(desk: Desk, given: TerminalServices, looks: TerminalLooks) -> TerminalArea:
    def make(address: str, name: str = "") -> TerminalPane:
        return TerminalPane(desk, given, looks, address, name)

    made = TerminalArea(make, make("shell", "one"))
    shown(made, 900, 600)
    return made


async def test_a_split_is_a_terminal_to_the_same_place_and_connects_at_once(
    area: TerminalArea,
) -> None:
    area.start()
    area.split_beside()
    assert [pane.address for pane in area.panes] == ["shell", "shell"]
    await until(lambda: all(pane.state is SessionState.OPEN for pane in area.panes))
    assert area.current is area.panes[1]


async def test_keys_walk_from_pane_to_pane(area: TerminalArea) -> None:
    area.split_beside()
    area.split_below()
    left, upper, lower = area.panes
    await until(lambda: lower.view.hasFocus())
    await until(lambda: lower.height() > 50 and lower.y() != upper.y())
    area.go_up()
    await until(lambda: area.current is upper)
    assert [pane.head.property("current") for pane in area.panes] == [False, True, False]
    area.go_left()
    await until(lambda: area.current is left)
    area.go_left()
    assert area.current is left
    area.go_right()
    await until(lambda: area.current is not left)


async def test_closing_the_last_terminal_empties_the_area(area: TerminalArea) -> None:
    emptied: list[bool] = []
    area.emptied.connect(lambda: emptied.append(True))
    area.split_below()
    second = area.current
    await until(lambda: second.state is SessionState.OPEN)
    session = second.session
    area.close_pane()
    assert [pane.name for pane in area.panes] == ["one"] and not emptied
    await until(lambda: session is not None and session.state is SessionState.CLOSED)
    area.close_pane()
    assert emptied


async def test_an_arrangement_comes_back_without_connecting(area: TerminalArea) -> None:
    area.split_beside()
    area.split_below()
    area.name = "core"
    kept = area.kept()
    other = TerminalArea(area._make, area._make("", ""))
    other.rearrange(kept)
    await asyncio.sleep(0)
    assert other.kept()["panes"]["way"] == kept["panes"]["way"] == "beside"
    assert [pane.address for pane in other.panes] == ["shell"] * 3
    assert other.title == "core" and not any(pane.is_live for pane in other.panes)
    other.start()
    await until(lambda: all(pane.state is SessionState.OPEN for pane in other.panes))


async def test_zoom_is_of_the_current_terminal_alone(area: TerminalArea) -> None:
    area.split_beside()
    area.larger()
    area.larger()
    area.smaller()
    assert [pane.view.zoom for pane in area.panes] == [0, 1]
    area.usual_size()
    assert [pane.view.zoom for pane in area.panes] == [0, 0]


async def test_every_deed_is_a_method_and_the_menu_offers_them(area: TerminalArea) -> None:
    assert all(callable(getattr(area, deed.act)) for deed in DEEDS)
    assert {name for group in MENU for name in group} <= {deed.act for deed in DEEDS}
    area._show_menu(area.current, QPoint(10, 10))
    menu = area.findChild(QMenu)
    assert menu is not None
    texts = {action.text().partition("\t")[0]: action for action in menu.actions()}
    assert texts["Paste"].isEnabled() and not texts["Copy"].isEnabled()
    area.current.view.engine.feed(b"words")
    area.select_all()
    menu.close()
    area.clear_scrollback()
    assert area.current.view.selecting.selection is None
