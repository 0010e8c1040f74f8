"""The gallery shows every kind and asks for what the chosen one needs."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from noc_console.services.boards.model import TileKind
from noc_console.views.boards.content import BoardServices
from noc_console.views.boards.gallery import Gallery, blank, preview
from noc_console.views.boards.kinds import SPECS
from noc_console.views.kit.desk import Desk
from tests.views.boards.conftest import tile
from tests.views.conftest import shown


@pytest.fixture
def parent() -> QWidget:
    """Held by the test: a dialog goes with its parent."""
    return shown(QWidget())


@pytest.fixture
async def gallery(desk: Desk, services: BoardServices, parent: QWidget) -> Gallery:
    made = Gallery(parent, desk, services)
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    made.open()
    return made


async def test_every_kind_has_a_card_and_a_choice_asks_for_its_settings(gallery: Gallery) -> None:
    assert list(gallery.cards) == [spec.kind for spec in SPECS]
    card = gallery.cards[TileKind.NOTE]
    QTest.mouseClick(card, Qt.MouseButton.LeftButton)
    assert gallery.tile().kind is TileKind.NOTE
    QTest.keyClick(gallery.cards[TileKind.MAP], Qt.Key.Key_Space)
    assert gallery.tile() == blank(TileKind.MAP)


async def test_what_lacks_something_is_not_added(gallery: Gallery) -> None:
    accepted = QSignalSpy(gallery.accepted)
    gallery.choose(TileKind.NOTE)
    gallery.accept_button.click()
    assert accepted.count() == 0
    assert "nothing is chosen" in gallery.problem.text()
    assert gallery.form is not None
    words = gallery.form.inputs["text"]
    assert isinstance(words, QPlainTextEdit)
    words.setPlainText("hello")
    gallery.accept_button.click()
    assert accepted.count() == 1
    assert gallery.tile().option("text") == "hello"


async def test_changing_a_tile_begins_with_what_it_is(
    desk: Desk, services: BoardServices, parent: QWidget
) -> None:
    about = tile(3, TileKind.NOTE, 2, 2, 8, 4, text="old words")
    made = Gallery(parent, desk, services, about)
    assert made.cards == {}
    assert made.tile() == about


def test_every_kind_has_a_picture_of_its_own() -> None:
    pictures = []
    for spec in SPECS:
        image = QImage(160, 70, QImage.Format.Format_ARGB32)
        image.fill(0)
        painter = QPainter(image)
        preview(painter, QRectF(4, 4, 150, 60), spec.kind)
        painter.end()
        pictures.append(image)
    blank_image = QImage(160, 70, QImage.Format.Format_ARGB32)
    blank_image.fill(0)
    assert all(picture != blank_image for picture in pictures)
    assert all(one != other for at, one in enumerate(pictures) for other in pictures[at + 1 :])
