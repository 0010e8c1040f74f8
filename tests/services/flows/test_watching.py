"""From exported flows to an alarm on the desk, and its end."""

from __future__ import annotations

from noc_console.services.alarms.aging import AgingService
from noc_console.services.alarms.model import NO_DEVICE, AlarmObject, Condition, Severity
from noc_console.services.alarms.service import AlarmService
from noc_console.services.detection.events import reading
from noc_console.services.detection.events.book import EventBook
from noc_console.services.flows.watching import FORGOTTEN_S, FlowWatcher
from noc_console.services.flows.workers import FlowWorker
from tests.services.flows.conftest import ROUTER, flow, message

RULES = """title = "t"
[[flow]]
id = "flood"
title = "Flood"
condition = "packet-flood"
severity = "major"
by = "destination"
counts = "bits"
over = 1_000
minutes = 1
text = "{host} gets {value} bit/s"
"""
FLOOD = Condition("packet-flood")


async def test_a_flood_is_an_alarm_about_its_target_until_it_is_over(
    db, flows, flow_store, inventory, router, bus, clock, collector, operator
):
    alarms = AlarmService(db, clock=clock)
    watcher = FlowWatcher(
        EventBook(reading.read({"t.toml": RULES})),
        alarms=alarms,
        aging=AgingService(db),
        clock=clock,
        actor=collector,
        name="test",
    )
    worker = FlowWorker(
        flows,
        flow_store,
        inventory,
        bus=bus,
        clock=clock,
        actor=collector,
        name="test",
        watcher=watcher,
    )
    await worker._look_up()
    await worker.turn()
    worker.take(message(flow(octets=60_000)), ROUTER)
    await worker.turn()
    clock.tick(seconds=60)
    await worker.turn()
    (alarm,) = await alarms.recent(operator)
    assert (alarm.condition, alarm.severity, alarm.is_active) == (FLOOD, Severity.MAJOR, True)
    assert alarm.text.endswith("gets 8.00 k bit/s")
    assert alarm.about.other == f"host:{alarm.device_name}"
    (raised,) = await alarms.history(operator, alarm_id=int(alarm.id))
    assert "flows heard by test" in raised.text
    clock.tick(seconds=60)
    await worker.turn()
    (alarm,) = await alarms.recent(operator)
    assert not alarm.is_active


async def test_an_alarm_of_a_collector_that_began_anew_is_not_left_standing(
    db, clock, collector, operator
):
    alarms = AlarmService(db, clock=clock)
    book = EventBook(reading.read({"t.toml": RULES}))
    more = {"alarms": alarms, "aging": AgingService(db), "clock": clock, "actor": collector}
    await alarms.report(
        collector,
        about=AlarmObject(NO_DEVICE, other="host:10.0.0.1"),
        condition=FLOOD,
        severity=Severity.MAJOR,
        text="flood",
    )
    watcher = FlowWatcher(book, name="test", **more)
    await watcher.report()
    (alarm,) = await alarms.recent(operator)
    assert alarm.is_active
    clock.tick(seconds=FORGOTTEN_S + 1)
    await watcher.report()
    (alarm,) = await alarms.recent(operator)
    assert not alarm.is_active
