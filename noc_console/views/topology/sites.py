"""Sites on the map: outlines with their names from near, one bubble each from afar."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from pyqtgraph.functions import arrayToQPolygonF
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QPainter, QPen, QPolygonF

from noc_console.kernel.text import plural
from noc_console.views.kit.severity import paint_severity, severity_pixmap
from noc_console.views.kit.theme import look
from noc_console.views.topology.camera import Camera
from noc_console.views.topology.hulls import SiteShape
from noc_console.views.topology.ink import Ink
from noc_console.views.topology.scene import LOOK_DOWN, severity_of
from noc_console.views.topology.sprites import NameSheet

Floats = NDArray[np.float64]

BUBBLE = 26.0
NAMED = 24.0
"""Sites smaller than this on screen, in pixels from the middle, keep their name to themselves."""
SIGN = 14.0
GAP = 8.0


@dataclass(frozen=True, slots=True)
class Paper:
    """What is drawn on: device pixels, and how many of them make one of the widget's."""

    width: int
    height: int
    ratio: float


@dataclass(frozen=True, slots=True)
class Title:
    """A site's name where it stands: pixels of the widget, centred on `x`."""

    site: SiteShape
    x: float
    top: float
    width: float
    name: str
    under: str

    @property
    def left(self) -> float:
        return self.x - self.width / 2 - 4

    @property
    def right(self) -> float:
        return self.x + self.width / 2 + 4

    @property
    def bottom(self) -> float:
        return self.top + 31.0

    def moved(self, to: Floats) -> Title:
        """The same below a point."""
        return replace(self, x=float(to[0]), top=float(to[1]) + 5.0)

    def overlaps(self, other: Title) -> bool:
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )


def words(site: SiteShape) -> tuple[str, str]:
    """A site's name in two lines: the place, then the rest of it or how many devices."""
    name, _, rest = site.name.partition(",")
    count = plural(len(site.members), "device")
    return name.strip(), rest.strip() or count


def bubble_radius(devices: int) -> float:
    """A site's bubble: a hundred times the devices, about one and a half times the size."""
    return BUBBLE * min(1.5, 0.72 + 0.14 * math.log2(1 + devices) / 2)


