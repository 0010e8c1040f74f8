"""A device's configuration in a window of its own: read, searched, copied, saved; never changed."""

from __future__ import annotations

import asyncio

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent, QGuiApplication, QKeySequence, QShortcut, QTextDocument
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from noc_console.kernel.errors import Refused
from noc_console.kernel.text import plural
from noc_console.services.configs.model import Configuration, NoLogin
from noc_console.services.configs.service import ConfigService
from noc_console.services.credentials.service import CredentialService
from noc_console.services.hostkeys.model import KeyChanged, NotTrusted
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.dialogs import (
    Dialog,
    ask_save_path,
    ask_text,
    confirm,
    open_dialog,
)
from noc_console.views.kit.files import write_whole
from noc_console.views.kit.label import ElidedLabel, Label
from noc_console.views.kit.strips import BusyLine, Strip
from noc_console.views.kit.tasks import Tasks
from noc_console.views.kit.theme import GRID

SIZE = (860, 640)

MOST_ASKED = 8
"""Questions before it is read: each jump host's key, the device's, and a login."""


class ConfigWindow(QWidget):
    """Reads when opened; what is missing (trust, a login) it asks for and tries again."""

    def __init__(
        self,
        desk: Desk,
        configs: ConfigService,
        credentials: CredentialService,
        device_id: int,
        name: str,
    ) -> None:
        super().__init__()
        self._desk, self._configs, self._credentials = desk, configs, credentials
        self._device_id, self._name = device_id, name
        self.tasks = Tasks(self, self._failed, self._busy)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(f"{name} – running configuration")
        self.resize(*SIZE)
        self.title = ElidedLabel(name, size="large", tone="bright")
        self.under = Label("", tone="dim")
        self.search = QLineEdit()
        self.search.setPlaceholderText("Find (Ctrl+F)")
        self.search.setAccessibleName("Find in the configuration")
        self.search.setFixedWidth(220)
        self.text = QPlainTextEdit()
        self.text.setProperty("docked", True)
        self.text.setReadOnly(True)
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.text.setAccessibleName("Configuration")
        self.text.setProperty("mono", True)
        self.strip, self.busy_line = Strip(), BusyLine()
        self._lay_out()
        self.search.returnPressed.connect(self.find_next)
        for keys, act in (
            ("Ctrl+F", self.search.setFocus),
            ("F3", self.find_next),
            ("Ctrl+S", self.save),
            ("F5", self.read),
            ("Esc", self.close),
        ):
            QShortcut(QKeySequence(keys), self).activated.connect(act)
        self.read()

    def read(self) -> None:
        """Ask the device."""
        self.strip.hide()
        self.tasks.do("read", self._read)

    async def _read(self) -> None:
        actor = self._desk.actor
        for _ in range(MOST_ASKED):
            try:
                self._show(await self._configs.read(actor, device_id=self._device_id))
            except (NotTrusted, KeyChanged) as error:
                if not await self._trust(error):
                    raise
            except NoLogin:
                if not await self._add_login():
                    raise
            else:
                return

    async def _trust(self, error: NotTrusted | KeyChanged) -> bool:
        """Whether the operator says that this is the device."""
        actor, shown = self._desk.actor, error.key.fingerprint
        if isinstance(error, KeyChanged):
            reason = await ask_text(
                self,
                "The device's key changed",
                f"{error}.\n\nSay why it may have changed; that is kept with your name.",
                verb="Trust the new key",
                placeholder="such as: replaced after a fault, ticket 4711",
            )
            if reason is None:
                return False
            await self._configs.trust(
                actor, device_id=self._device_id, fingerprint=shown, reason=reason
            )
            return True
        text = (
            f"On the way to {self._name}, {error.key.door} proves itself with\n{shown}\n\n"
            "Compare it with what its own console says. It is remembered."
        )
        if not await confirm(self, "Is this the right host?", text, verb="Trust this key"):
            return False
        await self._configs.trust(actor, device_id=self._device_id, fingerprint=shown)
        return True

    async def _add_login(self) -> bool:
        dialog = LoginDialog(self)
        try:
            if not await open_dialog(dialog):
                return False
            user, password = dialog.user.text().strip(), dialog.password.text()
        finally:
            dialog.deleteLater()
        await self._credentials.add_ssh(self._desk.actor, user=user, password=password)
        return True

    def _show(self, read: Configuration) -> None:
        self.text.setPlainText(read.text)
        told = [
            f"{plural(read.text.count(chr(10)), 'line')} of “{read.command}”",
            f"read {self._desk.times.absolute(read.at)}",
        ]
        if read.masked:
            told.append(f"{plural(read.masked, 'secret')} masked")
        self.under.setText("   ".join(told))

    def find_next(self) -> None:
        """The next place, from the top again after the last."""
        wanted = self.search.text()
        if not wanted or self.text.find(wanted):
            return
        cursor = self.text.textCursor()
        cursor.movePosition(cursor.MoveOperation.Start)
        self.text.setTextCursor(cursor)
        if not self.text.find(wanted, QTextDocument.FindFlag(0)):
            self.strip.say(f"“{wanted}” does not occur.")

    def copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text.toPlainText())

    def save(self) -> None:
        """Write what is shown to a file; secrets stay masked."""
        self.tasks.do("save", self._save)

    async def _save(self) -> None:
        stamp = self._desk.clock.now().strftime("%Y%m%d-%H%M")
        name = "".join(c if c.isalnum() or c in "-._" else "_" for c in self._name)
        path = await ask_save_path(
            self, "Save the configuration", f"{name}-{stamp}.txt", "Text (*.txt)"
        )
        if path is not None:
            await asyncio.to_thread(write_whole, path, self.text.toPlainText().encode())

    def closeEvent(self, event: QCloseEvent) -> None:
        self.tasks.drop("read")
        super().closeEvent(event)

    def _failed(self, error: BaseException) -> None:
        if isinstance(error, Refused):
            self.strip.say(str(error), verb="Try again", act=self.read)
        else:
            self.strip.say(str(error) or "Something went wrong.", verb="Retry", act=self.read)

    def _busy(self, busy: bool) -> None:
        self.busy_line.set_busy(busy)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(2 * GRID, GRID, GRID, GRID)
        names = QVBoxLayout()
        names.addWidget(self.title)
        names.addWidget(self.under)
        head.addLayout(names, 1)
        head.addWidget(self.search)
        for text, act in (("Copy", self.copy), ("Save…", self.save), ("Read again", self.read)):
            button = QPushButton(text)
            button.clicked.connect(act)
            head.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(self.busy_line)
        layout.addWidget(self.strip)
        layout.addWidget(self.text, 1)


class LoginDialog(Dialog):
    """User and password for command lines."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(
            parent,
            "Log in over SSH",
            "Kept in the vault and used to read configurations, of every device that accepts it.",
            "Add login",
        )
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        self.user, self.password = QLineEdit(), QLineEdit()
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        for name, field in (("User", self.user), ("Password", self.password)):
            field.setAccessibleName(name)
            self.body.addWidget(Label(name, tone="dim"))
            self.body.addWidget(field)
        self.user.setFocus()

    def accept(self) -> None:
        if self.user.text().strip():
            super().accept()
        else:
            self.refuse("A login needs a user name.")
