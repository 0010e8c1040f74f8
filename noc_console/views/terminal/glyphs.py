"""The shapes of characters at device pixels: each drawn once with the font, then only copied."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QImage, QPainter

from noc_console.views.terminal.boxes import drawn_box

Mask = NDArray[np.uint8]
Picture = NDArray[np.uint8]
MOST = 16_384
"""Shapes kept; hostile output of every character there is starts the collection anew."""
SMALLEST_PX, LARGEST_PX = 6, 72


@dataclass(frozen=True, slots=True)
class Shape:
    """A character over one or two cells: coverage, or a picture for what has its own colours."""

    mask: Mask
    """Height × width, 0–255."""
    picture: Picture | None = None
    """Height × width × 4, premultiplied blue, green, red, alpha."""


@dataclass(frozen=True, slots=True)
class Measure:
    """A cell in device pixels, and where its lines are."""

    width: int
    height: int
    baseline: int
    underline: int
    """First row of the underline."""
    strike: int
    thick: int
    """Of lines."""
    ratio: float
    """Device pixels a logical one."""


def measured(font: QFont, ratio: float) -> Measure:
    """The cell of a fixed-width font, in whole device pixels."""
    metrics = QFontMetricsF(scaled(font, ratio))
    width = max(2, round(metrics.horizontalAdvance("M")))
    height = max(4, math.ceil(metrics.ascent() + metrics.descent()))
    baseline = round(metrics.ascent())
    thick = max(1, round(metrics.lineWidth()))
    return Measure(
        width=width,
        height=height,
        baseline=baseline,
        underline=min(height - thick, baseline + max(1, round(metrics.underlinePos()))),
        strike=max(0, baseline - round(metrics.strikeOutPos())),
        thick=thick,
        ratio=ratio,
    )


def scaled(font: QFont, ratio: float) -> QFont:
    """The font at device pixels."""
    made = QFont(font)
    made.setPixelSize(max(1, round(font.pixelSize() * ratio)))
    return made


class Glyphs:
    """Shapes of one font at one size. Characters that the font lacks come from the system's."""

    def __init__(self, font: QFont, ratio: float = 1.0) -> None:
        self.measure = measured(font, ratio)
        self._fonts = {
            (bold, italic): _variant(scaled(font, ratio), bold, italic)
            for bold in (False, True)
            for italic in (False, True)
        }
        self._shapes: dict[tuple[str, int, bool, bool], Shape] = {}

    def shape(self, text: str, cells: int, *, bold: bool = False, italic: bool = False) -> Shape:
        """The shape of one character with its marks, over one or two cells."""
        key = (text, cells, bold, italic)
        found = self._shapes.get(key)
        if found is None:
            if len(self._shapes) >= MOST:
                self._shapes.clear()
            found = self._shapes[key] = self._draw(text, cells, bold, italic)
        return found

    def _draw(self, text: str, cells: int, bold: bool, italic: bool) -> Shape:
        width, height = self.measure.width * cells, self.measure.height
        if not text.strip():
            return Shape(np.zeros((height, width), np.uint8))
        if len(text) == 1 and (box := drawn_box(ord(text), width, height)) is not None:
            return Shape(box)
        pixels = self._render(text, width, height, self._fonts[bold, italic])
        alpha = pixels[:, :, 3]
        # White ink leaves all four channels equal; a picture of its own (an emoji) does not.
        is_colourful = bool((pixels[:, :, :3] != alpha[:, :, None]).any())
        return Shape(alpha.copy(), pixels if is_colourful else None)

    def _render(self, text: str, width: int, height: int, font: QFont) -> Picture:
        image = QImage(width, height, QImage.Format.Format_ARGB32_Premultiplied)
        image.fill(0)
        painter = QPainter(image)
        painter.setFont(font)
        painter.setPen(Qt.GlobalColor.white)
        advance = painter.fontMetrics().horizontalAdvance(text)
        left = 0.0
        if advance > width * 1.1:  # a fallback font's character that is too wide for its cells
            share = width / advance
            painter.translate(0, self.measure.baseline * (1 - share))
            painter.scale(share, share)
        elif width > self.measure.width:
            left = max(0.0, (width - advance) / 2)
        painter.drawText(QPointF(left, self.measure.baseline), text)
        painter.end()
        stride = image.bytesPerLine()
        pixels = np.frombuffer(image.constBits(), np.uint8).reshape(height, stride)
        return pixels[:, : width * 4].reshape(height, width, 4).copy()


def _variant(font: QFont, bold: bool, italic: bool) -> QFont:
    made = QFont(font)
    made.setBold(bold)
    made.setItalic(italic)
    return made
