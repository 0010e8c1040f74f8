"""A device's files and the ports that lead through its session, below the terminal.

Ports come back with their session: over each new connection they are opened again, and it is said.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMenu, QWidget

from noc_console.services.terminal.carrying import CarryService, Reopened
from noc_console.services.terminal.connecting import LinkKind
from noc_console.services.terminal.ports import Link
from noc_console.services.terminal.session import Session, SessionState
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.icons import icon
from noc_console.views.terminal.files import FilesPanel
from noc_console.views.terminal.forwards import ForwardsPanel
from noc_console.views.terminal.page import TerminalPage
from noc_console.views.terminal.pane import TerminalPane

HEIGHT = 260
Panel = Callable[[Desk, CarryService, Session], FilesPanel | ForwardsPanel]
PANELS: tuple[tuple[str, str, str, Panel], ...] = (
    ("files", "Files of the device", "folder", FilesPanel),
    ("ports", "Forwarded ports", "link", ForwardsPanel),
)


class Panels(QObject):
    """Opens and closes panels of a page's terminals; one of each below a terminal."""

    def __init__(self, page: TerminalPage, carrying: CarryService) -> None:
        super().__init__(page)
        self._carrying = carrying
        self._open: dict[int, dict[str, QWidget]] = {}
        self._seen: dict[int, tuple[Session, Link]] = {}
        """The session of each terminal and the link it had when it was last open."""
        page.pane_made.append(self.furnish)
        for name, text, picture, _ in PANELS:
            page.add_pane_command(name, text, picture, self._toggler(name))

    def furnish(self, pane: TerminalPane) -> None:
        """Offer them in the terminal's menu; a new session closes those of the old one."""
        number = id(pane)
        pane.menu_extras.append(lambda menu: self._fill_menu(menu, pane))
        pane.opened.connect(self._close_all)
        pane.changed.connect(self._bring_back)
        pane.destroyed.connect(lambda _=None: self._forget(number))

    def panel(self, pane: TerminalPane, name: str) -> QWidget | None:
        return self._open.get(id(pane), {}).get(name)

    def toggle(self, pane: TerminalPane, name: str) -> None:
        """Open a panel below this terminal, or close it."""
        if self.panel(pane, name) is not None:
            self._close(pane, name)
            return
        session = pane.session
        if session is None or not can_carry(pane):
            pane.say("Files and ports go through an SSH session; there is none here.")
            return
        make = next(make for key, _, _, make in PANELS if key == name)
        made = make(pane.desk, self._carrying, session)
        made.setFixedHeight(HEIGHT)
        made.closed.connect(lambda: self._close(pane, name))
        pane.below.addWidget(made)
        self._open.setdefault(id(pane), {})[name] = made

    def _close(self, pane: TerminalPane, name: str) -> None:
        panel = self._open.get(id(pane), {}).pop(name, None)
        if panel is not None:
            pane.below.removeWidget(panel)
            panel.hide()
            panel.deleteLater()
            pane.focus()

    def _forget(self, number: int) -> None:
        self._open.pop(number, None)
        self._seen.pop(number, None)

    def _bring_back(self, pane: TerminalPane) -> None:
        """A session is open, perhaps over a new link, or in place of one that ended."""
        session = pane.session
        if session is None or session.state is not SessionState.OPEN:
            return
        before = self._seen.get(id(pane))
        if before is not None and before[1] is session.link:
            return
        self._seen[id(pane)] = (session, session.link)
        if before is not None and before[0] is not session and _is_same(before[0], session):
            session.ports = before[0].ports
        self._reopen(pane, session)

    def _reopen(self, pane: TerminalPane, session: Session) -> None:
        if session.ports and can_carry(pane):
            pane.tasks.do(
                f"ports {id(session.link)}",
                lambda: self._carrying.reopen_forwards(pane.desk.actor, session=session),
                lambda told: self._tell(pane, session, told),
            )

    def _tell(self, pane: TerminalPane, session: Session, told: Reopened) -> None:
        if told.failed:
            pane.strip.say(told.sentence, verb="Try again", act=lambda: self._reopen(pane, session))
        elif told.opened:
            pane.say(told.sentence)

    def _close_all(self, pane: TerminalPane) -> None:
        for name in tuple(self._open.get(id(pane), {})):
            self._close(pane, name)

    def _fill_menu(self, menu: QMenu, pane: TerminalPane) -> None:
        menu.addSeparator()
        for name, text, picture, _ in PANELS:
            action = menu.addAction(icon(picture), text)
            action.setCheckable(True)
            action.setChecked(self.panel(pane, name) is not None)
            action.setEnabled(can_carry(pane))
            action.triggered.connect(lambda _=False, name=name: self.toggle(pane, name))

    def _toggler(self, name: str) -> Callable[[TerminalPane], None]:
        return lambda pane: self.toggle(pane, name)


def _is_same(before: Session, now: Session) -> bool:
    """Whether somebody connected to the same place again."""
    return before.target.kind is LinkKind.SSH and before.target.address == now.target.address


def can_carry(pane: TerminalPane) -> bool:
    """Whether there is an SSH session to carry files or ports through."""
    session = pane.session
    return session is not None and pane.is_live and session.target.kind is LinkKind.SSH
