"""The line that says where to: a device by a few letters of it, or an address."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QListWidget, QWidget

from noc_console.kernel.errors import Invalid
from noc_console.kernel.text import visible
from noc_console.services.inventory.model import Found
from noc_console.services.inventory.service import InventoryService
from noc_console.services.terminal import addresses
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.tasks import Tasks

PAUSE_MS = 80
MOST = 12
HINT = "Where to? A device, user@host:port, jump>host, telnet:host, serial:/dev/ttyUSB0, shell"


class ReachBox(QLineEdit):
    """Enter reaches the chosen device, else a device of exactly that name, else the address."""

    reached = Signal(str)
    failed = Signal(object)

    def __init__(
        self, desk: Desk, inventory: InventoryService, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._desk, self._inventory = desk, inventory
        self._tasks = Tasks(self, self.failed.emit)
        self._found: dict[str, int] = {}
        """Line of the list → device."""
        self._names: dict[str, int] = {}
        self.setPlaceholderText(HINT)
        self.setAccessibleName("Where to")
        self.setClearButtonEnabled(True)
        # Not a QCompleter: its list is a window without an owner, which outlives its line.
        self.list = QListWidget(self)
        self.list.setAccessibleName("Devices found")
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setProperty("role", "popup")
        self.list.hide()
        self.list.itemClicked.connect(lambda item: self._choose(item.text()))
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self._ask)
        self.textEdited.connect(lambda _: self._pause.start())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in (Qt.Key.Key_Down, Qt.Key.Key_Up) and self.list.isVisible():
            by = 1 if key == Qt.Key.Key_Down else -1
            self.list.setCurrentRow((self.list.currentRow() + by) % self.list.count())
        elif key == Qt.Key.Key_Escape and self.list.isVisible():
            self.list.hide()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.text().strip():
            item = self.list.currentItem() if self.list.isVisible() else None
            if item is not None:
                self._choose(item.text())
            else:
                self._tasks.do("reach", self._reach)
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.list.hide()

    def _ask(self) -> None:
        text = self.text().strip()
        if text and ":" not in text and "@" not in text:
            asked = self._inventory.find(self._desk.actor, text=text, limit=MOST)
            self._tasks.ask("find", asked, self._show)

    def _show(self, found: tuple[Found, ...]) -> None:
        devices = [each for each in found if each.kind in ("device", "address")]
        self._found = {
            visible(f"{each.title}   {each.detail}"): int(each.device_id) for each in devices
        }
        self._names = {each.title.lower(): int(each.device_id) for each in devices}
        self.list.clear()
        self.list.addItems(list(self._found))
        if self.hasFocus() and self._found:
            self._drop_down()
        else:
            self.list.hide()

    def _drop_down(self) -> None:
        """Below the line, over whatever is there."""
        window = self.window()
        self.list.setParent(window)
        at = self.mapTo(window, self.rect().bottomLeft())
        rows = min(self.list.count(), MOST) * max(20, self.list.sizeHintForRow(0)) + 6
        self.list.setGeometry(at.x(), at.y() + 1, self.width(), rows)
        self.list.raise_()
        self.list.show()

    def _choose(self, line: str) -> None:
        self.list.hide()
        if (device := self._found.get(line)) is not None:
            self.reached.emit(f"ssh:device:{device}")

    async def _reach(self) -> None:
        text = self.text().strip()
        is_name = ":" not in text and "@" not in text and ">" not in text and text != "shell"
        if is_name:
            self._show(await self._inventory.find(self._desk.actor, text=text, limit=MOST))
            if (device := self._names.get(text.lower())) is not None:
                self.reached.emit(f"ssh:device:{device}")
                return
        try:
            target = addresses.parse(text)
        except Invalid as error:
            self.failed.emit(error)
            return
        self.reached.emit(target.address)
