"""What lies over the map while one works with it: chosen, lit, marked, under the hand."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QLineF, QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from noc_console.views.topology.painter import size_at
from noc_console.views.topology.scene import LANE

if TYPE_CHECKING:
    from noc_console.views.topology.canvas import MapCanvas

PULSE_MS = 900.0
RINGS = 2500
"""More rings than this at once would only be a carpet: of so many chosen, some are ringed."""


def paint(painter: QPainter, canvas: MapCanvas) -> None:
    """Everything above the network, with every frame."""
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
    _paint_rings(painter, canvas)
    if canvas.hit.device is not None:
        _paint_ring(painter, canvas, canvas.hit.device, ink.text, 1.4, 4.0)
    _paint_pulse(painter, canvas)


def _paint_rings(painter: QPainter, canvas: MapCanvas) -> None:
    """A ring around every chosen device in view."""
    chosen = canvas.chosen
    if not len(chosen):
        return
    scene, camera, air = canvas.scene, canvas.camera, 30.0
    at = camera.to_screen(scene.at[chosen])
    seen = (
        (at[:, 0] > -air)
        & (at[:, 0] < canvas.width() + air)
        & (at[:, 1] > -air)
        & (at[:, 1] < canvas.height() + air)
    )
    at, chosen = at[seen], chosen[seen]
    every = max(1, len(chosen) // RINGS)
    reach = canvas.painter().radius(scene, chosen, size_at(camera.scale)) + 4.0
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(canvas.painter().ink.focus, 2.2))
    if len(chosen) > 60:
        # Squares and hard edges: a tenth of the price of round rings.
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, len(chosen) <= 300)
        painter.setPen(QPen(canvas.painter().ink.focus, 1.0 if len(chosen) > 300 else 2.2))
        corners = _corners(at[::every], reach[::every])
        painter.drawLines([QLineF(*line) for line in corners.tolist()])
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        return
    for (x, y), radius in zip(at.tolist(), reach.tolist(), strict=True):
        painter.drawEllipse(QPointF(x, y), radius, radius)


def _corners(at: np.ndarray, reach: np.ndarray) -> np.ndarray:
    """The four sides of squares around points."""
    x, y = at[:, 0], at[:, 1]
    left, right, top, bottom = x - reach, x + reach, y - reach, y + reach
    sides = (
        (left, top, right, top),
        (right, top, right, bottom),
        (right, bottom, left, bottom),
        (left, bottom, left, top),
    )
    return np.concatenate([np.column_stack(side) for side in sides])


def _paint_ways(
    painter: QPainter, canvas: MapCanvas, links: Iterable[int], width: float, alpha: int
) -> None:
    """A broad translucent stroke along links."""
    color = QColor(canvas.painter().ink.focus)
    color.setAlpha(alpha)
    painter.setPen(QPen(color, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    which = np.fromiter(links, np.int64)
    start, end = canvas.scene.ends(LANE / canvas.camera.scale, which)
    lines = np.hstack([canvas.camera.to_screen(start), canvas.camera.to_screen(end)])
    painter.drawLines([QLineF(*line) for line in lines.tolist()])


def _paint_ring(
    painter: QPainter, canvas: MapCanvas, number: int, color: QColor, width: float, air: float
) -> None:
    x, y = canvas.camera.to_screen(canvas.scene.at[number])
    radius = canvas.painter().radius_of(canvas.scene, number, canvas.camera) + air
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
