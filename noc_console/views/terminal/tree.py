"""The sessions one keeps, in folders, left of the terminals."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QDropEvent, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from noc_console.kernel.errors import Invalid
from noc_console.kernel.events import Event
from noc_console.kernel.text import plural
from noc_console.services.sessiontree.arranging import checked_address, checked_name
from noc_console.services.sessiontree.model import Node, NodeId, Reading, SessionTreeChanged
from noc_console.services.sessiontree.service import SessionTreeService
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.dialogs import (
    Dialog,
    ask_open_paths,
    ask_text,
    confirm,
    open_dialog,
)
from noc_console.views.kit.icons import IconButton, icon
from noc_console.views.kit.label import Label, plain_tip
from noc_console.views.kit.strips import Strip
from noc_console.views.kit.tasks import Tasks
from noc_console.views.kit.theme import GRID, look

NODE = Qt.ItemDataRole.UserRole
SECTION = "terminal.tree"
FILES = "Sessions (*.ini *.xml *.reg *.csv *.txt);;All files (*)"
ICONS = {"ssh": "terminal", "telnet": "terminal", "serial": "link", "shell": "terminal"}


class SessionTree(QWidget):
    """Enter or a double click opens; drag arranges; the menu does the rest."""

    opened = Signal(str, str)  # address, name

    def __init__(
        self, desk: Desk, service: SessionTreeService, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.desk = desk
        self._service = service
        self._nodes: dict[NodeId, Node] = {}
        kept = desk.state.get(SECTION).get("open")
        self._open = (
            {int(one) for one in kept if isinstance(one, int)} if isinstance(kept, list) else set()
        )
        self.tasks = Tasks(self, self._failed)
        self.search = QLineEdit()
        self.tree = _Tree()
        self.strip = Strip()
        self.teach = Label(
            "Keep sessions here: + adds one, a folder arranges them. The menu imports those of"
            " SecureCRT, PuTTY or a CSV.",
            tone="dim",
            wrap=True,
        )
        self.setProperty("role", "shelf")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._lay_out()
        self._wire()
        self.reload()

    def reload(self) -> None:
        self.tasks.ask("nodes", self._service.nodes(self.desk.actor), self._show)

    # --- what is shown -----------------------------------------------------------------------

    def _show(self, nodes: tuple[Node, ...]) -> None:
        self._nodes = {node.id: node for node in nodes}
        chosen = self.current()
        self.tree.blockSignals(True)
        self.tree.clear()
        items: dict[NodeId, QTreeWidgetItem] = {node.id: self._item(node) for node in nodes}
        for node in sorted(
            nodes, key=lambda one: (not one.is_folder, one.position, one.name.lower())
        ):
            item = items[node.id]
            above = items.get(node.parent_id) if node.parent_id is not None else None
            if above is None:
                self.tree.addTopLevelItem(item)
            else:
                above.addChild(item)
        for number, item in items.items():
            item.setExpanded(int(number) in self._open)
            if chosen is not None and number == chosen.id:
                self.tree.setCurrentItem(item)
        self.tree.blockSignals(False)
        self.teach.setVisible(not nodes)
        self.tree.setVisible(bool(nodes))  # an empty list would be a well without a word
        self._sift(self.search.text())

    def _item(self, node: Node) -> QTreeWidgetItem:
        item = QTreeWidgetItem([node.name])
        item.setData(0, NODE, int(node.id))
        kind = node.address.partition(":")[0]
        item.setIcon(0, icon("folder" if node.is_folder else ICONS.get(kind, "terminal")))
        shared = f"\n{node.owner} shares it" if node.is_shared else ""
        item.setToolTip(0, plain_tip(f"{node.address or 'Folder'}{shared}\n{node.note}".strip()))
        if node.is_shared:
            font = item.font(0)
            font.setItalic(True)
            item.setFont(0, font)
        return item

    def current(self) -> Node | None:
        item = self.tree.currentItem()
        return None if item is None else self._nodes.get(NodeId(item.data(0, NODE)))

    def chosen(self) -> tuple[Node, ...]:
        found = (self._nodes.get(NodeId(item.data(0, NODE))) for item in self.tree.selectedItems())
        return tuple(node for node in found if node is not None)

    def _sift(self, text: str) -> None:
        """Only what matches, and the folders above it."""
        wanted = text.strip().lower()

        def sift(item: QTreeWidgetItem | None) -> bool:
            if item is None:
                return False
            below = [sift(item.child(at)) for at in range(item.childCount())]
            node = self._nodes.get(NodeId(item.data(0, NODE)))
            hay = f"{item.text(0)} {node.address if node else ''}".lower()
            is_shown = not wanted or wanted in hay or any(below)
            item.setHidden(not is_shown)
            if wanted and any(below):
                item.setExpanded(True)
            return is_shown

        for at in range(self.tree.topLevelItemCount()):
            sift(self.tree.topLevelItem(at))

    # --- deeds -------------------------------------------------------------------------------

    def open_chosen(self) -> None:
        """The session, or all of a folder."""
        for node in self._sessions(self.chosen()):
            self.opened.emit(node.address, node.name)

    def _sessions(self, nodes: Iterable[Node]) -> list[Node]:
        found: list[Node] = []
        for node in nodes:
            if node.is_folder:
                inside = [one for one in self._nodes.values() if one.parent_id == node.id]
                found += [one for one in self._sessions(inside) if one not in found]
            elif node not in found:
                found.append(node)
        return found

    def add_session(self) -> None:
        self.tasks.do("add", self._add_session)

    def add_folder(self) -> None:
        self.tasks.do("add", self._add_folder)

    def change(self) -> None:
        if (node := self.current()) is not None:
            self.tasks.do("change", lambda: self._change(node))

    def remove(self) -> None:
        if (node := self.current()) is not None:
            self.tasks.do("remove", lambda: self._remove(node))

    def share(self) -> None:
        if (node := self.current()) is not None:
            self.tasks.do(
                "share",
                lambda: self._service.change(
                    self.desk.actor, node_id=node.id, is_shared=not node.is_shared
                ),
            )

    def import_files(self) -> None:
        self.tasks.do("import", self._import_files)

    def import_folder(self) -> None:
        self.tasks.do("import", self._import_folder)

    async def _add_session(self) -> None:
        dialog = SessionDialog(self)
        try:
            if await open_dialog(dialog):
                name, address, note = dialog.value()
                await self._service.add(
                    self.desk.actor, name=name, address=address, note=note, parent_id=self._folder()
                )
        finally:
            dialog.deleteLater()

    async def _add_folder(self) -> None:
        name = await ask_text(self, "New folder", verb="Add folder", placeholder="Paris")
        if name:
            await self._service.add(self.desk.actor, name=name, parent_id=self._folder())

    async def _change(self, node: Node) -> None:
        dialog = SessionDialog(self, node)
        try:
            if await open_dialog(dialog):
                name, address, note = dialog.value()
                await self._service.change(
                    self.desk.actor, node_id=node.id, name=name, address=address, note=note
                )
        finally:
            dialog.deleteLater()

    async def _remove(self, node: Node) -> None:
        count = len(self._sessions([node])) if node.is_folder else 1
        what = f"the folder with {plural(count, 'session')}" if node.is_folder else "the session"
        if await confirm(
            self,
            f"Forget {what} “{node.name}”?",
            "Devices and what is open now are not touched.",
            verb=f"Forget {what}",
        ):
            await self._service.remove(self.desk.actor, node_id=node.id)

    async def _import_files(self) -> None:
        for path in await ask_open_paths(self, "Import sessions", FILES):
            await self._import(path)

    async def _import_folder(self) -> None:
        dialog = QFileDialog(self, "SecureCRT's or PuTTY's folder of sessions")
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        try:
            if await open_dialog(dialog) and dialog.selectedFiles():
                await self._import(Path(dialog.selectedFiles()[0]))
        finally:
            dialog.deleteLater()

    async def _import(self, path: Path) -> None:
        reading = await self._service.read(self.desk.actor, path=path)
        if not await confirm(
            self,
            f"Take over {plural(len(reading.found), 'session')}?",
            summary(reading),
            verb=f"Take over {plural(len(reading.found), 'session')}",
        ):
            return
        count = await self._service.take_over(
            self.desk.actor, found=reading.found, into=reading.source
        )
        self.desk.notice(f"{plural(count, 'new session')} of {reading.source} taken over")

    def _folder(self) -> int | None:
        """Where something new goes: the chosen folder, or the one of the chosen session."""
        node = self.current()
        if node is None:
            return None
        parent = node.id if node.is_folder else node.parent_id
        return None if parent is None else int(parent)

    def _moved(self, number: int, parent: int | None, position: int) -> None:
        self.tasks.do(
            f"move {number}",
            lambda: self._service.move(
                self.desk.actor, node_id=number, parent_id=parent, position=position
            ),
            on_error=self._not_moved,
        )

    def _not_moved(self, error: BaseException) -> None:
        self._failed(error)
        self.reload()

    def _failed(self, error: BaseException) -> None:
        if isinstance(error, Invalid) or str(error):
            self.strip.say(str(error))
        else:
            self.desk.report(error)

    # --- how it is put together ----------------------------------------------------------------

    def _keep_open(self, item: QTreeWidgetItem) -> None:
        number = int(item.data(0, NODE))
        (self._open.add if item.isExpanded() else self._open.discard)(number)
        self.desk.state.put(SECTION, open=sorted(self._open))

    def _show_menu(self, at: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        node = self.current()
        if node is not None:
            count = len(self._sessions(self.chosen()))
            words = "Open" if count == 1 else f"Open {plural(count, 'session')}"
            menu.addAction(icon("terminal"), words, self.open_chosen).setEnabled(count > 0)
            mine = node.owner == self.desk.actor.name
            told = "Keep to myself" if node.is_shared else "Let everybody use it"
            for name, text, act in (
                ("edit", "Change…", self.change),
                ("user", told, self.share),
                ("trash", "Forget…", self.remove),
            ):
                action = menu.addAction(icon(name), text, act)
                action.setEnabled(mine)
                action.setToolTip("" if mine else plain_tip(f"This is {node.owner}'s"))
            menu.addSeparator()
        self.fill_add_menu(menu)
        menu.popup(self.tree.viewport().mapToGlobal(at))

    def fill_add_menu(self, menu: QMenu) -> None:
        menu.addAction(icon("plus"), "New session…", self.add_session)
        menu.addAction(icon("folder"), "New folder…", self.add_folder)
        menu.addSeparator()
        menu.addAction(icon("export"), "Import files (SecureCRT, PuTTY, CSV)…", self.import_files)
        menu.addAction(icon("folder"), "Import a folder of sessions…", self.import_folder)

    def _heard(self, events: tuple[Event, ...]) -> None:
        if any(isinstance(event, SessionTreeChanged) for event in events):
            self.reload()

    def _wire(self) -> None:
        self.search.textChanged.connect(self._sift)
        self.tree.opened.connect(self.open_chosen)
        self.tree.removed.connect(self.remove)
        self.tree.moved.connect(self._moved)
        self.tree.itemExpanded.connect(self._keep_open)
        self.tree.itemCollapsed.connect(self._keep_open)
        self.tree.customContextMenuRequested.connect(self._show_menu)
        self.desk.feed.arrived.connect(self._heard)
        look().changed.connect(self.reload)

    def _lay_out(self) -> None:
        self.search.setPlaceholderText("Find a session")
        self.search.setClearButtonEnabled(True)
        self.search.setAccessibleName("Find a session")
        add = IconButton("plus", "Add or import sessions")
        menu = QMenu(add)
        self.fill_add_menu(menu)
        add.setMenu(menu)
        add.setPopupMode(add.ToolButtonPopupMode.InstantPopup)
        head = QHBoxLayout()
        head.addWidget(self.search, 1)
        head.addWidget(add)
        self.teach.setContentsMargins(2, 4, 2, 4)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GRID, 4, 5, 4)
        layout.setSpacing(4)
        layout.addLayout(head)
        layout.addWidget(self.strip)
        layout.addWidget(self.teach)
        layout.addWidget(self.tree, 1)
        layout.addStretch()
        self.setFixedWidth(230)
        self.setFocusProxy(self.tree)


class _Tree(QTreeWidget):
    """The rows; tells what was dragged where."""

    opened = Signal()
    removed = Signal()
    moved = Signal(int, object, int)

    def __init__(self) -> None:
        super().__init__()
        self.setHeaderHidden(True)
        self.setAccessibleName("Saved sessions")
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.itemDoubleClicked.connect(self._on_double)

    def _on_double(self, item: QTreeWidgetItem) -> None:
        if not item.childCount():
            self.opened.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.opened.emit()
        elif event.key() == Qt.Key.Key_Delete:
            self.removed.emit()
        else:
            super().keyPressEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        moved = self.selectedItems()
        super().dropEvent(event)
        for item in moved:
            above = item.parent()
            at = above.indexOfChild(item) if above else self.indexOfTopLevelItem(item)
            parent = None if above is None else int(above.data(0, NODE))
            self.moved.emit(int(item.data(0, NODE)), parent, at)


class SessionDialog(Dialog):
    """Where a session leads, or how a folder is called."""

    def __init__(self, parent: QWidget, node: Node | None = None) -> None:
        is_folder = node is not None and node.is_folder
        super().__init__(
            parent,
            "Change the folder"
            if is_folder
            else "New session"
            if node is None
            else "Change the session",
            ""
            if is_folder
            else "Where to: user@host, ssh:jump>host, telnet:host:23,"
            " serial:/dev/ttyUSB0@9600, ssh:device:7 or shell.",
            "Save",
        )
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        self._is_folder = is_folder
        self.name = QLineEdit(node.name if node else "")
        self.address = QLineEdit(node.address if node else "")
        self.note = QLineEdit(node.note if node else "")
        form = QFormLayout()
        fields = [("Name", self.name)]
        if not is_folder:
            fields.append(("Where to", self.address))
        for label, field in (*fields, ("Note", self.note)):
            field.setAccessibleName(label)
            form.addRow(Label(label, tone="dim"), field)
        self.body.addLayout(form)
        self.name.setFocus()

    def value(self) -> tuple[str, str, str]:
        """Name, address and note. Raises Invalid."""
        address = "" if self._is_folder else checked_address(self.address.text())
        name = self.name.text().strip() or address
        return checked_name(name), address, self.note.text()

    def accept(self) -> None:
        try:
            self.value()
        except Invalid as error:
            self.refuse(str(error))
            return
        super().accept()


def summary(reading: Reading) -> str:
    """What an import would do, in words."""
    devices = sum(one.address.startswith("ssh:device:") for one in reading.found)
    lines = [f"From {reading.source}, into a folder of that name. Passwords are not taken over."]
    if devices:
        lines.append(f"{plural(devices, 'session')} of them lead to devices of the inventory.")
    if reading.problems:
        lines.append(f"{plural(len(reading.problems), 'entry', 'entries')} cannot be used:")
        lines += [f"  {one.where}: {one.why}" for one in reading.problems[:6]]
        if len(reading.problems) > 6:
            lines.append(f"  and {len(reading.problems) - 6} more")
    return "\n".join(lines)
