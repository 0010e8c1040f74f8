"""What a graph's values say by themselves."""

import pytest

from noc_console.services.inventory.model import DeviceId, LinkId
from noc_console.services.topology.model import Edge, End, Load, share


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
