"""What a graph's values say by themselves."""

import pytest

from noc_console.services.inventory.model import DeviceId, InterfaceId, LinkId
from noc_console.services.topology.model import Edge, End, Light, Load, share


@pytest.mark.parametrize(
    ("bps", "speed", "expected"),
    [(5e8, 10**9, 0.5), (None, 10**9, None), (5e8, 0, None), (0.0, 10**9, 0.0), (2e9, 10**9, 2.0)],
)
def test_utilisation_is_known_only_with_rate_and_speed(
    bps: float | None, speed: int, expected: float | None
) -> None:
    assert share(bps, speed) == expected


def test_a_link_has_a_utilisation_each_way() -> None:
    edge = Edge(
        LinkId(1), End(DeviceId(1)), End(DeviceId(2)), 10**9, 90, load=Load(ab_bps=1e8, ba_bps=None)
    )
    assert edge.ab_share == pytest.approx(0.1)
    assert edge.ba_share is None


@pytest.mark.parametrize(
    ("light", "margin"),
    [
        (Light(-9.0), None),
        (Light(-9.0, low=-15.0), 6.0),
        (Light(-9.0, low=-15.0, high=-8.0), 1.0),
        (Light(-18.0, low=-15.0, high=2.0), -3.0),
        (Light(1.0, high=0.5), -0.5),
    ],
)
def test_light_has_room_to_the_nearer_limit(light: Light, margin: float | None) -> None:
    assert light.margin == margin


def test_counters_are_expected_where_a_port_is_known() -> None:
    unknown = Edge(LinkId(1), End(DeviceId(1)), End(DeviceId(2)), 0, 50)
    known = Edge(LinkId(2), End(DeviceId(1), InterfaceId(7)), End(DeviceId(2)), 0, 50)
    bundle = Edge(LinkId(-1), End(DeviceId(1)), End(DeviceId(2)), 0, 50, parts=(unknown, known))
    assert [each.is_counted for each in (unknown, known, bundle)] == [False, True, True]
