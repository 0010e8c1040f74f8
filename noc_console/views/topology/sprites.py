"""Pictures drawn once and stamped many times: devices, arrow heads, names.

Stamping 10,000 sprites is one call of 2 ms, as long as they lie on whole pixels at their
own size; drawing them anew, or text by text, costs ten times that.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pyqtgraph.Qt.internals import PrimitiveArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QPainter,
    QPixmap,
    QPolygonF,
)

from noc_console.views.topology.glyphs import paint_device, paint_mark
from noc_console.views.topology.ink import Ink
from noc_console.views.topology.scene import LOOKS, RANKS, TYPES, WIDTHS

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

TURNS = 64
WIDE_PX = (1.5, 2.1, 2.9, 4.0)
"""How wide a link is drawn, by its class of capacity."""
_AROUND = tuple(
    (1.6 * math.cos(math.pi * turn / 5), 1.6 * math.sin(math.pi * turn / 5)) for turn in range(10)
)
FAR_SIZE = 13
"""Below this many pixels a device is a mark, not a picture."""


class Stamps:
    """Sprites of one sheet, put on the paper in one call."""

    def __init__(self, sheet: QPixmap) -> None:
        self.sheet = sheet
        self._fragments = PrimitiveArray(QPainter.PixmapFragment, 10)

    def put(self, painter: QPainter, at: Floats, corner: Floats, size: Floats | float) -> None:
        """Stamp: centres on the paper, upper left corners on the sheet, sizes. Pixels."""
        if not len(at):
            return
        self._fragments.resize(len(at))
        rows = self._fragments.ndarray()
        rows[:, 0:2] = np.rint(at)
        rows[:, 2:4] = corner
        rows[:, 4:6] = np.asarray(size).reshape(-1, 1) if np.ndim(size) == 1 else size
        rows[:, 6:8] = 1.0
        rows[:, 8] = 0.0
        rows[:, 9] = 1.0
        _stamp(painter, self._fragments, self.sheet)


def _stamp(painter: Any, fragments: PrimitiveArray, sheet: QPixmap) -> None:
    # Any: PySide takes a pointer and a count here, which its stubs do not know.
    painter.drawPixmapFragments(*fragments.drawargs(), sheet)


def _clear(width: int, height: int) -> QPixmap:
    sheet = QPixmap(max(width, 1), max(height, 1))
    sheet.fill(Qt.GlobalColor.transparent)
    return sheet


class DeviceSheet:
    """Every type in every look in three ranks, at one size; each drawn when first wanted."""

    def __init__(self, size: float, ratio: float, ink: Ink) -> None:
        self.sizes = np.array([size * 1.22, size, size * 0.86])
        self._ratio, self._ink = ratio, ink
        self._paint = paint_device if size >= FAR_SIZE else paint_mark
        self._cell = 2 * math.ceil(self.sizes[0] * ratio * 1.02) + 4
        self._stamps = Stamps(_clear(self._cell * len(TYPES), self._cell * LOOKS * RANKS))
        self._drawn: set[int] = set()

    def put(self, painter: QPainter, at: Floats, kind: Ints, look: Ints, rank: Ints) -> None:
        row = rank * LOOKS + look
        self._ensure(set(np.unique(row * len(TYPES) + kind).tolist()) - self._drawn)
        corner = np.column_stack([kind, row]).astype(np.float64) * self._cell
        self._stamps.put(painter, at, corner, float(self._cell))

    def _ensure(self, missing: set[int]) -> None:
        if not missing:
            return
        self._drawn |= missing
        painter = QPainter(self._stamps.sheet)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            for code in missing:
                row, column = divmod(code, len(TYPES))
                rank, look = divmod(row, LOOKS)
                painter.save()
                painter.translate((column + 0.5) * self._cell, (row + 0.5) * self._cell)
                painter.scale(self._ratio, self._ratio)
                size = float(self.sizes[rank])
                self._paint(painter, QPointF(0, 0), size, TYPES[column], look, self._ink)
                painter.restore()
        finally:
            painter.end()


class ArrowSheet:
    """Arrow heads: a row per shade and width, a column per direction; rows drawn when wanted."""

    def __init__(self, ratio: float, ink: Ink) -> None:
        self._ratio, self._colors = ratio, ink.links
        self._cell = 2 * math.ceil(9 * ratio)
        rows = len(ink.links) * WIDTHS
        self._stamps = Stamps(_clear(self._cell * TURNS, self._cell * rows))
        self._drawn: set[int] = set()

    def put(self, painter: QPainter, at: Floats, angle: Floats, shade: Ints, width: Ints) -> None:
        """Heads with their tip towards `angle` (radians)."""
        turn = np.rint(angle * TURNS / (2 * math.pi)).astype(np.int64) % TURNS
        row = width * len(self._colors) + shade
        for missing in set(np.unique(row).tolist()) - self._drawn:
            self._draw(missing)
        corner = np.column_stack([turn, row]).astype(np.float64)
        self._stamps.put(painter, at, corner * self._cell, float(self._cell))

    def _draw(self, row: int) -> None:
        self._drawn.add(row)
        width, shade = divmod(row, len(self._colors))
        head = arrow_head(WIDE_PX[width])
        painter = QPainter(self._stamps.sheet)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._colors[shade])
            for turn in range(TURNS):
                painter.save()
                painter.translate((turn + 0.5) * self._cell, (row + 0.5) * self._cell)
                painter.scale(self._ratio, self._ratio)
                painter.rotate(360 * turn / TURNS)
                painter.drawPolygon(head)
                painter.restore()
        finally:
            painter.end()


def arrow_head(width: float) -> QPolygonF:
    """A head for a line of `width`, pointing right, around (0, 0)."""
    long, half = 5.2 + width * 0.75, 2.1 + width * 0.85
    return QPolygonF(
        [QPointF(long * 0.5, 0), QPointF(-long * 0.5, half), QPointF(-long * 0.5, -half)]
    )


class NameSheet:
    """Names with a halo, kept on a sheet as long as there is room; the oldest make place."""

    HEIGHT = 16
    WIDTH = 168

    def __init__(self, font: QFont, ratio: float, color: QColor, ground: QColor) -> None:
        self._ratio, self._font, self._color, self._ground = ratio, QFont(font), color, ground
        self._cell = (math.ceil(self.WIDTH * ratio), math.ceil(self.HEIGHT * ratio))
        self._across = max(1, 2048 // self._cell[0])
        self._slots = self._across * 96
        self._sheet = _clear(self._cell[0] * self._across, self._cell[1] * 96)
        self._stamps = Stamps(self._sheet)
        self._metrics = QFontMetricsF(self._font)
        self._slot: dict[str, int] = {}
        self._owner: list[str | None] = [None] * self._slots
        self._next = 0
        self._wide: dict[str, float] = {}

    def width(self, name: str) -> float:
        """How wide a name is on screen."""
        known = self._wide.get(name)
        if known is None:
            known = min(self._metrics.horizontalAdvance(name), self.WIDTH - 6.0)
            self._wide[name] = known
        return known

    def put(self, painter: QPainter, names: Sequence[str], at: Floats) -> None:
        """Names centred at points on the paper."""
        for start in range(0, len(names), self._slots):
            some = names[start : start + self._slots]
            slots = self._ensure(some)
            corner = np.column_stack([slots % self._across, slots // self._across])
            self._stamps_put(painter, at[start : start + self._slots], corner.astype(np.float64))

    def _stamps_put(self, painter: QPainter, at: Floats, corner: Floats) -> None:
        cell = np.array(self._cell, np.float64)
        fragments = self._stamps._fragments
        fragments.resize(len(at))
        rows = fragments.ndarray()
        # Whole pixels for the corner: an odd cell has its centre on a half.
        rows[:, 0:2] = np.rint(at - cell / 2) + cell / 2
        rows[:, 2:4] = corner * cell
        rows[:, 4:6] = cell
        rows[:, 6:8] = 1.0
        rows[:, 8] = 0.0
        rows[:, 9] = 1.0
        _stamp(painter, fragments, self._sheet)

    def _ensure(self, names: Sequence[str]) -> Ints:
        missing = [name for name in dict.fromkeys(names) if name not in self._slot]
        if missing:
            wanted = set(names)
            painter = QPainter(self._sheet)
            try:
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                for name in missing:
                    self._draw(painter, name, self._take(name, wanted))
            finally:
                painter.end()
        return np.array([self._slot[name] for name in names], np.int64)

    def _take(self, name: str, wanted: set[str]) -> int:
        while self._owner[self._next] in wanted and self._owner[self._next] != name:
            self._next = (self._next + 1) % self._slots
        slot = self._next
        self._next = (slot + 1) % self._slots
        if (owner := self._owner[slot]) is not None:
            self._slot.pop(owner, None)
        self._owner[slot], self._slot[name] = name, slot
        return slot

    def _draw(self, painter: QPainter, name: str, slot: int) -> None:
        row, column = divmod(slot, self._across)
        box = QRectF(column * self._cell[0], row * self._cell[1], self._cell[0], self._cell[1])
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
        painter.fillRect(box, Qt.GlobalColor.transparent)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
        shown = self._metrics.elidedText(name, Qt.TextElideMode.ElideRight, self.WIDTH - 6)
        painter.save()
        painter.translate(box.topLeft())
        painter.scale(self._ratio, self._ratio)
        left = (self.WIDTH - self._metrics.horizontalAdvance(shown)) / 2
        haloed(painter, QPointF(left, 12.0), shown, self._font, self._color, self._ground)
        painter.restore()


def haloed(
    painter: QPainter, at: QPointF, text: str, font: QFont, color: QColor, ground: QColor
) -> None:
    """Text that stays readable over lines: in the colour of the ground all around, then itself.

    Stamped, not stroked: an outline of letters as a path costs six times as much.
    """
    painter.setFont(font)
    painter.setPen(ground)
    for dx, dy in _AROUND:
        painter.drawText(QPointF(at.x() + dx, at.y() + dy), text)
    painter.setPen(color)
    painter.drawText(at, text)
