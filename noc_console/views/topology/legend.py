"""What the colours, widths and dashes of the map mean, along its lower edge.

It follows the layer: its scale with the ticks of trouble, what dashes, dots and hatching
stand for, and how old the data is.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPixmap

from noc_console.services.alarms.model import Severity
from noc_console.views.kit.severity import WORDS, paint_severity
from noc_console.views.kit.theme import look
from noc_console.views.topology.ink import DOWN, MISSING, STEPS, UNKNOWN, Ink
from noc_console.views.topology.shading import LOAD, Gap, Shading
from noc_console.views.topology.strokes import hatching

HEIGHT = 44
LEFT = 20.0
GAP = 20.0
SWATCH = 14.0
LINE = 26.0
TEXT_PX, MARK_PX = 11, 10
SHOWN = (Severity.CRITICAL, Severity.MAJOR, Severity.MINOR, Severity.WARNING)

Part = Callable[["QPainter | None", float, float, Ink], float]
"""Draws itself at a place, or only tells how wide it is; pixels."""


def paint(
    painter: QPainter,
    width: int,
    height: int,
    ink: Ink,
    shading: Shading = LOAD,
    note: str = "",
) -> None:
    """The legend along the lower edge; the severities make room first, in whole."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    shade = QColor(ink.ground)
    shade.setAlpha(225)
    painter.fillRect(QRectF(0, height - HEIGHT, width, HEIGHT), shade)
    base, at = height - 17.0, LEFT
    for part in _fitting(shading, note, ink, width - 2 * LEFT):
        at += part(painter, at, base, ink) + GAP
    painter.restore()


class Kept:
    """The legend as a picture, drawn anew when it tells something else: it is in every frame."""

    def __init__(self) -> None:
        self._key: tuple[object, ...] = ()
        self._ink: Ink | None = None
        self._picture = QPixmap()

    def paint(
        self,
        painter: QPainter,
        width: int,
        height: int,
        ink: Ink,
        shading: Shading = LOAD,
        note: str = "",
    ) -> None:
        """The same as `paint`."""
        ratio = painter.device().devicePixelRatio()
        key = (width, ratio, shading.name, note)
        # Kept, not only remembered by its address: another theme's ink may come to lie there.
        if key != self._key or ink is not self._ink:
            self._key, self._ink = key, ink
            self._picture = self._draw(width, ratio, ink, shading, note)
        painter.drawPixmap(0, height - HEIGHT, self._picture)

    def _draw(self, width: int, ratio: float, ink: Ink, shading: Shading, note: str) -> QPixmap:
        picture = QPixmap(math.ceil(width * ratio), math.ceil(HEIGHT * ratio))
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        try:
            paint(painter, width, HEIGHT, ink, shading, note)
        finally:
            painter.end()
        return picture


def _fitting(shading: Shading, note: str, ink: Ink, room: float) -> Sequence[Part]:
    """As many parts as there is room for: severities by name, else as signs, else none."""
    always = [_title(shading), _scale(shading), _dead]
    if shading.gap is Gap.MISSING:
        always.append(_missing)
    always.append(_unknown)
    if note:
        always.append(_note(note))
    named = [_severity(each, named=True) for each in SHOWN]
    signs = [_severity(each, named=False) for each in SHOWN]
    for parts in ([*always, *named], [*always, *signs], always):
        if _wide(parts, ink) <= room:
            return parts
    while len(always) > 2 and _wide(always, ink) > room:
        always.pop()
    return always


def _wide(parts: Sequence[Part], ink: Ink) -> float:
    return sum(part(None, 0.0, 0.0, ink) for part in parts) + GAP * (len(parts) - 1)


def _text(
    painter: QPainter | None, at: float, base: float, text: str, color: QColor, px: int = TEXT_PX
) -> float:
    font = look().font(px)
    if painter is not None:
        painter.setFont(font)
        painter.setPen(color)
        painter.drawText(QPointF(at, base), text)
    return QFontMetricsF(font).horizontalAdvance(text)


