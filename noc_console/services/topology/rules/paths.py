"""Ways through the network."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import networkx

from noc_console.services.inventory.model import DeviceId, LinkId
from noc_console.services.topology.model import Edge, Graph, LinkState


def shortest(graph: Graph, start: DeviceId, goal: DeviceId) -> tuple[LinkId, ...]:
    """The links of the way with the fewest hops that is not down; empty when there is none."""
    # networkx takes as long to import as a command line may take to answer.
    import networkx as nx

    web = _web(edge for edge in graph.edges if edge.load.state is not LinkState.DOWN)
    if start not in web or goal not in web or not nx.has_path(web, start, goal):
        return ()
    hops = nx.shortest_path(web, start, goal)
    return tuple(web.edges[pair]["link"] for pair in itertools.pairwise(hops))


def islands(graph: Graph) -> tuple[frozenset[DeviceId], ...]:
    """Parts of the network without a link between them, the largest first."""
    # For the same reason as in `shortest`.
    import networkx as nx

    web = _web(graph.edges)
    web.add_nodes_from(node.device_id for node in graph.nodes)
    parts = sorted(nx.connected_components(web), key=lambda part: (-len(part), min(part)))
    return tuple(frozenset(part) for part in parts)


def _web(edges: Iterable[Edge]) -> networkx.Graph:
    """One line per pair of devices: of parallel links the fastest."""
    # For the same reason as in `shortest`.
    import networkx as nx

    web = nx.Graph()
    for edge in edges:
        pair = (edge.a.device_id, edge.b.device_id)
        if not web.has_edge(*pair) or web.edges[pair]["speed"] < edge.speed_bps:
            web.add_edge(*pair, link=edge.link_id, speed=edge.speed_bps)
    return web
