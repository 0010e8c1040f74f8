"""When a map may still be laid out as a whole, and when it belongs to whoever reads it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

import numpy as np

from noc_console.services.inventory.model import DeviceId, DeviceType
from noc_console.services.topology.model import Graph, Position, Settled
from noc_console.services.topology.rules.layout import Problem
from noc_console.services.topology.rules.stress import Points

FRESH = timedelta(minutes=10)
GROWTH = 1.15
ROLES = {
    DeviceType.ROUTER: 0,
    DeviceType.FIREWALL: 1,
    DeviceType.SWITCH: 1,
    DeviceType.OLT: 2,
    DeviceType.SERVER: 3,
    DeviceType.POWER: 3,
    DeviceType.WIRELESS: 3,
}
"""How high a device of a type may stand when the core is on top."""


def is_still_growing(graph: Graph, settled: Settled, now: datetime) -> bool:
    """Whether the whole map may be drawn anew without anybody having asked.

    Only while a first discovery fills it: it is young, nobody has touched it, and it
    grew by a good part since. Ever after, newcomers find a seat and nobody moves.
    """
    if settled.touched:
        return False
    if settled.at is None:
        return True
    if now - settled.at > FRESH:
        return False
    grown = len(graph.nodes) > settled.devices * GROWTH
    return grown or len(graph.edges) > settled.links * GROWTH


def problem(graph: Graph) -> Problem:
    """The graph as numbers, nodes in the order of the graph."""
    number = {node.device_id: at for at, node in enumerate(graph.nodes)}
    edges = [(number[edge.a.device_id], number[edge.b.device_id]) for edge in graph.edges]
    return Problem(
        count=len(graph.nodes),
        edges=np.array(edges, np.int64).reshape(-1, 2),
        groups=np.array(
            [-1 if node.site_id is None else node.site_id for node in graph.nodes], np.int64
        ),
        roles=np.array([ROLES.get(node.type, 2) for node in graph.nodes], np.int64),
    )


def points(graph: Graph, places: Mapping[DeviceId, Position]) -> Points:
    """Known positions in the order of the graph, (0, 0) for the others."""
    known = [places.get(node.device_id) for node in graph.nodes]
    return np.array(
        [(0.0, 0.0) if place is None else (place.x, place.y) for place in known], np.float64
    ).reshape(-1, 2)


def fit_to_pinned(
    fresh: Points, old: Points, pinned: np.ndarray[tuple[int], np.dtype[np.bool_]]
) -> Points:
    """A new layout, shifted so that the pinned devices are as near as can be to where they stay.

    The pinned themselves do not move at all.
    """
    if not pinned.any():
        return fresh
    moved = fresh + (old[pinned] - fresh[pinned]).mean(0)
    moved[pinned] = old[pinned]
    return np.asarray(moved)
