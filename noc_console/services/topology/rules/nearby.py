"""A place for newcomers: beside their neighbours, and nobody else moves."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from noc_console.services.topology.rules.layout import SITE_GAP, SPACING, Problem, arrange
from noc_console.services.topology.rules.stress import Pairs, Points, Report, ignore

SEATS = 16
"""Directions tried around the neighbours of a newcomer."""
NEAREST = 24
"""How many standing devices push a newcomer away."""
LOOK_AROUND = 4 * SPACING
STEPS = 60
ROW = 12
"""Loners in one row."""


@dataclass(slots=True)
class _Map:
    """The map while it fills up."""

    places: Points
    standing: NDArray[np.bool_]
    edges: Pairs


def join(
    problem: Problem, places: Points, standing: NDArray[np.bool_], *, report: Report = ignore
) -> Points:
    """Positions for everyone: those who stand stay to the last digit, the others find a seat.

    Newcomers of a site that nobody stands in come as one block; the others go next to
    the neighbours they have.
    """
    if standing.all():
        return places.copy()
    if not standing.any():
        return arrange(problem, report=report)
    drawn = _Map(np.where(standing[:, None], places, 0.0), standing.copy(), problem.edges)
    for block in _blocks(problem, standing):
        _settle_block(drawn, problem, block)
    singles = np.flatnonzero(~drawn.standing)
    report(0.5)
    _seat(drawn, singles)
    _relax(drawn, singles)
    return drawn.places


def _blocks(problem: Problem, standing: NDArray[np.bool_]) -> list[NDArray[np.int64]]:
    """Newcomers of sites that are new as a whole, the largest first."""
    if not len(problem.groups):
        return []
    blocks = []
    for group in np.unique(problem.groups[(problem.groups >= 0) & ~standing]):
        members = np.flatnonzero(problem.groups == group)
        if len(members) > 1 and not standing[members].any():
            blocks.append(members)
    return sorted(blocks, key=lambda members: (-len(members), int(members[0])))


def _settle_block(drawn: _Map, problem: Problem, members: NDArray[np.int64]) -> None:
    number = np.full(problem.count, -1, np.int64)
    number[members] = np.arange(len(members))
    inside = number[problem.edges]
    own = inside[(inside >= 0).all(1)]
    shape = arrange(Problem(len(members), own, np.zeros(len(members), np.int64)))
    shape -= (shape.min(0) + shape.max(0)) / 2
    reach = float(np.hypot(shape[:, 0], shape[:, 1]).max()) + SPACING * 0.5
    wish = _middle(drawn, _neighbours(drawn, members))
    drawn.places[members] = shape + _free_spot(drawn.places[drawn.standing], wish, reach)
    drawn.standing[members] = True


def _neighbours(drawn: _Map, members: NDArray[np.int64]) -> NDArray[np.int64]:
    """Those who stand and have a line to one of the members."""
    inside = np.zeros(len(drawn.places), bool)
    inside[members] = True
    ends = np.concatenate([drawn.edges, drawn.edges[:, ::-1]])
    return np.unique(ends[inside[ends[:, 0]] & drawn.standing[ends[:, 1]], 1])


def _middle(drawn: _Map, nodes: NDArray[np.int64]) -> Points:
    chosen = drawn.places[nodes] if len(nodes) else drawn.places[drawn.standing]
    return np.asarray(chosen.mean(0))


def _free_spot(standing: Points, wish: Points, reach: float) -> Points:
    """The spot nearest to `wish` with room for a circle of `reach`: ring after ring."""
    need, distance = reach + SITE_GAP, 0.0
    while True:
        count = max(1, math.ceil(2 * math.pi * distance / SPACING))
        angles = np.arange(count) * (2 * math.pi / count)
        ring = wish + distance * np.column_stack([np.cos(angles), np.sin(angles)])
        apart = np.hypot(
            ring[:, None, 0] - standing[None, :, 0], ring[:, None, 1] - standing[None, :, 1]
        ).min(1)
        if apart.max() >= need:
            return np.asarray(ring[int(np.argmax(apart >= need))])
        distance += SPACING


def _seat(drawn: _Map, newcomers: NDArray[np.int64]) -> None:
    """A first seat: the emptiest direction around the neighbours, those with most first."""
    waiting = list(newcomers.tolist())
    ends = np.concatenate([drawn.edges, drawn.edges[:, ::-1]])
    friends = {node: ends[ends[:, 0] == node, 1] for node in waiting}
    angles = np.arange(SEATS) * (2 * math.pi / SEATS)
    around = SPACING * np.column_stack([np.cos(angles), np.sin(angles)])
    while waiting:
        known = [int(drawn.standing[friends[node]].sum()) for node in waiting]
        node = waiting.pop(int(np.argmax(known)))
        near = friends[node][drawn.standing[friends[node]]]
        if len(near):
            drawn.places[node] = _emptiest(drawn, _middle(drawn, near), around)
        else:
            drawn.places[node] = _below(drawn)
        drawn.standing[node] = True


def _emptiest(drawn: _Map, middle: Points, around: Points) -> Points:
    """The seat around `middle` with the most room; who stands further off does not count."""
    offset = drawn.places - middle
    near = drawn.standing & (np.abs(offset) < LOOK_AROUND).all(1)
    apart = around[:, None, :] - offset[near][None]
    gaps = np.hypot(apart[..., 0], apart[..., 1]).min(1, initial=LOOK_AROUND)
    return np.asarray(middle + around[int(np.argmax(np.round(gaps, 6)))])


def _below(drawn: _Map) -> Points:
    """The next seat of the row of loners under the map, or the first of a new row."""
    standing = drawn.places[drawn.standing]
    bottom = float(standing[:, 1].max())
    degree = np.bincount(drawn.edges.ravel(), minlength=len(drawn.places))
    loners = drawn.places[drawn.standing & (degree == 0)]
    row = loners[loners[:, 1] > bottom - 1.0]
    if 0 < len(row) < ROW:
        return np.array([float(row[:, 0].max()) + SPACING * 1.15, bottom])
    return np.array([float(standing[:, 0].min()), bottom + SPACING])


def _relax(drawn: _Map, moving: NDArray[np.int64]) -> None:
    """Newcomers with neighbours slide to a calm spot: springs to these, push from the nearest."""
    ends = np.concatenate([drawn.edges, drawn.edges[:, ::-1]])
    number = np.full(len(drawn.places), -1, np.int64)
    number[moving] = np.arange(len(moving))
    springs = ends[number[ends[:, 0]] >= 0]
    tied = np.isin(moving, springs[:, 0])
    if not tied.any():
        return
    step = SPACING * 0.25
    crowd = np.empty((0, 0), np.int64)
    for round_ in range(STEPS):
        points = drawn.places[moving]
        if round_ % 15 == 0:
            crowd = _nearest(drawn.places, moving)
        force = np.zeros_like(points)
        reach = drawn.places[springs[:, 1]] - drawn.places[springs[:, 0]]
        length = np.maximum(np.hypot(reach[:, 0], reach[:, 1]), 1e-6)
        pull = reach * ((length - SPACING) / length)[:, None] * 0.5
        np.add.at(force, number[springs[:, 0]], pull)
        away = points[:, None, :] - drawn.places[crowd]
        apart = np.maximum(np.hypot(away[..., 0], away[..., 1]), SPACING * 0.05)
        # Only who is really close pushes: a whole site would blow its newcomers away.
        push = np.maximum(SPACING * 1.3 / apart - 1.0, 0.0) * 0.4
        force += (away / apart[..., None] * (push * SPACING)[..., None]).sum(1)
        size = np.maximum(np.hypot(force[:, 0], force[:, 1]), 1e-9)
        moved = force * (np.minimum(size, step) / size)[:, None]
        drawn.places[moving[tied]] += moved[tied]
        step *= 0.95


def _nearest(places: Points, moving: NDArray[np.int64]) -> NDArray[np.int64]:
    """For each mover the indices of the nearest others."""
    count = min(NEAREST, len(places) - 1)
    rows = []
    for node in moving:
        apart = np.hypot(places[:, 0] - places[node, 0], places[:, 1] - places[node, 1])
        apart[node] = np.inf
        rows.append(np.argpartition(apart, count - 1)[:count])
    return np.array(rows, np.int64)
