"""The legend explains what can be seen."""

from __future__ import annotations

import numpy as np
from PySide6.QtGui import QImage, QPainter

from noc_console.views.topology import legend
from noc_console.views.topology.ink import ink


def drawn(width: int) -> np.ndarray:
    image = QImage(width, 100, QImage.Format.Format_RGB32)
    image.fill(ink().ground)
    painter = QPainter(image)
    legend.paint(painter, width, 100, ink())
    painter.end()
    bits = np.frombuffer(image.constBits(), np.uint8).reshape(100, width, 4)
    return bits[:, :, 2::-1].astype(int)


def colours(picture: np.ndarray) -> set[tuple[int, ...]]:
    return {tuple(pixel) for pixel in picture.reshape(-1, 3).tolist()}


def test_every_shade_of_load_and_every_severity_is_in_it() -> None:
    seen = colours(drawn(1200))
    for color in (*ink().links[:10], *ink().severity[2:]):
        assert color.getRgb()[:3] in seen


def test_it_stays_on_the_lower_edge() -> None:
    ground = np.array(ink().ground.getRgb()[:3])
    assert (drawn(1200)[: 100 - legend.HEIGHT] == ground).all()


def test_what_does_not_fit_is_left_out_whole() -> None:
    narrow = drawn(300)
    ground = np.array(ink().ground.getRgb()[:3])
    assert (narrow[:, -10:] == ground).all()
    assert ink().links[0].getRgb()[:3] in colours(narrow)
    assert ink().severity[5].getRgb()[:3] not in colours(narrow)
