"""Ways through the network."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import networkx as nx
import pytest

from noc_console.services.inventory.model import DeviceId, SiteId
from noc_console.services.topology.findings import Weight
from noc_console.services.topology.model import Graph, LinkState, Load, Place
from noc_console.services.topology.rules import paths
from noc_console.services.topology.rules.web import spin
from tests.services.topology.rules.spun import G, everything, graph_of, two_ways

UP, DOWN = Load(state=LinkState.UP), Load(state=LinkState.DOWN)


def links(graph: Graph, start: int, goal: int, by: Weight = Weight.HOPS) -> list[int]:
    web = spin(graph)
    way = paths.shortest(web, start, goal, by) or []
    return [int(web.edges[edge].link_id) for _, edge in way]


def test_the_way_with_the_fewest_hops() -> None:
    graph = graph_of(5, [(0, 1), (1, 2), (0, 3), (3, 4), (4, 2)])
    assert links(graph, 0, 2) == [1, 2]


def test_what_is_down_is_no_way() -> None:
    graph = graph_of(3, [(0, 1), (1, 2)], loads=[UP, DOWN])
    assert paths.shortest(spin(graph), 0, 2) is None


def test_of_parallel_links_the_fastest_is_taken() -> None:
    assert links(graph_of(2, [(0, 1), (1, 0), (0, 1)], speeds=[10, 100, 1]), 0, 1) == [2]


def test_a_device_without_links_has_no_way_and_to_itself_it_is_empty() -> None:
    web = spin(graph_of(3, [(0, 1)]))
    assert paths.shortest(web, 0, 2) is None
    assert paths.shortest(web, 0, 0) == []


def test_by_speed_two_fast_links_are_shorter_than_a_slow_one() -> None:
    graph = graph_of(3, [(0, 2), (0, 1), (1, 2)], speeds=[G, 100 * G, 100 * G])
    assert links(graph, 0, 2) == [1]
    assert links(graph, 0, 2, Weight.SPEED) == [2, 3]


def test_by_load_a_full_link_is_avoided_in_its_full_direction_only() -> None:
    full = Load(9.9 * G, 0.0, LinkState.UP)
    graph = graph_of(3, [(0, 2), (0, 1), (1, 2)], speeds=[10 * G] * 3, loads=[full, UP, UP])
    assert links(graph, 0, 2, Weight.SPEED) == [1]
    assert links(graph, 0, 2, Weight.LOAD) == [2, 3]
    assert links(graph, 2, 0, Weight.LOAD) == [1]


def test_a_link_can_be_avoided() -> None:
    web = spin(graph_of(3, [(0, 2), (0, 1), (1, 2)]))
    way = paths.shortest(web, 0, 2, cut={0})
    assert [edge for _, edge in way or ()] == [1, 2]


@everything
@pytest.mark.parametrize("by", [Weight.HOPS, Weight.SPEED])
def test_no_way_is_shorter_than_networkx_s(
    graphs: Callable[[], Iterable[Graph]], by: Weight
) -> None:
    for graph in graphs():
        web, theirs = spin(graph), two_ways(graph)
        cost = paths.cost_by(web, by)
        for a, b, key in theirs.edges(keys=True):
            theirs.edges[a, b, key]["weight"] = cost(key, a)
        goals = nx.single_source_dijkstra_path_length(theirs, 0)
        for goal in range(0, len(graph.nodes), max(1, len(graph.nodes) // 7)):
            way = paths.shortest(web, 0, goal, by)
            assert (way is not None) == (goal in goals)
            if way is not None:
                here = 0
                for start, edge in way:
                    assert start == here
                    here = web.other(edge, start)
                assert here == goal
                assert sum(cost(edge, at) for at, edge in way) == pytest.approx(goals[goal])


def test_each_hop_tells_its_direction_and_the_narrowest_is_the_bottleneck() -> None:
    loads = [Load(2 * G, 1 * G, LinkState.UP), Load(0.5 * G, 0.1 * G, LinkState.UP)]
    graph = graph_of(3, [(0, 1), (2, 1)], speeds=[10 * G, G], loads=loads)
    web = spin(graph)
    way = paths.told(web, paths.shortest(web, 0, 2) or (), Weight.HOPS, {})
    first, second = way.hops
    assert (first.there_bps, first.back_bps, first.there) == (2 * G, G, 0.2)
    assert (second.from_device, second.to_device, second.there_bps) == ("d2", "d3", 0.1 * G)
    assert (first.is_bottleneck, second.is_bottleneck) == (False, True)
    assert way.free_bps == 0.9 * G and way.cost == 2
    assert way.devices == (1, 2, 3)


def test_a_way_nobody_measures_has_no_bottleneck() -> None:
    web = spin(graph_of(2, [(0, 1)], speeds=[0]))
    way = paths.told(web, [(0, 0)], Weight.HOPS, {})
    assert way.free_bps is None and not way.hops[0].is_bottleneck and way.hops[0].there is None


def test_light_needs_its_time_from_prague_to_brno() -> None:
    prague = Place(SiteId(1), "Prague", 50.0755, 14.4378)
    brno = Place(SiteId(2), "Brno", 49.1951, 16.6068)
    assert paths.kilometres(prague, brno) == pytest.approx(184.5, abs=1)
    web = spin(graph_of(3, [(0, 1), (1, 2)], sites=[1, 2, 2]))
    places = {prague.site_id: prague, brno.site_id: brno}
    way = paths.told(web, paths.shortest(web, 0, 2) or (), Weight.HOPS, places)
    assert way.latency_ms == pytest.approx(0.903, abs=0.01)
    assert way.hops[1].latency_ms == 0.0


def test_without_coordinates_nobody_knows_how_long_light_needs() -> None:
    web = spin(graph_of(2, [(0, 1)], sites=[1, 2]))
    nowhere = {SiteId(at): Place(SiteId(at), "x") for at in (1, 2)}
    assert paths.told(web, [(0, 0)], Weight.HOPS, nowhere).latency_ms is None


def test_islands_are_told_largest_first() -> None:
    graph = graph_of(6, [(0, 1), (1, 2), (3, 4)], loads=[UP, DOWN, UP])
    assert paths.islands(graph) == tuple(
        frozenset(DeviceId(id) for id in part) for part in ((1, 2, 3), (4, 5), (6,))
    )
