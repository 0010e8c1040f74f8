"""What the map shows next, made ready off the UI thread: no loop over the network is left on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from noc_console.services.inventory.model import DeviceId
from noc_console.services.topology.model import Arranged, Graph, Node, Position, State
from noc_console.views.topology.hulls import Outlined, outlined
from noc_console.views.topology.scene import Ints, Scene, look_of
from noc_console.views.topology.shading import Shading
from noc_console.views.topology.stage import Lens


@dataclass(frozen=True, slots=True)
class Ready:
    """A network with everything reckoned that is needed to draw it."""

    whole: Arranged
    shown: Arranged
    scene: Scene
    outlined: Outlined
    moved: bool
    """The same devices as before, and some of them stand elsewhere."""
    ports: frozenset[int]
    """The interfaces its links end at."""
    newest: datetime | None
    """The latest word about a link's load."""


@dataclass(frozen=True, slots=True)
class Loads:
    """Newer loads of a network that is shown already."""

    whole: Graph
    shown: Graph
    shades: Ints
    newest: datetime | None


def ready(
    whole: Arranged,
    lenses: tuple[Lens, ...],
    before: Graph,
    places: Mapping[DeviceId, Position],
    shading: Shading,
) -> Ready:
    """A network seen through the lenses; `before` and `places` are what is shown now."""
    shown = through(whole, lenses)
    old = {node.device_id for node in before.nodes}
    same = old == {node.device_id for node in shown.graph.nodes}
    moved = same and any(
        places[id] != at for id, at in shown.positions.items() if id in places and id in old
    )
    scene = Scene.of(shown.graph, shown.positions, whole.graph, shading=shading)
    ends = (end for edge in whole.graph.edges for end in (edge.a, edge.b))
    ports = frozenset(int(end.interface_id) for end in ends if end.interface_id is not None)
    return Ready(whole, shown, scene, outlined(scene), moved, ports, newest(shown.graph))


def loads(whole: Arranged, lenses: tuple[Lens, ...], shading: Shading) -> Loads:
    """The same network with newer loads, seen through the lenses."""
    shown = through(whole, lenses).graph
    return Loads(whole.graph, shown, shading.shades(shown.edges, shown.at), newest(shown))


def through(whole: Arranged, lenses: tuple[Lens, ...]) -> Arranged:
    """One lens after the other."""
    for lens in lenses:
        whole = lens(whole)
    return whole


def newest(graph: Graph) -> datetime | None:
    """When a load was last heard of."""
    return max((edge.load.at for edge in graph.edges if edge.load.at is not None), default=None)


def restated(
    nodes: tuple[Node, ...], number: Mapping[DeviceId, int], states: Mapping[DeviceId, State]
) -> tuple[Node, ...]:
    """Nodes with newer states; `number` tells where a device is among them."""
    changed = list(nodes)
    for id, state in states.items():
        at = number.get(id)
        if at is not None and changed[at].device_id == id:
            changed[at] = with_state(changed[at], state)
    return tuple(changed)


def with_state(node: Node, state: State) -> Node:
    """The node as the state tells."""
    return replace(
        node, reachability=state.reachability, severity=state.severity, alarms=state.alarms
    )


def look_in(node: Node, state: State) -> int:
    """How a node looks in a state."""
    return look_of(with_state(node, state))
