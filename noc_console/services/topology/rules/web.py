"""The network as numbers, for whoever walks through it. Nodes in the order of the graph."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from noc_console.services.inventory.model import DeviceId, DeviceType, LinkId
from noc_console.services.topology.model import Edge, Graph, LinkState, Node

Arcs = list[list[tuple[int, int]]]
"""For each node who it has a link to, and by which link: (node, edge)."""
NOT_SEEN = -1


@dataclass(frozen=True, slots=True)
class Web:
    """The links that carry something. Parallel links stay apart, a link to itself is none."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    number: dict[DeviceId, int]
    link: dict[LinkId, int]
    a: list[int]
    b: list[int]
    arcs: Arcs

    @property
    def count(self) -> int:
        return len(self.nodes)

    def other(self, edge: int, node: int) -> int:
        """The far end of a link."""
        return self.b[edge] if self.a[edge] == node else self.a[edge]


def spin(graph: Graph, *, with_down: bool = False) -> Web:
    """The web of a graph; a link that is down carries nothing unless asked for."""
    number = {node.device_id: at for at, node in enumerate(graph.nodes)}
    edges = tuple(
        edge
        for edge in _single(graph.edges)
        if edge.a.device_id != edge.b.device_id
        and (with_down or edge.load.state is not LinkState.DOWN)
    )
    a = [number[edge.a.device_id] for edge in edges]
    b = [number[edge.b.device_id] for edge in edges]
    arcs: Arcs = [[] for _ in graph.nodes]
    for at, (one, other) in enumerate(zip(a, b, strict=True)):
        arcs[one].append((other, at))
        arcs[other].append((one, at))
    link = {edge.link_id: at for at, edge in enumerate(edges)}
    return Web(graph.nodes, edges, number, link, a, b, arcs)


def _single(edges: Iterable[Edge]) -> Iterator[Edge]:
    """The links themselves where a bundle stands for them."""
    for edge in edges:
        if edge.parts:
            yield from edge.parts
        else:
            yield edge


def components(
    arcs: Arcs, *, without: Collection[int] = (), cut: Collection[int] = ()
) -> list[list[int]]:
    """The parts of the network, the largest first; nodes and edges may be left out."""
    part_of = [NOT_SEEN] * len(arcs)
    for gone in without:
        part_of[gone] = len(arcs)
    parts: list[list[int]] = []
    for start in range(len(arcs)):
        if part_of[start] == NOT_SEEN:
            parts.append(_flood(arcs, start, part_of, len(parts), cut))
    return sorted(parts, key=lambda part: (-len(part), part[0]))


def _flood(
    arcs: Arcs, start: int, part_of: list[int], part: int, cut: Collection[int]
) -> list[int]:
    part_of[start] = part
    found = [start]
    for node in found:  # grows while it is read
        for other, edge in arcs[node]:
            if part_of[other] == NOT_SEEN and edge not in cut:
                part_of[other] = part
                found.append(other)
    return sorted(found)


def distances(arcs: Arcs, starts: Iterable[int]) -> list[int]:
    """Hops from the nearest of the starts; -1 for who has no way."""
    far = [NOT_SEEN] * len(arcs)
    found = []
    for start in starts:
        if far[start] == NOT_SEEN:
            far[start] = 0
            found.append(start)
    for node in found:  # grows while it is read
        step = far[node] + 1
        for other, _ in arcs[node]:
            if far[other] == NOT_SEEN:
                far[other] = step
                found.append(other)
    return far


def core(web: Web) -> list[int]:
    """What everything else wants a way to.

    Routers with a link to another site are the backbone; in a part of the network without
    one it is its routers. Where these are half of all devices or more nobody stands above
    the others, and where there are none nobody is known to: the device with the most links.
    """
    backbone = _backbone(web)
    chosen: list[int] = []
    for part in components(web.arcs):
        above = [node for node in part if node in backbone]
        above = above or [node for node in part if _is_router(web.nodes[node])]
        if not 0 < 2 * len(above) < len(part):
            above = [max(part, key=lambda node: (len(web.arcs[node]), -node))]
        chosen += above
    return sorted(chosen)


def _backbone(web: Web) -> set[int]:
    found: set[int] = set()
    for one, other in zip(web.a, web.b, strict=True):
        here, there = web.nodes[one], web.nodes[other]
        if here.site_id != there.site_id and here.site_id and there.site_id:
            found.update(at for at in (one, other) if _is_router(web.nodes[at]))
    return found


def _is_router(node: Node) -> bool:
    return node.type is DeviceType.ROUTER
