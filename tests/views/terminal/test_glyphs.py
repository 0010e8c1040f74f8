"""Shapes of characters at device pixels."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QImage

from noc_console.views.kit.theme import look
from noc_console.views.terminal import glyphs
from noc_console.views.terminal.glyphs import Glyphs, measured


@pytest.mark.parametrize("ratio", [1.0, 1.25, 2.0])
def test_a_cell_is_whole_device_pixels_and_grows_with_the_screen(ratio: float) -> None:
    one, other = measured(look().mono(13), 1.0), measured(look().mono(13), ratio)
    assert other.width == pytest.approx(one.width * ratio, abs=1)
    assert other.height == pytest.approx(one.height * ratio, abs=2)
    assert 0 < other.strike < other.baseline < other.underline < other.height


def test_a_shape_is_drawn_once_and_bold_is_heavier() -> None:
    shapes = Glyphs(look().mono(16))
    plain, bold = shapes.shape("m", 1), shapes.shape("m", 1, bold=True)
    assert shapes.shape("m", 1) is plain
    assert plain.mask.shape == (shapes.measure.height, shapes.measure.width)
    assert plain.mask.any() and plain.picture is None
    assert int(bold.mask.sum()) > int(plain.mask.sum())
    assert (shapes.shape("m", 1, italic=True).mask != plain.mask).any()


def test_blanks_are_empty_and_wide_characters_take_two_cells() -> None:
    shapes = Glyphs(look().mono(13))
    assert not shapes.shape(" ", 1).mask.any()
    assert shapes.shape("漢", 2).mask.shape == (shapes.measure.height, 2 * shapes.measure.width)


def test_a_character_with_colours_of_its_own_is_a_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    # No colour font is certain to be installed: the picture is what the system would have drawn.
    def render(self: Glyphs, text: str, width: int, height: int, font: object) -> np.ndarray:
        image = QImage(width, height, QImage.Format.Format_ARGB32_Premultiplied)
        image.fill(0xFFCC8800)
        return np.frombuffer(image.constBits(), np.uint8).reshape(height, width, 4).copy()

    monkeypatch.setattr(Glyphs, "_render", render)
    shape = Glyphs(look().mono(13)).shape("🙂", 2)
    assert shape.picture is not None and shape.picture[0, 0].tolist() == [0x00, 0x88, 0xCC, 0xFF]


def test_a_flood_of_characters_does_not_pile_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(glyphs, "MOST", 10)
    shapes = Glyphs(look().mono(13))
    for code in range(0x41, 0x41 + 40):
        assert shapes.shape(chr(code), 1).mask.any()
    assert len(shapes._shapes) <= 10
