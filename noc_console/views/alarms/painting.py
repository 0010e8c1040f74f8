"""Paints the lines of the desk: the tree in the column of objects, heads of groups across all."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QFont, QPainter, QPolygonF
from PySide6.QtWidgets import QStyle, QStyleOptionViewItem, QTableView

from noc_console.kernel.text import visible
from noc_console.services.alarms.model import Severity
from noc_console.views.alarms.lines import Line
from noc_console.views.alarms.picking import Picked
from noc_console.views.alarms.rows import DeskModel
from noc_console.views.kit.cells import MARGIN, CellDelegate
from noc_console.views.kit.severity import paint_severity
from noc_console.views.kit.theme import SMALL_PX, look

Index = QModelIndex | QPersistentModelIndex
INDENT = 16
"""Of what is folded, and of what stands in a group."""
PILL_PX = 16
ARROW_PX = 12


class LineDelegate(CellDelegate):
    """Cells of the desk."""

    def __init__(self, picked: Picked, tree_column: int, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._picked, self._tree = picked, tree_column
        self._small = look().font(SMALL_PX, QFont.Weight.DemiBold)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = index.model()
        given: Any = option
        if not isinstance(model, DeskModel):
            super().paint(painter, option, index)
            return
        line = model.row(index.row())
        if self._picked.has_key(line.key):
            given.state |= QStyle.StateFlag.State_Selected
        if line.group is not None:
            self._paint_group(painter, given, line)
        elif index.column() == self._tree and (line.inside or line.depth):
            self._paint_tree(painter, given, index, line)
        else:
            super().paint(painter, option, index)

    def _paint_group(self, painter: QPainter, given: Any, line: Line) -> None:
        """One text across all cells: each cell paints its part of it."""
        group, rect = line.group, QRect(given.rect)
        assert group is not None
        painter.save()
        painter.setClipRect(rect)
        painter.fillRect(rect, look().color("surface.raised"))
        self._ground(painter, rect, given.state)
        view = self.parent()
        assert isinstance(view, QTableView)
        width = view.viewport().width()
        row = QRect(-view.horizontalScrollBar().value(), rect.top(), width, rect.height())
        _arrow(painter, row.left() + MARGIN, row, is_open=line.is_open)
        left = row.left() + MARGIN + ARROW_PX + 4
        if group.worst > Severity.CLEARED:
            sign = QRectF(left, row.center().y() - 7, 15, 15)
            paint_severity(painter, sign, group.worst)
            left += 22
        painter.setFont(self._bold)
        painter.setPen(look().color("text.bright"))
        middle = Qt.AlignmentFlag.AlignVCenter
        title = visible(group.title)
        painter.drawText(row.adjusted(left - row.left(), 0, 0, 0), middle, title)
        left += painter.fontMetrics().horizontalAdvance(title) + 14
        painter.setFont(self._plain)
        painter.setPen(look().color("text.dim"))
        painter.drawText(row.adjusted(left - row.left(), 0, 0, 0), middle, group_words(line))
        painter.restore()

    def _paint_tree(self, painter: QPainter, given: Any, index: Index, line: Line) -> None:
        """The object, set in by its depth, and how many are folded behind it."""
        whole = QRect(given.rect)
        painter.save()
        self._ground(painter, whole, given.state)
        painter.restore()
        room = whole.adjusted(INDENT * line.depth, 0, 0, 0)
        if line.inside:
            pill = f"+{line.inside:,}"
            painter.save()
            painter.setFont(self._small)
            wide = painter.fontMetrics().horizontalAdvance(pill) + ARROW_PX + 12
            box = QRectF(
                room.right() - wide - 4, room.center().y() - PILL_PX / 2 + 0.5, wide, PILL_PX
            )
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look().color("surface.selected_idle"))
            painter.drawRoundedRect(box, PILL_PX / 2, PILL_PX / 2)
            _arrow(painter, int(box.left()) + 4, room, is_open=line.is_open)
            painter.setPen(look().color("text.bright"))
            painter.drawText(
                box.adjusted(ARROW_PX + 6, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, pill
            )
            painter.restore()
            room.setRight(int(box.left()) - 2)
        if line.alarm is not None and line.alarm.root_id is not None and line.depth:
            _branch(painter, room)
        given.rect = room
        state, given.state = given.state, QStyle.StateFlag.State_None
        painter.save()
        self._text_of(painter, given, index, state)
        painter.restore()
        given.rect, given.state = whole, state

    def _text_of(self, painter: QPainter, given: Any, index: Index, state: Any) -> None:
        model = index.model()
        assert isinstance(model, DeskModel)
        line, column = model.row(index.row()), model.columns[index.column()]
        is_bold = bool(column.bold and column.bold(line))
        font = self._bold if is_bold else self._plain
        painter.setFont(font)
        tint = column.color(line) if column.color else None
        picked = bool(state & QStyle.StateFlag.State_Selected)
        painter.setPen(tint or look().color("text.bright" if is_bold or picked else "text.plain"))
        room = given.rect.adjusted(MARGIN, 0, -MARGIN + 4, 0)
        told = self._cut(font, visible(column.text(line)), room.width() + 2)
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, told)


def group_words(line: Line) -> str:
    """`37 alarms · 1,240 customers`."""
    group = line.group
    if group is None:
        return ""
    parts = [f"{group.count:,} alarm{'' if group.count == 1 else 's'}"]
    if group.customers:
        parts.append(f"{group.customers:,.0f} customers")
    return " · ".join(parts)


def _arrow(painter: QPainter, left: int, row: QRect, *, is_open: bool) -> None:
    """Points right, and down when what is behind it is shown."""
    x, y = left + ARROW_PX / 2, row.center().y() + 0.5
    points = (
        ((-3.5, -2.0), (3.5, -2.0), (0.0, 2.5)) if is_open else ((-2, -3.5), (-2, 3.5), (2.5, 0))
    )
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look().color("text.dim"))
    painter.drawPolygon(QPolygonF([QPointF(x + dx, y + dy) for dx, dy in points]))
    painter.restore()


def _branch(painter: QPainter, room: QRect) -> None:
    """The corner before what hangs on the line above."""
    painter.setPen(look().color("line.strong"))
    x, y = room.left() - 6, room.center().y()
    painter.drawLine(x, room.top(), x, y)
    painter.drawLine(x, y, x + 8, y)
