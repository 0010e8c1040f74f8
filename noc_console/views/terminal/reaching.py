"""The line that says where to: a device by a few letters of it, or an address."""

from __future__ import annotations

from PySide6.QtCore import QStringListModel, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCompleter, QLineEdit, QWidget

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
        self._model = QStringListModel(self)
        completer = QCompleter(self._model, self)
        completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        completer.setMaxVisibleItems(MOST)
        completer.activated[str].connect(self._on_chosen)  # type: ignore[index]
        self.setCompleter(completer)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self._ask)
        self.textEdited.connect(lambda _: self._pause.start())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.text().strip():
            self._tasks.do("reach", self._reach)
            return
        super().keyPressEvent(event)

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
        self._model.setStringList(list(self._found))
        if self.hasFocus() and self._found:
            completer = self.completer()
            assert completer is not None
            completer.complete()

    def _on_chosen(self, line: str) -> None:
        if (device := self._found.get(line)) is not None:
            self.reached.emit(f"ssh:device:{device}")

    async def _reach(self) -> None:
        text = self.text().strip()
        if text in self._found:
            self.reached.emit(f"ssh:device:{self._found[text]}")
            return
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
