"""Finding an object: the tree, the search over it, and what the MIB says."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QSplitter,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from noc_console.services.mibs.model import Kind, MibNode, MibObject
from noc_console.services.mibs.service import MibService
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.icons import IconButton, icon
from noc_console.views.kit.label import Label
from noc_console.views.kit.rows import Column, RowsModel
from noc_console.views.kit.tasks import OnError, Tasks
from noc_console.views.kit.theme import GRID, look
from noc_console.views.kit.view import RowsView
from noc_console.views.mibs.details import Details
from noc_console.views.mibs.tree import ICONS, MibTree, MibTreeModel

SEARCH_PAUSE_MS = 120
SHORTEST = 2
"""Letters of a search: fewer would find everything."""
MOST_FOUND = 500

Level = tuple[str, tuple[MibNode, ...]]


class Navigator(QSplitter):
    """Search and tree above, details below. `chosen` with an object, `asked` with Enter."""

    chosen = Signal(object)
    asked = Signal()
    menu_wanted = Signal(QPoint)

    def __init__(
        self, desk: Desk, mibs: MibService, on_error: OnError, parent: QWidget | None = None
    ) -> None:
        super().__init__(Qt.Orientation.Vertical, parent)
        self._desk, self._mibs = desk, mibs
        self.tasks = Tasks(self, on_error)
        self.model = MibTreeModel(self)
        self.tree = MibTree(self.model)
        self.search = QLineEdit()
        self.found: RowsModel[MibObject] = RowsModel(found_columns(), _key, self)
        self.found_view = RowsView(self.found)
        self.details = Details(desk)
        self.load_button = IconButton("load", "Load MIBs")
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(SEARCH_PAUSE_MS)
        self._lay_out()
        self._wire()

    # --- the tree --------------------------------------------------------------------------

    def begin(self) -> None:
        """Show the first levels, once."""
        if not self.model.is_filled(""):
            self._fill("")

    def renew(self) -> None:
        """Other modules are known now."""
        at = self.details.object
        self.model.clear()
        self.begin()
        self.search_now()
        if at is not None:
            self.go_to(at.oid)

    def go_to(self, text: str) -> None:
        """Show an object in the tree, by its name or OID."""
        self.tasks.ask("way", self._way(text), self._reveal)

    def _fill(self, oid: str) -> None:
        def arrived(nodes: tuple[MibNode, ...]) -> None:
            self.model.fill(oid, nodes)
            for node in nodes:
                if _is_early(node.object.oid):
                    self.tree.expand(self.model.index_for(node.object.oid))

        self.tasks.ask(f"below {oid}", self._mibs.children(self._desk.actor, oid=oid), arrived)

    async def _way(self, text: str) -> tuple[tuple[MibObject, ...], list[Level]]:
        actor = self._desk.actor
        way = await self._mibs.way(actor, oid=text)
        above = [
            oid for oid in ("", *(one.oid for one in way[:-1])) if not self.model.is_filled(oid)
        ]
        return way, [(oid, await self._mibs.children(actor, oid=oid)) for oid in above]

    def _reveal(self, answer: tuple[tuple[MibObject, ...], list[Level]]) -> None:
        way, levels = answer
        for oid, nodes in levels:
            self.model.fill(oid, nodes)
        index = self.model.index_for(way[-1].oid) if way else QModelIndex()
        if not index.isValid():
            return
        selection = self.tree.selectionModel()
        was = selection.blockSignals(True)  # shown, not chosen anew
        self.tree.setCurrentIndex(index)
        selection.blockSignals(was)
        self.tree.scrollTo(index, MibTree.ScrollHint.PositionAtCenter)
        self.tree.viewport().update()
        self.details.show_object(way[-1])

    def _on_tree(self, index: QModelIndex) -> None:
        if (one := self.model.object_at(index)) is not None:
            self._choose(one)

    def _choose(self, one: MibObject) -> None:
        self.details.show_object(one)
        self.chosen.emit(one)

    def _on_double(self, index: QModelIndex) -> None:
        one = self.model.object_at(index)
        if one is not None and (one.kind.has_value or one.kind is Kind.ROW):
            self.asked.emit()

    def _on_menu(self, at: QPoint) -> None:
        index = self.tree.indexAt(at)
        if index.isValid():
            self.tree.setCurrentIndex(index)
            self.menu_wanted.emit(self.tree.viewport().mapToGlobal(at))

    # --- the search ------------------------------------------------------------------------

    def focus_search(self) -> None:
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def search_now(self) -> None:
        """Search for what is typed, without waiting for more."""
        self._pause.stop()
        text = self.search.text().strip()
        if len(text) < SHORTEST:
            self.tasks.drop("search")
            self._lists.setCurrentWidget(self.tree)
            return
        question = self._mibs.search(self._desk.actor, text=text, limit=MOST_FOUND)
        self.tasks.ask("search", question, self._show_found)

    def end_search(self) -> None:
        """Back to the tree, at the object that was found."""
        self.search.clear()
        self.search_now()
        self.tree.setFocus()
        if (one := self.details.object) is not None:
            self.go_to(one.oid)

    @property
    def is_searching(self) -> bool:
        return self._lists.currentWidget() is not self.tree

    def _show_found(self, found: Sequence[MibObject]) -> None:
        self.found.show(found)
        self.found_view.scrollToTop()
        self._lists.setCurrentWidget(self.found_view if found else self.nothing)

    def _on_found(self) -> None:
        index = self.found_view.currentIndex()
        if index.isValid():
            self._choose(self.found.row(index.row()))

    def _into_found(self) -> None:
        if self._pause.isActive():
            self.search_now()
        elif self._lists.currentWidget() is self.found_view and self.found.rowCount():
            self.found_view.setCurrentIndex(self.found.index(0, 0))
            self.found_view.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() == Qt.Key.Key_Escape:
                self.end_search()
                return True
            enters = (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter)
            if watched is self.search and event.key() in enters:
                self._into_found()
                return True
        return super().eventFilter(watched, event)

    # --- building --------------------------------------------------------------------------

    def _lay_out(self) -> None:
        self.search.setPlaceholderText("Search names, OIDs, descriptions")
        self.search.setAccessibleName("Search objects")
        self.search.setClearButtonEnabled(True)
        self._glass = self.search.addAction(
            icon("search", "icon.dim"), QLineEdit.ActionPosition.LeadingPosition
        )
        tools = QWidget()
        tools.setProperty("role", "toolbar")
        tools.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        line = QHBoxLayout(tools)
        line.setContentsMargins(GRID + 4, 6, GRID, 6)
        line.setSpacing(GRID)
        line.addWidget(self.search, 1)
        line.addWidget(self.load_button)
        self.nothing = Label(
            "No object has these words. If it is a vendor's own, load the vendor's MIB.",
            tone="dim",
            wrap=True,
        )
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self.nothing.setContentsMargins(3 * GRID, 4 * GRID, 3 * GRID, 0)
        self.found_view.setSelectionMode(RowsView.SelectionMode.SingleSelection)
        self.found_view.setColumnWidth(0, 220)
        self.found_view.horizontalHeader().setStretchLastSection(True)
        lists = QWidget()
        self._lists = QStackedLayout(lists)
        for widget in (self.tree, self.found_view, self.nothing):
            self._lists.addWidget(widget)
        top = QWidget()
        stack = QVBoxLayout(top)
        stack.setContentsMargins(0, 0, 0, 0)
        stack.setSpacing(0)
        stack.addWidget(tools)
        stack.addWidget(lists, 1)
        self.addWidget(top)
        self.addWidget(self.details)
        self.setStretchFactor(0, 3)
        self.setStretchFactor(1, 2)
        self.setSizes([420, 280])
        self.setChildrenCollapsible(False)
        self.setFocusProxy(self.tree)

    def _wire(self) -> None:
        self.model.wanted.connect(self._fill)
        self.tree.selectionModel().currentChanged.connect(lambda now, _: self._on_tree(now))
        self.tree.asked.connect(self.asked)
        self.tree.doubleClicked.connect(self._on_double)
        self.tree.customContextMenuRequested.connect(self._on_menu)
        self.search.textChanged.connect(lambda _: self._pause.start())
        self.search.installEventFilter(self)
        self.found_view.installEventFilter(self)
        self._pause.timeout.connect(self.search_now)
        self.found_view.selectionModel().currentChanged.connect(lambda *_: self._on_found())
        self.found_view.activated.connect(lambda _: self.asked.emit())
        look().changed.connect(self._repaint)

    def _repaint(self) -> None:
        self._glass.setIcon(icon("search", "icon.dim"))
        self.tree.viewport().update()
        self.found.refresh_text()


def found_columns() -> tuple[Column[MibObject], ...]:
    return (
        Column(
            "Name",
            lambda one: one.name,
            icon=lambda one: icon(ICONS[one.kind], "icon.dim"),
            tip=lambda one: f"{one.full_name}\n{one.oid}\n{one.description[:400]}",
        ),
        Column("Module", lambda one: one.module, dim=True),
    )


def _key(one: MibObject) -> object:
    return one.oid, one.full_name


def _is_early(oid: str) -> bool:
    """The way down to where the tree branches is open from the start."""
    return oid in {"1", "1.3", "1.3.6", "1.3.6.1", "1.3.6.1.2", "1.3.6.1.2.1"}
