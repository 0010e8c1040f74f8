"""Coloured words are switched and chosen from the menu of any terminal."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from noc_console.services.terminal.connecting import LinkKind, Target
from noc_console.services.terminal.session import Session
from noc_console.views.kit.desk import Desk
from noc_console.views.terminal.given import TerminalServices
from noc_console.views.terminal.looks import TerminalLooks
from noc_console.views.terminal.page import TerminalPage
from noc_console.views.terminal.pane import TerminalPane
from noc_console.views.terminal.words import CHOOSE, TOGGLE, Words, WordsDialog
from tests.views.conftest import shown, until
from tests.views.terminal.test_guarding import Router


@pytest.fixture
async def pane(desk: Desk, given: TerminalServices) -> TerminalPane:
    page = TerminalPage(desk, given)
    Words(page)
    shown(page, 1000, 700)
    target = Target("core-1", LinkKind.SSH, "192.0.2.1", device_id=7)
    return page.show_session(lambda size: Session.over(Router(), target, size), "core-1")


async def test_the_menu_switches_it_for_all_terminals_and_it_is_kept(
    desk: Desk, pane: TerminalPane
) -> None:
    for is_on in (False, True):
        menu = QMenu()
        pane.fill_menu(menu)
        (toggle,) = [action for action in menu.actions() if action.text() == TOGGLE]
        assert toggle.isCheckable() and toggle.isChecked() is is_on
        toggle.trigger()
        assert TerminalLooks(desk.state).chosen.colours is not is_on
    desk.actions.action("terminal.colours").trigger()
    assert TerminalLooks(desk.state).chosen.colours


async def test_rules_are_edited_in_a_dialog_where_enter_adds_one(
    desk: Desk, pane: TerminalPane
) -> None:
    menu = QMenu()
    pane.fill_menu(menu)
    next(action for action in menu.actions() if action.text() == CHOOSE).trigger()

    def dialogs() -> list[WordsDialog]:
        found = QApplication.topLevelWidgets()
        return [one for one in found if isinstance(one, WordsDialog) and one.isVisible()]

    await until(dialogs)
    (dialog,) = dialogs()
    for text in ("(", "BGP"):
        dialog.line.pattern.setText(text)
        QTest.keyClick(dialog.line.pattern, Qt.Key.Key_Return)
        assert dialog.problem.isHidden() is (text == "BGP")
    assert dialog.isVisible()
    assert [rule.pattern for rule in pane.view.looks.rules.all[1:]] == ["BGP"]
    dialog.accept()
    await until(lambda: not dialogs())
