"""The map as arrays: what to draw where, in an order of its own. No widgets here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from noc_console.services.alarms.model import Severity
from noc_console.services.inventory.model import DeviceId, DeviceType, Reachability
from noc_console.services.topology.model import Edge, Graph, LinkState, Node, Position
from noc_console.views.topology.ink import DOWN, STEPS, UNKNOWN

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

TYPES = tuple(DeviceType)
LOOKS = 9
LOOK_UP = 0
LOOK_DOWN = 6
LOOK_UNKNOWN = 7
LOOK_UNMANAGED = 8
"""How a device looks: 1–5 are severities; see `look_of`."""
STALE = timedelta(minutes=5)
"""A load older than this is nobody's load any more."""
RANKS = 3
WIDTHS = 4
LANE = 7.0
"""Parallel links run this far apart, in pixels at close range."""


def look_of(node: Node) -> int:
    """The one thing a device's picture says, the worst first."""
    if node.reachability is Reachability.DOWN:
        return LOOK_DOWN
    if node.severity > Severity.CLEARED:
        return int(node.severity)
    if not node.is_managed:
        return LOOK_UNMANAGED
    return LOOK_UNKNOWN if node.reachability is Reachability.UNKNOWN else LOOK_UP


def severity_of(look: int) -> Severity:
    """The severity a look stands for."""
    if look == LOOK_DOWN:
        return Severity.CRITICAL
    return Severity(look) if look <= Severity.CRITICAL else Severity.CLEARED


def shade(share: float | None) -> int:
    """Which of the load's shades: ten steps, or unknown."""
    return UNKNOWN if share is None else min(STEPS - 1, max(0, int(share * STEPS)))


def width_of(speed_bps: int) -> int:
    """Line width by capacity: below 1G, 1G, 10G, 40G and more."""
    return sum(speed_bps >= step for step in (10**9, 10**10, 4 * 10**10))


