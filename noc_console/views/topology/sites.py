"""Sites on the map: outlines with their names from near, one bubble each from afar."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from pyqtgraph.functions import arrayToQPolygonF
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QPainter,
    QPen,
    QPolygonF,
    QRadialGradient,
)

from noc_console.kernel.text import plural
from noc_console.services.alarms.model import Severity
from noc_console.views.kit.severity import paint_severity, severity_pixmap
from noc_console.views.kit.theme import look
from noc_console.views.topology.camera import Camera
from noc_console.views.topology.groups import paint_pie
from noc_console.views.topology.hulls import SiteShape
from noc_console.views.topology.ink import Ink
from noc_console.views.topology.scene import severity_of
from noc_console.views.topology.sprites import NameSheet

Floats = NDArray[np.float64]

BUBBLE = 26.0
NAMED = 24.0
"""Sites smaller than this on screen, in pixels from the middle, keep their name to themselves."""
SIGN = 14.0
GAP = 8.0
SMALLEST = 11.0
SHARE = 0.31
"""How much of the way to the neighbour a bubble may fill."""
ROOMY = 19.0
"""A smaller bubble has no room for a number beside the sign."""
GLOWING = 8
"""Only the worst glow: where everything glows nothing is seen."""
BUBBLES_AT_ONCE = 12
HULLS_AT_ONCE = 8
RIMMED = 100.0
"""Outlines of sites smaller than this, in pixels from the middle, have no rim of their own."""
NAMES_AT_ONCE = 24


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

    def shifted(self, dx: float, dy: float) -> Title:
        """The same elsewhere."""
        return replace(self, x=self.x + dx, top=self.top + dy)

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
    count = plural(site.devices, "device")
    return name.strip(), rest.strip() or count


def bubble_radius(devices: int, room: float = math.inf) -> float:
    """A site's bubble: a hundred times the devices, about one and a half times the size.

    `room` is how far the usual neighbour is, in pixels: there must be space for a name between.
    """
    radius = BUBBLE * min(1.5, 0.72 + 0.14 * math.log2(1 + devices) / 2)
    return min(radius, max(SMALLEST, room * SHARE))


def bubble_at(
    shapes: Sequence[SiteShape], x: float, y: float, scale: float, apart: float = math.inf
) -> int | None:
    """The number of the site whose bubble lies over a point of the map; `apart` in map units."""
    for site in shapes:
        reach = bubble_radius(len(site.members), apart * scale) / scale
        if math.hypot(float(site.centre[0]) - x, float(site.centre[1]) - y) <= reach:
            return site.number
    return None


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
        for _ in self.hull_steps(painter, shapes, camera, paper):
            pass

    def hull_steps(
        self, painter: QPainter, shapes: Sequence[SiteShape], camera: Camera, paper: Paper
    ) -> Iterator[None]:
        """The same, a few at a time."""
        # Two fills, not a fill and a stroke: a soft stroke costs five times as much.
        near = [site for site in shapes if site.reach * camera.scale > RIMMED]
        for brush, some, rim in ((self._ink.hull_edge, near, 1.0), (self._ink.hull, shapes, 0.0)):
            for first in range(0, len(some), HULLS_AT_ONCE):
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(brush)
                for site in some[first : first + HULLS_AT_ONCE]:
                    self._fill(painter, site, camera, paper, rim)
                yield

    def _fill(
        self, painter: QPainter, site: SiteShape, camera: Camera, paper: Paper, rim: float
    ) -> None:
        # A small outline needs fewer corners: soft edges are paid by the corner.
        every = 1 if site.reach * camera.scale > 60 else 2
        points = camera.to_screen(site.outline[::every]) * paper.ratio
        if _is_off(points, paper):
            return
        middle = camera.to_screen(site.centre) * paper.ratio
        grown = 1.0 + rim / max(site.reach * camera.scale, 8.0)
        painter.drawConvexPolygon(_polygon(middle + (points - middle) * grown))

    def place_titles(
        self, shapes: Sequence[SiteShape], camera: Camera, paper: Paper
    ) -> tuple[Title, ...]:
        """Where names can stand: above the outline, else below it, else nowhere."""
        return self.plan_titles(shapes, camera, paper, {})

    def plan_titles(
        self,
        shapes: Sequence[SiteShape],
        camera: Camera,
        paper: Paper,
        known: dict[int, Title | None],
    ) -> tuple[Title, ...]:
        """Find places for the names not yet `known`, and note them there; returns the new ones.

        What is known stands as if the camera were at (0, 0), so it holds while panning.
        """
        width, height = paper.width / paper.ratio, paper.height / paper.ratio
        placed = [title.shifted(camera.x, camera.y) for title in known.values() if title]
        fresh: list[Title] = []
        for site in sorted(shapes, key=lambda each: (-each.worst, -len(each.members))):
            if site.number in known or not site.name or site.reach * camera.scale < NAMED:
                continue
            title = self._title(site, camera)
            for spot in (title, title.moved(camera.to_screen(site.bottom))):
                outside = (
                    spot.right < 0 or spot.left > width or spot.bottom < 0 or spot.top > height
                )
                if outside:
                    continue
                if any(spot.overlaps(other) for other in placed):
                    known[site.number] = None
                    continue
                known[site.number] = spot.shifted(-camera.x, -camera.y)
                placed.append(spot)
                fresh.append(spot)
                break
        return tuple(fresh)

    def planned(
        self, shapes: Sequence[SiteShape], camera: Camera, known: dict[int, Title | None]
    ) -> tuple[Title, ...]:
        """The names of some sites where they were planned."""
        titles = (known.get(site.number) for site in shapes)
        return tuple(title.shifted(camera.x, camera.y) for title in titles if title is not None)

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
        self,
        shapes: Sequence[SiteShape],
        count: int,
        camera: Camera,
        paper: Paper,
        apart: float = math.inf,
    ) -> tuple[Floats, Floats]:
        """Centres and radii by the site's number, in pixels of the paper."""
        centres, radii = np.zeros((count, 2)), np.zeros(count)
        for site in shapes:
            centres[site.number] = camera.to_screen(site.centre) * paper.ratio
            room = apart * camera.scale
            radii[site.number] = bubble_radius(len(site.members), room) * paper.ratio
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
        for _ in self.bubble_steps(painter, shapes, centres, radii, paper, {}):
            pass

    def bubble_steps(
        self,
        painter: QPainter,
        shapes: Sequence[SiteShape],
        centres: Floats,
        radii: Floats,
        paper: Paper,
        worst: Mapping[int, str],
    ) -> Iterator[None]:
        """The same, a few at a time; `worst` names the worst device by the site's number."""
        seen: list[tuple[SiteShape, float, float, float]] = []
        for site in shapes:
            x, y = (centres[site.number] / paper.ratio).tolist()
            radius = float(radii[site.number]) / paper.ratio
            air = radius + 40
            if not (-air < x < paper.width / paper.ratio + air):
                continue
            if -air < y < paper.height / paper.ratio + air:
                seen.append((site, x, y, radius))
        # The worst on top.
        seen.sort(key=lambda each: each[0].worst)
        burning = sorted(seen, key=lambda each: (-each[0].worst, -each[0].troubled))[:GLOWING]
        for paint, some in ((self._paint_glow, burning), (self._paint_bubble, seen)):
            for first in range(0, len(some), BUBBLES_AT_ONCE):
                painter.save()
                painter.scale(paper.ratio, paper.ratio)
                for site, x, y, radius in some[first : first + BUBBLES_AT_ONCE]:
                    paint(painter, site, QPointF(x, y), radius)
                painter.restore()
                yield
        yield from self._name_bubbles(painter, seen[::-1], paper, worst)

    def _name_bubbles(
        self,
        painter: QPainter,
        seen: Sequence[tuple[SiteShape, float, float, float]],
        paper: Paper,
        worst: Mapping[int, str],
    ) -> Iterator[None]:
        """Names below the bubbles where they cover neither each other nor another bubble."""
        middles = np.array([(x, y, radius) for _, x, y, radius in seen]).reshape(-1, 3)
        taken = np.empty((2 * len(seen), 4))
        rows = 0
        names: list[tuple[str, float, float]] = []
        calm: list[tuple[str, float, float]] = []
        loud: list[tuple[str, float, float]] = []
        for done, (site, x, y, radius) in enumerate(seen):
            name, under = words(site)
            under = worst.get(site.number) or under
            bright = self._numbers if site.number in worst else self._counts
            top = y + radius + 4
            for sheet, text, into, middle in (
                (self._titles, name, names, top + 8),
                (bright, under, loud if site.number in worst else calm, top + 23),
            ):
                half = sheet.width(text) / 2
                box = np.array([x - half, middle - 7, x + half, middle + 7])
                if text and not _covers(box, taken[:rows], middles):
                    taken[rows] = box
                    rows += 1
                    into.append((text, x, middle))
            if done % NAMES_AT_ONCE == NAMES_AT_ONCE - 1:
                yield
        for sheet, told in ((self._titles, names), (self._counts, calm), (self._numbers, loud)):
            for first in range(0, len(told), NAMES_AT_ONCE):
                self._put(painter, sheet, told[first : first + NAMES_AT_ONCE], paper.ratio)
                yield

    def _paint_glow(
        self, painter: QPainter, site: SiteShape, middle: QPointF, radius: float
    ) -> None:
        """Something is critical there: seen from across the room."""
        severity = severity_of(site.worst)
        if severity < Severity.CRITICAL:
            return
        gradient = QRadialGradient(middle, radius * 1.9)
        for stop, alpha in ((0.5, 88), (1.0, 0)):
            shade = QColor(self._ink.severity[severity])
            shade.setAlpha(alpha)
            gradient.setColorAt(stop, shade)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(gradient)
        painter.drawEllipse(middle, radius * 1.9, radius * 1.9)

    def _paint_bubble(
        self, painter: QPainter, site: SiteShape, middle: QPointF, radius: float
    ) -> None:
        painter.setPen(QPen(self._ink.edge, 2.2))
        painter.setBrush(self._ink.body)
        painter.drawEllipse(middle, radius, radius)
        if site.sites > 1:
            painter.setPen(QPen(self._ink.faint, 1.2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(middle, radius - 5, radius - 5)
        ring = QRectF(middle.x() - radius, middle.y() - radius, 2 * radius, 2 * radius)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        paint_pie(painter, ring, tuple(site.looks.tolist()), self._ink, 4.0)
        painter.setFont(self._number_font)
        if not site.troubled:
            painter.setPen(self._ink.text_dim)
            painter.drawText(ring, Qt.AlignmentFlag.AlignCenter, "·")
            return
        if radius < ROOMY:
            box = QRectF(middle.x() - SIGN / 2, middle.y() - SIGN / 2, SIGN, SIGN)
            paint_severity(painter, box, severity_of(site.worst))
            return
        number = str(site.troubled)
        wide = SIGN + 4 + self._wide_of(number)
        left = middle.x() - wide / 2
        paint_severity(painter, QRectF(left, middle.y() - 7, SIGN, SIGN), severity_of(site.worst))
        painter.setFont(self._number_font)
        painter.setPen(self._ink.text_bright)
        spot = QRectF(left + SIGN + 4, ring.top(), 2 * radius, 2 * radius)
        beside = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.drawText(spot, beside, number)

    def _wide_of(self, number: str) -> float:
        return QFontMetricsF(self._number_font).horizontalAdvance(number)


def _covers(box: Floats, boxes: Floats, circles: Floats) -> bool:
    """Whether a box lies over one of the boxes, or over the inside of a circle."""
    left, top, right, bottom = box
    if (
        (boxes[:, 0] < right) & (boxes[:, 2] > left) & (boxes[:, 1] < bottom) & (boxes[:, 3] > top)
    ).any():
        return True
    x = np.clip(circles[:, 0], left, right)
    y = np.clip(circles[:, 1], top, bottom)
    return bool((np.hypot(x - circles[:, 0], y - circles[:, 1]) < circles[:, 2] + 1).any())


def _polygon(points: Floats) -> QPolygonF:
    polygon: QPolygonF = arrayToQPolygonF(points[:, 0].copy(), points[:, 1].copy())
    return polygon


def _is_off(points: Floats, paper: Paper) -> bool:
    low, high = points.min(0), points.max(0)
    return bool(high[0] < 0 or high[1] < 0 or low[0] > paper.width or low[1] > paper.height)
