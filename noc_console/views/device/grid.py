"""The VLAN matrix on screen: only what is visible is painted, both headers stay put."""

from __future__ import annotations

import csv
import io

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QWidget

from noc_console.kernel.text import visible
from noc_console.views.device.matrix import Carries, Matrix
from noc_console.views.kit.clip import guarded
from noc_console.views.kit.label import plain_tip
from noc_console.views.kit.theme import look

CELL_W, CELL_H = 28, 22
HEAD_H, SIDE_W = 34, 236


class MatrixView(QAbstractScrollArea):
    """Arrows walk from cell to cell, Ctrl+C copies all, Enter opens the port."""

    opened = Signal(int)  # interface id
    chosen = Signal(str)  # the cell in words

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Ports and VLANs")
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self.viewport().setMouseTracking(True)
        self.matrix = Matrix()
        self.cursor_cell: tuple[int, int] | None = None
        self._under: tuple[int, int] | None = None
        self._cell_w = CELL_W
        look().changed.connect(self.viewport().update)

    def show_matrix(self, matrix: Matrix) -> None:
        """Another matrix; the cursor stays when its cell is still there."""
        if matrix == self.matrix:
            return
        self.matrix = matrix
        self._cell_w = CELL_W if all(v.vlan < 1000 for v in matrix.vlans) else CELL_W + 8
        at = self.cursor_cell
        if at is not None and (at[0] >= len(matrix.ports) or at[1] >= len(matrix.vlans)):
            self.cursor_cell = None
        self._under = None
        self._measure()
        self.viewport().update()

    def csv(self) -> str:
        """Every port and VLAN, `T` tagged and `U` untagged."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\r\n")
        for row in self.matrix.csv_rows():
            writer.writerow([guarded(visible(cell)) for cell in row])
        return out.getvalue()

    def copy(self) -> None:
        QGuiApplication.clipboard().setText(self.csv())

    # --- geometry --------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        return QSize(640, 320)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._measure()

    def _measure(self) -> None:
        room = self.viewport().size()
        across, down = self.horizontalScrollBar(), self.verticalScrollBar()
        across.setSingleStep(self._cell_w)
        across.setPageStep(max(1, room.width() - SIDE_W))
        across.setRange(0, max(0, len(self.matrix.vlans) * self._cell_w - room.width() + SIDE_W))
        down.setSingleStep(CELL_H)
        down.setPageStep(max(1, room.height() - HEAD_H))
        down.setRange(0, max(0, len(self.matrix.ports) * CELL_H - room.height() + HEAD_H))

    def cell_rect(self, row: int, column: int) -> QRect:
        """Where a cell is in the viewport."""
        return QRect(
            SIDE_W + column * self._cell_w - self.horizontalScrollBar().value(),
            HEAD_H + row * CELL_H - self.verticalScrollBar().value(),
            self._cell_w,
            CELL_H,
        )

    def cell_at(self, place: QPoint) -> tuple[int, int] | None:
        if place.x() < SIDE_W or place.y() < HEAD_H:
            return None
        column = (place.x() - SIDE_W + self.horizontalScrollBar().value()) // self._cell_w
        row = (place.y() - HEAD_H + self.verticalScrollBar().value()) // CELL_H
        if row < len(self.matrix.ports) and column < len(self.matrix.vlans):
            return row, column
        return None

    def visible_cells(self) -> tuple[range, range]:
        """Rows and columns that are at least partly in sight."""
        room = self.viewport().size()
        top, left = self.verticalScrollBar().value(), self.horizontalScrollBar().value()
        rows = range(
            top // CELL_H,
            min(len(self.matrix.ports), -(-(top + room.height() - HEAD_H) // CELL_H)),
        )
        columns = range(
            left // self._cell_w,
            min(len(self.matrix.vlans), -(-(left + room.width() - SIDE_W) // self._cell_w)),
        )
        return rows, columns

    # --- painting --------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.fillRect(self.viewport().rect(), look().color("surface.field"))
        rows, columns = self.visible_cells()
        painter.setClipRect(self.viewport().rect().adjusted(SIDE_W, HEAD_H, 0, 0))
        self._paint_cross(painter)
        self._paint_cells(painter, rows, columns)
        painter.setClipping(False)
        self._paint_side(painter, rows)
        self._paint_head(painter, columns)
        painter.end()

    def _paint_cross(self, painter: QPainter) -> None:
        """The row and column of the cursor and of the pointer."""
        room = self.viewport().rect()
        for cell, token in ((self._under, "surface.hover"), (self.cursor_cell, "surface.selected")):
            if cell is None:
                continue
            rect = self.cell_rect(*cell)
            color = look().color(token)
            painter.fillRect(QRect(0, rect.top(), room.width(), CELL_H), color)
            painter.fillRect(QRect(rect.left(), 0, self._cell_w, room.height()), color)

    def _paint_cells(self, painter: QPainter, rows: range, columns: range) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        grid = QPen(look().color("series.grid"), 1)
        tagged, untagged = look().color("accent.plain"), look().color("text.plain")
        for row in rows:
            cells = self.matrix.cells[row]
            line = self.cell_rect(row, 0)
            painter.setPen(grid)
            painter.drawLine(0, line.bottom(), self.viewport().width(), line.bottom())
            for column in columns:
                how = cells.get(column)
                if how is None:
                    continue
                middle = QRectF(self.cell_rect(row, column)).center()
                if how is Carries.TAGGED:
                    painter.setPen(Qt.PenStyle.NoPen)
                    painter.setBrush(tagged)
                    painter.drawRoundedRect(QRectF(middle - QPointF(5, 5), QSize(10, 10)), 2, 2)
                else:
                    painter.setPen(QPen(untagged, 2))
                    painter.setBrush(Qt.BrushStyle.NoBrush)
                    painter.drawEllipse(middle, 4.5, 4.5)

    def _paint_side(self, painter: QPainter, rows: range) -> None:
        room = self.viewport().rect()
        painter.fillRect(QRect(0, HEAD_H, SIDE_W, room.height()), look().color("surface.raised"))
        metrics = painter.fontMetrics()
        at = self.cursor_cell[0] if self.cursor_cell else -1
        for row in rows:
            line = self.cell_rect(row, 0)
            port = self.matrix.ports[row]
            name = visible(port.name)
            painter.setFont(look().font())
            painter.setPen(look().color("text.bright" if row == at else "text.plain"))
            place = QRect(10, line.top(), SIDE_W - 18, CELL_H)
            cut = metrics.elidedText(name, Qt.TextElideMode.ElideRight, place.width())
            painter.drawText(place, int(Qt.AlignmentFlag.AlignVCenter), cut)
            used = metrics.horizontalAdvance(cut) + 10
            alias = visible(port.alias) if port.alias != port.name else ""
            if alias and used < place.width() - 48:
                painter.setFont(look().font(11))
                painter.setPen(look().color("text.dim"))
                rest = place.adjusted(used, 0, 0, 0)
                said = painter.fontMetrics().elidedText(
                    alias, Qt.TextElideMode.ElideRight, rest.width()
                )
                painter.drawText(
                    rest,
                    int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight),
                    said,
                )
        painter.setPen(look().color("line.hair"))
        painter.drawLine(SIDE_W - 1, 0, SIDE_W - 1, room.height())

    def _paint_head(self, painter: QPainter, columns: range) -> None:
        room = self.viewport().rect()
        painter.fillRect(QRect(0, 0, room.width(), HEAD_H), look().color("surface.raised"))
        painter.setFont(look().font(11))
        at = self.cursor_cell[1] if self.cursor_cell else -1
        painter.save()
        painter.setClipRect(QRect(SIDE_W, 0, room.width(), HEAD_H))
        for column in columns:
            line = self.cell_rect(0, column)
            painter.setPen(look().color("text.bright" if column == at else "text.dim"))
            place = QRect(line.left(), 0, self._cell_w, HEAD_H - 6)
            painter.drawText(
                place,
                int(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignBottom),
                str(self.matrix.vlans[column].vlan),
            )
        painter.restore()
        painter.setPen(look().color("text.dim"))
        painter.drawText(
            QRect(10, 0, SIDE_W - 18, HEAD_H - 6),
            int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom),
            "Port",
        )
        painter.drawText(
            QRect(10, 0, SIDE_W - 18, HEAD_H - 6),
            int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom),
            "VLAN",
        )
        painter.setPen(look().color("line.hair"))
        painter.drawLine(0, HEAD_H - 1, room.width(), HEAD_H - 1)

    # --- hands -----------------------------------------------------------------------------

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        under = self.cell_at(event.position().toPoint())
        if under != self._under:
            self._under = under
            tip = "" if under is None else plain_tip(self.matrix.about(*under))
            self.viewport().setToolTip(tip)
            self.viewport().update()

    def leaveEvent(self, event: QEvent) -> None:
        self._under = None
        self.viewport().update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        cell = self.cell_at(event.position().toPoint())
        if cell is not None:
            self.go_to(*cell)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        place = event.position().toPoint()
        row = (place.y() - HEAD_H + self.verticalScrollBar().value()) // CELL_H
        if place.y() >= HEAD_H and row < len(self.matrix.ports):
            self.opened.emit(int(self.matrix.ports[row].id))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {
            Qt.Key.Key_Left: (0, -1),
            Qt.Key.Key_Right: (0, 1),
            Qt.Key.Key_Up: (-1, 0),
            Qt.Key.Key_Down: (1, 0),
            Qt.Key.Key_PageUp: (-20, 0),
            Qt.Key.Key_PageDown: (20, 0),
            Qt.Key.Key_Home: (0, -(1 << 20)),
            Qt.Key.Key_End: (0, 1 << 20),
        }
        key = Qt.Key(event.key())
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif key in steps and self.matrix.ports and self.matrix.vlans:
            row, column = self.cursor_cell or (0, 0)
            down, across = steps[key] if self.cursor_cell else (0, 0)
            self.go_to(
                min(len(self.matrix.ports) - 1, max(0, row + down)),
                min(len(self.matrix.vlans) - 1, max(0, column + across)),
            )
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.cursor_cell is not None:
            self.opened.emit(int(self.matrix.ports[self.cursor_cell[0]].id))
        else:
            super().keyPressEvent(event)

    def go_to(self, row: int, column: int) -> None:
        """Put the cursor on a cell and bring it into sight."""
        self.cursor_cell = (row, column)
        for bar, at, size, page in (
            (self.horizontalScrollBar(), column, self._cell_w, self.viewport().width() - SIDE_W),
            (self.verticalScrollBar(), row, CELL_H, self.viewport().height() - HEAD_H),
        ):
            if at * size < bar.value():
                bar.setValue(at * size)
            elif (at + 1) * size > bar.value() + page:
                bar.setValue((at + 1) * size - page)
        self.setAccessibleDescription(self.matrix.about(row, column))
        self.chosen.emit(self.matrix.about(row, column))
        self.viewport().update()