def _title(shading: Shading) -> Part:
    def part(painter: QPainter | None, at: float, base: float, ink: Ink) -> float:
        return _text(painter, at, base, shading.title, ink.text) - GAP + 8

    return part


def _scale(shading: Shading) -> Part:
    """A swatch for each tone, what lies between two of them below, ticks as on the links."""

    def part(painter: QPainter | None, at: float, base: float, ink: Ink) -> float:
        start = at
        if shading.first:
            at += _text(painter, at, base, shading.first, ink.text_dim) + 6
        metrics = QFontMetricsF(look().font(MARK_PX))
        widest = max((metrics.horizontalAdvance(mark) for mark in shading.marks), default=0.0)
        swatch = max(SWATCH, widest + 5)
        for number, tone in enumerate(shading.tones):
            if painter is not None:
                _swatch(painter, QRectF(at, base - 10, swatch - 1, 7), tone, ink)
                if number < len(shading.marks):
                    mark = shading.marks[number]
                    left = at + swatch - 0.5 - metrics.horizontalAdvance(mark) / 2
                    _text(painter, left, base + 9, mark, ink.text_dim, MARK_PX)
            at += swatch
        at += 5
        at += _text(painter, at, base, shading.last, ink.text_dim)
        return at - start

    return part


def _swatch(painter: QPainter, box: QRectF, tone: int, ink: Ink) -> None:
    painter.fillRect(box, ink.links[tone])
    painter.setPen(QPen(ink.links[tone], 1.4))
    middle = box.center().x()
    count = tone - ink.loud + 1 if tone < STEPS else 0
    for place in range(count):
        x = middle + (place - (count - 1) / 2) * 3.4
        painter.drawLine(QPointF(x, box.top() - 4.5), QPointF(x, box.top()))


def _line(painter: QPainter | None, at: float, base: float, pen: QPen) -> float:
    if painter is not None:
        painter.setPen(pen)
        painter.drawLine(QPointF(at, base - 4), QPointF(at + LINE, base - 4))
    return LINE + 7


def _dead(painter: QPainter | None, at: float, base: float, ink: Ink) -> float:
    pen = QPen(ink.links[DOWN], 2.0)
    pen.setDashPattern([4.0, 3.0])
    wide = _line(painter, at, base, pen)
    return wide + _text(painter, at + wide, base, "down", ink.text_dim)


def _missing(painter: QPainter | None, at: float, base: float, ink: Ink) -> float:
    wide = _line(painter, at, base, QPen(ink.links[MISSING], 1.0))
    if painter is not None:
        one, other = hatching(np.array([[at, base - 4]]), np.array([[at + LINE, base - 4]]), 1.0)
        for (x, y), (u, v) in zip(one.tolist(), other.tolist(), strict=True):
            painter.drawLine(QPointF(x, y), QPointF(u, v))
    return wide + _text(painter, at + wide, base, "no counter", ink.text_dim)


def _unknown(painter: QPainter | None, at: float, base: float, ink: Ink) -> float:
    pen = QPen(ink.links[UNKNOWN], 1.6)
    pen.setDashPattern([1.0, 3.0])
    wide = _line(painter, at, base, pen)
    return wide + _text(painter, at + wide, base, "not known", ink.text_dim)


def _note(note: str) -> Part:
    def part(painter: QPainter | None, at: float, base: float, ink: Ink) -> float:
        return _text(painter, at, base, note, ink.text)

    return part


def _severity(severity: Severity, *, named: bool) -> Part:
    def part(painter: QPainter | None, at: float, base: float, ink: Ink) -> float:
        if painter is not None:
            paint_severity(painter, QRectF(at, base - 11, 14, 14), severity)
            painter.setBrush(Qt.BrushStyle.NoBrush)
        if not named:
            return 14.0 - GAP / 2
        return 20 + _text(painter, at + 20, base, WORDS[severity].lower(), ink.text_dim)

    return part
