"""Whom to ask and for what: a device or an address, a credential, and an object."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QCompleter,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from noc_console.kernel.text import visible
from noc_console.services.credentials.model import Credential
from noc_console.services.inventory.model import Device
from noc_console.views.kit.label import Label
from noc_console.views.kit.theme import GRID, look

OWN = "its own credential"
LINE_HEIGHT = 28
LIMITS = (1_000, 10_000, 100_000)


@dataclass(frozen=True, slots=True)
class Target:
    """Where questions go: a device of the inventory by name, or an address."""

    device: str = ""
    address: str = ""
    credential: str = ""

    @property
    def shown(self) -> str:
        return self.device or self.address


class TargetBar(QWidget):
    """Two lines: whom, and what. `asked` with Enter in either."""

    asked = Signal()
    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "toolbar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._devices: dict[str, Device] = {}
        self.place = QComboBox()
        self.place.setEditable(True)
        self.place.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.place.setAccessibleName("Device or address")
        self.place.setMaxVisibleItems(20)
        line = self.place.lineEdit()
        assert line is not None
        self.place_line = line
        self.place_line.setPlaceholderText("Device, or an address like 192.0.2.1:161")
        self.credential = QComboBox()
        self.credential.setAccessibleName("Credential")
        self.limit = QComboBox()
        self.limit.setAccessibleName("At most")
        for limit in LIMITS:
            self.limit.addItem(f"at most {limit:,}".replace(",", "\u202f"), limit)
        self.limit.setCurrentIndex(1)
        self.object = QLineEdit()
        self.object.setFont(look().mono())
        self.object.setPlaceholderText("sysName.0, IF-MIB::ifAlias.3 or 1.3.6.1.2.1.1.5.0")
        self.object.setAccessibleName("Object")
        self.get_button = QPushButton("Get")
        self.walk_button = QPushButton("Walk")
        self.table_button = QPushButton("Table")
        self.set_button = QPushButton("Set…")
        self.stop_button = QPushButton("Stop")
        self.show_credentials(())
        self._lay_out()
        self.place_line.returnPressed.connect(self.asked)
        self.object.returnPressed.connect(self.asked)
        self.place.currentTextChanged.connect(lambda _: self.changed.emit())
        self.show_busy(False)

    def show_devices(self, devices: Sequence[Device]) -> None:
        """The devices to choose from; what was typed stays."""
        named = {one.name: one for one in devices if one.address}
        if named.keys() == self._devices.keys():
            self._devices = named
            return
        typed = self.place.currentText()
        self._devices = named
        self.place.blockSignals(True)
        self.place.clear()
        for one in sorted(named.values(), key=lambda device: device.name.lower()):
            self.place.addItem(visible(one.name), one.name)
        self.place.setCurrentIndex(-1)
        self.place.setEditText(typed)
        self.place.blockSignals(False)
        completer = QCompleter(self.place.model(), self.place)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        self.place.setCompleter(completer)

    def show_credentials(self, credentials: Sequence[Credential]) -> None:
        """The credentials to choose from, after the device's own."""
        chosen = self.credential.currentData()
        self.credential.clear()
        self.credential.addItem(OWN, "")
        for one in credentials:
            if one.kind.is_snmp:
                self.credential.addItem(visible(one.name), one.name)
        self.credential.setCurrentIndex(max(0, self.credential.findData(chosen)))

    def show_device(self, name: str) -> None:
        """Ask this device from now on."""
        self.place.setEditText(name)

    def device(self) -> Device | None:
        """The device that is named, if it is one of ours."""
        return self._devices.get(self.place.currentText().strip())

    def target(self) -> Target | None:
        """What was chosen; None when nothing was."""
        typed = self.place.currentText().strip()
        if not typed:
            return None
        credential = str(self.credential.currentData() or "")
        if typed in self._devices:
            return Target(device=typed, credential=credential)
        return Target(address=typed, credential=credential)

    def most(self) -> int:
        """Objects a walk may bring."""
        return int(self.limit.currentData())

    def show_busy(self, is_busy: bool) -> None:
        """While a device is asked only stopping makes sense."""
        for button in (self.get_button, self.walk_button, self.table_button):
            button.setEnabled(not is_busy)
        self.stop_button.setEnabled(is_busy)

    def _lay_out(self) -> None:
        whom = QHBoxLayout()
        whom.setSpacing(GRID)
        whom.addWidget(Label("Ask", tone="dim"))
        self.place.setMinimumWidth(180)
        whom.addWidget(self.place, 3)
        whom.addWidget(Label("with", tone="dim"))
        self.credential.setMinimumWidth(120)
        whom.addWidget(self.credential, 1)
        whom.addWidget(self.limit)
        what = QHBoxLayout()
        what.setSpacing(GRID)
        what.addWidget(Label("for", tone="dim"))
        what.addWidget(self.object, 1)
        for button in (
            self.get_button,
            self.walk_button,
            self.table_button,
            self.set_button,
            self.stop_button,
        ):
            what.addWidget(button)
        for combo in (self.place, self.credential, self.limit):
            combo.setFixedHeight(LINE_HEIGHT)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GRID + 4, 6, GRID, 6)
        layout.setSpacing(6)
        layout.addLayout(whom)
        layout.addLayout(what)
