"""Upstream and downstream: what a device or link needs, and what needs it."""

from __future__ import annotations

from collections.abc import Iterable

from noc_console.kernel.text import plural
from noc_console.services.inventory.model import LinkId
from noc_console.services.topology.findings import CutOff, Reach, Upstream
from noc_console.services.topology.rules.weak import Standing, below_all
from noc_console.services.topology.rules.web import NOT_SEEN, Web, distances


def of_device(standing: Standing, node: int) -> Reach:
    """What a device needs on its way to the core, and what loses its way with it."""
    web = standing.web
    is_core = node in standing.core
    lost = below_all(standing, standing.rooted.cut_by(node))
    up, up_links = _upstream(standing, node)
    name = web.nodes[node].name
    customers = standing.customers_cut(node)
    return Reach(
        verdict=_verdict(name, len(lost), customers),
        of=name,
        devices=(web.nodes[node].device_id,),
        upstream=up,
        needed_links=_needed_links(standing, node),
        ways_links=up_links,
        downstream=cut_off(standing, lost),
        downstream_links=_links_in(web, lost),
        customers=customers,
        is_core=is_core,
    )


def of_link(standing: Standing, edge: int) -> Reach:
    """The same of a link: upstream of its end that is nearer to the core."""
    web = standing.web
    far = distances(web.arcs, standing.core)
    upper, lower = sorted((web.a[edge], web.b[edge]), key=far.__getitem__)
    cut = standing.lower_end(edge)
    lost = [] if cut is None else below_all(standing, [cut])
    up, up_links = _upstream(standing, upper)
    name = f"{web.nodes[upper].name} – {web.nodes[lower].name}"
    customers = None if standing.customers is None else 0
    if cut is not None:
        customers = standing.customers_below(cut)
    here = Upstream(
        web.nodes[upper].device_id, web.nodes[upper].name, 0, True, upper in standing.core
    )
    return Reach(
        verdict=_verdict(name, len(lost), customers),
        of=name,
        devices=(web.nodes[upper].device_id, web.nodes[lower].device_id),
        upstream=(here, *up),
        needed_links=_needed_links(standing, upper),
        ways_links=up_links,
        downstream=cut_off(standing, lost),
        downstream_links=_links_in(web, lost),
        customers=customers,
    )


def cut_off(standing: Standing, nodes: Iterable[int]) -> tuple[CutOff, ...]:
    """Devices that lose their way, those with most customers first."""
    found = []
    for node in nodes:
        known = standing.web.nodes[node]
        begin = standing.rooted.begin[node]
        own = None
        if standing.customers is not None:
            own = standing.customers[begin + 1] - standing.customers[begin]
        found.append(CutOff(known.device_id, known.name, known.site, own))
    return tuple(sorted(found, key=lambda one: (-(one.customers or 0), one.name)))


def _upstream(standing: Standing, node: int) -> tuple[tuple[Upstream, ...], tuple[LinkId, ...]]:
    """Every device and link on a shortest way (in hops) to the nearest of the core."""
    web = standing.web
    far = distances(web.arcs, standing.core)
    needed = _needed(standing, node)
    hops, links = {node: 0}, []
    found = [node]
    for here in found:  # grows while it is read
        for other, edge in web.arcs[here]:
            if far[other] == far[here] - 1:
                links.append(web.edges[edge].link_id)
                if other not in hops:
                    hops[other] = hops[here] + 1
                    found.append(other)
    top = frozenset(standing.core)
    ups = tuple(
        Upstream(web.nodes[at].device_id, web.nodes[at].name, hops[at], at in needed, at in top)
        for at in found[1:]
    )
    return ups, tuple(links)


def _needed(standing: Standing, node: int) -> set[int]:
    """Who every way from a node to the core passes: its dominators."""
    walk, found = standing.rooted, set()
    below, above = node, walk.parent[node]
    while above != NOT_SEEN:
        if walk.low[below] >= walk.begin[above]:
            found.add(above)
        below, above = above, walk.parent[above]
    return found


def _needed_links(standing: Standing, node: int) -> tuple[LinkId, ...]:
    walk, found = standing.rooted, []
    at = node
    while walk.parent[at] != NOT_SEEN:
        if walk.is_bridge(at) and walk.by[at] >= 0:
            found.append(standing.web.edges[walk.by[at]].link_id)
        at = walk.parent[at]
    return tuple(found)


def _links_in(web: Web, nodes: Iterable[int]) -> tuple[LinkId, ...]:
    """Every link that ends at one of them."""
    found = {web.edges[edge].link_id for node in nodes for _, edge in web.arcs[node]}
    return tuple(sorted(found))


def _verdict(name: str, lost: int, customers: int | None) -> str:
    if not lost and not customers:
        return f"Nothing else loses its way to the core without {name}."
    text = f"Without {name} {plural(lost, 'device')} would lose the way to the core"
    if customers is None:
        return f"{text}; customers are not known."
    if not customers:
        return f"{text}; no customers are known behind it."
    return f"{text}, {plural(customers, 'customer')} would be cut off."
