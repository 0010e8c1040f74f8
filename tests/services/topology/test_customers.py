"""Customers as far as the inventory knows them."""

from __future__ import annotations

from noc_console.kernel.actor import Actor
from noc_console.services.inventory.model import DeviceId, DeviceType, Inspected, Section
from noc_console.services.inventory.service import InventoryService
from noc_console.services.topology.customers import OnuCustomers
from tests.conftest import FakeClock


async def olt(
    inventory: InventoryService, operator: Actor, clock: FakeClock, document: str | None
) -> DeviceId:
    sections = () if document is None else (Section("onus", document),)
    return await inventory.record(
        operator,
        inspected=Inspected(
            address="10.0.0.1",
            port=161,
            at=clock.now(),
            name="olt1",
            serial="SN1",
            credential_id=1,
            type=DeviceType.OLT,
            sections=sections,
        ),
    )


async def test_every_onu_is_a_customer(
    inventory: InventoryService, operator: Actor, clock: FakeClock
) -> None:
    device = await olt(inventory, operator, clock, '[{"id": "0/1"}, {"id": "0/2"}]')
    assert await OnuCustomers(inventory, clock=clock).on_devices(operator) == {device: 2}


async def test_where_nothing_was_told_nothing_is_known(
    inventory: InventoryService, operator: Actor, clock: FakeClock
) -> None:
    await olt(inventory, operator, clock, None)
    assert await OnuCustomers(inventory, clock=clock).on_devices(operator) is None


async def test_a_document_that_cannot_be_read_tells_nothing(
    inventory: InventoryService, operator: Actor, clock: FakeClock
) -> None:
    await olt(inventory, operator, clock, "[{")
    assert await OnuCustomers(inventory, clock=clock).on_devices(operator) is None


async def test_documents_are_read_again_after_ten_minutes(
    inventory: InventoryService, operator: Actor, clock: FakeClock
) -> None:
    customers = OnuCustomers(inventory, clock=clock)
    device = await olt(inventory, operator, clock, "[1]")
    assert await customers.on_devices(operator) == {device: 1}
    await olt(inventory, operator, clock, "[1, 2, 3]")
    assert await customers.on_devices(operator) == {device: 1}
    clock.tick(minutes=11)
    assert await customers.on_devices(operator) == {device: 3}
