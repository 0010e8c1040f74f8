"""Betweenness."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest

from noc_console.services.topology.rules.between import MOST_STEPS, Betweenness, betweenness
from noc_console.services.topology.rules.walks import walk
from noc_console.services.topology.rules.web import Arcs, spin
from tests.services.topology.rules.spun import by_chance, graph_of, real_graphs, two_ways


def reckon(arcs: Arcs, most_steps: int = MOST_STEPS) -> Betweenness:
    return betweenness(arcs, walk(arcs), most_steps=most_steps)


@pytest.mark.parametrize("small", [0, 40])
def test_it_is_networkx_s_on_every_network_made_up(
    monkeypatch: pytest.MonkeyPatch, small: int
) -> None:
    """Reckoned both ways, by hand and by numpy."""
    monkeypatch.setattr("noc_console.services.topology.rules.between.SMALL", small)
    for seed in range(200):
        graph = by_chance(seed)
        found = reckon(spin(graph).arcs)
        expected = nx.betweenness_centrality(nx.Graph(two_ways(graph)))
        assert not found.is_estimate
        assert found.shares == pytest.approx([expected[at] for at in range(len(graph.nodes))])


def test_it_is_networkx_s_on_real_networks() -> None:
    for graph in real_graphs():
        if len(graph.nodes) < 200:
            found = reckon(spin(graph).arcs)
            expected = nx.betweenness_centrality(nx.Graph(two_ways(graph)))
            assert found.shares == pytest.approx([expected[at] for at in range(len(graph.nodes))])


def test_the_middle_of_a_star_is_between_all() -> None:
    found = reckon(spin(graph_of(5, [(0, at) for at in range(1, 5)])).arcs)
    assert found.shares.tolist() == [1.0, 0.0, 0.0, 0.0, 0.0]


def test_a_large_block_is_estimated_and_says_so() -> None:
    mesh = nx.connected_watts_strogatz_graph(600, 4, 0.2, seed=5)
    arcs = spin(graph_of(600, mesh.edges)).arcs
    exact, guess = reckon(arcs), reckon(arcs, most_steps=5_000_000)
    assert guess.is_estimate and not exact.is_estimate
    assert np.abs(guess.shares - exact.shares).max() < 0.02
    assert int(np.argmax(guess.shares)) in np.argsort(exact.shares)[-10:]


@pytest.mark.parametrize("count", [0, 1, 2])
def test_nobody_is_between_two(count: int) -> None:
    links = [(0, 1)] if count == 2 else []
    assert reckon(spin(graph_of(count, links)).arcs).shares.tolist() == [0.0] * count
