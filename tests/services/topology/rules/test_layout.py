"""Where devices stand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from noc_console.services.topology.rules import layout
from noc_console.services.topology.rules.layout import Problem, arrange


def town(sites: int, each: int) -> Problem:
    """Sites in a ring; in each a hub with leaves."""
    edges = []
    for site in range(sites):
        hub = site * each
        edges += [(hub, hub + leaf) for leaf in range(1, each)]
        edges.append((hub, (site + 1) % sites * each))
    return Problem(
        sites * each, np.array(edges, np.int64), np.repeat(np.arange(sites, dtype=np.int64), each)
    )


def gaps(points: np.ndarray) -> np.ndarray:
    return np.hypot(*(points[:, None] - points[None]).transpose(2, 0, 1)) + 1e9 * np.eye(
        len(points)
    )


def test_an_empty_network_is_an_empty_map() -> None:
    assert arrange(Problem(0)).shape == (0, 2)


def test_the_same_network_gives_the_same_map() -> None:
    assert (arrange(town(3, 12)) == arrange(town(3, 12))).all()


def test_devices_of_a_site_stand_together_and_sites_apart() -> None:
    problem = town(4, 12)
    points = arrange(problem)
    for site in range(4):
        inside = points[problem.groups == site]
        outside = points[problem.groups != site]
        centre = inside.mean(0)
        reach = np.hypot(*(inside - centre).T).max()
        assert np.hypot(*(outside - centre).T).min() > reach * 0.75


def test_no_two_devices_overlap() -> None:
    assert gaps(arrange(town(3, 20))).min() > layout.NAME_GAP[1] * 0.85


def test_a_map_is_wider_than_high() -> None:
    width, height = np.ptp(arrange(town(5, 10)), axis=0)
    assert width > height


def test_loners_stand_in_rows_below() -> None:
    linked = town(2, 8)
    problem = Problem(20, linked.edges, np.concatenate([linked.groups, np.full(4, -1)]))
    points = arrange(problem)
    assert points[16:, 1].min() > points[:16, 1].max()
    assert gaps(points).min() > 40


def test_a_device_without_a_site_goes_with_its_neighbours() -> None:
    problem = town(2, 8)
    groups = problem.groups.copy()
    groups[3] = -1
    points = arrange(Problem(problem.count, problem.edges, groups))
    nearest = int(np.argmin(gaps(points)[3]))
    assert nearest < 8


def test_devices_at_no_site_at_all_are_drawn_by_their_links() -> None:
    problem = town(2, 8)
    points = arrange(Problem(problem.count, problem.edges, np.full(problem.count, -1)))
    assert gaps(points).min() > 40


def test_a_site_too_large_to_draw_at_once_is_split_into_communities() -> None:
    rng = np.random.default_rng(1)
    count = layout.LARGEST + 80
    tree = np.array([(at, int(rng.integers(max(0, at - 12), at))) for at in range(1, count)])
    points = arrange(Problem(count, tree, np.zeros(count, np.int64)))
    assert np.isfinite(points).all()
    assert np.quantile(gaps(points).min(1), 0.05) > 25


def test_a_site_for_every_device_is_no_help_and_does_not_harm() -> None:
    ring = town(40, 9)
    alone = Problem(ring.count, ring.edges, np.arange(ring.count, dtype=np.int64))
    points = arrange(alone)
    assert gaps(points).min() > 40
    linked = np.hypot(*(points[ring.edges[:, 0]] - points[ring.edges[:, 1]]).T)
    assert np.median(linked) < 4 * layout.SPACING


def test_it_reports_how_far_it_is_and_can_be_stopped() -> None:
    told: list[float] = []
    arrange(town(3, 12), report=told.append)
    assert told[0] == 0.0 and told[-1] == 1.0 and all(0 <= part <= 1 for part in told)

    class Enough(Exception):
        pass

    def stop(part: float) -> None:
        if part > 0.2:
            raise Enough

    with pytest.raises(Enough):
        arrange(town(3, 12), report=stop)


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 40), st.integers(0, 60), st.integers(-1, 5), st.integers(0, 10_000))
def test_any_network_gets_finite_places_without_overlaps(
    count: int, links: int, sites: int, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    edges = rng.integers(0, count, (links, 2))
    groups = rng.integers(-1, sites + 1, count) if sites >= 0 else np.full(count, -1)
    points = arrange(Problem(count, edges, groups))
    assert points.shape == (count, 2) and np.isfinite(points).all()
    if count > 1:
        assert gaps(points).min() > 15
