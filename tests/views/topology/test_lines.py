"""Links on paper."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from noc_console.views.topology.ink import DOWN, UNKNOWN, ink
from noc_console.views.topology.lines import AT_ONCE, LineArtist

SIZE = 240


def drawn(draw: object) -> np.ndarray:
    """What is not ground, as a picture of true and false."""
    image = QImage(SIZE, SIZE, QImage.Format.Format_RGB32)
    image.fill(ink().ground)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    steps = draw(painter)  # type: ignore[operator]
    assert isinstance(steps, Iterator)
    count = sum(1 for _ in steps)
    painter.end()
    bits = np.frombuffer(image.constBits(), np.uint8).reshape(SIZE, SIZE, 4)[:, :, 2::-1]
    ground = np.array(ink().ground.getRgb()[:3])
    assert count >= 1
    return np.asarray(np.abs(bits.astype(int) - ground).max(2) > 20)


def across(y: float) -> tuple[np.ndarray, np.ndarray]:
    return np.array([[20.0, y]]), np.array([[220.0, y]])


def shades(one: int, other: int) -> np.ndarray:
    return np.array([[one, other]])


@pytest.mark.parametrize("arrows", [True, False])
def test_two_halves_meet_in_the_middle_with_their_heads(arrows: bool) -> None:
    seen = drawn(
        lambda painter: LineArtist(ink(), 1.0).half_arrows(
            painter, *across(100.0), shades(2, 8), np.array([3]), arrows=arrows, plain=False
        )
    )
    assert seen[100, 40:100].all() and seen[100, 140:200].all()
    assert (seen[:, 114].sum() > seen[:, 60].sum()) == arrows, "heads are wider than their line"
    assert (seen[:, 126].sum() > seen[:, 60].sum()) == arrows


def test_a_bundle_is_drawn_wider() -> None:
    def thick(width: int) -> int:
        seen = drawn(
            lambda painter: LineArtist(ink(), 1.0).half_arrows(
                painter, *across(100.0), shades(2, 2), np.array([width]), arrows=False, plain=True
            )
        )
        return int(seen[:, 60].sum())

    assert [thick(width) < thick(width + 4) for width in range(4)] == [True] * 4


def test_a_cut_link_is_dashed_and_crossed() -> None:
    seen = drawn(
        lambda painter: LineArtist(ink(), 1.0).half_arrows(
            painter, *across(100.0), shades(DOWN, DOWN), np.array([1]), arrows=True, plain=False
        )
    )
    assert 0.3 < seen[100, 25:110].mean() < 0.9
    assert seen[92:109, 112:129].sum() > 20


def test_unknown_loads_are_dotted_until_there_are_too_many() -> None:
    def part(plain: bool) -> float:
        seen = drawn(
            lambda painter: LineArtist(ink(), 1.0).half_arrows(
                painter,
                *across(100.0),
                shades(UNKNOWN, UNKNOWN),
                np.array([1]),
                arrows=True,
                plain=plain,
            )
        )
        return float(seen[99:102, 25:215].any(0).mean())

    assert part(True) > 0.99 > part(False)


def test_from_afar_a_link_is_one_hard_line_and_trouble_lies_on_top() -> None:
    both = [np.vstack(pair) for pair in zip(across(100.0), across(100.0), strict=True)]
    calm = drawn(lambda painter: LineArtist(ink(), 1.0).thin(painter, *across(60.0), shades(1, 1)))
    assert calm[:, 60].sum() == 1
    loud = drawn(
        lambda painter: LineArtist(ink(), 1.0).thin(painter, *both, np.array([[9, 9], [0, 0]]))
    )
    assert loud[:, 60].sum() > 1


def test_many_lines_are_many_small_steps() -> None:
    count = 3 * AT_ONCE
    start = np.zeros((count, 2))
    image = QImage(SIZE, SIZE, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    steps = LineArtist(ink(), 1.0).strokes(painter, start, start + 5, QPen(QColor("white")))
    assert sum(1 for _ in steps) >= 3
    painter.end()
