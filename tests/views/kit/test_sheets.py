"""A drawing as SVG and PDF."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QColor, QImage, QPainter

from noc_console.kernel.errors import Invalid
from noc_console.views.kit.sheets import Area, Clip, Sheet, Stroke, Words, paint, pdf, save, svg
from noc_console.views.kit.theme import look

BLACK, RED = QColor("#000000"), QColor(255, 0, 0, 128)
SPACE = "{http://www.w3.org/2000/svg}"


def sheet(*items: Stroke | Area | Words | Clip, title: str = "x") -> Sheet:
    return Sheet(200, 100, QColor("#ffffff"), items, title)


@given(st.text(max_size=60))
def test_any_words_are_words_and_nothing_else(text: str) -> None:
    root = ET.fromstring(svg(sheet(Words(5, 20, text, BLACK), title=text)))
    assert [node.tag for node in root] == [f"{SPACE}title", f"{SPACE}rect", f"{SPACE}text"]


def test_lines_areas_and_clips_are_told() -> None:
    made = sheet(
        Clip((10, 10, 50, 50)),
        Area(((0, 0), (10, 0), (10, 10)), RED),
        Stroke(((0, 0), (9.96, 5)), BLACK, 1.5, "dash"),
        Clip(None),
        Words(5, 20, "bold", BLACK, side="end", is_bold=True),
    )
    text = svg(made)
    root = ET.fromstring(text)
    group = root.find(f"{SPACE}g")
    assert group is not None and [node.tag for node in group] == [
        f"{SPACE}polygon", f"{SPACE}polyline",
    ]  # fmt: skip
    assert 'fill-opacity="0.502"' in text and 'points="0.0,0.0 10.0,5.0"' in text
    assert root.find(f"{SPACE}text") is not None


def test_a_clip_left_open_is_closed() -> None:
    ET.fromstring(svg(sheet(Clip((0, 0, 5, 5)), Stroke(((0, 0), (1, 1)), BLACK))))


def test_a_painter_draws_what_the_sheet_says() -> None:
    image = QImage(200, 100, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    made = sheet(Clip((0, 0, 40, 100)), Area(((0, 0), (100, 0), (100, 100), (0, 100)), BLACK))
    paint(made, painter, look().font(11))
    painter.end()
    assert image.pixelColor(20, 50).lightness() == 0 and image.pixelColor(60, 50).lightness() == 255


def test_a_pdf_is_as_large_as_the_sheet() -> None:
    content = pdf(sheet(Words(5, 20, "hello", BLACK)), look().font(11))
    assert content.startswith(b"%PDF-") and b"/MediaBox [0 0 150" in content


def test_a_file_that_cannot_be_written_is_said_so(tmp_path: Path) -> None:
    save(sheet(), tmp_path / "a.svg", look().font(11))
    assert (tmp_path / "a.svg").read_text().startswith("<svg")
    with pytest.raises(Invalid):
        save(sheet(), tmp_path / "no" / "a.pdf", look().font(11))
