"""Customers as the inventory knows them."""

from __future__ import annotations

from dataclasses import replace

from noc_console.services.inventory.model import Section
from noc_console.services.rootcause.model import Held
from noc_console.services.rootcause.subscribers import KEPT_FOR, InventorySubscribers
from tests.conftest import FakeClock
from tests.services.rootcause.conftest import TOWN, Town, device


async def test_onus_hang_on_their_pon_port_and_customers_on_theirs(
    town: Town, clock: FakeClock
) -> None:
    book = await InventorySubscribers(town.inventory, clock=clock).book(town.actor)
    pon, port = await town.port("olt", 20), await town.port("acc-1", 9)
    assert book.ports == {pon: Held(12, 12), port: Held(1, 1)}
    assert book.of_device == {town.ids["olt"]: (pon,), town.ids["acc-1"]: (port,)}
    assert book.devices == {}


async def test_it_is_read_again_after_a_while(town: Town, clock: FakeClock) -> None:
    subscribers = InventorySubscribers(town.inventory, clock=clock)
    assert len(await subscribers.onus(town.actor)) == 12
    seen = device("olt", 1 + list(TOWN).index("olt"))
    fewer = Section("onus", '[{"serial": "HWTC0001", "port": "pon 0/1/1"}]')
    await town.inventory.record(town.actor, inspected=replace(seen, sections=(fewer,)))
    assert len(await subscribers.onus(town.actor)) == 12
    clock.tick(seconds=KEPT_FOR.total_seconds() + 1)
    (onu,) = await subscribers.onus(town.actor)
    assert (onu.olt, onu.serial, onu.name) == (town.ids["olt"], "HWTC0001", "")


async def test_a_document_that_cannot_be_read_is_nobody(town: Town, clock: FakeClock) -> None:
    seen = device("olt", 1 + list(TOWN).index("olt"))
    for document in ("not json", '{"a": 1}', "[1, null]", "[]"):
        broken = replace(seen, sections=(Section("onus", document),))
        await town.inventory.record(town.actor, inspected=broken)
        assert await InventorySubscribers(town.inventory, clock=clock).onus(town.actor) == ()
