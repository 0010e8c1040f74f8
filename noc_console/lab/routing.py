"""Which way the traffic goes: every subscriber to the transit ports, along the shortest paths left.

Run when the network is built and after every fault; the answer is the mean load of each link.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from heapq import heappop, heappush
from zlib import crc32

from noc_console.lab.model import Device, Link, Plan, Port

NEAR_SHARE = 0.5
"""How much of a subscriber's traffic leaves at the nearest transit port."""

Usable = Callable[[Link], bool]
Loads = dict[Link, list[float]]
"""Mean bit/s from `a` to `b` and from `b` to `a`."""


@dataclass(frozen=True, slots=True)
class _Tree:
    """Shortest paths from one transit port: distance and way back, by device name."""

    gateway: Link
    distance: dict[str, float]
    towards: dict[str, tuple[Link, Device]]


def loads(plan: Plan, usable: Usable) -> Loads:
    """The mean load of every link, when only the links `usable` allows carry anything."""
    carried: Loads = defaultdict(lambda: [0.0, 0.0])
    gateways = [link for link in plan.links if link.purpose == "transit" and usable(link)]
    if not gateways:
        return carried
    ways = _ways(plan, usable)
    # Two sets of tie-breaks: equal paths share the load as they do with ECMP.
    trees = [[_tree(gateway, ways, salt) for gateway in gateways] for salt in (1, 2)]
    for name, leaves in _leaves(plan, usable).items():
        if not any(name in tree.distance for tree in trees[0]):
            continue  # cut off from the world: its subscribers get nothing
        for leaf in leaves:
            carried[leaf] = [leaf.down, leaf.up]
        for chosen in trees:
            _carry(leaves, chosen, carried, part=0.5)
    return carried


def _leaves(plan: Plan, usable: Usable) -> dict[str, list[Link]]:
    """The subscribers' links that are up, by the device they hang on."""
    leaves: dict[str, list[Link]] = defaultdict(list)
    for link in plan.links:
        if link.purpose == "subscriber" and usable(link):
            leaves[link.a.device.name].append(link)
    return leaves


def _ways(plan: Plan, usable: Usable) -> dict[str, list[tuple[Link, Device]]]:
    ways: dict[str, list[tuple[Link, Device]]] = defaultdict(list)
    for link in plan.links:
        if link.b is not None and link.purpose != "management" and usable(link):
            ways[link.a.device.name].append((link, link.b.device))
            ways[link.b.device.name].append((link, link.a.device))
    return ways


def _tree(gateway: Link, ways: dict[str, list[tuple[Link, Device]]], salt: int) -> _Tree:
    start = gateway.a.device.name
    distance = {start: 0.0}
    towards: dict[str, tuple[Link, Device]] = {}
    queue = [(0.0, start)]
    by_name = {start: gateway.a.device}
    flavour = f"{gateway.key}/{salt}".encode()
    while queue:
        reached, name = heappop(queue)
        if reached > distance[name]:
            continue
        for link, far in ways[name]:
            tie = crc32(link.key.encode() + flavour) / 2**32 * 0.01
            cost = reached + link.metric * (1 + tie)
            if cost < distance.get(far.name, float("inf")):
                distance[far.name] = cost
                towards[far.name] = (link, by_name[name])
                by_name[far.name] = far
                heappush(queue, (cost, far.name))
    return _Tree(gateway, distance, towards)


def _carry(leaves: list[Link], trees: list[_Tree], carried: Loads, *, part: float) -> None:
    """Everything below one device, along each tree from the device to the transit port."""
    start = leaves[0].a.device
    total_down, total_up = sum(leaf.down for leaf in leaves), sum(leaf.up for leaf in leaves)
    reachable = sorted(
        (tree for tree in trees if start.name in tree.distance),
        key=lambda tree: tree.distance[start.name],
    )
    rest = len(reachable) - 1
    for rank, tree in enumerate(reachable):
        share = part
        if rest:
            share *= NEAR_SHARE if rank == 0 else (1 - NEAR_SHARE) / rest
        down, up = total_down * share, total_up * share
        _add(carried, tree.gateway.a, tree.gateway, down=down, up=up)
        here = start
        while here.name in tree.towards:
            link, parent = tree.towards[here.name]
            near = link.a if link.a.device is here else link.b
            assert near is not None
            _add(carried, near, link, down=down, up=up)
            here = parent


def _add(carried: Loads, port: Port, link: Link, *, down: float, up: float) -> None:
    """`down` comes in at `port`, `up` goes out of it."""
    out, back = (0, 1) if link.a is port else (1, 0)
    load = carried[link]
    load[out] += up
    load[back] += down
