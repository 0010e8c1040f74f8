"""Which devices a map shows."""

from __future__ import annotations

import pytest

from noc_console.services.inventory.model import DeviceId, DeviceType, SiteId
from noc_console.services.maps.model import MAIN_MAP, MapId, NetworkMap, Selector, Shows
from noc_console.services.maps.rules import pick
from noc_console.services.topology.model import Edge, End, Graph, LinkId, Node, Place

NODES = tuple(
    Node(
        DeviceId(at),
        f"{city}-{kind.value}-{at}",
        kind,
        f"192.0.2.{at}",
        SiteId(1 + (city == "brno")),
        city,
    )
    for at, (city, kind) in enumerate(
        [
            ("prague", DeviceType.ROUTER),
            ("prague", DeviceType.OLT),
            ("brno", DeviceType.ROUTER),
            ("brno", DeviceType.OLT),
        ],
        start=1,
    )
)
EDGES = tuple(
    Edge(LinkId(at), End(DeviceId(a)), End(DeviceId(b)), 10**9, 90)
    for at, (a, b) in enumerate([(1, 2), (1, 3), (3, 4)], start=1)
)
GRAPH = Graph(NODES, EDGES, (Place(SiteId(1), "prague"), Place(SiteId(2), "brno")))


def shown(selector: Selector) -> set[int]:
    found = pick.shown(GRAPH, NetworkMap(MapId(1), "x", shows=Shows.SELECTED, selector=selector))
    return {node.device_id for node in found.nodes}


def test_the_main_map_shows_everything_and_copies_nothing() -> None:
    assert pick.shown(GRAPH, MAIN_MAP) is GRAPH


def test_an_own_map_shows_its_devices_and_the_links_between_them() -> None:
    own = NetworkMap(
        MapId(1), "x", shows=Shows.PICKED, devices=frozenset({DeviceId(1), DeviceId(2)})
    )
    found = pick.shown(GRAPH, own)
    assert [node.device_id for node in found.nodes] == [1, 2]
    assert [edge.link_id for edge in found.edges] == [1]
    assert [place.name for place in found.places] == ["prague"]


@pytest.mark.parametrize(
    ("selector", "devices"),
    [
        (Selector(), {1, 2, 3, 4}),
        (Selector(sites=(SiteId(2),)), {3, 4}),
        (Selector(types=(DeviceType.OLT,)), {2, 4}),
        (Selector(sites=(SiteId(2),), types=(DeviceType.OLT,)), {4}),
        (Selector(words="Prague OLT"), {2}),
        (Selector(words="-olt"), {1, 3}),
        (Selector(words="192.0.2.3"), {3}),
        (Selector(words="nowhere"), set()),
    ],
)
def test_the_parts_of_a_filter_add_up(selector: Selector, devices: set[int]) -> None:
    assert shown(selector) == devices
