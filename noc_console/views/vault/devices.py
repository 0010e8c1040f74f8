"""Which devices a credential is for, and whether it works on one of them."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QCheckBox, QDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from noc_console.kernel.errors import NocError
from noc_console.kernel.text import plural
from noc_console.services.credentials.model import Credential, CredentialKind
from noc_console.services.vault.model import Trial, UsedOn
from noc_console.services.vault.service import VaultService
from noc_console.views.kit.desk import Desk, Route
from noc_console.views.kit.label import Label, plain_tip
from noc_console.views.kit.table import Table
from noc_console.views.kit.tasks import Tasks
from noc_console.views.kit.theme import GRID
from noc_console.views.vault.columns import device_columns

_NO_TEST = (CredentialKind.ENABLE, CredentialKind.TOKEN, CredentialKind.TACACS)


class DeviceSheet(QDialog):
    """A list of devices and a button that tries the credential on the chosen one."""

    def __init__(
        self, parent: QWidget | None, desk: Desk, vault: VaultService, credential: Credential
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(f"{credential.name}: devices")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._desk, self._vault, self._credential = desk, vault, credential
        self.tasks = Tasks(self, self._on_error, self._on_busy)
        self.table: Table[UsedOn] = Table(
            desk, "vault.devices", device_columns(), lambda row: row.device_id, self._on_error
        )
        self.others = QCheckBox("All devices")
        self.others.setToolTip(
            plain_tip("A credential that is new is for no device yet: try it on any of them.")
        )
        self.others.setEnabled(credential.kind not in _NO_TEST)
        self.others.toggled.connect(lambda _: self._look())
        self.answer = Label("", wrap=True, selectable=True)
        self.test_button = QPushButton("Test")
        self.open_button = QPushButton("Show the device")
        self.close_button = QPushButton("Close")
        self.test_button.clicked.connect(lambda: self.test())
        self.open_button.clicked.connect(lambda: self._go())
        self.close_button.clicked.connect(self.close)
        self.table.chosen.connect(self._enable)
        self.table.opened.connect(lambda _: self._go())
        self._lay_out()
        self._enable()
        self.resize(820, 520)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._look()

    def _look(self) -> None:
        looking = self._vault.devices(
            self._desk.actor,
            credential_id=int(self._credential.id),
            with_others=self.others.isChecked(),
        )
        self.tasks.ask("devices", looking, self._show)

    def test(self) -> None:
        """Try it on the chosen device."""
        row = self.table.current()
        if row is None:
            return
        self.answer.setText(f"Trying {self._credential.name} on {row.name or row.address} …")
        self.answer.set_tone("dim")
        number = int(self._credential.id)
        self.tasks.do(
            "test",
            lambda: self._vault.test(
                self._desk.actor, credential_id=number, device_id=row.device_id
            ),
            self._show_test,
        )

    def _show(self, found: tuple[UsedOn, ...]) -> None:
        self.table.show_rows(found)
        self.answer.setText(self._told(found))
        self.answer.set_tone("dim")
        if found and self.table.current() is None:
            self.table.select(found[0].device_id)
        self._enable()

    def _told(self, found: tuple[UsedOn, ...]) -> str:
        fitting = sum(bool(row.why) for row in found)
        if fitting:
            return f"It is for {plural(fitting, 'device')}."
        if found:
            return "It is for no device yet. Choose one to try it on."
        if self.others.isEnabled() and not self.others.isChecked():
            return "It is for no device yet. Try it on one: turn on “All devices”."
        return "It is for no device of the inventory."

    def _show_test(self, tested: Trial) -> None:
        self.answer.setText(
            f"{tested.device}: {tested.text}"
            if tested.is_accepted
            else f"{tested.device} does not take it: {tested.text}"
        )
        self.answer.set_tone("bright" if tested.is_accepted else "attention")

    def _go(self) -> None:
        if (row := self.table.current()) is not None:
            self._desk.go(Route("device", id=row.device_id))

    def _enable(self) -> None:
        chosen, can = self.table.current() is not None, self._credential.kind not in _NO_TEST
        self.open_button.setEnabled(chosen)
        self.test_button.setEnabled(chosen and can and not self.tasks.is_asking("test"))
        if not can:
            why = "An enable word or a token is tried where it is used."
        else:
            why = "" if chosen else "Choose a device first."
        self.test_button.setToolTip(plain_tip(why))

    def _on_busy(self, busy: bool) -> None:
        self.test_button.setText("Testing …" if busy else "Test")

    def _on_error(self, error: BaseException) -> None:
        if isinstance(error, NocError):
            self.answer.setText(str(error))
            self.answer.set_tone("attention")
        else:
            self._desk.report(error)

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(GRID)
        row.addWidget(self.answer, 1)
        for button in (self.test_button, self.open_button, self.close_button):
            row.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID)
        column.setSpacing(GRID)
        head = QHBoxLayout()
        head.addWidget(Label(f"Devices of {self._credential.name}", size="large", tone="bright"), 1)
        head.addWidget(self.others)
        column.addLayout(head)
        column.addWidget(self.table, 1)
        column.addLayout(row)
