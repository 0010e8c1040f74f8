"""Rooms, racks and mounts, on a real database."""

from __future__ import annotations

from dataclasses import astuple
from pathlib import Path

import pytest

from noc_console.kernel.actor import ALL_RIGHTS, Actor
from noc_console.kernel.errors import Conflict, NotAllowed, NotFound
from noc_console.kernel.events import EventBus
from noc_console.services.facilities.model import Face, FacilitiesChanged, Mount
from noc_console.services.facilities.service import FacilityService
from noc_console.services.inventory.model import DeviceId

Ids = dict[str, DeviceId]


@pytest.fixture
def store_url(tmp_path: Path) -> str:
    """Which database it is does not matter here: `test_store.py` asks both."""
    return f"sqlite:///{tmp_path}/noc.db"


async def test_the_first_rack_of_a_site_brings_its_room(
    facilities: FacilityService, operator: Actor, ids: Ids, bus: EventBus
) -> None:
    heard: list[object] = []
    bus.listen(heard.extend)
    first = await facilities.add_rack(operator, site_id=1)
    second = await facilities.add_rack(operator, site_id=1)
    plan = await facilities.plan(operator, site_id=1)
    assert [room.name for room in plan.rooms] == ["Room 1"]
    assert [rack.name for rack in plan.racks] == ["Rack 1", "Rack 2"]
    assert second.x_m >= first.x_m + first.width_m - 1e-9
    told = [(each.what, each.name) for each in heard if isinstance(each, FacilitiesChanged)]
    assert told == [
        ("room added", "Room 1"),
        ("rack added", "Rack 1"),
        ("rack added", "Rack 2"),
    ]
    assert (await facilities.plan(operator, site_id=2)).rooms == ()


async def test_a_full_room_says_so(facilities: FacilityService, operator: Actor, ids: Ids) -> None:
    room = await facilities.add_room(operator, site_id=1, name="Closet", width_m=1.3, depth_m=1.2)
    await facilities.add_rack(operator, site_id=1, room_id=room.id)
    with pytest.raises(Conflict, match="no space"):
        for _ in range(3):
            await facilities.add_rack(operator, site_id=1, room_id=room.id)


async def test_a_device_is_mounted_moved_and_taken_out(
    facilities: FacilityService, operator: Actor, ids: Ids
) -> None:
    rack = await facilities.add_rack(operator, site_id=1)
    other = await facilities.add_rack(operator, site_id=1)
    one, two = tuple(ids.values())[:2]
    await facilities.mount(operator, device_id=one, rack_id=rack.id, unit=10, height=2)
    with pytest.raises(Conflict, match="unit 11 of Rack 1 is taken"):
        await facilities.mount(operator, device_id=two, rack_id=rack.id, unit=11)
    with pytest.raises(Conflict, match="over the top"):
        await facilities.mount(operator, device_id=two, rack_id=rack.id, unit=42, height=2)
    await facilities.mount(operator, device_id=one, rack_id=rack.id, unit=11, height=2)
    await facilities.mount(operator, device_id=one, rack_id=other.id, unit=1)
    plan = await facilities.plan(operator, site_id=1)
    assert plan.mounts == (Mount(one, other.id, 1, 1, Face.FULL),)
    await facilities.unmount(operator, device_id=one)
    assert (await facilities.plan(operator, site_id=1)).mounts == ()
    with pytest.raises(Conflict, match="mounted nowhere"):
        await facilities.unmount(operator, device_id=one)
    with pytest.raises(NotFound):
        await facilities.mount(operator, device_id=99_999, rack_id=rack.id, unit=1)


async def test_a_rack_is_moved_and_turned_only_where_it_fits(
    facilities: FacilityService, operator: Actor, ids: Ids
) -> None:
    first = await facilities.add_rack(operator, site_id=1)
    second = await facilities.add_rack(operator, site_id=1)
    one = next(iter(ids.values()))
    await facilities.mount(operator, device_id=one, rack_id=second.id, unit=40)
    told = {"rack_id": second.id, "name": "B", "x_m": 5.0, "y_m": 2.0}
    moved = await facilities.change_rack(operator, **told, rotation=90)  # type: ignore[arg-type]
    assert (await facilities.plan(operator, site_id=1)).racks[0] == moved
    for wrong in (
        {"x_m": first.x_m, "y_m": first.y_m},
        {"x_m": 7.9},
        {"units": 39},
        {"name": first.name},
    ):
        with pytest.raises(Conflict):
            await facilities.change_rack(operator, **(told | wrong))  # type: ignore[arg-type]


async def test_a_room_shrinks_only_around_its_racks_and_goes_with_them(
    facilities: FacilityService, operator: Actor, ids: Ids
) -> None:
    rack = await facilities.add_rack(operator, site_id=1)
    await facilities.mount(operator, device_id=next(iter(ids.values())), rack_id=rack.id, unit=1)
    told = {"room_id": rack.room_id, "name": "Hall", "depth_m": 6.0, "power_kw": 40.0}
    with pytest.raises(Conflict, match="outside"):
        await facilities.change_room(operator, **told, width_m=1.0)  # type: ignore[arg-type]
    hall = await facilities.change_room(operator, **told, width_m=20.0)  # type: ignore[arg-type]
    assert (hall.name, hall.power_kw) == ("Hall", 40.0)
    with pytest.raises(Conflict):
        await facilities.add_room(operator, site_id=1, name="HALL")
    await facilities.remove_room(operator, room_id=hall.id)
    assert astuple(await facilities.plan(operator, site_id=1))[1:] == ((), (), ())


async def test_a_removed_rack_leaves_its_devices_in_the_inventory(
    facilities: FacilityService, operator: Actor, ids: Ids
) -> None:
    rack = await facilities.add_rack(operator, site_id=1)
    one = next(iter(ids.values()))
    await facilities.mount(operator, device_id=one, rack_id=rack.id, unit=1)
    await facilities.remove_rack(operator, rack_id=rack.id)
    again = await facilities.add_rack(operator, site_id=1)
    await facilities.mount(operator, device_id=one, rack_id=again.id, unit=1)


async def test_who_may_only_look_changes_nothing_and_strangers_see_nothing(
    facilities: FacilityService, operator: Actor, ids: Ids
) -> None:
    rack = await facilities.add_rack(operator, site_id=1)
    looker = Actor("lea", "acme", frozenset({"inventory.read"}))
    assert (await facilities.plan(looker, site_id=1)).racks == (rack,)
    with pytest.raises(NotAllowed):
        await facilities.add_rack(looker, site_id=1)
    stranger = Actor("eve", "other", frozenset({ALL_RIGHTS}))
    assert (await facilities.plan(stranger, site_id=1)).racks == ()
    with pytest.raises(NotFound):
        await facilities.remove_rack(stranger, rack_id=rack.id)
