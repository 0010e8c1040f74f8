"""What rules are about, and which rule decides for it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from noc_console.kernel.actor import Actor
from noc_console.services.alarms.model import AlarmObject
from noc_console.services.detection.census import Census, Thing, rivals_of, things
from noc_console.services.detection.language import read_rule
from noc_console.services.detection.model import Rule, Scope
from noc_console.services.detection.pack import our_book
from noc_console.services.inventory.model import (
    Device,
    DeviceId,
    InterfaceId,
    Sensor,
    SensorId,
    SensorKind,
)
from noc_console.services.inventory.pollable import Pollable, PortFact
from noc_console.services.inventory.service import InventoryService
from tests.conftest import FakeClock
from tests.services.detection.devices import add_devices

OLT = Device(DeviceId(7), "olt-1", "192.0.2.1", 161)


def rule(name: str, **changes: object) -> Rule:
    found = our_book().rule(name)
    assert found is not None
    return replace(found, **changes)  # type: ignore[arg-type]


def sensor(number: int, kind: SensorKind, name: str, **changes: object) -> Sensor:
    made = Sensor(SensorId(number), OLT.id, kind, name, f"1.3.6.1.{number}")
    return replace(made, **changes)  # type: ignore[arg-type]


SENSORS = (
    sensor(1, SensorKind.DBM, "Rx", interface_id=InterfaceId(11)),
    sensor(2, SensorKind.DBM, "Tx", interface_id=InterfaceId(11)),
    sensor(3, SensorKind.DBM, "ONU 1"),
    sensor(4, SensorKind.DBM, "ONU 2"),
    sensor(5, SensorKind.STATE, "Power supply 1"),
    sensor(6, SensorKind.STATE, "Fan tray"),
    sensor(7, SensorKind.CHARGE, "Battery"),
    sensor(8, SensorKind.VOLTAGE, "48 V"),
)
FOUND = Pollable((OLT,), (PortFact(7, 11, 1, "pon-1", 0, 1, True, False),), SENSORS, {})


@pytest.mark.parametrize(
    ("measure", "keys"),
    [
        ("device.cpu", ["device:7"]),
        ("interface.errors", ["device:7/interface:11"]),
        ("sensor.light", ["device:7/interface:11/sensor:1"]),
        ("sensor.supply_state", ["device:7"]),
        ("sensor.hardware_state", ["device:7"]),
        ("sensor.voltage", ["device:7/sensor:8"]),
        ("device.lit_subscribers", ["device:7"]),
    ],
)
def test_objects_have_the_names_the_poll_gives_them(measure: str, keys: list[str]) -> None:
    assert [thing.about.key for thing in things(FOUND, measure)] == keys


def test_subscribers_are_those_without_a_port_or_limit_of_ours() -> None:
    (olt,) = things(FOUND, "device.lit_subscribers")
    assert olt.members == (3, 4)


def test_rivals_are_those_that_decide_before() -> None:
    rules = our_book().rules
    assert [one.id for one in rivals_of(rule("interface-down"), rules)] == ["interface-down-linked"]
    assert rivals_of(rule("interface-down-linked"), rules) == ()


def test_probes_and_collectors_fit_by_their_words() -> None:
    probe = Thing(1, AlarmObject(0, other="probe:1"), words=("upstream", "icmp", "192.0.2.1"))
    assert probe.fits(rule("path-loss", scope=Scope(probes=("up*",))))
    assert not probe.fits(rule("path-loss", scope=Scope(probes=("dns",))))
    assert not probe.fits(rule("path-loss", scope=Scope(types=("router",))))
    collector = Thing(0, AlarmObject(0, other="collector:a"), words=("noc-1",))
    assert collector.fits(rule("disk-free", scope=Scope(collectors=("noc-*",))))
    assert not collector.fits(rule("disk-free", scope=Scope(collectors=("x",))))


async def test_the_inventory_is_read_and_rivals_taken_out(
    inventory: InventoryService, clock: FakeClock, collector: Actor
) -> None:
    await add_devices(inventory, clock, collector, 3)
    census = Census(inventory)
    every = rule("utilisation")
    narrow = read_rule(
        '[[rule]]\nid = "x"\ntitle = "x"\nmeasure = "interface.utilisation"\n'
        'condition = "utilisation"\nscope = { aliases = ["cust-*"] }\n'
        'level = [{ severity = "warning", raise = 40 }]'
    )
    alone = [thing async for some in census.of(collector, every) for thing in some]
    assert len(alone) == 6
    left = [t async for some in census.of(collector, every, (narrow,)) for t in some]
    assert {thing.about.interface_name for thing in left} == {"xe-0"}
    theirs = [t async for some in census.of(collector, narrow) for t in some]
    assert {thing.about.interface_name for thing in theirs} == {"xe-1"}
