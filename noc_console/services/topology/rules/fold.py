"""Groups shown as one device each: nothing is lost, only drawn together.

What hides counts on: a collapsed group has the worst severity of its members, all of their
alarms, and is down only when all of them are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from noc_console.services.alarms.model import Severity
from noc_console.services.inventory.model import DeviceId, LinkId, Reachability, SiteId
from noc_console.services.topology.model import Arranged, Edge, Graph, Node, Position
from noc_console.services.topology.rules import bundle
from noc_console.services.topology.rules.groups import KINDS, Group, groups

Ints = NDArray[np.int64]


def fold(arranged: Arranged, folded: Collection[str], opened: Collection[LinkId] = ()) -> Arranged:
    """The map with these groups collapsed; keys of groups that are no more do nothing.

    A device in several goes with the largest kind, so that it is never shown twice. Links of
    a group to the same device are one, but for the bundles that are `opened`.
    """
    if not folded or not arranged.graph.nodes:
        return arranged
    graph = arranged.graph
    wanted = {key.partition(":")[0] for key in folded}
    chosen = [group for group in groups(graph, wanted) if group.key in folded]
    owner = np.full(len(graph.nodes), -1, np.int64)
    for at, group in enumerate(chosen):
        members = np.array(group.members, np.int64)
        owner[members[owner[members] < 0]] = at
    if not (owner >= 0).any():
        return arranged
    shown = [np.flatnonzero(owner == at) for at in range(len(chosen))]
    ids = [folded_id(group.key) for group in chosen]
    edges, inside = _edges(graph, owner, ids, opened)
    nodes = [node for node, at in zip(graph.nodes, owner.tolist(), strict=True) if at < 0]
    places = {
        node.device_id: arranged.positions[node.device_id]
        for node in nodes
        if node.device_id in arranged.positions
    }
    for at, (group, members) in enumerate(zip(chosen, shown, strict=True)):
        if len(members):
            some = [graph.nodes[number] for number in members.tolist()]
            nodes.append(_node(ids[at], group, some, int(inside[at])))
            if (place := _middle(some, arranged.positions)) is not None:
                places[ids[at]] = place
    return Arranged(replace(graph, nodes=tuple(nodes), edges=edges), places)


def folded_id(key: str) -> DeviceId:
    """The id a collapsed group goes by: negative, and the same tomorrow."""
    kind, _, number = key.partition(":")
    return DeviceId(-(int(number) * 16 + KINDS.index(kind) + 1))


def _node(id: DeviceId, group: Group, members: Sequence[Node], inside: int) -> Node:
    """What a collapsed group says of its members."""
    sites = {(node.site_id, node.site) for node in members}
    site: tuple[SiteId | None, str] = sites.pop() if len(sites) == 1 else (None, "")
    return Node(
        device_id=id,
        name=group.name,
        type=Counter(node.type for node in members).most_common(1)[0][0],
        site_id=site[0],
        site=site[1],
        reachability=_reachability({node.reachability for node in members}),
        severity=max(map(_severity, members)),
        alarms=sum(node.alarms for node in members),
        is_managed=any(node.is_managed for node in members),
        members=tuple(node.device_id for node in members),
        group=group.key,
        parts=tuple(members),
        inside=inside,
    )


def _severity(node: Node) -> Severity:
    """A member that does not answer is as bad as it gets, whether an alarm says so or not."""
    return Severity.CRITICAL if node.reachability is Reachability.DOWN else node.severity


def _reachability(told: set[Reachability]) -> Reachability:
    if told == {Reachability.DOWN}:
        return Reachability.DOWN
    return Reachability.UP if Reachability.UP in told else Reachability.UNKNOWN


def _middle(members: Sequence[Node], positions: Mapping[DeviceId, Position]) -> Position | None:
    """Where a group stands: in the middle of its members, pinned when all of them are."""
    here = [positions[node.device_id] for node in members if node.device_id in positions]
    if not here:
        return None
    x, y = (sum(values) / len(here) for values in zip(*((p.x, p.y) for p in here), strict=True))
    return Position(round(x, 2), round(y, 2), all(place.pinned for place in here))


def _edges(
    graph: Graph, owner: Ints, ids: Sequence[DeviceId], opened: Collection[LinkId]
) -> tuple[tuple[Edge, ...], Ints]:
    """Links to groups instead of their members, merged; and how many are inside each group."""
    inside = np.zeros(len(ids), np.int64)
    if not graph.edges:
        return (), inside
    number = {node.device_id: at for at, node in enumerate(graph.nodes)}
    ends = np.array(
        [(number[edge.a.device_id], number[edge.b.device_id]) for edge in graph.edges], np.int64
    )
    owners = owner[ends]
    hidden = (owners[:, 0] == owners[:, 1]) & (owners[:, 0] >= 0)
    parts = np.array([max(1, len(edge.parts)) for edge in graph.edges], np.int64)
    np.add.at(inside, owners[hidden, 0], parts[hidden])
    touched = (owners >= 0).any(1) & ~hidden
    moved = [
        _moved(graph.edges[at], int(owners[at, 0]), int(owners[at, 1]), ids)
        for at in np.flatnonzero(touched).tolist()
    ]
    plain = [graph.edges[at] for at in np.flatnonzero(~touched & ~hidden).tolist()]
    return (*plain, *bundle.merged(tuple(moved), opened)), inside


def _moved(edge: Edge, a: int, b: int, ids: Sequence[DeviceId]) -> Edge:
    """The link from and to the groups; as its part it keeps its own ends."""
    return replace(
        edge,
        a=edge.a if a < 0 else replace(edge.a, device_id=ids[a]),
        b=edge.b if b < 0 else replace(edge.b, device_id=ids[b]),
        parts=edge.parts or (edge,),
    )
