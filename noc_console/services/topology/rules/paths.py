"""Ways through the network: the shortest, and what each of its hops carries."""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace

from noc_console.services.inventory.model import DeviceId, SiteId
from noc_console.services.topology.findings import Hop, Way, Weight
from noc_console.services.topology.model import Edge, Graph, Place
from noc_console.services.topology.rules.web import NOT_SEEN, Web, components, spin

REFERENCE_BPS = 100e9
"""What costs 1, as OSPF's auto-cost reference (RFC 2328 leaves it to the operator)."""
UNTOLD_BPS = 1e9
"""A link whose speed nobody tells counts as a gigabit."""
LEAST_FREE = 0.05
"""A full link still costs no more than twenty times its inverse speed: it is a way."""
FIBRE_KM_PER_MS = 299_792.458 / 1.468 / 1000
"""Light in single-mode fibre (group index 1.468, ITU-T G.652)."""
EARTH_KM = 6371.0088

Cost = Callable[[int, int], float]
"""What it costs to take an edge from a node."""


def cost_by(web: Web, by: Weight) -> Cost:
    """The cost of each edge in each direction, worked out when asked for."""
    if by is Weight.HOPS:
        return lambda edge, start: 1.0
    if by is Weight.SPEED:
        return lambda edge, start: REFERENCE_BPS / (web.edges[edge].speed_bps or UNTOLD_BPS)
    return lambda edge, start: _cost_of_load(web.edges[edge], web.a[edge] == start)


def _cost_of_load(edge: Edge, is_forward: bool) -> float:
    share = (edge.ab_share if is_forward else edge.ba_share) or 0.0
    free = max(LEAST_FREE, 1.0 - share)
    return REFERENCE_BPS / ((edge.speed_bps or UNTOLD_BPS) * free)


def steps(
    web: Web,
    start: int,
    goals: Collection[int],
    cost: Cost,
    *,
    without: Collection[int] = (),
    cut: Collection[int] = (),
) -> dict[int, tuple[int, int]]:
    """For every node on the way to the goals: where from, and by which edge (Dijkstra 1959).

    Ends when all goals are reached. Among equal costs the way with fewer hops wins, and of
    parallel links the cheapest, then the fastest.
    """
    best: dict[int, tuple[float, int]] = {start: (0.0, 0)}
    came: dict[int, tuple[int, int]] = {start: (NOT_SEEN, NOT_SEEN)}
    done: set[int] = set()
    left = set(goals)
    queue: list[tuple[float, int, int]] = [(0.0, 0, start)]
    while queue and left:
        far, hops, node = heapq.heappop(queue)
        if node in done:
            continue
        done.add(node)
        left.discard(node)
        for other, edge in web.arcs[node]:
            if other in done or edge in cut or other in without:
                continue
            total = (far + cost(edge, node), hops + 1)
            known = best.get(other)
            if known is None or total < known:
                best[other], came[other] = total, (node, edge)
                heapq.heappush(queue, (*total, other))
            elif total == known and _is_faster_parallel(web, edge, node, came[other]):
                came[other] = (node, edge)
    return {node: came[node] for node in done}


def _is_faster_parallel(web: Web, edge: int, start: int, known: tuple[int, int]) -> bool:
    return known[0] == start and web.edges[edge].speed_bps > web.edges[known[1]].speed_bps


def trace(came: Mapping[int, tuple[int, int]], goal: int) -> list[tuple[int, int]] | None:
    """The way to a goal as (from, edge); None when it was not reached."""
    if goal not in came:
        return None
    way = []
    node, edge = came[goal]
    while node != NOT_SEEN:
        way.append((node, edge))
        node, edge = came[node]
    return way[::-1]


def shortest(
    web: Web, start: int, goal: int, by: Weight = Weight.HOPS, *, cut: Collection[int] = ()
) -> list[tuple[int, int]] | None:
    """The cheapest way that is not down as (from, edge), or None."""
    return trace(steps(web, start, [goal], cost_by(web, by), cut=cut), goal)


def told(
    web: Web, way: Iterable[tuple[int, int]], by: Weight, places: Mapping[SiteId, Place]
) -> Way:
    """A way with what each hop carries, and its bottleneck marked."""
    taken = list(way)
    hops = [_hop(web, start, edge, places) for start, edge in taken]
    cost = cost_by(web, by)
    free = [_free(hop) for hop in hops]
    known = [each for each in free if each is not None]
    if known:
        narrow = free.index(min(known))
        hops[narrow] = replace(hops[narrow], is_bottleneck=True)
    delays = [hop.latency_ms for hop in hops]
    return Way(
        by=by,
        hops=tuple(hops),
        cost=round(sum(cost(edge, start) for start, edge in taken), 6),
        free_bps=round(min(known)) if known else None,
        latency_ms=None if None in delays or not delays else round(sum(filter(None, delays)), 3),
    )


def _free(hop: Hop) -> float | None:
    """What the link can still carry in the direction of travel."""
    if hop.speed_bps <= 0 or hop.there_bps is None:
        return None
    return max(0.0, hop.speed_bps - hop.there_bps)


def _hop(web: Web, start: int, edge: int, places: Mapping[SiteId, Place]) -> Hop:
    link, goal = web.edges[edge], web.other(edge, start)
    forward = web.a[edge] == start
    mine, theirs = (link.a, link.b) if forward else (link.b, link.a)
    there, back = link.load.ab_bps, link.load.ba_bps
    here, far = web.nodes[start], web.nodes[goal]
    return Hop(
        link_id=link.link_id,
        from_id=here.device_id,
        from_device=here.name,
        from_port=mine.port,
        to_id=far.device_id,
        to_device=far.name,
        to_port=theirs.port,
        state=link.load.state,
        speed_bps=link.speed_bps,
        there_bps=there if forward else back,
        back_bps=back if forward else there,
        latency_ms=fibre_ms(here.site_id, far.site_id, places),
        parallel=sum(other == goal for other, _ in web.arcs[start]) - 1,
    )


def fibre_ms(
    here: SiteId | None, there: SiteId | None, places: Mapping[SiteId, Place]
) -> float | None:
    """How long light needs at least from site to site: the great circle, in fibre."""
    if here is None or there is None:
        return None
    if here == there:
        return 0.0
    one, other = places.get(here), places.get(there)
    if one is None or other is None:
        return None
    far = kilometres(one, other)
    return None if far is None else round(far / FIBRE_KM_PER_MS, 3)


def kilometres(one: Place, other: Place) -> float | None:
    """The great circle between two places (haversine), None without coordinates."""
    four = (one.latitude, one.longitude, other.latitude, other.longitude)
    if any(each is None for each in four):
        return None
    lat1, lon1, lat2, lon2 = (math.radians(each or 0.0) for each in four)
    half = (
        math.sin((lat2 - lat1) / 2) ** 2
        + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    )
    return 2 * EARTH_KM * math.asin(min(1.0, math.sqrt(half)))


def places_of(graph: Graph) -> dict[SiteId, Place]:
    return {place.site_id: place for place in graph.places}


def islands(graph: Graph) -> tuple[frozenset[DeviceId], ...]:
    """Parts of the network without a link between them, the largest first."""
    web = spin(graph, with_down=True)
    return tuple(
        frozenset(web.nodes[node].device_id for node in part) for part in components(web.arcs)
    )
