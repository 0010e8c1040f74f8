"""A drawing of lines, areas and words on paper: the same as SVG and as PDF.

SVG is written by hand: small, sharp, its words can be searched and copied. All texts are escaped: a
device may call itself anything. Neither touches a widget, so both can be made in any thread.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QPageLayout,
    QPageSize,
    QPainter,
    QPdfWriter,
    QPen,
    QPolygonF,
)

from noc_console.kernel.text import visible
from noc_console.views.kit.files import write_whole

FONT = "Inter, 'DejaVu Sans', sans-serif"
DASHES = {"dash": "5 3", "dot": "1.5 2.5"}
_PENS = {"": Qt.PenStyle.SolidLine, "dash": Qt.PenStyle.DashLine, "dot": Qt.PenStyle.DotLine}
_SIDES = {"start": 0, "middle": 1, "end": 2}
Points = tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Stroke:
    """A line through points; `dash` is "", "dash" or "dot"."""

    points: Points
    color: QColor
    width: float = 1.0
    dash: str = ""


@dataclass(frozen=True, slots=True)
class Area:
    """A filled outline."""

    points: Points
    color: QColor
    """With its opacity."""


@dataclass(frozen=True, slots=True)
class Words:
    """A text on its base line; `side` is where of it the point is: start, middle, end."""

    x: float
    y: float
    text: str
    color: QColor
    size: float = 11.0
    side: str = "start"
    is_bold: bool = False


@dataclass(frozen=True, slots=True)
class Clip:
    """From here on only inside this rectangle is drawn; None: everywhere again."""

    room: tuple[float, float, float, float] | None


Item = Stroke | Area | Words | Clip


@dataclass(frozen=True, slots=True)
class Sheet:
    """A drawing in pixels (96 a inch)."""

    width: float
    height: float
    ground: QColor
    items: tuple[Item, ...]
    title: str = ""


def svg(sheet: Sheet) -> str:
    """The sheet as an SVG document."""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{sheet.width:g}"'
        f' height="{sheet.height:g}" viewBox="0 0 {sheet.width:g} {sheet.height:g}"'
        f' font-family="{FONT}">',
        f"<title>{escape(visible(sheet.title))}</title>",
        f'<rect width="100%" height="100%" fill="{sheet.ground.name()}"/>',
        *_items(sheet),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _items(sheet: Sheet) -> Iterator[str]:
    clips, is_open = 0, False
    for item in sheet.items:
        if isinstance(item, Clip):
            if is_open:
                yield "</g>"
            is_open = item.room is not None
            if item.room is not None:
                clips += 1
                x, y, width, height = item.room
                yield (
                    f'<clipPath id="c{clips}"><rect x="{x:g}" y="{y:g}" width="{width:g}"'
                    f' height="{height:g}"/></clipPath><g clip-path="url(#c{clips})">'
                )
        elif isinstance(item, Words):
            bold = ' font-weight="600"' if item.is_bold else ""
            yield (
                f'<text x="{item.x:.1f}" y="{item.y:.1f}" font-size="{item.size:g}"'
                f' text-anchor="{item.side}" fill="{item.color.name()}"{bold}>'
                f"{escape(visible(item.text))}</text>"
            )
        else:
            points = " ".join(f"{x:.1f},{y:.1f}" for x, y in item.points)
            if isinstance(item, Area):
                opacity = _opacity("fill", item.color)
                yield f'<polygon points="{points}" fill="{item.color.name()}"{opacity}/>'
            else:
                dash = f' stroke-dasharray="{DASHES[item.dash]}"' if item.dash else ""
                yield (
                    f'<polyline points="{points}" fill="none" stroke="{item.color.name()}"'
                    f' stroke-width="{item.width:g}" stroke-linejoin="round"{dash}'
                    f"{_opacity('stroke', item.color)}/>"
                )
    if is_open:
        yield "</g>"


def _opacity(name: str, color: QColor) -> str:
    return "" if color.alpha() == 255 else f' {name}-opacity="{color.alphaF():.3g}"'


def pdf(sheet: Sheet, font: QFont) -> bytes:
    """The sheet as one page of its own size."""
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    device = QPdfWriter(buffer)
    device.setTitle(visible(sheet.title))
    device.setCreator("NOC Console")
    device.setResolution(96)
    size = QPageSize(QSizeF(sheet.width * 0.75, sheet.height * 0.75), QPageSize.Unit.Point)
    device.setPageLayout(QPageLayout(size, QPageLayout.Orientation.Portrait, QMarginsF()))
    painter = QPainter(device)
    try:
        paint(sheet, painter, font)
    finally:
        painter.end()
    buffer.close()
    return bytes(content.data())


def paint(sheet: Sheet, painter: QPainter, font: QFont) -> None:
    """The sheet with any painter."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.fillRect(QRectF(0, 0, sheet.width, sheet.height), sheet.ground)
    for item in sheet.items:
        if isinstance(item, Clip):
            painter.setClipping(item.room is not None)
            if item.room is not None:
                painter.setClipRect(QRectF(*item.room))
        elif isinstance(item, Words):
            _paint_words(painter, item, font)
        elif isinstance(item, Area):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(item.color)
            painter.drawPolygon(_polygon(item.points))
        else:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(item.color, item.width, _PENS[item.dash]))
            painter.drawPolyline(_polygon(item.points))


def _polygon(points: Points) -> QPolygonF:
    return QPolygonF([QPointF(x, y) for x, y in points])


def _paint_words(painter: QPainter, words: Words, font: QFont) -> None:
    used = QFont(font)
    used.setPixelSize(round(words.size))
    used.setBold(words.is_bold)
    painter.setFont(used)
    painter.setPen(words.color)
    text = visible(words.text)
    wide = painter.fontMetrics().horizontalAdvance(text)
    painter.drawText(QPointF(words.x - wide * _SIDES[words.side] / 2, words.y), text)


def save(sheet: Sheet, path: Path, font: QFont) -> None:
    """Write a file whose ending says as what. Raises Invalid when it cannot be written."""
    if path.suffix.lower() == ".svg":
        write_whole(path, svg(sheet).encode())
    else:
        write_whole(path, pdf(sheet, font))
