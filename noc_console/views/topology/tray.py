"""Sites nobody gave coordinates: a list to drag from onto the map, and their box on it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QMimeData, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QFont, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from noc_console.kernel.text import plural
from noc_console.services.topology.model import Place
from noc_console.views.kit.label import Label
from noc_console.views.kit.theme import GRID, look
from noc_console.views.topology.camera import Camera

MIME = "application/x-noc-console-site"
WIDE = 236
ROWS = 7
LEAST_ROW = 16
CAPTION = 12

Box = tuple[float, float, float, float]


class TrayBox:
    """The outline of the tray on the map, with its caption."""

    def __init__(self) -> None:
        self.box: Box | None = None
        self.caption = ""

    def paint(self, painter: QPainter, camera: Camera, width: int, height: int) -> None:
        if self.box is None:
            return
        left, top, right, bottom = self.box
        theme = look()
        area = QRectF(
            QPointF(left * camera.scale + camera.x, top * camera.scale + camera.y),
            QPointF(right * camera.scale + camera.x, bottom * camera.scale + camera.y),
        ).adjusted(-34, -84, 34, 46)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(theme.color("line.strong"), 1.0)
        pen.setDashPattern([4.0, 4.0])
        painter.setPen(pen)
        painter.setBrush(theme.color("surface.window"))
        painter.drawRoundedRect(area, 8, 8)
        painter.setFont(theme.font(CAPTION, QFont.Weight.DemiBold))
        painter.setPen(theme.color("text.dim"))
        head = QRectF(area.left() - 100, area.top() + 8, area.width() + 200, 20)
        painter.drawText(head, Qt.AlignmentFlag.AlignHCenter, self.caption)


class _Sites(QListWidget):
    """Items that carry their site's id through a drag."""

    def mimeTypes(self) -> list[str]:
        return [MIME]

    def mimeData(self, items: Sequence[QListWidgetItem]) -> QMimeData:
        told = QMimeData()
        if items:
            told.setData(MIME, str(items[0].data(Qt.ItemDataRole.UserRole)).encode())
        return told


class Tray(QFrame):
    """The list, at the map's upper left corner. Enter places the chosen one in the middle."""

    chosen = Signal(int)  # site id

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.setFixedWidth(WIDE)
        self.title = Label("", tone="bright")
        self.sites = _Sites()
        self.sites.setFrameShape(QFrame.Shape.NoFrame)
        self.sites.setDragEnabled(True)
        self.sites.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.sites.setAccessibleName("Sites without coordinates")
        self.sites.itemActivated.connect(self._activated)
        self.hint = Label("Drag a site to where it is.", tone="dim", wrap=True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GRID, GRID, GRID, GRID)
        layout.setSpacing(GRID // 2)
        layout.addWidget(self.title)
        layout.addWidget(self.sites)
        layout.addWidget(self.hint)
        self.hide()

    def show_sites(self, places: Sequence[Place]) -> None:
        """List these; an empty list hides the tray."""
        known: list[Any] = [self.sites.item(at).data(Qt.ItemDataRole.UserRole)
                            for at in range(self.sites.count())]  # fmt: skip
        if known != [int(place.site_id) for place in places]:
            self.sites.clear()
            for place in places:
                item = QListWidgetItem(place.name)
                item.setData(Qt.ItemDataRole.UserRole, int(place.site_id))
                self.sites.addItem(item)
        self.title.setText(f"{plural(len(places), 'site')} without coordinates")
        row = max(self.sites.sizeHintForRow(0), LEAST_ROW)
        self.sites.setFixedHeight(min(len(places), ROWS) * row + 4)
        self.adjustSize()
        self.move(2 * GRID, 4 * GRID)
        self.setVisible(bool(places))

    def _activated(self, item: QListWidgetItem) -> None:
        self.chosen.emit(item.data(Qt.ItemDataRole.UserRole))
