"""What stands at the right side of the map: one panel at a time, each made alike."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from noc_console.views.kit.icons import IconButton
from noc_console.views.kit.label import ElidedLabel, Label
from noc_console.views.kit.theme import GRID

WIDTH = 360


class SidePanel(QWidget):
    """A title with a way out, a line under it, and a `body` that scrolls."""

    closed = Signal()

    def __init__(self, title: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "side")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedWidth(WIDTH)
        self.title = ElidedLabel(title, size="large", tone="bright")
        self.under = Label("", tone="dim", wrap=True)
        self.body = QVBoxLayout()
        self.body.setSpacing(GRID)
        self._lay_out()

    def _lay_out(self) -> None:
        close = IconButton("close", "Close (Esc)")
        close.clicked.connect(self.closed)
        head = QHBoxLayout()
        head.setContentsMargins(2 * GRID, 0, GRID, 0)
        head.addWidget(self.title, 1)
        head.addWidget(close)
        inside = QWidget()
        inner = QVBoxLayout(inside)
        inner.setContentsMargins(2 * GRID, 0, 2 * GRID, 2 * GRID)
        inner.setSpacing(GRID)
        inner.addWidget(self.under)
        inner.addLayout(self.body, 1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inside)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, GRID, 0, 0)
        layout.setSpacing(GRID)
        layout.addLayout(head)
        layout.addWidget(scroll, 1)
