"""Draws a scene on paper: level of detail by zoom, one call per colour, a budget of ink."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pyqtgraph.Qt.internals import PrimitiveArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QPolygonF

from noc_console.kernel.text import plural
from noc_console.views.kit.severity import paint_severity
from noc_console.views.kit.theme import look as theme_look
from noc_console.views.topology.camera import Camera
from noc_console.views.topology.hulls import SiteShape, Trunks, shapes, trunks
from noc_console.views.topology.ink import DOWN, UNKNOWN, Ink, ink
from noc_console.views.topology.scene import LANE, LOOK_UP, Scene, severity_of, shifted
from noc_console.views.topology.sprites import (
    WIDE_PX,
    ArrowSheet,
    DeviceSheet,
    NameSheet,
    haloed,
)

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

SIZES = (
    (1.3, 38.0),
    (0.85, 31.0),
    (0.52, 26.0),
    (0.4, 22.0),
    (0.27, 17.0),
    (0.13, 9.0),
    (0.0, 5.0),
)
"""From which scale on a device is how many pixels across."""
ARROWS_FROM = 17.0
NAMES_FROM = 17.0
NAME_LIMIT = 400
INK = 260_000
"""Pixels of link drawn with arrows and soft edges; above it only trouble is."""
BUBBLE = 26.0
CELL = 6


@dataclass(frozen=True, slots=True)
class Paper:
    """What is drawn on: device pixels, and how many of them make one of the widget's."""

    width: int
    height: int
    ratio: float


def size_at(scale: float) -> float:
    """How large a device is drawn at a scale."""
    return next(size for least, size in SIZES if scale >= least)


