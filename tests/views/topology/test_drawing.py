"""Drawings painted."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from noc_console.kernel.errors import Invalid
from noc_console.services.maps.model import Drawing, DrawingKind, Image, ImageKind, Tint
from noc_console.services.maps.rules import pictures
from noc_console.views.kit.theme import look
from noc_console.views.topology import shapes
from noc_console.views.topology.camera import Camera
from noc_console.views.topology.drawing import (
    CROWD,
    Grips,
    Picture,
    Sheet,
    decode,
    on_screen,
    restyled,
    tint_color,
)
from tests.services.maps.rules.test_pictures import png, svg

PLAIN = Camera()


def box(kind=DrawingKind.RECTANGLE, x=20.0, text="", tint=Tint.BLUE, z=0):
    made = shapes.fresh(kind, (x, 20), (x + 120, 100), z=z, tint=tint)
    return replace(made, text=text)


def painted(*drawn, above=False, camera=PLAIN, sheet=None):
    sheet = sheet or Sheet()
    sheet.show(drawn)
    image = QImage(200, 140, QImage.Format.Format_RGB32)
    image.fill(look().color("surface.field"))
    painter = QPainter(image)
    (sheet.paint_above if above else sheet.paint)(painter, camera, 200, 140)
    painter.end()
    return image


@pytest.mark.parametrize("kind", [DrawingKind.RECTANGLE, DrawingKind.ELLIPSE])
def test_an_area_lies_under_the_network_and_is_quiet(kind):
    image = painted(box(kind))
    inside, outside = image.pixelColor(80, 60), image.pixelColor(5, 5)
    assert inside != outside
    assert abs(inside.lightness() - outside.lightness()) < 40
    assert painted(box(kind), above=True) == painted(above=True)


@pytest.mark.parametrize("kind", [DrawingKind.NOTE, DrawingKind.LINE, DrawingKind.ARROW])
def test_what_is_to_be_read_lies_over_the_network(kind):
    drawn = box(kind, text="words")
    assert painted(drawn) == painted()
    assert painted(drawn, above=True) != painted()


def test_the_title_of_an_area_lies_over_the_network():
    assert painted(box(text="Prague"), above=True) != painted(box(), above=True)


def test_in_a_crowd_everything_is_painted_once_underneath():
    many = [box(DrawingKind.NOTE, text="x") for _ in range(CROWD + 1)]
    assert painted(*many, above=True) == painted()
    assert painted(*many) != painted()


def test_markup_in_a_note_is_plain_text():
    assert painted(box(DrawingKind.NOTE, text="<b>bold</b>"), above=True) != painted(
        box(DrawingKind.NOTE, text="bold"), above=True
    )


@pytest.mark.parametrize("scale", [0.004, 0.05, 0.3, 1.0, 3.0])
def test_every_kind_is_painted_at_every_scale(scale):
    kinds = [box(kind, text="Words\nand more") for kind in DrawingKind if kind.value != "image"]
    kinds[3] = shapes.polygon([(10, 10), (150, 20), (60, 120)], z=0, tint=Tint.SAND)
    picture = Drawing("0" * 32, DrawingKind.IMAGE, 0, 0, 100, 100, image="0" * 64)
    for above in (False, True):
        painted(*kinds, picture, camera=Camera(scale, 5, 5), above=above)


def test_changes_keep_the_order_of_the_pile():
    sheet, low, high = Sheet(), box(z=1), box(z=5)
    sheet.show((low, high))
    sheet.change({low.id: replace(low, z=9)})
    assert [each.z for each in sheet.ordered] == [5, 9]
    assert (sheet.lowest, sheet.highest) == (5, 9)
    sheet.change({high.id: None})
    assert sheet.ordered == (replace(low, z=9),)


def test_a_picture_is_decoded_with_smaller_ones_for_afar():
    told = pictures.read(png(1024, 700))
    whole = decode(told)
    assert whole.levels[0].width() == 1024 and whole.levels[-1].height() <= 175
    assert whole.level(2000).width() == 1024
    assert whole.level(300).width() == 512


def test_a_drawing_in_svg_is_painted_in_its_proportions():
    content = svg('width="200" height="100"', '<rect width="200" height="100" fill="#336699"/>')
    whole = decode(pictures.read(content)).levels[0]
    assert whole.width() == 2 * whole.height()
    assert whole.pixelColor(10, 10).name() == "#336699"


@pytest.mark.parametrize("kind", list(ImageKind))
def test_a_picture_that_lied_about_itself_is_refused(kind):
    with pytest.raises(Invalid, match="cannot be decoded"):
        decode(Image("0" * 64, kind, 10, 10, b"\x89PNG nothing"))


def test_a_background_is_painted_where_it_lies_only_what_is_in_view():
    red = QImage(64, 64, QImage.Format.Format_ARGB32_Premultiplied)
    red.fill("#aa2200")
    sheet = Sheet()
    drawn = Drawing("0" * 32, DrawingKind.IMAGE, 50, 50, 1e6, 1e6, image="1" * 64)
    sheet.pictures["1" * 64] = Picture((red,))
    image = QImage(200, 140, QImage.Format.Format_RGB32)
    image.fill(0)
    painter = QPainter(image)
    sheet.drawings = {drawn.id: drawn}
    sheet.paint(painter, Camera(), 200, 140)
    painter.end()
    assert image.pixelColor(100, 100).name() == "#aa2200"
    assert image.pixelColor(20, 20).name() == "#000000"


def test_handles_are_shown_only_while_editing():
    sheet = Sheet()
    drawn = box()
    sheet.show((drawn,))
    grips = Grips(sheet)
    grips.chosen = {drawn.id}

    def shown():
        image = QImage(200, 140, QImage.Format.Format_RGB32)
        image.fill(0)
        painter = QPainter(image)
        grips.paint(painter, Camera(), 200, 140)
        painter.end()
        return image

    before = shown()
    grips.is_on = True
    assert shown() != before


def test_tints_are_never_those_of_an_alarm():
    alarms = {
        look().color(token).name() for token in look().theme.tokens if token.startswith("severity")
    }
    assert {tint_color(tint).name() for tint in Tint}.isdisjoint(alarms)


def test_a_box_on_screen_follows_the_camera():
    assert on_screen(box(), Camera(2.0, 10, 5)) == QRectF(50, 45, 240, 160)


def test_restyling_changes_one_thing_of_each():
    drawn = box()
    assert restyled([drawn], is_locked=True) == {drawn.id: replace(drawn, is_locked=True)}
