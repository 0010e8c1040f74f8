"""The interfaces links stand on."""

from __future__ import annotations

from noc_console.services.inventory.link_ends import LAG, LinkPort
from noc_console.services.inventory.model import DeviceId, InterfaceId, OperStatus


def test_an_aggregate_is_told_by_its_type() -> None:
    port = LinkPort(InterfaceId(1), DeviceId(2), "ae0", 10**10, OperStatus.UP, type=LAG)
    assert port.is_aggregate
    assert not LinkPort(InterfaceId(1), DeviceId(2), "xe-0", 10**10, OperStatus.UP).is_aggregate
