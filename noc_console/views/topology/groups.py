"""A collapsed group as it is drawn: a ring of how its members are, and how many they are."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QPainter, QPen, QPixmap

from noc_console.services.alarms.model import Severity
from noc_console.services.topology.model import Node
from noc_console.views.kit.severity import paint_severity
from noc_console.views.kit.theme import look as theme_look
from noc_console.views.topology.glyphs import sign
from noc_console.views.topology.ink import Ink
from noc_console.views.topology.scene import LOOK_DOWN, severity_of

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

KEPT = 600
"""Pictures of groups kept; then they are drawn anew."""
SMALLEST_ARC = 16.0
"""Degrees: one device in trouble among a thousand is still seen."""


class GroupSheet:
    """Pictures of groups, each kept as long as it looks the same."""

    def __init__(self, ratio: float, ink: Ink) -> None:
        self._ratio, self._ink = ratio, ink
        self._font = theme_look().font(11, QFont.Weight.DemiBold)
        self._kept: dict[tuple[object, ...], QPixmap] = {}

    def put(
        self,
        painter: QPainter,
        at: Floats,
        size: float,
        node: Node,
        pie: Ints | None,
        look: int,
    ) -> None:
        """A group with its middle at a point of the paper; `pie` counts its members' looks."""
        parts = () if pie is None else tuple(pie.tolist())
        key = (size, node.type, len(node.members), parts, look)
        picture = self._kept.get(key)
        if picture is None:
            if len(self._kept) >= KEPT:
                self._kept.clear()
            picture = self._kept[key] = self._draw(size, node, parts, look)
        painter.drawPixmap(
            round(float(at[0]) - picture.width() / 2),
            round(float(at[1]) - picture.height() / 2),
            picture,
        )

    def _draw(self, size: float, node: Node, pie: tuple[int, ...], look: int) -> QPixmap:
        radius = size * 0.61
        edge = 2 * math.ceil((radius + 14) * self._ratio)
        picture = QPixmap(edge, edge)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.translate(edge / 2, edge / 2)
            painter.scale(self._ratio, self._ratio)
            self._paint(painter, radius, node, pie, look)
        finally:
            painter.end()
        return picture

    def _paint(
        self, painter: QPainter, radius: float, node: Node, pie: tuple[int, ...], look: int
    ) -> None:
        ink, middle = self._ink, QPointF(0, 0)
        painter.setPen(QPen(ink.ground, 2.0))
        painter.setBrush(ink.body)
        # A second rim behind: it is several.
        painter.drawEllipse(middle, radius + 4.0, radius + 4.0)
        painter.setPen(QPen(ink.edge, 1.2))
        painter.drawEllipse(middle, radius + 3.4, radius + 3.4)
        painter.drawEllipse(middle, radius, radius)
        ring = QRectF(-radius, -radius, 2 * radius, 2 * radius)
        paint_pie(painter, ring, pie, ink, 3.0)
        count = str(len(node.members))
        if radius >= 14.0:
            stroke = QPen(ink.glyph, 1.2)
            stroke.setCapStyle(Qt.PenCapStyle.RoundCap)
            painter.setPen(stroke)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPath(sign(node.type, QPointF(0, -radius * 0.34), radius * 0.26))
            ring = QRectF(-radius, -radius * 0.18, 2 * radius, radius)
        painter.setFont(self._font)
        painter.setPen(ink.text)
        painter.drawText(ring, Qt.AlignmentFlag.AlignCenter, count)
        severity = severity_of(look)
        if severity > Severity.CLEARED:
            self._badge(painter, radius, severity)

    def _badge(self, painter: QPainter, radius: float, severity: Severity) -> None:
        box = QRectF(0, 0, 13, 13)
        box.moveCenter(QPointF(radius * 0.82, -radius * 0.82))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._ink.ground)
        painter.drawEllipse(box.adjusted(-1.6, -1.6, 1.6, 1.6))
        paint_severity(painter, box, severity)


def paint_pie(
    painter: QPainter, ring: QRectF, looks: tuple[int, ...], ink: Ink, width: float
) -> None:
    """A ring of how devices are, counted by look: the worst first, from the top."""
    total = sum(looks)
    start, left = 90.0, 360.0
    for look in range(LOOK_DOWN, 0, -1):
        if not total or look >= len(looks) or not looks[look]:
            continue
        span = min(left, max(SMALLEST_ARC, 360.0 * looks[look] / total))
        pen = QPen(ink.severity[severity_of(look)], width)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        painter.setPen(pen)
        painter.drawArc(ring, round(start * 16), -round(span * 16))
        start, left = start - span, left - span
