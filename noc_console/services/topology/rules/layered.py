"""The core on top, what hangs on it below; sites side by side.

Every device has a rank: how many links it is from the core, and never above what its role
allows. A site is one block, its ranks one under the other; a rank too wide for its block goes
on in further rows. Within the blocks crossings are reduced by barycentre sweeps (Sugiyama,
Tagawa, Toda: Methods for Visual Understanding of Hierarchical System Structures, 1981). Blocks
stand in rows, the ones nearest to the core first. Nothing is left to chance: the same network,
the same picture.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from noc_console.services.topology.rules import stress
from noc_console.services.topology.rules.grouping import communities, with_neighbours
from noc_console.services.topology.rules.layout import Problem
from noc_console.services.topology.rules.stress import Pairs, Points, Report, ignore

ACROSS = 104.0
"""Map units between neighbours of a row: an icon, its name, and air."""
ROW = 74.0
"""Between two rows of one rank."""
RANK = 138.0
"""Between two ranks: room for the lines."""
BLOCK_GAP = 150.0
LEVEL_GAP = 260.0
STAGGER = 84.0
TITLE = 0.06
"""The gap's least part of the whole height: a site's name must fit in when all is in view."""
LARGEST = 400
"""Groups above this many devices are split into communities first."""
SWEEPS = 8
WIDE = 1.9
WIDEST_AIR = 1.5
FEWER_ROWS = 0.75
"""One row more must make the picture at least so much larger."""
MOST_BLOCKS = 1200
"""With more blocks than this they stand by size."""
LEAF = 2
DEEPEST = 12
"""Ranks below this one share it: a chain of a hundred repeaters is no tower."""

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class _Block:
    """A site laid out around its own origin: the top left corner."""

    members: Ints
    points: Points
    width: float
    height: float


def arrange(problem: Problem, *, report: Report = ignore) -> Points:
    """A position for every node. `report` hears how far it is and may raise to stop."""
    if not problem.count:
        return np.empty((0, 2))
    edges = _simple(problem.edges)
    rank = ranks(problem)
    labels = _labels(problem, edges)
    report(0.1)
    count = int(labels.max()) + 1
    tier = _tiers(labels, rank, count)
    order = _block_order(labels, edges, tier, count)
    report(0.2)
    blocks = _blocks(problem.count, edges, rank, labels, order, report)
    places = np.zeros((problem.count, 2))
    seat = np.empty(count, np.int64)
    seat[order] = np.arange(count)
    corners = _corners(blocks, tier[order], _simple(seat[labels[edges]]))
    for block, corner in zip(blocks, corners, strict=True):
        places[block.members] = block.points + corner
    report(1.0)
    return np.asarray(places - (places.min(0) + places.max(0)) / 2)


def ranks(problem: Problem) -> Ints:
    """How far below the core each node stands, 0 for the core itself."""
    count, edges = problem.count, _simple(problem.edges)
    roles = problem.roles if len(problem.roles) else np.full(count, LEAF, np.int64)
    depth = _steps(count, edges, _core(problem, edges, roles))
    # What is not connected to any core stands where its role belongs.
    depth = np.where(depth < 0, roles, depth)
    return np.asarray(np.minimum(np.maximum(depth, roles), DEEPEST))


def join(problem: Problem, places: Points, standing: Bools, *, report: Report = ignore) -> Points:
    """Positions for everyone: those who stand do not move, newcomers go below what they hang on."""
    if standing.all():
        return places.copy()
    if not standing.any():
        return arrange(problem, report=report)
    drawn, there = np.where(standing[:, None], places, 0.0), standing.copy()
    rank = ranks(problem)
    ends = np.concatenate([problem.edges, problem.edges[:, ::-1]])
    waiting = np.flatnonzero(~standing)
    for node in waiting[np.argsort(rank[waiting], kind="stable")].tolist():
        friends = ends[ends[:, 0] == node, 1]
        friends = friends[there[friends]]
        drawn[node] = _seat(drawn[there], _below(drawn, rank, node, friends, there))
        there[node] = True
    report(1.0)
    return drawn


def _below(drawn: Points, rank: Ints, node: int, friends: Ints, there: Bools) -> Points:
    """Where a newcomer would like to stand: under the highest of its neighbours."""
    if not len(friends):
        standing = drawn[there]
        return np.array([standing[:, 0].min(), standing[:, 1].max() + RANK])
    above = friends[rank[friends] == rank[friends].min()]
    middle = drawn[above].mean(0)
    down = float(np.sign(rank[node] - rank[above[0]]))
    return np.asarray(middle + np.array([0.0, down * RANK]))


def _seat(standing: Points, wish: Points) -> Points:
    """The free seat nearest to `wish`: along its row first, then further down."""
    reach = np.arange(-12, 13)
    rows, columns = np.meshgrid(np.arange(40), reach, indexing="ij")
    offset = np.stack([columns * ACROSS, rows * ROW], axis=-1).reshape(-1, 2)
    cost = np.hypot(offset[:, 0], offset[:, 1] * 1.6)
    seats = wish + offset[np.argsort(np.round(cost, 3), kind="stable")]
    low, high = seats.min(0) - ACROSS, seats.max(0) + ACROSS
    near = standing[((standing >= low) & (standing <= high)).all(1)]
    for start in range(0, len(seats), 64):
        some = seats[start : start + 64]
        off = np.abs(some[:, None, :] - near[None]) / (ACROSS * 0.9, ROW * 0.9)
        free = ~(off.max(-1) < 1.0).any(1)
        if free.any():
            return np.asarray(some[int(np.argmax(free))])
    return np.array([wish[0], standing[:, 1].max() + ROW])


def _simple(edges: Pairs) -> Pairs:
    ordered = np.sort(edges.reshape(-1, 2), axis=1)
    return np.unique(ordered[ordered[:, 0] != ordered[:, 1]], axis=0).astype(np.int64)


def _core(problem: Problem, edges: Pairs, roles: Ints) -> Ints:
    """Who carries the whole: routers that join sites, else the best connected router, else node.

    Of the routers that join sites only those count that join the most: half of the best.
    """
    degree = np.bincount(edges.ravel(), minlength=problem.count)
    routers = roles == 0
    if len(problem.groups) and len(edges):
        groups = problem.groups
        outward = edges[groups[edges[:, 0]] != groups[edges[:, 1]]]
        abroad = np.bincount(outward.ravel(), minlength=problem.count) * routers
        if abroad.max(initial=0) > 0:
            return np.flatnonzero(abroad * 2 >= abroad.max())
    best = np.where(routers, degree, -1) if routers.any() else degree
    return np.flatnonzero(best == best.max())[:1]


def _steps(count: int, edges: Pairs, roots: Ints) -> Ints:
    """Links to the nearest root, -1 where there is no way."""
    ends = np.concatenate([edges, edges[:, ::-1]])
    steps = np.full(count, -1, np.int64)
    steps[roots] = 0
    front = np.zeros(count, bool)
    front[roots] = True
    for step in range(1, count + 1):
        reached = ends[front[ends[:, 0]], 1]
        fresh = reached[steps[reached] < 0]
        if not len(fresh):
            break
        steps[fresh] = step
        front[:] = False
        front[fresh] = True
    return steps


def _labels(problem: Problem, edges: Pairs) -> Ints:
    """A block for everyone: their site; communities where that is none or too large a one."""
    groups, strays = with_neighbours(problem.count, edges, problem.groups)
    groups[strays] = groups.max(initial=-1) + 1
    _, labels = np.unique(groups, return_inverse=True)
    fresh = int(labels.max()) + 1
    for label in np.flatnonzero(np.bincount(labels) > LARGEST).tolist():
        inside = np.flatnonzero(labels == label)
        if strays[inside].all():
            continue
        number = np.full(problem.count, -1, np.int64)
        number[inside] = np.arange(len(inside))
        own = number[edges]
        parts = communities(len(inside), own[(own >= 0).all(1)], LARGEST)
        labels[inside] = np.where(parts == 0, label, fresh + parts - 1)
        fresh += int(parts.max())
    return np.asarray(labels, np.int64)


def _tiers(labels: Ints, rank: Ints, count: int) -> Ints:
    """Blocks with a piece of the core are above the others."""
    top = np.full(count, DEEPEST + 1)
    np.minimum.at(top, labels, rank)
    return np.asarray((top > top.min()).astype(np.int64))


def _block_order(labels: Ints, edges: Pairs, tier: Ints, count: int) -> Ints:
    """Blocks that are linked next to each other, tier by tier.

    The upper tier along the longest way through all, those below it by the mean place of
    what they hang on.
    """
    size = np.bincount(labels, minlength=count)
    pairs = _simple(labels[edges])
    if count < 3 or not len(pairs) or count > MOST_BLOCKS:
        return np.lexsort((-size, tier))
    distances = stress.path_lengths(count, pairs, np.ones(len(pairs)))
    place = _spread(tier, np.lexsort((stress.first_guess(distances)[:, 1].round(6), tier)))
    ends = np.concatenate([pairs, pairs[:, ::-1]])
    up = ends[tier[ends[:, 0]] > tier[ends[:, 1]]]
    known = np.bincount(up[:, 0], minlength=count)
    total = np.bincount(up[:, 0], place[up[:, 1]], minlength=count)
    place = np.where(known > 0, total / np.maximum(known, 1), place)
    return np.lexsort((np.round(place, 6), tier))


def _blocks(
    count: int, edges: Pairs, rank: Ints, labels: Ints, order: Ints, report: Report
) -> list[_Block]:
    """Every block laid out, in the order they are to stand in."""
    seat = np.empty(len(order), np.int64)
    seat[order] = np.arange(len(order))
    by_label = np.argsort(labels, kind="stable")
    members = np.split(by_label, np.cumsum(np.bincount(labels, minlength=len(order)))[:-1])
    home = labels[edges]
    inner = home[:, 0] == home[:, 1]
    own = edges[inner][np.argsort(home[inner, 0], kind="stable")]
    cuts = np.searchsorted(np.sort(home[inner, 0]), np.arange(len(order) + 1))
    # A device with lines to a block further right stands at the right of its own.
    pull = np.zeros(count)
    outer = edges[~inner]
    for a, b in ((0, 1), (1, 0)):
        np.add.at(pull, outer[:, a], np.sign(seat[labels[outer[:, b]]] - seat[labels[outer[:, a]]]))
    blocks = []
    for at, label in enumerate(order.tolist()):
        report(0.2 + 0.7 * at / len(order))
        inside = members[label]
        number = np.full(count, -1, np.int64)
        number[inside] = np.arange(len(inside))
        lines = number[own[cuts[label] : cuts[label + 1]]]
        blocks.append(_block(inside, lines, rank[inside], pull[inside]))
    return blocks


def _block(members: Ints, edges: Pairs, rank: Ints, pull: Floats) -> _Block:
    """One site: an order in every rank, rows, and then everyone near those they are linked to."""
    count = len(members)
    columns = max(2, math.ceil(math.sqrt(count * 1.05)))
    _, layer = np.unique(rank, return_inverse=True)
    order = _crossed_less(edges, layer, pull)
    points = _rows(layer, order, columns)
    points[:, 0] = _aligned(points, edges)
    points -= points.min(0)
    width, height = np.ptp(points, axis=0).tolist()
    return _Block(members, points, width, height)


def _crossed_less(edges: Pairs, layer: Ints, pull: Floats) -> Floats:
    """Where in its rank each node belongs, 0–1: the mean of its neighbours, swept up and down."""
    count = len(layer)
    spread = np.zeros(count)
    spread[:] = _spread(layer, np.lexsort((np.arange(count), pull, layer)))
    if not len(edges):
        return spread
    ends = np.concatenate([edges, edges[:, ::-1]])
    degree = np.bincount(ends[:, 0], minlength=count)
    for sweep in range(SWEEPS):
        up = sweep % 2 == 1
        useful = (
            layer[ends[:, 1]] > layer[ends[:, 0]] if up else (layer[ends[:, 1]] < layer[ends[:, 0]])
        )
        lines = ends[useful] if useful.any() else ends
        total = np.bincount(lines[:, 0], spread[lines[:, 1]], minlength=count)
        known = np.bincount(lines[:, 0], minlength=count)
        wish = np.where(known > 0, total / np.maximum(known, 1), spread)
        wish = wish + 0.02 * np.sign(pull) * (degree > 0)
        spread = _spread(layer, np.lexsort((spread, np.round(wish, 9), layer)))
    return spread


def _spread(layer: Ints, order: Ints) -> Floats:
    """Positions 0–1 of each layer's nodes in this order."""
    sizes = np.bincount(layer)
    first = np.cumsum(sizes) - sizes
    spread = np.empty(len(layer))
    spread[order] = np.arange(len(order)) - first[layer[order]]
    return np.asarray((spread + 0.5) / sizes[layer])


