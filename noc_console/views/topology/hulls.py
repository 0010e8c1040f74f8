"""The outline of a site: its devices and some air around them, with round corners."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from noc_console.views.topology.scene import LOOK_DOWN, LOOK_UP, LOOKS, Scene

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

AIR = 66.0
"""Map units around the devices of a site, before its corners are cut."""
_ROUND = np.linspace(0, 2 * np.pi, 8, endpoint=False) + np.pi / 8
_CIRCLE = np.column_stack([np.cos(_ROUND), np.sin(_ROUND)]) * AIR
_NAME_BELOW = np.array([0.0, 14.0])


def hull(points: Floats) -> Floats:
    """The convex hull, counted around (Andrew's monotone chain)."""
    unique = np.unique(points, axis=0)
    if len(unique) < 3:
        return unique
    halves = []
    for ordered in (unique, unique[::-1]):
        chain: list[tuple[float, float]] = []
        for x, y in ordered.tolist():
            while len(chain) > 1 and _turns_right(chain[-2], chain[-1], (x, y)):
                chain.pop()
            chain.append((x, y))
        halves.append(chain[:-1])
    return np.array(halves[0] + halves[1])


def _turns_right(a: tuple[float, float], b: tuple[float, float], c: tuple[float, float]) -> bool:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]) <= 0


def outline(points: Floats) -> Floats:
    """The hull of devices with round corners; room for the names below them."""
    corners = hull(np.concatenate([points, points + _NAME_BELOW]))
    return _smooth(hull((corners[:, None, :] + _CIRCLE[None, :, :]).reshape(-1, 2)))


def _smooth(corners: Floats, *, times: int = 3) -> Floats:
    """Corners cut off, again and again, until the line flows (Chaikin)."""
    for _ in range(times):
        following = np.roll(corners, -1, axis=0)
        cut = np.stack([corners * 0.75 + following * 0.25, corners * 0.25 + following * 0.75], 1)
        corners = cut.reshape(-1, 2)
    return corners


@dataclass(frozen=True, slots=True)
class SiteShape:
    """One site as drawn."""

    number: int
    name: str
    outline: Floats
    centre: Floats
    members: Ints
    looks: Ints
    """How many of its devices have which look."""

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
        """The look of its worst device, LOOK_UP when all is well."""
        if self.looks[LOOK_DOWN]:
            return LOOK_DOWN
        present = np.flatnonzero(self.looks[:LOOK_DOWN])
        return int(present.max(initial=LOOK_UP))


def shapes(scene: Scene) -> tuple[SiteShape, ...]:
    """Every site with devices."""
    found = []
    for number, name in enumerate(scene.sites):
        members = np.flatnonzero(scene.site == number)
        if len(members):
            found.append(shape(scene, number, name, members))
    return tuple(found)


def shape(scene: Scene, number: int, name: str, members: Ints) -> SiteShape:
    """One site."""
    edge = outline(scene.at[members])
    return SiteShape(
        number=number,
        name=name,
        outline=edge,
        centre=(edge.min(0) + edge.max(0)) / 2,
        members=members,
        looks=np.bincount(scene.look[members], minlength=LOOKS),
    )


@dataclass(frozen=True, slots=True)
class Trunks:
    """Links between sites, one per pair: the worst shade of the members, the widest width."""

    a: Ints
    b: Ints
    shades: Ints
    width: Ints
    count: Ints


def trunks(scene: Scene) -> Trunks:
    """Links merged by pair of sites; the unknown counts least, down most."""
    from_site, to_site = scene.site[scene.a], scene.site[scene.b]
    between = np.flatnonzero((from_site != to_site) & (from_site >= 0) & (to_site >= 0))
    if not len(between):
        none = np.empty(0, np.int64)
        return Trunks(none, none, np.empty((0, 2), np.int64), none, none)
    turned = from_site[between] > to_site[between]
    ends = np.sort(np.column_stack([from_site[between], to_site[between]]), axis=1)
    told = np.where(turned[:, None], scene.shades[between][:, ::-1], scene.shades[between])
    pairs, pair = np.unique(ends, axis=0, return_inverse=True)
    pair = pair.ravel()
    # Unknown (10) sorts below everything known: shift it to -1 while taking the worst.
    known = np.where(told == 10, -1, told)
    worst = np.full((len(pairs), 2), -1, np.int64)
    np.maximum.at(worst, pair, known)
    width = np.zeros(len(pairs), np.int64)
    np.maximum.at(width, pair, scene.width[between])
    return Trunks(
        pairs[:, 0],
        pairs[:, 1],
        np.where(worst < 0, 10, worst),
        width,
        np.bincount(pair, minlength=len(pairs)),
    )
