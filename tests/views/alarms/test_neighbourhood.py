"""The network around a device."""

from __future__ import annotations

from noc_console.services.alarms.model import Severity
from noc_console.services.inventory.model import DeviceId, DeviceType, LinkId
from noc_console.services.topology.model import Edge, End, Graph, Node
from noc_console.views.alarms.neighbourhood import MOST, part_of, places


def graph(pairs: list[tuple[int, int]], bad: tuple[int, ...] = ()) -> Graph:
    ids = sorted({id for pair in pairs for id in pair})
    nodes = [
        Node(
            DeviceId(id), f"sw-{id}", DeviceType.SWITCH,
            severity=Severity.MAJOR if id in bad else Severity.CLEARED,
        )
        for id in ids
    ]  # fmt: skip
    edges = [
        Edge(LinkId(at), End(DeviceId(a)), End(DeviceId(b)), 0, 90)
        for at, (a, b) in enumerate(pairs)
    ]
    return Graph(tuple(nodes), tuple(edges))


def ids(part: Graph) -> set[int]:
    return {int(node.device_id) for node in part.nodes}


def test_neighbours_and_theirs_are_there_and_no_more() -> None:
    chain = graph([(1, 2), (2, 3), (3, 4), (4, 5), (5, 6)])
    part = part_of(chain, 2)
    assert ids(part) == {1, 2, 3, 4} and len(part.edges) == 3
    assert part_of(chain, 99) == Graph()


def test_of_too_many_those_in_trouble_are_kept() -> None:
    star = graph([(1, id) for id in range(2, 200)], bad=(150, 180))
    part = part_of(star, 1)
    assert len(part.nodes) == MOST and {1, 150, 180} <= ids(part)


def test_every_device_has_a_place_of_its_own() -> None:
    tree = graph([(1, 2), (1, 3), (2, 4), (2, 5), (3, 6), (2, 3)])
    part = part_of(tree, 1)
    found = places(part, 1)
    assert set(found) == {node.device_id for node in part.nodes}
    assert (found[DeviceId(1)].x, found[DeviceId(1)].y) == (0.0, 0.0)
    assert len({(round(at.x), round(at.y)) for at in found.values()}) == len(found)
