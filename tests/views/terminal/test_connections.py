"""What connecting has to tell is in the palette and in each terminal's menu."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication, QMenu

from noc_console.db.database import Database
from noc_console.services.hostkeys.service import HostKeyService
from noc_console.views.kit.desk import Desk
from noc_console.views.terminal.about import AboutDialog
from noc_console.views.terminal.connections import Connections
from noc_console.views.terminal.given import TerminalServices
from noc_console.views.terminal.page import TerminalPage
from tests.conftest import FakeClock
from tests.views.conftest import shown, until


def abouts() -> list[AboutDialog]:
    found = QApplication.topLevelWidgets()
    return [each for each in found if isinstance(each, AboutDialog) and each.isVisible()]


async def test_a_terminal_tells_of_its_connection_and_the_lists_open_once(
    store: Database, clock: FakeClock, desk: Desk, given: TerminalServices
) -> None:
    page = TerminalPage(desk, given)
    connections = Connections(page, given.sessions, HostKeyService(store, clock=clock))
    shown(page)
    pane = page.open("shell")
    assert pane is not None
    await until(lambda: pane.session is not None)
    menu = QMenu()
    pane.fill_menu(menu)
    texts = [action.text() for action in menu.actions()]
    assert "About this connection…" in texts and "Jump hosts, known hosts, old SSH…" in texts
    desk.actions.action("terminal.about").trigger()
    await until(abouts)
    (about,) = abouts()
    assert dict(about.rows)["Connection"] == "shell sh"
    about.accept()
    desk.actions.action("terminal.set_up").trigger()
    first = connections.window
    assert first is not None and first.isVisible()
    connections.set_up()
    assert connections.window is first
    first.close()
    await until(lambda: connections.window is None)


async def test_without_a_connection_there_is_nothing_to_tell(
    store: Database, clock: FakeClock, desk: Desk, given: TerminalServices
) -> None:
    page = TerminalPage(desk, given)
    connections = Connections(page, given.sessions, HostKeyService(store, clock=clock))
    shown(page)
    pane = page.make("")
    connections.about(pane)
    assert "no connection" in pane.strip.text.text() and not abouts()
    pane.deleteLater()
