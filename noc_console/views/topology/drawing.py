"""What is drawn on a map: notes, areas, lines and backgrounds, painted under the network."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from PySide6.QtCore import QBuffer, QByteArray, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QImageReader, QPainter, QPen, QPolygonF
from PySide6.QtSvg import QSvgRenderer

from noc_console.kernel.errors import Invalid
from noc_console.services.maps.model import Drawing, DrawingKind, Image, ImageKind, Tint
from noc_console.views.kit.theme import look
from noc_console.views.topology import shapes
from noc_console.views.topology.camera import Camera

TOKENS = {
    Tint.GREY: "series.e",
    Tint.BLUE: "series.a",
    Tint.TEAL: "series.b",
    Tint.VIOLET: "series.c",
    Tint.SAND: "series.d",
}
SIDE = 4096
"""Pictures are kept decoded up to this many pixels a side."""
DECODE_MB = 300
NOTE_PX = 13.0
"""Height of a note's letters at scale 1; they grow and shrink with the map."""
LEAST_PX = 10.0
"""Smaller letters are not read: a note seen from far shows its first words in this size."""
CROWD = 200
"""More notes and titles than this lie under the network, where they are painted once."""
PADDING = 9.0
TITLE_PX = 12
HANDLE_PX = 8.0


def tint_color(tint: Tint, alpha: float = 1.0) -> QColor:
    """A drawing's colour in the theme in use."""
    color = QColor(look().color(TOKENS[tint]))
    color.setAlphaF(alpha)
    return color


@dataclass(frozen=True, slots=True)
class Picture:
    """A decoded background, whole and in halves of halves, so that any zoom paints quickly."""

    levels: tuple[QImage, ...]

    def level(self, pixels: float) -> QImage:
        """The smallest that is at least so wide, else the largest."""
        fits = [each for each in self.levels if each.width() >= pixels]
        return fits[-1] if fits else self.levels[0]


def decode(image: Image) -> Picture:
    """The pixels of a kept picture; for a thread, never the UI's. Invalid when there are none.

    QImage and QSvgRenderer are reentrant; nothing of the screen is touched.
    """
    whole = _svg(image) if image.kind is ImageKind.SVG else _raster(image)
    whole = whole.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)
    if whole.isNull():
        raise Invalid("this picture cannot be decoded", field="image")
    levels = [whole]
    while min(levels[-1].width(), levels[-1].height()) > 128:
        half = levels[-1].size() / 2
        levels.append(
            levels[-1].scaled(
                half,
                Qt.AspectRatioMode.IgnoreAspectRatio,
                Qt.TransformationMode.SmoothTransformation,
            )
        )
    return Picture(tuple(levels))


def _raster(image: Image) -> QImage:
    QImageReader.setAllocationLimit(DECODE_MB)
    content = QByteArray(image.content)
    buffer = QBuffer(content)
    buffer.open(QBuffer.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer, QByteArray(image.kind.value.encode()))
    reader.setAutoTransform(True)
    size = reader.size()
    if max(size.width(), size.height()) > SIDE:
        reader.setScaledSize(size.scaled(SIDE, SIDE, Qt.AspectRatioMode.KeepAspectRatio))
    return reader.read()


