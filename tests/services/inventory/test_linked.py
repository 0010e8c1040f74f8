"""Only what links stand on is read for a map."""

from __future__ import annotations

from dataclasses import replace

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.services.inventory.link_ends import LAG
from noc_console.services.inventory.model import DeviceType, SeenSensor, SensorKind
from noc_console.services.inventory.service import InventoryService
from tests.conftest import FakeClock
from tests.services.topology.network import G, Plan


def pair() -> Plan:
    """Two routers and a cable; one has a port more, and modules that tell of their light."""
    plan = Plan()
    a, b = (plan.box(name, DeviceType.ROUTER, "Delft") for name in "ab")
    plan.cable(a, b, G)
    a.port(10 * G)
    for index, name, low in ((1, "xe-0/0/1 Rx power", -15.0), (1, "Lane 2 receive", None)):
        a.sensors.append(
            SeenSensor(SensorKind.DBM, name, f"1.3.6.1.9.{name[-1]}{low}", if_index=index, low=low)
        )
    a.sensors += [
        SeenSensor(SensorKind.DBM, "xe-0/0/1 Tx power", "1.3.6.1.9.7", if_index=1),
        SeenSensor(SensorKind.DBM, "xe-0/0/2 Rx power", "1.3.6.1.9.8", if_index=2),
        SeenSensor(SensorKind.TEMPERATURE, "Rx laser", "1.3.6.1.9.9", if_index=1),
    ]
    return plan


async def test_interfaces_without_a_link_are_not_read(
    db: Database, collector: Actor, clock: FakeClock
) -> None:
    inventory = InventoryService(db, clock=clock)
    ids = await pair().record(inventory, collector, clock.now())
    found = await inventory.link_ports(collector)
    assert {(port.device_id, port.name, port.speed_bps) for port in found} == {
        (ids["a"], "xe-0/0/1", G),
        (ids["b"], "xe-0/0/1", G),
    }
    assert not any(port.is_aggregate for port in found)


async def test_only_receivers_of_linked_ports_are_light(
    db: Database, collector: Actor, clock: FakeClock
) -> None:
    inventory = InventoryService(db, clock=clock)
    await pair().record(inventory, collector, clock.now())
    (port,) = [
        port for port in await inventory.interfaces(collector, device="a") if port.index == 1
    ]
    found = await inventory.light_sensors(collector)
    assert sorted((sensor.interface_id, sensor.low or 0.0) for sensor in found) == [
        (port.id, -15.0),
        (port.id, 0.0),
    ]


async def test_another_tenant_sees_none_of_it(
    db: Database, collector: Actor, clock: FakeClock
) -> None:
    inventory = InventoryService(db, clock=clock)
    await pair().record(inventory, collector, clock.now())
    stranger = Actor("eve", "other", frozenset({"*"}))
    assert await inventory.link_ports(stranger) == ()
    assert await inventory.light_sensors(stranger) == ()


async def test_a_lag_is_known_as_one(db: Database, collector: Actor, clock: FakeClock) -> None:
    inventory, plan = InventoryService(db, clock=clock), Plan()
    a, b = (plan.box(name, DeviceType.ROUTER, "Delft") for name in "ab")
    plan.cable(a, b, G)
    for box in (a, b):
        (port,) = box.ports
        box.ports[0] = type(port)(
            port.index, port.name, type=LAG, speed_bps=port.speed_bps, mac=port.mac
        )
    await plan.record(inventory, collector, clock.now())
    assert [port.is_aggregate for port in await inventory.link_ports(collector)] == [True, True]


async def test_a_port_knows_the_lag_it_is_a_member_of(
    db: Database, collector: Actor, clock: FakeClock
) -> None:
    inventory, plan = InventoryService(db, clock=clock), pair()
    for box in plan.boxes:
        box.ports = [replace(port, lag_index=500) for port in box.ports]
    await plan.record(inventory, collector, clock.now())
    found = await inventory.link_ports(collector)
    assert [(port.index, port.lag_index) for port in found] == [(1, 500), (1, 500)]
    ports = await inventory.interfaces(collector, device="a")
    assert {port.lag_index for port in ports} == {500}
