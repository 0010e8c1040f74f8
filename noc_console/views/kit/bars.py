"""Rows of bars: how full things are, or how many there are of each; a click chooses one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from noc_console.kernel.text import visible
from noc_console.views.kit.sparkline import Curve, paint_sparkline
from noc_console.views.kit.theme import ROW_HEIGHT, look

NAME_W, VALUE_W, CURVE_W = 150, 58, 70
ROOM_FOR_CURVES = 320
"""Width of a row from which its last hour is drawn beside it."""
HIGH = 0.9
"""Above this share a bar asks for a look."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One row: what, how full, in words, and what a click on it chooses (`key`)."""

    name: str
    share: float | None
    text: str
    detail: str = ""
    key: int | None = None
    is_low_bad: bool = False
    """Of a battery, little is the trouble."""
    is_count: bool = False
    """A share of several: none is too much."""
    step: int = 0
    curve: Curve | None = field(default=None, compare=False)

    @property
    def is_bad(self) -> bool:
        if self.share is None or self.is_count:
            return False
        return self.share < 1 - HIGH if self.is_low_bad else self.share > HIGH


class Bars(QWidget):
    """Rows of bars; a click or Enter chooses one."""

    chosen = Signal(int)  # the bar's key

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(name)
        self.bars: tuple[Bar, ...] = ()
        self._at = -1
        look().changed.connect(self.update)

    def show_bars(self, bars: Sequence[Bar]) -> None:
        bars = tuple(bars)
        if bars == self.bars:
            return
        resized = len(bars) != len(self.bars)
        self.bars = bars
        self._at = min(self._at, len(bars) - 1)
        if resized:
            self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(380, len(self.bars) * ROW_HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(240, len(self.bars) * ROW_HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        for at, bar in enumerate(self.bars):
            self._paint(painter, QRect(0, at * ROW_HEIGHT, self.width(), ROW_HEIGHT), bar, at)
        painter.end()

    def _paint(self, painter: QPainter, row: QRect, bar: Bar, at: int) -> None:
        if at == self._at and self.hasFocus():
            painter.fillRect(row, look().color("surface.selected"))
        name_w = min(NAME_W, row.width() * 35 // 100)
        middle = int(Qt.AlignmentFlag.AlignVCenter)
        right = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight)
        painter.setFont(look().font())
        painter.setPen(look().color("text.plain"))
        name = QRect(row.left() + 2, row.top(), name_w - 8, row.height())
        painter.drawText(name, middle, self._cut(painter, bar.name, name.width()))
        curve_w = CURVE_W if row.width() > ROOM_FOR_CURVES else 0
        value = QRect(row.right() - VALUE_W - curve_w, row.top(), VALUE_W, row.height())
        painter.setFont(look().font(weight=QFont.Weight.DemiBold) if bar.is_bad else look().font())
        painter.setPen(look().color("attention.plain" if bar.is_bad else "text.bright"))
        painter.drawText(value, right, bar.text)
        track = QRectF(
            row.left() + name_w, row.top() + 6, value.left() - row.left() - name_w - 6, 14
        )
        if bar.share is not None or bar.detail:
            self._paint_track(painter, track, bar)
        if curve_w and bar.curve is not None:
            room = QRectF(value.right() + 10, row.top() + 5, curve_w - 12, row.height() - 10)
            paint_sparkline(painter, room, bar.curve, look().color("series.a"), high=100.0)

    def _paint_track(self, painter: QPainter, track: QRectF, bar: Bar) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(look().color("line.hair"), 1))
        painter.setBrush(look().color("surface.panel"))
        painter.drawRoundedRect(track, 3, 3)
        if bar.share is not None:
            fill = QRectF(track)
            fill.setWidth(max(2.0, track.width() * min(1.0, max(0.0, bar.share))))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look().color("attention.plain" if bar.is_bad else "load.low"))
            painter.drawRoundedRect(fill, 3, 3)
        if bar.detail:
            self._paint_detail(painter, track, bar)

    def _paint_detail(self, painter: QPainter, track: QRectF, bar: Bar) -> None:
        """`3.1 of 8 GiB` in the bar, on the side with more room."""
        painter.setFont(look().font(11))
        filled = track.width() * min(1.0, max(0.0, bar.share or 0.0))
        wanted = painter.fontMetrics().horizontalAdvance(bar.detail) + 12
        free = track.width() - filled
        if free >= wanted:
            painter.setPen(look().color("text.dim"))
            place = track.adjusted(filled + 6, 0, -4, 0)
        elif filled >= wanted:
            painter.setPen(look().color("text.on_accent" if bar.is_bad else "text.bright"))
            place = track.adjusted(6, 0, -free - 4, 0)
        else:
            return
        painter.drawText(
            place, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight), bar.detail
        )

    def _cut(self, painter: QPainter, text: str, width: int) -> str:
        return painter.fontMetrics().elidedText(
            visible(text), Qt.TextElideMode.ElideRight, max(8, width)
        )

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._go(int(event.position().y()) // ROW_HEIGHT)
        self._choose()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self._go(self._at + (1 if event.key() == Qt.Key.Key_Down else -1))
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._choose()
        else:
            super().keyPressEvent(event)

    def _go(self, at: int) -> None:
        if 0 <= at < len(self.bars):
            self._at = at
            bar = self.bars[at]
            self.setAccessibleDescription(f"{bar.name}: {bar.text} {bar.detail}")
            self.update()

    def _choose(self) -> None:
        if 0 <= self._at < len(self.bars):
            key = self.bars[self._at].key
            if key is not None:
                self.chosen.emit(key)
