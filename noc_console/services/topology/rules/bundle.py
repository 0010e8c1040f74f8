"""Links that run beside each other between the same two devices, shown as one.

A bundle is an Edge with a negative id and `parts`; sums where parts add up, the worst where
they do not. Nothing is lost: what is counted in a bundle are its parts.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

import numpy as np

from noc_console.services.inventory.model import DeviceId, LinkId
from noc_console.services.topology.model import (
    Arranged,
    Edge,
    End,
    Light,
    LinkState,
    Load,
)

_WORST = (LinkState.DOWN, LinkState.UNKNOWN, LinkState.UP)


def bundled(arranged: Arranged, opened: Collection[LinkId] = ()) -> Arranged:
    """Parallel links as one each, but for the bundles that are `opened`."""
    edges = merged(arranged.graph.edges, opened)
    if edges is arranged.graph.edges:
        return arranged
    return Arranged(replace(arranged.graph, edges=edges), arranged.positions)


def merged(edges: tuple[Edge, ...], opened: Collection[LinkId] = ()) -> tuple[Edge, ...]:
    """The links with each pair of devices joined by one; the same tuple if all are already."""
    if len(edges) < 2:
        return edges
    ends = np.array([(edge.a.device_id, edge.b.device_id) for edge in edges], np.int64)
    pairs = np.sort(ends, axis=1)
    order = np.lexsort((pairs[:, 1], pairs[:, 0]))
    starts = np.flatnonzero(np.r_[True, (pairs[order][1:] != pairs[order][:-1]).any(1)])
    if len(starts) == len(edges):
        return edges
    made: dict[int, Edge] = {}
    gone: set[int] = set()
    for first, last in zip(starts.tolist(), [*starts[1:].tolist(), len(edges)], strict=True):
        if last - first < 2:
            continue
        numbers = sorted(order[first:last].tolist())
        one = join([edges[number] for number in numbers])
        if one.link_id not in opened:
            made[numbers[0]] = one
            gone |= set(numbers[1:])
    return tuple(made.get(at, edge) for at, edge in enumerate(edges) if at not in gone)


def join(edges: Sequence[Edge]) -> Edge:
    """One edge for links between the same two devices; a bundle among them is taken apart."""
    a = edges[0].a.device_id
    along = [edge if edge.a.device_id == a else turned(edge) for edge in edges]
    parts = tuple(part for edge in along for part in edge.parts or (edge,))
    id = LinkId(-min(abs(part.link_id) for part in parts))
    ends = (_end([edge.a for edge in along]), _end([edge.b for edge in along]))
    return summed(Edge(id, *ends, 0, 0), parts)


def turned(edge: Edge) -> Edge:
    """The same link told from its other end."""
    load = edge.load
    return replace(
        edge,
        a=edge.b,
        b=edge.a,
        parts=tuple(map(turned, edge.parts)),
        load=replace(
            load,
            ab_bps=load.ba_bps,
            ba_bps=load.ab_bps,
            ab_errors=load.ba_errors,
            ba_errors=load.ab_errors,
            ab_discards=load.ba_discards,
            ba_discards=load.ab_discards,
            ab_light=load.ba_light,
            ba_light=load.ab_light,
        ),
    )


def summed(bundle: Edge, parts: tuple[Edge, ...]) -> Edge:
    """The bundle told anew from its parts."""
    carrying = _carrying(parts)
    return replace(
        bundle,
        parts=parts,
        speed_bps=sum(part.speed_bps for part in carrying),
        score=min(part.score for part in parts),
        kinds=tuple(dict.fromkeys(kind for part in parts for kind in part.kinds)),
        load=_together(parts, carrying),
    )


def _carrying(parts: Sequence[Edge]) -> Sequence[Edge]:
    """The parts whose traffic adds up: a LAG's is its members' once more.

    Where devices tell the members of a LAG, the LAG speaks for them, or they for a LAG that
    counts nothing. Elsewhere the greater of the two sums is taken: the physical links where all
    are known, the LAG where some of its members are not.
    """
    lags = [part for part in parts if part.a.is_aggregate or part.b.is_aggregate]
    if not lags or len(lags) == len(parts):
        return parts
    others = [part for part in parts if not (part.a.is_aggregate or part.b.is_aggregate)]
    told = {lag for part in lags for lag in _lags(part)}
    members = [part for part in others if not told.isdisjoint(_lags(part))]
    if members:
        counts = any(part.load.ab_bps is not None or part.load.ba_bps is not None for part in lags)
        free = [part for part in others if told.isdisjoint(_lags(part))]
        return [*(lags if counts else members), *free]
    return max(others, lags, key=lambda some: sum(part.speed_bps for part in some))


def _lags(part: Edge) -> set[tuple[DeviceId, int]]:
    """The aggregates a link is or belongs to, at either end."""
    ends = (part.a, part.b)
    return {(end.device_id, end.lag_index) for end in ends if end.lag_index is not None}


def _together(parts: Sequence[Edge], carrying: Sequence[Edge]) -> Load:
    loads = [part.load for part in carrying]
    states = {part.load.state for part in parts}
    times = [part.load.at for part in parts if part.load.at is not None]
    ab, ba = None, None
    for part in parts:
        ab, ba = _dimmest(ab, part.load.ab_light), _dimmest(ba, part.load.ba_light)
    return Load(
        ab_bps=_sum(load.ab_bps for load in loads),
        ba_bps=_sum(load.ba_bps for load in loads),
        state=next(state for state in _WORST if state in states),
        at=min(times, default=None),
        ab_errors=_sum(load.ab_errors for load in loads),
        ba_errors=_sum(load.ba_errors for load in loads),
        ab_discards=_sum(load.ab_discards for load in loads),
        ba_discards=_sum(load.ba_discards for load in loads),
        ab_light=ab,
        ba_light=ba,
    )


def dimmer(one: Light | None, other: Light) -> Light:
    """The light with less room to its limit; without limits the darker."""
    if one is None:
        return other
    return min(one, other, key=_room)


def _room(light: Light) -> tuple[bool, float]:
    return (light.margin is None, light.dbm if light.margin is None else light.margin)


def _dimmest(one: Light | None, other: Light | None) -> Light | None:
    return one if other is None else dimmer(one, other)


def _sum(told: Iterable[float | None]) -> float | None:
    known = [value for value in told if value is not None]
    return sum(known) if known else None


def _end(ends: Sequence[End]) -> End:
    """The end of a bundle: its device, and its port where all have the same."""
    ports = {end.port for end in ends}
    return End(ends[0].device_id, port=ports.pop() if len(ports) == 1 else "")
