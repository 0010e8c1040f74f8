"""What of the network can be shown as one: regions, sites, rings, trees, leaves.

A group's key is `kind:number`, the number being its site's, its head's or its lowest member's
id: the same group has the same key tomorrow. Sources of other kinds (splitters) join by a
function in `FINDERS` and their place in `KINDS`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from noc_console.services.inventory.model import DeviceId, DeviceType
from noc_console.services.topology.model import Graph, Node

Ints = NDArray[np.int64]

KINDS = ("region", "site", "ring", "tree", "splitter", "leaves")
"""The larger first: a device goes with the first of its groups that is collapsed."""
LEAST_LEAVES = 3
"""Fewer devices behind one are no group."""
LEAST_RING = 2
_AGGREGATING = frozenset({DeviceType.ROUTER, DeviceType.SWITCH, DeviceType.OLT})


@dataclass(frozen=True, slots=True)
class Group:
    """Devices that can be shown as one."""

    key: str
    name: str
    members: tuple[int, ...]
    """Places in the graph's nodes."""

    @property
    def kind(self) -> str:
        return self.key.partition(":")[0]

    @property
    def rank(self) -> int:
        """The larger kind first."""
        return KINDS.index(self.kind)


def groups(graph: Graph, kinds: Collection[str] = KINDS) -> tuple[Group, ...]:
    """Every group of these kinds, the larger kinds first."""
    web = _Web(graph)
    return tuple(
        group for kind in KINDS if kind in kinds and kind in FINDERS for group in FINDERS[kind](web)
    )


def holding(graph: Graph, known: Iterable[Group], devices: Collection[int]) -> tuple[Group, ...]:
    """The groups all of these devices are in, the smallest first."""
    number = {int(node.device_id): at for at, node in enumerate(graph.nodes)}
    wanted = {number[device] for device in devices if device in number}
    if not wanted:
        return ()
    held = [group for group in known if wanted.issubset(group.members)]
    return tuple(sorted(held, key=lambda group: (len(group.members), -group.rank)))


class _Web:
    """A graph as arrays: who hangs on whom."""

    def __init__(self, graph: Graph) -> None:
        self.nodes: Sequence[Node] = graph.nodes
        number = {node.device_id: at for at, node in enumerate(graph.nodes)}
        ends = np.array(
            [(number[edge.a.device_id], number[edge.b.device_id]) for edge in graph.edges],
            np.int64,
        ).reshape(-1, 2)
        ends = np.sort(ends[ends[:, 0] != ends[:, 1]], axis=1)
        # Parallel links lead to one neighbour.
        pairs = np.unique(ends, axis=0) if len(ends) else ends
        both = np.concatenate([pairs, pairs[:, ::-1]])
        both = both[np.argsort(both[:, 0], kind="stable")]
        self.degree: Ints = np.bincount(both[:, 0], minlength=len(graph.nodes))
        self._first: list[int] = np.concatenate([[0], np.cumsum(self.degree)]).tolist()
        self._near: list[int] = both[:, 1].tolist()
        self.places = graph.places

    def near(self, at: int) -> list[int]:
        """A node's neighbours, each once."""
        return self._near[self._first[at] : self._first[at + 1]]

    def id(self, at: int) -> DeviceId:
        return self.nodes[at].device_id


def _sites(web: _Web) -> Iterator[Group]:
    members: dict[int, list[int]] = defaultdict(list)
    for at, node in enumerate(web.nodes):
        if node.site_id is not None:
            members[int(node.site_id)].append(at)
    names = {int(place.site_id): place.name for place in web.places}
    for site, some in members.items():
        if len(some) > 1:
            yield Group(f"site:{site}", names.get(site, web.nodes[some[0]].site), tuple(some))


def _regions(web: _Web) -> Iterator[Group]:
    """Sites whose names begin alike before the first comma: `Delft, Hoofdstraat 1`."""
    sites: dict[str, list[int]] = defaultdict(list)
    for place in web.places:
        region, comma, _ = place.name.partition(",")
        if comma and region.strip():
            sites[region.strip()].append(int(place.site_id))
    members: dict[int, list[int]] = defaultdict(list)
    for at, node in enumerate(web.nodes):
        if node.site_id is not None:
            members[int(node.site_id)].append(at)
    for region, numbers in sites.items():
        some = sorted(at for number in numbers for at in members[number])
        if len(numbers) > 1 and len(some) > 1:
            yield Group(f"region:{min(numbers)}", region, tuple(some))


