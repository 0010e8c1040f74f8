"""Panels below a terminal: opened where there is a session to carry them, closed with it."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QMenu

from noc_console.db.database import Database
from noc_console.services.terminal.carrying import CarryService
from noc_console.services.terminal.connecting import LinkKind, Target
from noc_console.services.terminal.session import Session, SessionState
from noc_console.views.kit.desk import Desk
from noc_console.views.terminal.forwards import ForwardsPanel
from noc_console.views.terminal.given import TerminalServices
from noc_console.views.terminal.page import TerminalPage
from noc_console.views.terminal.panels import Panels
from tests.views.conftest import shown, until
from tests.views.terminal.test_guarding import Router


@pytest.fixture
def page(desk: Desk, given: TerminalServices, store: Database) -> tuple[TerminalPage, Panels]:
    made = TerminalPage(desk, given)
    panels = Panels(made, CarryService(store))
    shown(made, 1000, 700)
    return made, panels


async def test_a_panel_opens_and_closes_by_its_command(
    page: tuple[TerminalPage, Panels], desk: Desk
) -> None:
    terminals, panels = page
    target = Target("core-1", LinkKind.SSH, "192.0.2.1", device_id=7)
    pane = terminals.show_session(lambda size: Session.over(Router(), target, size), "core-1")
    await until(lambda: pane.state is SessionState.OPEN)
    desk.actions.action("terminal.ports").trigger()
    assert isinstance(panels.panel(pane, "ports"), ForwardsPanel)
    assert panels.panel(pane, "files") is None
    menu = QMenu()
    pane.fill_menu(menu)
    ticked = {action.text(): action.isChecked() for action in menu.actions() if action.text()}
    assert ticked == {"Files of the device": False, "Forwarded ports": True}
    desk.actions.action("terminal.ports").trigger()
    assert panels.panel(pane, "ports") is None


async def test_a_shell_has_nothing_to_carry_files_through(
    page: tuple[TerminalPage, Panels], desk: Desk
) -> None:
    terminals, panels = page
    pane = terminals.open("shell")
    assert pane is not None
    await until(lambda: pane.state is SessionState.OPEN)
    desk.actions.action("terminal.files").trigger()
    assert "SSH" in pane.strip.text.text() and panels.panel(pane, "files") is None
    menu = QMenu()
    pane.fill_menu(menu)
    assert not any(action.isEnabled() for action in menu.actions() if action.text())


async def test_a_new_session_closes_the_panels_of_the_old_one(
    page: tuple[TerminalPage, Panels],
) -> None:
    terminals, panels = page
    target = Target("core-1", LinkKind.SSH, "192.0.2.1", device_id=7)
    pane = terminals.show_session(lambda size: Session.over(Router(), target, size), "core-1")
    await until(lambda: pane.state is SessionState.OPEN)
    panels.toggle(pane, "ports")
    old = pane.session
    pane.show_session(Session.over(Router(), target, pane.view.engine.size))
    await until(lambda: pane.session is not old)
    assert panels.panel(pane, "ports") is None
