"""A window comes back where it was, if there still is a screen."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRect

from noc_console.views.shell.placement import kept_rect, placed, rect_values

LEFT, RIGHT = QRect(0, 0, 1920, 1080), QRect(1920, 0, 1280, 1024)


def test_a_window_in_sight_stays() -> None:
    for rect in (
        QRect(100, 100, 1200, 800),
        QRect(2000, 50, 1000, 700),
        QRect(-900, 40, 1200, 800),
    ):
        assert placed(rect, [LEFT, RIGHT]) == rect


@pytest.mark.parametrize(
    "lost",
    [
        QRect(2000, 50, 1000, 700),
        QRect(-5000, 0, 900, 600),
        QRect(100, -900, 900, 600),
        QRect(0, 5000, 4000, 3000),
        QRect(1900, 100, 900, 600),
    ],
)
def test_a_window_whose_screen_went_away_moves_inside(lost: QRect) -> None:
    assert LEFT.contains(placed(lost, [LEFT]))


def test_a_first_window_is_in_the_middle() -> None:
    assert placed(None, [RIGHT]) == QRect(1920, 62, 1280, 900)
    assert placed(None, []).isValid()


@pytest.mark.parametrize(
    "kept",
    [None, 7, [], [1, 2, 3], ["a", 0, 900, 600], [0, 0, 10, 10], [0, 0, 10**9, 600], [0.5] * 4],
)
def test_what_is_no_rectangle_is_none(kept: object) -> None:
    assert kept_rect(kept) is None


def test_a_rectangle_survives_being_kept() -> None:
    rect = QRect(-8, 12, 1200, 800)
    assert kept_rect(rect_values(rect)) == rect
