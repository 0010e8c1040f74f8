"""Draws one table cell: icon, text, quiet bar or sparkline; a selection tints, never repaints."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QIcon, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from noc_console.kernel.text import visible
from noc_console.views.kit.rows import Align, Curve, RowRole, RowsModel
from noc_console.views.kit.sparkline import paint_sparkline
from noc_console.views.kit.theme import ROW_HEIGHT, look

Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole
MARGIN = 7
ICON = 16
MOST_CUTS = 16_384
"""Texts remembered with the width they were cut to."""


class CellDelegate(QStyledItemDelegate):
    """Paints every cell of our tables; row heights never depend on their content."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._plain = look().font()
        self._bold = look().font(weight=QFont.Weight.DemiBold)
        self._mono = look().mono()
        self._cuts: dict[tuple[int, str, int], str] = {}

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(80, ROW_HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        given: Any = option  # the stubs do not know the fields of QStyleOptionViewItem's bases
        rect: QRect = given.rect
        state: QStyle.StateFlag = given.state
        painter.save()
        self._ground(painter, rect, state)
        cell = _cell(index)
        room = rect.adjusted(MARGIN, 0, -MARGIN, 0)
        if cell.icon is not None:
            room = _paint_icon(painter, room, cell.icon, alone=not cell.text)
        if cell.curve is not None:
            inner = QRectF(room).adjusted(0, 5, 0, -5)
            paint_sparkline(painter, inner, cell.curve, look().color("series.a"))
        if cell.share is not None:
            _paint_bar(painter, room, cell.share)
        if cell.text:
            self._text(painter, room, cell, state)
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

    def _text(self, painter: QPainter, room: QRect, cell: _Cell, state: QStyle.StateFlag) -> None:
        font = self._mono if cell.mono else self._bold if cell.bold else self._plain
        painter.setFont(font)
        painter.setPen(_ink(cell, bool(state & QStyle.StateFlag.State_Selected)))
        painter.drawText(room, cell.align, self._cut(font, cell.text, room.width() + 2))

    def _cut(self, font: QFont, text: str, width: int) -> str:
        """The text as far as it fits; measured once, scrolling shows the same again and again."""
        key = (id(font), text, width)
        found = self._cuts.get(key)
        if found is None:
            if len(self._cuts) >= MOST_CUTS:
                self._cuts.clear()
            metrics = QFontMetrics(font)
            found = metrics.elidedText(text, Qt.TextElideMode.ElideRight, width)
            self._cuts[key] = found
        return found


@dataclass(slots=True)
class _Cell:
    """All there is to paint of one cell."""

    text: str
    align: int
    icon: QIcon | None = None
    color: QColor | None = None
    share: float | None = None
    curve: Curve | None = None
    bold: bool = False
    mono: bool = False
    dim: bool = False


_MIDDLE = int(Qt.AlignmentFlag.AlignVCenter)
_ALIGN = {align: int(align.value | Qt.AlignmentFlag.AlignVCenter) for align in Align}


def _cell(index: Index) -> _Cell:
    """Of our own model straight from the row: asking it role by role takes twice the time."""
    model = index.model()
    if not isinstance(model, RowsModel):
        return _asked(index)
    row, column = model.row(index.row()), model.columns[index.column()]
    return _Cell(
        text=visible(column.text(row)),
        align=_ALIGN[column.align],
        icon=column.icon(row) if column.icon else None,
        color=column.color(row) if column.color else None,
        share=column.bar(row) if column.bar else None,
        curve=column.curve(row) if column.curve else None,
        bold=bool(column.bold and column.bold(row)),
        mono=column.mono,
        dim=column.dim,
    )


def _asked(index: Index) -> _Cell:
    icon, color = index.data(Role.DecorationRole), index.data(Role.ForegroundRole)
    share = index.data(RowRole.BAR)
    return _Cell(
        text=str(index.data(Role.DisplayRole) or ""),
        align=int(index.data(Role.TextAlignmentRole) or _MIDDLE),
        icon=icon if isinstance(icon, QIcon) else None,
        color=color if isinstance(color, QColor) else None,
        share=None if share is None else float(share),
        curve=index.data(RowRole.CURVE),
        bold=bool(index.data(RowRole.BOLD)),
    )


def _ink(cell: _Cell, selected: bool) -> QColor:
    if cell.color is not None:
        return cell.color
    if cell.bold or selected:
        return look().color("text.bright")
    return look().color("text.dim" if cell.dim else "text.plain")


def _paint_icon(painter: QPainter, room: QRect, icon: QIcon, *, alone: bool) -> QRect:
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
