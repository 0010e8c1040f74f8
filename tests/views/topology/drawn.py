"""A small network as plain values, with fixed places."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from noc_console.services.alarms.model import Severity
from noc_console.services.inventory.model import DeviceId, DeviceType, LinkId, Reachability, SiteId
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

AT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
G = 10**9
SITES = {1: "Delft", 2: "Gouda"}


def node(number: int, **more: object) -> Node:
    fields: dict[str, object] = {
        "address": f"192.0.2.{number}",
        "site_id": SiteId(1 + (number > 4)),
        "site": SITES[1 + (number > 4)],
        "reachability": Reachability.UP,
    }
    return Node(DeviceId(number), f"dev-{number}", DeviceType.ROUTER, **(fields | more))  # type: ignore[arg-type]


def edge(
    number: int,
    a: int,
    b: int,
    *,
    speed: int = 10 * G,
    ab: float | None = 0.1,
    ba: float | None = 0.1,
    state: LinkState = LinkState.UP,
    age_s: float = 1.0,
) -> Edge:
    def bps(share: float | None) -> float | None:
        return None if share is None else share * speed

    at = None if ab is None and ba is None else AT - timedelta(seconds=age_s)
    load = Load(bps(ab), bps(ba), state, at)
    return Edge(
        LinkId(number),
        End(DeviceId(a), port=f"xe-{a}"),
        End(DeviceId(b), port=f"xe-{b}"),
        speed,
        95,
        ("lldp",),
        load,
    )


def graph(*, trouble: bool = False, edges: tuple[Edge, ...] | None = None) -> Graph:
    """Eight devices at two sites, each site a square, one link between."""
    nodes = [node(number) for number in range(1, 9)]
    if trouble:
        nodes[1] = node(2, severity=Severity.MAJOR, alarms=2)
        nodes[6] = node(7, reachability=Reachability.DOWN)
    links = edges or (
        edge(1, 1, 2),
        edge(2, 2, 3, ab=0.75),
        edge(3, 3, 4, ab=None, ba=None),
        edge(4, 4, 1, state=LinkState.DOWN if trouble else LinkState.UP),
        edge(5, 5, 6),
        edge(6, 6, 7),
        edge(7, 7, 8),
        edge(8, 8, 5),
        edge(9, 2, 5, speed=100 * G, ab=0.95 if trouble else 0.3),
    )
    places = tuple(Place(SiteId(id), name) for id, name in SITES.items())
    return Graph(tuple(nodes), tuple(links), places, AT)


def places() -> dict[DeviceId, Position]:
    """Two squares of 100 units, 400 apart."""
    square = ((0.0, 0.0), (100.0, 0.0), (100.0, 100.0), (0.0, 100.0))
    return {
        DeviceId(number): Position(
            square[(number - 1) % 4][0] + (400.0 if number > 4 else 0.0),
            square[(number - 1) % 4][1],
        )
        for number in range(1, 9)
    }
