"""The tree of objects: each level is asked for when it is opened."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractItemModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QTreeView, QWidget

from noc_console.kernel.text import visible
from noc_console.services.mibs.model import Kind, MibNode, MibObject
from noc_console.views.kit.icons import icon
from noc_console.views.kit.label import plain_tip
from noc_console.views.kit.theme import ROW_HEIGHT, look

Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole
TOP = QModelIndex()

ICONS = {
    Kind.NODE: "folder",
    Kind.MODULE: "module",
    Kind.SCALAR: "leaf",
    Kind.TABLE: "table",
    Kind.ROW: "row",
    Kind.COLUMN: "column",
    Kind.NOTIFICATION: "bell",
}


class _Place:
    """One line of the tree."""

    __slots__ = ("above", "at", "below", "is_asked", "node")

    def __init__(self, node: MibNode | None, above: _Place | None, at: int) -> None:
        self.node, self.above, self.at = node, above, at
        self.below: list[_Place] | None = None
        """None until the level was asked for."""
        self.is_asked = False


class MibTreeModel(QAbstractItemModel):
    """Lines come when someone looks: `wanted` names the OID whose level is missing ("" the top);
    whoever hears it calls `fill`.
    """

    wanted = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._root = _Place(None, None, 0)
        self._places: dict[str, _Place] = {"": self._root}

    # --- filling ---------------------------------------------------------------------------

    def fill(self, oid: str, nodes: Sequence[MibNode]) -> None:
        """The level below an OID arrived."""
        place = self._places.get(oid)
        if place is None or place.below is not None:
            return
        if nodes:
            self.beginInsertRows(self._index_of(place), 0, len(nodes) - 1)
        place.below = [_Place(node, place, at) for at, node in enumerate(nodes)]
        for one in place.below:
            assert one.node is not None
            self._places[one.node.object.oid] = one
        if nodes:
            self.endInsertRows()

    def clear(self) -> None:
        """Forget everything: other modules are known now."""
        self.beginResetModel()
        self._root = _Place(None, None, 0)
        self._places = {"": self._root}
        self.endResetModel()

    def is_filled(self, oid: str) -> bool:
        """Whether the level below an OID is there."""
        place = self._places.get(oid)
        return place is not None and place.below is not None

    def index_for(self, oid: str) -> QModelIndex:
        """Where an OID is shown; invalid when it is not there (yet)."""
        place = self._places.get(oid)
        return TOP if place is None else self._index_of(place)

    def object_at(self, index: Index) -> MibObject | None:
        place = self._place(index)
        return place.node.object if place.node else None

    # --- Qt's questions --------------------------------------------------------------------

    def index(self, row: int, column: int, parent: Index = TOP) -> QModelIndex:
        below = self._place(parent).below or []
        if column or not 0 <= row < len(below):
            return QModelIndex()
        return self.createIndex(row, 0, below[row])

    def parent(self, index: Index = TOP) -> QModelIndex:  # type: ignore[override]
        above = self._place(index).above if index.isValid() else None
        return QModelIndex() if above is None else self._index_of(above)

    def rowCount(self, parent: Index = TOP) -> int:
        return len(self._place(parent).below or ())

    def columnCount(self, parent: Index = TOP) -> int:
        return 1

    def hasChildren(self, parent: Index = TOP) -> bool:
        place = self._place(parent)
        if place.below is not None:
            return bool(place.below)
        return place.node is None or place.node.has_children

    def canFetchMore(self, parent: Index) -> bool:
        place = self._place(parent)
        return place.below is None and not place.is_asked and self.hasChildren(parent)

    def fetchMore(self, parent: Index) -> None:
        place = self._place(parent)
        if self.canFetchMore(parent):
            place.is_asked = True
            self.wanted.emit(place.node.object.oid if place.node else "")

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        place = self._place(index)
        if place.node is None:
            return None
        one = place.node.object
        match role:
            case Role.DisplayRole:
                return f"{visible(one.name)}   {_arcs(one, place.above)}"
            case Role.DecorationRole:
                return icon(ICONS[one.kind], "accent.plain" if one.is_writable else "icon.dim")
            case Role.ToolTipRole:
                return plain_tip(f"{one.full_name}\n{one.oid}")
            case Role.ForegroundRole:
                is_old = one.status in {"deprecated", "obsolete"}
                return look().color("text.faint") if is_old else None
            case Role.AccessibleTextRole:
                return f"{one.kind.value} {visible(one.name)}"
        return None

    # --- how it works ----------------------------------------------------------------------

    def _place(self, index: Index) -> _Place:
        if not index.isValid():
            return self._root
        place = index.internalPointer()
        assert isinstance(place, _Place)
        return place

    def _index_of(self, place: _Place) -> QModelIndex:
        return QModelIndex() if place.above is None else self.createIndex(place.at, 0, place)


def _arcs(one: MibObject, above: _Place | None) -> str:
    """The numbers below the line above: one, or several where nobody names those between."""
    prefix = above.node.object.oid if above and above.node else ""
    return one.oid[len(prefix) :].lstrip(".")


class MibTree(QTreeView):
    """Shows the tree; Enter asks the device."""

    asked = Signal()

    def __init__(self, model: MibTreeModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setModel(model)
        self.setHeaderHidden(True)
        self.setUniformRowHeights(True)  # thousands of lines are measured once
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setAccessibleName("Objects")
        self.setIndentation(14)
        self.setStyleSheet(f"QTreeView::item {{ height: {ROW_HEIGHT - 4}px; }}")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.asked.emit()
        elif event.text().isprintable() and event.text() and not event.modifiers():
            event.ignore()  # no search by typing here: single letters are commands
        else:
            super().keyPressEvent(event)
