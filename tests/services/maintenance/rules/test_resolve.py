"""Which devices a window means."""

from __future__ import annotations

import pytest

from noc_console.kernel.errors import Invalid
from noc_console.services.inventory.model import Device, DeviceId, DeviceType, SiteId
from noc_console.services.maintenance.model import Spot, Target, TargetKind
from noc_console.services.maintenance.rules import resolve

DEVICES = (
    Device(DeviceId(1), "core-1", "10.0.0.1", 161, DeviceType.ROUTER, site_id=SiteId(5)),
    Device(DeviceId(2), "olt-2", "10.0.0.2", 161, DeviceType.OLT, vendor="ZTE", site_id=SiteId(6)),
    Device(
        DeviceId(3),
        "olt-3",
        "10.0.1.3",
        161,
        DeviceType.OLT,
        vendor="Huawei",
        tags=("edge", "north-1"),
    ),
)
SITES = {5: "Northgate", 6: "Southgate"}


def found(*targets: Target) -> list[Spot]:
    return list(
        resolve.spots(
            targets,
            DEVICES,
            sites=SITES,
            inside={(0, "ring"): frozenset({1, 99})},
            ports={70: (2, (701, 702)), 71: (1, ())},
        )
    )


@pytest.mark.parametrize(
    ("target", "devices"),
    [
        (Target(TargetKind.DEVICE, 2), [2]),
        (Target(TargetKind.DEVICE, 99), []),
        (Target(TargetKind.SITE, 6), [2]),
        (Target(TargetKind.GROUP, words="olt"), [2, 3]),
        (Target(TargetKind.GROUP, words="olt -huawei"), [2]),
        (Target(TargetKind.GROUP, words="NORTHGATE"), [1]),
        (Target(TargetKind.GROUP, types=("router",)), [1]),
        (Target(TargetKind.GROUP, words="10.0.1.", types=("olt",)), [3]),
        (Target(TargetKind.GROUP, words="tag:edge"), [3]),
        (Target(TargetKind.GROUP, words="Tag:NORTH-* olt"), [3]),
        (Target(TargetKind.GROUP, words="olt -tag:edge"), [2]),
        (Target(TargetKind.GROUP, words="tag:ed"), []),
        (Target(TargetKind.GROUP, words="tag:"), []),
        (Target(TargetKind.GROUP, words="north-1"), []),
        (Target(TargetKind.GROUP), []),
        (Target(TargetKind.AREA, map_id=0, drawing="ring"), [1]),
        (Target(TargetKind.AREA, map_id=1, drawing="ring"), []),
    ],
)
def test_a_target_is_the_devices_it_names(target: Target, devices: list[int]) -> None:
    assert found(target) == [Spot(device) for device in devices]


def test_a_port_brings_its_sensors_and_is_covered_by_its_device() -> None:
    port = Target(TargetKind.INTERFACE, 70)
    assert found(port) == [
        Spot(2, interface_id=70), Spot(2, sensor_id=701), Spot(2, sensor_id=702),
    ]  # fmt: skip
    assert found(port, Target(TargetKind.DEVICE, 2)) == [Spot(2)]
    assert found(Target(TargetKind.INTERFACE, 999)) == []


def test_more_devices_than_a_window_may_have_are_refused() -> None:
    many = [Device(DeviceId(n), f"d{n}", "", 0) for n in range(1, 5_002)]
    group = [Target(TargetKind.GROUP, words="d")]
    found = resolve.spots(group, many, sites={}, inside={}, ports={})
    with pytest.raises(Invalid, match="at most 5,000"):
        resolve.check_size(found)
    resolve.check_size(found[1:])
