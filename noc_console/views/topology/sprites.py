"""Pictures drawn once and stamped many times: devices, arrow heads, names.

Stamping 10,000 sprites is one call of 2 ms, as long as they lie on whole pixels at their
own size; drawing them anew, or text by text, costs ten times that. Sheets grow with what is
drawn on them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pyqtgraph.Qt.internals import PrimitiveArray
from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QPainter,
    QPixmap,
    QPolygonF,
    QStaticText,
    QTransform,
)

from noc_console.views.topology.glyphs import paint_device, paint_mark
from noc_console.views.topology.ink import Ink
from noc_console.views.topology.scene import LOOKS, RANKS, TYPES

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

TURNS = 64
WIDE_PX = (1.5, 2.1, 2.9, 4.0, 2.6, 3.4, 4.4, 5.8)
"""How wide a link is drawn, by its class of capacity; then the same for bundles."""
_AROUND = tuple(
    (1.6 * math.cos(math.pi * turn / 4), 1.6 * math.sin(math.pi * turn / 4)) for turn in range(8)
)
FAR_SIZE = 13
"""Below this many pixels a device is a mark, not a picture."""
FIRST_ROWS = 4
STAMPS_AT_ONCE = 4000


class Sheet:
    """Cells of one size, as many rows as are needed."""

    def __init__(self, cell: tuple[int, int], across: int) -> None:
        self.cell, self.across = cell, across
        self.pixmap = _clear(cell[0] * across, cell[1] * FIRST_ROWS)
        self._fragments = PrimitiveArray(QPainter.PixmapFragment, 10)

    def reserve(self, slots: int) -> None:
        """Make room for this many cells."""
        rows = -(-slots // self.across)
        have = self.pixmap.height() // self.cell[1]
        if rows <= have:
            return
        larger = _clear(self.pixmap.width(), self.cell[1] * max(rows, 2 * have))
        painter = QPainter(larger)
        try:
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
            painter.drawPixmap(0, 0, self.pixmap)
        finally:
            painter.end()
        self.pixmap = larger

    def box(self, slot: int) -> QRect:
        """Where a cell is."""
        row, column = divmod(slot, self.across)
        wide, high = self.cell
        return QRect(column * wide, row * high, wide, high)

    def put(self, painter: QPainter, at: Floats, slots: Ints) -> None:
        """Stamp cells, each centred at a point of the paper, on whole pixels."""
        if not len(at):
            return
        half = np.array(self.cell) / 2
        self._fragments.resize(len(at))
        rows = self._fragments.ndarray()
        # Whole pixels for the corner: an odd cell has its centre on a half.
        rows[:, 0:2] = np.rint(at - half) + half
        rows[:, 2] = slots % self.across * self.cell[0]
        rows[:, 3] = slots // self.across * self.cell[1]
        rows[:, 4:6] = self.cell
        rows[:, 6:8] = 1.0
        rows[:, 8] = 0.0
        rows[:, 9] = 1.0
        _stamp(painter, self._fragments, self.pixmap)


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
        cell = 2 * math.ceil(self.sizes[0] * ratio * 1.02) + 4
        self._sheet = Sheet((cell, cell), len(TYPES))
        self._slots = np.full(len(TYPES) * LOOKS * RANKS, -1, np.int64)
        self._used = 0

    def put(self, painter: QPainter, at: Floats, kind: Ints, look: Ints, rank: Ints) -> None:
        codes = (rank * LOOKS + look) * len(TYPES) + kind
        slots = self._slots[codes]
        if (slots < 0).any():
            self._ensure(np.unique(codes[slots < 0]).tolist())
            slots = self._slots[codes]
        self._sheet.put(painter, at, slots)

    def _ensure(self, missing: Sequence[int]) -> None:
        self._sheet.reserve(self._used + len(missing))
        painter = QPainter(self._sheet.pixmap)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            for code in missing:
                row, kind = divmod(code, len(TYPES))
                rank, look = divmod(row, LOOKS)
                self._slots[code] = self._used
                box = QRectF(self._sheet.box(self._used))
                self._used += 1
                painter.save()
                painter.translate(box.center())
                painter.scale(self._ratio, self._ratio)
                size = float(self.sizes[rank])
                self._paint(painter, QPointF(0, 0), size, TYPES[kind], look, self._ink)
                painter.restore()
        finally:
            painter.end()


class ArrowSheet:
    """Arrow heads: a sheet per width, on it a row per shade and a column per direction."""

    def __init__(self, ratio: float, ink: Ink) -> None:
        self._ratio, self._colors = ratio, ink.links
        self._sheets: dict[int, Sheet] = {}
        self._drawn: set[tuple[int, int]] = set()

    def put(self, painter: QPainter, at: Floats, angle: Floats, shade: Ints, width: Ints) -> None:
        """Heads with their tip towards `angle` (radians)."""
        turn = np.rint(angle * TURNS / (2 * math.pi)).astype(np.int64) % TURNS
        for step in np.unique(width).tolist():
            some = width == step
            sheet = self._sheet(step, np.unique(shade[some]).tolist())
            sheet.put(painter, at[some], shade[some] * TURNS + turn[some])

    def _sheet(self, width: int, shades: Sequence[int]) -> Sheet:
        sheet = self._sheets.get(width)
        if sheet is None:
            cell = 2 * math.ceil(9 * self._ratio)
            sheet = self._sheets[width] = Sheet((cell, cell), TURNS)
            sheet.reserve(len(self._colors) * TURNS)
        for shade in shades:
            if (width, shade) not in self._drawn:
                self._drawn.add((width, shade))
                self._draw(sheet, width, shade)
        return sheet

    def _draw(self, sheet: Sheet, width: int, shade: int) -> None:
        head = arrow_head(WIDE_PX[width])
        painter = QPainter(sheet.pixmap)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._colors[shade])
            for turn in range(TURNS):
                painter.save()
                painter.translate(QRectF(sheet.box(shade * TURNS + turn)).center())
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
    ROWS = 48

    def __init__(self, font: QFont, ratio: float, color: QColor, ground: QColor) -> None:
        self._ratio, self._font, self._color, self._ground = ratio, QFont(font), color, ground
        cell = (math.ceil(self.WIDTH * ratio), math.ceil(self.HEIGHT * ratio))
        self._sheet = Sheet(cell, max(1, 2048 // cell[0]))
        self._slots = self._sheet.across * self.ROWS
        self._metrics = QFontMetricsF(self._font)
        self._slot: dict[str, int] = {}
        self._owner: list[str | None] = [None] * self._slots
        self._next = 0
        self._wide: dict[str, float] = {}

    def width(self, name: str) -> float:
        """How wide a name is on screen."""
        known = self._wide.get(name)
        if known is None:
            if len(self._wide) > 20 * self._slots:
                self._wide.clear()
            known = min(self._metrics.horizontalAdvance(name), self.WIDTH - 6.0)
            self._wide[name] = known
        return known

    def put(self, painter: QPainter, names: Sequence[str], at: Floats) -> None:
        """Names centred at points on the paper."""
        for start in range(0, len(names), self._slots):
            some = names[start : start + self._slots]
            slots = self._ensure(some)
            self._sheet.put(painter, at[start : start + self._slots], slots)

    def _ensure(self, names: Sequence[str]) -> Ints:
        missing = [name for name in dict.fromkeys(names) if name not in self._slot]
        if missing:
            wanted = set(names)
            taken = [(name, self._take(name, wanted)) for name in missing]
            self._sheet.reserve(max(slot for _, slot in taken) + 1)
            painter = QPainter(self._sheet.pixmap)
            try:
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                for name, slot in taken:
                    self._draw(painter, name, slot)
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
        box = QRectF(self._sheet.box(slot))
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

    Stamped, not stroked: an outline of letters as a path costs six times as much. Shaped
    once for all its stamps, which halves the rest.
    """
    painter.setFont(font)
    shaped = QStaticText(text)
    shaped.setTextFormat(Qt.TextFormat.PlainText)
    shaped.prepare(QTransform(), font)
    corner = QPointF(at.x(), at.y() - QFontMetricsF(font).ascent())
    painter.setPen(ground)
    for dx, dy in _AROUND:
        painter.drawStaticText(QPointF(corner.x() + dx, corner.y() + dy), shaped)
    painter.setPen(color)
    painter.drawStaticText(corner, shaped)
