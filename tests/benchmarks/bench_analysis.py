"""Questions to a network of 10,000 devices, beside networkx on the same network."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

import networkx as nx

from noc_console.services.topology.findings import Disjoint, Weight
from noc_console.services.topology.rules import disjoint, paths, resilience, weak, whatif
from noc_console.services.topology.rules.walks import walk
from noc_console.services.topology.rules.web import spin
from tests.benchmarks.bench_map import graph_of, network

Figure = Mapping[str, Any]

DEVICES = 10_000
GOAL_S = 2.0
PIVOTS = 64
"""Starts networkx may estimate betweenness from; all would take it most of an hour."""


def bench(devices: int = DEVICES) -> list[Figure]:
    graph = graph_of(*network(devices))
    web = spin(graph)
    simple = nx.Graph()
    simple.add_nodes_from(range(web.count))
    simple.add_edges_from(zip(web.a, web.b, strict=True))
    standing = weak.stand(web, {})
    start, goal = 5, web.count - 7
    cost = paths.cost_by(web, Weight.HOPS)
    fails = range(0, min(web.count, 1000), 125)
    return [
        _figure(
            "weak points with criticality, centrality and what each cuts off",
            _seconds(lambda: weak.weak_points(weak.stand(spin(graph), {}))),
            f"networkx: articulation points, bridges, betweenness from {PIVOTS} starts",
            _seconds(lambda: _weak_by_networkx(simple)),
        ),
        _figure(
            "articulation points, bridges and the size of every cut",
            _seconds(lambda: _cuts(web.arcs)),
            "networkx: articulation points and bridges, without sizes",
            _seconds(lambda: (list(nx.articulation_points(simple)), list(nx.bridges(simple)))),
        ),
        _figure(
            "three ways without a common device, the cheapest set",
            _seconds(
                lambda: disjoint.ways(
                    web, start, goal, wanted=3, disjoint=Disjoint.DEVICES, cost=cost
                )
            ),
            "networkx: node-disjoint ways, not the cheapest",
            _seconds(lambda: list(nx.node_disjoint_paths(simple, start, goal, cutoff=3))),
        ),
        _figure(
            "health: connectivity, diameter, resilience",
            _seconds(lambda: resilience.health_of(standing)),
            None,  # networkx's edge_connectivity alone takes minutes here
            None,
        ),
        _figure(
            f"what if {len(fails)} core devices failed, with the load shifted",
            _seconds(lambda: whatif.what_if(standing, fails, ())),
            None,
            None,
        ),
    ]


def _cuts(arcs: Any) -> int:
    seen = walk(arcs)
    return len(seen.bridges()) + sum(
        seen.size(below) for node in seen.order for below in seen.cut_by(node)
    )


def _weak_by_networkx(simple: nx.Graph) -> None:
    list(nx.articulation_points(simple))
    list(nx.bridges(simple))
    nx.betweenness_centrality(simple, k=PIVOTS, seed=1)


def _figure(what: str, mine: float, peer: str | None, theirs: float | None) -> Figure:
    return {
        "name": f"analysis: {what}, {DEVICES:,} devices",
        "value": round(mine, 3),
        "unit": "s",
        "peer": peer,
        "peer_value": None if theirs is None else round(theirs, 3),
        "ratio": None if theirs is None else round(mine / theirs, 3),
        "goal": f"at most {GOAL_S:.0f} s",
        "met": mine <= GOAL_S,
    }


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
