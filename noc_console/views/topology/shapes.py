"""Drawings as geometry: where they are, what is hit, and how a hand changes them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace
from uuid import uuid4

from noc_console.services.maps.model import LARGEST, Drawing, DrawingKind, Point, Tint

GRID_UNITS = 20.0
LEAST = 12.0
"""A drawing is not made smaller than this, in map units."""
NOTE_SIZE = (200.0, 72.0)
STROKES = (DrawingKind.LINE, DrawingKind.ARROW)
AREAS = (DrawingKind.RECTANGLE, DrawingKind.ELLIPSE, DrawingKind.POLYGON)
HANDLES = ((0, 0), (1, 0), (2, 0), (2, 1), (2, 2), (1, 2), (0, 2), (0, 1))
"""Corners and middles of a box, in halves of it."""


def fresh(
    kind: DrawingKind, start: Point, end: Point, *, z: int, tint: Tint, scale: float = 1.0
) -> Drawing:
    """A new drawing from one corner, or end, to the other.

    A note nobody gave a size is as large as it is read well at this scale of the map.
    """
    left, top = min(start[0], end[0]), min(start[1], end[1])
    width, height = abs(end[0] - start[0]), abs(end[1] - start[1])
    points: tuple[Point, ...] = ()
    if kind in STROKES:
        points = tuple(_shares((start, end), left, top, width, height))
    elif kind is DrawingKind.NOTE and max(width, height) < LEAST:
        width, height = (side / min(scale, 1.0) for side in NOTE_SIZE)
    else:
        width, height = max(width, LEAST), max(height, LEAST)
    return Drawing(
        uuid4().hex, kind, round(left, 2), round(top, 2), round(width, 2), round(height, 2),
        tint=tint, points=points, z=z,
    )  # fmt: skip


def polygon(corners: Sequence[Point], *, z: int, tint: Tint) -> Drawing:
    """An area with these corners."""
    left, top = (min(each[axis] for each in corners) for axis in (0, 1))
    width, height = (
        max(each[axis] for each in corners) - low for axis, low in ((0, left), (1, top))
    )
    width, height = max(width, LEAST), max(height, LEAST)
    return Drawing(
        uuid4().hex, DrawingKind.POLYGON, left, top, width, height,
        tint=tint, points=tuple(_shares(corners, left, top, width, height)), z=z,
    )  # fmt: skip


def corners(drawing: Drawing) -> tuple[Point, ...]:
    """Its points on the map."""
    return tuple(
        (drawing.x + x * drawing.width, drawing.y + y * drawing.height) for x, y in drawing.points
    )


def handles(drawing: Drawing) -> tuple[Point, ...]:
    """Where a hand takes hold to resize: the ends of a line, else corners and middles."""
    if drawing.kind in STROKES:
        return corners(drawing)
    return tuple(
        (drawing.x + drawing.width * right / 2, drawing.y + drawing.height * down / 2)
        for right, down in HANDLES
    )


def moved(drawing: Drawing, dx: float, dy: float) -> Drawing:
    return replace(drawing, x=round(drawing.x + dx, 2), y=round(drawing.y + dy, 2))


def resized(drawing: Drawing, handle: int, spot: Point, *, keep_shape: bool = False) -> Drawing:
    """With one handle taken to another place; images and Shift keep the proportions."""
    if drawing.kind in STROKES:
        ends = list(corners(drawing))
        ends[handle] = spot
        changed = fresh(drawing.kind, ends[0], ends[1], z=drawing.z, tint=drawing.tint)
        return replace(
            drawing, x=changed.x, y=changed.y, width=changed.width, height=changed.height,
            points=changed.points,
        )  # fmt: skip
    right, down = HANDLES[handle]
    box = [drawing.x, drawing.y, drawing.x + drawing.width, drawing.y + drawing.height]
    if right != 1:
        box[right] = spot[0]
    if down != 1:
        box[down + 1] = spot[1]
    width = min(max(box[2] - box[0], LEAST), LARGEST)
    height = min(max(box[3] - box[1], LEAST), LARGEST)
    if keep_shape and drawing.width > 0 and drawing.height > 0:
        part = max(width / drawing.width, height / drawing.height)
        if right == 1:
            part = height / drawing.height
        elif down == 1:
            part = width / drawing.width
        part = min(part, LARGEST / max(drawing.width, drawing.height))
        width, height = drawing.width * part, drawing.height * part
    x = box[2] - width if right == 0 else box[0]
    y = box[3] - height if down == 0 else box[1]
    return replace(
        drawing, x=round(x, 2), y=round(y, 2), width=round(width, 2), height=round(height, 2)
    )


def is_hit(drawing: Drawing, spot: Point, reach: float) -> bool:
    """Whether a point of the map is on it, or within `reach` of a line."""
    x, y = spot
    if drawing.kind in STROKES:
        start, end = corners(drawing)
        return _far(spot, start, end) <= reach
    inside = (
        drawing.x - reach <= x <= drawing.x + drawing.width + reach
        and drawing.y - reach <= y <= drawing.y + drawing.height + reach
    )
    if not inside:
        return False
    if drawing.kind is DrawingKind.ELLIPSE:
        across = 2 * (x - drawing.x) / max(drawing.width, 1e-6) - 1
        along = 2 * (y - drawing.y) / max(drawing.height, 1e-6) - 1
        return across * across + along * along <= 1.0
    if drawing.kind is DrawingKind.POLYGON:
        return _is_within(spot, corners(drawing))
    return True


def top_hit(drawings: Iterable[Drawing], spot: Point, reach: float) -> Drawing | None:
    """The uppermost drawing under a point that is not locked."""
    found = None
    for each in drawings:
        if not each.is_locked and is_hit(each, spot, reach):
            found = each
    return found


def snapped(spot: Point, grid: float = GRID_UNITS) -> Point:
    """The nearest crossing of the grid."""
    return round(spot[0] / grid) * grid, round(spot[1] / grid) * grid


def _shares(
    points: Iterable[Point], left: float, top: float, width: float, height: float
) -> Iterable[Point]:
    for x, y in points:
        across = (x - left) / width if width else 0.0
        along = (y - top) / height if height else 0.0
        yield round(min(max(across, 0.0), 1.0), 6), round(min(max(along, 0.0), 1.0), 6)


def _far(spot: Point, start: Point, end: Point) -> float:
    """From a point to a stretch of line."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = dx * dx + dy * dy
    part = 0.0
    if length:
        part = ((spot[0] - start[0]) * dx + (spot[1] - start[1]) * dy) / length
        part = min(max(part, 0.0), 1.0)
    return math.hypot(spot[0] - start[0] - part * dx, spot[1] - start[1] - part * dy)


def _is_within(spot: Point, around: Sequence[Point]) -> bool:
    """Even-odd rule."""
    x, y = spot
    inside = False
    for at, (x1, y1) in enumerate(around):
        x2, y2 = around[at - 1]
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            inside = not inside
    return inside
