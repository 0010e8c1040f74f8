"""Draws a scene on paper: level of detail by zoom, one call per colour, a budget of ink."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from pyqtgraph.Qt.internals import PrimitiveArray
from PySide6.QtCore import QLineF, QPointF, Qt
from PySide6.QtGui import QPainter, QPen

from noc_console.views.kit.theme import look as theme_look
from noc_console.views.topology.camera import Camera
from noc_console.views.topology.hulls import SiteShape, Trunks, shapes, trunks
from noc_console.views.topology.ink import DOWN, UNKNOWN, Ink, Ramp, ink, mix
from noc_console.views.topology.marks import Drawn
from noc_console.views.topology.scene import LANE, LOOK_UP, Scene, shifted
from noc_console.views.topology.sites import Paper, SiteArtist, Title
from noc_console.views.topology.sprites import (
    WIDE_PX,
    ArrowSheet,
    DeviceSheet,
    NameSheet,
)

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

SIZES = (
    (1.3, 38.0),
    (0.85, 31.0),
    (0.52, 26.0),
    (0.36, 21.0),
    (0.26, 17.0),
    (0.13, 9.0),
    (0.0, 5.0),
)
"""From which scale on a device is how many pixels across."""
ARROWS_FROM = 17.0
NAMES_FROM = 17.0
NAME_LIMIT = 400
CROWD = 150
"""With more small devices than this in view only those that matter are named."""
INK = 260_000
"""Pixels of link drawn with arrows and soft edges; above it only trouble is."""
DOTTED = 300
"""More links than this of unknown load are plain lines: dots cost a hundred times more."""
CELL = 6
AIR = 110
"""Devices this far outside, in pixels, still reach in with their names."""


def size_at(scale: float) -> float:
    """How large a device is drawn at a scale."""
    return next(size for least, size in SIZES if scale >= least)


class MapPainter:
    """Draws a scene with the theme in use; make another one when theme or pixels change."""

    def __init__(self, ratio: float = 1.0, ramp: Ramp = Ramp.QUIET) -> None:
        self.ink: Ink = ink(ramp)
        self._ratio = ratio
        theme = theme_look()
        self._font = theme.font(11)
        self._artist = SiteArtist(self.ink, ratio)
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
        self,
        painter: QPainter,
        scene: Scene,
        camera: Camera,
        paper: Paper,
        *,
        as_sites: bool,
        behind: Sequence[Drawn] = (),
    ) -> None:
        """The whole picture; `camera` is in the widget's pixels, `behind` lies under all."""
        painter.fillRect(0, 0, paper.width, paper.height, self.ink.ground)
        painter.save()
        painter.scale(paper.ratio, paper.ratio)
        for drawn in behind:
            drawn.paint(
                painter, camera, round(paper.width / paper.ratio), round(paper.height / paper.ratio)
            )
        painter.restore()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if as_sites:
            self._paint_bubbles(painter, scene, camera, paper)
        else:
            self._artist.paint_hulls(painter, self._shapes, camera, paper)
            self._paint_links(painter, scene, camera, paper)
            titles = self._artist.place_titles(self._shapes, camera, paper)
            self._paint_devices(painter, scene, camera, paper, titles)
            self._artist.paint_titles(painter, titles, paper)
        painter.restore()

    # -- sites ----------------------------------------------------------------------------

    def _paint_bubbles(self, painter: QPainter, scene: Scene, camera: Camera, paper: Paper) -> None:
        """Sites as one node each, and the trunks between them."""
        centres, radii = self._artist.bubbles(self._shapes, len(scene.sites), camera, paper)
        trunk = self._trunks
        if trunk is not None and len(trunk.a):
            start, end = _clipped(
                centres[trunk.a], centres[trunk.b], radii[trunk.a], radii[trunk.b]
            )
            self._paint_half_arrows(
                painter, start, end, trunk.shades, trunk.width, paper.ratio, arrows=True
            )
        self._artist.paint_bubbles(painter, self._shapes, centres, radii, paper)
        homeless = camera.to_screen(scene.at[scene.site < 0]) * paper.ratio
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.ink.edge)
        for x, y in homeless.tolist():
            painter.drawEllipse(QPointF(x, y), 2.5 * paper.ratio, 2.5 * paper.ratio)

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
            painter, start, end, shades, width, paper.ratio, arrows=camera.scale >= 0.36
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
            # Mixed, not translucent: blending costs ten times the plain line.
            color = mix(self.ink.links[int(shade)], self.ink.hull, 0.3)
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
        if is_dark.sum() <= DOTTED:
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

    def _paint_devices(
        self,
        painter: QPainter,
        scene: Scene,
        camera: Camera,
        paper: Paper,
        titles: Sequence[Title],
    ) -> None:
        at = camera.to_screen(scene.at) * paper.ratio
        air = AIR * paper.ratio
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
            taken = _Room(paper.width / paper.ratio, paper.height / paper.ratio)
            for title in titles:
                taken.take(title.left, title.top, title.right, title.bottom)
            self._paint_names(painter, scene, at / paper.ratio, seen, size, paper, taken)

    def _paint_names(
        self,
        painter: QPainter,
        scene: Scene,
        at: Floats,
        seen: Ints,
        size: float,
        paper: Paper,
        taken: _Room,
    ) -> None:
        """Names where there is room: trouble first, then the backbone, then the rest."""
        urgency = _urgency(scene.look[seen])
        wanted = seen[np.lexsort((scene.rank[seen], -urgency))]
        if size < 20.0 and len(wanted) > CROWD:
            keen = (scene.rank[wanted] <= 1) | (_urgency(scene.look[wanted]) > 1)
            wanted = wanted[keen]
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
        rows, columns = (int(extent + 2 * AIR) // CELL + 4 for extent in (height, width))
        self._cells = np.zeros((rows, columns), bool)

    def _box(self, left: float, top: float, right: float, bottom: float) -> NDArray[np.bool_]:
        return self._cells[
            max(0, int(top + AIR) // CELL + 1) : max(0, int(bottom + AIR) // CELL + 2),
            max(0, int(left + AIR) // CELL + 1) : max(0, int(right + AIR) // CELL + 2),
        ]

    def take(self, left: float, top: float, right: float, bottom: float) -> None:
        self._box(left, top, right, bottom)[...] = True

    def try_take(self, left: float, top: float, right: float, bottom: float) -> bool:
        box = self._box(left, top, right, bottom)
        if not box.size or box.any():
            return False
        box[...] = True
        return True


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
