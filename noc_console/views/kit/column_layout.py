"""Which columns a table shows, in which order, how wide, sorted by which: chosen and kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QObject, QPoint, Qt, Signal
from PySide6.QtWidgets import QMenu

from noc_console.views.kit.rows import Align, Column
from noc_console.views.kit.state import State
from noc_console.views.kit.view import RowsView

NARROWEST, WIDEST = 24, 4000


class ColumnLayout(QObject):
    """Columns fill the view until the operator sets a width; then theirs count."""

    changed = Signal()

    def __init__(self, view: RowsView, state: State, section: str) -> None:
        super().__init__(view)
        self._view, self._state, self._section = view, state, section
        self._header = view.horizontalHeader()
        self._columns = view.rows.columns
        self._own_widths = self._sharing = False
        self._restore()
        self._header.sectionResized.connect(self._on_resized)
        self._header.sectionMoved.connect(lambda *_: self._keep())
        self._header.sortIndicatorChanged.connect(self._sort)
        view.resized.connect(self._share_room)

    def shown(self) -> list[Column[Any]]:
        """The columns on screen, left to right."""
        order = sorted(range(len(self._columns)), key=self._header.visualIndex)
        return [self._columns[at] for at in order if not self._view.isColumnHidden(at)]

    def show_column(self, key: str, *, shown: bool) -> None:
        """Show or hide one; the last one stays, a table without columns could not be repaired."""
        if shown or len(self.shown()) > 1:
            self._view.setColumnHidden(self._at(key), not shown)
            self._share_room()
            self._keep()

    def reset(self) -> None:
        """Columns as they came."""
        for at, column in enumerate(self._columns):
            self._header.moveSection(self._header.visualIndex(at), at)
            self._view.setColumnHidden(at, column.hidden)
            self._view.setColumnWidth(at, column.width)
        self._own_widths = False
        self._share_room()
        self._keep()

    def sort_by(self, key: str, order: Qt.SortOrder) -> None:
        self._header.setSortIndicator(self._at(key), order)

    @property
    def has_own_sort(self) -> bool:
        return bool(self._state.get(self._section).get("sort"))

    def choose(self, at: QPoint) -> None:
        """A menu to turn columns on and off."""
        menu = QMenu(self._view)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for number, column in enumerate(self._columns):
            action = menu.addAction(column.title or column.key.title())
            action.setCheckable(True)
            action.setChecked(not self._view.isColumnHidden(number))
            action.toggled.connect(lambda on, key=column.key: self.show_column(key, shown=on))
        menu.addSeparator()
        menu.addAction("Reset columns", self.reset)
        menu.popup(at)

    def _at(self, key: str) -> int:
        return next(at for at, column in enumerate(self._columns) if column.key == key)

    def _sort(self, column: int, order: Qt.SortOrder) -> None:
        self._view.rows.sort(column, order)
        self._keep()

    def _on_resized(self, *_: object) -> None:
        if not self._sharing:
            self._own_widths = True
            self._keep()

    def _share_room(self) -> None:
        if self._own_widths:
            return
        numbers = [n for n in range(len(self._columns)) if not self._view.isColumnHidden(n)]
        room = self._view.width() - self._view.verticalScrollBar().sizeHint().width()
        self._sharing = True
        widths = fitted([self._columns[number] for number in numbers], room)
        for number, width in zip(numbers, widths, strict=True):
            self._view.setColumnWidth(number, width)
        self._sharing = False

    def _keep(self) -> None:
        columns, header = self._columns, self._header
        sort = header.sortIndicatorSection()
        self._state.put(
            self._section,
            order=[columns[header.logicalIndex(at)].key for at in range(len(columns))],
            widths={
                column.key: header.sectionSize(at)
                for at, column in enumerate(columns)
                if self._own_widths and header.sectionSize(at) > 0
            },
            hidden=[c.key for at, c in enumerate(columns) if self._view.isColumnHidden(at)],
            sort=[columns[sort].key, header.sortIndicatorOrder().name]
            if 0 <= sort < len(columns)
            else [],
        )

    def _restore(self) -> None:
        """Take up what was kept; anything in it that makes no sense is passed over."""
        kept = self._state.get(self._section)
        at_of = {column.key: at for at, column in enumerate(self._columns)}
        told = kept.get("widths")
        widths = {k: v for k, v in told.items() if _is_width(v)} if isinstance(told, dict) else {}
        hidden = kept.get("hidden")
        self._own_widths = bool(widths)
        for at, column in enumerate(self._columns):
            self._view.setColumnWidth(at, widths.get(column.key, column.width))
            gone = column.key in hidden if isinstance(hidden, list) else column.hidden
            self._view.setColumnHidden(at, gone)
        if not self.shown():
            self._view.setColumnHidden(0, False)
        order = [at_of[key] for key in _texts(kept.get("order")) if key in at_of]
        for place, at in enumerate(order):
            self._header.moveSection(self._header.visualIndex(at), place)
        sort = _texts(kept.get("sort"))
        self._header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        if len(sort) == 2 and sort[0] in at_of and sort[1] in Qt.SortOrder.__members__:
            self._header.setSortIndicator(at_of[sort[0]], Qt.SortOrder[sort[1]])
            self._view.rows.sort(at_of[sort[0]], Qt.SortOrder[sort[1]])


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


def _is_width(value: object) -> bool:
    return isinstance(value, int) and NARROWEST <= value <= WIDEST


def _texts(value: object) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list) else []
