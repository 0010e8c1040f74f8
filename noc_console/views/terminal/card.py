"""The card beside the pointer: what the network knows of a word in a terminal."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from noc_console.services.terminal.names import MOST_FACTS, Card
from noc_console.views.kit.label import ElidedLabel, Label
from noc_console.views.kit.sparkline import Sparkline
from noc_console.views.kit.theme import GRID

WIDTH = 300
AWAY = QPoint(14, 18)


class LiveCard(QWidget):
    """Floats over the terminal, takes no focus and lets the pointer through."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.ToolTip | Qt.WindowType.FramelessWindowHint)
        self.setProperty("role", "popup")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setFixedWidth(WIDTH)
        self.title = ElidedLabel("", tone="bright")
        self.under = Label("", tone="dim", size="small", wrap=True)
        self.hint = Label("", tone="faint", size="small")
        self.curve = Sparkline()
        self.curve_text = Label("", tone="faint", size="small")
        self.rows = [(Label("", tone="dim"), ElidedLabel("")) for _ in range(MOST_FACTS)]
        grid = QGridLayout()
        grid.setHorizontalSpacing(2 * GRID)
        grid.setVerticalSpacing(3)
        grid.setColumnStretch(1, 1)
        for at, (name, text) in enumerate(self.rows):
            name.setMaximumWidth(130)
            grid.addWidget(name, at, 0)
            grid.addWidget(text, at, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 10, 12, 10)
        layout.setSpacing(5)
        layout.addWidget(self.title)
        layout.addWidget(self.under)
        layout.addLayout(grid)
        layout.addWidget(self.curve_text)
        layout.addWidget(self.curve)
        layout.addWidget(self.hint)

    def tell(self, card: Card, at: QPoint) -> None:
        """Show a card beside a point of the screen."""
        self.title.show_text(card.title)
        self.under.setText(card.under)
        self.under.setVisible(bool(card.under))
        for row, (name, text) in enumerate(self.rows):
            is_told = row < len(card.facts)
            name.setVisible(is_told)
            text.setVisible(is_told)
            if is_told:
                name.setText(card.facts[row][0])
                text.show_text(card.facts[row][1])
        has_curve = card.curve is not None and bool(np.isfinite(card.curve).any())
        self.curve.setVisible(has_curve)
        self.curve_text.setVisible(has_curve)
        if card.curve is not None and has_curve:
            self.curve.show_values(card.curve)
            self.curve_text.setText(card.curve_text)
        goes = card.device_id is not None
        self.hint.setText("Ctrl+click goes there" if goes else "")
        self.hint.setVisible(goes)
        self.adjustSize()
        self._place(at)
        self.show()

    def _place(self, at: QPoint) -> None:
        """Beside the pointer, on its screen; above it where there is no room below."""
        screen = QGuiApplication.screenAt(at) or QGuiApplication.primaryScreen()
        room = screen.availableGeometry()
        spot = at + AWAY
        if spot.y() + self.height() > room.bottom():
            spot.setY(at.y() - AWAY.y() - self.height())
        spot.setX(min(spot.x(), room.right() - self.width()))
        self.move(max(room.left(), spot.x()), max(room.top(), spot.y()))
