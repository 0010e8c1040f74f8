"""Windows of terminals as a set: keys that come later, their order, and what is kept of them."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from PySide6.QtCore import QObject, Qt
from pytestqt.qtbot import QtBot
from shiboken6 import delete, isValid

from noc_console.views.kit.desk import Desk
from noc_console.views.terminal.area import TerminalArea
from noc_console.views.terminal.given import TerminalServices
from noc_console.views.terminal.looks import TerminalLooks
from noc_console.views.terminal.pane import TerminalPane
from noc_console.views.terminal.window import TerminalWindow
from noc_console.views.terminal.windows import TerminalWindows
from tests.views.conftest import until

HELD = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


class Made:
    """Windows with terminals that are not connected."""

    def __init__(self, desk: Desk, given: TerminalServices, looks: TerminalLooks) -> None:
        self._desk, self._given, self._looks = desk, given, looks
        self.parent = QObject()
        self.windows = TerminalWindows(desk, self.parent)

    def pane(self, address: str, name: str = "") -> TerminalPane:
        pane = TerminalPane(self._desk, self._given, self._looks, address, name)
        pane.view.keep_out(["Ctrl+Shift+1", "Ctrl+Shift+2"])
        return pane

    def area(self, address: str = "telnet:192.0.2.1") -> TerminalArea:
        return TerminalArea(self.pane, self.pane(address))


@pytest.fixture
async def made(desk: Desk, given: TerminalServices, looks: TerminalLooks) -> AsyncIterator[Made]:
    found = Made(desk, given, looks)
    yield found
    for window in found.windows.all:
        if isValid(window):
            delete(window)


async def test_keys_reach_windows_that_were_there_and_those_that_come(
    qtbot: QtBot, made: Made
) -> None:
    told: list[tuple[str, TerminalWindow]] = []
    first = made.windows.show(made.area())
    made.windows.add_deed(
        "terminal.one", "One", "Ctrl+Shift+1 Ctrl+Shift+2", lambda w: told.append(("one", w))
    )
    second = made.windows.show(made.area())
    for window, key in ((first, Qt.Key.Key_1), (second, Qt.Key.Key_2)):
        window.activateWindow()
        window.area.focus()
        await until(window.area.current.view.hasFocus)
        qtbot.keyClick(window.area.current.view, key, HELD)
    assert told == [("one", first), ("one", second)]


async def test_one_goes_from_window_to_window_and_past_the_last_to_the_console(made: Made) -> None:
    first, second = made.windows.show(made.area()), made.windows.show(made.area())
    assert made.windows.next_to(first, 1) is second
    assert made.windows.next_to(second, 1) is None
    assert made.windows.next_to(first, -1) is None
    await until(second.area.current.view.hasFocus)


async def test_a_window_that_is_closed_is_forgotten_once(made: Made) -> None:
    lost: list[bool] = []
    made.windows.lost.connect(lambda: lost.append(True))
    window = made.windows.show(made.area())
    assert len(made.windows.kept()) == 1
    window.close()
    made.windows.forget(window)
    assert made.windows.all == [] and lost == [True] and made.windows.kept() == []


async def test_what_has_nothing_to_come_back_to_is_not_kept(made: Made) -> None:
    made.windows.show(made.area(""))
    assert made.windows.kept() == []


async def test_a_window_that_was_maximized_is_so_again(made: Made) -> None:
    window = made.windows.show(made.area())
    window.setGeometry(30, 40, 420, 320)
    window.showMaximized()
    await until(window.isMaximized)
    kept = made.windows.kept()
    assert kept[0]["maximized"] is True and kept[0]["rect"] == [30, 40, 420, 320]
    window.close()

    def arranged(words: dict[str, object]) -> TerminalArea:
        area = made.area("")
        area.rearrange(words)
        return area

    made.windows.restore(kept, arranged)
    (again,) = made.windows.all
    await until(again.isMaximized)
    assert again.area.current.address == "telnet:192.0.2.1"
    made.windows.restore("nonsense", arranged)
    assert made.windows.all == [again]


async def test_keys_that_were_chosen_work_in_windows_at_once(
    qtbot: QtBot, made: Made, desk: Desk
) -> None:
    told: list[TerminalWindow] = []
    made.windows.add_deed("terminal.one", "One", "Ctrl+Shift+1", told.append)
    window = made.windows.show(made.area())
    desk.actions.bindings.choose({"terminal.one": ("Ctrl+Shift+2",)})
    window.activateWindow()
    window.area.focus()
    await until(window.area.current.view.hasFocus)
    qtbot.keyClick(window.area.current.view, Qt.Key.Key_1, HELD)
    assert told == []
    qtbot.keyClick(window.area.current.view, Qt.Key.Key_2, HELD)
    assert told == [window]
