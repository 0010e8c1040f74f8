"""The list beside the graphs: everything that can be drawn, found by a few letters.

A device opens into its own values, its ports and its sensors. Enter, a double click or a drag onto
a graph draws; Shift+Enter draws into a graph of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QMimeData, QModelIndex, QPersistentModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QAbstractItemView, QLineEdit, QTreeView, QVBoxLayout, QWidget

from noc_console.kernel.actor import Actor
from noc_console.kernel.text import visible
from noc_console.services.inventory.model import Device, Found, Interface, Sensor, SensorKind
from noc_console.services.inventory.service import InventoryService
from noc_console.services.probes.model import ProbeNow
from noc_console.services.probes.service import ProbeService
from noc_console.views.graphs.specs import MEASURES
from noc_console.views.kit.icons import icon
from noc_console.views.kit.tasks import OnError, Tasks
from noc_console.views.kit.theme import GRID

MIME = "application/x-noc-curves"
PAUSE_MS = 150
MOST = 200
"""Devices shown without a search."""
SPEC = Qt.ItemDataRole.UserRole
OPENS = SPEC + 1
"""The device whose parts are asked for when the row is opened."""
ICONS = {"device": "device", "interface": "link", "sensor": "graph", "probe": "probe"}


@dataclass(frozen=True, slots=True)
class Entry:
    """A row: what it draws, and what it opens into."""

    title: str
    spec: str = ""
    kind: str = "device"
    device_id: int | None = None
    parts: tuple[Entry, ...] = ()


def of_device(
    device: Device, ports: Sequence[Interface], sensors: Sequence[Sensor]
) -> tuple[Entry, ...]:
    """What a device opens into."""
    own = tuple(
        Entry(m.title.capitalize() if m.title != "CPU" else m.title, f"device:{device.id}/{m.word}")
        for m in MEASURES["device"]
    )
    lines = tuple(
        Entry(port.label, f"interface:{port.id}", "interface", parts=_of_port(port))
        for port in sorted(ports, key=lambda port: port.index)
        if port.index
    )
    measured = tuple(
        Entry(f"{sensor.name}  {sensor.kind.unit}".rstrip(), f"sensor:{sensor.id}", "sensor")
        for sensor in sorted(sensors, key=lambda one: (one.kind.value, one.name))
        if sensor.kind is not SensorKind.STATE
    )
    return (*own, *lines, *measured)


def _of_port(port: Interface) -> tuple[Entry, ...]:
    words = ("traffic", "packets", "errors", "discards")
    return tuple(
        Entry(word.capitalize(), f"interface:{port.id}/{word}", "interface") for word in words
    )


class _Model(QStandardItemModel):
    """Rows carry the words of their curves when dragged."""

    def mimeTypes(self) -> list[str]:
        return [MIME, "text/plain"]

    def mimeData(self, indexes: Sequence[QModelIndex | QPersistentModelIndex]) -> QMimeData:
        words = [str(index.data(SPEC)) for index in indexes if index.data(SPEC)]
        mime = QMimeData()
        mime.setData(MIME, " ".join(words).encode())
        mime.setText(" ".join(words))
        return mime


class Finder(QWidget):
    """`wanted`: draw these words; True: in a graph of their own."""

    wanted = Signal(str, bool)

    def __init__(
        self,
        actor: Actor,
        inventory: InventoryService,
        probes: ProbeService | None,
        on_error: OnError,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._actor, self._inventory, self._probes = actor, inventory, probes
        self._tasks = Tasks(self, on_error)
        self.setProperty("role", "side")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.line = QLineEdit()
        self.line.setPlaceholderText("Device, interface, address")
        self.line.setAccessibleName("Find what to draw")
        self.line.setClearButtonEnabled(True)
        self.model = _Model(self)
        self.tree = _Tree(self)
        self.tree.setModel(self.model)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self.search)
        self.line.textEdited.connect(lambda _: self._pause.start())
        self.line.returnPressed.connect(self._to_tree)
        self.tree.expanded.connect(self._open)
        self.tree.doubleClicked.connect(lambda _: self.draw())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GRID, GRID, 0, 0)
        layout.setSpacing(GRID)
        layout.addWidget(self.line)
        layout.addWidget(self.tree, 1)

    def search(self) -> None:
        """Show what the line asks for; with nothing in it every device and probe."""
        text = self.line.text().strip()
        if text:
            self._tasks.ask("find", self._found(text), self._show)
        else:
            self._tasks.ask("find", self._all(), self._show)

    def draw(self, *, apart: bool = False) -> None:
        """Draw the chosen rows."""
        words = [str(index.data(SPEC)) for index in self.tree.selectedIndexes() if index.data(SPEC)]
        if words:
            self.wanted.emit(" ".join(words), apart)

    async def _found(self, text: str) -> tuple[Entry, ...]:
        found = await self._inventory.find(self._actor, text=text)
        return tuple(dict.fromkeys(_entry(one) for one in found))

    async def _all(self) -> tuple[Entry, ...]:
        devices = await self._inventory.devices(self._actor)
        rows = [
            Entry(device.name, f"device:{device.id}", device_id=int(device.id))
            for device in sorted(devices, key=lambda device: device.name)[:MOST]
            if device.is_managed
        ]
        if self._probes is not None and self._actor.may("probes.see"):
            rows += [_of_probe(now) for now in (await self._probes.now(self._actor))[:MOST]]
        return tuple(rows)

    def _show(self, entries: tuple[Entry, ...]) -> None:
        self.model.clear()
        for entry in entries:
            self.model.appendRow(_item(entry))
        if entries:
            self.tree.setCurrentIndex(self.model.index(0, 0))

    def _open(self, index: QModelIndex) -> None:
        """A device's parts are asked for when it is opened first."""
        item = self.model.itemFromIndex(index)
        device_id = item.data(OPENS)
        if device_id is not None and item.rowCount() == 1 and not item.child(0).data(SPEC):
            place = QPersistentModelIndex(index)
            self._tasks.ask(
                f"open {device_id}",
                self._parts(int(device_id)),
                lambda parts: self._fill(place, parts),
            )

    async def _parts(self, device_id: int) -> tuple[Entry, ...]:
        device = await self._inventory.device(self._actor, device_id=device_id)
        ports = await self._inventory.interfaces(self._actor, device_id=device_id)
        sensors = await self._inventory.sensors(self._actor, device_id=device_id)
        return of_device(device, ports, sensors)

    def _fill(self, place: QPersistentModelIndex, parts: tuple[Entry, ...]) -> None:
        if not place.isValid():
            return
        item = self.model.itemFromIndex(place)
        item.removeRows(0, item.rowCount())
        for part in parts:
            item.appendRow(_item(part))

    def _to_tree(self) -> None:
        self._pause.stop()
        self.search()
        self.tree.setFocus()


