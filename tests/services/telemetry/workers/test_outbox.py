"""Writing what polls amount to, on both databases."""

from __future__ import annotations

import numpy as np
import pytest

from noc_console.db.database import Database
from noc_console.db.samples import DEVICE, INTERFACE, SENSOR, Samples
from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import Unreachable
from noc_console.services.alarms.model import AlarmObject, AlarmReport, Condition, Severity
from noc_console.services.alarms.service import AlarmService
from noc_console.services.inventory.model import OperStatus, Reachability
from noc_console.services.inventory.service import InventoryService
from noc_console.services.telemetry.rules.tracker import Outcome
from noc_console.services.telemetry.workers import outbox as module
from noc_console.services.telemetry.workers.outbox import Outbox
from tests.conftest import FakeClock
from tests.services.telemetry.conftest import Known

CPU = AlarmReport(AlarmObject(7), Condition.CPU, Severity.MAJOR, "97 %")
CALM = AlarmReport(AlarmObject(7), Condition.CPU, Severity.CLEARED, "20 %")
SLOT = ("device:7", Condition.CPU)


@pytest.fixture
def alarms(db: Database, clock: FakeClock) -> AlarmService:
    return AlarmService(db, clock=clock)


@pytest.fixture
def outbox(
    samples: Samples, inventory: InventoryService, alarms: AlarmService, collector: Actor
) -> Outbox:
    return Outbox(samples=samples, inventory=inventory, alarms=alarms, actor=collector)


async def test_one_flush_writes_measurements_states_and_alarms(
    outbox: Outbox,
    samples: Samples,
    inventory: InventoryService,
    alarms: AlarmService,
    collector: Actor,
    clock: FakeClock,
    known: Known,
) -> None:
    device, port = int(known.device.id), int(known.ports[0].id)
    outbox.reach(device, Reachability.UP, clock.now())
    outbox.keep(
        device,
        round(clock.now().timestamp() * 1000),
        Outcome(
            port_ids=np.array([port]),
            port_rows=np.array([[1, 2, 3, 4, 0, 0, 0, 0, 2, 5]]),
            sensors={int(known.sensor.id): 41_000},
            device=(None, None, 41_000, 60, 900, 1),
            statuses={port: OperStatus.DOWN},
            reports=[CPU],
        ),
    )
    assert await samples.latest(INTERFACE) == {}, "nothing is written yet"
    await outbox.flush()
    assert (await samples.latest(INTERFACE))[port].values["in_octets"] == 1
    assert (await samples.latest(SENSOR))[int(known.sensor.id)].values["value"] == 41_000
    assert (await samples.latest(DEVICE))[device].values["uptime_s"] == 60
    found = await inventory.device(collector, device_id=device)
    assert found.reachability is Reachability.UP
    ports = await inventory.interfaces(collector, device_id=device)
    assert [p.oper_status for p in ports if int(p.id) == port] == [OperStatus.DOWN]
    assert [a.condition for a in await alarms.active(collector)] == [Condition.CPU]
    await outbox.flush()


async def test_what_waits_counts_as_standing_already(
    outbox: Outbox, alarms: AlarmService, collector: Actor
) -> None:
    outbox.report(CPU)
    assert outbox.standing_of(7) == {SLOT: Severity.MAJOR}
    await outbox.reconcile()
    assert outbox.standing_of(7) == {SLOT: Severity.MAJOR}, "reading must not forget what waits"
    await outbox.flush()
    outbox.report(CALM)
    assert outbox.standing_of(7) == {}
    await outbox.reconcile()
    assert outbox.standing_of(7) == {}
    await outbox.flush()
    assert not (await alarms.active(collector))[0].is_active


async def test_an_alarm_cleared_by_hand_stands_no_longer(
    outbox: Outbox, alarms: AlarmService, collector: Actor, operator: Actor
) -> None:
    outbox.report(CPU)
    await outbox.flush()
    (alarm,) = await alarms.active(operator)
    await alarms.clear(operator, alarm_ids=(alarm.id,), reason="known")
    await outbox.reconcile()
    assert outbox.standing_of(7) == {}


async def test_a_device_removed_meanwhile_stops_nothing(
    outbox: Outbox, alarms: AlarmService, collector: Actor, clock: FakeClock
) -> None:
    outbox.reach(999, Reachability.DOWN, clock.now())
    outbox.report(CPU)
    await outbox.flush()
    assert len(await alarms.active(collector)) == 1


async def test_what_could_not_be_written_waits_and_is_written_later(
    outbox: Outbox,
    samples: Samples,
    alarms: AlarmService,
    collector: Actor,
    clock: FakeClock,
    known: Known,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    device, at_ms = int(known.device.id), round(clock.now().timestamp() * 1000)
    silent = True
    append = samples.append

    async def stubborn(batch: object) -> None:
        # A store that goes away for a moment; a real one takes seconds to do so.
        if silent:
            raise Unreachable("the store is away", peer="store")
        await append(batch)  # type: ignore[arg-type]

    monkeypatch.setattr(samples, "append", stubborn)
    outbox.keep(device, at_ms, Outcome(device=(1_000, None, None, 1, 1, 1), reports=[CPU]))
    with pytest.raises(Unreachable):
        await outbox.flush()
    outbox.keep(device, at_ms + 1_000, Outcome(device=(2_000, None, None, 2, 1, 1)))
    silent = False
    await outbox.flush()
    assert (await samples.stats()).polls == 2
    assert len(await alarms.active(collector)) == 1


async def test_what_waits_for_a_lost_store_is_bounded(
    outbox: Outbox, samples: Samples, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(_batch: object) -> None:
        # As above: a store that does not answer.
        raise Unreachable("the store is away", peer="store")

    monkeypatch.setattr(samples, "append", away)
    monkeypatch.setattr(module, "MOST_POLLS", 3)
    for number in range(1, 6):
        outbox.keep(7, number, Outcome(device=(None, None, None, None, None, 0)))
        with pytest.raises(Unreachable):
            await outbox.flush()
    assert outbox.dropped == 2


async def test_what_is_a_little_better_is_not_said_each_poll(
    outbox: Outbox, alarms: AlarmService, collector: Actor
) -> None:
    milder = AlarmReport(AlarmObject(7), Condition.CPU, Severity.MINOR, "82 %")
    for report in (CPU, milder, milder):
        outbox.report(report)
        await outbox.flush()
    await outbox.reconcile()
    outbox.report(milder)
    await outbox.flush()
    (alarm,) = await alarms.active(collector)
    assert (alarm.severity, alarm.count) == (Severity.MAJOR, 1)
    outbox.report(CALM)
    outbox.report(milder)
    await outbox.flush()
    (alarm,) = await alarms.active(collector)
    assert (alarm.severity, alarm.count) == (Severity.MINOR, 2)
    assert outbox.standing_of(7) == {SLOT: Severity.MINOR}
