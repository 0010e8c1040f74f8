"""Where one failure hurts: devices by criticality, and links nothing can stand in for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from noc_console.services.inventory.model import DeviceId, DeviceType
from noc_console.services.topology.findings import WeakLink, WeakPoint, WeakPoints
from noc_console.services.topology.rules.between import Betweenness, betweenness
from noc_console.services.topology.rules.walks import Walk, rooted, walk
from noc_console.services.topology.rules.web import NOT_SEEN, Web, core

CORE_ROUTER = 1.0
WEIGHTS = {
    DeviceType.ROUTER: 0.8,
    DeviceType.SWITCH: 0.6,
    DeviceType.OLT: 0.6,
    DeviceType.WIRELESS: 0.4,
}
OTHER = 0.5
"""What a device is worth by its part: a router of the core 1, another 0.8, access 0.6…"""


@dataclass(frozen=True, slots=True)
class Standing:
    """A network seen from its core: who loses what when something fails."""

    web: Web
    core: tuple[int, ...]
    plain: Walk
    rooted: Walk
    customers: tuple[int, ...] | None
    """Customers met up to each moment of the rooted walk; None when nothing is known."""

    def devices_cut(self, node: int) -> int:
        """Devices that lose their way to the core with this one, itself not counted."""
        return sum(self.rooted.size(below) for below in self.rooted.cut_by(node))

    def customers_cut(self, node: int) -> int | None:
        """Customers that are cut off with a device, its own included."""
        if self.customers is None:
            return None
        begin = self.rooted.begin[node]
        own = self.customers[begin + 1] - self.customers[begin]
        return own + sum(self._customers_of(below) for below in self.rooted.cut_by(node))

    def customers_below(self, node: int) -> int | None:
        """Customers of a whole branch of the rooted walk."""
        return None if self.customers is None else self._customers_of(node)

    def _customers_of(self, node: int) -> int:
        assert self.customers is not None
        return self.customers[self.rooted.end[node]] - self.customers[self.rooted.begin[node]]

    def lower_end(self, edge: int) -> int | None:
        """The end of a link that is cut off from the core with it, or None."""
        for node in (self.web.a[edge], self.web.b[edge]):
            if self.rooted.by[node] == edge and self.rooted.is_bridge(node):
                return node
        return None


def stand(web: Web, customers: Mapping[DeviceId, int] | None) -> Standing:
    """Walk through the network twice: from anywhere, and from its core."""
    top = core(web)
    seen = rooted(web.arcs, top)
    counts: tuple[int, ...] | None = None
    if customers is not None:
        own = [0] + [
            0 if node == web.count else customers.get(web.nodes[node].device_id, 0)
            for node in seen.order
        ]
        counts = tuple(accumulate(own))
    return Standing(web, tuple(top), walk(web.arcs), seen, counts)


def weak_points(standing: Standing) -> WeakPoints:
    """Every device by its criticality, every bridge by what hangs on it."""
    web = standing.web
    between = betweenness(web.arcs, standing.plain)
    top = frozenset(standing.core)
    devices = [_weak_point(standing, node, between, node in top) for node in range(web.count)]
    devices.sort(key=lambda one: (-one.criticality, -one.cuts, one.name))
    links = _weak_links(standing)
    return WeakPoints(
        devices=tuple(devices),
        links=links,
        articulations=sum(one.is_articulation for one in devices),
        bridges=len(links),
        core=tuple(web.nodes[node].name for node in standing.core),
        is_estimate=between.is_estimate,
    )


def _weak_point(standing: Standing, node: int, between: Betweenness, is_core: bool) -> WeakPoint:
    known = standing.web.nodes[node]
    parts = standing.plain.parts_without(node)
    degree = len({other for other, _ in standing.web.arcs[node]})
    near = degree / max(1, standing.web.count - 1)
    customers = standing.customers_cut(node)
    return WeakPoint(
        device_id=known.device_id,
        name=known.name,
        criticality=round(
            criticality(degree, parts, customers, worth(known.type, is_core=is_core)), 4
        ),
        centrality=round(centrality(parts > 1, float(between.shares[node]), near), 4),
        is_articulation=parts > 1,
        parts=parts,
        cuts=standing.devices_cut(node),
        customers=customers,
        degree=degree,
    )


def _weak_links(standing: Standing) -> tuple[WeakLink, ...]:
    web, found = standing.web, []
    for below in standing.plain.bridges():
        edge = standing.plain.by[below]
        link = web.edges[edge]
        lower = standing.lower_end(edge)
        found.append(
            WeakLink(
                link_id=link.link_id,
                a_id=link.a.device_id,
                a=web.nodes[web.a[edge]].name,
                b_id=link.b.device_id,
                b=web.nodes[web.b[edge]].name,
                cuts=0 if lower is None else standing.rooted.size(lower),
                customers=_lost_with(standing, lower),
            )
        )
    return tuple(sorted(found, key=lambda one: (-one.cuts, -(one.customers or 0), one.a, one.b)))


def _lost_with(standing: Standing, lower: int | None) -> int | None:
    if standing.customers is None:
        return None
    return 0 if lower is None else standing.customers_below(lower)


def worth(type: DeviceType, *, is_core: bool) -> float:
    """How much a device matters by the part it plays."""
    if is_core and type is DeviceType.ROUTER:
        return CORE_ROUTER
    return WEIGHTS.get(type, OTHER)


def criticality(degree: int, parts: int, customers: int | None, weight: float) -> float:
    """How much depends on a device, 0–1: the figure the map shows.

    0.3·min(degree/10, 1) + 0.5·min(0.3·(parts−1) + 0.01·customers, 1) + 0.2·weight: it knows
    the parts the network falls into and the customers cut off, and is exact at any size.
    Customers nobody knows of count as none; a device that is alone leaves no part, not less.
    """
    cut = 0.3 * max(0, parts - 1) + 0.01 * (customers or 0)
    return 0.3 * min(degree / 10, 1.0) + 0.5 * min(cut, 1.0) + 0.2 * weight


def centrality(is_articulation: bool, between: float, degree: float) -> float:
    """A second opinion, 0–1, that knows only the shape of the network.

    0.5·articulation + 0.3·betweenness + 0.2·degree centrality, both normalised as Freeman
    (Social Networks 1, 1978) has them.
    """
    return 0.5 * is_articulation + 0.3 * between + 0.2 * degree


def below_all(standing: Standing, nodes: Sequence[int]) -> list[int]:
    """The nodes themselves and everything in their branches, in the order of the graph."""
    found: set[int] = set()
    for node in nodes:
        found.update(standing.rooted.branch(node))
    found.discard(standing.web.count)
    found.discard(NOT_SEEN)
    return sorted(found)
