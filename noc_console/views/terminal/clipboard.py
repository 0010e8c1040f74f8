"""What a device wants on the clipboard (OSC 52): refused, until somebody allows it for a session.

It is never read: a device is answered nothing, whatever stands there.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu

from noc_console.kernel.text import plural
from noc_console.services.terminal.connecting import LinkKind
from noc_console.views.kit.dialogs import confirm
from noc_console.views.kit.icons import icon
from noc_console.views.kit.label import Label, plain_tip
from noc_console.views.terminal.pane import TerminalPane
from noc_console.views.terminal.pasting import examined

LARGEST = 4_096
"""Characters that are taken; the engine hands over less of one sequence, anyway."""
EVERY_MS = 1_000
"""Of a device that writes more often only the last text of each while is taken: the clipboard
belongs to people."""
RISK = (
    "While you work in this terminal, whatever it shows can then replace what you copied, be it a"
    " file that somebody else wrote: look at what you paste elsewhere, a command above all. At most"
    f" {LARGEST:,} characters are taken, without control characters, and each time it is said. The"
    " device can never read the clipboard. This ends with the session."
)


class DeviceClipboard(QObject):
    """One terminal's leave to write the clipboard; each session begins without it."""

    def __init__(self, pane: TerminalPane) -> None:
        super().__init__(pane)
        self._pane = pane
        self.is_allowed = False
        self._waiting = ""
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(EVERY_MS)
        self._rest.timeout.connect(self._put_waiting)
        self.badge = Label("writes the clipboard", tone="attention", size="small")
        self.badge.setToolTip(plain_tip("Its device may write your clipboard; its menu ends that"))
        self.badge.hide()
        pane.badges.addWidget(self.badge)
        pane.menu_extras.append(self._fill_menu)
        pane.opened.connect(lambda _: self.allow(is_allowed=False))
        pane.view.clipboard_wanted.connect(self._wanted)

    def toggle(self) -> None:
        """Allow it, after saying what that risks; or take it back at once."""
        if self.is_allowed:
            self.allow(is_allowed=False)
        else:
            self._pane.tasks.do("clipboard", self._ask)

    def allow(self, *, is_allowed: bool) -> None:
        """For the session that is open; what was wanted before does not come after."""
        self.is_allowed = is_allowed
        self._waiting = ""
        self.badge.setVisible(is_allowed)

    async def _ask(self) -> None:
        session = self._pane.session
        title = "Let the device write the clipboard?"
        if await confirm(self._pane, title, RISK, verb="Let it write"):
            # While it was asked another session may have begun: that one was not meant.
            self.allow(is_allowed=session is not None and session is self._pane.session)
        self._pane.focus()

    def _wanted(self, text: str) -> None:
        if not self.is_allowed:
            return
        if not self._pane.view.hasFocus():
            self._pane.say("The device wanted to write the clipboard while you worked elsewhere.")
        elif len(text) > LARGEST:
            self._pane.say(f"The device wanted more than {LARGEST:,} characters on the clipboard.")
        elif self._rest.isActive():
            self._waiting = text
        else:
            self._put(text)

    def _put_waiting(self) -> None:
        """The last of those that came too soon, if it still may."""
        text, self._waiting = self._waiting, ""
        if text:
            self._wanted(text)

    def _put(self, text: str) -> None:
        clean = examined(text).text
        if clean.strip():
            QGuiApplication.clipboard().setText(clean)
            self._rest.start()
            told = f"{self._pane.title} put {plural(len(clean), 'character')} on the clipboard"
            self._pane.desk.notice(told)

    def _fill_menu(self, menu: QMenu) -> None:
        pane = self._pane
        can = pane.is_live and pane.target is not None and pane.target.kind is not LinkKind.REPLAY
        action = menu.addAction(icon("copy"), "The device may write the clipboard…")
        action.setCheckable(True)
        action.setChecked(self.is_allowed)
        action.setEnabled(can)
        action.setToolTip("" if can else plain_tip("There is no session"))
        action.triggered.connect(lambda _=False: self.toggle())
