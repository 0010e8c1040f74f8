"""Where devices of an own map come from: a list to search, to add from, to drag from."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
from PySide6.QtCore import QEvent, QMimeData, QObject, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QShowEvent
from PySide6.QtWidgets import QLineEdit, QListWidget, QListWidgetItem, QPushButton

from noc_console.kernel.text import plural, visible
from noc_console.services.inventory.model import Device, DeviceId, DeviceType
from noc_console.services.maps.model import NetworkMap, Shows
from noc_console.services.topology.model import Node
from noc_console.views.kit.icons import icon
from noc_console.views.kit.label import Label
from noc_console.views.kit.strips import Empty, EmptyState
from noc_console.views.topology.camera import Points
from noc_console.views.topology.canvas import MapCanvas
from noc_console.views.topology.side import SidePanel
from noc_console.views.topology.stage import Stage

MIME = "application/x-noc-console-devices"
SHOWN = 300
"""More hits than this are counted, not listed: type another letter."""
CALM_MS = 120
APART = 90.0
"""Map units between devices that were put down together."""
KEY = Qt.ItemDataRole.UserRole


def ring(middle: tuple[float, float], count: int, standing: Points) -> list[tuple[float, float]]:
    """Seats for newcomers around a point, in a spiral, none on top of who stands already."""
    seats: list[tuple[float, float]] = []
    turn = 0
    while len(seats) < count:
        # Vogel's model of a sunflower: equal room for each, from the middle outwards.
        angle, far = turn * math.pi * (3 - math.sqrt(5)), APART * math.sqrt(turn)
        x, y = middle[0] + far * math.cos(angle), middle[1] + far * math.sin(angle)
        turn += 1
        if len(standing) and float(np.hypot(*(standing - (x, y)).T).min()) < APART * 0.7:
            continue
        seats.append((round(x, 2), round(y, 2)))
    return seats


def dragged(devices: tuple[DeviceId, ...]) -> QMimeData:
    """Devices on their way from a list to a map."""
    told = QMimeData()
    told.setData(MIME, ",".join(str(int(each)) for each in devices).encode())
    return told


def devices_in(told: QMimeData) -> tuple[DeviceId, ...]:
    """The devices in what was dropped; anything else is none."""
    if not told.hasFormat(MIME):
        return ()
    words = bytes(told.data(MIME).data()[:200_000]).decode("ascii", "ignore").split(",")
    return tuple(DeviceId(int(word)) for word in words if word.isdecimal() and len(word) < 19)


class DeviceList(QListWidget):
    """Devices by name; several may be taken, and dragged onto the map."""

    def __init__(self) -> None:
        super().__init__()
        self.setSelectionMode(QListWidget.SelectionMode.ExtendedSelection)
        self.setDragEnabled(True)
        self.setUniformItemSizes(True)
        self.setIconSize(QSize(16, 16))
        self.setAccessibleName("Devices to add")

    def show_devices(self, devices: tuple[Device, ...]) -> None:
        self.clear()
        for device in devices[:SHOWN]:
            name = visible(device.name or device.address, limit=80)
            self._add(f"{name}   {device.address}" if device.name else name, device.id, device.type)

    def show_nodes(self, nodes: Sequence[Node]) -> None:
        self.clear()
        for node in nodes[:SHOWN]:
            self._add(visible(node.name, limit=80), node.device_id, node.type)

    def _add(self, text: str, device: DeviceId, type: DeviceType) -> None:
        item = QListWidgetItem(icon(type.value), text)
        item.setData(KEY, int(device))
        self.addItem(item)

    def chosen(self) -> tuple[DeviceId, ...]:
        """The devices taken; the first of the list when none is."""
        items = self.selectedItems() or ([self.item(0)] if self.count() else [])
        return tuple(DeviceId(item.data(KEY)) for item in items)

    def mimeData(self, items: Sequence[QListWidgetItem]) -> QMimeData:
        return dragged(tuple(DeviceId(item.data(KEY)) for item in items))


class PickerPanel(SidePanel):
    """Search by name or address; Enter adds, dragging puts a device where it is dropped."""

    chosen = Signal(object)  # tuple of device ids

    def __init__(self, stage: Stage) -> None:
        super().__init__("Add devices")
        self._stage = stage
        self.there: frozenset[DeviceId] = frozenset()
        """On the map already: not offered again."""
        self.under.setText("Drag devices onto the map, or press Enter to add them in its middle.")
        self.search = QLineEdit()
        self.search.setPlaceholderText("Name or address")
        self.search.setAccessibleName("Search devices to add")
        self.search.setClearButtonEnabled(True)
        self.count = Label("", tone="faint", size="small")
        self.list = DeviceList()
        self.list.setMinimumHeight(320)
        self.button = QPushButton("Add to the map")
        for widget in (self.search, self.count, self.list, self.button):
            self.body.addWidget(widget)
        self._calm = QTimer(self)
        self._calm.setSingleShot(True)
        self._calm.setInterval(CALM_MS)
        self._calm.timeout.connect(self.look_up)
        self.search.textChanged.connect(lambda _: self._calm.start())
        self.search.returnPressed.connect(self.add)
        self.list.itemActivated.connect(lambda _: self.add())
        self.button.clicked.connect(self.add)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.look_up()

    def leave_out(self, there: frozenset[DeviceId]) -> None:
        """These are on the map now."""
        if there != self.there:
            self.there = there
            if self.isVisible():
                self.look_up()

    def look_up(self) -> None:
        """List the devices whose name or address has these words."""
        stage = self._stage
        stage.tasks.ask(
            "pick",
            stage.services.inventory.devices(stage.desk.actor, text=self.search.text()[:100]),
            self._show,
        )

    def add(self) -> None:
        if found := self.list.chosen():
            self.chosen.emit(found)

    def _show(self, devices: tuple[Device, ...]) -> None:
        devices = tuple(each for each in devices if each.id not in self.there)
        self.list.show_devices(devices)
        more = f", the first {SHOWN} are listed" if len(devices) > SHOWN else ""
        self.count.setText(f"{plural(len(devices), 'device')}{more}")


class EmptyMap(EmptyState):
    """Stands over a map without devices and teaches; takes what is dropped on any map."""

    dropped = Signal(object, float, float)  # device ids, widget x, y

    def __init__(self, canvas: MapCanvas, pick: Callable[[], None]) -> None:
        super().__init__(canvas)
        self._canvas, self._pick = canvas, pick
        self.hide()
        canvas.setAcceptDrops(True)
        canvas.installEventFilter(self)

    def show_for(self, bare: NetworkMap | None) -> None:
        """Say why this map is empty, or leave."""
        if bare is None:
            self.hide()
            return
        is_picked = bare.shows is Shows.PICKED
        self.show_empty(
            Empty(
                f"{visible(bare.name)} is empty",
                "Drag devices here from the list, or find them by name or address and press"
                " Enter. They stand on this map as you place them, whatever other maps show."
                if is_picked
                else "No device passes the filter of this map. Change it, or wait for one.",
                verb="Add devices" if is_picked else "",
                act=self._pick if is_picked else None,
                icon="map",
            )
        )
        self.setGeometry(self._canvas.rect())
        self.show()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._canvas:
            if event.type() is QEvent.Type.Resize:
                self.setGeometry(self._canvas.rect())
            elif isinstance(event, QDragEnterEvent) and devices_in(event.mimeData()):
                event.acceptProposedAction()
                return True
            elif (
                isinstance(event, QDropEvent)
                and event.type() is QEvent.Type.Drop
                and (devices := devices_in(event.mimeData()))
            ):
                event.acceptProposedAction()
                self.dropped.emit(devices, event.position().x(), event.position().y())
                return True
        return super().eventFilter(watched, event)
