from __future__ import annotations

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.services.inventory.model import Inspected, SeenInterface
from noc_console.services.inventory.service import InventoryService
from tests.conftest import FakeClock


async def test_who_may_speak_is_told_by_every_address_and_where_it_answered(
    db: Database, collector: Actor, clock: FakeClock
) -> None:
    inventory = InventoryService(db, clock=clock)
    port = SeenInterface(index=1, name="lo0", addresses=("198.51.100.7/32",))
    number = await inventory.record(
        collector,
        inspected=Inspected(
            address="192.0.2.7",
            port=161,
            at=clock.now(),
            name="core-7",
            serial="7",
            credential_id=1,
            interfaces=(port,),
        ),
    )
    told = await inventory.senders(collector)
    assert {(one.address, one.answered) for one in told} == {
        ("192.0.2.7", True),
        ("198.51.100.7", False),
    }
    assert {(one.device_id, one.device_name) for one in told} == {(number, "core-7")}
    assert await inventory.senders(Actor("eve", "other", frozenset({"*"}))) == ()
