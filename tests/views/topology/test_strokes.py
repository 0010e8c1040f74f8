"""Strokes beside the links."""

from __future__ import annotations

import numpy as np
import pytest

from noc_console.views.topology.strokes import HATCH_PX, MOST, TICKED, hatching, ticks

START = np.array([[0.0, 0.0], [10.0, 10.0]])
STOP = np.array([[100.0, 0.0], [10.0, 70.0]])


def test_hatching_runs_the_whole_length_and_no_further() -> None:
    one, other = hatching(START, STOP, 1.0)
    assert len(one) == 100 // HATCH_PX + 60 // HATCH_PX
    middle = (one + other) / 2
    assert middle[:20, 1] == pytest.approx(0) and middle[20:, 0] == pytest.approx(10)
    assert middle[:20, 0].min() > 0 and middle[:20, 0].max() < 100
    assert np.diff(middle[:20, 0]) == pytest.approx(HATCH_PX)


def test_hatching_slants() -> None:
    one, other = hatching(START[:1], STOP[:1], 1.0)
    along = other - one
    assert (along[:, 0] > 2).all() and (along[:, 1] > 2).all()


def test_hatching_nobody_could_see_is_left_out() -> None:
    many = np.repeat(START[:1], MOST, axis=0)
    one, other = hatching(many, many + np.array([HATCH_PX * 2, 0.0]), 1.0)
    assert len(one) == len(other) == 0


@pytest.mark.parametrize("count", [1, 2, 3])
def test_ticks_stand_across_the_line_where_no_word_is(count: int) -> None:
    counts = np.array([count, 0])
    one, other, whose = ticks(START, STOP, counts, np.array([2.0, 2.0]), 1.0)
    assert whose.tolist() == [0] * count
    assert ((one + other) / 2).mean(0) == pytest.approx([100 * TICKED, 0])
    assert (one[:, 0] == other[:, 0]).all()
    assert np.abs(one[:, 1] - other[:, 1]) == pytest.approx(8)


def test_a_short_link_has_no_room_for_ticks() -> None:
    one, _, whose = ticks(START, START + 9.0, np.array([3, 3]), np.array([2.0, 2.0]), 1.0)
    assert len(one) == len(whose) == 0
