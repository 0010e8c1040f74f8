"""How curves, bands, limits and marks look on screen."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from pyqtgraph.functions import arrayToQPolygonF
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from noc_console.services.alarms.model import Severity
from noc_console.views.kit.axes import Axes
from noc_console.views.kit.curves import Floats
from noc_console.views.kit.drawing import Drawn, Limit, Mark, Part
from noc_console.views.kit.severity import paint_severity, severity_color
from noc_console.views.kit.theme import look

FILL, BAND, STACK, GHOST = 30, 52, 150, 120
"""Opacities of 255."""
FEW = 2
"""So many curves have their areas filled; more would be a fog."""
SIGN_PX = 13
LABEL_PX = 14
DENSE = 1.2
"""Values a pixel from which on a line is drawn hard: smooth edges of a zigzag are not seen, and
cost four times as much."""


def paint_parts(painter: QPainter, drawn: Drawn, axes: Axes) -> None:
    """All curves; the painter is clipped to the room between the axes."""
    bodies = [part for part in drawn.parts if not part.curve.ghost]
    for part in drawn.parts:
        if part.band is not None:
            _paint_band(painter, part, axes)
    # Ghosts lie behind.
    for part in sorted(drawn.parts, key=lambda part: not part.curve.ghost):
        if part.base is not None:
            _paint_layer(painter, part, axes)
        else:
            _paint_line(painter, part, axes, is_filled=drawn.has_areas and len(bodies) <= FEW)


def runs(values: Floats) -> list[tuple[int, int]]:
    """Stretches without a gap, as first and past-the-last."""
    known = np.isfinite(values)
    if known.all():
        return [(0, len(values))] if len(values) else []
    edges = np.flatnonzero(np.diff(np.concatenate([[False], known, [False]]).astype(np.int8)))
    return list(zip(edges[0::2].tolist(), edges[1::2].tolist(), strict=True))


def _paint_line(painter: QPainter, part: Part, axes: Axes, *, is_filled: bool) -> None:
    curve, color = part.curve, QColor(look().color(part.curve.tint))
    x, y = axes.x(part.times), axes.y(part.values)
    zero = float(axes.y(0.0))
    pen = QPen(color, 1.2)
    if curve.ghost:
        color.setAlpha(GHOST)
        pen = QPen(color, 1.0)
    is_dense = len(x) > DENSE * axes.width
    if is_dense:
        pen.setWidth(0)
    fill = QColor(color)
    fill.setAlpha(FILL)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, not is_dense)
    for first, last in runs(y):
        if last - first == 1:
            painter.setPen(QPen(color, 3.0, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            painter.drawPoint(QPointF(x[first], y[first]))
            continue
        run: QPolygonF = arrayToQPolygonF(x[first:last], y[first:last])
        if is_filled and not curve.ghost:
            edge = _outline(x[first:last], y[first:last], zero) if is_dense else run
            area = QPolygonF(edge)
            area.append(QPointF(x[last - 1], zero))
            area.append(QPointF(x[first], zero))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(fill)
            painter.drawPolygon(area)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(pen)
        painter.drawPolyline(run)
    if part.kept is not None:
        _paint_kept(painter, part, axes)
    if curve.p95 is not None and not curve.ghost:
        value = -curve.p95 if curve.below else curve.p95
        paint_level(painter, axes, value, color, Qt.PenStyle.DashLine)


def _outline(x: Floats, y: Floats, zero: float) -> QPolygonF:
    """The outer edge of a zigzag, a point a pixel: its area is filled ten times sooner."""
    even = len(x) // 2 * 2
    one, two = y[0:even:2], y[1:even:2]
    outer = np.where(np.abs(one - zero) > np.abs(two - zero), one, two)
    edge: QPolygonF = arrayToQPolygonF(np.ascontiguousarray(x[0:even:2]), outer)
    return edge


def _paint_kept(painter: QPainter, part: Part, axes: Axes) -> None:
    """What 95 % of the samples behind each mean did not exceed: a hair line over the mean."""
    assert part.kept is not None
    color = QColor(look().color(part.curve.tint))
    color.setAlpha(GHOST)
    x, y = axes.x(part.kept[0]), axes.y(part.kept[1])
    painter.setPen(QPen(color, 0))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    for first, last in runs(y):
        painter.drawPolyline(arrayToQPolygonF(x[first:last], y[first:last]))


def _paint_band(painter: QPainter, part: Part, axes: Axes) -> None:
    """From the least to the greatest: a mean alone hides a short peak."""
    assert part.band is not None
    times, least, greatest = part.band
    soft = QColor(look().color(part.curve.tint))
    soft.setAlpha(BAND)
    _paint_between(painter, axes.x(times), axes.y(least), axes.y(greatest), soft)


def _paint_layer(painter: QPainter, part: Part, axes: Axes) -> None:
    """One layer of a stack, with a hard upper edge."""
    assert part.base is not None
    color = QColor(look().color(part.curve.tint))
    x, low, high = axes.x(part.times), axes.y(part.base), axes.y(part.values)
    soft = QColor(color)
    soft.setAlpha(STACK)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    _paint_between(painter, x, low, high, soft)
    painter.setPen(QPen(color, 0))
    for first, last in runs(high):
        painter.drawPolyline(arrayToQPolygonF(x[first:last], high[first:last]))


def _paint_between(painter: QPainter, x: Floats, low: Floats, high: Floats, color: QColor) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    for first, last in runs(low + high):
        there, back = slice(first, last), slice(last - 1, first - 1 if first else None, -1)
        painter.drawPolygon(
            arrayToQPolygonF(
                np.concatenate([x[there], x[back]]), np.concatenate([high[there], low[back]])
            )
        )


def paint_level(
    painter: QPainter, axes: Axes, value: float, color: QColor, style: Qt.PenStyle
) -> None:
    """A level line across the graph."""
    y = round(float(axes.y(value))) + 0.5
    painter.setPen(QPen(color, 1.0, style))
    painter.drawLine(QPointF(axes.left, y), QPointF(axes.right, y))


def paint_limits(painter: QPainter, axes: Axes, limits: Sequence[Limit]) -> None:
    """Where trouble begins: a dotted line with its words at the right end, if it is in view."""
    theme = look()
    taken: list[float] = []
    for limit in limits:
        y = float(axes.y(limit.value))
        if not axes.top - 1 <= y <= axes.bottom + 1:
            continue
        plain = limit.severity is Severity.CLEARED
        color = theme.color("text.faint") if plain else severity_color(limit.severity)
        paint_level(painter, axes, limit.value, color, Qt.PenStyle.DotLine)
        painter.setPen(theme.color("text.dim"))
        free = [
            top
            for top in (y - LABEL_PX - 1, y + 1)
            if axes.top <= top <= axes.bottom - LABEL_PX
            and all(abs(top - other) >= LABEL_PX for other in taken)
        ]
        if not free:
            continue  # the line is told by its colour, words over words tell nothing
        taken.append(free[0])
        box = QRectF(axes.left, free[0], axes.width - 6, LABEL_PX)
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(box, int(right), limit.text)


def mark_box(axes: Axes, mark: Mark) -> QRectF:
    """Where the sign of a mark is: above the room between the axes."""
    x = float(axes.x(max(mark.at, axes.span.start)))
    return QRectF(x - SIGN_PX / 2, axes.top - SIGN_PX - 2, SIGN_PX, SIGN_PX)


def paint_marks(painter: QPainter, axes: Axes, marks: Sequence[Mark]) -> None:
    """Signs above the graph, a hair line down where each began, a bar as long as it stood."""
    theme = look()
    for mark in marks:
        if mark.at > axes.span.end or (mark.end or mark.at) < axes.span.start:
            continue
        is_alarm = mark.severity is not Severity.CLEARED
        color = QColor(severity_color(mark.severity) if is_alarm else theme.color("icon.dim"))
        box = mark_box(axes, mark)
        x = round(box.center().x()) + 0.5
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        if mark.end is not None:
            end = min(axes.right, float(axes.x(min(mark.end, axes.span.end))))
            painter.fillRect(QRectF(x, axes.top - 2, max(2.0, end - x), 2), color)
        color.setAlpha(120)
        painter.setPen(QPen(color, 1, Qt.PenStyle.DotLine))
        if mark.at >= axes.span.start:
            painter.drawLine(QPointF(x, axes.top), QPointF(x, axes.bottom))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if is_alarm:
            paint_severity(painter, box, mark.severity)
        else:
            _paint_change(painter, box)


def _paint_change(painter: QPainter, box: QRectF) -> None:
    """A small hollow diamond: nothing is wrong, something is different."""
    middle, reach = box.center(), box.width() / 2 - 1
    painter.setPen(QPen(look().color("icon.plain"), 1.3))
    painter.setBrush(look().color("surface.field"))
    corners = ((0, -reach), (reach, 0), (0, reach), (-reach, 0))
    painter.drawPolygon(QPolygonF([middle + QPointF(x, y) for x, y in corners]))
