"""The network as numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

import networkx as nx

from noc_console.services.inventory.model import DeviceType, LinkId
from noc_console.services.topology.model import Graph, LinkState, Load
from noc_console.services.topology.rules import web
from tests.services.topology.rules.spun import everything, graph_of, two_ways

R, S = DeviceType.ROUTER, DeviceType.SWITCH


def test_a_link_that_is_down_carries_nothing() -> None:
    graph = graph_of(2, [(0, 1)], loads=[Load(state=LinkState.DOWN)])
    assert web.spin(graph).arcs == [[], []]
    assert web.spin(graph, with_down=True).arcs == [[(1, 0)], [(0, 0)]]


def test_a_link_to_itself_is_none() -> None:
    assert web.spin(graph_of(2, [(0, 0), (0, 1)])).a == [0]


def test_a_bundle_is_its_links() -> None:
    graph = graph_of(2, [(0, 1), (0, 1)])
    bundle = replace(graph.edges[0], link_id=LinkId(-1), parts=graph.edges)
    spun = web.spin(replace(graph, edges=(bundle,)))
    assert sorted(spun.link) == [1, 2]


@everything
def test_parts_and_distances_are_networkx_s(graphs: Callable[[], Iterable[Graph]]) -> None:
    for graph in graphs():
        arcs, theirs = web.spin(graph).arcs, two_ways(graph)
        parts = web.components(arcs)
        assert sorted(map(sorted, parts)) == sorted(map(sorted, nx.connected_components(theirs)))
        assert [len(part) for part in parts] == sorted(map(len, parts), reverse=True)
        far = nx.single_source_shortest_path_length(theirs, 0)
        assert web.distances(arcs, [0]) == [far.get(at, -1) for at in range(len(arcs))]


def test_the_core_is_the_routers_that_lead_abroad() -> None:
    types = [R, R, R, S, S, S, S]
    graph = graph_of(
        7,
        [(0, 1), (0, 2), (2, 3), (3, 4), (1, 5), (5, 6)],
        types=types,
        sites=[1, 2, 1, 1, 1, 2, 2],
    )
    assert web.core(web.spin(graph)) == [0, 1]


def test_without_a_backbone_it_is_the_routers_without_these_the_best_linked() -> None:
    routers = graph_of(4, [(0, 1), (1, 2), (1, 3)], types=[R, S, S, S])
    assert web.core(web.spin(routers)) == [0]
    assert web.core(web.spin(graph_of(4, [(0, 1), (1, 2), (1, 3)]))) == [1]


def test_where_most_are_routers_nobody_stands_above_the_others() -> None:
    graph = graph_of(4, [(0, 1), (1, 2), (1, 3)], types=[R, R, R, R], sites=[1, 2, 3, 4])
    assert web.core(web.spin(graph)) == [1]


def test_each_part_has_a_core_of_its_own() -> None:
    assert web.core(web.spin(graph_of(5, [(0, 1), (1, 2), (3, 4)]))) == [1, 3]
