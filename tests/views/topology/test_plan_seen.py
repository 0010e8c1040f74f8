"""What a plan shows of the network."""

from __future__ import annotations

from noc_console.services.alarms.model import Severity
from noc_console.services.facilities.model import (
    Face,
    Mount,
    Rack,
    RackId,
    Room,
    RoomId,
    SitePlan,
)
from noc_console.services.inventory.model import DeviceId, SiteId
from noc_console.views.topology.plan_seen import facts, seen
from tests.views.topology import drawn

HALL = Room(RoomId(1), SiteId(1), "Hall", 9.6, 7.2)
RACK = Rack(RackId(1), HALL.id, "A1", 0, 0)


def mounts(*given: tuple[int, int, int, Face]) -> tuple[Mount, ...]:
    return tuple(
        Mount(DeviceId(id), RACK.id, unit, height, face) for id, unit, height, face in given
    )


def test_devices_of_the_site_and_those_mounted_there_are_shown() -> None:
    plan = SitePlan(SiteId(1), (HALL,), (RACK,), mounts((7, 1, 1, Face.FULL)))
    assert set(seen(drawn.graph(), plan).nodes) == {1, 2, 3, 4, 7}


def test_a_rack_is_as_well_as_its_worst_device_and_as_full_as_its_units() -> None:
    plan = SitePlan(
        SiteId(1),
        (HALL,),
        (RACK,),
        mounts((1, 1, 2, Face.FULL), (2, 5, 2, Face.FRONT), (7, 5, 1, Face.REAR)),
    )
    load = seen(drawn.graph(trouble=True), plan).loads[RACK.id]
    assert (load.used, load.devices, load.down) == (4, 3, 1)
    assert load.worst is Severity.CRITICAL, "down is the worst there is"


def test_a_mount_of_a_device_that_is_gone_still_fills_its_units() -> None:
    plan = SitePlan(SiteId(1), (HALL,), (RACK,), mounts((99, 1, 3, Face.FULL)))
    load = seen(drawn.graph(), plan).loads[RACK.id]
    assert (load.used, load.devices, load.worst) == (3, 0, Severity.CLEARED)


def test_the_facts_of_one_room_are_its_own() -> None:
    plan = SitePlan(SiteId(1), (HALL,), (RACK,), mounts((1, 1, 2, Face.FULL)))
    assert facts(seen(drawn.graph(), plan)) == "9.6 × 7.2 m · 1 rack · 2 of 42 U filled"
    more = SitePlan(SiteId(1), (HALL, Room(RoomId(2), SiteId(1), "B", 2, 2)), (RACK,))
    assert facts(seen(drawn.graph(), more)) == "2 rooms · 1 rack · 0 of 42 U filled"
    assert facts(seen(drawn.graph(), SitePlan(SiteId(1)))) == ""
