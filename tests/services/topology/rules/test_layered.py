"""The core on top."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from noc_console.services.topology.rules import layered
from noc_console.services.topology.rules.layered import ROW, arrange, join, ranks
from noc_console.services.topology.rules.layout import Problem
from tests.services.topology.rules.test_layout import gaps


def provider(sites: int, access: int = 9) -> Problem:
    """Sites in a ring; in each a core router, two switches under it, access under these."""
    edges, roles, each = [], [], 3 + access
    for site in range(sites):
        core = site * each
        roles += [0, 1, 1, *[2] * access]
        edges += [(core, core + 1), (core, core + 2)]
        edges += [(core + 1 + at % 2, core + 3 + at) for at in range(access)]
        edges.append((core, (site + 1) % sites * each))
    return Problem(
        sites * each,
        np.array(edges, np.int64),
        np.repeat(np.arange(sites, dtype=np.int64), each),
        np.array(roles, np.int64),
    )


def test_the_core_is_on_top_of_its_site_and_what_hangs_on_it_below() -> None:
    problem = provider(3)
    points = arrange(problem)
    for site in range(3):
        y = points[problem.groups == site, 1]
        assert y[0] < y[1:3].min() and y[1:3].max() < y[3:].min()


def test_ranks_count_the_links_from_the_core_and_respect_roles() -> None:
    problem = provider(2, access=2)
    assert ranks(problem).tolist() == [0, 1, 1, 2, 2] * 2
    lone = Problem(3, np.empty((0, 2), np.int64), np.zeros(3, np.int64), np.array([0, 1, 3]))
    assert ranks(lone).tolist() == [0, 1, 3]


def test_a_chain_of_a_hundred_does_not_build_a_tower() -> None:
    chain = np.column_stack([np.arange(99), np.arange(1, 100)])
    deep = ranks(Problem(100, chain, np.zeros(100, np.int64), np.array([0] + [2] * 99)))
    assert deep.max() == layered.DEEPEST


def test_sites_stand_side_by_side_without_overlapping() -> None:
    problem = provider(5)
    points = arrange(problem)
    boxes = [
        (points[problem.groups == site].min(0), points[problem.groups == site].max(0))
        for site in range(5)
    ]
    for at, (low, high) in enumerate(boxes):
        for other_low, other_high in boxes[at + 1 :]:
            assert (high < other_low).any() or (other_high < low).any()


def test_access_stands_under_the_switch_it_hangs_on() -> None:
    problem = provider(1, access=12)
    points = arrange(problem)
    left, right = (points[3 + at : 15 : 2, 0].mean() for at in (0, 1))
    assert np.sign(left - right) == np.sign(points[1, 0] - points[2, 0])


def test_a_tree_is_drawn_without_a_crossing() -> None:
    edges = np.array([(0, 1), (0, 2), (1, 3), (1, 4), (2, 5), (2, 6)])
    points = arrange(Problem(7, edges, np.zeros(7, np.int64), np.array([0, 1, 1, 2, 2, 2, 2])))
    assert sorted(points[[3, 4], 0])[1] < sorted(points[[5, 6], 0])[0] or (
        sorted(points[[5, 6], 0])[1] < sorted(points[[3, 4], 0])[0]
    )


def test_the_same_network_gives_the_same_picture() -> None:
    assert (arrange(provider(4)) == arrange(provider(4))).all()


def test_an_empty_network_is_an_empty_map() -> None:
    assert arrange(Problem(0)).shape == (0, 2)


def test_a_newcomer_stands_below_its_neighbour_and_nobody_moves() -> None:
    problem = provider(3)
    before = arrange(problem)
    grown = Problem(
        problem.count + 1,
        np.concatenate([problem.edges, [(13, problem.count)]]),
        np.append(problem.groups, 1),
        np.append(problem.roles, 2),
    )
    places = np.concatenate([before, np.zeros((1, 2))])
    after = join(grown, places, np.arange(grown.count) < problem.count)
    assert (after[:-1] == before).all()
    assert after[-1, 1] > after[13, 1]
    assert gaps(after)[-1].min() >= ROW * 0.9


def test_it_can_be_stopped() -> None:
    class Enough(Exception):
        pass

    def stop(part: float) -> None:
        if part > 0.3:
            raise Enough

    with pytest.raises(Enough):
        arrange(provider(4), report=stop)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 60), st.integers(0, 90), st.integers(-1, 5), st.integers(0, 10_000))
def test_any_network_is_drawn_without_overlaps_and_grows_without_moving(
    count: int, links: int, sites: int, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    edges = rng.integers(0, count, (links, 2))
    groups = rng.integers(-1, sites + 1, count) if sites >= 0 else np.full(count, -1)
    roles = rng.integers(0, 4, count)
    whole = Problem(count, edges, groups, roles)
    points = arrange(whole)
    assert np.isfinite(points).all()
    if count > 1:
        assert gaps(points).min() >= ROW * 0.9
    standing = rng.random(count) < 0.7
    if standing.any():
        joined = join(whole, points, standing)
        assert (joined[standing] == points[standing]).all()
        assert count == 1 or gaps(joined).min() >= ROW * 0.8
