"""Drawings in an SVG document."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree

from PySide6.QtCore import QByteArray
from PySide6.QtSvg import QSvgRenderer

from noc_console.services.maps.model import Drawing, DrawingKind, Tint
from noc_console.services.maps.rules import pictures
from noc_console.views.topology import shapes
from noc_console.views.topology.camera import Camera
from noc_console.views.topology.drawing import Sheet, decode
from noc_console.views.topology.drawing_svg import over, under
from tests.services.maps.rules.test_pictures import png


def sheet_of(*drawn: Drawing) -> Sheet:
    sheet = Sheet()
    sheet.show(drawn)
    return sheet


def made(kind: DrawingKind, text: str = "") -> Drawing:
    return replace(shapes.fresh(kind, (10, 10), (210, 90), z=0, tint=Tint.TEAL), text=text)


def document(*parts: str) -> ElementTree.Element:
    """A document that an XML reader and Qt's renderer take."""
    text = '<svg xmlns="http://www.w3.org/2000/svg">' + "".join(parts) + "</svg>"
    assert QSvgRenderer(QByteArray(text.encode())).isValid()
    return ElementTree.fromstring(text)


def names(*parts: str) -> list[str]:
    return [each.tag.rpartition("}")[2] for each in document(*parts)]


def test_areas_lie_under_and_what_is_to_be_read_over_the_network() -> None:
    polygon = shapes.polygon([(0, 0), (90, 0), (40, 80)], z=0, tint=Tint.BLUE)
    sheet = sheet_of(
        made(DrawingKind.RECTANGLE, "Hall"),
        made(DrawingKind.ELLIPSE),
        polygon,
        made(DrawingKind.NOTE, "call first"),
        made(DrawingKind.ARROW),
        made(DrawingKind.LINE, "fibre"),
    )
    assert sorted(names(*under(sheet, Camera()))) == ["ellipse", "polygon", "rect"]
    told = sorted(names(*over(sheet, Camera())))
    assert told == ["line", "line", "polygon", "rect", "text", "text", "text"]


def test_words_are_text_and_never_markup() -> None:
    drawn = document(*over(sheet_of(made(DrawingKind.NOTE, '<script>"&')), Camera()))
    assert [each.text for each in drawn if each.tag.endswith("text")] == ['<script>"&']


def test_a_long_line_is_broken_and_what_does_not_fit_is_left_out() -> None:
    words = "word " * 200
    drawn = document(*over(sheet_of(made(DrawingKind.NOTE, words.strip())), Camera()))
    lines = [each.text or "" for each in drawn if each.tag.endswith("text")]
    assert 1 < len(lines) < 8 and all(len(line) < 40 for line in lines)


def test_a_background_is_inside_the_document() -> None:
    told = pictures.read(png(40, 30))
    sheet = sheet_of(Drawing("0" * 32, DrawingKind.IMAGE, 0, 0, 400, 300, image=told.hash))
    assert list(under(sheet, Camera())) == [], "not decoded yet"
    sheet.pictures[told.hash] = decode(told)
    (image,) = document(*under(sheet, Camera()))
    assert image.get("href", "").startswith("data:image/png;base64,")
