"""The map as arrays: what to draw where, in an order of its own. No widgets here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from noc_console.services.alarms.model import Severity
from noc_console.services.inventory.model import DeviceId, DeviceType, Reachability
from noc_console.services.topology.model import Edge, Graph, Node, Position
from noc_console.views.topology.shading import LOAD, Shading

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

TYPES = tuple(DeviceType)
LOOKS = 9
LOOK_UP = 0
LOOK_DOWN = 6
LOOK_UNKNOWN = 7
LOOK_UNMANAGED = 8
"""How a device looks: 1–5 are severities; see `look_of`."""
RANKS = 3
WIDTHS = 4
"""Classes of capacity; a bundle's class is so much higher than its link's."""
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


def width_of(speed_bps: int) -> int:
    """Line width by capacity: below 1G, 1G, 10G, 40G and more."""
    return sum(speed_bps >= step for step in (10**9, 10**10, 4 * 10**10))


@dataclass(slots=True)
class Scene:
    """Nodes and links as arrays. `show` replaces it all, `move` and `put_looks` only parts.

    Made off the UI thread by `Scene.of`: reading ten thousand nodes takes a tenth of a second.
    """

    nodes: tuple[Node, ...] = ()
    edges: tuple[Edge, ...] = ()
    number: dict[DeviceId, int] = field(default_factory=dict)
    at: Floats = field(default_factory=lambda: np.empty((0, 2)))
    pinned: Bools = field(default_factory=lambda: np.empty(0, bool))
    kind: Ints = field(default_factory=lambda: np.empty(0, np.int64))
    look: Ints = field(default_factory=lambda: np.empty(0, np.int64))
    rank: Ints = field(default_factory=lambda: np.empty(0, np.int64))
    """0 the backbone, 1 what others hang on, 2 the rest."""
    count: Ints = field(default_factory=lambda: np.empty(0, np.int64))
    """How many devices a node stands for: 0 for a device, the members of a group."""
    passive: Bools = field(default_factory=lambda: np.empty(0, bool))
    """What is no device of the inventory: shown, never selected."""
    pies: dict[int, Ints] = field(default_factory=dict)
    """Of a group: how many members have which look."""
    group_of: dict[DeviceId, tuple[int, int]] = field(default_factory=dict)
    """Of a group's member: the group's number, and the member's own look."""
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
    has_hulls: bool = True
    """Whether sites are outlined; where they would lie over each other they are not."""
    parts: Ints = field(default_factory=lambda: np.empty(0, np.int64))
    """How many links a bundle stands for, 0 for a link."""
    shading: Shading = LOAD
    """Which layer of the weathermap the links tell."""
    told_at: datetime | None = None
    """Of when the links' loads are."""
    version: int = 0
    """Grows with every change of places or membership: what is reckoned from them is old."""
    _box: Floats | None = None
    _box_at: Floats | None = None

    @classmethod
    def of(
        cls,
        graph: Graph,
        places: Mapping[DeviceId, Position],
        whole: Graph | None = None,
        shading: Shading = LOAD,
    ) -> Scene:
        """A scene of its own; `whole` tells how the members of collapsed groups are."""
        scene = cls(shading=shading)
        scene.show(graph, places, whole)
        return scene

    @property
    def has_devices(self) -> bool:
        return bool(self.nodes)

    def show(
        self,
        graph: Graph,
        places: Mapping[DeviceId, Position],
        whole: Graph | None = None,
    ) -> None:
        """Take over a graph; devices without a place stand at (0, 0)."""
        self.nodes = graph.nodes
        self.number = {node.device_id: at for at, node in enumerate(graph.nodes)}
        nodes, count = graph.nodes, len(graph.nodes)
        # Read one by one, not as lists: at 50,000 devices those would be 20 MB more.
        here = (places.get(node.device_id, _NOWHERE) for node in nodes)
        told = (part for place in here for part in (place.x, place.y, place.pinned))
        rows = np.fromiter(told, np.float64, 3 * count).reshape(-1, 3)
        self.at, self.pinned = rows[:, :2].copy(), rows[:, 2] > 0
        types = {type: at for at, type in enumerate(TYPES)}
        self.kind = np.fromiter((types[node.type] for node in nodes), np.int64, count)
        self.look = np.fromiter(map(look_of, nodes), np.int64, count)
        self.count = np.fromiter((len(node.members) for node in nodes), np.int64, count)
        self.passive = np.fromiter((bool(node.facts) for node in nodes), bool, count)
        index = {place.site_id: at for at, place in enumerate(graph.places)}
        self.sites = tuple(place.name for place in graph.places)
        self.site_ids = tuple(int(place.site_id) for place in graph.places)
        self.site = np.fromiter(
            (-1 if n.site_id is None else index.get(n.site_id, -1) for n in nodes), np.int64, count
        )
        self._count_members(whole)
        self.version += 1
        self.show_links(graph)

    def _count_members(self, whole: Graph | None) -> None:
        self.pies, self.group_of = {}, {}
        groups = np.flatnonzero(self.count).tolist()
        if not groups or whole is None:
            return
        looks = {node.device_id: look_of(node) for node in whole.nodes}
        for number in groups:
            if self.passive[number]:
                looks |= {part.device_id: look_of(part) for part in self.nodes[number].parts}
            known = [(id, looks[id]) for id in self.nodes[number].members if id in looks]
            self.pies[number] = np.bincount([look for _, look in known], minlength=LOOKS)
            self.group_of |= {id: (number, look) for id, look in known}

    def is_passive_link(self, number: int) -> bool:
        """Whether a link leads to what is no device of the inventory."""
        return bool(self.passive[self.a[number]] or self.passive[self.b[number]])

    def show_links(self, graph: Graph) -> None:
        """Take over the links of a graph whose devices are shown already."""
        self.edges, self.told_at = graph.edges, graph.at
        edges, many, number = graph.edges, len(graph.edges), self.number
        both = (number[end.device_id] for edge in edges for end in (edge.a, edge.b))
        ends = np.fromiter(both, np.int64, 2 * many).reshape(-1, 2)
        self.a, self.b = ends[:, 0].copy(), ends[:, 1].copy()
        self.parts = np.fromiter((len(edge.parts) for edge in edges), np.int64, many)
        self.width = np.fromiter((width_of(edge.speed_bps) for edge in edges), np.int64, many)
        self.width[self.parts > 1] += WIDTHS
        self.score = np.fromiter((edge.score for edge in edges), np.int64, many)
        self.shades = self.shading.shades(graph.edges, graph.at)
        self.lane = _lanes(ends)
        self.rank = self._ranks()
        self._box = None

    def _ranks(self) -> Ints:
        """Who carries the others, by what they are and how many hang on them."""
        degree = np.bincount(np.concatenate([self.a, self.b]), minlength=len(self.nodes))
        is_router = self.kind == TYPES.index(DeviceType.ROUTER)
        abroad = np.zeros(len(self.nodes), bool)
        outward = self.site[self.a] != self.site[self.b]
        abroad[self.a[outward]] = abroad[self.b[outward]] = True
        rank = np.full(len(self.nodes), 2, np.int64)
        rank[is_router | (degree >= 5)] = 1
        rank[(is_router & abroad) | (self.count > 0)] = 0
        return rank

    def move(self, which: Sequence[int] | Ints, to: Floats, *, pinned: bool | None = None) -> None:
        """Put devices (by number) somewhere else."""
        self.at[which] = to
        self.version += 1
        if pinned is not None:
            self.pinned[which] = pinned
        if self._box is not None and self._box_at is self.at:
            moved = np.zeros(len(self.nodes), bool)
            moved[which] = True
            links = np.flatnonzero(moved[self.a] | moved[self.b])
            self._box[:, links] = _boxes(self.at, self.a[links], self.b[links])

    def move_all(self, to: Floats) -> None:
        """Put every device somewhere else."""
        self.at = to
        self.version += 1

    def put_looks(self, numbers: Ints, looks: Ints) -> Ints:
        """Newer looks of devices; returns the numbers of those that look different now."""
        changed = np.flatnonzero(self.look[numbers] != looks)
        self.look[numbers[changed]] = looks[changed]
        return np.asarray(numbers[changed])

    def put_shades(self, numbers: Ints, shades: Ints) -> Ints:
        """Newer shades of links; returns the numbers of those that look different now."""
        changed = np.flatnonzero((self.shades[numbers] != shades).any(1))
        self.shades[numbers[changed]] = shades[changed]
        return np.asarray(numbers[changed])

    def member_looks(self, looks: Mapping[DeviceId, int]) -> dict[int, int]:
        """Newer looks by device, as looks of what is drawn: a group has its worst member's."""
        told: dict[int, int] = {}
        for id, look in looks.items():
            if (number := self.number.get(id)) is not None:
                told[number] = look
            elif (known := self.group_of.get(id)) is not None:
                group, before = known
                self.group_of[id] = group, look
                self.pies[group][before] -= 1
                self.pies[group][look] += 1
                told[group] = worst_look(self.pies[group])
        return told

    # -- what is where --------------------------------------------------------------------

    def nearest(self, x: float, y: float, reach: float) -> int | None:
        """The device nearest to a map point within `reach`, or None."""
        # Who is in the right column first: that leaves few to measure.
        near = np.flatnonzero(np.abs(self.at[:, 0] - x) <= reach)
        near = near[np.abs(self.at[near, 1] - y) <= reach]
        if not len(near):
            return None
        apart = np.hypot(self.at[near, 0] - x, self.at[near, 1] - y)
        best = int(np.argmin(apart))
        return int(near[best]) if apart[best] <= reach else None

    def link_near(self, x: float, y: float, reach: float, lane: float = 0.0) -> int | None:
        """The link nearest to a map point within `reach`; `lane` is LANE in map units."""
        near = self.links_in(x, y, x, y, reach + self.widest_lane * lane)
        if not len(near):
            return None
        start, end = self.ends(lane, near)
        along = end - start
        length = np.maximum((along**2).sum(1), 1e-9)
        offset = np.array([x, y]) - start
        part = np.clip((offset * along).sum(1) / length, 0.0, 1.0)
        apart = np.hypot(*(offset - along * part[:, None]).T)
        best = int(np.argmin(apart))
        return int(near[best]) if apart[best] <= reach else None

    @property
    def widest_lane(self) -> float:
        """How many lanes from the middle the outermost of parallel links runs."""
        return float(np.abs(self.lane).max(initial=0.0))

    def ends(self, lane: float, which: Ints | None = None) -> tuple[Floats, Floats]:
        """Both ends of links (of all), parallel ones `lane` map units apart."""
        a, b = (self.a, self.b) if which is None else (self.a[which], self.b[which])
        side = self.lane if which is None else self.lane[which]
        return shifted(self.at[a], self.at[b], side * lane)

    def inside(self, left: float, top: float, right: float, bottom: float) -> Ints:
        """The devices in a rectangle of the map."""
        x, y = self.at[:, 0], self.at[:, 1]
        return np.flatnonzero((x >= left) & (x <= right) & (y >= top) & (y <= bottom))

    def links_in(
        self, left: float, top: float, right: float, bottom: float, air: float = 0.0
    ) -> Ints:
        """The links whose box touches a rectangle of the map."""
        if self._box is None or self._box_at is not self.at:
            self._box, self._box_at = _boxes(self.at, self.a, self.b), self.at
        low_x, low_y, high_x, high_y = self._box
        return np.flatnonzero(
            (high_x >= left - air)
            & (low_x <= right + air)
            & (high_y >= top - air)
            & (low_y <= bottom + air)
        )

    def neighbours(self, number: int) -> Ints:
        """Who has a link to a device."""
        return np.unique(np.concatenate([self.b[self.a == number], self.a[self.b == number]]))

    def neighbours_of(self, numbers: Iterable[int]) -> Ints:
        """Who has a link to one of some devices, and these themselves."""
        chosen = np.zeros(len(self.nodes), bool)
        chosen[np.fromiter(numbers, np.int64)] = True
        links = chosen[self.a] | chosen[self.b]
        chosen[self.a[links]] = chosen[self.b[links]] = True
        return np.flatnonzero(chosen)


