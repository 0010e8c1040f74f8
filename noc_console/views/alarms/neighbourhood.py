"""The part of the network around a device, cut out of the whole. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from math import cos, pi, sin

from noc_console.services.inventory.model import DeviceId
from noc_console.services.topology.model import Graph, Node, Position

HOPS = 2
MOST = 16
NEAR, WIDER, FAR = 84.0, 9.0, 1.75
"""How far from the middle neighbours stand, in map units; how much farther for each beyond six;
and how many times as far what hangs on them."""


def part_of(graph: Graph, device_id: int, *, hops: int = HOPS, most: int = MOST) -> Graph:
    """The device, its neighbours and theirs; of too many the nearest, those in trouble first."""
    nodes = {node.device_id: node for node in graph.nodes}
    middle = DeviceId(device_id)
    if middle not in nodes:
        return Graph()
    beside: dict[DeviceId, list[DeviceId]] = defaultdict(list)
    for edge in graph.edges:
        beside[edge.a.device_id].append(edge.b.device_id)
        beside[edge.b.device_id].append(edge.a.device_id)
    kept: dict[DeviceId, None] = {middle: None}
    ring = [middle]
    for _ in range(hops):
        found = dict.fromkeys(
            near for id in ring for near in beside[id] if near not in kept and near in nodes
        )
        ring = sorted(found, key=lambda id: _order(nodes[id]))[: most - len(kept)]
        kept |= dict.fromkeys(ring)
    edges = tuple(
        edge for edge in graph.edges if edge.a.device_id in kept and edge.b.device_id in kept
    )
    return Graph(tuple(nodes[id] for id in kept), edges, (), graph.at)


def _order(node: Node) -> tuple[int, str]:
    return -int(node.severity), node.name


def places(part: Graph, device_id: int) -> Mapping[DeviceId, Position]:
    """The device in the middle, neighbours around it, what hangs on those behind them."""
    middle = DeviceId(device_id)
    beside: dict[DeviceId, list[DeviceId]] = defaultdict(list)
    for edge in part.edges:
        beside[edge.a.device_id].append(edge.b.device_id)
        beside[edge.b.device_id].append(edge.a.device_id)
    near = list(dict.fromkeys(id for id in beside[middle] if id != middle))
    behind: dict[DeviceId, list[DeviceId]] = {id: [] for id in near}
    seen = {middle, *near}
    for id in near:
        for far in beside[id]:
            if far not in seen:
                seen.add(far)
                behind[id].append(far)
    ring = NEAR + WIDER * max(0, len(near) - 6)
    weights = [max(1, len(behind[id])) for id in near]
    whole = float(sum(weights)) or 1.0
    found = {middle: Position(0.0, 0.0)}
    turn = -pi / 2
    for id, weight in zip(near, weights, strict=True):
        wide = 2 * pi * weight / whole
        found[id] = _at(turn + wide / 2, ring)
        for at, far in enumerate(behind[id]):
            found[far] = _at(turn + wide * (at + 0.5) / len(behind[id]), ring * FAR)
        turn += wide
    return found


def _at(angle: float, far: float) -> Position:
    # Higher than wide, as the pane is.
    return Position(far * 0.75 * cos(angle), far * sin(angle))
