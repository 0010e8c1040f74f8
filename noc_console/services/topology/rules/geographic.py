"""Devices around the coordinates of their sites; sites without coordinates in a tray beside.

A site's devices stand in rings, what carries the others in the middle. Seats are numbered
from the inside out, so a newcomer takes the next one and nobody else moves. A site that is
given other coordinates takes its devices along; who was pinned stays.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from noc_console.services.inventory.model import DeviceId, DeviceType, SiteId
from noc_console.services.topology import mercator
from noc_console.services.topology.model import Graph, Position
from noc_console.services.topology.rules.stress import Points, Report, ignore

GAP = 84.0
"""Map units between neighbouring seats where there is room."""
TIGHT = 10.0
"""And at least, where another site is near."""
HOMELESS = -1
"""The tray's place for devices that are at no site."""
ROLES = (
    DeviceType.ROUTER,
    DeviceType.FIREWALL,
    DeviceType.SWITCH,
    DeviceType.OLT,
    DeviceType.SERVER,
    DeviceType.WIRELESS,
    DeviceType.OTHER,
    DeviceType.POWER,
)
"""From the middle of a site outwards."""
TRAY_ROWS = 8
TRAY_AIR = 0.12
"""The tray's distance from the map, as a part of the map's width."""

Bools = NDArray[np.bool_]
Anchors = Mapping[int, tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Located:
    """Where everyone stands, and where the sites do they stand around."""

    points: Points
    anchors: dict[int, tuple[float, float]]


def locate(
    graph: Graph,
    old: Points,
    standing: Bools,
    pinned: Bools,
    anchors: Anchors,
    *,
    report: Report = ignore,
) -> Located:
    """A position for every device. `anchors` are the sites' from last time, `old` the devices'.

    Devices that stand keep their place unless their site has moved; the pinned always do.
    """
    members = _members(graph)
    now = _anchors(graph, members, anchors)
    points = old.copy()
    free = ~standing
    for site, inside in members.items():
        if site in anchors and anchors[site] != now[site]:
            free[inside] |= ~pinned[inside]
    report(0.2)
    roles = np.array([ROLES.index(node.type) for node in graph.nodes], np.int64)
    spots = np.array(list(now.values())).reshape(-1, 2)
    for spot, sites in _together(now).items():
        inside = np.concatenate([members[site] for site in sites])
        if not free[inside].any():
            continue
        mine = inside[np.lexsort((inside, roles[inside]))]
        _seat(points, mine, free, np.array(spot), _gap(np.array(spot), len(inside), spots))
    report(1.0)
    return Located(points, now)


def _members(graph: Graph) -> dict[int, NDArray[np.int64]]:
    """The devices of each site, in the order of the sites; the homeless last."""
    at = np.array(
        [HOMELESS if node.site_id is None else int(node.site_id) for node in graph.nodes], np.int64
    )
    order = np.argsort(at, kind="stable")
    sites, first = np.unique(at[order], return_index=True)
    parts = np.split(order, first[1:]) if len(sites) else []
    found = {int(site): part for site, part in zip(sites, parts, strict=True)}
    if HOMELESS in found:
        found[HOMELESS] = found.pop(HOMELESS)
    return found


def _anchors(
    graph: Graph, members: Mapping[int, NDArray[np.int64]], before: Anchors
) -> dict[int, tuple[float, float]]:
    """Where each site stands: at its coordinates, else where it stood in the tray, else there."""
    now: dict[int, tuple[float, float]] = {}
    was = {place.site_id: place for place in graph.places}
    for site in members:
        place = was.get(SiteId(site))
        if place is not None and place.latitude is not None and place.longitude is not None:
            x, y = mercator.to_map(place.latitude, place.longitude).round(2).tolist()
            now[site] = (x, y)
    located = np.array(list(now.values())).reshape(-1, 2)
    waiting = [site for site in members if site not in now]
    spots = _tray_spots(located, len(members) + len(before))
    seats = {before[site] for site in waiting if site in before and before[site] in spots}
    for site in waiting:
        if site in before and before[site] in seats:
            now[site] = before[site]
    empty = iter([spot for spot in spots if spot not in seats])
    for site in waiting:
        if site not in now:
            now[site] = next(empty)
    return now


def _tray_spots(located: Points, count: int) -> list[tuple[float, float]]:
    """Columns of seats to the right of what has coordinates."""
    if len(located):
        low, high = located.min(0), located.max(0)
    else:
        low, high = np.zeros(2), np.zeros(2)
    height = max(float(high[1] - low[1]), 12 * GAP * TRAY_ROWS)
    width = max(float(high[0] - low[0]), height)
    # Rounded up to a power of two: a little more or less of a map does not move the tray.
    step = 2.0 ** math.ceil(math.log2(height / TRAY_ROWS))
    left = math.ceil((float(high[0]) + width * TRAY_AIR) / step) * step
    top = math.floor(float(low[1]) / step) * step
    return [
        (round(left + at // TRAY_ROWS * step, 2), round(top + at % TRAY_ROWS * step, 2))
        for at in range(count)
    ]


def _together(anchors: Anchors) -> dict[tuple[float, float], list[int]]:
    """Sites by their spot: those at one and the same share its rings."""
    found: dict[tuple[float, float], list[int]] = {}
    for site, spot in anchors.items():
        found.setdefault(spot, []).append(site)
    return found


def _gap(spot: Points, count: int, spots: Points) -> float:
    """How far apart seats are: so that the rings end before the next site's begin."""
    apart = np.hypot(spots[:, 0] - spot[0], spots[:, 1] - spot[1])
    nearest = float(np.min(apart, where=apart > 0, initial=np.inf))
    return min(GAP, max(TIGHT, 0.45 * nearest / (_rings(count) + 0.5)))


def _rings(count: int) -> int:
    """Rings around the middle seat; the k-th has 6k seats."""
    return math.ceil((math.sqrt(12 * max(count, 1) - 3) - 3) / 6)


def _seats(count: int) -> Points:
    """Seats in units of the gap, from the middle outwards."""
    rows = [np.zeros((1, 2))]
    for ring in range(1, _rings(count) + 1):
        turn = np.arange(6 * ring) * (2 * math.pi / (6 * ring)) - math.pi / 2
        rows.append(ring * np.column_stack([np.cos(turn), np.sin(turn)]))
    return np.concatenate(rows)[:count]


def _seat(points: Points, inside: NDArray[np.int64], free: Bools, spot: Points, gap: float) -> None:
    """Give the free ones of a spot, in their order, the innermost seats nobody stands on."""
    waiting, standing = inside[free[inside]], inside[~free[inside]]
    seats = _seats(len(inside) + 3 * len(standing)) * gap + spot
    if len(standing):
        between = seats[:, None, :] - points[standing][None]
        taken = (np.hypot(between[..., 0], between[..., 1]) < 0.6 * gap).any(1)
        seats = seats[~taken]
    points[waiting] = seats[: len(waiting)]


def as_anchors(kept: Mapping[DeviceId, Position]) -> dict[int, tuple[float, float]]:
    """Kept anchors of sites as `locate` takes them."""
    return {int(site): (at.x, at.y) for site, at in kept.items()}
