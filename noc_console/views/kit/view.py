"""The table itself: whole rows, no grid, and it never moves under the cursor."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QModelIndex, QPoint, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from noc_console.views.kit.cells import CellDelegate
from noc_console.views.kit.header import SortHeader
from noc_console.views.kit.rows import RowsModel
from noc_console.views.kit.theme import ROW_HEIGHT, look

GENTLE_ROWS = 6
"""Rows painted in one breath when everything changed at once."""


class RowsView(QTableView):
    """Shows a RowsModel."""

    copy_asked = Signal()
    resized = Signal()

    def __init__(self, rows: RowsModel[Any], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows = rows
        self._anchor: tuple[object, int] | None = None
        self._is_gentle = False
        self.setHorizontalHeader(SortHeader(self))
        self.setModel(rows)
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
        # We fill what we paint: only an opaque widget is scrolled by moving its picture.
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        vertical = self.verticalHeader()
        vertical.hide()
        vertical.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        vertical.setDefaultSectionSize(ROW_HEIGHT)
        vertical.setMinimumSectionSize(ROW_HEIGHT)
        rows.arranging.connect(self._remember_place)
        rows.arranged.connect(self._return_to_place)

    # The row with the cursor (or, when it is out of sight, the one at the top) stays at its
    # height whatever arrives above it. At the top with nothing chosen the newest come in.

    def _remember_place(self) -> None:
        self._anchor = None
        # The focus alone puts a cursor on the first row; only a selection is a choice.
        chosen = self.selectionModel().hasSelection()
        if not chosen and self.verticalScrollBar().value() == 0:
            return
        place = self.currentIndex() if chosen else QModelIndex()
        y = self.visualRect(place).top() if place.isValid() else -1
        if not 0 <= y < self.viewport().height():
            place = self.indexAt(QPoint(2, 2))
            y = self.visualRect(place).top()
        if place.isValid():
            self._anchor = (self.rows.key_at(place.row()), y)

    def _return_to_place(self) -> None:
        if self._anchor is None:
            return
        key, y = self._anchor
        at = self.rows.find(key)
        if at < 0:
            return
        self.updateGeometries()  # the range must be known before it is used
        bar = self.verticalScrollBar()
        bar.setValue(bar.value() + self.rowViewportPosition(at) - y)

    def repaint_gently(self) -> None:
        """Everything changed: paint it a few rows at a time, in breaths of the event loop."""
        self._is_gentle = True
        self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        room = event.rect()
        if self._is_gentle:
            first = QRect(room.topLeft(), QSize(room.width(), GENTLE_ROWS * ROW_HEIGHT))
            rest = room.adjusted(0, first.height(), 0, 0)
            self._is_gentle = rest.height() > 0
            if self._is_gentle:
                # What is not painted yet keeps its old picture: the viewport is opaque.
                room, event = first, QPaintEvent(first)
                QTimer.singleShot(0, self, lambda: self.viewport().update(rest))
        ground = QPainter(self.viewport())
        ground.fillRect(room, look().color("surface.field"))
        ground.end()
        super().paintEvent(event)
        if self.rows.rowCount() or not self.rows.all_rows():
            return
        painter = QPainter(self.viewport())
        painter.setPen(look().color("text.dim"))
        room = self.viewport().rect().adjusted(0, 0, 0, -self.viewport().height() // 3)
        painter.drawText(
            room, Qt.AlignmentFlag.AlignCenter, "Nothing matches. Esc in the filter clears it."
        )
        painter.end()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self.currentIndex()
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_asked.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if index.isValid() and self.selectionModel().isSelected(index):
                self.activated.emit(index)
        elif event.text().isprintable() and event.text() and not event.modifiers():
            event.ignore()  # no search by typing here: single letters are commands
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.resized.emit()

    def sizeHint(self) -> QSize:
        return QSize(640, 320)
