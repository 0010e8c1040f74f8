"""Springs between all nodes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from noc_console.services.topology.rules import stress


def ring(count: int) -> np.ndarray:
    return np.array([(at, (at + 1) % count) for at in range(count)])


def test_distances_follow_the_shortest_way() -> None:
    edges = ring(6)
    distances = stress.path_lengths(6, edges, np.ones(6))
    assert distances[0].tolist() == [0, 1, 2, 3, 2, 1]


def test_what_is_not_connected_stands_further_off_than_anything_that_is() -> None:
    distances = stress.path_lengths(4, np.array([(0, 1), (1, 2)]), np.ones(2))
    assert distances[0, 3] > distances[0, 2]
    assert np.isfinite(distances).all()


def test_hubs_wish_for_longer_links() -> None:
    star = np.array([(0, leaf) for leaf in range(1, 30)])
    assert stress.spring_lengths(30, star).min() > 2
    assert stress.spring_lengths(2, np.array([(0, 1)])).tolist() == [1.0]


def test_a_ring_becomes_round() -> None:
    distances = stress.path_lengths(8, ring(8), np.ones(8))
    points = stress.relax(distances, stress.first_guess(distances))
    radii = np.hypot(*(points - points.mean(0)).T)
    assert radii.std() / radii.mean() < 0.1


def test_the_same_distances_give_the_same_points() -> None:
    distances = stress.path_lengths(9, ring(9), np.ones(9))
    first = stress.relax(distances, stress.first_guess(distances))
    assert (first == stress.relax(distances, stress.first_guess(distances))).all()


def test_a_report_can_stop_it() -> None:
    class Enough(Exception):
        pass

    def stop(_part: float) -> None:
        raise Enough

    distances = stress.path_lengths(8, ring(8), np.ones(8))
    with pytest.raises(Enough):
        stress.relax(distances, stress.first_guess(distances), report=stop)


@given(st.integers(2, 40), st.integers(0, 1000))
def test_after_making_room_no_two_are_close(count: int, seed: int) -> None:
    crowd = np.random.default_rng(seed).normal(0, 30, (count, 2))
    apart = stress.make_room(crowd, (90.0, 60.0), steps=400) / (90.0, 60.0)
    gaps = np.hypot(*(apart[:, None] - apart[None]).transpose(2, 0, 1)) + 9 * np.eye(count)
    assert gaps.min() > 0.85


def test_who_is_fixed_is_not_pushed() -> None:
    points = np.array([[0.0, 0.0], [1.0, 0.0], [2.0, 1.0]])
    fixed = np.array([True, False, False])
    assert (stress.make_room(points, (50, 50), fixed=fixed)[0] == 0.0).all()


def test_leaves_change_seats_to_shorten_their_lines() -> None:
    points = np.array([[0.0, 0.0], [10.0, 0.0], [10.0, 3.0], [0.0, 3.0], [5.0, -3.0], [5.0, -4.0]])
    edges = np.array([(0, 1), (0, 2), (1, 3), (0, 4), (1, 5)])
    after = stress.untangle_leaves(points, edges)
    assert after[2].tolist() == [0.0, 3.0] and after[3].tolist() == [10.0, 3.0]


def test_nobody_stands_on_the_line_of_others() -> None:
    points = np.array([[0.0, 0.0], [100.0, 0.0], [50.0, 0.0]])
    after = stress.clear_lines(points, np.array([(0, 1)]), 30.0)
    assert abs(after[2, 1]) >= 25.0


@pytest.mark.parametrize("count", [0, 1])
def test_nothing_and_one_are_no_special_trouble(count: int) -> None:
    points = np.zeros((count, 2))
    none = np.empty((0, 2), np.int64)
    assert len(stress.relax(np.zeros((count, count)), points)) == count
    assert len(stress.make_room(points, (9, 9))) == count
    assert len(stress.clear_lines(points, none, 9)) == count
    assert len(stress.untangle_leaves(points, none)) == count
