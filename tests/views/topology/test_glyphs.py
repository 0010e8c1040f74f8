"""Pictures of devices."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QImage, QPainter

from noc_console.services.inventory.model import DeviceType
from noc_console.views.topology.glyphs import paint_device, paint_mark
from noc_console.views.topology.ink import ink
from noc_console.views.topology.scene import LOOK_DOWN, LOOK_UNKNOWN, LOOK_UNMANAGED, LOOK_UP, LOOKS

SIZE = 80


def picture(type: DeviceType, look: int, *, far: bool = False, grey: bool = False) -> np.ndarray:
    image = QImage(SIZE, SIZE, QImage.Format.Format_RGB32)
    image.fill(ink().ground)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    middle = QPointF(SIZE / 2, SIZE / 2)
    (paint_mark if far else paint_device)(painter, middle, 9 if far else 36, type, look, ink())
    painter.end()
    if grey:
        image = image.convertToFormat(QImage.Format.Format_Grayscale8)
    bits = np.frombuffer(image.constBits(), np.uint8).reshape(SIZE, -1)
    return bits[:, : SIZE * (1 if grey else 4)].astype(int)


def differ(one: np.ndarray, other: np.ndarray) -> int:
    return int((np.abs(one - other) > 40).sum())


def test_every_type_has_its_own_picture() -> None:
    pictures = [picture(type, LOOK_UP) for type in DeviceType]
    for one, other in itertools.combinations(pictures, 2):
        assert differ(one, other) > 20


def test_every_trouble_is_told_without_colour() -> None:
    """Shape, not only colour (U2): in grey, from near and from afar."""
    for far in (False, True):
        looks = range(1, LOOK_DOWN + 1) if not far else range(2, LOOK_DOWN)
        pictures = [picture(DeviceType.SWITCH, look, far=far, grey=True) for look in looks]
        for one, other in itertools.combinations(pictures, 2):
            assert differ(one, other) >= 6


def test_unknown_is_dashed_and_unlike_well() -> None:
    well = picture(DeviceType.ROUTER, LOOK_UP)
    for look in (LOOK_UNKNOWN, LOOK_UNMANAGED):
        assert differ(well, picture(DeviceType.ROUTER, look)) > 20


@pytest.mark.parametrize("type", list(DeviceType))
@pytest.mark.parametrize("look", range(LOOKS))
def test_every_look_of_every_type_can_be_drawn(type: DeviceType, look: int) -> None:
    blank = QImage(SIZE, SIZE, QImage.Format.Format_RGB32)
    blank.fill(ink().ground)
    assert Qt.GlobalColor.black is not None
    assert picture(type, look).std() > 1 and picture(type, look, far=True).std() > 0.5
