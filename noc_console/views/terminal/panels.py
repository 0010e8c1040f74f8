"""A device's files and the ports that lead through its session, below the terminal."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMenu, QWidget

from noc_console.services.terminal.carrying import CarryService
from noc_console.services.terminal.connecting import LinkKind
from noc_console.services.terminal.session import Session
from noc_console.views.kit.actions import Command
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.icons import icon
from noc_console.views.terminal.files import FilesPanel
from noc_console.views.terminal.forwards import ForwardsPanel
from noc_console.views.terminal.page import TerminalPage
from noc_console.views.terminal.pane import TerminalPane

HEIGHT = 260
Panel = Callable[[Desk, CarryService, Session], QWidget]
PANELS: tuple[tuple[str, str, str, Panel], ...] = (
    ("files", "Files of the device", "folder", FilesPanel),
    ("ports", "Forwarded ports", "link", ForwardsPanel),
)


class Panels(QObject):
    """Opens and closes panels of a page's terminals; one of each below a terminal."""

    def __init__(self, page: TerminalPage, carrying: CarryService) -> None:
        super().__init__(page)
        self._page, self._carrying = page, carrying
        self._open: dict[int, dict[str, QWidget]] = {}
        page.pane_made.append(self.furnish)
        for name, text, picture, _ in PANELS:
            command = Command(
                f"terminal.{name}", text, picture, self._toggler(name), group="Terminal"
            )
            page.desk.actions.add(command, page)

    def furnish(self, pane: TerminalPane) -> None:
        """Offer them in the terminal's menu; a new session closes those of the old one."""
        number = id(pane)
        pane.menu_extras.append(lambda menu: self._fill_menu(menu, pane))
        pane.opened.connect(self._close_all)
        pane.destroyed.connect(lambda _=None: self._open.pop(number, None))

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
        pane.below.addWidget(made)
        self._open.setdefault(id(pane), {})[name] = made

    def _close(self, pane: TerminalPane, name: str) -> None:
        panel = self._open.get(id(pane), {}).pop(name, None)
        if panel is not None:
            pane.below.removeWidget(panel)
            panel.hide()
            panel.deleteLater()
            pane.focus()

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

    def _toggler(self, name: str) -> Callable[[], None]:
        def act() -> None:
            if (area := self._page.area) is not None:
                self.toggle(area.current, name)

        return act


def can_carry(pane: TerminalPane) -> bool:
    """Whether there is an SSH session to carry files or ports through."""
    session = pane.session
    return session is not None and pane.is_live and session.target.kind is LinkKind.SSH
