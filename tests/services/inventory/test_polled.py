"""What polling reads of the inventory, on both databases."""

from __future__ import annotations

from dataclasses import replace

import pytest

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.services.inventory.model import (
    EvidenceKind,
    Inspected,
    OperStatus,
    Reachability,
    SeenInterface,
    SeenNeighbour,
    SeenSensor,
    SensorKind,
)
from noc_console.services.inventory.pollable import PortAddresses, PortFact
from noc_console.services.inventory.service import InventoryService
from tests.conftest import FakeClock


@pytest.fixture
def inventory(db: Database, clock: FakeClock) -> InventoryService:
    return InventoryService(db, clock=clock)


def seen(number: int, clock: FakeClock) -> Inspected:
    return Inspected(
        address=f"192.0.2.{number}",
        port=161,
        at=clock.now(),
        name=f"core-{number}",
        serial=f"S{number}",
        location="Erfurt, rack 1",
        credential_id=1,
        interfaces=(
            SeenInterface(1, "xe-0", speed_bps=10**9, oper_status=OperStatus.UP),
            SeenInterface(2, "xe-1", has_hc=False),
        ),
        sensors=(SeenSensor(SensorKind.CPU, "RP", "1.3.6.1.4.1.9.9.109.1"),),
    )


async def test_what_polling_needs_is_what_the_inventory_has(
    inventory: InventoryService, collector: Actor, clock: FakeClock
) -> None:
    one, other = [
        int(await inventory.record(collector, inspected=seen(number, clock))) for number in (1, 2)
    ]
    found = await inventory.pollable(collector, device_ids={one, 999})
    assert found.devices == (await inventory.device(collector, device_id=one),)
    ports = await inventory.interfaces(collector, device_id=one)
    assert found.ports == tuple(
        PortFact(
            one,
            int(port.id),
            port.index,
            port.name,
            port.speed_bps,
            int(port.oper_status),
            port.has_hc,
            False,
            port.alias,
            port.type,
        )
        for port in ports
    )
    assert found.sensors == await inventory.sensors(collector, device_id=one)
    assert set(found.site_names.values()) == {
        site.name for site in await inventory.sites(collector)
    }
    assert (await inventory.pollable(collector, device_ids=())).devices == ()
    neighbour = SeenNeighbour(
        kind=EvidenceKind.LLDP, if_index=1, remote_name="core-2", remote_port="xe-0"
    )
    await inventory.record_evidence(collector, device_id=one, neighbours=(neighbour,))
    linked = (await inventory.pollable(collector, device_ids={one, other})).ports
    assert [(fact.device_id, fact.name) for fact in linked if fact.is_linked] == [
        (one, "xe-0"),
        (other, "xe-0"),
    ]


async def test_a_sign_changes_with_what_decides_how_a_device_is_polled_and_with_nothing_else(
    inventory: InventoryService, collector: Actor, clock: FakeClock
) -> None:
    first = seen(1, clock)
    number = int(await inventory.record(collector, inspected=first))
    before = await inventory.poll_signs(collector)
    assert set(before) == {number}
    await inventory.set_interface_statuses(
        collector,
        device_id=number,
        statuses={
            int(port.id): OperStatus.DOWN
            for port in await inventory.interfaces(collector, device_id=number)
        },
    )
    assert await inventory.poll_signs(collector) == before
    more = replace(first, interfaces=(*first.interfaces, SeenInterface(3, "xe-2")))
    await inventory.record(collector, inspected=more)
    after = await inventory.poll_signs(collector)
    assert after != before
    await inventory.record(collector, inspected=replace(more, credential_id=2))
    assert await inventory.poll_signs(collector) != after


async def test_the_addresses_of_interfaces_are_read_without_the_interfaces(
    inventory: InventoryService, collector: Actor, clock: FakeClock
) -> None:
    first = seen(1, clock)
    ports = (replace(first.interfaces[0], addresses=("192.0.2.1/24",)), *first.interfaces[1:])
    number = int(await inventory.record(collector, inspected=replace(first, interfaces=ports)))
    assert await inventory.port_addresses(collector) == (PortAddresses(number, ("192.0.2.1/24",)),)


async def test_whether_devices_answer_is_written_once_for_many(
    inventory: InventoryService, collector: Actor, clock: FakeClock
) -> None:
    one, other = [
        int(await inventory.record(collector, inspected=seen(number, clock))) for number in (1, 2)
    ]
    clock.tick(seconds=60)
    since = clock.now()
    down = dict.fromkeys((one, other, 999), (Reachability.DOWN, since))
    await inventory.set_reachabilities(collector, found=down)
    for number in (one, other):
        device = await inventory.device(collector, device_id=number)
        assert (device.reachability, device.reachability_since) == (Reachability.DOWN, since)
        assert device.last_seen is not None and device.last_seen < since
    clock.tick(seconds=60)
    again = {one: (Reachability.DOWN, clock.now()), other: (Reachability.UP, clock.now())}
    await inventory.set_reachabilities(collector, found=again)
    device = await inventory.device(collector, device_id=one)
    assert device.reachability_since == since, "what is known already is no news"
    device = await inventory.device(collector, device_id=other)
    assert (device.reachability, device.last_seen) == (Reachability.UP, clock.now())
