"""What an analysis tells."""

from __future__ import annotations

import pytest

from noc_console.services.inventory.model import DeviceId, LinkId
from noc_console.services.topology.findings import Connectivity, Hop, Shifted, Way, Weight
from noc_console.services.topology.model import LinkState


def hop(number: int, *, speed: int = 10, there: float | None = 5.0) -> Hop:
    here, far = DeviceId(number), DeviceId(number + 1)
    return Hop(LinkId(number), here, "a", "", far, "b", "", LinkState.UP, speed, there, 1.0, None)


def test_a_hop_s_shares_are_of_its_speed() -> None:
    assert (hop(1).there, hop(1).back) == (0.5, 0.1)
    assert hop(1, there=None).there is None and hop(1, speed=0).there is None


def test_a_way_passes_the_devices_of_its_hops() -> None:
    way = Way(Weight.HOPS, (hop(1), hop(2)))
    assert way.devices == (1, 2, 3) and way.links == (1, 2)
    assert Way(Weight.HOPS).devices == ()


@pytest.mark.parametrize(
    ("share", "busy", "full"), [(0.79, False, False), (0.8, True, False), (1.0, True, True)]
)
def test_from_80_percent_a_link_is_busy_from_100_full(share: float, busy: bool, full: bool) -> None:
    ends = (DeviceId(1), "a", DeviceId(2), "b")
    moved = Shifted(LinkId(1), *ends, 10, 1.0, 3.0, 2.0, 8.0, share, None)
    assert (moved.is_busy, moved.is_full, moved.added_bps) == (busy, full, 3.0)


def test_what_was_not_looked_for_is_said() -> None:
    assert str(Connectivity(2)) == "2" and str(Connectivity(3, is_least=True)) == "3 or more"
