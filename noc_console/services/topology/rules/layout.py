"""Where devices stand: sites first, then the devices of each site.

A site is drawn for itself by stress majorisation, with a phantom for each neighbouring
site, so that devices with lines to elsewhere come to stand at the rim. Sites are then
drawn as one node each, and every site is turned and mirrored until its lines out are
short. The result depends on the network only: the same network, the same map.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from noc_console.services.topology.rules import stress
from noc_console.services.topology.rules.grouping import communities, with_neighbours
from noc_console.services.topology.rules.stress import Pairs, Points, Report, ignore

SPACING = 96.0
"""Map units between neighbouring devices: an icon, its name, and air."""
NAME_GAP = (92.0, 62.0)
"""How far two devices stand apart at least, across and down."""
SITE_GAP = 120.0
COMPACT = 0.8
"""The widest two devices of a site stand apart, in spacings, per root of their number."""
LARGEST = 320
"""Above this many nodes a group is split into communities first."""
LEAST_SITE = 6
"""Many sites of fewer devices than this are no help in drawing."""
PHANTOMS = 6
TURNS = 48
SQUEEZED = 1500
"""Above this many nodes the sites stay where their circles put them, as far apart as the
network says."""
GATHERINGS = 12
WIDE = 1.7
"""Screens are wider than high; so are our maps."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A network to lay out: nodes are numbered 0…n-1."""

    count: int
    edges: Pairs = field(default_factory=lambda: np.empty((0, 2), np.int64))
    groups: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    """The site's number of each node; -1 for none."""
    roles: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    """0 what carries others, 1 what gathers them, 2 and more what hangs on these."""


def arrange(problem: Problem, *, report: Report = ignore) -> Points:
    """A position for every node. `report` hears how far it is and may raise to stop."""
    if not problem.count:
        return np.empty((0, 2))
    edges = _simple(problem.edges)
    groups, strays = with_neighbours(problem.count, edges, problem.groups)
    settled = np.flatnonzero(~strays)
    places = np.zeros((problem.count, 2))
    if len(settled):
        number = _renumber(settled, problem.count)
        inside = _between(edges, number)
        _, labels = np.unique(groups[settled], return_inverse=True)
        if labels.max() >= LARGEST and len(settled) < LEAST_SITE * labels.max():
            # A site per device or two says nothing about who belongs together.
            labels = communities(len(settled), inside, LARGEST)
        places[settled] = _whole(len(settled), inside, labels, report)
    places[strays] = _rows(int(strays.sum()), places[settled])
    report(1.0)
    return places


def _simple(edges: Pairs) -> Pairs:
    """Each pair once, no node with itself."""
    ordered = np.sort(edges.reshape(-1, 2), axis=1)
    return np.unique(ordered[ordered[:, 0] != ordered[:, 1]], axis=0).astype(np.int64)


