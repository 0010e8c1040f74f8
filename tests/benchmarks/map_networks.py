"""The network the map is measured with: sites in a ring, each with cores, aggregation, access."""

from __future__ import annotations

import math
from datetime import UTC, datetime

import numpy as np

from noc_console.services.inventory.model import (
    DeviceId,
    DeviceType,
    LinkId,
    Reachability,
    SiteId,
)
from noc_console.services.topology.model import (
    Edge,
    End,
    Graph,
    LinkState,
    Load,
    Node,
    Place,
    Position,
)

AT = datetime(2026, 3, 1, tzinfo=UTC)
EACH = 125


def network(devices: int) -> tuple[np.ndarray, np.ndarray]:
    """Links and sites: two cores, eight aggregations and access trees a site, sites in a ring."""
    rng = np.random.default_rng(1)
    sites = max(1, devices // EACH)
    links: list[tuple[int, int]] = []
    for site in range(sites):
        first = site * EACH
        core, aggregation = (first, first + 1), range(first + 2, first + 10)
        links.append(core)
        links += [(switch, router) for switch in aggregation for router in core]
        for device in range(first + 10, first + EACH):
            on_ring = device % 5 and rng.random() < 0.5
            links.append((device, device - 1 if on_ring else first + 2 + int(rng.integers(8))))
            if rng.random() < 0.2:
                links.append((device, first + 2 + int(rng.integers(8))))
        links.append((first + 1, (site + 1) % sites * EACH))
    return np.array([link for link in links if link[0] != link[1]]), np.repeat(
        np.arange(sites), EACH
    )


def places_of(links: np.ndarray, sites: np.ndarray) -> np.ndarray:
    """Sites on a grid, devices in a sunflower: quick, and as crowded as a real map."""
    across = math.ceil(math.sqrt((sites.max() + 1) * 16 / 9))
    inside = np.arange(len(sites)) % EACH
    radius, angle = 70 * np.sqrt(inside + 0.5), inside * math.pi * (3 - math.sqrt(5))
    x = sites % across * 2200 + radius * np.cos(angle)
    y = sites // across * 2200 + radius * np.sin(angle)
    return np.column_stack([x, y])


def positions_of(at: np.ndarray) -> dict[DeviceId, Position]:
    return {DeviceId(n + 1): Position(x, y) for n, (x, y) in enumerate(at.tolist())}


def graph_of(links: np.ndarray, sites: np.ndarray) -> Graph:
    rng = np.random.default_rng(2)
    types = list(DeviceType)
    nodes = tuple(
        Node(
            DeviceId(at + 1),
            f"ac{at:05d}.pop{site:03d}",
            types[at % 5],
            site_id=SiteId(int(site) + 1),
            reachability=Reachability.DOWN if rng.random() < 0.01 else Reachability.UP,
        )
        for at, site in enumerate(sites)
    )
    shares = rng.beta(1.6, 4.0, (len(links), 2)) * 10**10
    edges = tuple(
        Edge(
            LinkId(at),
            End(DeviceId(int(a) + 1)),
            End(DeviceId(int(b) + 1)),
            10**10,
            95,
            load=Load(float(ab), float(ba), LinkState.UP, AT),
        )
        for at, ((a, b), (ab, ba)) in enumerate(zip(links, shares, strict=True))
    )
    places = tuple(Place(SiteId(at + 1), f"pop{at:03d}") for at in range(int(sites.max()) + 1))
    return Graph(nodes, edges, places, AT)