def _svg(image: Image) -> QImage:
    renderer = QSvgRenderer(QByteArray(image.content))
    if not renderer.isValid():
        return QImage()
    size = QSize(image.width, image.height)
    size.scale(SIDE // 2, SIDE // 2, Qt.AspectRatioMode.KeepAspectRatio)
    drawn = QImage(size, QImage.Format.Format_ARGB32_Premultiplied)
    drawn.fill(Qt.GlobalColor.transparent)
    painter = QPainter(drawn)
    try:
        renderer.render(painter)
    finally:
        painter.end()
    return drawn


class Sheet:
    """The drawings of the map shown, lowest first. Painted into the cached picture."""

    def __init__(self) -> None:
        self.drawings: dict[str, Drawing] = {}
        self.pictures: dict[str, Picture] = {}
        self.hidden: set[str] = set()
        """What is in the hand just now, and painted above instead."""

    def show(self, drawings: Iterable[Drawing]) -> None:
        self.drawings = {each.id: each for each in drawings}
        shown = {each.image for each in self.drawings.values()}
        self.pictures = {key: each for key, each in self.pictures.items() if key in shown}

    def change(self, changes: Mapping[str, Drawing | None]) -> None:
        """Put some drawings as they are now; None takes one away."""
        kept = self.drawings | {id: each for id, each in changes.items() if each is not None}
        for id, each in changes.items():
            if each is None:
                kept.pop(id, None)
        order = sorted(kept.values(), key=lambda each: (each.z, each.id))
        self.drawings = {each.id: each for each in order}

    @property
    def ordered(self) -> tuple[Drawing, ...]:
        """Lowest first."""
        return tuple(self.drawings.values())

    @property
    def highest(self) -> int:
        return max((each.z for each in self.drawings.values()), default=0)

    @property
    def lowest(self) -> int:
        return min((each.z for each in self.drawings.values()), default=0)

    @property
    def is_crowded(self) -> bool:
        """So much to read that it is painted under the network, into the cached picture."""
        return len(self.drawings) > CROWD

    def paint(self, painter: QPainter, camera: Camera, width: int, height: int) -> None:
        """As `marks.Drawn`, under the network: areas and pictures."""
        self._paint(painter, camera, QRectF(0, 0, width, height), above=False)

    def paint_above(self, painter: QPainter, camera: Camera, width: int, height: int) -> None:
        """What is to be read: notes, arrows and the titles of areas."""
        if not self.is_crowded:
            self._paint(painter, camera, QRectF(0, 0, width, height), above=True)

    def _paint(self, painter: QPainter, camera: Camera, window: QRectF, *, above: bool) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for each in self.drawings.values():
            if each.id in self.hidden:
                continue
            is_above = each.kind is DrawingKind.NOTE or each.kind in shapes.STROKES
            if self.is_crowded or is_above is above:
                self.paint_one(painter, each, camera, window)
            if each.text and each.kind in shapes.AREAS and (above or self.is_crowded):
                _paint_title(painter, each, on_screen(each, camera), camera.scale)
        painter.restore()

    def paint_one(
        self, painter: QPainter, drawing: Drawing, camera: Camera, window: QRectF
    ) -> None:
        """One drawing; the title of an area is painted apart."""
        box = on_screen(drawing, camera)
        if not box.adjusted(-20, -20, 20, 20).intersects(window):
            return
        painter.save()
        painter.setOpacity(drawing.opacity)
        if drawing.kind is DrawingKind.IMAGE:
            _paint_image(painter, self.pictures.get(drawing.image), box, window)
        elif drawing.kind is DrawingKind.NOTE:
            _paint_note(painter, drawing, box, camera.scale)
        elif drawing.kind in shapes.STROKES:
            _paint_stroke(painter, drawing, camera)
        else:
            _paint_area(painter, drawing, box, camera)
        painter.restore()


def on_screen(drawing: Drawing, camera: Camera) -> QRectF:
    """Its box in pixels of the widget."""
    return QRectF(
        drawing.x * camera.scale + camera.x,
        drawing.y * camera.scale + camera.y,
        drawing.width * camera.scale,
        drawing.height * camera.scale,
    )


def _paint_image(painter: QPainter, picture: Picture | None, box: QRectF, window: QRectF) -> None:
    if picture is None or box.width() < 1 or box.height() < 1:
        painter.setPen(QPen(tint_color(Tint.GREY, 0.5), 1, Qt.PenStyle.DashLine))
        painter.drawRect(box)
        return
    level = picture.level(box.width())
    # Only what is in view: scaling a whole floor plan to 3× would take a second.
    part = box.intersected(window)
    across, along = level.width() / box.width(), level.height() / box.height()
    source = QRectF(
        (part.x() - box.x()) * across,
        (part.y() - box.y()) * along,
        part.width() * across,
        part.height() * along,
    )
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.drawImage(part, level, source)


def _paint_note(painter: QPainter, note: Drawing, box: QRectF, scale: float) -> None:
    theme = look()
    paper = QColor(theme.color("surface.overlay"))
    painter.setPen(QPen(tint_color(note.tint, 0.55), 1))
    painter.setBrush(paper)
    radius = min(5.0, 5.0 * scale)
    painter.drawRoundedRect(box, radius, radius)
    bar = QRectF(box.x(), box.y() + radius, max(1.5, 3 * scale), box.height() - 2 * radius)
    painter.fillRect(bar, tint_color(note.tint, 0.9))
    px = max(NOTE_PX * scale, LEAST_PX)
    inside = box.adjusted(PADDING * scale + 3 * scale, 6 * scale, -PADDING * scale, -4 * scale)
    if not note.text:
        return
    if inside.height() < LEAST_PX or inside.width() < 3 * LEAST_PX:
        _paint_greeking(painter, note, inside)
        return
    font = theme.font(13)
    font.setPixelSize(max(1, round(px)))
    painter.setFont(font)
    painter.setPen(theme.color("text.plain"))
    # Whole lines only: half a line is no word.
    line = painter.fontMetrics().lineSpacing()
    inside.setHeight(max(line, inside.height() // line * line))
    painter.setClipRect(inside)
    painter.drawText(inside, int(Qt.TextFlag.TextWordWrap), note.text)


def _paint_greeking(painter: QPainter, note: Drawing, inside: QRectF) -> None:
    """Too small to read: lines where words are."""
    painter.setPen(QPen(look().color("line.strong"), 1))
    for number, line in enumerate(note.text.split("\n")[:12]):
        y = inside.y() + 2 + 3 * number
        if y > inside.bottom():
            return
        length = min(inside.width(), len(line) * 2.0)
        painter.drawLine(QPointF(inside.x(), y), QPointF(inside.x() + length, y))


def _paint_stroke(painter: QPainter, drawing: Drawing, camera: Camera) -> None:
    start, end = (
        QPointF(x * camera.scale + camera.x, y * camera.scale + camera.y)
        for x, y in shapes.corners(drawing)
    )
    color = tint_color(drawing.tint, 0.9)
    painter.setPen(
        QPen(color, 2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
    )
    painter.drawLine(start, end)
    way = end - start
    length = (way.x() ** 2 + way.y() ** 2) ** 0.5
    if drawing.kind is DrawingKind.ARROW and length > 1:
        way /= length
        across = QPointF(-way.y(), way.x())
        back = end - way * 11
        painter.setBrush(color)
        painter.drawPolygon(QPolygonF([end, back + across * 5, back - across * 5]))
    if drawing.text:
        _title(painter, drawing, (start + end) / 2 + QPointF(6, -6), camera.scale)


def _paint_area(painter: QPainter, drawing: Drawing, box: QRectF, camera: Camera) -> None:
    painter.setPen(QPen(tint_color(drawing.tint, 0.4), 1))
    painter.setBrush(tint_color(drawing.tint, 0.09))
    if drawing.kind is DrawingKind.ELLIPSE:
        painter.drawEllipse(box)
    elif drawing.kind is DrawingKind.POLYGON:
        painter.drawPolygon(
            QPolygonF(
                [
                    QPointF(x * camera.scale + camera.x, y * camera.scale + camera.y)
                    for x, y in shapes.corners(drawing)
                ]
            )
        )
    else:
        painter.drawRoundedRect(box, 6, 6)


def _paint_title(painter: QPainter, drawing: Drawing, box: QRectF, scale: float) -> None:
    if box.width() > 24:
        middle = drawing.kind is not DrawingKind.RECTANGLE
        spot = QPointF(box.center().x() if middle else box.x() + 10, box.y() + 20)
        _title(painter, drawing, spot, scale, centred=middle)


def _title(
    painter: QPainter, drawing: Drawing, spot: QPointF, scale: float, *, centred: bool = False
) -> None:
    font = look().font(TITLE_PX if scale < 0.9 else TITLE_PX + 1)
    font.setWeight(font.Weight.DemiBold)
    painter.setFont(font)
    painter.setPen(tint_color(drawing.tint))
    text = drawing.text.split("\n", 1)[0]
    metrics = painter.fontMetrics()
    text = metrics.elidedText(
        text, Qt.TextElideMode.ElideRight, max(60, int(drawing.width * scale) - 16)
    )
    if centred:
        spot = spot - QPointF(metrics.horizontalAdvance(text) / 2, 0)
    painter.drawText(spot, text)


class Readable:
    """Notes and titles alone, for pictures of the map."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet

    def paint(self, painter: QPainter, camera: Camera, width: int, height: int) -> None:
        """As `marks.Drawn`."""
        self.sheet.paint_above(painter, camera, width, height)


class Grips:
    """Over everything: what is chosen, with its handles, and what the hand holds."""

    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet
        self.chosen: set[str] = set()
        self.held: tuple[Drawing, ...] = ()
        """Drawings as the hand has them now."""
        self.corners: list[tuple[float, float]] = []
        """Of a polygon under way."""
        self.is_on = False

    def paint(self, painter: QPainter, camera: Camera, width: int, height: int) -> None:
        """As `marks.Drawn`."""
        self._sheet.paint_above(painter, camera, width, height)
        if not self.is_on:
            return
        window = QRectF(0, 0, width, height)
        painter.save()
        for each in self.held:
            self._sheet.paint_one(painter, each, camera, window)
        held = {each.id: each for each in self.held}
        for id in sorted(self.chosen):
            drawing = held.get(id) or self._sheet.drawings.get(id)
            if drawing is not None:
                _paint_grips(painter, drawing, camera)
        self._paint_corners(painter, camera)
        painter.restore()

    def _paint_corners(self, painter: QPainter, camera: Camera) -> None:
        if not self.corners:
            return
        painter.setPen(QPen(look().color("accent.plain"), 1.5, Qt.PenStyle.DashLine))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(
            QPolygonF(
                [
                    QPointF(x * camera.scale + camera.x, y * camera.scale + camera.y)
                    for x, y in self.corners
                ]
            )
        )


def _paint_grips(painter: QPainter, drawing: Drawing, camera: Camera) -> None:
    accent = look().color("accent.plain")
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if drawing.kind not in shapes.STROKES:
        style = Qt.PenStyle.DotLine if drawing.is_locked else Qt.PenStyle.SolidLine
        painter.setPen(QPen(accent, 1, style))
        painter.drawRect(on_screen(drawing, camera))
    if drawing.is_locked:
        return
    painter.setPen(QPen(accent, 1))
    painter.setBrush(look().color("surface.field"))
    for x, y in shapes.handles(drawing):
        spot = QPointF(x * camera.scale + camera.x, y * camera.scale + camera.y)
        painter.drawRect(
            QRectF(spot.x() - HANDLE_PX / 2, spot.y() - HANDLE_PX / 2, HANDLE_PX, HANDLE_PX)
        )


def restyled(drawings: Iterable[Drawing], **values: object) -> dict[str, Drawing | None]:
    """Changes that give drawings another tint, opacity, height or lock."""
    return {each.id: replace(each, **values) for each in drawings}  # type: ignore[arg-type]
