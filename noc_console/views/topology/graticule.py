"""A quiet grid of coordinates, and their figures at the edge of the window."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from noc_console.services.topology import mercator
from noc_console.views.kit.theme import look
from noc_console.views.topology.camera import Camera
from noc_console.views.topology.ink import mix

STEPS = (
    60.0, 30.0, 15.0, 10.0, 5.0, 2.0, 1.0, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001,
    0.0005, 0.0002, 0.0001,
)  # fmt: skip
"""Degrees between lines."""
LEAST_APART = 130.0
"""Pixels between lines, at least."""
LABEL = 11
AIR = 6.0
MOST = 400
"""Lines of one direction: far more than any window shows."""

Lines = list[tuple[float, float]]
"""Degrees, and where that is in pixels."""


def step_at(scale: float) -> float:
    """Degrees between two lines at a scale of the camera."""
    per_degree = mercator.WORLD / 360 * scale
    return next((s for s in reversed(STEPS) if s * per_degree >= LEAST_APART), STEPS[0])


def meridians(camera: Camera, width: float) -> Lines:
    """The longitudes in view."""
    left, right = camera.to_map(0, 0)[0], camera.to_map(width, 0)[0]
    half = mercator.WORLD / 2
    west, east = (
        float(mercator.to_degrees(np.array([min(max(x, -half), half), 0.0]))[1])
        for x in (left, right)
    )
    step = step_at(camera.scale)
    told = _multiples(west, east, step)
    return [(at, float(mercator.to_map(0.0, at)[0]) * camera.scale + camera.x) for at in told]


def parallels(camera: Camera, height: float) -> Lines:
    """The latitudes in view."""
    half = mercator.WORLD / 2
    top, bottom = camera.to_map(0, 0)[1], camera.to_map(0, height)[1]
    north, south = (
        float(mercator.to_degrees(np.array([0.0, min(max(y, -half), half)]))[0])
        for y in (top, bottom)
    )
    step = step_at(camera.scale)
    told = _multiples(south, north, step)
    return [(at, float(mercator.to_map(at, 0.0)[1]) * camera.scale + camera.y) for at in told]


def _multiples(low: float, high: float, step: float) -> list[float]:
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [at * step for at in range(first, min(last, first + MOST) + 1)]


def written(degrees: float, step: float, sides: str) -> str:
    """`52.5° N`: as many decimals as the step has; `sides` are the letters for + and -."""
    decimals = max(0, math.ceil(-math.log10(step) - 1e-9))
    side = sides[0] if degrees >= 0 else sides[1]
    return f"{abs(degrees):.{decimals}f}°" + (f" {side}" if abs(degrees) > step / 2 else "")


class Grid:
    """The lines, under the network."""

    def paint(self, painter: QPainter, camera: Camera, width: int, height: int) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(QPen(line_color(), 0))
        half = mercator.WORLD / 2
        top, bottom = (max(0.0, -half * camera.scale + camera.y), half * camera.scale + camera.y)
        left, right = (max(0.0, -half * camera.scale + camera.x), half * camera.scale + camera.x)
        bottom, right = min(bottom, float(height)), min(right, float(width))
        for _, x in meridians(camera, width):
            painter.drawLine(QPointF(round(x), top), QPointF(round(x), bottom))
        for _, y in parallels(camera, height):
            painter.drawLine(QPointF(left, round(y)), QPointF(right, round(y)))


class Figures:
    """The coordinates at the edges, over everything."""

    def paint(self, painter: QPainter, camera: Camera, width: int, height: int) -> None:
        theme = look()
        painter.setFont(theme.font(LABEL))
        step, metrics = step_at(camera.scale), painter.fontMetrics()
        tall = float(metrics.height())
        for degrees, x in meridians(camera, width):
            text = written(degrees, step, "EW")
            wide = metrics.horizontalAdvance(text) + 2 * AIR
            _plate(painter, QRectF(x - wide / 2, 2, wide, tall), text)
        for degrees, y in parallels(camera, height):
            if y < 2 * tall or y > height - 3 * tall:
                continue  # the corners belong to the longitudes and the legend
            text = written(degrees, step, "NS")
            wide = metrics.horizontalAdvance(text) + 2 * AIR
            _plate(painter, QRectF(width - wide - 2, y - tall / 2, wide, tall), text)


def line_color() -> QColor:
    """Just visible."""
    theme = look()
    return mix(theme.color("line.hair"), theme.color("surface.field"), 0.25)


def _plate(painter: QPainter, box: QRectF, text: str) -> None:
    theme = look()
    ground = QColor(theme.color("surface.field"))
    ground.setAlpha(200)
    painter.fillRect(box, ground)
    painter.setPen(theme.color("text.faint"))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
