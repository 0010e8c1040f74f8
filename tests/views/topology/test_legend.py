"""The legend explains what can be seen."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QImage, QPainter

from noc_console.views.kit.theme import look
from noc_console.views.topology import legend, shading
from noc_console.views.topology.ink import DOWN, MISSING, ink
from noc_console.views.topology.shading import LOAD, SHADINGS, Shading

OPEN, WITH_PANEL = 1198, 838
"""The map at 1366 pixels, alone and with a panel beside it."""


def drawn(width: int, layer: Shading = LOAD, note: str = "") -> np.ndarray:
    image = QImage(width, 100, QImage.Format.Format_RGB32)
    image.fill(ink().ground)
    painter = QPainter(image)
    legend.paint(painter, width, 100, ink(layer.ramp), layer, note)
    painter.end()
    bits = np.frombuffer(image.constBits(), np.uint8).reshape(100, width, 4)
    return bits[:, :, 2::-1].astype(int)


def colours(picture: np.ndarray) -> set[tuple[int, ...]]:
    return {tuple(pixel) for pixel in picture.reshape(-1, 3).tolist()}


@pytest.mark.parametrize("layer", SHADINGS)
def test_every_tone_of_the_layer_and_every_severity_is_in_it(layer: Shading) -> None:
    colors = ink(layer.ramp)
    seen = colours(drawn(OPEN, layer, "data 12 min old"))
    for color in (*(colors.links[tone] for tone in layer.tones), *colors.severity[2:]):
        assert color.getRgb()[:3] in seen
    assert colors.links[DOWN].getRgb()[:3] in seen


@pytest.mark.parametrize("layer", SHADINGS)
@pytest.mark.parametrize("width", [OPEN, WITH_PANEL])
def test_nothing_is_cut_at_the_least_window(layer: Shading, width: int) -> None:
    ground = np.array(ink().ground.getRgb()[:3])
    assert (drawn(width, layer, "data 12 min old")[:, -12:] == ground).all()
    parts = legend._fitting(layer, "data 12 min old", ink(), width - 2 * legend.LEFT)
    told = 6 if layer.gap is shading.Gap.MISSING else 5
    assert len(parts) >= told, "scale, dashes and age are always there"


def test_it_stays_on_the_lower_edge() -> None:
    ground = np.array(ink().ground.getRgb()[:3])
    assert (drawn(OPEN)[: 100 - legend.HEIGHT] == ground).all()


def test_severities_make_room_first() -> None:
    narrow = colours(drawn(500))
    assert ink().links[0].getRgb()[:3] in narrow
    assert ink().severity[5].getRgb()[:3] not in narrow
    assert ink().severity[5].getRgb()[:3] in colours(drawn(OPEN))


def test_what_is_not_counted_is_hatched_only_where_counters_count() -> None:
    room = 4000.0
    counted = len(legend._fitting(shading.LOAD, "", ink(), room))
    assert counted == len(legend._fitting(shading.LIGHT, "", ink(), room)) + 1


def test_the_age_of_the_data_stands_in_it() -> None:
    assert (drawn(OPEN) != drawn(OPEN, note="data 3 min old")).any()


def test_hatching_and_dots_differ() -> None:
    one, other = (QImage(60, 30, QImage.Format.Format_RGB32) for _ in range(2))
    for image, part in ((one, legend._missing), (other, legend._unknown)):
        image.fill(ink().ground)
        painter = QPainter(image)
        part(painter, 5.0, 20.0, ink())
        painter.end()
    assert one != other
    assert one.pixelColor(12, 16) == ink().links[MISSING]


def test_a_kept_legend_follows_the_theme() -> None:
    kept = legend.Kept()

    def shown() -> np.ndarray:
        image = QImage(OPEN, 100, QImage.Format.Format_RGB32)
        image.fill(ink().ground)
        painter = QPainter(image)
        # Of an ink nobody else keeps: the next one may lie at the same address.
        kept.paint(painter, OPEN, 100, ink())
        painter.end()
        return np.frombuffer(image.constBits(), np.uint8).reshape(100, OPEN, 4)[:, :, 2::-1].copy()

    look().use("dark")
    for theme in ("light", "dark", "light"):
        before = shown()
        look().use(theme)
        after = shown()
        assert np.abs(after[80].astype(int) - before[80]).max() > 100, "the ground is another"
    look().use("dark")
