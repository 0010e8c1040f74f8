"""What a window is about: objects found by typing, in a list one can take from again."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from noc_console.kernel.actor import Actor
from noc_console.kernel.text import plural, visible
from noc_console.services.inventory.service import InventoryService
from noc_console.services.maintenance.model import Target, TargetKind
from noc_console.services.maps.areas import AreaService
from noc_console.views.kit.icons import icon
from noc_console.views.kit.label import Label
from noc_console.views.kit.tasks import OnError, Tasks

PAUSE_MS = 150
MOST = 12
ICONS = {
    TargetKind.DEVICE: "device",
    TargetKind.INTERFACE: "link",
    TargetKind.SITE: "site",
    TargetKind.GROUP: "filter",
    TargetKind.AREA: "polygon",
}
ROLE = Qt.ItemDataRole.UserRole


async def found(
    inventory: InventoryService, areas: AreaService | None, actor: Actor, text: str
) -> tuple[Target, ...]:
    """What the words may mean: sites and areas by their names, devices and ports, and the group
    of all devices they fit.
    """
    word = text.casefold().strip()
    targets = [
        Target(TargetKind.SITE, int(site.id), site.name)
        for site in await inventory.sites(actor)
        if word in site.name.casefold()
    ][:3]
    if areas is not None:
        targets += [
            Target(
                TargetKind.AREA,
                name=f"{area.name} ({area.map_name})",
                map_id=area.map_id,
                drawing=area.drawing,
            )
            for area in await areas.areas(actor)
            if word in area.name.casefold() or word in area.map_name.casefold()
        ][:3]
    for hit in await inventory.find(actor, text=text, limit=MOST):
        if hit.interface_id is not None:
            targets.append(Target(TargetKind.INTERFACE, int(hit.interface_id), hit.title))
        else:
            targets.append(Target(TargetKind.DEVICE, int(hit.device_id), hit.title))
    group = Target(TargetKind.GROUP, name=text.strip(), words=text.strip())
    return (*dict.fromkeys(targets), group)[-MOST:]


def words(target: Target) -> str:
    """A hit or a chosen object in a line."""
    if target.kind is TargetKind.GROUP:
        return f"Every device with “{visible(target.words)}”, when it begins"
    kinds = {TargetKind.SITE: "site", TargetKind.AREA: "area", TargetKind.INTERFACE: "port"}
    kind = kinds.get(target.kind)
    name = visible(target.name or f"{target.kind.value} {target.id}")
    return f"{name} · {kind}" if kind else name


class ObjectPicker(QWidget):
    """A line to type in, its hits, and what was chosen. Enter takes the first hit."""

    changed = Signal()

    def __init__(
        self,
        actor: Actor,
        inventory: InventoryService,
        areas: AreaService | None,
        on_error: OnError,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._actor, self._inventory, self._areas = actor, inventory, areas
        self.tasks = Tasks(self, on_error)
        self.line = QLineEdit()
        self.line.setPlaceholderText("Add a device, port, site, area of a map, or words (tag:edge)")
        self.line.setAccessibleName("Find objects")
        self.hits = QListWidget()
        self.hits.setAccessibleName("Found")
        self.hits.setMaximumHeight(132)
        self.hits.hide()
        self.chosen = QListWidget()
        self.chosen.setAccessibleName("Objects of the maintenance")
        self.chosen.setMinimumHeight(72)
        self.count = Label("", tone="dim", size="small")
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._lay_out()
        self._wire()

    @property
    def targets(self) -> tuple[Target, ...]:
        return tuple(self.chosen.item(row).data(ROLE) for row in range(self.chosen.count()))

    def choose(self, targets: Sequence[Target]) -> None:
        """Add objects; one that is there stays there once."""
        known = set(map(_key, self.targets))
        for target in targets:
            if _key(target) not in known:
                known.add(_key(target))
                self.chosen.addItem(_item(target))
        self._show_count()
        self.changed.emit()

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        for widget in (self.line, self.hits, self.chosen, self.count):
            layout.addWidget(widget)
        self.setFocusProxy(self.line)

    def _wire(self) -> None:
        self.line.textChanged.connect(lambda _: self._pause.start())
        self._pause.timeout.connect(self._search)
        self.line.installEventFilter(self)
        self.hits.installEventFilter(self)
        self.chosen.installEventFilter(self)
        self.hits.itemActivated.connect(self._take)
        self.hits.itemClicked.connect(self._take)
        self._show_count()

    def _search(self) -> None:
        text = self.line.text().strip()
        if not text:
            self.tasks.drop("find")
            self.hits.hide()
            return
        self.tasks.ask(
            "find", found(self._inventory, self._areas, self._actor, text), self._show_hits
        )

    def _show_hits(self, targets: Sequence[Target]) -> None:
        self.hits.clear()
        for target in targets:
            self.hits.addItem(_item(target))
        self.hits.setCurrentRow(0)
        self.hits.setVisible(bool(targets))

    def _take(self, item: QListWidgetItem) -> None:
        self.choose((item.data(ROLE),))
        self.line.clear()
        self.hits.hide()
        self.line.setFocus()

    def _show_count(self) -> None:
        many = self.chosen.count()
        self.count.setText(f"{plural(many, 'object')}, Del takes one off" if many else "")
        self.count.setVisible(bool(many))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._on_key(watched, Qt.Key(event.key()))
        return super().eventFilter(watched, event)

    def _on_key(self, watched: QObject, key: Qt.Key) -> bool:
        if watched is self.line and key == Qt.Key.Key_Down and self.hits.isVisible():
            self.hits.setFocus()
            return True
        enter = key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}
        if watched in {self.line, self.hits} and enter:
            # Enter in the line must not accept the dialog while something is typed.
            if self.hits.isVisible() and self.hits.currentItem() is not None:
                self._take(self.hits.currentItem())
                return True
            return bool(self.line.text().strip())
        if watched is self.chosen and key in {Qt.Key.Key_Delete, Qt.Key.Key_Backspace}:
            self.chosen.takeItem(self.chosen.currentRow())
            self._show_count()
            self.changed.emit()
            return True
        return False


def _key(target: Target) -> tuple[object, ...]:
    return target.kind, target.id, target.words, target.types, target.map_id, target.drawing


def _item(target: Target) -> QListWidgetItem:
    item = QListWidgetItem(icon(ICONS[target.kind], "icon.dim"), words(target))
    item.setData(ROLE, target)
    return item
