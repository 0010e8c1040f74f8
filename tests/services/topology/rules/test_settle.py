"""When a map may still move."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from noc_console.services.inventory.model import DeviceId, DeviceType, LinkId, SiteId
from noc_console.services.topology.model import Edge, End, Graph, Node, Position, Settled
from noc_console.services.topology.rules import layered, layout, nearby, settle
from noc_console.services.topology.rules.layout import Problem

NOW = datetime(2026, 3, 1, tzinfo=UTC)
SOME = 24
"""Real networks per run, spread over the folder."""
LARGEST = 160
WAYS = [(layout.arrange, nearby.join), (layered.arrange, layered.join)]
Arrange = Callable[..., np.ndarray]
Join = Callable[..., np.ndarray]


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


def real(file: Path) -> Problem:
    web = nx.Graph(nx.read_graphml(file))
    number = {node: at for at, node in enumerate(web)}
    edges = np.array([(number[a], number[b]) for a, b in web.edges], np.int64).reshape(-1, 2)
    degree = np.bincount(edges.ravel(), minlength=len(number))
    return Problem(len(number), edges, np.full(len(number), -1), np.where(degree > 2, 0, 2))


def without_last(problem: Problem, last: int) -> Problem:
    count = problem.count - last
    edges = problem.edges[(problem.edges < count).all(1)]
    return Problem(count, edges, problem.groups[:count], problem.roles[:count])


def check(problem: Problem, arrange: Arrange, join: Join, last: int) -> None:
    """The same twice, pins stay, newcomers push nobody."""
    points = arrange(problem)
    assert (arrange(problem) == points).all()
    pinned = np.arange(problem.count) % 5 == 0
    old = points[::-1] * 0.7 + 0.123456789
    again = settle.fit_to_pinned(points, old, pinned)
    assert (again[pinned] == old[pinned]).all()
    fewer = without_last(problem, last)
    if not fewer.count:
        return
    before = np.concatenate([arrange(fewer), np.zeros((last, 2))])
    after = join(problem, before, np.arange(problem.count) < fewer.count)
    assert (after[: fewer.count] == before[: fewer.count]).all()
    assert np.isfinite(after).all()


@pytest.mark.parametrize(("arrange", "join"), WAYS, ids=["force", "layered"])
@settings(max_examples=25, deadline=None)
@given(st.integers(2, 50), st.integers(0, 80), st.integers(-1, 4), st.integers(0, 10_000))
def test_on_random_networks(
    arrange: Arrange, join: Join, count: int, links: int, sites: int, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    groups = rng.integers(-1, sites + 1, count)
    problem = Problem(count, rng.integers(0, count, (links, 2)), groups, rng.integers(0, 4, count))
    check(problem, arrange, join, int(rng.integers(1, count + 1)))


@pytest.mark.parametrize(("arrange", "join"), WAYS, ids=["force", "layered"])
def test_on_real_networks(shared: Path, arrange: Arrange, join: Join) -> None:
    files = sorted((shared / "topologies").rglob("*.graphml"))
    if not files:
        pytest.skip("the real topologies are not here")
    seen = 0
    for file in files[:: max(1, len(files) // SOME)]:
        problem = real(file)
        if 2 < problem.count <= LARGEST:
            check(problem, arrange, join, 1 + problem.count // 10)
            seen += 1
    assert seen > SOME // 2
