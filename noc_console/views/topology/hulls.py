"""Sites as shapes: the outline around their devices, what is wrong there, what joins them.

Outlines are reckoned for all sites at once, direction by direction: how far the devices of a
site reach in 48 directions, plus some air, are the tangents of its outline.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from noc_console.kernel.text import plural
from noc_console.views.topology.scene import LOOK_DOWN, LOOK_UP, LOOKS, WIDTHS, Scene, worst_look
from noc_console.views.topology.shading import shade_of, weight_of

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

AIR = 66.0
"""Map units around the devices of a site."""
NAME_ROOM = 14.0
"""Room for the names below the lowest devices, in map units."""
DIRECTIONS = 48
MANY_SITES = 150
"""With more sites than this there is a level of regions above them."""
CLUMPED = 24
"""Nor fewer sites, when their country is this much wider than they are apart."""
REGIONS = 60
"""About so many regions are made of many sites."""
_TURN = 2 * np.pi / DIRECTIONS
_ANGLES = np.arange(DIRECTIONS) * _TURN
_TOWARD = np.column_stack([np.cos(_ANGLES), np.sin(_ANGLES)])


def outlines(points: Floats, starts: Ints) -> Floats:
    """Outlines of groups of points that follow each other: `starts` says where each begins."""
    reach = np.empty((len(starts), DIRECTIONS))
    for number, (x, y) in enumerate(_TOWARD):
        far = np.maximum.reduceat(points[:, 0] * x + points[:, 1] * y, starts)
        reach[:, number] = far + max(0.0, NAME_ROOM * y) + AIR
    # Where the tangents of two neighbouring directions cross.
    ahead = np.roll(reach, -1, axis=1)
    along = (ahead - reach * np.cos(_TURN)) / np.sin(_TURN)
    side = np.column_stack([-_TOWARD[:, 1], _TOWARD[:, 0]])
    return np.asarray(reach[:, :, None] * _TOWARD + along[:, :, None] * side)


def outline(points: Floats) -> Floats:
    """The outline of one group of devices."""
    return np.asarray(outlines(points, np.zeros(1, np.int64))[0])


@dataclass(frozen=True, slots=True)
class SiteShape:
    """One site as drawn, or a region of several."""

    number: int
    name: str
    outline: Floats
    centre: Floats
    members: Ints
    looks: Ints
    """How many of its devices have which look: a row of a table that follows the scene."""
    sites: int = 1
    """How many sites a region has."""
    devices: int = 0
    """How many live there, those in collapsed groups as well."""
    is_collapsed: bool = False
    """All of it is shown as one group, which says its name itself."""

    @property
    def top(self) -> Floats:
        """Where its name hangs."""
        low = self.outline[:, 1].min()
        return np.array([self.outline[self.outline[:, 1] < low + 6.0, 0].mean(), low])

    @property
    def bottom(self) -> Floats:
        """Its lowest point."""
        high = self.outline[:, 1].max()
        return np.array([self.outline[self.outline[:, 1] > high - 6.0, 0].mean(), high])

    @property
    def reach(self) -> float:
        return float(np.ptp(self.outline, axis=0).max()) / 2

    @property
    def troubled(self) -> int:
        return int(self.looks[LOOK_UP + 1 : LOOK_DOWN + 1].sum())

    @property
    def worst(self) -> int:
        """The look of its worst device, LOOK_UP when all is well or unknown."""
        worst = worst_look(self.looks)
        return worst if worst <= LOOK_DOWN else LOOK_UP


def shapes(scene: Scene) -> tuple[SiteShape, ...]:
    """Every site with devices."""
    return _shapes(scene, scene.site, scene.sites)


def _shapes(scene: Scene, group: Ints, names: tuple[str, ...]) -> tuple[SiteShape, ...]:
    homed = np.flatnonzero(group >= 0)
    if not len(homed):
        return ()
    order = homed[np.argsort(group[homed], kind="stable")]
    numbers, starts = np.unique(group[order], return_index=True)
    edges = outlines(scene.at[order], starts)
    centres = (edges.min(1) + edges.max(1)) / 2
    table = looks_by(scene.look, group, len(names))
    many = np.add.reduceat(np.maximum(scene.count[order], 1), starts)
    alone = scene.count[order[starts]] * (np.diff(np.r_[starts, len(order)]) == 1) > 0
    return tuple(
        SiteShape(
            number,
            names[number],
            edge,
            centre,
            members,
            table[number],
            devices=devices,
            is_collapsed=collapsed,
        )
        for number, edge, centre, members, devices, collapsed in zip(
            numbers.tolist(),
            edges,
            centres,
            np.split(order, starts[1:]),
            many.tolist(),
            alone.tolist(),
            strict=True,
        )
    )


def looks_by(look: Ints, group: Ints, count: int) -> Ints:
    """How many devices of each group have which look: a row per group."""
    homed = group >= 0
    codes = group[homed] * LOOKS + look[homed]
    return np.bincount(codes, minlength=count * LOOKS).reshape(-1, LOOKS)


def regions(sites: tuple[SiteShape, ...], count: int) -> tuple[Ints, tuple[str, ...]]:
    """Neighbouring sites taken together: each site's region, and the regions' names.

    The largest sites take in what lies around them, so the result depends on places and
    sizes only: it is the same every day.
    """
    of = np.full(count, -1, np.int64)
    if not sites:
        return of, ()
    centres = np.array([site.centre for site in sites])
    sizes = np.array([len(site.members) for site in sites])
    extent = np.ptp(centres, axis=0)
    reach = float(np.sqrt(max(extent[0], 1.0) * max(extent[1], 1.0) / REGIONS)) * 0.75
    free = np.ones(len(sites), bool)
    names: list[str] = []
    for first in np.argsort(-sizes, kind="stable").tolist():
        if not free[first]:
            continue
        near = np.flatnonzero(free & (np.hypot(*(centres - centres[first]).T) <= reach))
        free[near] = False
        of[[sites[at].number for at in near.tolist()]] = len(names)
        more = len(near) - 1
        name = sites[first].name.partition(",")[0].strip()
        names.append(f"{name}, and {plural(more, 'more site')}" if more else sites[first].name)
    return of, tuple(names)


@dataclass(frozen=True, slots=True)
class Trunks:
    """Links between sites, one per pair: the worst shade of the members, the widest width."""

    a: Ints
    b: Ints
    shades: Ints
    width: Ints
    count: Ints


def trunks(scene: Scene, group: Ints | None = None) -> Trunks:
    """Links merged by pair of sites (of groups); the unknown counts least, down most."""
    where = scene.site if group is None else group
    from_site, to_site = where[scene.a], where[scene.b]
    between = np.flatnonzero((from_site != to_site) & (from_site >= 0) & (to_site >= 0))
    if not len(between):
        none = np.empty(0, np.int64)
        return Trunks(none, none, np.empty((0, 2), np.int64), none, none)
    a, b, told = from_site[between], to_site[between], scene.shades[between]
    told = np.where((a > b)[:, None], told[:, ::-1], told)
    many = int(where.max()) + 1
    pairs, pair = np.unique(np.minimum(a, b) * many + np.maximum(a, b), return_inverse=True)
    worst = np.zeros((len(pairs), 2), np.int64)
    np.maximum.at(worst, pair, weight_of(told))
    width = np.zeros(len(pairs), np.int64)
    np.maximum.at(width, pair, scene.width[between] % WIDTHS)
    weight = np.maximum(scene.parts[between], 1)
    return Trunks(
        pairs // many,
        pairs % many,
        shade_of(worst),
        width,
        np.bincount(pair, weight, minlength=len(pairs)).astype(np.int64),
    )


@dataclass(frozen=True, slots=True)
class Outlined:
    """Sites and regions of a scene, ready to draw."""

    sites: tuple[SiteShape, ...]
    regions: tuple[SiteShape, ...]
    region_of: Ints
    """Each site's region, by the site's number; -1 without regions."""
    low: Floats
    high: Floats
    """The corners of the sites' outlines, in the order of `sites`."""
    reach: float
    """Half the extent of the usual site, in map units."""
    apart: float
    """How far the usual site is from its neighbour, in map units."""
    size: float
    """How many devices the usual site has."""
    regions_apart: float = 0.0

    def recount(self, scene: Scene) -> None:
        """Take over newer looks of the devices."""
        site = scene.site
        for group, each in ((site, self.sites), (self.region(scene), self.regions)):
            if each:
                table = looks_by(scene.look, group, max(shape.number for shape in each) + 1)
                for shape in each:
                    shape.looks[:] = table[shape.number]

    def region(self, scene: Scene) -> Ints:
        """The region of every device."""
        return np.asarray(np.where(scene.site >= 0, self.region_of[scene.site], -1))


