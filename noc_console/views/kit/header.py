"""The head of a table: quiet titles, a small arrow on the sorted one, three clicks to let go."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QFont, QPainter, QPolygonF
from PySide6.QtWidgets import QHeaderView, QWidget

from noc_console.views.kit.label import plain_tip
from noc_console.views.kit.theme import SMALL_PX, look

HEIGHT = 28
Role = Qt.ItemDataRole


class SortHeader(QHeaderView):
    """Click sorts up, then down, then as it came."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setSectionsClickable(True)
        self.setSectionsMovable(True)
        self.setSortIndicatorShown(True)
        self.setSortIndicatorClearable(True)
        self.setHighlightSections(False)
        self.setMinimumSectionSize(28)
        self.setFixedHeight(HEIGHT)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setToolTip(plain_tip("Click to sort, right-click to choose columns"))
        look().changed.connect(self._repaint)

    def _repaint(self) -> None:
        self.viewport().update()

    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:
        sorted_here = self.sortIndicatorSection() == logicalIndex
        painter.save()
        painter.fillRect(rect, look().color("surface.raised"))
        painter.setPen(look().color("line.hair"))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        painter.drawLine(rect.right(), rect.top() + 7, rect.right(), rect.bottom() - 7)
        room = rect.adjusted(7, 0, -7, 0)
        if sorted_here:
            room.adjust(0, 0, -10, 0)
            self._paint_arrow(painter, rect)
        model = self.model()
        text = str(model.headerData(logicalIndex, Qt.Orientation.Horizontal) or "")
        align = model.headerData(
            logicalIndex, Qt.Orientation.Horizontal, Role.TextAlignmentRole
        ) or (Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        painter.setFont(look().font(SMALL_PX, QFont.Weight.Medium))
        painter.setPen(look().color("text.bright" if sorted_here else "text.dim"))
        cut = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room.width() + 2)
        painter.drawText(room, int(align), cut)
        painter.restore()

    def _paint_arrow(self, painter: QPainter, rect: QRect) -> None:
        up = self.sortIndicatorOrder() == Qt.SortOrder.AscendingOrder
        x, y, turn = rect.right() - 11, rect.center().y() + 1, -1 if up else 1
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look().color("accent.plain"))
        painter.drawPolygon(
            QPolygonF(
                [
                    QPointF(x - 3.5, y - 2 * turn),
                    QPointF(x + 3.5, y - 2 * turn),
                    QPointF(x, y + 2.5 * turn),
                ]
            )
        )
