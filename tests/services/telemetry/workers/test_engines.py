from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace

import pytest

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.services.alarms.model import Alarm, Condition
from noc_console.services.alarms.service import AlarmService
from noc_console.services.inventory.service import InventoryService
from noc_console.services.telemetry.workers import engines
from noc_console.services.telemetry.workers.engines import EngineWatch
from tests.conftest import FakeClock
from tests.services.telemetry.conftest import Known


@dataclass(frozen=True)
class Engine:
    id: bytes
    boots: int


OLD = Engine(b"\x80\x00\x1f\x88\x04old", 7)
NEW = Engine(b"\x80\x00\x1f\x88\x04" + b"n" * 27, 1)


class Bench:
    """A watch with a steady clock of the test's own."""

    def __init__(self, inventory: InventoryService, alarms: AlarmService, actor: Actor) -> None:
        self.now = 1_000.0
        self.alarms = alarms
        self.actor = actor
        self.watch = EngineWatch(inventory, alarms, actor=actor, steady=lambda: self.now)

    async def standing(self) -> list[Alarm]:
        return [alarm for alarm in await self.alarms.active(self.actor) if alarm.is_active]


@pytest.fixture
def bench(
    db: Database, clock: FakeClock, inventory: InventoryService, known: Known, collector: Actor
) -> Bench:
    return Bench(inventory, AlarmService(db, clock=clock), collector)


def peer_of(known: Known) -> str:
    return f"{known.device.address}:{known.device.port}"


async def test_an_engine_that_changes_once_is_no_alarm_and_again_within_an_hour_is_one(
    bench: Bench, known: Known
) -> None:
    """N9: re-discovered once in silence; on repeat the desk is told which device it is."""
    bench.watch.changed(peer_of(known), OLD, NEW)
    await bench.watch.look()
    assert await bench.standing() == []
    bench.now += 3_500
    bench.watch.changed(peer_of(known), NEW, OLD)
    await bench.watch.look()
    (alarm,) = await bench.standing()
    assert (alarm.condition, alarm.about.device_id) == (
        Condition.ENGINE_CHANGED,
        int(known.device.id),
    )
    assert alarm.text == (
        "SNMPv3 engine changed 2 times within an hour, last"
        " 80001f8804…6e6e6e6e6e6e (boots 1) → 80001f88046f6c64 (boots 7)"
    )
    bench.now += 3_601
    await bench.watch.look()
    assert await bench.standing() == []


async def test_a_box_that_restarts_is_the_same_engine_and_one_whose_boots_fall_back_is_not(
    bench: Bench, known: Known
) -> None:
    for boots in range(8, 12):
        bench.watch.changed(peer_of(known), OLD, replace(OLD, boots=boots))
    await bench.watch.look()
    assert await bench.standing() == []
    for _ in range(2):
        bench.watch.changed(peer_of(known), OLD, replace(OLD, boots=1))
    await bench.watch.look()
    (alarm,) = await bench.standing()
    assert "(boots 7) → 80001f88046f6c64 (boots 1)" in alarm.text


async def test_changes_far_apart_and_of_strangers_are_nobodys_alarm(
    bench: Bench, known: Known
) -> None:
    for _ in range(4):
        bench.watch.changed(peer_of(known), OLD, NEW)
        bench.watch.changed("192.0.2.99:161", OLD, NEW)
        bench.now += 3_601
        await bench.watch.look()
    for _ in range(4):
        bench.watch.changed("[2001:db8::1]:161", OLD, NEW)
    await bench.watch.look()
    assert await bench.standing() == []


async def test_an_alarm_of_an_earlier_process_clears_after_a_quiet_hour(
    bench: Bench, known: Known, inventory: InventoryService, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(2):
        bench.watch.changed(peer_of(known), OLD, NEW)
    await bench.watch.look()
    later = Bench(inventory, bench.alarms, bench.actor)
    monkeypatch.setattr(engines, "LOOK_EVERY_S", 0.02)
    async with asyncio.TaskGroup() as group:
        task = group.create_task(later.watch.run())
        await asyncio.sleep(0.1)
        assert len(await bench.standing()) == 1
        later.now += 3_601
        while await bench.standing():
            await asyncio.sleep(0.02)
        task.cancel()


async def test_the_peers_remembered_are_bounded(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines, "MOST_PEERS", 10)
    for number in range(100):
        bench.watch.changed(f"192.0.2.{number}:161", OLD, NEW)
    assert len(bench.watch._changes) == 10
    assert "192.0.2.99:161" in bench.watch._changes
