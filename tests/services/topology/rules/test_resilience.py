"""The network as a whole."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import networkx as nx
import pytest

from noc_console.services.topology.findings import Connectivity, Health
from noc_console.services.topology.model import Graph, LinkState, Load
from noc_console.services.topology.rules import resilience
from noc_console.services.topology.rules.walks import walk
from noc_console.services.topology.rules.weak import stand
from noc_console.services.topology.rules.web import components, spin
from tests.services.topology.rules.spun import G, by_chance, everything, graph_of, two_ways


def health(graph: Graph) -> Health:
    return resilience.health_of(stand(spin(graph), None))


def complete(count: int) -> Graph:
    return graph_of(count, [(a, b) for b in range(count) for a in range(b)])


def ring(count: int) -> Graph:
    return graph_of(count, [(at, (at + 1) % count) for at in range(count)])


def expected(found: Connectivity, theirs: int) -> bool:
    return found.count == min(theirs, 3) and (not found.is_least or theirs >= found.count)


def test_connectivity_is_networkx_s_up_to_three() -> None:
    graphs = [by_chance(seed, most=12) for seed in range(120)]
    graphs += [complete(n) for n in range(2, 7)] + [ring(n) for n in range(3, 7)]
    for graph in graphs:
        arcs, theirs = spin(graph).arcs, two_ways(graph)
        plain, parts = walk(arcs), len(components(arcs))
        by_edges = resilience.edge_connectivity(arcs, plain, parts)
        if len(arcs) > 1:
            simple = nx.Graph()
            simple.add_nodes_from(theirs)
            for a, b in theirs.edges():
                room = simple.edges[a, b]["capacity"] + 1 if simple.has_edge(a, b) else 1
                simple.add_edge(a, b, capacity=room)
            least = min(nx.minimum_cut_value(simple, 0, goal) for goal in range(1, len(arcs)))
            assert expected(by_edges, least)
        by_nodes = resilience.node_connectivity(arcs, plain, parts, by_edges)
        assert expected(by_nodes, nx.node_connectivity(nx.Graph(theirs)))


@everything
def test_the_diameter_is_networkx_s(graphs: Callable[[], Iterable[Graph]]) -> None:
    for graph in graphs():
        if len(graph.nodes) > 800:
            continue  # networkx takes a minute for these
        arcs, theirs = spin(graph).arcs, two_ways(graph)
        part = components(arcs)[0]
        found = resilience.diameter(arcs, part)
        if len(part) == 1:
            assert found is None
        else:
            longest = nx.diameter(theirs.subgraph(part))
            assert found is not None
            assert found.count == longest or (found.is_least and found.count < longest)


def test_a_full_mesh_is_excellent_and_as_resilient_as_can_be() -> None:
    found = health(complete(5))
    assert (found.health, found.label, found.density) == (100, "excellent", 1.0)
    assert found.resilience == pytest.approx(0.7)
    assert found.advice == () and found.deductions == ()
    assert str(found.node_connectivity) == "3 or more"


def test_a_ring_stands_one_failure() -> None:
    found = health(ring(6))
    # 0.6·(0.3·2/3 + 0.2·2/3) + 0.4
    assert found.resilience == pytest.approx(0.6)
    assert (found.node_connectivity.count, found.edge_connectivity.count) == (2, 2)
    assert found.diameter == Connectivity(3)


def test_a_chain_in_two_pieces_is_poor_and_is_told_why() -> None:
    found = health(graph_of(6, [(0, 1), (1, 2), (2, 3)]))
    # 100 − 20 (connectivity) − 30 (parts) − 15 (2 of 6 are articulation points)
    assert (found.health, found.label, found.components) == (35, "poor", 3)
    assert [each.points for each in found.deductions] == [30, 20, 15]
    assert found.alone == (5, 6)
    # 0.4·(1 − (2 + 3)/(6 + 3))
    assert found.resilience == pytest.approx(0.4 * 4 / 9, abs=1e-4)
    assert found.advice[0].startswith("2 devices have no way")


def test_congested_links_cost_five_each_and_no_more_than_25() -> None:
    busy = Load(0.9 * G, 0.0, LinkState.UP)
    calm = Load(0.8 * G, 0.8 * G, LinkState.UP)
    few = graph_of(4, [(a, b) for b in range(4) for a in range(b)], loads=[busy, busy, calm])
    assert health(few).health == 90
    assert health(few).congested == (1, 2)
    many = graph_of(4, [(a, b) for b in range(4) for a in range(b)], loads=[busy] * 6)
    assert health(many).health == 75


@pytest.mark.parametrize(
    ("score", "word"),
    [(100, "excellent"), (90, "excellent"), (89, "good"), (70, "good"), (50, "fair"), (49, "poor")],
)
def test_labels(score: int, word: str) -> None:
    assert resilience.label(score) == word


def test_an_empty_network_has_no_figures_to_trip_over() -> None:
    found = health(Graph())
    assert (found.devices, found.components, found.diameter, found.density) == (0, 0, None, 0.0)


def test_density_counts_a_pair_once() -> None:
    assert health(graph_of(2, [(0, 1), (1, 0)])).density == 1.0