class MapPainter:
    """Draws a scene with the theme in use; make another one when theme or pixels change."""

    def __init__(self, ratio: float = 1.0) -> None:
        self.ink: Ink = ink()
        self._ratio = ratio
        theme = theme_look()
        self._font = theme.font(11)
        self._site_font = theme.font(12, QFont.Weight.DemiBold)
        self._count_font = theme.font(11)
        self._number_font = theme.font(13, QFont.Weight.DemiBold)
        self._devices: dict[float, DeviceSheet] = {}
        self._arrows = ArrowSheet(ratio, self.ink)
        self._names = NameSheet(self._font, ratio, self.ink.text_dim, self.ink.ground)
        self._loud = NameSheet(self._font, ratio, self.ink.text_bright, self.ink.ground)
        self._lines = PrimitiveArray(QLineF, 4)
        self._shapes: tuple[SiteShape, ...] = ()
        self._trunks: Trunks | None = None
        self.names_shown = 0

    def prepare(self, scene: Scene) -> None:
        """Take note that devices moved, or changed their looks or links."""
        self._shapes = shapes(scene)
        self._trunks = trunks(scene)

    @property
    def sites(self) -> tuple[SiteShape, ...]:
        return self._shapes

    def paint(
        self, painter: QPainter, scene: Scene, camera: Camera, paper: Paper, *, as_sites: bool
    ) -> None:
        """The whole picture; `camera` is in the widget's pixels."""
        painter.fillRect(0, 0, paper.width, paper.height, self.ink.ground)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if as_sites:
            self._paint_bubbles(painter, scene, camera)
        else:
            self._paint_hulls(painter, camera, paper)
            self._paint_links(painter, scene, camera, paper)
            self._paint_devices(painter, scene, camera, paper)
        painter.restore()

    # -- sites ----------------------------------------------------------------------------

    def _paint_hulls(self, painter: QPainter, camera: Camera, paper: Paper) -> None:
        edges = []
        for site in self._shapes:
            points = camera.to_screen(site.outline) * paper.ratio
            if _is_off(points, paper):
                continue
            edges.append((site, QPolygonF([QPointF(x, y) for x, y in points.tolist()])))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(self.ink.hull_edge, 2.0 * paper.ratio))
        for _, polygon in edges:
            painter.drawPolygon(polygon)
        # Fills over all edges: where sites overlap they flow together.
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.ink.hull)
        for _, polygon in edges:
            painter.drawPolygon(polygon)
        painter.save()
        painter.scale(paper.ratio, paper.ratio)
        for site, _ in edges:
            if site.name:
                self._paint_site_name(painter, site, camera)
        painter.restore()

    def _paint_site_name(self, painter: QPainter, site: SiteShape, camera: Camera) -> None:
        at = camera.to_screen(site.top)
        wide = QFontMetricsF(self._site_font)
        room = max(80.0, site.reach * 2 * camera.scale * 1.4)
        name = wide.elidedText(site.name, Qt.TextElideMode.ElideRight, room)
        count = plural(len(site.members), "device")
        narrow = QFontMetricsF(self._count_font)
        trouble = site.troubled > 0
        total = wide.horizontalAdvance(name) + 8 + narrow.horizontalAdvance(count)
        total += 38 if trouble else 0
        left, base = float(at[0]) - total / 2, float(at[1]) - 8
        haloed(painter, QPointF(left, base), name, self._site_font, self.ink.text, self.ink.ground)
        left += wide.horizontalAdvance(name) + 8
        dim = self.ink.text_dim
        haloed(painter, QPointF(left, base), count, self._count_font, dim, self.ink.ground)
        if trouble:
            left += narrow.horizontalAdvance(count) + 10
            paint_severity(painter, QRectF(left, base - 11, 14, 14), severity_of(site.worst))
            told = str(site.troubled)
            spot = QPointF(left + 18, base)
            haloed(painter, spot, told, self._count_font, self.ink.text_bright, self.ink.ground)

    def _paint_bubbles(self, painter: QPainter, scene: Scene, camera: Camera) -> None:
        """Sites as one node each, with a ring of what is wrong there."""
        painter.save()
        painter.scale(self._ratio, self._ratio)
        if self._shapes:
            centres = np.zeros((len(scene.sites), 2))
            radii = np.zeros(len(scene.sites))
            for site in self._shapes:
                centres[site.number] = camera.to_screen(site.centre)
                radii[site.number] = bubble_radius(len(site.members))
            self._paint_trunks(painter, centres, radii)
            for site in self._shapes:
                self._paint_bubble(painter, site, centres[site.number], radii[site.number])
        homeless = np.flatnonzero(scene.site < 0)
        if len(homeless):
            at = camera.to_screen(scene.at[homeless])
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self.ink.edge)
            for x, y in at.tolist():
                painter.drawEllipse(QPointF(x, y), 2.5, 2.5)
        painter.restore()

    def _paint_trunks(self, painter: QPainter, centres: Floats, radii: Floats) -> None:
        trunk = self._trunks
        if trunk is None or not len(trunk.a):
            return
        start, end = _clipped(centres[trunk.a], centres[trunk.b], radii[trunk.a], radii[trunk.b])
        self._paint_half_arrows(painter, start, end, trunk.shades, trunk.width, 1.0, arrows=True)

    def _paint_bubble(
        self, painter: QPainter, site: SiteShape, centre: Floats, radius: float
    ) -> None:
        middle = QPointF(*centre)
        worst = severity_of(site.worst)
        trouble = worst > 0
        painter.setPen(QPen(self.ink.edge, 1.6))
        painter.setBrush(self.ink.body)
        painter.drawEllipse(middle, radius, radius)
        ring = QRectF(middle.x() - radius, middle.y() - radius, 2 * radius, 2 * radius)
        start = 90.0
        for look in (6, 5, 4, 3, 2, 1):
            if site.looks[look]:
                span = max(14.0, 360.0 * site.looks[look] / len(site.members))
                color = self.ink.severity[severity_of(look)]
                painter.setPen(QPen(color, 4.0, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
                painter.drawArc(ring, round(start * 16), -round(span * 16))
                start -= span
        painter.setFont(self._number_font)
        painter.setPen(self.ink.text_bright if trouble else self.ink.text_dim)
        told = str(site.troubled) if trouble else "·"
        if trouble:
            box = QRectF(middle.x() - 15, middle.y() - 7, 14, 14)
            paint_severity(painter, box, worst)
            painter.setFont(self._number_font)
            painter.setPen(self.ink.text_bright)
            spot = QRectF(middle.x() + 2, ring.top(), radius, 2 * radius)
            painter.drawText(spot, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, told)
        else:
            painter.drawText(ring, Qt.AlignmentFlag.AlignCenter, told)
        self._paint_bubble_name(painter, site, middle, radius)

    def _paint_bubble_name(
        self, painter: QPainter, site: SiteShape, middle: QPointF, radius: float
    ) -> None:
        for text, font, color, drop in (
            (site.name, self._site_font, self.ink.text, 17.0),
            (plural(len(site.members), "device"), self._count_font, self.ink.text_dim, 32.0),
        ):
            wide = QFontMetricsF(font)
            shown = wide.elidedText(text, Qt.TextElideMode.ElideRight, 150.0)
            spot = QPointF(
                middle.x() - wide.horizontalAdvance(shown) / 2, middle.y() + radius + drop
            )
            haloed(painter, spot, shown, font, color, self.ink.ground)

    # -- links ----------------------------------------------------------------------------

    def _paint_links(self, painter: QPainter, scene: Scene, camera: Camera, paper: Paper) -> None:
        if not len(scene.a):
            return
        size = size_at(camera.scale)
        at = camera.to_screen(scene.at) * paper.ratio
        start, end = at[scene.a], at[scene.b]
        if size >= ARROWS_FROM:
            start, end = shifted(start, end, scene.lane * LANE * paper.ratio)
        low, high = np.minimum(start, end), np.maximum(start, end)
        seen = np.flatnonzero(
            (high[:, 0] >= 0)
            & (low[:, 0] <= paper.width)
            & (high[:, 1] >= 0)
            & (low[:, 1] <= paper.height)
        )
        if not len(seen):
            return
        start, end, shades, width = start[seen], end[seen], scene.shades[seen], scene.width[seen]
        ink_px = float(np.minimum(np.hypot(*(end - start).T), paper.width).sum()) / paper.ratio
        if size < ARROWS_FROM or ink_px > INK:
            self._paint_thin(painter, start, end, shades, paper.ratio)
            return
        radii = np.array([size * 1.22, size, size * 0.86]) / 2 * paper.ratio + 2.5 * paper.ratio
        rank = scene.rank
        start, end = _clipped(start, end, radii[rank[scene.a[seen]]], radii[rank[scene.b[seen]]])
        self._paint_half_arrows(
            painter, start, end, shades, width, paper.ratio, arrows=camera.scale >= 0.42
        )

    def _paint_thin(
        self, painter: QPainter, start: Floats, end: Floats, shades: Ints, ratio: float
    ) -> None:
        """One hard 1-pixel line per link: many links, little ink; trouble in full on top."""
        worst = np.where(shades == UNKNOWN, -1, shades).max(1)
        worst = np.where(worst < 0, UNKNOWN, worst)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        calm = worst < 8
        calm |= worst == UNKNOWN
        for shade in np.unique(worst[calm]):
            color = QColor(self.ink.links[int(shade)])
            color.setAlphaF(0.7)
            self._draw(painter, start, end, calm & (worst == shade), QPen(color, 0))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        for shade in np.unique(worst[~calm]):
            pen = QPen(self.ink.links[int(shade)], 1.6 * ratio)
            self._draw(painter, start, end, worst == shade, pen)

    def _paint_half_arrows(
        self,
        painter: QPainter,
        start: Floats,
        end: Floats,
        shades: Ints,
        width: Ints,
        ratio: float,
        *,
        arrows: bool,
    ) -> None:
        """Each direction its half, the two meeting in the middle; calm ones first."""
        middle = (start + end) / 2
        along = middle - start
        length = np.maximum(np.hypot(along[:, 0], along[:, 1]), 1e-6)
        unit = along / length[:, None]
        wide = np.array(WIDE_PX)[width] * ratio
        head = (5.2 * ratio + wide * 0.75) if arrows else np.full(len(start), 0.0)
        fits = arrows & (length > head * 1.6)
        gap = np.where(fits, head + 1.2 * ratio, 0.7 * ratio)[:, None]
        stop_a, stop_b = middle - unit * gap, middle + unit * gap
        is_down = (shades == DOWN).any(1)
        is_dark = (shades == UNKNOWN).all(1) & ~is_down
        lively = ~is_down & ~is_dark
        for tone in range(len(self.ink.links) - 1):
            for step in range(len(WIDE_PX)):
                same = lively & (width == step)
                pen = self._pen(tone, step, ratio)
                self._draw(painter, start, stop_a, same & (shades[:, 0] == tone), pen)
                self._draw(painter, end, stop_b, same & (shades[:, 1] == tone), pen)
        dotted = self._pen(UNKNOWN, 0, ratio)
        dotted.setDashPattern([1.0, 3.0])
        self._draw(painter, start, end, is_dark, dotted)
        dashed = self._pen(DOWN, 1, ratio)
        dashed.setDashPattern([4.0, 3.0])
        self._draw(painter, start, end, is_down, dashed)
        self._put_heads(painter, middle, unit, shades, width, lively & fits, head / 2)
        for x, y in middle[is_down].tolist():
            self._paint_cross(painter, QPointF(x, y), ratio)

    def _put_heads(
        self,
        painter: QPainter,
        middle: Floats,
        unit: Floats,
        shades: Ints,
        width: Ints,
        which: NDArray[np.bool_],
        back: Floats,
    ) -> None:
        angle = np.arctan2(unit[which, 1], unit[which, 0])
        off = unit[which] * (back[which] + 0.8)[:, None]
        at = np.concatenate([middle[which] - off, middle[which] + off])
        angles = np.concatenate([angle, angle + math.pi])
        tones = np.concatenate([shades[which, 0], shades[which, 1]])
        self._arrows.put(painter, at, angles, tones, np.tile(width[which], 2))

    def _paint_cross(self, painter: QPainter, at: QPointF, ratio: float) -> None:
        """Where a link is cut."""
        reach = 4.0 * ratio
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.ink.ground)
        painter.drawEllipse(at, reach * 1.9, reach * 1.9)
        painter.setPen(
            QPen(self.ink.links[DOWN], 2.0 * ratio, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
        )
        for side in (1, -1):
            painter.drawLine(
                QPointF(at.x() - reach, at.y() - reach * side),
                QPointF(at.x() + reach, at.y() + reach * side),
            )

    def _pen(self, tone: int, step: int, ratio: float) -> QPen:
        pen = QPen(self.ink.links[tone], WIDE_PX[step] * ratio)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        return pen

    def _draw(
        self, painter: QPainter, start: Floats, end: Floats, which: NDArray[np.bool_], pen: QPen
    ) -> None:
        """Lines of one pen in one call."""
        count = int(which.sum())
        if not count:
            return
        self._lines.resize(count)
        rows = self._lines.ndarray()
        rows[:, 0:2] = start[which]
        rows[:, 2:4] = end[which]
        painter.setPen(pen)
        painter.drawLines(*self._lines.drawargs())

    # -- devices --------------------------------------------------------------------------

    def _paint_devices(self, painter: QPainter, scene: Scene, camera: Camera, paper: Paper) -> None:
        at = camera.to_screen(scene.at) * paper.ratio
        air = 40 * paper.ratio
        seen = np.flatnonzero(
            (at[:, 0] > -air)
            & (at[:, 0] < paper.width + air)
            & (at[:, 1] > -air)
            & (at[:, 1] < paper.height + air)
        )
        size = size_at(camera.scale)
        sheet = self._devices.get(size)
        if sheet is None:
            sheet = self._devices[size] = DeviceSheet(size, paper.ratio, self.ink)
        # The worst on top.
        order = seen[np.argsort(_urgency(scene.look[seen]), kind="stable")]
        sheet.put(painter, at[order], scene.kind[order], scene.look[order], scene.rank[order])
        self.names_shown = 0
        if size >= NAMES_FROM:
            self._paint_names(painter, scene, at / paper.ratio, seen, size, paper)

    def _paint_names(
        self,
        painter: QPainter,
        scene: Scene,
        at: Floats,
        seen: Ints,
        size: float,
        paper: Paper,
    ) -> None:
        """Names where there is room: trouble first, then the backbone, then the rest."""
        urgency = _urgency(scene.look[seen])
        wanted = seen[np.lexsort((scene.rank[seen], -urgency))]
        if size < 20.0:
            keen = (scene.rank[wanted] <= 1) | (_urgency(scene.look[wanted]) > 1)
            wanted = wanted[keen]
        taken = _Room(paper.width / paper.ratio, paper.height / paper.ratio)
        half = size * 0.4
        for x, y in at[seen].tolist():
            taken.take(x - half, y - half, x + half, y + half)
        calm: list[tuple[str, float, float]] = []
        loud: list[tuple[str, float, float]] = []
        reach = np.array([size * 1.22, size, size * 0.86])[scene.rank] / 2
        for number in wanted.tolist():
            if len(calm) + len(loud) >= NAME_LIMIT:
                break
            name = scene.nodes[number].name
            wide = self._names.width(name) / 2
            for x, y in _spots(at[number], float(reach[number]), wide):
                if taken.try_take(x - wide, y - 5, x + wide, y + 5):
                    is_loud = scene.rank[number] == 0 or 1 <= scene.look[number] <= 6
                    (loud if is_loud else calm).append((name, x, y))
                    break
        for sheet, some in ((self._names, calm), (self._loud, loud)):
            spots = np.array([(x, y) for _, x, y in some]).reshape(-1, 2) * paper.ratio
            sheet.put(painter, [name for name, _, _ in some], spots)
        self.names_shown = len(calm) + len(loud)


class _Room:
    """Which parts of the screen are written on, in cells of a few pixels."""

    def __init__(self, width: float, height: float) -> None:
        self._cells = np.zeros((int(height) // CELL + 4, int(width) // CELL + 4), bool)

    def _box(self, left: float, top: float, right: float, bottom: float) -> NDArray[np.bool_]:
        return self._cells[
            max(0, int(top) // CELL + 1) : max(0, int(bottom) // CELL + 2),
            max(0, int(left) // CELL + 1) : max(0, int(right) // CELL + 2),
        ]

    def take(self, left: float, top: float, right: float, bottom: float) -> None:
        self._box(left, top, right, bottom)[...] = True

    def try_take(self, left: float, top: float, right: float, bottom: float) -> bool:
        box = self._box(left, top, right, bottom)
        if not box.size or box.any():
            return False
        box[...] = True
        return True


def bubble_radius(devices: int) -> float:
    """A site's bubble: a hundred times the devices, twice the size."""
    return BUBBLE * min(1.5, 0.72 + 0.14 * math.log2(1 + devices) / 2)


def _spots(at: Floats, reach: float, wide: float) -> Iterator[tuple[float, float]]:
    """Where a device's name may stand, the best first: below, right, left, above."""
    x, y = float(at[0]), float(at[1])
    yield x, y + reach + 9.0
    yield x + reach + wide + 4.0, y
    yield x - reach - wide - 4.0, y
    yield x, y - reach - 9.0


def _urgency(looks: Ints) -> Ints:
    """0 for calm, more for worse; unknown and unmanaged are calm."""
    return np.asarray(np.where((looks > LOOK_UP) & (looks <= 6), looks, 0))


def _is_off(points: Floats, paper: Paper) -> bool:
    low, high = points.min(0), points.max(0)
    return bool(high[0] < 0 or high[1] < 0 or low[0] > paper.width or low[1] > paper.height)


def _clipped(
    start: Floats, end: Floats, from_start: Floats, from_end: Floats
) -> tuple[Floats, Floats]:
    """Lines that begin and end at the rim of what they join."""
    along = end - start
    length = np.maximum(np.hypot(along[:, 0], along[:, 1]), 1e-6)
    unit = along / length[:, None]
    room = np.minimum(1.0, length * 0.45 / np.maximum(np.maximum(from_start, from_end), 1e-6))
    return (
        start + unit * (from_start * room)[:, None],
        end - unit * (from_end * room)[:, None],
    )