def _renumber(members: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    number = np.full(count, -1, np.int64)
    number[members] = np.arange(len(members))
    return number


def _between(edges: Pairs, number: NDArray[np.int64]) -> Pairs:
    """The edges with both ends among the numbered, in the new numbers."""
    renamed = number[edges]
    return np.asarray(renamed[(renamed >= 0).all(1)])


def _rows(count: int, above: Points) -> Points:
    """Loners in rows below the map."""
    if not count:
        return np.empty((0, 2))
    across = max(4, math.ceil(math.sqrt(count * 2.4)))
    at = np.arange(count)
    top = float(above[:, 1].max()) + 2 * SITE_GAP if len(above) else 0.0
    middle = float(above[:, 0].mean()) if len(above) else 0.0
    x = middle + (at % across - (min(count, across) - 1) / 2) * SPACING * 1.15
    return np.column_stack([x, top + at // across * SPACING * 0.8])


def _whole(count: int, edges: Pairs, labels: NDArray[np.int64], report: Report) -> Points:
    """Groups, then the groups as nodes, then each group turned towards its neighbours."""
    members = [np.flatnonzero(labels == label) for label in range(int(labels.max()) + 1)]
    done, shapes = 0, []
    for inside in members:
        report(0.9 * done / count)
        shapes.append(_group(count, edges, labels, inside, report))
        done += len(inside)
    if len(members) == 1:
        return _upright(shapes[0])
    reach = np.array([_reach(shape) for shape in shapes])
    centres = _centres(edges, labels, reach)
    report(0.92)
    return _turn(count, edges, labels, members, shapes, centres)


def _reach(shape: Points) -> float:
    return float(np.hypot(shape[:, 0], shape[:, 1]).max(initial=0.0)) + SPACING * 0.55


def _group(
    count: int, edges: Pairs, labels: NDArray[np.int64], inside: NDArray[np.int64], report: Report
) -> Points:
    """One site by itself, around (0, 0)."""
    number = _renumber(inside, count)
    own = _between(edges, number)
    if len(inside) > LARGEST:
        parts = communities(len(inside), own, LARGEST)
        shape = _whole(len(inside), own, parts, lambda _share: report(0.5))
    else:
        shape = _springs(len(inside), own, _outward(edges, labels, number))
    return np.asarray(shape - (shape.min(0) + shape.max(0)) / 2)


def _outward(
    edges: Pairs, labels: NDArray[np.int64], number: NDArray[np.int64]
) -> list[NDArray[np.int64]]:
    """For each of the busiest neighbouring groups: our nodes with a line to it."""
    ends = np.concatenate([edges, edges[:, ::-1]])
    out = ends[(number[ends[:, 0]] >= 0) & (number[ends[:, 1]] < 0)]
    towards, lines = np.unique(labels[out[:, 1]], return_counts=True)
    busiest = towards[np.argsort(-lines, kind="stable")][:PHANTOMS]
    return [np.unique(number[out[labels[out[:, 1]] == label, 0]]) for label in busiest]


def _springs(count: int, edges: Pairs, outward: list[NDArray[np.int64]]) -> Points:
    """Stress majorisation of one group with its phantoms, names kept apart."""
    if count == 1:
        return np.zeros((1, 2))
    ties = [
        np.column_stack([nodes, np.full(len(nodes), count + at)])
        for at, nodes in enumerate(outward)
    ]
    lengths = stress.spring_lengths(count, edges) if len(edges) else np.empty(0)
    far = max(2.0, math.sqrt(count) * 0.55)
    together = np.concatenate([edges, *ties]) if ties else edges
    wished = np.concatenate([lengths, *(np.full(len(tie), far) for tie in ties)])
    distances = stress.path_lengths(count + len(outward), together, wished)
    # What hangs together only through other sites stays close at home all the same.
    widest = max(1.5, math.sqrt(count) * COMPACT)
    distances[:count, :count] = np.minimum(distances[:count, :count], widest)
    # Two neighbouring sites lie on different sides, however near their borders are.
    ghosts = np.arange(count, count + len(outward))
    distances[np.ix_(ghosts, ghosts)] *= 1.5
    points = stress.relax(distances, stress.first_guess(distances))[:count] * SPACING
    points = stress.make_room(points, (NAME_GAP[0] * 0.85, NAME_GAP[0] * 0.85))
    points = stress.untangle_leaves(points, edges)
    return stress.clear_lines(points, edges, SPACING * 0.3) if count <= 160 else points


def _centres(edges: Pairs, labels: NDArray[np.int64], reach: NDArray[np.float64]) -> Points:
    """Where each group goes: a layout of the groups, each as large as it is."""
    count = len(reach)
    between = labels[edges]
    pairs = _simple(between)
    if count > 4 * LARGEST:
        return stress.spiral(count, float(reach.mean()) * 2)
    lengths = reach[pairs[:, 0]] + reach[pairs[:, 1]] + SITE_GAP
    distances = stress.path_lengths(count, pairs, lengths / SPACING) * SPACING
    if not len(pairs):
        distances = (reach[:, None] + reach[None, :] + SITE_GAP) * (1 - np.eye(count))
    near = reach[:, None] + reach[None, :] + SITE_GAP
    distances = np.where(np.eye(count, dtype=bool), 0.0, np.maximum(distances, near))
    centres = stress.relax(distances / SPACING, stress.first_guess(distances / SPACING)) * SPACING
    # A small map fills a wide screen; in a large one true distances tell more.
    stretch = (1.35, 0.72) if len(labels) <= SQUEEZED else (1.0, 1.0)
    return _apart(_upright(centres) * np.array(stretch), reach)


def _apart(centres: Points, reach: NDArray[np.float64], *, steps: int = 200) -> Points:
    """Push circles of different size off each other."""
    centres = centres.copy()
    need = reach[:, None] + reach[None, :] + SITE_GAP * 0.5
    np.fill_diagonal(need, 0.0)
    for _ in range(steps):
        between = centres[:, None, :] - centres[None, :, :]
        apart = np.hypot(between[..., 0], between[..., 1]) + np.eye(len(centres))
        short = np.maximum(need - apart, 0.0)
        if short.max(initial=0.0) < 1.0:
            break
        centres += (between * (short / apart * 0.35)[..., None]).sum(1)
    return centres


def _upright(points: Points) -> Points:
    """Turned so that it fills a wide screen best."""
    middle = (points.min(0) + points.max(0)) / 2
    turned = [_rotate(points - middle, math.pi * turn / TURNS) for turn in range(TURNS)]
    sizes = [np.ptp(candidate, axis=0) for candidate in turned]
    fits = [max(float(size[0]) / WIDE, float(size[1])) for size in sizes]
    return turned[int(np.argmin(np.round(fits, 3)))]


def _rotate(points: Points, angle: float) -> Points:
    cos, sin = math.cos(angle), math.sin(angle)
    return np.asarray(points @ np.array([[cos, sin], [-sin, cos]]))


def _turn(
    count: int,
    edges: Pairs,
    labels: NDArray[np.int64],
    members: list[NDArray[np.int64]],
    shapes: list[Points],
    centres: Points,
) -> Points:
    """Every group turned (and mirrored) so that its lines out are short; names kept apart."""
    places = np.zeros((count, 2))
    for inside, shape, centre in zip(members, shapes, centres, strict=True):
        places[inside] = shape + centre
    ends = np.concatenate([edges, edges[:, ::-1]])
    out = ends[labels[ends[:, 0]] != labels[ends[:, 1]]]
    for sweep in range(3):
        for label, inside in enumerate(members):
            lines = out[labels[out[:, 0]] == label]
            if not len(lines) or len(inside) < 2:
                continue
            number = _renumber(inside, count)
            # First towards the middles of the neighbours, then to the very devices.
            target = centres[labels[lines[:, 1]]] if sweep == 0 else places[lines[:, 1]]
            shape = _best_turn(shapes[label], number[lines[:, 0]], target - centres[label])
            places[inside] = shape + centres[label]
    for inside in members:
        if len(inside) <= LARGEST:
            places[inside] = stress.make_room(places[inside], NAME_GAP, steps=40)
    return _squeeze(places, members, centres) if count <= SQUEEZED else places


def _squeeze(places: Points, members: list[NDArray[np.int64]], centres: Points) -> Points:
    """Sites moved together, first down then across, as long as they keep their distance.

    Their circles kept them apart; most sites are not round.
    """
    label = np.empty(len(places), np.int64)
    for number, inside in enumerate(members):
        label[inside] = number
    # Only who stands outside in a site can come close to another one.
    off = np.hypot(*(places - centres[label]).T)
    reach = np.array([off[inside].max(initial=0.0) for inside in members])
    outer = np.flatnonzero(off >= 0.55 * reach[label])
    mine = label[outer]
    others = mine[:, None] != mine[None, :]
    shift = np.zeros_like(centres)
    for axis in (1, 0):
        for share in np.linspace(0.5, 1.0, 26):
            trial = shift.copy()
            trial[:, axis] = centres[:, axis] * (share - 1.0)
            moved = places[outer] + trial[mine]
            between = moved[:, None, :] - moved[None, :, :]
            apart = np.hypot(between[..., 0], between[..., 1])
            if apart[others].min() >= SITE_GAP + 1.3 * SPACING:
                shift = trial
                break
    return _gather(np.asarray(places + shift[label]), label, outer, len(members))


def _gather(
    places: Points, label: NDArray[np.int64], outer: NDArray[np.int64], count: int
) -> Points:
    """Then each site by itself, the outermost first, as far inwards as its neighbours allow."""
    places = places.copy()
    for _ in range(GATHERINGS):
        middle = places.mean(0)
        centres = np.array([places[label == number].mean(0) for number in range(count)])
        moved = False
        for number in np.argsort(-np.hypot(*(centres - middle).T), kind="stable"):
            mine, others = outer[label[outer] == number], outer[label[outer] != number]
            for part in (0.3, 0.15, 0.06):
                step = (middle - centres[number]) * part
                between = (places[mine] + step)[:, None, :] - places[others][None]
                if np.hypot(between[..., 0], between[..., 1]).min() >= SITE_GAP + 1.3 * SPACING:
                    places[label == number] += step
                    moved = True
                    break
        if not moved:
            break
    return places


def _best_turn(shape: Points, at: NDArray[np.int64], target: Points) -> Points:
    candidates = [
        _rotate(shape * np.array([side, 1.0]), 2 * math.pi * turn / TURNS)
        for side in (1.0, -1.0)
        for turn in range(TURNS)
    ]
    costs = [float(np.hypot(*(turned[at] - target).T).sum()) for turned in candidates]
    return candidates[int(np.argmin(np.round(costs, 3)))]
