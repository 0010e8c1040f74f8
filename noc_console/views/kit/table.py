"""The list of the console: dense, sorted by its header, filtered by a line, copied and exported."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QObject,
    QPoint,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import (
    QAction,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QMenu,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from noc_console.views.kit import clip
from noc_console.views.kit.cells import CellDelegate
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.dialogs import ask_save_path
from noc_console.views.kit.header import SortHeader
from noc_console.views.kit.icons import IconButton, icon
from noc_console.views.kit.label import Label
from noc_console.views.kit.rows import Align, Column, Key, RowsModel
from noc_console.views.kit.tasks import OnError, Tasks
from noc_console.views.kit.theme import GRID, ROW_HEIGHT, look
from noc_console.views.kit.times import iso

R = TypeVar("R")


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
        hint: str = "Filter   column:text   -not   cpu:>80",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.desk, self.name = desk, name
        self.rows: RowsModel[R] = RowsModel(columns, key, self)
        self._key = key
        self.view = _View(self)
        self.view.setModel(self.rows)
        self.filter_line = QLineEdit()
        self.filter_line.setPlaceholderText(hint)
        self.filter_line.setClearButtonEnabled(False)
        self.filter_line.setAccessibleName("Filter")
        self.count = Label("", tone="dim")
        self.chips = QHBoxLayout()
        self.tasks = Tasks(self, on_error)
        self._menu_actions: list[QAction | None] = []
        self._anchor: tuple[object, int] | None = None
        self._filter_pause = QTimer(self)
        self._filter_pause.setSingleShot(True)
        self._filter_pause.setInterval(80)
        self._lay_out()
        self._wire()
        self._restore()

    # --- for pages -------------------------------------------------------------------------

    def show_rows(self, rows: Sequence[R]) -> None:
        """Swap the rows; selection and scroll position stay with what is being looked at."""
        self.rows.show(rows)

    def selection(self) -> tuple[R, ...]:
        """The selected rows in the order they are shown."""
        chosen = sorted(index.row() for index in self.view.selectionModel().selectedRows())
        return tuple(self.rows.row(at) for at in chosen)

    def current(self) -> R | None:
        """The row with the focus."""
        index = self.view.currentIndex()
        return self.rows.row(index.row()) if index.isValid() else None

    def select(self, key: object) -> bool:
        """Select the row with this key and scroll to it; False when it is not shown."""
        at = self.rows.find(key)
        if at < 0:
            return False
        self.view.selectRow(at)
        self.view.scrollTo(self.rows.index(at, 0))
        return True

    def set_filter(self, text: str) -> None:
        self.filter_line.setText(text)
        self._apply_filter()

    def set_menu(self, actions: Sequence[QAction | None]) -> None:
        """What the context menu offers before copying; None is a line between."""
        self._menu_actions = list(actions)

    def visible_columns(self) -> list[Column[R]]:
        """The columns on screen, left to right."""
        header = self.view.horizontalHeader()
        order = sorted(range(len(self.rows.columns)), key=header.visualIndex)
        return [self.rows.columns[at] for at in order if not self.view.isColumnHidden(at)]

    def csv(self) -> str:
        """What is shown as CSV, stamped with the filter, the zone and who exported it."""
        notes = [
            f"{self.name} of {self.desk.actor.tenant}, exported {iso(self.desk.clock.now())}"
            f" by {self.desk.actor.name}; times in UTC",
        ]
        if self.filter_line.text().strip():
            notes.append(f"filter: {self.filter_line.text().strip()}")
        return clip.as_csv(self.visible_columns(), self.rows.rows(), notes)

    def copy_as(self, kind: str) -> None:
        """Put the selected rows (or all) on the clipboard: rows, csv, markdown or addresses."""
        rows = self.selection() or self.rows.rows()
        columns = self.visible_columns()
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

    # --- how it works ----------------------------------------------------------------------

    def _lay_out(self) -> None:
        tools = QWidget()
        tools.setProperty("role", "toolbar")
        tools.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        line = QHBoxLayout(tools)
        line.setContentsMargins(GRID + 4, 6, GRID, 6)
        line.setSpacing(GRID)
        self.filter_line.addAction(
            icon("filter", "icon.dim"), QLineEdit.ActionPosition.LeadingPosition
        )
        self.filter_line.setMinimumWidth(200)
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
        self.rows.layoutAboutToBeChanged.connect(self._remember_place)
        self.rows.layoutChanged.connect(self._return_to_place)
        self.view.selectionModel().selectionChanged.connect(lambda *_: self.chosen.emit())
        self.view.activated.connect(self._open)
        self.view.customContextMenuRequested.connect(self._show_menu)
        self.columns_button.clicked.connect(self._choose_columns)
        self.copy_button.clicked.connect(self._show_copy_menu)
        self.export_button.clicked.connect(self._export)
        header = self.view.horizontalHeader()
        header.sectionResized.connect(self._on_resized)
        header.sectionMoved.connect(lambda *_: self._keep())
        header.sortIndicatorChanged.connect(self._sort)
        header.customContextMenuRequested.connect(lambda _: self._choose_columns())
        look().changed.connect(self.rows.refresh_text)
        self.desk.times.changed.connect(self.rows.refresh_text)
        focus = QAction(self)
        focus.setShortcut(QKeySequence("/"))
        focus.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        focus.triggered.connect(self.focus_filter)
        self.addAction(focus)

    def focus_filter(self) -> None:
        self.filter_line.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.filter_line.selectAll()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.filter_line and event.type() == QEvent.Type.KeyPress:
            assert isinstance(event, QKeyEvent)
            if event.key() == Qt.Key.Key_Escape:
                self.set_filter("")
                self.view.setFocus()
                return True
            if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._apply_filter()
                self._enter_rows()
                return True
        return super().eventFilter(watched, event)

    def _enter_rows(self) -> None:
        if self.rows.rowCount() and not self.view.currentIndex().isValid():
            self.view.selectRow(0)
        self.view.setFocus()

    def _apply_filter(self) -> None:
        self._filter_pause.stop()
        self.rows.filter(self.filter_line.text())
        self._keep()

    def _show_count(self, shown: int, total: int) -> None:
        number = _spaced(total)
        self.count.setText(number if shown == total else f"{_spaced(shown)} of {number}")
        self.count.set_tone("dim" if shown == total else "attention")

    def _open(self, index: QModelIndex) -> None:
        self.opened.emit(self.rows.row(index.row()))

    def _sort(self, column: int, order: Qt.SortOrder) -> None:
        self.rows.sort(column, order)
        self._keep()

    # The list never moves under the cursor: the row at the top (or the current one, when it
    # is in sight) stays where it was, whatever arrives above it.

    def _remember_place(self) -> None:
        place = self.view.currentIndex()
        y = self.view.visualRect(place).top() if place.isValid() else -1
        if not 0 <= y < self.view.viewport().height():
            place = self.view.indexAt(QPoint(2, 2))
            y = self.view.visualRect(place).top()
        self._anchor = (self._key(self.rows.row(place.row())), y) if place.isValid() else None
        if self.view.verticalScrollBar().value() == 0 and not self.view.currentIndex().isValid():
            self._anchor = None  # at the top with nothing chosen: let the newest come in

    def _return_to_place(self) -> None:
        if self._anchor is None:
            return
        key, y = self._anchor
        at = self.rows.find(key)
        if at >= 0:
            now = self.view.rowViewportPosition(at)
            bar = self.view.verticalScrollBar()
            # Sections are laid out lazily: the range must be known before it is used.
            self.view.updateGeometries()
            bar.setValue(bar.value() + now - y)

    # --- columns ---------------------------------------------------------------------------

    def _choose_columns(self) -> None:
        menu = QMenu(self)
        for at, column in enumerate(self.rows.columns):
            action = menu.addAction(column.title or column.key.title())
            action.setCheckable(True)
            action.setChecked(not self.view.isColumnHidden(at))
            action.toggled.connect(lambda on, at=at: self._show_column(at, on))
        menu.addSeparator()
        menu.addAction("Reset columns", self._reset_columns)
        _pop_up(menu, self.columns_button.mapToGlobal(QPoint(0, self.columns_button.height())))

    def _show_column(self, at: int, shown: bool) -> None:
        last = len(self.visible_columns()) == 1
        if shown or not last:  # a table without columns could not be repaired
            self.view.setColumnHidden(at, not shown)
            self._share_room()
            self._keep()

    def _reset_columns(self) -> None:
        header = self.view.horizontalHeader()
        for at, column in enumerate(self.rows.columns):
            header.moveSection(header.visualIndex(at), at)
            self.view.setColumnHidden(at, column.hidden)
        self._own_widths = False
        self._share_room()
        self._keep()

    def sort_by(self, key: str, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by the column with this key; what the operator chose later is kept."""
        keys = [column.key for column in self.rows.columns]
        self.view.horizontalHeader().setSortIndicator(keys.index(key), order)

    def sort_by_default(self, key: str, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by this column unless the operator's own choice was kept."""
        if not self.desk.state.get(f"table.{self.name}").get("sort"):
            self.sort_by(key, order)

    def _keep(self) -> None:
        if not self._restored:
            return
        header = self.view.horizontalHeader()
        columns = self.rows.columns
        sort = header.sortIndicatorSection()
        self.desk.state.put(
            f"table.{self.name}",
            order=[columns[header.logicalIndex(at)].key for at in range(len(columns))],
            widths={
                c.key: header.sectionSize(at)
                for at, c in enumerate(columns)
                if self._own_widths and header.sectionSize(at) > 0
            },
            hidden=[c.key for at, c in enumerate(columns) if self.view.isColumnHidden(at)],
            sort=[columns[sort].key, header.sortIndicatorOrder().name]
            if 0 <= sort < len(columns)
            else [],
            filter=self.filter_line.text(),
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_room()

    def _on_resized(self, *_: object) -> None:
        if not self._sharing and self._restored:
            self._own_widths = True  # from now on the operator's widths count
            self._keep()

    def _share_room(self) -> None:
        """Let the columns fill the view until the operator sets a width of their own."""
        if self._own_widths or not self._restored:
            return
        columns = self.rows.columns
        shown = [at for at in range(len(columns)) if not self.view.isColumnHidden(at)]
        room = self.view.width() - self.view.verticalScrollBar().sizeHint().width()
        widths = fitted([columns[at] for at in shown], room)
        self._sharing = True
        for at, width in zip(shown, widths, strict=True):
            self.view.setColumnWidth(at, width)
        self._sharing = False

    _restored = False
    _own_widths = False
    _sharing = False

    def _restore(self) -> None:
        """Take up what was kept; anything in it that makes no sense is passed over."""
        kept = self.desk.state.get(f"table.{self.name}")
        columns, header = self.rows.columns, self.view.horizontalHeader()
        at_of = {column.key: at for at, column in enumerate(columns)}
        widths = kept.get("widths") if isinstance(kept.get("widths"), dict) else {}
        self._own_widths = bool(widths)
        hidden = kept.get("hidden")
        for at, column in enumerate(columns):
            width = widths.get(column.key) if widths else None
            is_width = isinstance(width, int) and 24 <= width <= 4000
            self.view.setColumnWidth(at, width if is_width and width else column.width)
            gone = column.key in hidden if isinstance(hidden, list) else column.hidden
            self.view.setColumnHidden(at, gone)
        order = [at_of[key] for key in _texts(kept.get("order")) if key in at_of]
        for place, at in enumerate(order):
            header.moveSection(header.visualIndex(at), place)
        sort = _texts(kept.get("sort"))
        if len(sort) == 2 and sort[0] in at_of and sort[1] in Qt.SortOrder.__members__:
            header.setSortIndicator(at_of[sort[0]], Qt.SortOrder[sort[1]])
        else:
            header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self.filter_line.setText(str(kept.get("filter") or ""))
        self._apply_filter()
        self._restored = True

    # --- copying ---------------------------------------------------------------------------

    def _show_menu(self, at: QPoint) -> None:
        index = self.view.indexAt(at)
        if index.isValid() and index.row() not in {r.row() for r in self._selected()}:
            self.view.selectRow(index.row())
        menu = QMenu(self)
        for action in self._menu_actions:
            if action is None:
                menu.addSeparator()
            elif action.isVisible():
                menu.addAction(action)
        if self._menu_actions:
            menu.addSeparator()
        self._fill_copy_menu(menu)
        _pop_up(menu, self.view.viewport().mapToGlobal(at))

    def _selected(self) -> list[QModelIndex]:
        return self.view.selectionModel().selectedRows()

    def _show_copy_menu(self) -> None:
        menu = QMenu(self)
        self._fill_copy_menu(menu)
        _pop_up(menu, self.copy_button.mapToGlobal(QPoint(0, self.copy_button.height())))

    def _fill_copy_menu(self, menu: QMenu) -> None:
        menu.addAction(icon("copy"), "Copy cell", self.copy_cell).setEnabled(
            self.view.currentIndex().isValid()
        )
        rows = menu.addAction("Copy rows", lambda: self.copy_as("rows"))
        rows.setShortcut(QKeySequence(QKeySequence.StandardKey.Copy))
        menu.addAction("Copy as CSV", lambda: self.copy_as("csv"))
        menu.addAction("Copy as Markdown", lambda: self.copy_as("markdown"))
        if any(column.is_address for column in self.rows.columns):
            menu.addAction("Copy as IP list", lambda: self.copy_as("addresses"))
        menu.addSeparator()
        menu.addAction(icon("export"), "Export CSV…", self._export)

    def _export(self) -> None:
        self.tasks.do("export", self._export_flow)

    async def _export_flow(self) -> None:
        text = self.csv()
        stamp = self.desk.clock.now().strftime("%Y%m%d-%H%M")
        path = await ask_save_path(
            self.window(), "Export CSV", f"{self.name}-{stamp}.csv", "CSV (*.csv)"
        )
        if path is not None:
            # utf-8-sig: spreadsheets on Windows take a file without it for the local code page.
            await asyncio.to_thread(path.write_text, text, encoding="utf-8-sig", newline="")
            self.desk.notice(f"{_spaced(self.rows.rowCount())} rows written to {path.name}")


class _View(QTableView):
    """A quiet QTableView: whole rows, no grid, keys that open and copy."""

    def __init__(self, table: Table[Any]) -> None:
        super().__init__(table)
        self._table = table
        self.setHorizontalHeader(SortHeader(self))
        self.setItemDelegate(CellDelegate(self))
        self.setShowGrid(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.setMouseTracking(True)
        vertical = self.verticalHeader()
        vertical.hide()
        vertical.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        vertical.setDefaultSectionSize(ROW_HEIGHT)
        vertical.setMinimumSectionSize(ROW_HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        rows = self._table.rows
        if rows.rowCount() == 0 and rows.all_rows():
            painter = QPainter(self.viewport())
            painter.setPen(look().color("text.dim"))
            painter.drawText(
                self.viewport().rect().adjusted(0, 0, 0, -self.viewport().height() // 3),
                Qt.AlignmentFlag.AlignCenter,
                "Nothing matches the filter. Esc in its line clears it.",
            )
            painter.end()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self._table.copy_as("rows")
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            index = self.currentIndex()
            if index.isValid():
                self.activated.emit(index)
        elif event.text().isprintable() and event.text() and not event.modifiers():
            event.ignore()  # no search by typing here: single letters are commands
        else:
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        return QSize(640, 320)


def fitted(columns: Sequence[Column[Any]], room: int) -> list[int]:
    """Widths that fill `room`: more goes to texts (most to `stretch`), less is taken from
    `stretch` columns down to two thirds."""
    extra = room - sum(column.width for column in columns)
    if extra < 0:
        weights = [column.width // 3 if column.stretch else 0 for column in columns]
        extra = max(extra, -sum(weights))
    else:
        weights = [
            6 if column.stretch else 1 if column.align is Align.LEFT and not column.mono else 0
            for column in columns
        ]
    total = sum(weights)
    if not total:
        return [column.width for column in columns]
    return [
        column.width + extra * weight // total
        for column, weight in zip(columns, weights, strict=True)
    ]


def _pop_up(menu: QMenu, at: QPoint) -> None:
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    menu.popup(at)


def _spaced(number: int) -> str:
    """12 480, with a thin no-break space: the same in every language."""
    return f"{number:,}".replace(",", "\u202f")


def _texts(value: object) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list) else []