@dataclass(slots=True)
class Scene:
    """Nodes and links as arrays. `show` replaces it all, `move` and `load` only parts."""

    nodes: tuple[Node, ...] = ()
    edges: tuple[Edge, ...] = ()
    number: dict[DeviceId, int] = field(default_factory=dict)
    at: Floats = field(default_factory=lambda: np.empty((0, 2)))
    pinned: NDArray[np.bool_] = field(default_factory=lambda: np.empty(0, bool))
    kind: Ints = field(default_factory=lambda: np.empty(0, np.int64))
    look: Ints = field(default_factory=lambda: np.empty(0, np.int64))
    rank: Ints = field(default_factory=lambda: np.empty(0, np.int64))
    """0 the backbone, 1 what others hang on, 2 the rest."""
    site: Ints = field(default_factory=lambda: np.empty(0, np.int64))
    """Index into `sites`, -1 for none."""
    sites: tuple[str, ...] = ()
    site_ids: tuple[int, ...] = ()
    a: Ints = field(default_factory=lambda: np.empty(0, np.int64))
    b: Ints = field(default_factory=lambda: np.empty(0, np.int64))
    shades: Ints = field(default_factory=lambda: np.empty((0, 2), np.int64))
    """Per link: from a, from b."""
    width: Ints = field(default_factory=lambda: np.empty(0, np.int64))
    lane: Floats = field(default_factory=lambda: np.empty(0))
    score: Ints = field(default_factory=lambda: np.empty(0, np.int64))

    @property
    def has_devices(self) -> bool:
        return bool(self.nodes)

    def show(self, graph: Graph, places: Mapping[DeviceId, Position]) -> None:
        """Take over a graph; devices without a place stand at (0, 0)."""
        self.nodes = graph.nodes
        self.number = {node.device_id: at for at, node in enumerate(graph.nodes)}
        here = [places.get(node.device_id) for node in graph.nodes]
        self.at = np.array(
            [(0.0, 0.0) if place is None else (place.x, place.y) for place in here], np.float64
        ).reshape(-1, 2)
        self.pinned = np.array([place is not None and place.pinned for place in here], bool)
        self.kind = np.array([TYPES.index(node.type) for node in graph.nodes], np.int64)
        self.look = np.array([look_of(node) for node in graph.nodes], np.int64)
        index = {place.site_id: at for at, place in enumerate(graph.places)}
        self.sites = tuple(place.name for place in graph.places)
        self.site_ids = tuple(int(place.site_id) for place in graph.places)
        self.site = np.array(
            [-1 if n.site_id is None else index.get(n.site_id, -1) for n in graph.nodes], np.int64
        )
        self.show_links(graph)

    def show_links(self, graph: Graph) -> None:
        """Take over the links of a graph whose devices are shown already."""
        self.edges = graph.edges
        ends = np.array(
            [
                (self.number[edge.a.device_id], self.number[edge.b.device_id])
                for edge in graph.edges
            ],
            np.int64,
        ).reshape(-1, 2)
        self.a, self.b = ends[:, 0], ends[:, 1]
        self.width = np.array([width_of(edge.speed_bps) for edge in graph.edges], np.int64)
        self.score = np.array([edge.score for edge in graph.edges], np.int64)
        self.shades = _shades(graph.edges, graph.at)
        self.lane = _lanes(ends)
        self.rank = self._ranks()

    def _ranks(self) -> Ints:
        """Who carries the others, by what they are and how many hang on them."""
        degree = np.bincount(np.concatenate([self.a, self.b]), minlength=len(self.nodes))
        is_router = self.kind == TYPES.index(DeviceType.ROUTER)
        abroad = np.zeros(len(self.nodes), bool)
        outward = self.site[self.a] != self.site[self.b]
        abroad[self.a[outward]] = abroad[self.b[outward]] = True
        rank = np.full(len(self.nodes), 2, np.int64)
        rank[is_router | (degree >= 5)] = 1
        rank[is_router & abroad] = 0
        return rank

    def move(self, which: Sequence[int] | Ints, to: Floats, *, pinned: bool | None = None) -> None:
        """Put devices (by number) somewhere else."""
        self.at[which] = to
        if pinned is not None:
            self.pinned[which] = pinned

    def nearest(self, x: float, y: float, reach: float) -> int | None:
        """The device nearest to a map point within `reach`, or None."""
        if not len(self.at):
            return None
        apart = np.hypot(self.at[:, 0] - x, self.at[:, 1] - y)
        best = int(np.argmin(apart))
        return best if apart[best] <= reach else None

    def link_near(self, x: float, y: float, reach: float, lane: float = 0.0) -> int | None:
        """The link nearest to a map point within `reach`; `lane` is LANE in map units."""
        if not len(self.a):
            return None
        start, end = self.ends(lane)
        low, high = np.minimum(start, end) - reach, np.maximum(start, end) + reach
        near = np.flatnonzero(
            (low[:, 0] <= x) & (x <= high[:, 0]) & (low[:, 1] <= y) & (y <= high[:, 1])
        )
        if not len(near):
            return None
        along = end[near] - start[near]
        length = np.maximum((along**2).sum(1), 1e-9)
        offset = np.array([x, y]) - start[near]
        part = np.clip((offset * along).sum(1) / length, 0.0, 1.0)
        apart = np.hypot(*(offset - along * part[:, None]).T)
        best = int(np.argmin(apart))
        return int(near[best]) if apart[best] <= reach else None

    def ends(self, lane: float) -> tuple[Floats, Floats]:
        """Both ends of every link, parallel ones `lane` map units apart."""
        return shifted(self.at[self.a], self.at[self.b], self.lane * lane)

    def inside(self, left: float, top: float, right: float, bottom: float) -> Ints:
        """The devices in a rectangle of the map."""
        x, y = self.at[:, 0], self.at[:, 1]
        return np.flatnonzero((x >= left) & (x <= right) & (y >= top) & (y <= bottom))

    def neighbours(self, number: int) -> Ints:
        """Who has a link to a device."""
        return np.unique(np.concatenate([self.b[self.a == number], self.a[self.b == number]]))


def shifted(start: Floats, end: Floats, by: Floats) -> tuple[Floats, Floats]:
    """Lines moved sideways."""
    along = end - start
    length = np.maximum(np.hypot(along[:, 0], along[:, 1]), 1e-9)
    side = np.column_stack([-along[:, 1], along[:, 0]]) / length[:, None] * by[:, None]
    return start + side, end + side


def _shades(edges: Sequence[Edge], at: datetime | None) -> Ints:
    rows = np.full((len(edges), 2), UNKNOWN, np.int64)
    for number, edge in enumerate(edges):
        load = edge.load
        if load.state is LinkState.DOWN:
            rows[number] = DOWN
        elif load.at is not None and (at is None or at - load.at <= STALE):
            rows[number] = shade(edge.ab_share), shade(edge.ba_share)
    return rows


def _lanes(ends: Ints) -> Floats:
    """Side by side: …-1, 0, 1… for the links of one pair, 0 for a single one."""
    lanes = np.zeros(len(ends))
    if not len(ends):
        return lanes
    pairs = np.sort(ends, axis=1)
    _, pair, count = np.unique(pairs, axis=0, return_inverse=True, return_counts=True)
    pair = pair.ravel()
    for which in np.flatnonzero(count > 1):
        members = np.flatnonzero(pair == which)
        offsets = np.arange(len(members)) - (len(members) - 1) / 2
        # The side is counted from the lower number, so that directions do not cross lanes.
        turned = np.where(ends[members, 0] <= ends[members, 1], 1.0, -1.0)
        lanes[members] = offsets * turned
    return lanes
