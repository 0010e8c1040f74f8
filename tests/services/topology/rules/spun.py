"""Networks to analyse: made up by chance, and real ones where they are at hand."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from pathlib import Path

import networkx as nx
import pytest

from noc_console.services.inventory.model import DeviceId, DeviceType, LinkId, SiteId
from noc_console.services.topology.model import Edge, End, Graph, LinkState, Load, Node

TOPOLOGIES = Path(__file__).resolve().parents[4] / ".." / "shared" / "topologies"
G = 10**9


def graph_of(
    count: int,
    links: Iterable[tuple[int, int]],
    *,
    speeds: Iterable[int] = (),
    loads: Iterable[Load] = (),
    types: Iterable[DeviceType] = (),
    sites: Iterable[int | None] = (),
) -> Graph:
    """Devices 1…count; links by the devices' indices from 0, their ids from 1."""
    pairs = list(links)
    speed = [*speeds, *[G] * len(pairs)]
    load = [*loads, *[Load(state=LinkState.UP)] * len(pairs)]
    kinds = [*types, *[DeviceType.SWITCH] * count]
    places = [*sites, *[None] * count]
    return Graph(
        nodes=tuple(
            Node(
                DeviceId(at + 1),
                f"d{at + 1}",
                kinds[at],
                site_id=None if (site := places[at]) is None else SiteId(site),
            )
            for at in range(count)
        ),
        edges=tuple(
            Edge(
                LinkId(at + 1),
                End(DeviceId(a + 1)),
                End(DeviceId(b + 1)),
                speed[at],
                90,
                load=load[at],
            )
            for at, (a, b) in enumerate(pairs)
        ),
    )


def by_chance(seed: int, most: int = 40) -> Graph:
    """A network of some shape or other: trees, rings, meshes, pieces, parallel links."""
    dice = random.Random(seed)
    count = dice.randint(1, most)
    links = [(at, dice.randrange(at)) for at in range(1, count) if dice.random() < 0.93]
    for _ in range(dice.randint(0, count) if count > 1 else 0):
        a, b = dice.sample(range(count), 2)
        links += [(a, b)] * dice.choice((1, 1, 1, 2))
    dice.shuffle(links)
    speeds = [dice.choice((0, G // 10, G, 10 * G, 100 * G)) for _ in links]
    loads = [
        Load(dice.random() * speed or None, dice.random() * speed or None, LinkState.UP)
        for speed in speeds
    ]
    return graph_of(count, links, speeds=speeds, loads=loads)


def real() -> list[Path]:
    return sorted(TOPOLOGIES.rglob("*.graphml"))


def read(path: Path) -> Graph:
    """A GraphML file as a graph: parallel links stay, links to themselves go."""
    found = nx.read_graphml(path)
    number = {node: at for at, node in enumerate(found.nodes)}
    return graph_of(len(number), [(number[a], number[b]) for a, b, *_ in found.edges if a != b])


def two_ways(graph: Graph) -> nx.MultiGraph:
    """The same for networkx: nodes by their number, edges by their place."""
    web = nx.MultiGraph()
    number = {node.device_id: at for at, node in enumerate(graph.nodes)}
    web.add_nodes_from(range(len(graph.nodes)))
    for at, edge in enumerate(graph.edges):
        web.add_edge(number[edge.a.device_id], number[edge.b.device_id], key=at)
    return web


SEEDS = range(200)
everything = pytest.mark.parametrize(
    "graphs",
    [
        pytest.param(lambda: (by_chance(seed) for seed in SEEDS), id="by chance"),
        pytest.param(lambda: real_graphs(), id="real"),
    ],
)


def real_graphs() -> Iterator[Graph]:
    """Every topology of the folder."""
    files = real()
    if not files:
        pytest.skip("../shared/topologies is not here")
    return (read(path) for path in files)
