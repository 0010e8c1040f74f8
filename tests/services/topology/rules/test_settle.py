"""When a map may still move."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from noc_console.services.inventory.model import DeviceId, DeviceType, LinkId, SiteId
from noc_console.services.topology.model import Edge, End, Graph, Node, Position, Settled
from noc_console.services.topology.rules import settle

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def net(devices: int, links: int) -> Graph:
    nodes = tuple(
        Node(DeviceId(10 + n), f"d{n}", DeviceType.ROUTER, site_id=SiteId(3) if n % 2 else None)
        for n in range(devices)
    )
    edges = tuple(
        Edge(LinkId(n), End(DeviceId(10)), End(DeviceId(11 + n % (devices - 1))), 0, 50)
        for n in range(links)
    )
    return Graph(nodes, edges)


@pytest.mark.parametrize(
    ("settled", "growing"),
    [
        (Settled(), True),
        (Settled(20, 30, NOW), False),
        (Settled(10, 30, NOW), True),
        (Settled(20, 10, NOW), True),
        (Settled(10, 10, NOW, touched=True), False),
        (Settled(10, 10, NOW - timedelta(minutes=11)), False),
        (Settled(19, 29, NOW), False),
    ],
)
def test_only_a_young_untouched_map_that_grew_much(settled: Settled, growing: bool) -> None:
    assert settle.is_still_growing(net(20, 30), settled, NOW) is growing


def test_the_graph_as_numbers_keeps_its_order() -> None:
    problem = settle.problem(net(3, 2))
    assert problem.count == 3
    assert problem.edges.tolist() == [[0, 1], [0, 2]]
    assert problem.groups.tolist() == [-1, 3, -1]
    assert settle.problem(Graph()).edges.shape == (0, 2)


def test_unknown_positions_are_zero() -> None:
    places = {DeviceId(11): Position(4.0, 5.0)}
    assert settle.points(net(2, 0), places).tolist() == [[0, 0], [4, 5]]
    assert settle.points(Graph(), {}).shape == (0, 2)


def test_a_new_layout_is_moved_towards_the_pinned_who_stay() -> None:
    fresh = np.array([[0.0, 0.0], [10.0, 0.0], [20.0, 0.0]])
    old = np.array([[100.0, 50.0], [0.0, 0.0], [124.0, 50.0]])
    pinned = np.array([True, False, True])
    moved = settle.fit_to_pinned(fresh, old, pinned)
    assert moved[[0, 2]].tolist() == old[[0, 2]].tolist()
    assert moved[1].tolist() == [112.0, 50.0]
    assert settle.fit_to_pinned(fresh, old, np.zeros(3, bool)) is fresh