def _rows(layer: Ints, spread: Floats, columns: int) -> Points:
    """Seats: each rank in as many rows as it needs, neighbours in the order under each other."""
    points = np.zeros((len(layer), 2))
    top = 0.0
    for rank in range(int(layer.max()) + 1):
        inside = np.flatnonzero(layer == rank)
        inside = inside[np.argsort(spread[inside], kind="stable")]
        rows = math.ceil(len(inside) / columns)
        at = np.arange(len(inside))
        across = at // rows
        points[inside, 0] = (across - across.max(initial=0) / 2) * ACROSS
        points[inside, 1] = top + at % rows * ROW
        top += (rows - 1) * ROW + RANK
    return points


def _aligned(points: Points, edges: Pairs, *, sweeps: int = 10) -> Floats:
    """Rows slid and stretched so that nodes stand near those they are linked to, in order."""
    x, count = points[:, 0].copy(), len(points)
    ends = np.concatenate([edges, edges[:, ::-1]])
    vertical = ends[points[ends[:, 0], 1] != points[ends[:, 1], 1]]
    if not len(vertical):
        return x
    known = np.bincount(vertical[:, 0], minlength=count)
    rows = [
        inside[np.argsort(x[inside], kind="stable")]
        for level in np.unique(points[:, 1])
        for inside in [np.flatnonzero(points[:, 1] == level)]
    ]
    for _ in range(sweeps):
        total = np.bincount(vertical[:, 0], x[vertical[:, 1]], minlength=count)
        wish = np.where(known > 0, total / np.maximum(known, 1), x)
        for row in rows:
            x[row] = _spaced(
                0.5 * x[row] + 0.5 * wish[row], np.arange(len(row), dtype=np.float64) * ACROSS
            )
    return x


