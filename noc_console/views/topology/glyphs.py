"""How a device is drawn: a body, a sign of what it is, a ring of how it is."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QRadialGradient

from noc_console.services.alarms.model import Severity
from noc_console.services.inventory.model import DeviceType
from noc_console.views.kit.severity import paint_severity, shape
from noc_console.views.topology.ink import Ink
from noc_console.views.topology.scene import (
    LOOK_DOWN,
    LOOK_UNKNOWN,
    LOOK_UNMANAGED,
    LOOK_UP,
    severity_of,
)

Strokes = tuple[tuple[tuple[float, float], ...], ...]

# Polylines in a square from -1 to 1, drawn inside the body.
SIGNS: dict[DeviceType, Strokes] = {
    DeviceType.ROUTER: (
        ((-0.95, 0.0), (0.95, 0.0)),
        ((-0.6, -0.35), (-0.95, 0.0), (-0.6, 0.35)),
        ((0.6, -0.35), (0.95, 0.0), (0.6, 0.35)),
        ((0.0, -0.95), (0.0, -0.3)),
        ((-0.35, -0.62), (0.0, -0.27), (0.35, -0.62)),
        ((0.0, 0.95), (0.0, 0.3)),
        ((-0.35, 0.62), (0.0, 0.27), (0.35, 0.62)),
    ),
    DeviceType.SWITCH: (
        ((-0.9, -0.38), (0.9, -0.38)),
        ((0.52, -0.76), (0.9, -0.38), (0.52, 0.0)),
        ((0.9, 0.42), (-0.9, 0.42)),
        ((-0.52, 0.04), (-0.9, 0.42), (-0.52, 0.8)),
    ),
    DeviceType.OLT: (
        ((-0.95, 0.0), (-0.2, 0.0)),
        ((0.85, -0.75), (-0.2, 0.0), (0.85, 0.75)),
        ((-0.2, 0.0), (0.9, 0.0)),
    ),
    DeviceType.FIREWALL: (
        ((-0.85, -0.7), (0.85, -0.7), (0.85, 0.7), (-0.85, 0.7), (-0.85, -0.7)),
        ((-0.85, 0.0), (0.85, 0.0)),
        ((0.0, -0.7), (0.0, 0.0)),
        ((-0.42, 0.0), (-0.42, 0.7)),
        ((0.42, 0.0), (0.42, 0.7)),
    ),
    DeviceType.SERVER: (
        ((-0.8, -0.72), (0.8, -0.72)),
        ((-0.8, 0.0), (0.8, 0.0)),
        ((-0.8, 0.72), (0.8, 0.72)),
    ),
    DeviceType.POWER: (
        ((0.22, -0.95), (-0.5, 0.12), (0.02, 0.12), (-0.22, 0.95)),
        ((-0.22, 0.95), (0.5, -0.12), (-0.02, -0.12), (0.22, -0.95)),
    ),
    DeviceType.OTHER: (),
    DeviceType.WIRELESS: (),
}  # fmt: skip


def body(type: DeviceType, center: QPointF, size: float) -> QPainterPath:
    """The outline: what routes is round, what switches and the rest is square."""
    path = QPainterPath()
    half = size / 2
    if type is DeviceType.ROUTER:
        path.addEllipse(center, half, half)
    else:
        half *= 0.94
        box = QRectF(center.x() - half, center.y() - half, 2 * half, 2 * half)
        path.addRoundedRect(box, size * 0.24, size * 0.24)
    return path


def sign(type: DeviceType, center: QPointF, reach: float) -> QPainterPath:
    """What the device is, as thin strokes."""
    path = QPainterPath()
    for stroke in SIGNS[type]:
        points = [QPointF(center.x() + x * reach, center.y() + y * reach) for x, y in stroke]
        path.moveTo(points[0])
        for point in points[1:]:
            path.lineTo(point)
    if type is DeviceType.WIRELESS:
        foot = QPointF(center.x(), center.y() + reach * 0.75)
        path.addEllipse(foot, reach * 0.1, reach * 0.1)
        for radius in (0.62, 1.2, 1.75):
            box = QRectF(0, 0, 2 * radius * reach, 2 * radius * reach)
            box.moveCenter(foot)
            path.arcMoveTo(box, 45)
            path.arcTo(box, 45, 90)
    elif type is DeviceType.OTHER:
        for x in (-0.6, 0.0, 0.6):
            path.addEllipse(QPointF(center.x() + x * reach, center.y()), reach * 0.1, reach * 0.1)
    return path


def paint_device(
    painter: QPainter, center: QPointF, size: float, type: DeviceType, look: int, ink: Ink
) -> None:
    """A device at close range, `size` pixels across, with its badge when it has trouble."""
    severity = severity_of(look)
    trouble = severity > Severity.CLEARED
    color = ink.severity[severity] if trouble else ink.edge
    if severity >= Severity.CRITICAL:
        _glow(painter, center, size, color)
    pen = QPen(color, max(1.3, size / (11 if trouble else 17)))
    if look in (LOOK_UNKNOWN, LOOK_UNMANAGED):
        pen.setDashPattern([2.2, 1.8])
        pen.setColor(ink.faint if look == LOOK_UNMANAGED else ink.edge)
    painter.setPen(pen)
    painter.setBrush(ink.ground if look == LOOK_UNMANAGED else ink.body)
    painter.drawPath(body(type, center, size))
    if size >= 13:
        dimmed = look in (LOOK_DOWN, LOOK_UNMANAGED, LOOK_UNKNOWN)
        stroke = QPen(ink.edge if dimmed else ink.glyph, max(1.1, size / 20))
        stroke.setCapStyle(Qt.PenCapStyle.RoundCap)
        stroke.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(stroke)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(sign(type, center, size * 0.27))
    if look == LOOK_DOWN:
        _strike(painter, center, size, color)
    if trouble:
        _badge(painter, center, size, severity, ink)


def paint_mark(
    painter: QPainter, center: QPointF, size: float, type: DeviceType, look: int, ink: Ink
) -> None:
    """A device from afar: a filled shape; in trouble it has the shape of its severity."""
    severity = severity_of(look)
    painter.setPen(Qt.PenStyle.NoPen)
    if severity > Severity.CLEARED:
        big = size * 1.45
        box = QRectF(center.x() - big / 2, center.y() - big / 2, big, big)
        painter.setBrush(ink.severity[severity])
        painter.drawPath(shape(severity, box))
        return
    painter.setBrush(ink.edge if look == LOOK_UP else ink.faint)
    painter.drawPath(body(type, center, size))


def _glow(painter: QPainter, center: QPointF, size: float, color: QColor) -> None:
    gradient = QRadialGradient(center, size * 0.98)
    for stop, alpha in ((0.45, 105), (1.0, 0)):
        shade = QColor(color)
        shade.setAlpha(alpha)
        gradient.setColorAt(stop, shade)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(gradient)
    painter.drawEllipse(center, size * 0.98, size * 0.98)


def _strike(painter: QPainter, center: QPointF, size: float, color: QColor) -> None:
    reach = size * 0.27
    painter.setPen(QPen(color, max(1.6, size / 12), Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    painter.drawLine(
        QPointF(center.x() - reach, center.y() + reach),
        QPointF(center.x() + reach, center.y() - reach),
    )


def _badge(painter: QPainter, center: QPointF, size: float, severity: Severity, ink: Ink) -> None:
    """The severity's shape and letter at the upper right, cut out of the ground."""
    big = max(9.0, size * 0.46)
    box = QRectF(0, 0, big, big)
    box.moveCenter(QPointF(center.x() + size * 0.44, center.y() - size * 0.42))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ink.ground)
    margin = max(1.4, size / 16)
    painter.drawEllipse(box.adjusted(-margin, -margin, margin, margin))
    if big >= 13:
        paint_severity(painter, box, severity)
        return
    painter.setBrush(ink.severity[severity])
    painter.drawPath(shape(severity, box))
