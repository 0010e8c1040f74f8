"""How alarms look, everywhere: colour, shape, letter and word together (U2).

The only module that asks for `severity.*` tokens: these colours mean an alarm and nothing else.
"""

from __future__ import annotations

import math
from functools import cache

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFont,
    QIcon,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPixmap,
)
from PySide6.QtWidgets import QWidget

from noc_console.services.alarms.model import Severity
from noc_console.services.inventory.model import Reachability
from noc_console.views.kit.theme import Theme, look

WORDS = {
    Severity.CRITICAL: "Critical",
    Severity.MAJOR: "Major",
    Severity.MINOR: "Minor",
    Severity.WARNING: "Warning",
    Severity.INDETERMINATE: "Unknown",
    Severity.CLEARED: "Cleared",
}
LETTERS = {
    Severity.CRITICAL: "C",
    Severity.MAJOR: "M",
    Severity.MINOR: "m",
    Severity.WARNING: "W",
    Severity.INDETERMINATE: "?",
    Severity.CLEARED: "",
}


def severity_color(severity: Severity, theme: Theme | None = None) -> QColor:
    """In the theme in use, or in another one: drawings for paper are light."""
    return (theme or look().theme).color(f"severity.{severity.name.lower()}")


def severity_word(severity: Severity) -> str:
    return WORDS[severity]


def shape(severity: Severity, rect: QRectF) -> QPainterPath:
    """Octagon, triangle, diamond, square, circle: told apart without colour."""
    path = QPainterPath()
    if severity == Severity.CRITICAL:
        path.addPolygon(_polygon(rect, 8, math.pi / 8))
    elif severity == Severity.MAJOR:
        path.addPolygon(
            [rect.bottomLeft(), QPointF(rect.center().x(), rect.top()), rect.bottomRight()]
        )
    elif severity == Severity.MINOR:
        path.addPolygon(_polygon(rect, 4, 0.0))
    elif severity == Severity.WARNING:
        inset = rect.width() * 0.08
        path.addRoundedRect(rect.adjusted(inset, inset, -inset, -inset), 1.5, 1.5)
    else:
        path.addEllipse(rect)
    path.closeSubpath()
    return path


def paint_severity(
    painter: QPainter, rect: QRectF, severity: Severity, *, quiet: bool = False
) -> None:
    """The sign of a severity; `quiet` draws its outline only, for the acknowledged."""
    color = severity_color(severity)
    hollow = quiet or severity in (Severity.INDETERMINATE, Severity.CLEARED)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    room = rect.adjusted(0.8, 0.8, -0.8, -0.8)
    painter.setPen(QPen(color, max(1.2, rect.width() / 12)))
    painter.setBrush(Qt.BrushStyle.NoBrush if hollow else QBrush(color))
    painter.drawPath(shape(severity, room))
    if severity == Severity.CLEARED:
        painter.drawPolyline(_tick(rect))
    else:
        _paint_letter(painter, rect, severity, color if hollow else look().color("severity.on"))
    painter.restore()


