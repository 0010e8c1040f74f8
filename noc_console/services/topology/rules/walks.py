"""One walk through the whole network that tells who stands between whom.

Tarjan's depth-first search (SIAM J. Comput. 1(2), 1972), without recursion: a branch from
which no link leads back above a node is cut off when the node fails. What a node or link
cuts off is a stretch of the walk, so its size is a subtraction however large it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from noc_console.services.topology.rules.web import NOT_SEEN, Arcs


@dataclass(frozen=True, slots=True)
class Walk:
    """Nodes by their number unless said otherwise; a time is a place in `order`."""

    order: list[int]
    """Nodes as they were met."""
    begin: list[int]
    """When each was met."""
    end: list[int]
    """One past the last of its branch."""
    parent: list[int]
    """From where it was met; -1 for a start."""
    by: list[int]
    """By which edge; -1 for a start."""
    low: list[int]
    """The earliest node its branch has a link back to, as a time."""
    branches: list[list[int]]
    """Who was met from here."""

    def cut_by(self, node: int) -> list[int]:
        """The branches that lose everybody above when the node fails."""
        begin = self.begin[node]
        return [below for below in self.branches[node] if self.low[below] >= begin]

    def parts_without(self, node: int) -> int:
        """How many parts are left of the node's part when it fails."""
        above = 0 if self.parent[node] == NOT_SEEN else 1
        return len(self.cut_by(node)) + above

    def is_articulation(self, node: int) -> bool:
        return self.parts_without(node) > 1

    def is_bridge(self, below: int) -> bool:
        """Whether the link by which a node was met is the only one to its branch."""
        return self.parent[below] != NOT_SEEN and self.low[below] > self.begin[self.parent[below]]

    def bridges(self) -> list[int]:
        """The lower ends of all bridges."""
        return [node for node in self.order if self.is_bridge(node)]

    def size(self, node: int) -> int:
        """How many are in a node's branch, itself included."""
        return self.end[node] - self.begin[node]

    def branch(self, node: int) -> list[int]:
        return self.order[self.begin[node] : self.end[node]]

    def dominators(self) -> list[int]:
        """For each node the last one every way from the start passes; -1 for a start.

        Links go both ways here, so it is the nearest node above whose failing cuts it off.
        """
        above = [NOT_SEEN] * len(self.begin)
        for node in self.order:
            parent = self.parent[node]
            if parent != NOT_SEEN:
                cuts = self.low[node] >= self.begin[parent]
                above[node] = parent if cuts else above[parent]
        return above


def walk(arcs: Arcs, starts: Sequence[int] | None = None) -> Walk:
    """Walk from the starts, else from wherever nobody was yet."""
    count = len(arcs)
    found = Walk(
        order=[],
        begin=[NOT_SEEN] * count,
        end=[NOT_SEEN] * count,
        parent=[NOT_SEEN] * count,
        by=[NOT_SEEN] * count,
        low=[NOT_SEEN] * count,
        branches=[[] for _ in range(count)],
    )
    next_arc = [0] * count
    for start in range(count) if starts is None else starts:
        if found.begin[start] == NOT_SEEN:
            _walk_from(arcs, start, found, next_arc)
    return found


def _walk_from(arcs: Arcs, start: int, found: Walk, next_arc: list[int]) -> None:
    order, begin, low = found.order, found.begin, found.low
    parent, by = found.parent, found.by
    begin[start] = low[start] = len(order)
    order.append(start)
    stack = [start]
    while stack:
        node = stack[-1]
        if next_arc[node] < len(arcs[node]):
            other, edge = arcs[node][next_arc[node]]
            next_arc[node] += 1
            if begin[other] == NOT_SEEN:
                parent[other], by[other] = node, edge
                found.branches[node].append(other)
                begin[other] = low[other] = len(order)
                order.append(other)
                stack.append(other)
            elif edge != by[node] and begin[other] < low[node]:
                low[node] = begin[other]
        else:
            stack.pop()
            found.end[node] = len(order)
            above = parent[node]
            if above != NOT_SEEN and low[node] < low[above]:
                low[above] = low[node]


def rooted(arcs: Arcs, core: Sequence[int]) -> Walk:
    """A walk from one start more, `len(arcs)`, that has a link to everything of the core.

    What it cuts off is what loses its way to the core. The edges of that start have numbers
    below -1: they are nobody's.
    """
    start = len(arcs)
    joined = list(arcs)
    for at in core:
        joined[at] = [*arcs[at], (start, -2 - at)]
    joined.append([(at, -2 - at) for at in core])
    return walk(joined, [start])
