"""Tags of the chosen devices: those all have, those some have, new ones; Ctrl+Z takes back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from PySide6.QtCore import QObject, QSize, Qt, Signal, SignalInstance
from PySide6.QtGui import QAction, QKeyEvent, QUndoStack
from PySide6.QtWidgets import QLineEdit, QListWidget, QListWidgetItem, QWidget

from noc_console.kernel.errors import Invalid
from noc_console.kernel.text import plural
from noc_console.services.inventory.model import Device
from noc_console.services.inventory.tagging import Pair, Retagged, TagService
from noc_console.services.inventory.tags import Tag, normal
from noc_console.views.kit.actions import Command
from noc_console.views.kit.dialogs import Dialog
from noc_console.views.kit.page import Page
from noc_console.views.oncall.steps import Edit, Work, answered

STEPS = 50
ROW = 24
RIGHT = "inventory.tag"
TAG = Qt.ItemDataRole.UserRole
CHECKED, SOME, NONE = (
    Qt.CheckState.Checked,
    Qt.CheckState.PartiallyChecked,
    Qt.CheckState.Unchecked,
)

Changes = tuple[tuple[Pair, ...], tuple[Pair, ...]]
"""What is given and what is taken."""


class TagLine(QLineEdit):
    """Enter takes what is typed; only with nothing typed it accepts the dialog."""

    taken = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if is_enter and self.text().strip():
            self.taken.emit()
        else:
            super().keyPressEvent(event)


class TagDialog(Dialog):
    """Known tags to tick, and a line that finds them and takes new ones."""

    def __init__(self, parent: QWidget | None, devices: Sequence[Device], known: Sequence[Tag]):
        many = "A dash: only some of them have it. Left alone, it stays so."
        text = many if len(devices) > 1 else ""
        super().__init__(parent, f"Tags of {called(devices)}", text, "Keep")
        self._devices = tuple(devices)
        self._before = {tag.tag: _state(tag.tag, devices) for tag in known}
        self.line = TagLine()
        self.line.setPlaceholderText("Find a tag, or type a new one")
        self.line.setAccessibleName("Find a tag, or type a new one")
        self.line.textChanged.connect(lambda text: self._sift(text.strip().lower()))
        self.line.taken.connect(self.take)
        self.list = QListWidget()
        self.list.setAccessibleName("Tags")
        self.list.setMinimumHeight(200)
        for tag in known:
            told = f"{tag.tag}   ·   {plural(tag.devices, 'device')}"
            self._add(self.list.count(), tag.tag, told, self._before[tag.tag])
        self.body.addWidget(self.line)
        self.body.addWidget(self.list)
        self.line.setFocus()

    def take(self) -> bool:
        """Tick what is typed: the known tag of that name, or a new one. False when it is none."""
        try:
            tag = normal(self.line.text())
        except Invalid as error:
            self.refuse(str(error))
            return False
        item = self._item(tag) or self._add(0, tag, f"{tag}   ·   new", NONE)
        item.setCheckState(CHECKED)
        self.line.clear()
        self.list.setCurrentItem(item)
        self.problem.hide()
        return True

    def changes(self) -> Changes:
        """What is to be given and taken."""
        after = {
            str(item.data(TAG)): item.checkState() for item in map(self.list.item, self._rows())
        }
        changed = {
            tag: state for tag, state in after.items() if state != self._before.get(tag, NONE)
        }
        ids = [int(device.id) for device in self._devices]
        add = [tag for tag, state in changed.items() if state == CHECKED]
        remove = [tag for tag, state in changed.items() if state == NONE]
        return (
            tuple((number, tag) for number in ids for tag in add),
            tuple((number, tag) for number in ids for tag in remove),
        )

    def accept(self) -> None:
        if not self.line.text().strip() or self.take():
            super().accept()

    def _rows(self) -> range:
        return range(self.list.count())

    def _item(self, tag: str) -> QListWidgetItem | None:
        items = (self.list.item(row) for row in self._rows())
        return next((item for item in items if item.data(TAG) == tag), None)

    def _add(self, row: int, tag: str, text: str, state: Qt.CheckState) -> QListWidgetItem:
        item = QListWidgetItem(text)
        item.setData(TAG, tag)
        item.setSizeHint(QSize(0, ROW))
        flags = Qt.ItemFlag.ItemIsUserCheckable | Qt.ItemFlag.ItemIsEnabled
        item.setFlags(flags | Qt.ItemFlag.ItemIsSelectable)
        item.setCheckState(state)
        self.list.insertItem(row, item)
        return item

    def _sift(self, typed: str) -> None:
        for row in self._rows():
            item = self.list.item(row)
            item.setHidden(typed not in str(item.data(TAG)))


class Tagging(QObject):
    """Adds "Tags…" to a page of devices, with undo and redo."""

    def __init__(
        self, page: Page, service: TagService, chosen: Callable[[], Iterable[int]], group: str
    ) -> None:
        """`chosen` answers the ids of the devices that are meant; `group` names the commands."""
        super().__init__(page)
        self._page, self._service, self._chosen = page, service, chosen
        self.stack = QUndoStack(self)
        self.stack.setUndoLimit(STEPS)
        self.actions = [
            self._command(group, *told)
            for told in (
                ("tags", "Tags…", "tag", self.ask, "T" if group == "Devices" else "Ctrl+Shift+T"),
                ("untag", "Undo tags", "undo", self.stack.undo, "Ctrl+Z"),
                ("retag", "Redo tags", "redo", self.stack.redo, "Ctrl+Shift+Z"),
            )
        ]
        self._follow(self.actions[1], self.stack.canUndoChanged)
        self._follow(self.actions[2], self.stack.canRedoChanged)

    def ask(self) -> None:
        """Say which tags the chosen devices have."""
        if ids := tuple(self._chosen()):
            self._page.tasks.do("tags", lambda: self._ask(ids))

    async def _ask(self, ids: Sequence[int]) -> None:
        desk, service = self._page.desk, self._service
        devices = await service.devices(desk.actor, device_ids=ids)
        if not devices:
            return
        known = await service.tags(desk.actor)
        dialog = TagDialog(self._page.window(), devices, known)
        wanted = await answered(dialog, dialog.changes)
        if wanted is None:
            return
        done = await service.retag(desk.actor, add=wanted[0], remove=wanted[1])
        if done.devices:
            self._did(done, called(devices))

    def _did(self, done: Retagged, of: str) -> None:
        back = Retagged(added=done.removed, removed=done.added)
        self.stack.push(
            Edit(
                f"tags of {of}",
                self._start,
                undo=lambda: self._again(back, f"The tags of {of} are as they were."),
                redo=lambda: self._again(done, f"The tags of {of} changed again."),
            )
        )
        self._page.desk.notice(f"The tags of {of} changed. Ctrl+Z takes it back.")

    async def _again(self, wanted: Retagged, told: str) -> None:
        desk = self._page.desk
        await self._service.retag(desk.actor, add=wanted.added, remove=wanted.removed)
        desk.notice(told)

    def _start(self, work: Work) -> None:
        self._page.tasks.do("tags", work)

    def _command(
        self, group: str, name: str, text: str, icon: str, handler: Callable[[], object], keys: str
    ) -> QAction:
        command = Command(f"{group.lower()}.{name}", text, icon, handler, keys, RIGHT, group)
        return self._page.desk.actions.add(command, self._page)

    def _follow(self, action: QAction, changed: SignalInstance) -> None:
        action.setEnabled(False)
        changed.connect(lambda can: action.setEnabled(can and action.isVisible()))


def called(devices: Sequence[Device]) -> str:
    """One by its name, more by their number."""
    if len(devices) == 1:
        return devices[0].name or devices[0].address
    return plural(len(devices), "device")


def _state(tag: str, devices: Sequence[Device]) -> Qt.CheckState:
    having = sum(tag in device.tags for device in devices)
    return NONE if not having else CHECKED if having == len(devices) else SOME
