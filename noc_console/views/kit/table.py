"""The list of the console: dense, sorted by its header, filtered by a line, copied and exported."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Generic, TypeVar

from PySide6.QtCore import (
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    QObject,
    QPoint,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import (
    QAction,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QResizeEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QMenu, QToolButton, QVBoxLayout, QWidget

from noc_console.views.kit import clip
from noc_console.views.kit.column_layout import ColumnLayout
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.dialogs import ask_save_path
from noc_console.views.kit.files import write_whole
from noc_console.views.kit.icons import IconButton, icon
from noc_console.views.kit.label import Label
from noc_console.views.kit.rows import Column, Key, RowsModel
from noc_console.views.kit.tasks import OnError, Tasks
from noc_console.views.kit.theme import GRID, look
from noc_console.views.kit.times import iso
from noc_console.views.kit.view import RowsView

R = TypeVar("R")
FILTER_PAUSE_MS = 80
HINT_FRAME = 56
"""Of a filter line: its frame, its funnel and the button that clears it."""


class HintedLine(QLineEdit):
    """A line whose hint is a word and examples; of these as many as there is room for."""

    def __init__(self, hint: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._parts = hint.split("   ")
        self.setPlaceholderText(hint)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        room = self.width() - HINT_FRAME
        known = range(len(self._parts), 1, -1)
        texts = ("   ".join(self._parts[:count]) for count in known)
        fitting = (text for text in texts if self.fontMetrics().horizontalAdvance(text) <= room)
        hint = next(fitting, self._parts[0])
        if hint != self.placeholderText():
            self.setPlaceholderText(hint)


class Table(QWidget, Generic[R]):
    """A filter line over a table. Width, order, sort, columns and filter are kept under `name`."""

    opened = Signal(object)  # the row under Enter or a double click
    chosen = Signal()  # the selection changed

    def __init__(
        self,
        desk: Desk,
        name: str,
        columns: Sequence[Column[R]],
        key: Key[R],
        on_error: OnError,
        *,
        hint: str = "Filter   column:text   -not",
        rows: RowsModel[R] | None = None,
        view: RowsView | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """`rows` is a model of one's own, for lists too long to be swapped as a whole;
        `view` a view of that model."""
        super().__init__(parent)
        self.desk, self.name = desk, name
        self.rows: RowsModel[R] = rows or RowsModel(columns, key, self)
        self.view = view or RowsView(self.rows)
        self.columns = ColumnLayout(self.view, desk.state, self._section)
        self.filter_line = HintedLine(hint)
        self.filter_line.setAccessibleName("Filter")
        self.count = Label("", tone="dim")
        self.chips = QHBoxLayout()
        self.tasks = Tasks(self, on_error)
        self._menu_actions: list[QAction | None] = []
        self._filter_pause = QTimer(self)
        self._filter_pause.setSingleShot(True)
        self._filter_pause.setInterval(FILTER_PAUSE_MS)
        self._lay_out()
        self._wire()
        self.set_filter(str(desk.state.get(self._section).get("filter") or ""))

    @property
    def _section(self) -> str:
        return f"table.{self.name}"

    # --- for pages -------------------------------------------------------------------------

    def show_rows(self, rows: Sequence[R]) -> None:
        """Swap the rows; selection and scroll position stay with what is being looked at."""
        self.rows.show(rows)

    def selection(self) -> tuple[R, ...]:
        """The selected rows in the order they are shown."""
        chosen = sorted(index.row() for index in self._selected())
        return tuple(self.rows.row(at) for at in chosen)

    def current(self) -> R | None:
        """The selected row with the cursor, or the first of those selected."""
        index = self.view.currentIndex()
        if index.isValid() and self.view.selectionModel().isSelected(index):
            return self.rows.row(index.row())
        selection = self.selection()
        return selection[0] if selection else None

    def select(self, key: object) -> bool:
        """Select the row with this key and scroll to it; False when it is not shown."""
        at = self.rows.find(key)
        if at < 0:
            return False
        self._choose(at)
        self.view.scrollTo(self.rows.index(at, 0))
        return True

    def _choose(self, at: int) -> None:
        # Not selectRow(): that would heed Ctrl and Shift, which a shortcut may hold down.
        flags = QItemSelectionModel.SelectionFlag
        self.view.selectionModel().setCurrentIndex(
            self.rows.index(at, 0), flags.ClearAndSelect | flags.Rows
        )

    def set_filter(self, text: str) -> None:
        """Filter now, as if it had been typed."""
        self.filter_line.setText(text)
        self._apply_filter()

    def set_menu(self, actions: Sequence[QAction | None]) -> None:
        """What the context menu offers before copying; None is a line between."""
        self._menu_actions = list(actions)

    def sort_by(self, key: str, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by the column with this key."""
        self.columns.sort_by(key, order)

    def sort_by_default(self, key: str, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by this column unless the operator's own choice was kept."""
        if not self.columns.has_own_sort:
            self.sort_by(key, order)

    def focus_filter(self) -> None:
        self.filter_line.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.filter_line.selectAll()

    # --- copying ---------------------------------------------------------------------------

    def csv(self) -> str:
        """What is shown as CSV, stamped with the filter, the zone and who exported it."""
        return clip.as_csv(self.columns.shown(), self.rows.rows(), self._stamp())

    def _stamp(self) -> list[str]:
        notes = [
            f"{self.name} of {self.desk.actor.tenant}, exported {iso(self.desk.clock.now())}"
            f" by {self.desk.actor.name}; times in UTC",
        ]
        if typed := self.filter_line.text().strip():
            notes.append(f"filter: {typed}")
        return notes

    def copy_as(self, kind: str) -> None:
        """Put the selected rows (or all) on the clipboard: rows, csv, markdown or addresses."""
        rows = self.selection() or self.rows.rows()
        columns = self.columns.shown()
        texts: dict[str, Callable[[], str]] = {
            "rows": lambda: clip.as_tabs(columns, rows),
            "csv": lambda: clip.as_csv(columns, rows),
            "markdown": lambda: clip.as_markdown(columns, rows),
            "addresses": lambda: clip.as_addresses(self.rows.columns, rows),
        }
        QGuiApplication.clipboard().setText(texts[kind]())

    def copy_cell(self) -> None:
        index = self.view.currentIndex()
        if index.isValid():
            QGuiApplication.clipboard().setText(str(index.data()))

    def export(self) -> None:
        """Ask for a file and write what is shown into it."""
        self.tasks.do("export", self._export_flow)

    async def _export_flow(self) -> None:
        columns, rows, notes = self.columns.shown(), self.rows.rows(), self._stamp()
        stamp = self.desk.clock.now().strftime("%Y%m%d-%H%M")
        path = await ask_save_path(
            self.window(), "Export CSV", f"{self.name}-{stamp}.csv", "CSV (*.csv)"
        )
        if path is not None:
            await asyncio.to_thread(_write_csv, path, columns, rows, notes)
            self.desk.notice(f"{spaced(len(rows))} rows written to {path.name}")

    # --- how it works ----------------------------------------------------------------------

    def _lay_out(self) -> None:
        tools = QWidget()
        tools.setProperty("role", "toolbar")
        tools.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        line = QHBoxLayout(tools)
        line.setContentsMargins(GRID + 4, 6, GRID, 6)
        line.setSpacing(GRID)
        self._funnel = self.filter_line.addAction(
            icon("filter", "icon.dim"), QLineEdit.ActionPosition.LeadingPosition
        )
        self.filter_line.setMinimumWidth(120)
        self.filter_line.setMaximumWidth(460)
        line.addWidget(self.filter_line, 2)
        line.addLayout(self.chips)
        line.addStretch(1)
        line.addWidget(self.count)
        self.columns_button = IconButton("columns", "Choose columns")
        self.copy_button = IconButton("copy", "Copy")
        self.export_button = IconButton("export", "Export CSV")
        for button in (self.columns_button, self.copy_button, self.export_button):
            line.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(tools)
        layout.addWidget(self.view, 1)
        self.setFocusProxy(self.view)

    def _wire(self) -> None:
        self.filter_line.textChanged.connect(lambda _: self._filter_pause.start())
        self._filter_pause.timeout.connect(self._apply_filter)
        self.filter_line.installEventFilter(self)
        self.rows.counted.connect(self._show_count)
        self.view.selectionModel().selectionChanged.connect(lambda *_: self.chosen.emit())
        self.view.activated.connect(self._open)
        self.view.copy_asked.connect(lambda: self.copy_as("rows"))
        self.view.customContextMenuRequested.connect(self._show_menu)
        header = self.view.horizontalHeader()
        header.customContextMenuRequested.connect(
            lambda at: self.columns.choose(header.mapToGlobal(at))
        )
        self.columns_button.clicked.connect(
            lambda: self.columns.choose(_below(self.columns_button))
        )
        self.copy_button.clicked.connect(self._show_copy_menu)
        self.export_button.clicked.connect(self.export)
        look().changed.connect(self._repaint)
        self.desk.times.changed.connect(self.rows.refresh_text)
        focus = QAction(self)
        focus.setShortcut(QKeySequence("/"))
        focus.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        focus.triggered.connect(self.focus_filter)
        self.addAction(focus)

    def _repaint(self) -> None:
        self._funnel.setIcon(icon("filter", "icon.dim"))
        self.rows.refresh_text()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.filter_line and isinstance(event, QKeyEvent):
            return event.type() == QEvent.Type.KeyPress and self._filter_key(event.key())
        return super().eventFilter(watched, event)

    def _filter_key(self, key: int) -> bool:
        if key == Qt.Key.Key_Escape:
            self.set_filter("")
            self.view.setFocus()
            return True
        if key in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._apply_filter()
            if self.rows.rowCount() and not self.view.selectionModel().hasSelection():
                self._choose(0)
            self.view.setFocus()
            return True
        return False

    def _apply_filter(self) -> None:
        self._filter_pause.stop()
        self.rows.filter(self.filter_line.text())
        self.desk.state.put(self._section, filter=self.filter_line.text())

    def _show_count(self, shown: int, total: int) -> None:
        number = spaced(total)
        self.count.setText(number if shown == total else f"{spaced(shown)} of {number}")
        self.count.set_tone("dim" if shown == total else "attention")

    def _open(self, index: QModelIndex) -> None:
        self.opened.emit(self.rows.row(index.row()))

    def _selected(self) -> list[QModelIndex]:
        return self.view.selectionModel().selectedRows()

    def _show_menu(self, at: QPoint) -> None:
        index = self.view.indexAt(at)
        if index.isValid() and not self.view.selectionModel().isSelected(index):
            self._choose(index.row())
        menu = self._menu()
        for action in self._menu_actions:
            if action is None:
                menu.addSeparator()
            elif action.isVisible():
                menu.addAction(action)
        if self._menu_actions:
            menu.addSeparator()
        self._fill_copy_menu(menu)
        menu.popup(self.view.viewport().mapToGlobal(at))

    def _show_copy_menu(self) -> None:
        menu = self._menu()
        self._fill_copy_menu(menu)
        menu.popup(_below(self.copy_button))

    def _menu(self) -> QMenu:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return menu

    def _fill_copy_menu(self, menu: QMenu) -> None:
        cell = menu.addAction(icon("copy"), "Copy cell", self.copy_cell)
        cell.setEnabled(self.view.currentIndex().isValid())
        rows = menu.addAction("Copy rows", lambda: self.copy_as("rows"))
        rows.setShortcut(QKeySequence(QKeySequence.StandardKey.Copy))
        menu.addAction("Copy as CSV", lambda: self.copy_as("csv"))
        menu.addAction("Copy as Markdown", lambda: self.copy_as("markdown"))
        if any(column.is_address for column in self.rows.columns):
            menu.addAction("Copy as IP list", lambda: self.copy_as("addresses"))
        menu.addSeparator()
        menu.addAction(icon("export"), "Export CSV…", self.export)


def _write_csv(
    path: Path, columns: Sequence[Column[R]], rows: Sequence[R], notes: Sequence[str]
) -> None:
    # utf-8-sig: spreadsheets on Windows take a file without it for the local code page.
    write_whole(path, clip.as_csv(columns, rows, notes).encode("utf-8-sig"))


def _below(button: QToolButton) -> QPoint:
    return button.mapToGlobal(QPoint(0, button.height()))


def spaced(number: int) -> str:
    """12 480, with a thin no-break space: the same in every language."""
    return f"{number:,}".replace(",", "\u202f")