def _spaced(wish: Floats, steps: Floats) -> Floats:
    """The positions nearest to `wish` that keep the order and the distances of `steps`.

    Pushed to the right from the left end and to the left from the right end; the middle of
    both is as near to the wishes as one pass comes.
    """
    right = np.maximum.accumulate(wish - steps) + steps
    left = np.minimum.accumulate((wish - steps)[::-1])[::-1] + steps
    return np.asarray((left + right) / 2)


def _corners(blocks: list[_Block], tier: Ints, links: Pairs) -> Points:
    """Where each block's corner goes: rows so wide that the whole fits a screen."""
    width = np.array([block.width + BLOCK_GAP for block in blocks])
    height = np.array([block.height for block in blocks])
    best, found = math.inf, np.zeros((len(blocks), 2))
    for rows in range(1, min(len(blocks), 40) + 1):
        row = _dealt(width, tier, float(width.sum()) / rows)
        corners, size = _in_rows(width, height, row, links, LEVEL_GAP)
        if size[1] * TITLE > LEVEL_GAP:
            corners, size = _in_rows(width, height, row, links, size[1] * TITLE)
        cost = max(size[0] / WIDE, size[1])
        if cost < best * FEWER_ROWS:
            best, found = cost, corners
            # What is still higher than wide is given more air between its columns.
            air = min(WIDEST_AIR, max(1.0, WIDE * size[1] / size[0]))
            found[:, 0] = (corners[:, 0] + width / 2) * air - width / 2
    return found


