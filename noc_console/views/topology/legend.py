"""What the colours, widths and dashes of the map mean, in its lower left corner."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from noc_console.services.alarms.model import Severity
from noc_console.views.kit.severity import WORDS, paint_severity
from noc_console.views.kit.theme import look
from noc_console.views.topology.ink import DOWN, STEPS, UNKNOWN, Ink

HEIGHT = 40
LEFT = 20.0
SWATCH = 13.0
GAP = 20.0
SHOWN = (Severity.CRITICAL, Severity.MAJOR, Severity.MINOR, Severity.WARNING)


def paint(painter: QPainter, width: int, height: int, ink: Ink) -> None:
    """The legend along the lower edge; parts that do not fit are left out, whole."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    shade = QColor(ink.ground)
    shade.setAlpha(225)
    painter.fillRect(QRectF(0, height - HEIGHT, width, HEIGHT), shade)
    painter.setFont(look().font(11))
    base = height - 15.0
    at = LEFT
    for part in (_load, _dead, _unknown, *(_severity(each) for each in SHOWN)):
        wide = part(None, 0.0, base, ink)
        if at + wide > width - 12:
            break
        part(painter, at, base, ink)
        at += wide + GAP
    painter.restore()


def _text(painter: QPainter | None, at: float, base: float, text: str, color: QColor) -> float:
    if painter is not None:
        painter.setPen(color)
        painter.drawText(QPointF(at, base), text)
    return QFontMetricsF(look().font(11)).horizontalAdvance(text)


def _load(painter: QPainter | None, at: float, base: float, ink: Ink) -> float:
    """The ramp of utilisation with its marks."""
    start = at
    at += _text(painter, at, base, "Load 0", ink.text_dim) + 7
    for step in range(STEPS):
        if painter is not None:
            box = QRectF(at, base - 8, SWATCH - 1, 7)
            painter.fillRect(box, ink.links[step])
        at += SWATCH
    at += 6
    at += _text(painter, at, base, "100 %", ink.text_dim)
    return at - start


def _line(painter: QPainter | None, at: float, base: float, pen: QPen) -> float:
    if painter is not None:
        painter.setPen(pen)
        painter.drawLine(QPointF(at, base - 4), QPointF(at + 26, base - 4))
    return 33.0


def _dead(painter: QPainter | None, at: float, base: float, ink: Ink) -> float:
    pen = QPen(ink.links[DOWN], 2.0)
    pen.setDashPattern([4.0, 3.0])
    wide = _line(painter, at, base, pen)
    return wide + _text(painter, at + wide, base, "link down", ink.text_dim)


def _unknown(painter: QPainter | None, at: float, base: float, ink: Ink) -> float:
    pen = QPen(ink.links[UNKNOWN], 1.6)
    pen.setDashPattern([1.0, 3.0])
    wide = _line(painter, at, base, pen)
    return wide + _text(painter, at + wide, base, "load not known", ink.text_dim)


Part = Callable[["QPainter | None", float, float, Ink], float]


def _severity(severity: Severity) -> Part:
    def part(painter: QPainter | None, at: float, base: float, ink: Ink) -> float:
        if painter is not None:
            paint_severity(painter, QRectF(at, base - 11, 14, 14), severity)
            painter.setFont(look().font(11))
            painter.setBrush(Qt.BrushStyle.NoBrush)
        return 20 + _text(painter, at + 20, base, WORDS[severity].lower(), ink.text_dim)

    return part
