"""Links on paper: two half arrows each from near, one hard line each from afar."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from pyqtgraph.Qt.internals import PrimitiveArray
from PySide6.QtCore import QLineF, QPointF, Qt
from PySide6.QtGui import QPainter, QPen

from noc_console.views.topology.ink import DOWN, MISSING, STEPS, UNKNOWN, Ink, mix
from noc_console.views.topology.shading import shade_of, weight_of
from noc_console.views.topology.sprites import WIDE_PX, ArrowSheet
from noc_console.views.topology.strokes import hatching, ticks

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

AT_ONCE = 3000
"""Lines in one call: a millisecond's worth, so that drawing can be paused in between."""


class LineArtist:
    """Draws links with one ink at one pixel ratio. Points are pixels of the paper."""

    def __init__(self, ink: Ink, ratio: float) -> None:
        self._ink, self._ratio = ink, ratio
        self._arrows = ArrowSheet(ratio, ink)
        self._lines = PrimitiveArray(QLineF, 4)

    def thin(self, painter: QPainter, start: Floats, end: Floats, shades: Ints) -> Iterator[None]:
        """One hard 1-pixel line per link: many links, little ink; trouble in full on top."""
        worst = shade_of(weight_of(shades).max(1))
        calm = (worst < self._ink.loud) | (worst == UNKNOWN) | (worst == MISSING)
        for shade in np.unique(worst[calm]).tolist():
            # Mixed, not translucent: blending costs ten times the plain line.
            color = mix(self._ink.links[shade], self._ink.hull, 0.3)
            yield from self._draw(
                painter, start, end, calm & (worst == shade), QPen(color, 0), soft=False
            )
        for shade in np.unique(worst[~calm]).tolist():
            pen = QPen(self._ink.links[shade], 1.6 * self._ratio)
            yield from self._draw(painter, start, end, worst == shade, pen)

    def half_arrows(
        self,
        painter: QPainter,
        start: Floats,
        end: Floats,
        shades: Ints,
        width: Ints,
        *,
        arrows: bool,
        plain: bool,
    ) -> Iterator[None]:
        """Each direction its half, the two meeting in the middle.

        `plain` leaves the dots of unknown loads out: they cost a hundred times a line.
        """
        ratio = self._ratio
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
        yield
        for step in np.unique(width[lively]).tolist():
            for tone in np.unique(shades[lively]).tolist():
                same = lively & (width == step)
                # What is missing is hatched along a thread of a line.
                pen = self._pen(tone, step) if tone != MISSING else self._pen(tone, 0)
                yield from self._draw(painter, start, stop_a, same & (shades[:, 0] == tone), pen)
                yield from self._draw(painter, end, stop_b, same & (shades[:, 1] == tone), pen)
        dotted = self._pen(UNKNOWN, 0)
        if not plain:
            dotted.setDashPattern([1.0, 3.0])
        yield from self._draw(painter, start, end, is_dark, dotted)
        dashed = self._pen(DOWN, 1)
        dashed.setDashPattern([4.0, 3.0])
        yield from self._draw(painter, start, end, is_down, dashed)
        heads = np.flatnonzero(lively & fits)
        for first in range(0, len(heads), AT_ONCE):
            some = heads[first : first + AT_ONCE]
            self._put_heads(
                painter, middle[some], unit[some], shades[some], width[some], head[some]
            )
            yield
        halves = np.flatnonzero(lively)
        yield from self._signs(
            painter,
            np.concatenate([start[halves], end[halves]]),
            np.concatenate([stop_a[halves], stop_b[halves]]),
            np.concatenate([shades[halves, 0], shades[halves, 1]]),
            np.tile(wide[halves], 2),
            plain=plain,
        )
        for x, y in middle[is_down].tolist():
            self._cross(painter, QPointF(x, y))

    def _signs(
        self,
        painter: QPainter,
        start: Floats,
        stop: Floats,
        shades: Ints,
        wide: Floats,
        *,
        plain: bool,
    ) -> Iterator[None]:
        """Hatching on halves nobody counted, a tick for each step of trouble on the others."""
        ratio, ink = self._ratio, self._ink
        if not plain and (blind := shades == MISSING).any():
            one, other = hatching(start[blind], stop[blind], ratio)
            yield from self.strokes(painter, one, other, QPen(ink.links[MISSING], 1.1 * ratio))
        loud = np.flatnonzero((shades >= ink.loud) & (shades < STEPS))
        if not len(loud):
            return
        count = shades[loud] - ink.loud + 1
        one, other, whose = ticks(start[loud], stop[loud], count, wide[loud], ratio)
        tones = shades[loud][whose]
        for tone in np.unique(tones).tolist():
            same = tones == tone
            pen = QPen(ink.links[tone], 1.6 * ratio)
            yield from self.strokes(painter, one[same], other[same], pen)

    def strokes(self, painter: QPainter, start: Floats, end: Floats, pen: QPen) -> Iterator[None]:
        """Plain lines of one pen."""
        yield from self._draw(painter, start, end, np.ones(len(start), bool), pen)

    def _put_heads(
        self,
        painter: QPainter,
        middle: Floats,
        unit: Floats,
        shades: Ints,
        width: Ints,
        head: Floats,
    ) -> None:
        angle = np.arctan2(unit[:, 1], unit[:, 0])
        off = unit * (head / 2 + 0.8)[:, None]
        at = np.concatenate([middle - off, middle + off])
        angles = np.concatenate([angle, angle + math.pi])
        tones = np.concatenate([shades[:, 0], shades[:, 1]])
        self._arrows.put(painter, at, angles, tones, np.tile(width, 2))

    def _cross(self, painter: QPainter, at: QPointF) -> None:
        """Where a link is cut."""
        reach = 4.0 * self._ratio
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._ink.ground)
        painter.drawEllipse(at, reach * 1.9, reach * 1.9)
        pen = QPen(self._ink.links[DOWN], 2.0 * self._ratio)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        for side in (1, -1):
            painter.drawLine(
                QPointF(at.x() - reach, at.y() - reach * side),
                QPointF(at.x() + reach, at.y() + reach * side),
            )

    def _pen(self, tone: int, step: int) -> QPen:
        pen = QPen(self._ink.links[tone], WIDE_PX[step] * self._ratio)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        return pen

    def _draw(
        self,
        painter: QPainter,
        start: Floats,
        end: Floats,
        which: Bools,
        pen: QPen,
        *,
        soft: bool = True,
    ) -> Iterator[None]:
        """Lines of one pen, a call for every few thousand."""
        rows = np.flatnonzero(which)
        # Dashes and wide soft lines are slow: fewer of them at once.
        at_once = AT_ONCE if not soft else AT_ONCE // 4
        for first in range(0, len(rows), at_once):
            some = rows[first : first + at_once]
            self._lines.resize(len(some))
            lines = self._lines.ndarray()
            lines[:, 0:2] = start[some]
            lines[:, 2:4] = end[some]
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, soft)
            painter.setPen(pen)
            painter.drawLines(*self._lines.drawargs())
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
            yield