def _rings(web: _Web) -> Iterator[Group]:
    """Chains of devices with two neighbours each, between two others or back to the same one."""
    on_chain = web.degree == 2
    seen = np.zeros(len(web.nodes), bool)
    for start in np.flatnonzero(on_chain).tolist():
        if seen[start]:
            continue
        chain, anchors = _chain(web, start, on_chain, seen)
        # Two ways out make it a ring: a chain to nowhere would be a tree.
        if len(chain) >= LEAST_RING and len(anchors) == 2 and _may_anchor(web, anchors):
            lowest = min(web.id(at) for at in chain)
            between = " – ".join(sorted({web.nodes[at].name for at in anchors}))
            yield Group(f"ring:{lowest}", f"Ring {between}", tuple(sorted(chain)))


def _chain(
    web: _Web, start: int, on_chain: NDArray[np.bool_], seen: NDArray[np.bool_]
) -> tuple[list[int], list[int]]:
    """All of a chain, and who stands at its ends (twice the same for a loop)."""
    seen[start] = True
    chain, anchors = [start], []
    for way in web.near(start):
        before, at = start, way
        while on_chain[at] and not seen[at]:
            seen[at] = True
            chain.append(at)
            one, other = web.near(at)
            before, at = at, (other if one == before else one)
        if not on_chain[at]:
            anchors.append(at)
    return chain, anchors


def _may_anchor(web: _Web, anchors: Iterable[int]) -> bool:
    return all(web.nodes[at].type in _AGGREGATING and web.degree[at] > 2 for at in anchors)


def _trees(web: _Web) -> Iterator[Group]:
    """An OLT, and what is reached through nobody but it."""
    heads = [at for at, node in enumerate(web.nodes) if node.type is DeviceType.OLT]
    if not heads:
        return
    walk = _walk(web)
    for at in heads:
        if behind := walk.behind(at):
            yield Group(f"tree:{web.id(at)}", web.nodes[at].name, (at, *sorted(behind)))


@dataclass(frozen=True, slots=True)
class _Walk:
    """One depth-first walk from the core outwards (Tarjan 1972)."""

    order: list[int]
    """Devices as they were met: a device and all below it stand together."""
    place: list[int]
    size: list[int]
    """How many stand below a device, itself included."""
    low: list[int]
    """The earliest place reached from below a device without passing it."""
    parent: list[int]
    children: list[list[int]]

    def behind(self, head: int) -> list[int]:
        """Who is cut off when the head is gone."""
        return [
            at
            for child in self.children[head]
            if self.low[child] >= self.place[head]
            for at in self.order[self.place[child] : self.place[child] + self.size[child]]
        ]


def _walk(web: _Web) -> _Walk:
    count = len(web.nodes)
    walk = _Walk([], [-1] * count, [1] * count, [0] * count, [-1] * count, [[] for _ in web.nodes])
    for root in _roots(web):
        if walk.place[root] < 0:
            _walk_from(web, walk, root)
    return walk


def _roots(web: _Web) -> list[int]:
    """Routers with many neighbours first: what lies away from them is behind."""
    is_router = np.array([node.type is DeviceType.ROUTER for node in web.nodes], bool)
    is_olt = np.array([node.type is DeviceType.OLT for node in web.nodes], bool)
    found: list[int] = np.lexsort((-web.degree, is_olt, ~is_router)).tolist()
    return found


def _walk_from(web: _Web, walk: _Walk, root: int) -> None:
    _meet(walk, root)
    stack = [(root, iter(web.near(root)))]
    while stack:
        at, ways = stack[-1]
        for way in ways:
            if walk.place[way] < 0:
                walk.parent[way] = at
                walk.children[at].append(way)
                _meet(walk, way)
                stack.append((way, iter(web.near(way))))
                break
            if way != walk.parent[at]:
                walk.low[at] = min(walk.low[at], walk.place[way])
        else:
            stack.pop()
            if stack:
                above = stack[-1][0]
                walk.low[above] = min(walk.low[above], walk.low[at])
                walk.size[above] += walk.size[at]


def _meet(walk: _Walk, at: int) -> None:
    walk.place[at] = walk.low[at] = len(walk.order)
    walk.order.append(at)


def _leaves(web: _Web) -> Iterator[Group]:
    """Devices with one neighbour, by that neighbour."""
    hanging: dict[int, list[int]] = defaultdict(list)
    for at in np.flatnonzero(web.degree == 1).tolist():
        hanging[web.near(at)[0]].append(at)
    for head, some in hanging.items():
        if len(some) >= LEAST_LEAVES:
            yield Group(f"leaves:{web.id(head)}", f"Behind {web.nodes[head].name}", tuple(some))


FINDERS: dict[str, Callable[[_Web], Iterator[Group]]] = {
    "region": _regions,
    "site": _sites,
    "ring": _rings,
    "tree": _trees,
    "leaves": _leaves,
}
