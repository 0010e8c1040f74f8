"""Sparklines of a long list: asked for what is on screen, painted once, kept for a while."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Iterable, Mapping

import numpy as np
from PySide6.QtCore import QObject, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QStyleOptionViewItem

from noc_console.services.top.model import Curve
from noc_console.views.kit.cells import MARGIN, CellDelegate, Index
from noc_console.views.kit.sparkline import paint_sparkline
from noc_console.views.kit.theme import look
from noc_console.views.top.rows import SheetModel

MOST = 4_000
"""Curves kept; each is some hundred numbers."""

FRESH_S = 300.0
"""After so long a curve is asked for anew, and shown until then."""


_NOTHING: Curve = np.empty(0)


class Sparks(QObject):
    """The curves of one list by row id, and their pictures."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._curves: OrderedDict[int, tuple[float, Curve]] = OrderedDict()
        self._pictures: dict[tuple[int, int, int, float], QPixmap] = {}
        look().changed.connect(self._redraw)

    def _redraw(self) -> None:
        self._pictures.clear()

    def clear(self) -> None:
        """Another span: nothing kept is true any more."""
        self._curves.clear()
        self._pictures.clear()

    def missing(self, ids: Iterable[int]) -> list[int]:
        """Which of these are not known, or were learnt too long ago."""
        now = time.monotonic()
        return [
            number
            for number in ids
            if number not in self._curves or now - self._curves[number][0] > FRESH_S
        ]

    def take(self, ids: Iterable[int], found: Mapping[int, Curve]) -> None:
        """Keep what was answered; what was asked for and is unknown is remembered as empty."""
        now = time.monotonic()
        for number in ids:
            self._curves[number] = (now, found.get(number, _NOTHING))
            self._curves.move_to_end(number)
        while len(self._curves) > MOST:
            self._curves.popitem(last=False)
        fresh = set(ids)
        self._pictures = {key: p for key, p in self._pictures.items() if key[0] not in fresh}
        self.changed.emit()

    def curve(self, number: int) -> Curve | None:
        known = self._curves.get(number)
        return None if known is None else known[1]

    def picture(self, number: int, size: QSize, ratio: float) -> QPixmap | None:
        """The curve as a picture; None while it is not known."""
        key = (number, size.width(), size.height(), ratio)
        made = self._pictures.get(key)
        if made is None and (curve := self.curve(number)) is not None and len(curve):
            if len(self._pictures) > MOST // 4:
                self._pictures.clear()
            made = self._pictures[key] = _painted(curve, size, ratio)
        return made


def _painted(curve: Curve, size: QSize, ratio: float) -> QPixmap:
    picture = QPixmap(round(size.width() * ratio), round(size.height() * ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    room = QRectF(0, 0, size.width(), size.height()).adjusted(0, 1, 0, -1)
    low = 0.0 if (curve[curve == curve] >= 0).all() else None
    paint_sparkline(painter, room, curve, look().color("series.a"), low=low)
    painter.end()
    return picture


class SparkDelegate(CellDelegate):
    """Cells of the list; those of one column get the picture of their row's curve."""

    def __init__(self, sparks: Sparks, column: int, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._sparks, self._column = sparks, column

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        super().paint(painter, option, index)
        model = index.model()
        if index.column() != self._column or not isinstance(model, SheetModel):
            return
        rect: QRect = option.rect
        room = rect.adjusted(MARGIN, 4, -MARGIN, -4)
        ratio = painter.device().devicePixelRatioF()
        number = int(model.ids[index.row()])
        if (picture := self._sparks.picture(number, room.size(), ratio)) is not None:
            painter.drawPixmap(room.topLeft(), picture)