class SiteArtist:
    """Draws sites with one ink at one pixel ratio."""

    def __init__(self, ink: Ink, ratio: float) -> None:
        self._ink = ink
        theme = look()
        bold = theme.font(12, QFont.Weight.DemiBold)
        self._number_font = theme.font(13, QFont.Weight.DemiBold)
        self._titles = NameSheet(bold, ratio, ink.text, ink.ground)
        self._counts = NameSheet(theme.font(11), ratio, ink.text_dim, ink.ground)
        self._numbers = NameSheet(theme.font(11), ratio, ink.text_bright, ink.ground)

    # --- from near -------------------------------------------------------------------------

    def paint_hulls(
        self, painter: QPainter, shapes: Sequence[SiteShape], camera: Camera, paper: Paper
    ) -> None:
        """Outlines of what is in view; where sites overlap they flow together."""
        seen: list[tuple[SiteShape, QPolygonF, QPolygonF]] = []
        for site in shapes:
            # A small outline needs fewer corners: soft edges are paid by the corner.
            every = 1 if site.reach * camera.scale > 300 else 4
            points = camera.to_screen(site.outline[::every]) * paper.ratio
            if not _is_off(points, paper):
                middle = camera.to_screen(site.centre) * paper.ratio
                grown = 1.0 + 1.0 / max(site.reach * camera.scale, 8.0)
                seen.append((site, _polygon(points), _polygon(middle + (points - middle) * grown)))
        # Two fills, not a fill and a stroke: a soft stroke costs five times as much.
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._ink.hull_edge)
        for _, _, edge in seen:
            painter.drawConvexPolygon(edge)
        painter.setBrush(self._ink.hull)
        for _, inside, _ in seen:
            painter.drawConvexPolygon(inside)

    def place_titles(
        self, shapes: Sequence[SiteShape], camera: Camera, paper: Paper
    ) -> tuple[Title, ...]:
        """Where names can stand: above the outline, else below it, else nowhere."""
        width, height = paper.width / paper.ratio, paper.height / paper.ratio
        placed: list[Title] = []
        for site in sorted(shapes, key=lambda each: (-each.worst, -len(each.members))):
            if not site.name or site.reach * camera.scale < NAMED:
                continue
            title = self._title(site, camera)
            for spot in (title, title.moved(camera.to_screen(site.bottom))):
                outside = (
                    spot.right < 0 or spot.left > width or spot.bottom < 0 or spot.top > height
                )
                if outside or any(spot.overlaps(other) for other in placed):
                    continue
                placed.append(spot)
                break
        return tuple(placed)

    def _title(self, site: SiteShape, camera: Camera) -> Title:
        x, y = camera.to_screen(site.top).tolist()
        name, under = words(site)
        wide = self._titles.width(name)
        wide += SIGN + GAP + 4 + self._numbers.width(str(site.troubled)) if site.troubled else 0.0
        return Title(site, x, y - 36.0, max(wide, self._counts.width(under)), name, under)

    def paint_titles(self, painter: QPainter, titles: Sequence[Title], paper: Paper) -> None:
        """The place, what is wrong there, and below it the street and the number of devices."""
        names: list[tuple[str, float, float]] = []
        unders: list[tuple[str, float, float]] = []
        numbers: list[tuple[str, float, float]] = []
        for title in titles:
            troubled = title.site.troubled
            wide, number = self._titles.width(title.name), str(troubled)
            sign = SIGN + GAP + 4 + self._numbers.width(number) if troubled else 0.0
            left, middle = title.x - (wide + sign) / 2, title.top + 8.0
            names.append((title.name, left + wide / 2, middle))
            unders.append((title.under, title.x, middle + 15.0))
            if troubled:
                left += wide + GAP
                self._paint_sign(painter, title.site, left + SIGN / 2, middle, paper.ratio)
                left += SIGN + 4
                numbers.append((number, left + self._numbers.width(number) / 2, middle))
        for sheet, told in (
            (self._titles, names), (self._counts, unders), (self._numbers, numbers),
        ):  # fmt: skip
            self._put(painter, sheet, told, paper.ratio)

    def _put(
        self,
        painter: QPainter,
        sheet: NameSheet,
        words: Sequence[tuple[str, float, float]],
        ratio: float,
    ) -> None:
        spots = np.array([(x, y) for _, x, y in words]).reshape(-1, 2) * ratio
        sheet.put(painter, [text for text, _, _ in words], spots)

    def _paint_sign(
        self, painter: QPainter, site: SiteShape, x: float, y: float, ratio: float
    ) -> None:
        sign = severity_pixmap(severity_of(site.worst), round(SIGN * ratio), ratio=1.0)
        half = SIGN / 2
        painter.drawPixmap(round((x - half) * ratio), round((y - half) * ratio), sign)

    # --- from afar -------------------------------------------------------------------------

    def bubbles(
        self, shapes: Sequence[SiteShape], count: int, camera: Camera, paper: Paper
    ) -> tuple[Floats, Floats]:
        """Centres and radii by the site's number, in pixels of the paper."""
        centres, radii = np.zeros((count, 2)), np.zeros(count)
        for site in shapes:
            centres[site.number] = camera.to_screen(site.centre) * paper.ratio
            radii[site.number] = bubble_radius(len(site.members)) * paper.ratio
        return centres, radii

    def paint_bubbles(
        self,
        painter: QPainter,
        shapes: Sequence[SiteShape],
        centres: Floats,
        radii: Floats,
        paper: Paper,
    ) -> None:
        """Each site with a ring of what is wrong there, its name and size below."""
        names, counts = [], []
        for site in shapes:
            x, y = (centres[site.number] / paper.ratio).tolist()
            radius = float(radii[site.number]) / paper.ratio
            air = radius + 40
            if not (-air < x < paper.width / paper.ratio + air):
                continue
            if not (-air < y < paper.height / paper.ratio + air):
                continue
            painter.save()
            painter.scale(paper.ratio, paper.ratio)
            self._paint_bubble(painter, site, QPointF(x, y), radius)
            painter.restore()
            name, under = words(site)
            names.append((name, x, y + radius + 12))
            counts.append((under, x, y + radius + 27))
        self._put(painter, self._titles, names, paper.ratio)
        self._put(painter, self._counts, counts, paper.ratio)

    def _paint_bubble(
        self, painter: QPainter, site: SiteShape, middle: QPointF, radius: float
    ) -> None:
        painter.setPen(QPen(self._ink.edge, 1.6))
        painter.setBrush(self._ink.body)
        painter.drawEllipse(middle, radius, radius)
        ring = QRectF(middle.x() - radius, middle.y() - radius, 2 * radius, 2 * radius)
        self._paint_ring(painter, site, ring)
        painter.setFont(self._number_font)
        if not site.troubled:
            painter.setPen(self._ink.text_dim)
            painter.drawText(ring, Qt.AlignmentFlag.AlignCenter, "·")
            return
        box = QRectF(middle.x() - 15, middle.y() - 7, SIGN, SIGN)
        paint_severity(painter, box, severity_of(site.worst))
        painter.setFont(self._number_font)
        painter.setPen(self._ink.text_bright)
        spot = QRectF(middle.x() + 2, ring.top(), radius, 2 * radius)
        left = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.drawText(spot, left, str(site.troubled))

    def _paint_ring(self, painter: QPainter, site: SiteShape, ring: QRectF) -> None:
        """The share of devices in each trouble, the worst first, from the top."""
        start = 90.0
        for how in range(LOOK_DOWN, 0, -1):
            if site.looks[how]:
                span = max(14.0, 360.0 * float(site.looks[how]) / len(site.members))
                pen = QPen(self._ink.severity[severity_of(how)], 4.0)
                pen.setCapStyle(Qt.PenCapStyle.FlatCap)
                painter.setPen(pen)
                painter.drawArc(ring, round(start * 16), -round(span * 16))
                start -= span


def _polygon(points: Floats) -> QPolygonF:
    polygon: QPolygonF = arrayToQPolygonF(points[:, 0].copy(), points[:, 1].copy())
    return polygon


def _is_off(points: Floats, paper: Paper) -> bool:
    low, high = points.min(0), points.max(0)
    return bool(high[0] < 0 or high[1] < 0 or low[0] > paper.width or low[1] > paper.height)
