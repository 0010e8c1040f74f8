"""Betweenness: the share of all pairs whose shortest ways pass a device.

No shortest way leaves a block (a part that stands any one failure) and comes back. So each
block is reckoned by itself, its devices weighing what hangs on them outside, and pairs that
only meet in an articulation point are counted by sizes: exact, and quick where much is trees
and rings. In a block Brandes' accumulation runs (J. Math. Sociol. 25(2), 2001), level by
level for many starts at once; a block too large for all starts is estimated from some,
evenly spread (Brandes & Pich, Int. J. Bifurcation Chaos 17(7), 2007).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from noc_console.services.topology.rules.walks import Walk
from noc_console.services.topology.rules.web import NOT_SEEN, Arcs

MOST_STEPS = 60_000_000
"""Levels times starts times nodes and arcs in one block: half a second or so of numpy."""
AT_ONCE = 32
SMALL = 40
"""Blocks up to this size are quicker without numpy."""
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Betweenness:
    """By node, 0–1."""

    shares: Floats
    is_estimate: bool = False


@dataclass(frozen=True, slots=True)
class _Block:
    """Nodes of a block, who is next to whom among them by place, and what each stands for."""

    nodes: list[int]
    near: list[list[int]]
    weights: list[int]


def betweenness(arcs: Arcs, seen: Walk, *, most_steps: int = MOST_STEPS) -> Betweenness:
    """Betweenness of every node, normalised to pairs of others."""
    count = len(arcs)
    total = np.zeros(count)
    is_estimate = False
    for block in _blocks(arcs, seen):
        if len(block.nodes) <= SMALL:
            total[block.nodes] += _by_hand(block)
        else:
            passed, is_whole = _by_numpy(block, most_steps)
            total[block.nodes] += passed
            is_estimate |= not is_whole
    sizes = _sizes_of_parts(seen)
    for node in range(count):
        total[node] += _met_here(seen, node, sizes[node])
    pairs = (count - 1) * (count - 2)
    return Betweenness(np.minimum(total / max(1, pairs), 1.0), is_estimate)


def _sizes_of_parts(seen: Walk) -> list[int]:
    sizes = [0] * len(seen.begin)
    for node in seen.order:
        above = seen.parent[node]
        sizes[node] = seen.size(node) if above == NOT_SEEN else sizes[above]
    return sizes


def _met_here(seen: Walk, node: int, part: int) -> int:
    """Ordered pairs of others that have to pass a node: they are in different parts without it."""
    below = [seen.size(each) for each in seen.cut_by(node)]
    if not below:
        return 0
    above = part - 1 - sum(below)
    return (part - 1) ** 2 - above**2 - sum(size**2 for size in below)


def _blocks(arcs: Arcs, seen: Walk) -> list[_Block]:
    """Every block of three devices and more: with two nobody is between them."""
    block_of = [NOT_SEEN] * len(arcs)
    heads: list[int] = []
    members: list[list[int]] = []
    for node in seen.order:
        above = seen.parent[node]
        if above == NOT_SEEN:
            continue
        if seen.low[node] >= seen.begin[above]:
            block_of[node] = len(heads)
            heads.append(node)
            members.append([above, node])
        else:
            block_of[node] = block_of[above]
            members[block_of[node]].append(node)
    sizes = _sizes_of_parts(seen)
    return [
        _block(arcs, seen, nodes, sizes[head] - seen.size(head))
        for head, nodes in zip(heads, members, strict=True)
        if len(nodes) > 2
    ]


def _block(arcs: Arcs, seen: Walk, nodes: list[int], above: int) -> _Block:
    """`above` is what its first node stands for: itself and all outside the block's branch."""
    place = {node: at for at, node in enumerate(nodes)}
    near = [sorted({place[other] for other, _ in arcs[node] if other in place}) for node in nodes]
    below = [1 + sum(seen.size(each) for each in seen.cut_by(node)) for node in nodes[1:]]
    return _Block(nodes, near, [above, *below])


def _by_hand(block: _Block) -> Floats:
    """Ordered pairs that pass each node on their way through the block."""
    passed = [0.0] * len(block.nodes)
    for start, weight in enumerate(block.weights):
        for node, carried in enumerate(_carried_from(block, start)):
            passed[node] += weight * carried
    return np.array(passed)


def _carried_from(block: _Block, start: int) -> list[float]:
    count = len(block.nodes)
    far, ways, order = [NOT_SEEN] * count, [0] * count, [start]
    far[start], ways[start] = 0, 1
    for node in order:  # grows while it is read
        for other in block.near[node]:
            if far[other] == NOT_SEEN:
                far[other] = far[node] + 1
                order.append(other)
            if far[other] == far[node] + 1:
                ways[other] += ways[node]
    carried = [0.0] * count
    for node in reversed(order):
        share = (block.weights[node] + carried[node]) / ways[node]
        for other in block.near[node]:
            if far[other] == far[node] - 1:
                carried[other] += ways[other] * share
    carried[start] = 0.0
    return carried


def _by_numpy(block: _Block, most_steps: int) -> tuple[Floats, bool]:
    """The same for a large block, and whether all starts were taken."""
    count = len(block.nodes)
    weights = np.array(block.weights, np.float64)
    first = np.cumsum([0, *(len(near) for near in block.near[:-1])])
    other = np.array([at for near in block.near for at in near], np.int64)
    order = np.arange(count)
    # Evenly spread however many are taken: a stride that shares no factor with the count.
    order = order * _stride(count) % count
    total, asked, spent = np.zeros(count), 0.0, 0
    taken = 0
    while taken < count and (taken == 0 or spent < most_steps):
        starts = order[taken : taken + AT_ONCE]
        passed, levels = _passed(first, other, starts, weights)
        total += passed
        taken += len(starts)
        asked += float(weights[starts].sum())
        spent += levels * len(starts) * (count + len(other))
    return total * (weights.sum() / asked), taken >= count


def _stride(count: int) -> int:
    stride = max(1, int(count * 0.618))
    while np.gcd(stride, count) != 1:
        stride += 1
    return stride


def _passed(
    first: NDArray[np.int64],
    other: NDArray[np.int64],
    starts: Sequence[int] | NDArray[np.int64],
    weights: Floats,
) -> tuple[Floats, int]:
    """What passes each node on the way from these starts to everybody, and how deep it went."""
    count, columns = len(weights), np.arange(len(starts))
    ways = np.zeros((count, len(starts)))
    ways[starts, columns] = 1.0
    front, seen, levels = ways.copy(), ways > 0, []
    while front.any():
        levels.append(front > 0)
        front = np.add.reduceat(front[other], first, axis=0)
        front[seen] = 0.0
        seen |= front > 0
        ways += front
    carried = np.zeros_like(ways)
    for level, above in zip(levels[:0:-1], levels[-2::-1], strict=True):
        share = np.divide(weights[:, None] + carried, ways, out=np.zeros_like(ways), where=level)
        carried += np.where(above, np.add.reduceat(share[other], first, axis=0) * ways, 0.0)
    carried[starts, columns] = 0.0
    return np.asarray(carried @ weights[starts]), len(levels)
