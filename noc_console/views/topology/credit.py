"""Whom to thank for the background map: small, at the edge, on every picture of it."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from noc_console.views.kit.theme import look

SIZE = 11
ABOVE_LEGEND = 50
WIDEST = 0.6
"""Of the picture's width; a longer text is cut."""


def paint(painter: QPainter, width: int, height: int, text: str) -> None:
    """The attribution at the lower right, above the legend; plain text, on a plate."""
    if not text:
        return
    theme = look()
    painter.setFont(theme.font(SIZE))
    metrics = painter.fontMetrics()
    shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, int(width * WIDEST))
    wide, tall = metrics.horizontalAdvance(shown) + 12.0, metrics.height() + 4.0
    box = QRectF(width - wide - 4, height - ABOVE_LEGEND - tall, wide, tall)
    ground = QColor(theme.color("surface.field"))
    ground.setAlpha(215)
    painter.fillRect(box, ground)
    painter.setPen(theme.color("text.dim"))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, shown)
