"""What lies over the map while one works with it: chosen, lit, marked, under the hand."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from noc_console.views.kit.theme import look
from noc_console.views.topology.painter import size_at
from noc_console.views.topology.scene import LANE

if TYPE_CHECKING:
    from noc_console.views.topology.canvas import MapCanvas

PULSE_MS = 900.0
VEIL = 150
"""How much of a dimmed map the ground covers, of 255."""


def paint(painter: QPainter, canvas: MapCanvas) -> None:
    """Everything above the network, with every frame."""
    if canvas.marks and not canvas.shows_sites:
        _paint_marks(painter, canvas)
    if canvas.path:
        _paint_ways(painter, canvas, canvas.path, 9.0, 70)
    if not canvas.shows_sites:
        _paint_chosen(painter, canvas)
    if canvas.rubber is not None:
        color = QColor(canvas.painter().ink.focus)
        painter.setPen(QPen(color, 1.0))
        color.setAlpha(36)
        painter.setBrush(color)
        painter.drawRect(canvas.rubber)


def now_ms() -> float:
    return time.monotonic() * 1000


def _paint_chosen(painter: QPainter, canvas: MapCanvas) -> None:
    ink = canvas.painter().ink
    if canvas.hit.link is not None:
        _paint_ways(painter, canvas, {canvas.hit.link}, 8.0, 80)
    for number in canvas.selection:
        _paint_ring(painter, canvas, number, ink.focus, 2.2, 4.0)
    if canvas.hit.device is not None:
        _paint_ring(painter, canvas, canvas.hit.device, ink.text, 1.4, 4.0)
    _paint_pulse(painter, canvas)


def _paint_marks(painter: QPainter, canvas: MapCanvas) -> None:
    scene, camera, marks = canvas.scene, canvas.camera, canvas.marks
    if marks.dim:
        veil = QColor(canvas.painter().ink.ground)
        veil.setAlpha(VEIL)
        painter.fillRect(canvas.rect(), veil)
    start, end = scene.ends(LANE / camera.scale)
    for number, mark in marks.links.items():
        style = Qt.PenStyle.DashLine if mark.dashed else Qt.PenStyle.SolidLine
        painter.setPen(QPen(look().color(mark.tint), 3.0, style))
        a, b = camera.to_screen(start[number]), camera.to_screen(end[number])
        painter.drawLine(QPointF(*a), QPointF(*b))
    for number, mark in marks.devices.items():
        _paint_ring(painter, canvas, number, look().color(mark.tint), 2.6, 3.0)


def _paint_ways(
    painter: QPainter, canvas: MapCanvas, links: Iterable[int], width: float, alpha: int
) -> None:
    """A broad translucent stroke along links."""
    color = QColor(canvas.painter().ink.focus)
    color.setAlpha(alpha)
    painter.setPen(QPen(color, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    start, end = canvas.scene.ends(LANE / canvas.camera.scale)
    for number in links:
        a, b = canvas.camera.to_screen(start[number]), canvas.camera.to_screen(end[number])
        painter.drawLine(QPointF(*a), QPointF(*b))


def _paint_ring(
    painter: QPainter, canvas: MapCanvas, number: int, color: QColor, width: float, air: float
) -> None:
    scene, camera = canvas.scene, canvas.camera
    x, y = camera.to_screen(scene.at[number])
    radius = size_at(camera.scale) * (1.22, 1.0, 0.86)[scene.rank[number]] / 2 + air
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(color, width))
    painter.drawEllipse(QPointF(x, y), radius, radius)


def _paint_pulse(painter: QPainter, canvas: MapCanvas) -> None:
    """A ring that widens and fades around what was searched."""
    if canvas.pulse is None or canvas.pulse[1] >= len(canvas.scene.nodes):
        return
    part = (now_ms() - canvas.pulse[0]) / PULSE_MS
    if 0.0 <= part <= 1.0:
        color = QColor(canvas.painter().ink.focus)
        color.setAlphaF(1.0 - part)
        _paint_ring(painter, canvas, canvas.pulse[1], color, 2.5, 6.0 + 34.0 * part)
