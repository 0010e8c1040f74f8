"""Who stands between whom."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import networkx as nx

from noc_console.services.topology.model import Graph
from noc_console.services.topology.rules.walks import rooted, walk
from noc_console.services.topology.rules.web import NOT_SEEN, components, spin
from tests.services.topology.rules.spun import by_chance, everything, graph_of, two_ways


@everything
def test_articulation_points_and_bridges_are_networkx_s(
    graphs: Callable[[], Iterable[Graph]],
) -> None:
    for graph in graphs():
        web, theirs = spin(graph), two_ways(graph)
        seen = walk(web.arcs)
        points = {node for node in seen.order if seen.is_articulation(node)}
        assert points == set(nx.articulation_points(nx.Graph(theirs)))
        bridges = {frozenset((web.a[seen.by[at]], web.b[seen.by[at]])) for at in seen.bridges()}
        # networkx knows no parallel links here: a pair with two of them is no bridge.
        assert bridges == {
            frozenset(pair)
            for pair in nx.bridges(nx.Graph(theirs))
            if theirs.number_of_edges(*pair) == 1
        }


def test_an_articulation_point_is_what_leaves_more_parts_behind() -> None:
    """By definition, tried out: networkx may err as we do."""
    for seed in range(60):
        arcs = spin(by_chance(seed, most=14)).arcs
        before = len(components(arcs))
        seen = walk(arcs)
        for node in range(len(arcs)):
            after = len(components(arcs, without=[node]))
            assert after == before - 1 + seen.parts_without(node)
            assert seen.is_articulation(node) == (after > before)


def test_a_bridge_is_what_leaves_one_part_more() -> None:
    for seed in range(60):
        web = spin(by_chance(seed, most=14))
        before = len(components(web.arcs))
        seen = walk(web.arcs)
        bridges = {seen.by[at] for at in seen.bridges()}
        for edge in range(len(web.edges)):
            assert (edge in bridges) == (len(components(web.arcs, cut=[edge])) > before)


@everything
def test_dominators_are_networkx_s(graphs: Callable[[], Iterable[Graph]]) -> None:
    for graph in graphs():
        arcs, theirs = spin(graph).arcs, two_ways(graph)
        mine = walk(arcs, [0]).dominators()
        expected = nx.immediate_dominators(nx.DiGraph(nx.Graph(theirs)), 0)
        assert {at: above for at, above in enumerate(mine) if above != NOT_SEEN} == {
            at: above for at, above in expected.items() if at != 0 and above is not None
        }


def test_what_a_node_cuts_off_from_the_core_has_no_way_left() -> None:
    for seed in range(60):
        arcs = spin(by_chance(seed, most=16)).arcs
        core = [0, len(arcs) // 2]
        seen = rooted(arcs, core)
        reached = set(seen.order) - {len(arcs)}
        for node in reached:
            left = components(arcs, without=[node])
            with_core = {each for part in left if set(part) & set(core) for each in part}
            cut = {each for below in seen.cut_by(node) for each in seen.branch(below)}
            assert cut == reached - with_core - {node}
            assert len(cut) == sum(seen.size(below) for below in seen.cut_by(node))


def test_a_long_chain_needs_no_deep_stack() -> None:
    count = 5000
    seen = walk(spin(graph_of(count, [(at, at + 1) for at in range(count - 1)])).arcs)
    assert len(seen.bridges()) == count - 1
