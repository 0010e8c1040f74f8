"""Who did not move, did not move: on random networks and on real ones."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from noc_console.services.topology.rules import layered, layout, nearby, settle
from noc_console.services.topology.rules.layout import Problem

SOME = 24
"""Real networks per run, spread over the folder."""
LARGEST = 160
WAYS = [(layout.arrange, nearby.join), (layered.arrange, layered.join)]
Arrange = Callable[..., np.ndarray]
Join = Callable[..., np.ndarray]


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
