"""Draws one table cell: icon, text, quiet bar or sparkline; a selection tints, never repaints."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QIcon, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from noc_console.views.kit.rows import Column, RowRole, RowsModel
from noc_console.views.kit.sparkline import paint_sparkline
from noc_console.views.kit.theme import ROW_HEIGHT, look

Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole
MARGIN = 7
ICON = 16


class CellDelegate(QStyledItemDelegate):
    """Paints every cell of our tables; row heights never depend on their content."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._plain = look().font()
        self._bold = look().font(weight=QFont.Weight.DemiBold)
        self._mono = look().mono()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(80, ROW_HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        given: Any = option  # the stubs do not know the fields of QStyleOptionViewItem's bases
        rect: QRect = given.rect
        state: QStyle.StateFlag = given.state
        painter.save()
        self._ground(painter, rect, state)
        model = index.model()
        column: Column[Any] | None = (
            model.columns[index.column()] if isinstance(model, RowsModel) else None
        )
        room = rect.adjusted(MARGIN, 0, -MARGIN, 0)
        room = _paint_icon(painter, room, index, alone=not index.data(Role.DisplayRole))
        curve = index.data(RowRole.CURVE) if column and column.curve else None
        if curve is not None:
            inner = QRectF(room).adjusted(0, 5, 0, -5)
            paint_sparkline(painter, inner, curve, look().color("series.a"))
        share = index.data(RowRole.BAR) if column and column.bar else None
        if share is not None:
            _paint_bar(painter, room, float(share))
        self._text(painter, room, index, column, state)
        painter.restore()

    def _ground(self, painter: QPainter, rect: QRect, state: QStyle.StateFlag) -> None:
        if state & QStyle.StateFlag.State_Selected:
            active = state & QStyle.StateFlag.State_Active
            painter.fillRect(
                rect, look().color("surface.selected" if active else "surface.selected_idle")
            )
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, look().color("surface.hover"))
        painter.setPen(look().color("series.grid"))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())

    def _text(
        self,
        painter: QPainter,
        room: QRect,
        index: Index,
        column: Column[Any] | None,
        state: QStyle.StateFlag,
    ) -> None:
        text = index.data(Role.DisplayRole)
        if not text:
            return
        bold = bool(index.data(RowRole.BOLD))
        font = self._mono if column and column.mono else self._bold if bold else self._plain
        painter.setFont(font)
        painter.setPen(_ink(index, column, bold, bool(state & QStyle.StateFlag.State_Selected)))
        align = index.data(Role.TextAlignmentRole) or Qt.AlignmentFlag.AlignVCenter
        cut = painter.fontMetrics().elidedText(
            str(text), Qt.TextElideMode.ElideRight, room.width() + 2
        )
        painter.drawText(room, int(align), cut)


def _ink(index: Index, column: Column[Any] | None, bold: bool, selected: bool) -> QColor:
    color = index.data(Role.ForegroundRole)
    if isinstance(color, QColor):
        return color
    if bold or selected:
        return look().color("text.bright")
    return look().color("text.dim" if column and column.dim else "text.plain")


def _paint_icon(painter: QPainter, room: QRect, index: Index, *, alone: bool) -> QRect:
    icon = index.data(Role.DecorationRole)
    if not isinstance(icon, QIcon):
        return room
    place = QRect(room.left(), room.top() + (room.height() - ICON) // 2, ICON, ICON)
    if alone:
        place.moveLeft(room.left() + max(0, (room.width() - ICON) // 2))
    icon.paint(painter, place)
    return room.adjusted(ICON + 6, 0, 0, 0)


def _paint_bar(painter: QPainter, room: QRect, share: float) -> None:
    """A 2-px line along the bottom: its length is the share, grey whatever the value."""
    track = QRectF(room.left(), room.bottom() - 4, room.width(), 2)
    painter.fillRect(track, look().color("line.hair"))
    filled = QRectF(track)
    filled.setWidth(track.width() * min(1.0, max(0.0, share)))
    painter.fillRect(filled, look().color("icon.dim"))
