"""Racks and mounts as values."""

from __future__ import annotations

import pytest

from noc_console.services.facilities.model import Mount, Rack, RackId, RoomId
from noc_console.services.inventory.model import DeviceId


@pytest.mark.parametrize(
    ("rotation", "footprint"),
    [(0, (0.6, 1.2)), (90, (1.2, 0.6)), (180, (0.6, 1.2)), (270, (1.2, 0.6))],
)
def test_a_turned_rack_needs_other_floor(rotation: int, footprint: tuple[float, float]) -> None:
    rack = Rack(RackId(1), RoomId(1), "A1", 0, 0, rotation, depth_m=1.2)
    assert rack.footprint == footprint


def test_the_top_of_a_device_is_the_highest_unit_it_fills() -> None:
    assert Mount(DeviceId(1), RackId(1), 10, 4).top == 13
