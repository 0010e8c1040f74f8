"""Redundant ways: as many as wanted that share no device, or no link, as cheap as can be.

Successive shortest ways in the residual network (Suurballe & Tarjan, Networks 14, 1984),
with potentials so that Dijkstra's search can be used throughout. Together the ways are the
cheapest set there is; the cheapest single way need not be one of them.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Collection
from dataclasses import dataclass, field

from noc_console.services.topology.findings import Disjoint
from noc_console.services.topology.rules.paths import Cost
from noc_console.services.topology.rules.web import NOT_SEEN, Web

Taken = list[tuple[int, int]]


@dataclass(slots=True)
class _Pipes:
    """Arcs of capacity one in pairs: arc `n` and its way back `n ^ 1`."""

    to: list[int] = field(default_factory=list)
    free: list[int] = field(default_factory=list)
    cost: list[float] = field(default_factory=list)
    edge: list[int] = field(default_factory=list)
    at: list[list[int]] = field(default_factory=list)

    def lay(self, start: int, goal: int, cost: float, edge: int, free: int = 1) -> None:
        for here, there, price, room in ((start, goal, cost, free), (goal, start, -cost, 0)):
            self.at[here].append(len(self.to))
            self.to.append(there)
            self.free.append(room)
            self.cost.append(price)
            self.edge.append(edge)


def ways(
    web: Web,
    start: int,
    goal: int,
    *,
    wanted: int,
    disjoint: Disjoint,
    cost: Cost,
    cut: Collection[int] = (),
) -> list[Taken]:
    """Up to `wanted` ways as lists of (from, edge), the cheapest first."""
    if start == goal or wanted < 1:
        return []
    pipes = _pipes(web, start, goal, disjoint, cost, cut)
    first, last = 2 * start + 1, 2 * goal
    potential = [0.0] * (2 * web.count)
    for _ in range(wanted):
        if not _push(pipes, first, last, potential):
            break
    found = _taken(web, pipes, start, goal)
    return sorted(found, key=lambda way: (sum(cost(edge, at) for at, edge in way), len(way)))


def _pipes(
    web: Web, start: int, goal: int, disjoint: Disjoint, cost: Cost, cut: Collection[int]
) -> _Pipes:
    """A node is a pipe of its own, from `2n` to `2n + 1`: one way wide, or as wide as wanted."""
    pipes = _Pipes(at=[[] for _ in range(2 * web.count)])
    wide = len(web.edges) + 1
    for node in range(web.count):
        is_end = node in (start, goal)
        free = wide if disjoint is Disjoint.LINKS or is_end else 1
        pipes.lay(2 * node, 2 * node + 1, 0.0, NOT_SEEN, free)
    for edge, (a, b) in enumerate(zip(web.a, web.b, strict=True)):
        if edge not in cut:
            pipes.lay(2 * a + 1, 2 * b, cost(edge, a), edge)
            pipes.lay(2 * b + 1, 2 * a, cost(edge, b), edge)
    return pipes


def _push(pipes: _Pipes, first: int, last: int, potential: list[float]) -> bool:
    """One more way from first to last, turning back on earlier ones where that is cheaper."""
    far = [math.inf] * len(potential)
    came = [NOT_SEEN] * len(potential)
    far[first] = 0.0
    queue = [(0.0, first)]
    while queue:
        here, node = heapq.heappop(queue)
        if here > far[node]:
            continue
        if node == last:
            break
        for arc in pipes.at[node]:
            if pipes.free[arc]:
                other = pipes.to[arc]
                # Rounding may leave a price a hair below nothing.
                price = max(0.0, pipes.cost[arc] + potential[node] - potential[other])
                if here + price < far[other] - 1e-12:
                    far[other], came[other] = here + price, arc
                    heapq.heappush(queue, (far[other], other))
    if far[last] == math.inf:
        return False
    for node, distance in enumerate(far):
        potential[node] += min(distance, far[last])
    node = last
    while node != first:
        arc = came[node]
        pipes.free[arc] -= 1
        pipes.free[arc ^ 1] += 1
        node = pipes.to[arc ^ 1]
    return True


def _taken(web: Web, pipes: _Pipes, start: int, goal: int) -> list[Taken]:
    """The ways along the pipes in use. A link used in both directions is used by nobody."""
    leaving: dict[int, list[int]] = {}
    used: dict[int, int] = {}
    for arc in range(0, len(pipes.to), 2):
        edge = pipes.edge[arc]
        if edge != NOT_SEEN and pipes.free[arc ^ 1]:
            here = pipes.to[arc ^ 1] // 2
            if edge in used:
                leaving[used.pop(edge)].remove(edge)
            else:
                used[edge] = here
                leaving.setdefault(here, []).append(edge)
    found = []
    while leaving.get(start):
        way, here = [], start
        while here != goal:
            edge = leaving[here].pop()
            way.append((here, edge))
            here = web.other(edge, here)
        found.append(way)
    return found