def _dealt(width: Floats, tier: Ints, target: float) -> Ints:
    """Each block's row: a tier in as many as its width asks for, dealt in turns.

    So what belongs together stands together: in neighbouring rows, one below the other.
    """
    row, first = np.zeros(len(width), np.int64), 0
    for level in np.unique(tier):
        mine = np.flatnonzero(tier == level)
        rows = min(len(mine), max(1, round(float(width[mine].sum()) / target)))
        row[mine] = first + np.arange(len(mine)) % rows
        first += rows
    return row


def _in_rows(
    width: Floats, height: Floats, row: Ints, links: Pairs, gap: float
) -> tuple[Points, tuple[float, float]]:
    """Blocks in their rows."""
    corners = np.zeros((len(width), 2))
    corners[:, 0] = _across(width, row, links) - width / 2
    top = 0.0
    for at in range(int(row.max()) + 1):
        inside = np.flatnonzero(row == at)
        # Every other one a little lower, or a line between the outer two hides in the middle one.
        corners[inside, 1] = top + np.arange(len(inside)) % 2 * STAGGER
        top += float(height[inside].max()) + gap
    wide = float((corners[:, 0] + width).max() - corners[:, 0].min())
    return corners, (wide, top - gap)


def _across(width: Floats, row: Ints, links: Pairs) -> Floats:
    """Each block's middle: below what it hangs on, above what hangs on it, beside its row."""
    middle, last = np.zeros(len(width)), int(row.max())
    ends = np.concatenate([links, links[:, ::-1]])
    for step, at in enumerate([*range(last + 1), *range(last - 1, -1, -1)]):
        inside = np.flatnonzero(row == at)
        steps = np.cumsum(width[inside]) - width[inside] / 2
        if step == at:
            middle[inside] = steps - width[inside].sum() / 2
        from_there = row[ends[:, 1]] < at if step == at else row[ends[:, 1]] > at
        mine = ends[(row[ends[:, 0]] == at) & from_there]
        known = np.bincount(mine[:, 0], minlength=len(width))[inside]
        total = np.bincount(mine[:, 0], middle[mine[:, 1]], minlength=len(width))[inside]
        wish = np.where(known > 0, total / np.maximum(known, 1), middle[inside])
        middle[inside] = _spaced(wish, steps)
    return middle
