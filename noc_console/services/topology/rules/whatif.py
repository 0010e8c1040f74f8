"""What would happen if devices and links failed: who is cut off, and where the load goes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from noc_console.kernel.quantity import Bps
from noc_console.kernel.text import plural
from noc_console.services.topology.findings import Shifted, Weight, WhatIf
from noc_console.services.topology.rules.paths import cost_by, steps, trace
from noc_console.services.topology.rules.reach import cut_off
from noc_console.services.topology.rules.weak import Standing
from noc_console.services.topology.rules.web import NOT_SEEN, Web, components, distances

Flows = dict[int, dict[int, float]]
"""bit/s that look for a new way: from a node, to a node."""
LEAST_BPS = 1.0
"""Less than this is a rounding."""


@dataclass(slots=True)
class _Shift:
    """What is added to each edge, from `a` and from `b`."""

    ab: dict[int, float] = field(default_factory=lambda: defaultdict(float))
    ba: dict[int, float] = field(default_factory=lambda: defaultdict(float))
    lost: float = 0.0


def what_if(
    standing: Standing,
    devices: Collection[int],
    links: Collection[int],
    by: Weight = Weight.SPEED,
) -> WhatIf:
    """The network without these devices and links (by their numbers in the web).

    Load of a failed link takes the shortest way left between its ends. What passed a failed
    device is taken to leave it in the proportion its links carry now (a gravity model: nobody
    measures who talks to whom), between its neighbours; what ends there is gone with it.
    """
    web, gone = standing.web, set(devices)
    cut = {edge for node in gone for _, edge in web.arcs[node]} | set(links)
    flows, unknown = _homeless(web, gone, set(links))
    shift = _reroute(web, flows, gone, cut, by)
    lost = _lost_ways(standing, gone, cut)
    shifted = _told(web, shift)
    off = cut_off(standing, lost)
    customers = _customers(standing, [*lost, *sorted(gone)])
    parts = len(components(web.arcs, without=gone, cut=cut))
    before = len(components(web.arcs))
    return WhatIf(
        verdict=_verdict(len(off), customers, shifted, shift.lost, bool(gone or links)),
        failed_devices=tuple(web.nodes[node].name for node in sorted(gone)),
        failed_links=tuple(_name(web, edge) for edge in sorted(links)),
        parts_before=before,
        parts=parts,
        cut=off,
        customers=customers,
        shifted=shifted,
        lost_bps=round(shift.lost),
        unknown=unknown,
    )


def _lost_ways(standing: Standing, gone: Collection[int], cut: Collection[int]) -> list[int]:
    """Who had a way to the core and would have none."""
    arcs = standing.web.arcs
    left = [
        [] if node in gone else [arc for arc in each if arc[1] not in cut]
        for node, each in enumerate(arcs)
    ]
    now = distances(arcs, standing.core)
    then = distances(left, [node for node in standing.core if node not in gone])
    return [
        node
        for node in range(len(arcs))
        if node not in gone and now[node] != NOT_SEEN and then[node] == NOT_SEEN
    ]


def _customers(standing: Standing, nodes: Collection[int]) -> int | None:
    counts = standing.customers
    if counts is None:
        return None
    begin = standing.rooted.begin
    return sum(counts[begin[node] + 1] - counts[begin[node]] for node in nodes)


def _homeless(web: Web, gone: Collection[int], links: Collection[int]) -> tuple[Flows, int]:
    """The load that needs another way, and how many failed links tell none."""
    flows: Flows = defaultdict(lambda: defaultdict(float))
    unknown = 0
    for edge in links:
        a, b, load = web.a[edge], web.b[edge], web.edges[edge].load
        if a in gone or b in gone:
            continue
        unknown += load.ab_bps is None and load.ba_bps is None
        flows[a][b] += load.ab_bps or 0.0
        flows[b][a] += load.ba_bps or 0.0
    for cluster in _clusters(web, gone):
        unknown += _through(web, cluster, flows)
    return flows, unknown


def _clusters(web: Web, gone: Collection[int]) -> list[list[int]]:
    """Failed devices that are linked fail as one."""
    standing = [node for node in range(web.count) if node not in gone]
    return components(web.arcs, without=standing)


def _through(web: Web, cluster: Collection[int], flows: Flows) -> int:
    """Share out among the neighbours of failed devices what passed these."""
    inside = set(cluster)
    incoming: dict[int, float] = defaultdict(float)
    outgoing: dict[int, float] = defaultdict(float)
    unknown = 0
    for node in cluster:
        for other, edge in web.arcs[node]:
            if other not in inside:
                load = web.edges[edge].load
                unknown += load.ab_bps is None and load.ba_bps is None
                is_a = web.a[edge] == node
                out, into = (load.ab_bps, load.ba_bps) if is_a else (load.ba_bps, load.ab_bps)
                incoming[other] += into or 0.0
                outgoing[other] += out or 0.0
    most = max(sum(incoming.values()), sum(outgoing.values()))
    if most > 0:
        for source, into in incoming.items():
            for goal, out in outgoing.items():
                if source != goal:
                    flows[source][goal] += into * out / most
    return unknown


def _reroute(
    web: Web, flows: Flows, gone: Collection[int], cut: Collection[int], by: Weight
) -> _Shift:
    shift, cost = _Shift(), cost_by(web, by)
    for source, goals in flows.items():
        wanted = {goal: bps for goal, bps in goals.items() if bps >= LEAST_BPS}
        if not wanted:
            continue
        came = steps(web, source, wanted, cost, without=gone, cut=cut)
        for goal, bps in wanted.items():
            way = trace(came, goal)
            if way is None:
                shift.lost += bps
            else:
                for node, edge in way:
                    _carry(web, shift, node, edge, bps, cut)
    return shift


def _carry(web: Web, shift: _Shift, node: int, edge: int, bps: float, cut: Collection[int]) -> None:
    """One hop more for a flow: parallel links share it by their speed."""
    goal = web.other(edge, node)
    beside = [at for other, at in web.arcs[node] if other == goal and at not in cut]
    speeds = {at: web.edges[at].speed_bps or 1 for at in beside}
    for at, speed in speeds.items():
        part = bps * speed / sum(speeds.values())
        (shift.ab if web.a[at] == node else shift.ba)[at] += part


def _told(web: Web, shift: _Shift) -> tuple[Shifted, ...]:
    found = []
    for at in sorted({*shift.ab, *shift.ba}):
        edge = web.edges[at]
        more_ab, more_ba = round(shift.ab.get(at, 0.0)), round(shift.ba.get(at, 0.0))
        ab = round(edge.load.ab_bps or 0.0) + more_ab
        ba = round(edge.load.ba_bps or 0.0) + more_ba
        known = edge.speed_bps > 0
        found.append(
            Shifted(
                link_id=edge.link_id,
                a_id=edge.a.device_id,
                a=web.nodes[web.a[at]].name,
                b_id=edge.b.device_id,
                b=web.nodes[web.b[at]].name,
                speed_bps=edge.speed_bps,
                added_ab_bps=more_ab,
                added_ba_bps=more_ba,
                ab_bps=ab,
                ba_bps=ba,
                share=round(max(ab, ba) / edge.speed_bps, 4) if known else None,
                before=_busier(edge.ab_share, edge.ba_share),
            )
        )
    return tuple(sorted(found, key=lambda one: (-(one.share or 0.0), -one.added_bps, one.link_id)))


def _busier(one: float | None, other: float | None) -> float | None:
    known = [each for each in (one, other) if each is not None]
    return round(max(known), 4) if known else None


def _name(web: Web, edge: int) -> str:
    names: Mapping[int, str] = {end: web.nodes[end].name for end in (web.a[edge], web.b[edge])}
    return f"{names[web.a[edge]]} – {names[web.b[edge]]}"


def _verdict(
    lost: int, customers: int | None, shifted: Collection[Shifted], gone_bps: float, asked: bool
) -> str:
    """The result in a sentence or three."""
    if not asked:
        return "Nothing fails yet."
    text = (
        f"{plural(lost, 'device')} would lose the way to the core."
        if lost
        else "Every other device keeps its way to the core."
    )
    if customers is None:
        text += " Customers are not known."
    elif customers:
        text += f" {plural(customers, 'customer')} would be cut off."
    busy = [each for each in shifted if each.is_busy]
    full = [each for each in shifted if each.is_full]
    if full:
        text += f" {plural(len(full), 'link')} would be asked for more than it can carry."
    elif busy:
        text += f" {plural(len(busy), 'link')} would be busier than 80 %."
    if gone_bps >= LEAST_BPS:
        text += f" {Bps(gone_bps)} would find no other way."
    return text
