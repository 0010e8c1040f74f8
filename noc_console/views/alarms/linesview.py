"""The view of the desk: each line is painted once and kept as a picture until it changes.

A storm moves the list several times a second. What is in sight mostly stays the same, so mostly
pictures are laid down; fresh ones are painted a few at a time, so that no frame is long.
"""

from __future__ import annotations

import time
from typing import Any

import numpy as np
from PySide6.QtCore import (
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QStyle, QStyleOptionViewItem

from noc_console.views.alarms.columns import LOOKS, OBJECT
from noc_console.views.alarms.lines import Line
from noc_console.views.alarms.painting import LineDelegate
from noc_console.views.alarms.picking import Picked
from noc_console.views.alarms.rows import DeskModel
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.theme import ROW_HEIGHT, look
from noc_console.views.kit.view import RowsView

MORE, LESS = Qt.Key.Key_Right, Qt.Key.Key_Left
GENTLE_MS = 5.0
"""So long fresh lines are painted in one breath while a storm moves the list."""
MOST_PICTURES = 240
Signature = tuple[Any, ...]
_GENTLE_S = GENTLE_MS / 1000


class LinesView(RowsView):
    """Opens and closes lines by the arrows and by a click on their arrow."""

    opened_line = Signal(int, bool)  # row, open?

    def __init__(self, desk: Desk, rows: DeskModel) -> None:
        super().__init__(rows)
        self._desk = desk
        self._pictures: dict[tuple[int, bool], tuple[Signature, QPixmap]] = {}
        """By the line and the phase of its blinking: turning to the other paints nothing."""
        self._hover = -1
        self._is_calm = True
        self._laid_out: tuple[tuple[int, int], ...] = ()
        self.picked = Picked(rows)
        self.setSelectionModel(self.picked)
        tree = [column.key for column in rows.columns].index(OBJECT)
        self.setItemDelegate(LineDelegate(self.picked, tree, self))
        self._tree = tree
        self._model = rows
        self.picked.selectionChanged.connect(lambda *_: self.viewport().update())
        look().changed.connect(self._forget)
        desk.times.changed.connect(self._forget)
        rows.arranged.connect(self._take_it_easy)

    def sizeHint(self) -> QSize:
        return QSize(900, 500)

    # --- painting ----------------------------------------------------------------------------

    def _forget(self) -> None:
        self._pictures.clear()
        self.viewport().update()

    def _take_it_easy(self) -> None:
        self._is_calm = False

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._model.count():
            super().paintEvent(event)
            return
        if (columns := self._columns()) != self._laid_out:
            self._pictures.clear()
            self._laid_out = columns
        painter = QPainter(self.viewport())
        room = event.rect()
        painter.fillRect(room, look().color("surface.field"))
        first = max(0, self.rowAt(max(0, room.top())))
        top, left, until = self.rowViewportPosition(first), False, time.perf_counter() + _GENTLE_S
        for row in range(first, self._model.count()):
            if top > room.bottom():
                break
            line = self._model.row(row)
            signature, key = self._signature(line, row), (line.key, self._is_lit(line))
            known = self._pictures.get(key)
            if known is None or known[0] != signature:
                old = known or self._pictures.get((line.key, not key[1]))
                # An old picture may stay for some frames; a line never seen only in a storm.
                is_urgent = self._is_calm and old is None
                if is_urgent or time.perf_counter() < until:
                    known = signature, self._painted(row)
                    self._keep(key, known)
                else:
                    left, known = True, old
            if known is not None:
                painter.drawPixmap(QPoint(0, top), known[1])
            top += ROW_HEIGHT
        painter.end()
        if left:
            QTimer.singleShot(0, self, self.viewport().update)
        else:
            self._is_calm = True

    def _columns(self) -> tuple[tuple[int, int], ...]:
        """Where each column is, and how wide; 0 when hidden."""
        header, many = self.horizontalHeader(), len(self._model.columns)
        return tuple(
            (header.sectionViewportPosition(at), header.sectionSize(at)) for at in range(many)
        )

    def _signature(self, line: Line, row: int) -> Signature:
        """All that decides how a line looks, beside the columns."""
        is_picked = self.picked.has_key(line.key)
        age = "" if line.alarm is None else self._desk.times.ago(line.alarm.first_seen)
        return (
            *(line, is_picked, is_picked and self.isActiveWindow(), row == self._hover),
            *(age, self.viewport().width(), self.devicePixelRatioF()),
        )

    def _is_lit(self, line: Line) -> bool:
        """Whether it blinks and is in the light phase."""
        alarm = line.alarm
        return alarm is not None and LOOKS[alarm.state].blinks and self._desk.blink.is_light

    def _painted(self, row: int) -> QPixmap:
        ratio, width = self.devicePixelRatioF(), self.viewport().width()
        picture = QPixmap(round(width * ratio), round(ROW_HEIGHT * ratio))
        picture.setDevicePixelRatio(ratio)
        picture.fill(look().color("surface.field"))
        painter = QPainter(picture)
        option: Any = QStyleOptionViewItem()
        self.initViewItemOption(option)
        plain = option.state | QStyle.StateFlag.State_Enabled
        if row == self._hover:
            plain |= QStyle.StateFlag.State_MouseOver
        delegate, header = self.itemDelegate(), self.horizontalHeader()
        for at in range(len(self._model.columns)):
            if header.isSectionHidden(at):
                continue
            left = header.sectionViewportPosition(at)
            if left < width and left + header.sectionSize(at) > 0:
                option.rect = QRect(left, 0, header.sectionSize(at), ROW_HEIGHT)
                option.state = plain
                delegate.paint(painter, option, self._model.index(row, at))
        painter.end()
        return picture

    def _keep(self, key: tuple[int, bool], picture: tuple[Signature, QPixmap]) -> None:
        if len(self._pictures) >= MOST_PICTURES:
            self._pictures.clear()
        self._pictures[key] = picture

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover_over(self.rowAt(event.position().toPoint().y()))
        super().mouseMoveEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._hover_over(-1)
        super().leaveEvent(event)

    def _hover_over(self, row: int) -> None:
        if row != self._hover:
            self._hover = row
            self.viewport().update()

    # --- opening -----------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self.currentIndex()
        if event.key() in (MORE, LESS) and index.isValid():
            line = self._model.row(index.row())
            if event.key() == MORE and line.opens and not line.is_open:
                self.opened_line.emit(index.row(), True)
            elif event.key() == LESS and line.opens and line.is_open:
                self.opened_line.emit(index.row(), False)
            elif event.key() == LESS and line.depth:
                self._to_parent(index.row(), line.depth)
            return
        super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and index.isValid():
            line = self._model.row(index.row())
            if line.opens and self._is_on_arrow(event.position().toPoint().x(), index, line):
                self.opened_line.emit(index.row(), not line.is_open)
                return
        super().mousePressEvent(event)

    def _is_on_arrow(self, x: int, index: QModelIndex, line: Line) -> bool:
        if line.group is not None:
            return x < 28
        room: QRect = self.visualRect(index)
        wide = 24 + self.fontMetrics().horizontalAdvance(f"+{line.inside:,}")
        return index.column() == self._tree and x > room.right() - wide

    def _to_parent(self, row: int, depth: int) -> None:
        above = np.flatnonzero(self._model.shown.found.depth[:row] < depth)
        if len(above):
            flags = QItemSelectionModel.SelectionFlag
            self.picked.setCurrentIndex(
                self._model.index(int(above[-1]), 0), flags.ClearAndSelect | flags.Rows
            )
            self.scrollTo(self._model.index(int(above[-1]), 0))
