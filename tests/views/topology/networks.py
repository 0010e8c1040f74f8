"""Random networks for properties: any number of devices, sites, links, some side by side."""

from __future__ import annotations

from hypothesis import strategies as st

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
from tests.views.topology.drawn import AT, G

Drawn = tuple[Graph, dict[DeviceId, Position]]


@st.composite
def networks(draw: st.DrawFn, *, most: int = 40) -> Drawn:
    count = draw(st.integers(1, most))
    rng = draw(st.randoms(use_true_random=False))
    nodes = tuple(
        Node(
            DeviceId(number),
            f"dev-{number}",
            rng.choice(list(DeviceType)),
            site_id=SiteId(rng.randint(1, 3)) if rng.random() < 0.8 else None,
            reachability=rng.choice(list(Reachability)),
            severity=Severity(rng.choice([0, 0, 0, 2, 3, 4, 5])),
        )
        for number in range(1, count + 1)
    )
    edges = tuple(
        Edge(
            LinkId(number),
            End(DeviceId(rng.randint(1, count))),
            End(DeviceId(rng.randint(1, count))),
            rng.choice([G, 10 * G, 100 * G]),
            90,
            load=Load(rng.random() * G, rng.random() * G, rng.choice(list(LinkState)), AT),
        )
        for number in range(draw(st.integers(0, 2 * most)))
    )
    edges = tuple(edge for edge in edges if edge.a.device_id != edge.b.device_id)
    places = {
        node.device_id: Position(rng.uniform(-900, 900), rng.uniform(-500, 500)) for node in nodes
    }
    sites = tuple(Place(SiteId(number), f"site {number}") for number in (1, 2, 3))
    return Graph(nodes, edges, sites, AT), places
