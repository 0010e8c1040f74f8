"""The network as a whole: how many failures it stands, how healthy it is, what to do."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Sequence

from noc_console.kernel.text import plural
from noc_console.services.inventory.model import LinkId
from noc_console.services.topology.findings import BUSY, Connectivity, Deduction, Health
from noc_console.services.topology.rules.walks import Walk, walk
from noc_console.services.topology.rules.weak import Standing
from noc_console.services.topology.rules.web import NOT_SEEN, Arcs, Web, components, distances

LOOKED_AT = 400
"""Devices up to which pairs of failing devices are tried."""
MOST_STEPS = 250_000
"""Devices met in searches after which the diameter found so far has to do."""
LEAST_LOOKS = 10
LABELS = ((90, "excellent"), (70, "good"), (50, "fair"))
SEED = 8


def health_of(standing: Standing) -> Health:
    """Everything about the network as a whole."""
    web, plain = standing.web, standing.plain
    parts = components(web.arcs)
    articulations = sum(plain.is_articulation(node) for node in range(web.count))
    bridges = len(plain.bridges())
    by_edges = edge_connectivity(web.arcs, plain, len(parts))
    by_nodes = node_connectivity(web.arcs, plain, len(parts), by_edges)
    congested = congested_links(web)
    resilient = resilience(by_nodes.count, by_edges.count, articulations + bridges, web)
    points = deductions(by_nodes.count, len(parts), articulations / max(1, web.count), congested)
    return Health(
        health=health(points),
        label=label(health(points)),
        deductions=points,
        resilience=round(resilient, 4),
        advice=advice(resilient, articulations, web.count, parts, bridges, congested),
        devices=web.count,
        links=len(web.edges),
        components=len(parts),
        density=round(density(web.count, len({*map(_pair, web.a, web.b)})), 6),
        node_connectivity=by_nodes,
        edge_connectivity=by_edges,
        diameter=diameter(web.arcs, parts[0]) if parts else None,
        articulations=articulations,
        bridges=bridges,
        congested=congested,
        alone=tuple(web.nodes[node].device_id for part in parts[1:] for node in part),
    )


def _pair(one: int, other: int) -> tuple[int, int]:
    return (one, other) if one < other else (other, one)


def density(nodes: int, edges: int) -> float:
    """2E/(N(N−1)): 1 when everybody has a link to everybody. Parallel links count once."""
    return 0.0 if nodes < 2 else 2 * edges / (nodes * (nodes - 1))


def congested_links(web: Web) -> tuple[LinkId, ...]:
    """Links that are busier than 80 % in one direction, the busiest first."""
    busy = [
        (share, edge.link_id)
        for edge in web.edges
        if (share := max(edge.ab_share or 0.0, edge.ba_share or 0.0)) > BUSY
    ]
    return tuple(link for _, link in sorted(busy, key=lambda each: (-each[0], each[1])))


def edge_connectivity(arcs: Arcs, plain: Walk, parts: int) -> Connectivity:
    """How many links must fail until the network falls apart: 0, 1, 2, or at least 3.

    A link of the walk is covered by those that lead back over it. Give each of these a random
    number and each link of the walk the XOR of what covers it: two links that cut together
    bear the same (Pritchard & Thurimella, ACM Trans. Algorithms 7(4), 2011). That two others
    do by chance happens once in 2^64 / pairs.
    """
    if parts != 1 or len(arcs) < 2:
        return Connectivity(0)
    if any(plain.is_bridge(node) for node in plain.order):
        return Connectivity(1)
    repeated = Counter(_covers(arcs, plain)).most_common(1)[0][1]
    return Connectivity(2) if repeated > 1 else Connectivity(3, is_least=True)


def _covers(arcs: Arcs, plain: Walk) -> list[int]:
    """The random number of every link."""
    dice = random.Random(SEED)
    over = [0] * len(arcs)
    numbers = []
    for node in plain.order:
        for other, edge in arcs[node]:
            is_back = plain.begin[other] < plain.begin[node] and plain.by[node] != edge
            if is_back:
                number = dice.getrandbits(64)
                over[node] ^= number
                over[other] ^= number
                numbers.append(number)
    for node in reversed(plain.order):
        if plain.parent[node] != NOT_SEEN:
            over[plain.parent[node]] ^= over[node]
            numbers.append(over[node])
    return numbers


def node_connectivity(arcs: Arcs, plain: Walk, parts: int, by_edges: Connectivity) -> Connectivity:
    """How many devices must fail until the network falls apart: 0, 1, 2, or at least 3.

    Never more than links (Whitney 1932). Where no two links cut, pairs of devices are tried
    up to some hundred; a larger network stands one failure, and perhaps two.
    """
    if parts != 1 or len(arcs) < 2:
        return Connectivity(0)
    if len(arcs) == 2 or any(plain.is_articulation(node) for node in plain.order):
        return Connectivity(1)
    if len(arcs) == 3 or by_edges.count <= 2:
        return Connectivity(2)
    if len(arcs) > LOOKED_AT:
        return Connectivity(2, is_least=True)
    for gone in range(len(arcs)):
        rest = _without(arcs, gone)
        start = 0 if gone else 1
        found = walk(rest, [start])
        if any(found.is_articulation(node) for node in found.order):
            return Connectivity(2)
    return Connectivity(3, is_least=len(arcs) > 4)


def _without(arcs: Arcs, gone: int) -> Arcs:
    return [
        [] if node == gone else [arc for arc in each if arc[0] != gone]
        for node, each in enumerate(arcs)
    ]


def diameter(arcs: Arcs, part: Sequence[int]) -> Connectivity | None:
    """The longest of all shortest ways in a part, in hops.

    By bounds (Takes & Kosters, CIKM 2011): each search narrows what every node's farthest
    may be, and a handful of searches mostly settles it.
    """
    if len(part) < 2:
        return None
    low = dict.fromkeys(part, 0)
    high = dict.fromkeys(part, len(part))
    best, left, take_high = 0, set(part), True
    for _ in range(max(LEAST_LOOKS, MOST_STEPS // len(part))):
        node = max(left, key=high.__getitem__) if take_high else min(left, key=low.__getitem__)
        take_high = not take_high
        far = distances(arcs, [node])
        reach = max(far[each] for each in part)
        best = max(best, reach)
        for each in left:
            low[each] = max(low[each], reach - far[each], far[each])
            high[each] = min(high[each], reach + far[each])
        left = {each for each in left if each != node and high[each] > best}
        if not left:
            return Connectivity(best)
    return Connectivity(best, is_least=True)


def resilience(nodes: int, edges: int, critical: int, web: Web) -> float:
    """How well the network stands failures.

    0.6·[0.3·min(node connectivity/3, 1) + 0.2·min(edge connectivity/3, 1)]
    + 0.4·max(0, 1 − (critical devices + critical links)/(N + E)), where articulation points
    and bridges are critical. As given its weights add up to 0.7: that is the best there is.
    """
    holds = 0.3 * min(nodes / 3, 1.0) + 0.2 * min(edges / 3, 1.0)
    size = web.count + len(web.edges)
    return 0.6 * holds + (0.4 * max(0.0, 1 - critical / size) if size else 0.0)


def deductions(
    connectivity: int, parts: int, critical_share: float, congested: Sequence[LinkId]
) -> tuple[Deduction, ...]:
    """What costs health. A network in pieces is not connected twice as well: both count."""
    found = []
    if parts > 1:
        found.append(Deduction(f"The network is in {parts} parts", 30))
    if connectivity < 2:
        found.append(Deduction("One device can cut off others", 20))
    if critical_share > 0.1:
        text = f"{critical_share * 100:.0f} % of the devices cut off others: 10 % is much"
        found.append(Deduction(text, 15))
    if congested:
        points = min(25, 5 * len(congested))
        verb = "is" if len(congested) == 1 else "are"
        found.append(Deduction(f"{plural(len(congested), 'link')} {verb} busier than 80 %", points))
    return tuple(found)


def health(points: Iterable[Deduction]) -> int:
    """100 less every deduction, never below 0.

    Node connectivity below 2 costs 20, more than one part 30, more than 10 % articulation
    points 15, each link above 80 % load 5, at most 25.
    """
    return max(0, 100 - sum(each.points for each in points))


def label(health: int) -> str:
    """From 90 excellent, 70 good, 50 fair; else poor."""
    return next((word for least, word in LABELS if health >= least), "poor")


def advice(
    resilience: float,
    articulations: int,
    devices: int,
    parts: Sequence[Sequence[int]],
    bridges: int,
    congested: Sequence[LinkId],
) -> tuple[str, ...]:
    """What to do, the most urgent first.

    Where the source of the formulas asks for a density above 0.3 we stay silent: a network of
    a hundred devices would need 1,485 links for it.
    """
    found = []
    if len(parts) > 1:
        away = sum(len(part) for part in parts[1:])
        noun = "device has" if away == 1 else "devices have"
        found.append(f"{away:,} {noun} no way to the largest part: find the missing links.")
    if articulations > 0.2 * devices:
        found.append(
            f"{plural(articulations, 'device')} of {devices:,} cut off others when they fail:"
            " give what hangs on the most critical a second way."
        )
    if resilience < 0.5:
        found.append("Few failures are survived (resilience below 0.5): close rings.")
    elif resilience < 0.6:
        found.append("Resilience is below 0.6: a second way for single-homed devices helps most.")
    if bridges:
        noun = "link has" if bridges == 1 else "links have"
        found.append(f"{bridges:,} {noun} nothing that stands in for them.")
    if congested:
        found.append(f"Relieve {plural(len(congested), 'link')} above 80 % load.")
    return tuple(found)
