"""Ways through the network."""

from __future__ import annotations

from noc_console.services.inventory.model import DeviceId, DeviceType, LinkId
from noc_console.services.topology.model import Edge, End, Graph, LinkState, Load, Node
from noc_console.services.topology.rules import paths


def net(*links: tuple[int, int, int, LinkState], devices: int = 6) -> Graph:
    return Graph(
        tuple(Node(DeviceId(n), f"d{n}", DeviceType.ROUTER) for n in range(1, devices + 1)),
        tuple(
            Edge(
                LinkId(number), End(DeviceId(a)), End(DeviceId(b)), speed, 90,
                load=Load(state=state),
            )
            for number, (a, b, speed, state) in enumerate(links, 1)
        ),
    )  # fmt: skip


UP, DOWN = LinkState.UP, LinkState.DOWN


def test_the_way_with_the_fewest_hops() -> None:
    graph = net((1, 2, 1, UP), (2, 3, 1, UP), (1, 4, 1, UP), (4, 5, 1, UP), (5, 3, 1, UP))
    assert paths.shortest(graph, DeviceId(1), DeviceId(3)) == (1, 2)


def test_what_is_down_is_no_way() -> None:
    graph = net((1, 2, 1, UP), (2, 3, 1, DOWN))
    assert paths.shortest(graph, DeviceId(1), DeviceId(3)) == ()


def test_of_parallel_links_the_fastest_is_taken() -> None:
    graph = net((1, 2, 10, UP), (2, 1, 100, UP), (1, 2, 1, UP))
    assert paths.shortest(graph, DeviceId(1), DeviceId(2)) == (2,)


def test_a_device_without_links_has_no_way() -> None:
    assert paths.shortest(net((1, 2, 1, UP)), DeviceId(1), DeviceId(6)) == ()


def test_islands_are_told_largest_first() -> None:
    graph = net((1, 2, 1, UP), (2, 3, 1, DOWN), (4, 5, 1, UP))
    assert paths.islands(graph) == (frozenset({1, 2, 3}), frozenset({4, 5}), frozenset({6}))
