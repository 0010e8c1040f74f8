"""Whether a device stands inside a shape somebody drew."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from noc_console.services.inventory.model import DeviceId
from noc_console.services.maps.model import Drawing, DrawingKind, Point
from noc_console.services.topology.model import Position

AREAS = frozenset({DrawingKind.RECTANGLE, DrawingKind.ELLIPSE, DrawingKind.POLYGON})
"""Drawings that have an inside."""


def devices(drawing: Drawing, places: Mapping[DeviceId, Position]) -> frozenset[DeviceId]:
    """Who stands inside, the border included."""
    return frozenset(id for id, at in places.items() if holds(drawing, at.x, at.y))


def holds(drawing: Drawing, x: float, y: float) -> bool:
    """Whether a point in map units is inside."""
    if drawing.kind not in AREAS or drawing.width <= 0 or drawing.height <= 0:
        return False
    across, down = (x - drawing.x) / drawing.width, (y - drawing.y) / drawing.height
    if not (0 <= across <= 1 and 0 <= down <= 1):
        return False
    if drawing.kind is DrawingKind.ELLIPSE:
        return (across - 0.5) ** 2 + (down - 0.5) ** 2 <= 0.25
    if drawing.kind is DrawingKind.POLYGON:
        return _in_polygon(drawing.points, (across, down))
    return True


def _in_polygon(corners: Iterable[Point], spot: Point) -> bool:
    """Even-odd: a line from the spot crosses the outline an odd number of times."""
    outline, (x, y) = tuple(corners), spot
    inside = False
    for (x0, y0), (x1, y1) in zip(outline, (*outline[1:], *outline[:1]), strict=True):
        if (y0 > y) != (y1 > y) and x < (x1 - x0) * (y - y0) / (y1 - y0) + x0:
            inside = not inside
    return inside