class _Tree(QTreeView):
    def __init__(self, owner: Finder) -> None:
        super().__init__(owner)
        self._owner = owner
        self.setHeaderHidden(True)
        self.setUniformRowHeights(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setDragEnabled(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setExpandsOnDoubleClick(False)
        self.setIndentation(14)
        self.setAccessibleName("What can be drawn")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._owner.draw(apart=bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        else:
            super().keyPressEvent(event)


def _entry(found: Found) -> Entry:
    if found.interface_id is not None:
        title = f"{found.title}  {found.detail}".rstrip()
        return Entry(title, f"interface:{found.interface_id}", "interface")
    number = int(found.device_id)
    return Entry(found.title, f"device:{number}", device_id=number)


def _of_probe(now: ProbeNow) -> Entry:
    number = int(now.probe.id)
    parts = tuple(
        Entry(measure.title.capitalize(), f"probe:{number}/{measure.word}", "probe")
        for measure in MEASURES["probe"]
    )
    return Entry(f"{now.probe.title} {now.name}", f"probe:{number}", "probe", parts=parts)


def _item(entry: Entry) -> QStandardItem:
    item = QStandardItem(icon(ICONS[entry.kind], "icon.dim"), visible(entry.title))
    item.setData(entry.spec, SPEC)
    item.setToolTip("")
    for part in entry.parts:
        item.appendRow(_item(part))
    if entry.device_id is not None:
        item.setData(entry.device_id, OPENS)
        item.appendRow(QStandardItem("…"))
    return item
