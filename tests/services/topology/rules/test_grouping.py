"""Who belongs together."""

from __future__ import annotations

import numpy as np

from noc_console.services.topology.rules.grouping import communities, with_neighbours


def test_a_node_without_a_group_joins_its_neighbours() -> None:
    groups, strays = with_neighbours(4, np.array([(0, 1), (1, 2)]), np.array([7, -1, -1, -1]))
    assert groups.tolist() == [7, 7, 7, -1]
    assert strays.tolist() == [False, False, False, True]


def test_islands_without_any_group_are_groups_of_their_own() -> None:
    groups, strays = with_neighbours(4, np.array([(0, 1), (2, 3)]), np.full(4, -1))
    assert not strays.any()
    assert groups[0] == groups[1] != groups[2] == groups[3]


def test_two_dense_parts_with_one_line_between_are_two_communities() -> None:
    clique = [(a, b) for a in range(6) for b in range(a)]
    edges = np.array([*clique, *((a + 6, b + 6) for a, b in clique), (0, 6)])
    labels = communities(12, edges, 100)
    assert len(set(labels[:6])) == 1 and len(set(labels[6:])) == 1
    assert labels[0] != labels[6]


def test_a_community_is_never_larger_than_may_be() -> None:
    clique = np.array([(a, b) for a in range(20) for b in range(a)])
    assert np.bincount(communities(20, clique, 8)).max() <= 8
