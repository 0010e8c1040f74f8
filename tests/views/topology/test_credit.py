"""Thanks for the background map."""

from __future__ import annotations

from PySide6.QtGui import QColor, QImage, QPainter

from noc_console.views.topology import credit


def drawn(text: str) -> QImage:
    image = QImage(600, 400, QImage.Format.Format_RGB32)
    image.fill(QColor("#808080"))
    painter = QPainter(image)
    credit.paint(painter, 600, 400, text)
    painter.end()
    return image


def painted(image: QImage) -> list[int]:
    """The columns that were written on."""
    ground = QColor("#808080").rgb()
    return [
        x
        for x in range(image.width())
        if any(image.pixel(x, y) != ground for y in range(image.height()))
    ]


def test_it_stands_at_the_right_edge() -> None:
    columns = painted(drawn("© Map people"))
    assert columns[0] > 400 and columns[-1] < 600


def test_a_very_long_text_is_cut() -> None:
    assert painted(drawn("© " + "people " * 200))[0] > 600 * (1 - credit.WIDEST) - 30


def test_nobody_to_thank_is_nothing_to_draw() -> None:
    assert painted(drawn("")) == []


def test_markup_is_text() -> None:
    assert len(painted(drawn("<b>bold</b>"))) > len(painted(drawn("bold")))
