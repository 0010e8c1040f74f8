"""Hangs what connecting has to tell into the page of terminals: about a connection, and set-up."""

from __future__ import annotations

import re

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMenu

from noc_console.services.hostkeys.service import HostKeyService
from noc_console.services.terminal.sessions import SessionService
from noc_console.services.ways.service import WayService
from noc_console.views.kit.actions import Command
from noc_console.views.kit.dialogs import confirm
from noc_console.views.kit.icons import icon
from noc_console.views.terminal.about import AboutDialog
from noc_console.views.terminal.page import TerminalPage
from noc_console.views.terminal.pane import TerminalPane
from noc_console.views.terminal.setup import ReachingWindow

_ASKS = re.compile(r"(?i)\b(?:pass(?:word|code|phrase)|passwort|secret)\b[^:>]{0,60}[:>]\s*$")


def asks_for_password(line: str) -> bool:
    """Whether the last line of a terminal asks for a password."""
    return _ASKS.search(line) is not None


def _last_line(pane: TerminalPane) -> str:
    """The last line with anything on it, wherever the view is scrolled to."""
    engine = pane.view.engine
    shown = engine.viewport
    lines = engine.lines(max(0, shown.total - shown.rows), shown.rows)
    return next((line for line in reversed(lines) if line.strip()), "")


class Connections(QObject):
    """Two commands, in the palette and in each terminal's menu; and the vault's passwords."""

    def __init__(
        self,
        page: TerminalPage,
        sessions: SessionService,
        hostkeys: HostKeyService,
        ways: WayService,
    ) -> None:
        super().__init__(page)
        self._page, self._sessions = page, sessions
        self._hostkeys, self._ways = hostkeys, ways
        self.window: ReachingWindow | None = None
        page.pane_made.append(self.furnish)
        page.add_pane_command("about", "About this connection…", "info", self.about)
        text = "Jump hosts, known hosts, old SSH…"
        page.desk.actions.add(
            Command("terminal.set_up", text, "key", self.set_up, group="Terminal"), page
        )
        page.add_window_keys("set_up", text, "", self.set_up)

    def furnish(self, pane: TerminalPane) -> None:
        pane.menu_extras.append(lambda menu: self._fill(menu, pane))

    def about(self, pane: TerminalPane) -> None:
        """What was agreed with this terminal's device."""
        if pane.session is None:
            pane.say("There is no connection yet.")
            return
        AboutDialog(pane.window(), pane.session).open()

    def set_up(self) -> None:
        """The lists in a window of their own; one that is open comes to the front."""
        if self.window is None:
            self.window = ReachingWindow(self._page.desk, self._ways, self._hostkeys)
            self.window.destroyed.connect(self._gone)
        self.window.show()
        self.window.raise_()

    def type_secret(self, pane: TerminalPane, *, enable: bool = False) -> None:
        """The vault's password goes to the device, unseen; asked first where none is asked for."""
        pane.tasks.do("secret", lambda: self._type(pane, enable=enable))

    async def _type(self, pane: TerminalPane, *, enable: bool) -> None:
        session = pane.session
        if session is None:
            pane.say("There is no connection yet.")
            return
        if not asks_for_password(_last_line(pane)) and not await confirm(
            pane,
            "Type the password here?",
            "The device does not seem to ask for one: what is typed may be shown on the screen.",
            verb="Type it anyway",
        ):
            return
        await self._sessions.type_secret(self._page.desk.actor, session=session, enable=enable)
        pane.focus()

    def _gone(self) -> None:
        self.window = None

    def _fill(self, menu: QMenu, pane: TerminalPane) -> None:
        about = menu.addAction(icon("info"), "About this connection…")
        about.setEnabled(pane.session is not None)
        about.triggered.connect(lambda: self.about(pane))
        for text, is_enable in (("password", False), ("enable password", True)):
            entry = menu.addAction(icon("lock"), f"Type the vault's {text}")
            entry.setEnabled(pane.is_live and self._page.desk.actor.may("credentials.use"))
            entry.triggered.connect(
                lambda _=False, enable=is_enable: self.type_secret(pane, enable=enable)
            )
        menu.addAction(icon("key"), "Jump hosts, known hosts, old SSH…").triggered.connect(
            self.set_up
        )
