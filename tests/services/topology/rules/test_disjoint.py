"""Redundant ways."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import networkx as nx
import pytest

from noc_console.services.topology.findings import Disjoint, Weight
from noc_console.services.topology.model import Graph
from noc_console.services.topology.rules.disjoint import Taken, ways
from noc_console.services.topology.rules.paths import cost_by
from noc_console.services.topology.rules.web import Web, spin
from tests.services.topology.rules.spun import by_chance, everything, graph_of, two_ways


def between(
    web: Web, start: int, goal: int, disjoint: Disjoint, wanted: int = 3, by: Weight = Weight.HOPS
) -> list[Taken]:
    return ways(web, start, goal, wanted=wanted, disjoint=disjoint, cost=cost_by(web, by))


def devices(web: Web, way: Taken, start: int, goal: int) -> list[int]:
    """Who the way passes; fails when it is no way."""
    here, passed = start, []
    for at, edge in way:
        assert at == here
        here = web.other(edge, at)
        passed.append(here)
    assert here == goal
    return passed[:-1]


@everything
def test_ways_are_as_many_as_networkx_finds_and_share_nothing(
    graphs: Callable[[], Iterable[Graph]],
) -> None:
    for graph in graphs():
        web, theirs = spin(graph), nx.Graph(two_ways(graph))
        start, goal = 0, len(graph.nodes) - 1
        if start == goal or theirs.has_edge(start, goal):
            continue  # networkx's local node connectivity is not for neighbours
        most = (
            nx.connectivity.local_node_connectivity(theirs, start, goal, cutoff=3)
            if nx.has_path(theirs, start, goal)
            else 0
        )
        found = between(web, start, goal, Disjoint.DEVICES)
        assert len(found) == min(3, most)
        passed = [at for way in found for at in devices(web, way, start, goal)]
        assert len(passed) == len(set(passed))


def test_ways_without_a_common_link_are_as_many_as_the_least_cut() -> None:
    for seed in range(200):
        graph = by_chance(seed, most=20)
        web = spin(graph)
        count, flow = len(graph.nodes), nx.DiGraph()
        if count < 2:
            continue
        flow.add_nodes_from(range(count))
        for a, b in [*zip(web.a, web.b, strict=True), *zip(web.b, web.a, strict=True)]:
            room = flow.edges[a, b]["capacity"] + 1 if flow.has_edge(a, b) else 1
            flow.add_edge(a, b, capacity=room)
        found = between(web, 0, count - 1, Disjoint.LINKS, wanted=16)
        assert len(found) == nx.maximum_flow_value(flow, 0, count - 1)
        used = [edge for way in found for _, edge in way]
        assert len(used) == len(set(used))
        for way in found:
            devices(web, way, 0, count - 1)


def test_together_they_are_the_cheapest_set_there_is() -> None:
    """Against every pair of ways networkx can name, on small networks."""
    for seed in range(80):
        web = spin(by_chance(seed, most=8))
        theirs = nx.Graph()
        for a, b in zip(web.a, web.b, strict=True):
            theirs.add_edge(a, b)
        goal = web.count - 1
        if goal < 2 or 0 not in theirs or goal not in theirs:
            continue
        simple = [frozenset(way[1:-1]) for way in nx.all_simple_paths(theirs, 0, goal)]
        pairs = [
            len(one) + len(other) + 2
            for at, one in enumerate(simple)
            for other in simple[at + 1 :]
            if not one & other
        ]
        found = between(web, 0, goal, Disjoint.DEVICES, wanted=2)
        if pairs and not theirs.has_edge(0, goal):
            assert sum(map(len, found)) == min(pairs)


def test_the_trap_is_avoided() -> None:
    """The shortest way 0-1-2-3 blocks both others; two ways exist nevertheless."""
    web = spin(graph_of(6, [(0, 1), (1, 2), (2, 3), (0, 4), (4, 2), (1, 5), (5, 3)]))
    found = between(web, 0, 3, Disjoint.DEVICES, wanted=2)
    assert sorted(tuple(devices(web, way, 0, 3)) for way in found) == [(1, 5), (4, 2)]


def test_the_cheapest_comes_first_and_parallel_links_are_ways_of_their_own() -> None:
    web = spin(graph_of(3, [(0, 1), (1, 2), (0, 2), (0, 2)]))
    assert [len(way) for way in between(web, 0, 2, Disjoint.DEVICES)] == [1, 1, 2]
    assert [len(way) for way in between(web, 0, 2, Disjoint.LINKS, wanted=2)] == [1, 1]


@pytest.mark.parametrize(("start", "goal", "wanted"), [(0, 0, 3), (0, 2, 0), (0, 3, 3)])
def test_no_way_is_no_way(start: int, goal: int, wanted: int) -> None:
    web = spin(graph_of(4, [(0, 1), (1, 2)]))
    assert between(web, start, goal, Disjoint.LINKS, wanted) == []


def test_a_link_to_avoid_is_on_no_way() -> None:
    web = spin(graph_of(3, [(0, 1), (1, 2), (0, 2)]))
    cost = cost_by(web, Weight.HOPS)
    found = ways(web, 0, 2, wanted=3, disjoint=Disjoint.LINKS, cost=cost, cut={2})
    assert found == [[(0, 0), (1, 1)]]
