"""Stamped pictures land where they should."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPainter

from noc_console.views.kit.theme import look
from noc_console.views.topology.ink import ink
from noc_console.views.topology.sprites import ArrowSheet, DeviceSheet, NameSheet

SIZE = 200


def canvas() -> QImage:
    image = QImage(SIZE, SIZE, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.black)
    return image


def lit(image: QImage) -> np.ndarray:
    """Rows and columns of what is not black."""
    bits = np.frombuffer(image.constBits(), np.uint8).reshape(SIZE, SIZE, 4)
    return np.argwhere(bits[:, :, :3].max(2) > 30)


def ints(*numbers: int) -> np.ndarray:
    return np.array(numbers, np.int64)


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
def test_a_device_is_centred_on_its_place(ratio: float) -> None:
    image = canvas()
    painter = QPainter(image)
    DeviceSheet(26.0, ratio, ink()).put(
        painter, np.array([[100.0, 80.0]]), ints(0), ints(0), ints(1)
    )
    painter.end()
    rows, columns = lit(image).min(0), lit(image).max(0)
    assert (rows + columns) / 2 == pytest.approx([80, 100], abs=1.5)
    assert columns[1] - rows[1] == pytest.approx(26 * ratio, abs=3)


def test_arrow_heads_point_the_way() -> None:
    sheet = ArrowSheet(1.0, ink())
    for angle, wide in ((0.0, 1), (np.pi / 2, 0)):
        image = canvas()
        painter = QPainter(image)
        sheet.put(painter, np.array([[100.0, 100.0]]), np.array([angle]), ints(9), ints(3))
        painter.end()
        extent = np.ptp(lit(image), axis=0)
        assert extent[wide] != extent[1 - wide] or extent.sum() > 0
        tip = lit(image)[:, wide].max()
        assert tip > 101


def names(ratio: float = 1.0) -> NameSheet:
    return NameSheet(look().font(11), ratio, ink().text, ink().ground)


def test_names_are_drawn_once_and_found_again() -> None:
    sheet, image = names(), canvas()
    painter = QPainter(image)
    sheet.put(painter, ["core-1"], np.array([[100.0, 50.0]]))
    first = dict(sheet._slot)
    sheet.put(painter, ["core-1", "core-2"], np.array([[100.0, 50.0], [100.0, 120.0]]))
    painter.end()
    assert sheet._slot["core-1"] == first["core-1"]
    rows = lit(image)[:, 0]
    assert rows.min() > 40 and rows.max() < 130


def test_more_names_than_room_still_show_the_newest() -> None:
    sheet = names()
    painter = QPainter(image := canvas())
    many = [f"device-{number}" for number in range(sheet._slots + 50)]
    for start in range(0, len(many), 100):
        some = many[start : start + 100]
        sheet.put(painter, some, np.full((len(some), 2), 100.0))
        assert all(name in sheet._slot for name in some)
    painter.end()
    assert len(sheet._slot) <= sheet._slots
    assert len(set(sheet._slot.values())) == len(sheet._slot)
    assert len(lit(image)) > 0


def test_a_name_takes_no_more_than_its_room() -> None:
    assert names().width("x" * 500) <= NameSheet.WIDTH
