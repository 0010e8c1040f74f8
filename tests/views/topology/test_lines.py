"""Links on paper: what a shade looks like."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage, QPainter

from noc_console.views.topology.ink import DOWN, MISSING, UNKNOWN, Ramp, ink
from noc_console.views.topology.lines import LineArtist

WIDE, HIGH = 240, 40
LEFT, RIGHT = slice(0, 110), slice(130, WIDE)


def drawn(one: int, other: int, *, ramp: Ramp = Ramp.QUIET, plain: bool = False) -> np.ndarray:
    """A level link across the picture, as RGB."""
    return seen((((10.0, 20.0), (230.0, 20.0), one, other),), ramp=ramp, plain=plain)


def seen(
    links: tuple[tuple[tuple[float, float], tuple[float, float], int, int], ...],
    *,
    ramp: Ramp = Ramp.QUIET,
    plain: bool = False,
    thin: bool = False,
) -> np.ndarray:
    image = QImage(WIDE, HIGH, QImage.Format.Format_ARGB32_Premultiplied)
    colors = ink(ramp)
    image.fill(colors.ground)
    artist, painter = LineArtist(colors, 1.0), QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    start, end = (np.array([link[at] for link in links]) for at in (0, 1))
    shades = np.array([link[2:] for link in links])
    if thin:
        steps = artist.thin(painter, start, end, shades)
    else:
        width = np.ones(len(links), np.int64)
        steps = artist.half_arrows(painter, start, end, shades, width, arrows=True, plain=plain)
    for _ in steps:
        pass
    painter.end()
    bits = np.frombuffer(image.constBits(), np.uint8).reshape(HIGH, WIDE, 4)
    return bits[:, :, 2::-1].astype(int)


def near(picture: np.ndarray, color: QColor, slack: int = 12) -> np.ndarray:
    return (np.abs(picture - np.array(color.getRgb()[:3])) <= slack).all(2)


def rows(picture: np.ndarray) -> int:
    """How many rows of pixels have ink."""
    ground = np.array(ink().ground.getRgb()[:3])
    return int((np.abs(picture - ground) > 24).any(2).any(1).sum())


def test_each_half_has_its_own_tone() -> None:
    picture = drawn(2, 5)
    assert near(picture[:, LEFT], ink().links[2]).sum() > 100
    assert near(picture[:, RIGHT], ink().links[5]).sum() > 100
    assert not near(picture[:, LEFT], ink().links[5], 4).any()


@pytest.mark.parametrize("tone", [7, 8, 9])
def test_trouble_has_one_tick_more_for_each_step(tone: int) -> None:
    picture = drawn(tone, 1)[:, LEFT]
    above = near(picture[16:17], ink().links[tone], 90)[0]
    strokes = np.flatnonzero(np.diff(np.r_[False, above].astype(int)) == 1)
    assert len(strokes) == tone - 6
    assert rows(drawn(6, 1)[:, 20:100]) < rows(picture[:, 20:100])


def test_where_more_is_no_trouble_there_are_no_ticks() -> None:
    loud, calm = drawn(7, 7, ramp=Ramp.STEPS), drawn(1, 1, ramp=Ramp.STEPS)
    assert rows(loud[:, 20:100]) == rows(calm[:, 20:100])


def test_a_missing_counter_is_hatched_and_an_unknown_one_dotted() -> None:
    missing, unknown = drawn(MISSING, 1)[:, 20:100], drawn(UNKNOWN, UNKNOWN)[:, 20:100]
    assert rows(missing) >= 5 > rows(unknown)
    ground = np.array(ink().ground.getRgb()[:3])
    dots = (np.abs(unknown - ground) > 12).any(2).any(0)
    assert 10 < dots.sum() < 70, "gaps between the dots"
    threads = (np.abs(missing - ground) > 12).any(2).any(0)
    assert threads.all(), "a thread holds the hatching together"


def test_where_there_are_too_many_the_hatching_is_left_out() -> None:
    assert rows(drawn(MISSING, 1, plain=True)[:, 20:100]) < 4


def test_a_link_that_is_down_is_dashed_and_crossed() -> None:
    picture = drawn(DOWN, DOWN)
    assert near(picture[:, 112:128], ink().links[DOWN], 60).any(1).sum() >= 7
    line = near(picture[19:21, 20:100], ink().links[DOWN], 60).any(0)
    assert 20 < line.sum() < 70


@pytest.mark.parametrize("shade", [7, 9, DOWN])
def test_from_afar_trouble_lies_on_top(shade: int) -> None:
    ends = ((10.0, 20.0), (230.0, 20.0))
    picture = seen(((*ends, shade, 1), (*ends, 3, 3), (*ends, MISSING, 2)), thin=True)
    assert near(picture, ink().links[shade], 60).sum() > 150
