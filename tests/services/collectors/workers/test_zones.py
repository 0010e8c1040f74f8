from __future__ import annotations

import asyncio

import pytest

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.services.alarms.model import Condition, Severity
from noc_console.services.alarms.service import AlarmService
from noc_console.services.collectors.heartbeat import Wish, one_heartbeat
from noc_console.services.collectors.leasing import Me
from noc_console.services.collectors.service import CollectorService
from noc_console.services.collectors.workers import ZoneWatch
from noc_console.services.inventory.model import Reachability
from noc_console.services.inventory.service import InventoryService
from tests.conftest import FakeClock
from tests.services.collectors.conftest import box

POP = Me("acme", "instance of pop-1", "pop-1", "host", 1, False, 7)


class World:
    """A POP with a hundred devices, which one collector reaches, and a general one."""

    def __init__(self, db: Database, clock: FakeClock) -> None:
        self.db = db
        self.clock = clock
        self.inventory = InventoryService(db, clock=clock)
        self.alarms = AlarmService(db, clock=clock)
        self.collectors = CollectorService(db, inventory=self.inventory)

    def watch(self, actor: Actor, *, mine: bool = True) -> ZoneWatch:
        return ZoneWatch(
            self.collectors,
            self.inventory,
            self.alarms,
            clock=self.clock,
            actor=actor,
            is_mine=lambda: mine,
            every_s=0.01,
        )


@pytest.fixture
async def world(db: Database, clock: FakeClock, operator: Actor) -> World:
    made = World(db, clock)
    devices = []
    for number in range(20):
        device = await made.inventory.record(operator, inspected=box(f"pop-r{number}"))
        await made.inventory.set_reachability(
            operator, device_id=device, reachability=Reachability.UP, at=clock.now()
        )
        devices.append(int(device))
    await made.collectors.add_zone(operator, name="POP 1")
    await made.collectors.serve(operator, collector="pop-1", zone="POP 1")
    await made.collectors.place_devices(operator, device_ids=tuple(devices), zone="POP 1")
    return made


async def test_a_zone_without_a_collector_is_one_alarm_and_its_devices_are_unknown_not_down(
    world: World, operator: Actor
) -> None:
    watch = world.watch(operator)
    await watch.look()
    assert await world.alarms.active(operator) == (), "a restart is no alarm"
    await watch.look()
    await watch.look()
    [alarm] = await world.alarms.active(operator)
    assert (alarm.condition, alarm.severity) == (Condition.NO_COLLECTOR, Severity.MAJOR)
    assert alarm.device_name == "zone POP 1" and "20 devices" in alarm.text
    assert alarm.count == 1
    states = {device.reachability for device in await world.inventory.devices(operator)}
    assert states == {Reachability.UNKNOWN}


async def test_the_alarm_ends_when_a_collector_reaches_the_zone(
    world: World, operator: Actor
) -> None:
    watch = world.watch(operator)
    await watch.look()
    await watch.look()
    await world.db.keep(lambda c: one_heartbeat(c, POP, Wish(ttl_s=60.0)))
    # Another collector has the duty by now: it knows the alarm from the desk.
    await world.watch(operator).look()
    assert not any(alarm.is_active for alarm in await world.alarms.active(operator))


async def test_only_who_has_the_duty_looks(world: World, operator: Actor) -> None:
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(world.watch(operator, mine=False).run())]
        await asyncio.sleep(0.2)
        assert await world.alarms.active(operator) == ()
        tasks.append(group.create_task(world.watch(operator).run()))
        async with asyncio.timeout(20):
            while not await world.alarms.active(operator):
                await asyncio.sleep(0.01)
        for task in tasks:
            task.cancel()
