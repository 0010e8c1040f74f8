"""Who belongs together, where nobody said so: by the links alone."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from noc_console.services.topology.rules.stress import Pairs


def with_neighbours(
    count: int, edges: Pairs, groups: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """A group for everyone: nodes without a site go with their neighbours, loners nowhere."""
    groups = groups.copy() if len(groups) else np.full(count, -1)
    for _ in range(8):
        asking = groups[edges] < 0
        one_sided = asking.any(1) & ~asking.all(1)
        if not one_sided.any():
            break
        pairs = np.where(asking[one_sided][:, :1], edges[one_sided], edges[one_sided][:, ::-1])
        # Reversed, so that the first neighbour of a node is the one that stays.
        groups[pairs[::-1, 0]] = groups[pairs[::-1, 1]]
    degree = np.bincount(edges.ravel(), minlength=count)
    strays = (groups < 0) & (degree == 0)
    homeless = np.flatnonzero((groups < 0) & ~strays)
    if len(homeless):
        inside = _between(edges, homeless, count)
        # networkx takes as long to import as a command line may take to answer.
        import networkx as nx

        graph = nx.Graph()
        graph.add_nodes_from(range(len(homeless)))
        graph.add_edges_from(inside.tolist())
        start = int(groups.max()) + 1
        for at, island in enumerate(nx.connected_components(graph)):
            groups[homeless[sorted(island)]] = start + at
    return groups, strays


def communities(count: int, edges: Pairs, largest: int) -> NDArray[np.int64]:
    """Nodes that hang together closely, for groups too large to draw at once."""
    # networkx takes as long to import as a command line may take to answer.
    import networkx as nx

    graph = nx.Graph()
    graph.add_nodes_from(range(count))
    graph.add_edges_from(edges.tolist())
    labels = np.zeros(count, np.int64)
    found = nx.community.louvain_communities(graph, seed=1, resolution=1.0)
    ordered = sorted((sorted(part) for part in found), key=lambda part: (-len(part), part[0]))
    pieces = [piece for part in ordered for piece in _pieces(part, largest)]
    for label, part in enumerate(pieces):
        labels[part] = label
    return labels


def _pieces(part: list[int], largest: int) -> Iterator[list[int]]:
    """A community, cut where it is still too large."""
    for start in range(0, len(part), largest):
        yield part[start : start + largest]


def _between(edges: Pairs, members: NDArray[np.int64], count: int) -> Pairs:
    """The edges with both ends among the members, numbered as these are."""
    number = np.full(count, -1, np.int64)
    number[members] = np.arange(len(members))
    renamed = number[edges]
    return np.asarray(renamed[(renamed >= 0).all(1)])
