"""Devices are given tags and lose them, on both databases."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import delete, func, select

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import Invalid, NotAllowed, NotFound
from noc_console.kernel.events import Event, EventBus
from noc_console.services.inventory import store
from noc_console.services.inventory.model import Device
from noc_console.services.inventory.service import InventoryService
from noc_console.services.inventory.subjects import subject_of
from noc_console.services.inventory.tagging import TagService
from noc_console.services.inventory.tags import MOST_OF_A_DEVICE, DeviceTagged, Tag
from tests.conftest import FakeClock
from tests.services.inventory.test_past import box


@pytest.fixture
def inventory(db: Database, clock: FakeClock) -> InventoryService:
    return InventoryService(db, clock=clock)


@pytest.fixture
def service(db: Database, inventory: InventoryService) -> TagService:
    return TagService(db, inventory)


@pytest.fixture
async def ids(inventory: InventoryService, operator: Actor, clock: FakeClock) -> tuple[int, ...]:
    return tuple(
        [int(await inventory.record(operator, inspected=box(clock, n))) for n in (1, 2, 3)]
    )


def told(devices: tuple[Device, ...]) -> dict[str, tuple[str, ...]]:
    return {device.name: device.tags for device in devices}


async def test_many_devices_are_given_many_tags_at_once(
    service: TagService, inventory: InventoryService, operator: Actor, ids: tuple[int, ...]
) -> None:
    changed = await service.tag(operator, tags=("North", "edge"), device_ids=ids[:2])
    assert changed == 2
    assert await service.tag(operator, tags=("edge",), device_ids=ids) == 1
    assert told(await inventory.devices(operator)) == {
        "sw-1": ("edge", "north"),
        "sw-2": ("edge", "north"),
        "sw-3": ("edge",),
    }
    assert await service.tags(operator) == (Tag("edge", 3), Tag("north", 2))


async def test_a_device_tells_its_tags_however_it_is_asked_for(
    service: TagService, inventory: InventoryService, operator: Actor, ids: tuple[int, ...]
) -> None:
    await service.tag(operator, tags=("edge", "core"), device_ids=ids[:1])
    device = await inventory.device(operator, device_id=ids[0])
    assert device.tags == ("core", "edge")
    assert await inventory.device_named(operator, name="10.0.0.1") == device
    assert await service.devices(operator, device_ids=(ids[0], 4711)) == (device,)
    assert subject_of(device).tags == device.tags
    assert told(await inventory.devices(operator, tag="Core")) == {"sw-1": ("core", "edge")}
    assert await inventory.devices(operator, tag="cor") == ()


async def test_devices_are_named_on_the_command_line(
    service: TagService, inventory: InventoryService, operator: Actor, ids: tuple[int, ...]
) -> None:
    assert await service.tag(operator, tags=("lab",), devices=("sw-1", "10.0.0.3")) == 2
    assert await service.untag(operator, tags=("lab", "never"), devices=("sw-1",)) == 1
    assert [d.name for d in await inventory.devices(operator, tag="lab")] == ["sw-3"]
    with pytest.raises(Invalid, match="say which devices"):
        await service.tag(operator, tags=("lab",))
    with pytest.raises(NotFound, match="no device called sw-9"):
        await service.tag(operator, tags=("lab",), devices=("sw-9",))


async def test_each_device_that_changed_is_in_the_journal_with_what_changed(
    service: TagService, operator: Actor, ids: tuple[int, ...], bus: EventBus
) -> None:
    heard: list[Event] = []
    bus.listen(heard.extend)
    await service.tag(operator, tags=("edge",), device_ids=ids[:1])
    await service.tag(operator, tags=("north", "edge"), device_ids=ids[:2])
    await service.untag(operator, tags=("edge",), device_ids=ids)
    await service.tag(operator, tags=("north",), device_ids=ids[:2])
    assert heard == [
        DeviceTagged(device_id=ids[0], added="edge", removed=""),
        DeviceTagged(device_id=ids[0], added="north", removed=""),
        DeviceTagged(device_id=ids[1], added="edge north", removed=""),
        DeviceTagged(device_id=ids[0], added="", removed="edge"),
        DeviceTagged(device_id=ids[1], added="", removed="edge"),
    ]


async def test_what_a_call_changed_is_enough_to_take_it_back(
    service: TagService, inventory: InventoryService, operator: Actor, ids: tuple[int, ...]
) -> None:
    await service.tag(operator, tags=("old",), device_ids=ids[:2])
    await service.tag(operator, tags=("edge",), device_ids=ids[:1])
    before = await inventory.devices(operator)
    done = await service.retag(
        operator,
        add=[(number, "edge") for number in ids],
        remove=[(number, "old") for number in ids],
    )
    assert done.added == ((ids[1], "edge"), (ids[2], "edge"))
    assert done.removed == ((ids[0], "old"), (ids[1], "old"))
    await service.retag(operator, add=done.removed, remove=done.added)
    assert await inventory.devices(operator) == before


async def test_nothing_is_changed_when_one_device_is_not_there(
    service: TagService, operator: Actor, ids: tuple[int, ...]
) -> None:
    with pytest.raises(NotFound, match="no device 4711"):
        await service.tag(operator, tags=("edge",), device_ids=(*ids, 4711))
    assert await service.tags(operator) == ()


async def test_more_tags_than_a_device_may_have_are_refused(
    service: TagService, operator: Actor, ids: tuple[int, ...]
) -> None:
    full = tuple(f"t{number}" for number in range(MOST_OF_A_DEVICE))
    await service.tag(operator, tags=full, device_ids=ids[:1])
    with pytest.raises(Invalid, match="at most 50 tags"):
        await service.tag(operator, tags=("one-more",), device_ids=ids[:2])
    assert [tag.devices for tag in await service.tags(operator)] == [1] * MOST_OF_A_DEVICE
    swapped = await service.retag(operator, add=[(ids[0], "new")], remove=[(ids[0], "t0")])
    assert swapped.devices == {ids[0]}


async def test_programs_give_tags_as_they_are_kept(
    service: TagService, operator: Actor, ids: tuple[int, ...]
) -> None:
    with pytest.raises(Invalid):
        await service.retag(operator, add=[(ids[0], "Edge")])
    with pytest.raises(Invalid):
        await service.retag(operator, add=[(ids[0], "two words")])


async def test_tags_are_their_tenants_own_and_take_a_right(
    service: TagService, inventory: InventoryService, operator: Actor, ids: tuple[int, ...]
) -> None:
    await service.tag(operator, tags=("edge",), device_ids=ids)
    stranger = replace(operator, tenant="other")
    assert await service.tags(stranger) == ()
    assert await inventory.devices(stranger, tag="edge") == ()
    with pytest.raises(NotFound):
        await service.untag(stranger, tags=("edge",), device_ids=ids)
    looker = replace(operator, rights=frozenset({"inventory.read"}))
    assert await service.tags(looker) == (Tag("edge", 3),)
    for deed in (service.tag, service.untag):
        with pytest.raises(NotAllowed):
            await deed(looker, tags=("edge",), device_ids=ids)
    with pytest.raises(NotAllowed):
        await service.retag(looker, add=[(ids[0], "x")])


async def test_what_discovery_finds_anew_leaves_tags_alone(
    service: TagService,
    inventory: InventoryService,
    operator: Actor,
    ids: tuple[int, ...],
    clock: FakeClock,
) -> None:
    await service.tag(operator, tags=("edge",), device_ids=ids[:1])
    clock.tick(hours=1)
    again = await inventory.record(operator, inspected=box(clock, 1, name="sw-renamed"))
    assert (await inventory.device(operator, device_id=again)).tags == ("edge",)


async def test_tags_of_a_device_that_is_taken_out_by_hand_go_with_it(
    db: Database, service: TagService, inventory: InventoryService, operator: Actor
) -> None:
    number = await inventory.record_unknown(operator, name="ghost")
    await service.tag(operator, tags=("edge",), device_ids=(number,))
    async with db.begin(operator) as tx:
        for table in (store.terms, store.addresses):
            await tx.execute(delete(table).where(table.c.device_id == number))
        await tx.execute(delete(store.devices).where(store.devices.c.id == number))
        tx.record(DeviceTagged(device_id=number, added="", removed="edge"))
        assert await tx.scalar(select(func.count()).select_from(store.tags)) == 0
