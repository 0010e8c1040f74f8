"""A collapsed group on paper."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from noc_console.services.inventory.model import DeviceId
from noc_console.services.topology.model import Node
from noc_console.views.topology.groups import GroupSheet, paint_pie
from noc_console.views.topology.ink import ink
from noc_console.views.topology.scene import LOOK_DOWN, LOOK_UP, LOOKS
from tests.views.topology.drawn import node

SIZE = 120


def group(members: int = 7) -> Node:
    return node(1, members=tuple(DeviceId(number) for number in range(members)), group="ring:1")


def pie(**counts: int) -> np.ndarray:
    looks = np.zeros(LOOKS, np.int64)
    for name, count in counts.items():
        looks[{"up": LOOK_UP, "down": LOOK_DOWN, "minor": 3}[name]] = count
    return looks


def picture(looks: np.ndarray | None, look: int = LOOK_UP, size: float = 38.0) -> np.ndarray:
    image = QImage(SIZE, SIZE, QImage.Format.Format_RGB32)
    image.fill(ink().ground)
    painter = QPainter(image)
    sheet = GroupSheet(1.0, ink())
    for _ in range(2):
        sheet.put(painter, np.array([60.0, 60.0]), size, group(), looks, look)
    painter.end()
    bits = np.frombuffer(image.constBits(), np.uint8).reshape(SIZE, SIZE, 4)
    return bits[:, :, 2::-1].astype(int).copy()


def red(rgb: np.ndarray) -> int:
    color = np.array(ink().severity[-1].getRgb()[:3])
    return int((np.abs(rgb - color).max(2) < 40).sum())


def test_a_calm_group_has_no_colour_and_a_troubled_one_a_share_of_it() -> None:
    calm, one, half = (
        picture(pie(up=8)),
        picture(pie(up=7, down=1)),
        picture(pie(up=4, down=4)),
    )
    assert red(calm) == 0 < red(one) < red(half)


def test_one_in_a_thousand_is_still_seen() -> None:
    assert red(picture(pie(up=999, down=1))) > 8


def test_the_worst_member_is_a_badge_even_where_members_are_not_known() -> None:
    assert red(picture(None, LOOK_DOWN)) > red(picture(None))


def test_it_can_be_drawn_at_every_size() -> None:
    for size in (17.0, 21.0, 26.0, 31.0, 38.0):
        assert picture(pie(up=3, minor=1), 3, size).std() > 1


def test_the_ring_is_never_more_than_whole() -> None:
    image = QImage(SIZE, SIZE, QImage.Format.Format_RGB32)
    image.fill(ink().ground)
    painter = QPainter(image)
    paint_pie(painter, QRectF(20, 20, 80, 80), (0, 1, 1, 1, 1, 1, 996, 0, 0), ink(), 4.0)
    paint_pie(painter, QRectF(20, 20, 80, 80), (), ink(), 4.0)
    painter.end()
    top = image.pixelColor(60, 20)
    assert top == ink().severity[-1], "the worst begins at the top"
