"""What is drawn on a map, as parts of an SVG document."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape

from PySide6.QtCore import QBuffer
from PySide6.QtGui import QColor

from noc_console.services.maps.model import Drawing, DrawingKind
from noc_console.views.kit.theme import look
from noc_console.views.topology import shapes
from noc_console.views.topology.camera import Camera
from noc_console.views.topology.drawing import (
    LEAST_PX,
    NOTE_PX,
    Picture,
    Sheet,
    on_screen,
    tint_color,
)

WIDEST = 1600
"""Pixels of a background inside the document."""


def under(sheet: Sheet, camera: Camera) -> Iterator[str]:
    """Areas and backgrounds, for under the network."""
    for each in sheet.ordered:
        if each.kind is DrawingKind.IMAGE:
            yield from _image(each, sheet.pictures.get(each.image), camera)
        elif each.kind in shapes.AREAS:
            yield _area(each, camera)


def over(sheet: Sheet, camera: Camera) -> Iterator[str]:
    """What is to be read: notes, lines and the titles of areas."""
    for each in sheet.ordered:
        if each.kind is DrawingKind.NOTE:
            yield from _note(each, camera)
        elif each.kind in shapes.STROKES:
            yield from _stroke(each, camera)
        elif each.text and each.kind in shapes.AREAS:
            box = on_screen(each, camera)
            yield _words(
                each.text.split("\n")[0], box.x() + 10, box.y() + 20, tint_color(each.tint)
            )


def _area(area: Drawing, camera: Camera) -> str:
    box, color = on_screen(area, camera), tint_color(area.tint).name()
    style = (
        f'fill="{color}" fill-opacity="{0.09 * area.opacity:.3f}" stroke="{color}"'
        f' stroke-opacity="{0.4 * area.opacity:.3f}"'
    )
    if area.kind is DrawingKind.ELLIPSE:
        return (
            f'<ellipse cx="{box.center().x():.1f}" cy="{box.center().y():.1f}"'
            f' rx="{box.width() / 2:.1f}" ry="{box.height() / 2:.1f}" {style}/>'
        )
    if area.kind is DrawingKind.POLYGON:
        return f'<polygon points="{_points(shapes.corners(area), camera)}" {style}/>'
    return (
        f'<rect x="{box.x():.1f}" y="{box.y():.1f}" width="{box.width():.1f}"'
        f' height="{box.height():.1f}" rx="6" {style}/>'
    )


def _image(drawing: Drawing, picture: Picture | None, camera: Camera) -> Iterator[str]:
    if picture is None:
        return
    buffer = QBuffer()
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    picture.level(min(WIDEST, drawing.width * camera.scale * 2)).save(buffer, "PNG")  # type: ignore[call-overload]  # the stubs know no QBuffer
    content = bytes(buffer.data().toBase64().data()).decode()
    box = on_screen(drawing, camera)
    yield (
        f'<image x="{box.x():.1f}" y="{box.y():.1f}" width="{box.width():.1f}"'
        f' height="{box.height():.1f}" opacity="{drawing.opacity:.2f}" preserveAspectRatio="none"'
        f' href="data:image/png;base64,{content}"/>'
    )


def _note(note: Drawing, camera: Camera) -> Iterator[str]:
    box, color = on_screen(note, camera), tint_color(note.tint).name()
    px = max(NOTE_PX * camera.scale, LEAST_PX)
    yield (
        f'<rect x="{box.x():.1f}" y="{box.y():.1f}" width="{box.width():.1f}"'
        f' height="{box.height():.1f}" rx="4" fill="{look().color("surface.overlay").name()}"'
        f' stroke="{color}" opacity="{note.opacity:.2f}"/>'
    )
    for number, line in enumerate(_wrapped(note.text, box.width() - 20, px)):
        y = box.y() + 6 + px * (1 + 1.25 * number)
        if y > box.bottom():
            return
        yield _words(line, box.x() + 12, y, look().color("text.plain"), px)


def _stroke(stroke: Drawing, camera: Camera) -> Iterator[str]:
    (x1, y1), (x2, y2) = (
        (x * camera.scale + camera.x, y * camera.scale + camera.y)
        for x, y in shapes.corners(stroke)
    )
    color = tint_color(stroke.tint).name()
    yield (
        f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{color}"'
        ' stroke-width="2" stroke-linecap="round"/>'
    )
    length = ((x2 - x1) ** 2 + (y2 - y1) ** 2) ** 0.5
    if stroke.kind is DrawingKind.ARROW and length > 1:
        dx, dy = (x2 - x1) / length * 11, (y2 - y1) / length * 11
        across = (-dy * 5 / 11, dx * 5 / 11)
        corners = " ".join(
            f"{x:.1f},{y:.1f}"
            for x, y in (
                (x2, y2),
                (x2 - dx + across[0], y2 - dy + across[1]),
                (x2 - dx - across[0], y2 - dy - across[1]),
            )
        )
        yield f'<polygon points="{corners}" fill="{color}"/>'
    if stroke.text:
        yield _words(stroke.text, (x1 + x2) / 2 + 6, (y1 + y2) / 2 - 6, tint_color(stroke.tint))


def _wrapped(text: str, width: float, px: float) -> Iterator[str]:
    """Lines that fit, by the mean width of Inter's letters: SVG 1.1 wraps nothing."""
    most = max(4, int(width / (px * 0.54)))
    for line in text.split("\n"):
        left = line
        while len(left) > most:
            at = left.rfind(" ", 0, most + 1)
            at = at if at > 0 else most
            yield left[:at]
            left = left[at:].lstrip()
        yield left


def _words(text: str, x: float, y: float, color: QColor, px: float = 12.0) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{px:.1f}" fill="{color.name()}">'
        f"{escape(text)}</text>"
    )


def _points(corners: Iterable[tuple[float, float]], camera: Camera) -> str:
    return " ".join(
        f"{x * camera.scale + camera.x:.1f},{y * camera.scale + camera.y:.1f}" for x, y in corners
    )
