"""Marks in the picture: the rest dimmed, ways under-stroked, words in chips beside them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from noc_console.views.kit.theme import look
from noc_console.views.topology.camera import Camera
from noc_console.views.topology.ink import Ink
from noc_console.views.topology.lines import LineArtist
from noc_console.views.topology.marks import Mark, Marks
from noc_console.views.topology.names import AIR, Room, urgency
from noc_console.views.topology.scene import LANE, Scene
from noc_console.views.topology.shading import is_trouble

if TYPE_CHECKING:
    from noc_console.views.topology.painter import MapPainter, View

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

VEIL = 150
"""How much of a dimmed map the ground covers, of 255."""
UNDER_PX = 9.0
UNDER_ALPHA = 82
RINGED = 1500
"""More marked devices than this have no ring of their own: they stand out of the veil."""
CHIPS = 150
"""So many words at once; more could not be read."""
HIGH = 17.0


class MarkArtist:
    """Draws marks with one ink at one pixel ratio, into the picture: they cost nothing after."""

    def __init__(self, ink: Ink, ratio: float) -> None:
        self._ink, self._ratio = ink, ratio
        self._lines = LineArtist(ink, ratio)
        self.lit: Ints | None = None
        """Of the last picture: the devices that were not dimmed; None when nothing was."""
        self._font = look().font(11)
        self._metrics = QFontMetricsF(self._font)

    def paint(
        self,
        painter: QPainter,
        scene: Scene,
        view: View,
        artist: MapPainter,
        room: Room,
    ) -> Iterator[None]:
        """Over the network, under its names; `artist` draws again what is not dimmed."""
        marks = view.marks
        self.lit = None
        if not marks:
            return
        camera, paper = view.camera, view.paper
        seen = scene.links_in(*view.on_map(20.0), scene.widest_lane * LANE / camera.scale)
        links = np.intersect1d(_numbers(marks.links), seen)
        near = scene.inside(*view.on_map(AIR))
        devices = np.intersect1d(_numbers(marks.devices), near)
        if marks.dim:
            veil = QColor(self._ink.ground)
            veil.setAlpha(VEIL)
            painter.fillRect(0, 0, paper.width, paper.height, veil)
            yield
        yield from self._under(painter, scene, camera, marks, links)
        lit_links, lit = links, devices
        if marks.dim:
            loud = is_trouble(scene.shades, self._ink.loud)
            lit_links = np.union1d(links, seen[loud[seen].any(1)])
            lit = np.union1d(devices, near[urgency(scene.look[near]) > 0])
            lit = np.union1d(lit, np.concatenate([scene.a[links], scene.b[links]]))
            self.lit = lit
        yield from artist.again(painter, scene, view, lit, lit_links)
        if len(devices) <= RINGED:
            for number in devices.tolist():
                self._ring(painter, scene, camera, artist, number, marks.devices[number])
            yield
        yield from self._chips(painter, scene, view, room)

    def _under(
        self, painter: QPainter, scene: Scene, camera: Camera, marks: Marks, links: Ints
    ) -> Iterator[None]:
        """A wide translucent stroke under every marked link, in one call per kind of mark."""
        start, end = scene.ends(LANE / camera.scale, links)
        start = camera.to_screen(start) * self._ratio
        end = camera.to_screen(end) * self._ratio
        kinds = [(marks.links[at].tint, marks.links[at].dashed) for at in links.tolist()]
        order = sorted(range(len(kinds)), key=kinds.__getitem__)
        thin = len(links) > RINGED
        for (tint, dashed), group in groupby(order, key=kinds.__getitem__):
            some = np.fromiter(group, np.int64)
            color = QColor(look().color(tint))
            color.setAlpha(255 if dashed or thin else UNDER_ALPHA)
            pen = QPen(color, (2.4 if dashed or thin else UNDER_PX) * self._ratio)
            pen.setCapStyle(Qt.PenCapStyle.FlatCap if thin else Qt.PenCapStyle.RoundCap)
            if dashed and not thin:
                pen.setDashPattern([3.0, 2.6])
            yield from self._lines.strokes(painter, start[some], end[some], pen)

    def _ring(
        self,
        painter: QPainter,
        scene: Scene,
        camera: Camera,
        artist: MapPainter,
        number: int,
        mark: Mark,
    ) -> None:
        x, y = (camera.to_screen(scene.at[number]) * self._ratio).tolist()
        radius = (artist.radius_of(scene, number, camera) + 3.5) * self._ratio
        pen = QPen(look().color(mark.tint), 2.2 * self._ratio)
        if mark.dashed:
            pen.setDashPattern([2.2, 1.8])
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(QPointF(x, y), radius, radius)

    def _chips(
        self,
        painter: QPainter,
        scene: Scene,
        view: View,
        room: Room,
    ) -> Iterator[None]:
        """Words beside what they are about, where they cover neither each other nor a title."""
        marks, camera, paper = view.marks, view.camera, view.paper
        told = [
            *(
                (mark, _beside_device(scene, camera, at))
                for at, mark in marks.devices.items()
                if mark.text and at < len(scene.nodes)
            ),
            *(
                (mark, _beside_link(scene, camera, at))
                for at, mark in marks.links.items()
                if mark.text and at < len(scene.edges)
            ),
        ]
        shown = 0
        wide_paper, high_paper = paper.width / paper.ratio, paper.height / paper.ratio
        for done, (mark, spots) in enumerate(told):
            if shown >= CHIPS:
                break
            wide = self._metrics.horizontalAdvance(mark.text) + 12.0
            for x, y in spots:
                if not (0 < x < wide_paper and 0 < y < high_paper):
                    continue
                box = QRectF(x - wide / 2, y - HIGH / 2, wide, HIGH)
                if room.try_take(box.left(), box.top(), box.right(), box.bottom()):
                    self._chip(painter, box, mark)
                    shown += 1
                    break
            if done % 24 == 23:
                yield

    def _chip(self, painter: QPainter, box: QRectF, mark: Mark) -> None:
        painter.save()
        painter.scale(self._ratio, self._ratio)
        painter.setPen(QPen(look().color(mark.tint), 1.0))
        painter.setBrush(self._ink.panel)
        painter.drawRoundedRect(box, 4.0, 4.0)
        painter.setFont(self._font)
        painter.setPen(self._ink.text_bright)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, mark.text)
        painter.restore()


def _numbers(marks: Mapping[int, Mark]) -> Ints:
    return np.fromiter(marks, np.int64, len(marks))


def _beside_link(scene: Scene, camera: Camera, number: int) -> tuple[tuple[float, float], ...]:
    start, end = scene.ends(LANE / camera.scale, np.array([number]))
    a, b = camera.to_screen(start[0]), camera.to_screen(end[0])
    along = b - a
    length = max(float(np.hypot(*along)), 1e-6)
    aside = np.array([-along[1], along[0]]) / length * 16.0
    spots = []
    for share in (0.5, 0.35, 0.65):
        on = a + along * share
        spots += [tuple((on + side * aside).tolist()) for side in (-1, 1)]
    return tuple((x, y) for x, y in spots)


def _beside_device(scene: Scene, camera: Camera, number: int) -> tuple[tuple[float, float], ...]:
    x, y = camera.to_screen(scene.at[number]).tolist()
    return ((x, y - 30), (x + 46, y - 14), (x - 46, y - 14), (x, y + 34))
