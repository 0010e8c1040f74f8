"""Rooms and racks in the database, on both kinds of it."""

from __future__ import annotations

from noc_console.kernel.actor import Actor
from noc_console.services.facilities.model import Face, SitePlan
from noc_console.services.facilities.service import FacilityService
from noc_console.services.inventory.model import DeviceId, SiteId


async def test_everything_comes_back_as_it_was_put(
    facilities: FacilityService, operator: Actor, ids: dict[str, DeviceId]
) -> None:
    room = await facilities.add_room(
        operator, site_id=1, name="Hall", width_m=12.5, depth_m=9.0, power_kw=40, cooling_kw=35.5
    )
    rack = await facilities.add_rack(
        operator,
        site_id=1,
        room_id=room.id,
        name="A1",
        x_m=2.0,
        y_m=3.0,
        rotation=90,
        units=47,
        width_m=0.8,
        depth_m=1.2,
        max_weight_kg=900,
    )
    one, two = tuple(ids.values())[:2]
    high = await facilities.mount(
        operator, device_id=one, rack_id=rack.id, unit=5, height=3, face=Face.FRONT
    )
    low = await facilities.mount(operator, device_id=two, rack_id=rack.id, unit=5, face=Face.REAR)
    plan = await facilities.plan(operator, site_id=1)
    assert plan == SitePlan(SiteId(1), (room,), (rack,), plan.mounts)
    assert set(plan.mounts) == {high, low}
    await facilities.remove_room(operator, room_id=room.id)
    assert await facilities.plan(operator, site_id=1) == SitePlan(SiteId(1))
