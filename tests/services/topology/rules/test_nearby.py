"""A seat for newcomers."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from noc_console.services.topology.rules.layout import SPACING, Problem, arrange
from noc_console.services.topology.rules.nearby import join
from tests.services.topology.rules.test_layout import gaps, town


def grown(problem: Problem, edges: list[tuple[int, int]], groups: list[int]) -> Problem:
    return Problem(
        problem.count + len(groups),
        np.concatenate([problem.edges, np.array(edges, np.int64).reshape(-1, 2)]),
        np.concatenate([problem.groups, np.array(groups, np.int64)]),
    )


def joined(old: Problem, new: Problem) -> tuple[np.ndarray, np.ndarray]:
    before = arrange(old)
    places = np.zeros((new.count, 2))
    places[: old.count] = before
    standing = np.arange(new.count) < old.count
    return before, join(new, places, standing)


def test_a_newcomer_stands_beside_its_neighbour_and_nobody_moves() -> None:
    old = town(2, 10)
    before, after = joined(old, grown(old, [(5, 20)], [0]))
    assert (after[:20] == before).all()
    assert np.hypot(*(after[20] - after[5])) < 3 * SPACING
    assert gaps(after)[20].min() > SPACING * 0.3


def test_a_chain_of_newcomers_grows_out_of_the_map() -> None:
    old = town(2, 10)
    links = [(5, 20), (20, 21), (21, 22), (22, 23)]
    before, after = joined(old, grown(old, links, [0, 0, 0, 0]))
    assert (after[:20] == before).all()
    for a, b in links:
        assert np.hypot(*(after[a] - after[b])) < 3.5 * SPACING


def test_a_new_site_comes_as_one_block_in_a_free_spot() -> None:
    old = town(2, 10)
    links = [(0, 20), *((20, leaf) for leaf in range(21, 28))]
    before, after = joined(old, grown(old, links, [7] * 8))
    assert (after[:20] == before).all()
    block = after[20:]
    to_old = np.hypot(*(block[:, None] - before[None]).transpose(2, 0, 1)).min()
    assert to_old > SPACING
    assert np.ptp(block, axis=0).max() < 8 * SPACING


def test_loners_take_a_seat_in_the_row_below() -> None:
    old = town(2, 10)
    before, after = joined(old, grown(old, [], [-1, -1]))
    assert (after[20:, 1] > before[:, 1].max()).all()
    assert gaps(after)[20, 21] >= SPACING * 0.9


def test_with_nobody_standing_it_is_a_whole_layout() -> None:
    problem = town(2, 6)
    none = np.zeros(12, bool)
    assert (join(problem, np.zeros((12, 2)), none) == arrange(problem)).all()


def test_with_everybody_standing_nothing_happens() -> None:
    problem = town(2, 6)
    places = arrange(problem)
    assert (join(problem, places, np.ones(12, bool)) == places).all()


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 15), st.integers(0, 1000))
def test_however_many_come_the_others_stay(newcomers: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    old = town(3, 8)
    edges = [(int(rng.integers(0, 24)), 24 + at) for at in range(newcomers) if rng.random() < 0.8]
    groups = rng.integers(-1, 6, newcomers).tolist()
    before, after = joined(old, grown(old, edges, groups))
    assert (after[:24] == before).all()
    assert np.isfinite(after).all()