def outlined(scene: Scene) -> Outlined:
    """Everything about the sites of a scene; a few milliseconds for 50,000 devices."""
    sites = shapes(scene)
    of = np.full(max(len(scene.sites), 1), -1, np.int64)
    merged: tuple[SiteShape, ...] = ()
    edges = np.array([site.outline for site in sites]).reshape(len(sites), DIRECTIONS, 2)
    low = edges.min(1) if len(sites) else np.empty((0, 2))
    high = edges.max(1) if len(sites) else np.empty((0, 2))
    apart = _apart((low + high) / 2)
    if len(sites) > MANY_SITES or _is_clumped(low, high, apart):
        of, names = regions(sites, len(scene.sites))
        many = np.bincount(of[of >= 0], minlength=len(names))
        group = np.where(scene.site >= 0, of[scene.site], -1)
        merged = tuple(
            replace(shape, sites=int(many[shape.number])) for shape in _shapes(scene, group, names)
        )
    reach = float(np.median((high - low).max(1)) / 2) if len(sites) else 0.0
    size = float(np.median([len(site.members) for site in sites])) if sites else 0.0
    middles = np.array([region.centre for region in merged]).reshape(-1, 2)
    return Outlined(sites, merged, of, low, high, reach, apart, size, _apart(middles))


def _is_clumped(low: Floats, high: Floats, apart: float) -> bool:
    """Whether sites stand so close in a wide country that their bubbles would pile up."""
    return len(low) > 2 and 0.0 < apart * CLUMPED < float((high.max(0) - low.min(0)).max())


def _apart(centres: Floats) -> float:
    """The usual distance to the nearest other point; 0 for fewer than two."""
    if len(centres) < 2:
        return 0.0
    some = centres[:: max(1, len(centres) // 200)]
    gaps = np.hypot(*(some[:, None] - centres[None]).transpose(2, 0, 1))
    gaps[gaps == 0.0] = np.inf
    nearest = gaps.min(1)
    return float(np.median(nearest[np.isfinite(nearest)])) if np.isfinite(nearest).any() else 0.0
