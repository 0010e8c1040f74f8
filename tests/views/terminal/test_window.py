"""Terminals in a window of their own: the same keys, and a way back."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from noc_console.services.terminal.session import SessionState
from noc_console.views.kit.desk import Desk
from noc_console.views.terminal.area import TerminalArea
from noc_console.views.terminal.commands import DEEDS
from noc_console.views.terminal.given import TerminalServices
from noc_console.views.terminal.looks import TerminalLooks
from noc_console.views.terminal.pane import TerminalPane
from noc_console.views.terminal.window import TerminalWindow
from tests.views.conftest import shown, until

HELD = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def window(desk: Desk, given: TerminalServices, looks: TerminalLooks) -> TerminalWindow:
    def make(address: str, name: str = "") -> TerminalPane:
        pane = TerminalPane(desk, given, looks, address, name)
        own = [keys for deed in DEEDS for keys in deed.keys.split()]
        pane.view.keep_out([*own, "Ctrl+Shift+N"])
        return pane

    made = TerminalWindow(TerminalArea(make, make("shell")), desk)
    shown(made, 900, 600)
    made.area.focus()
    return made


async def test_the_keys_of_a_tab_work_here_too(qtbot: QtBot, window: TerminalWindow) -> None:
    await until(lambda: window.area.current.view.hasFocus())
    qtbot.keyClick(window.area.current.view, Qt.Key.Key_O, HELD)
    assert len(window.area.panes) == 2
    await until(lambda: window.area.current.view.hasFocus())
    qtbot.keyClick(window.area.current.view, Qt.Key.Key_W, HELD)
    assert len(window.area.panes) == 1


async def test_its_own_keys_ask_to_go_back(qtbot: QtBot, window: TerminalWindow) -> None:
    asked: list[object] = []
    window.returned.connect(asked.append)
    await until(lambda: window.area.current.view.hasFocus())
    qtbot.keyClick(window.area.current.view, Qt.Key.Key_N, HELD)
    assert asked == [window]


async def test_closing_the_last_terminal_closes_the_window(window: TerminalWindow) -> None:
    gone: list[object] = []
    window.gone.connect(gone.append)
    window.area.close_pane()
    assert gone == [window]


async def test_a_window_without_a_living_session_closes_at_once(window: TerminalWindow) -> None:
    gone: list[object] = []
    window.gone.connect(gone.append)
    window.close()
    assert gone == [window]


async def test_what_is_given_back_lives_on(window: TerminalWindow) -> None:
    area = window.area
    area.start()
    await until(lambda: area.current.state is SessionState.OPEN)
    assert window.give() is area
    assert area.current.state is SessionState.OPEN
    area.shut()
    await until(lambda: area.current.state is SessionState.CLOSED)
    area.deleteLater()