def paint_absent(painter: QPainter, rect: QRectF, severity: Severity) -> None:
    """The grey outline of a severity's shape: there is no alarm of it."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(look().color("icon.plain"))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setOpacity(0.38)
    painter.drawPath(shape(severity, rect.adjusted(1, 1, -1, -1)))
    painter.restore()


@cache
def _pixmap(severity: Severity, size: int, quiet: bool, ratio: float, _theme: str) -> QPixmap:
    pixmap = QPixmap(round(size * ratio), round(size * ratio))
    pixmap.fill(Qt.GlobalColor.transparent)
    pixmap.setDevicePixelRatio(ratio)
    painter = QPainter(pixmap)
    paint_severity(painter, QRectF(0, 0, size, size), severity, quiet=quiet)
    painter.end()
    return pixmap


def severity_pixmap(
    severity: Severity, size: int = 16, *, quiet: bool = False, ratio: float = 2.0
) -> QPixmap:
    return _pixmap(severity, size, quiet, ratio, look().theme.name)


def severity_icon(severity: Severity, *, quiet: bool = False) -> QIcon:
    """For table cells and menus."""
    return QIcon(severity_pixmap(severity, quiet=quiet))


def paint_state(
    painter: QPainter, rect: QRectF, reachability: Reachability, worst: Severity = Severity.CLEARED
) -> None:
    """A device's ring: grey when all is well, its worst alarm's colour otherwise.

    Up is a ring, down a filled disc with a bar, unknown a dashed ring: told apart without colour.
    """
    down = reachability == Reachability.DOWN
    worst = Severity.CRITICAL if down else worst
    color = severity_color(worst) if worst > Severity.CLEARED else look().color("icon.dim")
    pen = QPen(color, max(1.4, rect.width() / 7))
    if reachability == Reachability.UNKNOWN:
        pen.setDashPattern([1.6, 1.4])
    inset = pen.widthF() / 2 + 0.5
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(pen)
    painter.setBrush(QBrush(color) if down else Qt.BrushStyle.NoBrush)
    painter.drawEllipse(rect.adjusted(inset, inset, -inset, -inset))
    if down:
        bar = QRectF(0, 0, rect.width() * 0.46, max(1.6, rect.height() * 0.15))
        bar.moveCenter(rect.center())
        painter.fillRect(bar, look().color("severity.on"))
    painter.restore()


@cache
def _state_pixmap(
    reachability: Reachability, worst: Severity, size: int, ratio: float, _theme: str
) -> QPixmap:
    pixmap = QPixmap(round(size * ratio), round(size * ratio))
    pixmap.fill(Qt.GlobalColor.transparent)
    pixmap.setDevicePixelRatio(ratio)
    painter = QPainter(pixmap)
    paint_state(painter, QRectF(0, 0, size, size), reachability, worst)
    painter.end()
    return pixmap


def state_icon(reachability: Reachability, worst: Severity = Severity.CLEARED) -> QIcon:
    """The ring for table cells; hand in the device's worst active severity."""
    return QIcon(_state_pixmap(reachability, worst, 14, 2.0, look().theme.name))


class SeveritySign(QWidget):
    """The sign of a severity as a widget; blinks to its outline in the dark phase."""

    def __init__(self, size: int = 18, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.severity = Severity.CLEARED
        self.is_quiet = self.is_absent = False
        self.setFixedSize(QSize(size, size))
        look().changed.connect(self.update)

    def show_sign(self, severity: Severity, *, quiet: bool = False, absent: bool = False) -> None:
        """`absent` is for a count that is none: grey."""
        self.severity, self.is_quiet, self.is_absent = severity, quiet, absent
        self.setAccessibleName(severity_word(severity))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self.is_absent:
            paint_absent(painter, QRectF(self.rect()), self.severity)
        else:
            paint_severity(painter, QRectF(self.rect()), self.severity, quiet=self.is_quiet)
        painter.end()


def _polygon(rect: QRectF, corners: int, turn: float) -> list[QPointF]:
    center, radius = rect.center(), rect.width() / 2
    if corners == 8:
        radius *= 1.06
    step = 2 * math.pi / corners
    return [
        QPointF(
            center.x() + radius * math.cos(turn + at * step),
            center.y() + radius * math.sin(turn + at * step),
        )
        for at in range(corners)
    ]


def _tick(rect: QRectF) -> list[QPointF]:
    return [
        QPointF(rect.left() + rect.width() * x, rect.top() + rect.height() * y)
        for x, y in ((0.30, 0.52), (0.45, 0.67), (0.71, 0.36))
    ]


def _paint_letter(painter: QPainter, rect: QRectF, severity: Severity, color: QColor) -> None:
    # A triangle has room for a smaller letter only, and its middle lies lower than its box's.
    is_triangle = severity == Severity.MAJOR
    size = rect.height() * (0.46 if is_triangle else 0.56)
    font = look().font(max(7, round(size)), QFont.Weight.Bold)
    painter.setFont(font)
    painter.setPen(color)
    drop = rect.height() * (0.17 if is_triangle else 0.0)
    painter.drawText(rect.translated(0, drop), Qt.AlignmentFlag.AlignCenter, LETTERS[severity])
