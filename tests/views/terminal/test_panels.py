"""Panels below a terminal: opened where there is a session to carry them, closed with it."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QMenu

from noc_console.db.database import Database
from noc_console.kernel.errors import Invalid
from noc_console.services.terminal.carrying import CarryService
from noc_console.services.terminal.connecting import LinkKind, Target
from noc_console.services.terminal.forwarding import Forward, ForwardKind, ForwardWish
from noc_console.services.terminal.model import Size
from noc_console.services.terminal.session import Session, SessionState
from noc_console.services.terminal.transferring import Files
from noc_console.views.kit.desk import Desk
from noc_console.views.terminal.files import FilesPanel
from noc_console.views.terminal.forwards import ForwardsPanel
from noc_console.views.terminal.given import TerminalServices
from noc_console.views.terminal.page import TerminalPage
from noc_console.views.terminal.panels import Panels
from tests.views.conftest import shown, until
from tests.views.terminal.test_guarding import Router

SIZE = Size(80, 24)


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
    assert not ticked["Files of the device"] and ticked["Forwarded ports"]
    desk.actions.action("terminal.ports").trigger()
    assert panels.panel(pane, "ports") is None
    for name in ("files", "ports"):
        panels.toggle(pane, name)
        made = panels.panel(pane, name)
        assert isinstance(made, FilesPanel | ForwardsPanel)
        made.close_button.click()
        assert panels.panel(pane, name) is None


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
    assert {"Files of the device", "Forwarded ports"} == {
        action.text() for action in menu.actions() if action.text() and not action.isEnabled()
    }


class Ports:
    """Ports of a link without a device behind it: those of real SSH are tested with the service."""

    def __init__(self, *, taken: bool = False) -> None:
        self.taken = taken
        self.open: list[Forward] = []

    def listed(self) -> tuple[Forward, ...]:
        return tuple(self.open)

    async def start(self, wish: ForwardWish) -> Forward:
        if self.taken:
            raise Invalid("this machine has no such port free")
        self.open.append(Forward(len(self.open), wish, 0))
        return self.open[-1]

    async def stop(self, forward_id: int) -> Forward:
        return self.open.pop(forward_id)

    async def close(self) -> None:
        """They end with the test."""


class Carrier(Router):
    """A router over SSH."""

    def __init__(self, ports: Ports) -> None:
        super().__init__()
        self.forwards = ports

    async def files(self) -> Files:
        raise AssertionError("nobody asks for files here")


async def test_ports_come_back_with_the_session_and_it_is_said(
    page: tuple[TerminalPage, Panels],
) -> None:
    terminals, _ = page
    target = Target("core-1", LinkKind.SSH, "192.0.2.1", device_id=7)
    wish = ForwardWish(ForwardKind.LOCAL, 8080, host="10.0.0.1", port=80)
    first = Session.over(Carrier(Ports()), target, SIZE)
    pane = terminals.show_session(lambda _: first, "core-1")
    await until(lambda: pane.state is SessionState.OPEN)
    first.ports = (wish,)
    pane.tell()
    assert pane.strip.isHidden()  # its link is the one the port was opened on
    ports = Ports(taken=True)
    first._adopt(Carrier(ports))
    await until(lambda: wish.text in pane.strip.text.text())
    assert "no such port free" in pane.strip.text.text()
    ports.taken = False
    pane.strip.button.click()
    await until(lambda: "leads through it again" in pane.strip.text.text())
    assert [each.wish for each in ports.open] == [wish]
    later = Ports()
    pane.show_session(Session.over(Carrier(later), target, SIZE))
    await until(lambda: later.open)
    assert pane.session is not None and pane.session.ports == (wish,)
    elsewhere = Ports()
    other = Target("core-2", LinkKind.SSH, "192.0.2.2", device_id=8)
    pane.show_session(Session.over(Carrier(elsewhere), other, SIZE))
    await until(lambda: pane.target is other)
    assert pane.session is not None and not pane.session.ports and not elsewhere.open


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