_NOWHERE = Position(0.0, 0.0)


def worst_look(counts: Ints) -> int:
    """The look of the worst of some devices, counted by look; LOOK_UP when all is well."""
    if counts[LOOK_DOWN]:
        return LOOK_DOWN
    trouble = np.flatnonzero(counts[LOOK_UP + 1 : LOOK_DOWN])
    if len(trouble):
        return int(trouble[-1]) + LOOK_UP + 1
    return LOOK_UP if counts[LOOK_UP] or not counts[LOOK_UNKNOWN] else LOOK_UNKNOWN


def _boxes(at: Floats, a: Ints, b: Ints) -> Floats:
    """Left, top, right and bottom of links, a row each."""
    start, end = at[a].T, at[b].T
    return np.concatenate([np.minimum(start, end), np.maximum(start, end)])


def shifted(start: Floats, end: Floats, by: Floats) -> tuple[Floats, Floats]:
    """Lines moved sideways."""
    along = end - start
    length = np.maximum(np.hypot(along[:, 0], along[:, 1]), 1e-9)
    side = np.column_stack([-along[:, 1], along[:, 0]]) / length[:, None] * by[:, None]
    return start + side, end + side


def _lanes(ends: Ints) -> Floats:
    """Side by side: …-1, 0, 1… for the links of one pair, 0 for a single one."""
    if not len(ends):
        return np.zeros(0)
    pairs = np.sort(ends, axis=1)
    order = np.lexsort((pairs[:, 1], pairs[:, 0]))
    ordered = pairs[order]
    starts = np.flatnonzero(np.r_[True, (ordered[1:] != ordered[:-1]).any(1)])
    counts = np.diff(np.r_[starts, len(ends)])
    offsets = np.arange(len(ends)) - np.repeat(starts + (counts - 1) / 2, counts)
    lanes = np.empty(len(ends))
    lanes[order] = offsets
    # The side is counted from the lower number, so that directions do not cross lanes.
    return np.asarray(np.where(ends[:, 0] <= ends[:, 1], lanes, -lanes)) + 0.0
