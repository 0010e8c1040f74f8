"""A small graph drawn by its distances: springs between every two nodes.

Stress majorisation (Gansner, Koren, North: Graph Drawing by Stress Majorization, 2004):
minimise the sum of (|p_i - p_j| - d_ij)^2 / d_ij^2. Exact, so O(n^2) memory: for groups
of a few hundred nodes. Deterministic: the start comes from the distances, not from chance.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]
Pairs = NDArray[np.int64]
Report = Callable[[float], None]
"""Told how far the work is, 0–1; it may raise to stop it."""

GOLDEN = math.pi * (3 - math.sqrt(5))
LOOK_AGAIN = 6
"""Steps between two looks at who is near whom."""
NEAR = 1.8
"""In gaps: who is further apart than this does not meet in the next steps."""


def ignore(_share: float) -> None:
    """A report nobody reads."""


def spring_lengths(count: int, edges: Pairs) -> NDArray[np.float64]:
    """The wished length of each edge, 1 at least: hubs need room for their leaves."""
    degree = np.bincount(edges.ravel(), minlength=count)
    busiest = np.maximum(degree[edges[:, 0]], degree[edges[:, 1]])
    return np.asarray(np.maximum(1.0, np.sqrt(busiest) / 2.0))


def path_lengths(count: int, edges: Pairs, lengths: NDArray[np.float64]) -> NDArray[np.float64]:
    """All shortest paths (Floyd–Warshall); what is not connected stands a bit further off."""
    distances = np.full((count, count), np.inf)
    np.fill_diagonal(distances, 0.0)
    np.minimum.at(distances, (edges[:, 0], edges[:, 1]), lengths)
    np.minimum.at(distances, (edges[:, 1], edges[:, 0]), lengths)
    for via in range(count):
        np.minimum(distances, distances[:, via, None] + distances[None, via, :], out=distances)
    finite = distances[np.isfinite(distances)]
    apart = min(float(finite.max(initial=1.0)), math.sqrt(count)) + 1.0
    distances[~np.isfinite(distances)] = apart
    return distances


def spiral(count: int, step: float = 1.0) -> Points:
    """Points in a sunflower: even, and never two on one spot."""
    at = np.arange(count)
    radius = step * np.sqrt(at + 0.5)
    return np.column_stack([radius * np.cos(at * GOLDEN), radius * np.sin(at * GOLDEN)])


def first_guess(distances: NDArray[np.float64]) -> Points:
    """Classical scaling of the distances, loosened so that equals do not coincide."""
    count = len(distances)
    squared = distances**2
    centred = squared - squared.mean(0) - squared.mean(1)[:, None] + squared.mean()
    values, vectors = np.linalg.eigh(-0.5 * centred)
    top = vectors[:, -2:] * np.sqrt(np.maximum(values[-2:], 1e-9))
    # An eigenvector's sign is arbitrary: fix it, so that every machine draws the same map.
    strongest = np.abs(top).argmax(0)
    top *= np.where(top[strongest, [0, 1]] < 0, -1.0, 1.0)
    return np.asarray(top + spiral(count, 0.08))


def relax(
    distances: NDArray[np.float64],
    start: Points,
    *,
    steps: int = 90,
    tolerance: float = 2e-4,
    report: Report = ignore,
) -> Points:
    """Positions whose distances are as near to the wished ones as the plane allows."""
    count = len(distances)
    if count < 2:
        return np.zeros((count, 2))
    wished = distances + np.eye(count)
    weights = wished**-2.0
    np.fill_diagonal(weights, 0.0)
    laplacian = np.diag(weights.sum(1)) - weights
    solve = np.linalg.inv(laplacian + 1.0 / count)
    pull = weights * wished
    points, before = start.copy(), math.inf
    for step in range(steps):
        report(step / steps)
        apart = np.hypot(*(points[:, None, :] - points[None, :, :]).transpose(2, 0, 1))
        stress = float((weights * (apart - wished) ** 2).sum())
        if before - stress < tolerance * stress:
            break
        before = stress
        shape = -pull / np.maximum(apart, 1e-6)
        np.fill_diagonal(shape, 0.0)
        np.fill_diagonal(shape, -shape.sum(1))
        points = solve @ (shape @ points)
        points -= points.mean(0)
    return points


def make_room(
    points: Points,
    gap: tuple[float, float],
    *,
    fixed: NDArray[np.bool_] | None = None,
    steps: int = 60,
) -> Points:
    """Push apart what overlaps: no two closer than `gap` (an ellipse: names lie across)."""
    points = points.copy()
    count = len(points)
    if count < 2:
        return points
    free = np.ones(count, bool) if fixed is None else ~fixed
    scale = np.array(gap)
    every, others = np.triu_indices(count, 1)
    useful = free[every] | free[others]
    every, others = every[useful], others[useful]
    one, other = every, others
    for step in range(steps):
        if step % LOOK_AGAIN == 0:
            # Only who is near now can be close soon.
            between = (points[every] - points[others]) / scale
            near = np.flatnonzero((between**2).sum(1) < NEAR**2)
            one, other = every[near], others[near]
        between = (points[one] - points[other]) / scale
        apart = np.hypot(between[:, 0], between[:, 1])
        close = np.flatnonzero(apart < 1.0)
        if not len(close):
            if step % LOOK_AGAIN == 0:
                break
            continue
        points[free] += (
            _pushed(one[close], other[close], between[close], apart[close], count)[free] * scale
        )
    return points


def _pushed(
    one: NDArray[np.int64],
    other: NDArray[np.int64],
    between: Points,
    apart: NDArray[np.float64],
    count: int,
) -> Points:
    """How far each is pushed by those too close to it, in gaps."""
    step = between * ((1.0 - apart) / np.maximum(apart, 1e-3) * 0.5)[:, None]
    ends = np.concatenate([one, other])
    both = np.concatenate([step, -step])
    shift = np.stack([np.bincount(ends, both[:, axis], minlength=count) for axis in (0, 1)], 1)
    return np.asarray(shift * (1.3 / np.maximum(np.bincount(ends, minlength=count), 1))[:, None])


def untangle_leaves(points: Points, edges: Pairs, *, sweeps: int = 6) -> Points:
    """Let leaves change seats wherever that shortens their lines: far fewer crossings."""
    points = points.copy()
    degree = np.bincount(edges.ravel(), minlength=len(points))
    ends = np.concatenate([edges, edges[:, ::-1]])
    leaves = ends[(degree[ends[:, 0]] == 1) & (degree[ends[:, 1]] > 1)]
    leaves = leaves[np.argsort(leaves[:, 0], kind="stable")]
    if len(leaves) < 2:
        return points
    parents = points[leaves[:, 1]]
    for _ in range(sweeps):
        moved = False
        for at in range(len(leaves)):
            seats = points[leaves[:, 0]]
            mine = np.hypot(*(seats - parents[at]).T)
            theirs = np.hypot(*(seats[at] - parents).T)
            now = np.hypot(*(seats - parents).T)
            gain = now[at] + now - mine - theirs
            best = int(np.argmax(np.round(gain, 6)))
            if gain[best] > 1e-6:
                pair = leaves[[at, best], 0]
                points[pair] = points[pair[::-1]]
                moved = True
        if not moved:
            break
    return points


def clear_lines(
    points: Points, edges: Pairs, clearance: float, *, steps: int = 20, force: float = 0.5
) -> Points:
    """Move nodes off the lines of others: a link must not seem to end where it passes."""
    points = points.copy()
    count = len(points)
    if count < 3 or not len(edges):
        return points
    own = np.zeros((count, len(edges)), bool)
    own[edges[:, 0], np.arange(len(edges))] = True
    own[edges[:, 1], np.arange(len(edges))] = True
    which, line = np.nonzero(~own)
    near = np.arange(len(which))
    for step in range(steps):
        if step % LOOK_AGAIN == 0:
            away, _ = _off_lines(points, edges, which, line)
            near = np.flatnonzero((away**2).sum(1) < (NEAR * 2 * clearance) ** 2)
        away, normal = _off_lines(points, edges, which[near], line[near])
        apart = np.hypot(away[:, 0], away[:, 1])
        close = np.flatnonzero(apart < clearance)
        if not len(close):
            if step % LOOK_AGAIN == 0:
                break
            continue
        # A node right on the line leaves it at a right angle, to the same side every time.
        direction = np.where(
            (apart[close] > 1e-3)[:, None],
            away[close] / np.maximum(apart[close], 1e-3)[:, None],
            normal[close],
        )
        push = direction * ((clearance - apart[close]) * force)[:, None]
        moved = which[near][close]
        points += np.stack(
            [np.bincount(moved, push[:, axis], minlength=count) for axis in (0, 1)], 1
        )
    return points


def _off_lines(
    points: Points, edges: Pairs, which: NDArray[np.int64], line: NDArray[np.int64]
) -> tuple[Points, Points]:
    """From lines to nodes, the shortest way; and each line's normal."""
    start = points[edges[line, 0]]
    along = points[edges[line, 1]] - start
    length = np.maximum((along**2).sum(1), 1e-9)
    offset = points[which] - start
    where = np.clip((offset * along).sum(1) / length, 0.0, 1.0)
    normal = np.stack([-along[:, 1], along[:, 0]], 1) / np.sqrt(length)[:, None]
    return offset - where[:, None] * along, normal
