"""A network as other programs know it."""

from __future__ import annotations

import pytest

from noc_console.services.alarms.model import Severity
from noc_console.services.inventory.model import DeviceId, DeviceType, LinkId, Reachability, SiteId
from noc_console.services.topology.exchange.document import Item, Tie, clean, degrees, of, type_of
from noc_console.services.topology.model import (
    Arranged,
    Edge,
    End,
    Graph,
    LinkState,
    Load,
    Node,
    Place,
    Position,
)


def arranged() -> Arranged:
    """Two routers and a stranger; one link that carries something."""
    graph = Graph(
        nodes=(
            Node(
                DeviceId(1),
                "ams-cr1",
                DeviceType.ROUTER,
                "192.0.2.1",
                SiteId(3),
                "Amsterdam",
                Reachability.DOWN,
                Severity.CRITICAL,
            ),
            Node(DeviceId(2), "rtm-cr1", DeviceType.ROUTER),
            Node(DeviceId(9), 'odd <&"\x01>', DeviceType.OTHER),
        ),
        edges=(
            Edge(
                LinkId(5),
                End(DeviceId(1), port="xe-0/0/0"),
                End(DeviceId(2), port="xe-0/0/1"),
                10**10,
                95,
                load=Load(2e9, None, LinkState.UP),
            ),
        ),
        places=(Place(SiteId(3), "Amsterdam", 52.37, 4.9),),
    )
    return Arranged(graph, {DeviceId(1): Position(10.5, -20.0), DeviceId(2): Position(300, 40)})


def test_a_map_becomes_a_document() -> None:
    found = of(arranged(), "Main")
    assert found.items[0] == Item(
        "1",
        "ams-cr1",
        DeviceType.ROUTER,
        "192.0.2.1",
        site="Amsterdam",
        latitude=52.37,
        longitude=4.9,
        x=10.5,
        y=-20.0,
        state="down",
        severity="critical",
    )
    assert found.ties == (Tie("1", "2", "xe-0/0/0", "xe-0/0/1", 10**10, "up", 2e9, None),)


def test_texts_of_files_are_one_bounded_line() -> None:
    assert clean("a\nb\x00") == "a␊b␀"
    assert len(clean("x" * 9_999)) <= 256
    assert clean(None) == ""


@pytest.mark.parametrize(
    ("told", "most", "known"),
    [("52.5", 90.0, 52.5), (-91, 90.0, None), ("nan", 90.0, None), ("north", 90.0, None)],
)
def test_a_coordinate_is_a_number_on_the_globe(
    told: object, most: float, known: float | None
) -> None:
    assert degrees(told, most) == known


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("router", DeviceType.ROUTER),
        ("Core Router", DeviceType.ROUTER),
        ("access-switch", DeviceType.SWITCH),
        ("leaf", DeviceType.SWITCH),
        ("OLT", DeviceType.OLT),
        ("firewall", DeviceType.FIREWALL),
        ("Speaker", DeviceType.OTHER),
        ("", DeviceType.OTHER),
    ],
)
def test_a_role_of_another_program_is_a_type_here(words: str, kind: DeviceType) -> None:
    assert type_of(words) is kind
