"""What connecting has to tell is in the palette and in each terminal's menu."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QMenu

from noc_console.db.database import Database
from noc_console.kernel.events import EventBus
from noc_console.services.terminal.connecting import SecretTyped
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.dialogs import Dialog
from noc_console.views.kit.tasks import settled
from noc_console.views.terminal.about import AboutDialog
from noc_console.views.terminal.connections import Connections, asks_for_password
from noc_console.views.terminal.given import TerminalServices
from noc_console.views.terminal.page import TerminalPage
from tests.conftest import FakeClock
from tests.services.terminal.house import house
from tests.views.conftest import shown, until
from tests.views.terminal.conftest import says


def abouts() -> list[AboutDialog]:
    found = QApplication.topLevelWidgets()
    return [each for each in found if isinstance(each, AboutDialog) and each.isVisible()]


async def test_a_terminal_tells_of_its_connection_and_the_lists_open_once(
    store: Database,
    bus: EventBus,
    clock: FakeClock,
    tmp_path: Path,
    desk: Desk,
    given: TerminalServices,
) -> None:
    home = house(store, bus, clock, tmp_path)
    page = TerminalPage(desk, given)
    connections = Connections(page, given.sessions, home.hostkeys, home.ways)
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


@pytest.mark.parametrize(
    ("line", "asks"),
    [
        ("Password:", True),
        ("Password for mira:", True),
        ("Enter enable password: ", True),
        ("box# ", False),
        ("set the password of x", False),
        ("", False),
    ],
)
def test_a_question_for_a_password_is_known(line: str, asks: bool) -> None:
    assert asks_for_password(line) is asks


async def test_the_vault_s_password_is_typed_unseen_and_asked_about_where_nobody_asks(
    store: Database,
    clock: FakeClock,
    desk: Desk,
    given: TerminalServices,
    bus: EventBus,
    tmp_path: Path,
) -> None:
    home = house(store, bus, clock, tmp_path)
    await home.credentials.add_ssh(desk.actor, user="mira", password="correct horse")
    page = TerminalPage(desk, replace(given, sessions=home.sessions))
    connections = Connections(page, home.sessions, home.hostkeys, home.ways)
    shown(page)
    pane = page.open("shell")
    assert pane is not None
    await until(lambda: pane.session is not None)
    session = pane.session
    assert session is not None
    heard = Heard()
    session.add_tap(heard)
    session.send(b"stty -echo; printf 'Pass'; printf 'word: '; read x; echo \"got ${#x}\"\r")
    await until(says(pane, "Password:"))
    connections.type_secret(pane)
    await until(says(pane, f"got {len('correct horse')}"))
    assert b"horse" not in heard.all
    (typed,) = [event for event in home.told if isinstance(event, SecretTyped)]
    assert typed.session == session.id and "horse" not in repr(typed)
    # The shell does not ask for one now.
    connections.type_secret(pane)

    def asked() -> list[Dialog]:
        found = QApplication.topLevelWidgets()
        return [each for each in found if isinstance(each, Dialog) and each.isVisible()]

    await until(asked)
    asked()[0].reject()
    await settled()
    assert len([event for event in home.told if isinstance(event, SecretTyped)]) == 1
    connections.type_secret(pane, enable=True)
    await until(asked)
    asked()[0].accept_button.click()
    await until(pane.strip.isVisible)
    assert "no enable password" in pane.strip.text.text()


class Heard:
    """All that a recorder would hear."""

    def __init__(self) -> None:
        self.all = b""

    def received(self, data: bytes) -> None:
        self.all += data

    def sent(self, data: bytes, source: str) -> None:
        self.all += data

    def resized(self, columns: int, rows: int) -> None: ...


async def test_without_a_connection_there_is_nothing_to_tell(
    store: Database,
    bus: EventBus,
    clock: FakeClock,
    tmp_path: Path,
    desk: Desk,
    given: TerminalServices,
) -> None:
    home = house(store, bus, clock, tmp_path)
    page = TerminalPage(desk, given)
    connections = Connections(page, given.sessions, home.hostkeys, home.ways)
    shown(page)
    pane = page.make("")
    connections.about(pane)
    assert "no connection" in pane.strip.text.text() and not abouts()
    pane.deleteLater()
