"""Which devices answer, and nothing else of them."""

from __future__ import annotations

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.services.inventory.model import DeviceType, Reachability
from noc_console.services.inventory.service import InventoryService
from tests.conftest import FakeClock
from tests.services.topology.network import Plan


async def test_only_those_asked_for_are_told_and_the_gone_are_left_out(
    db: Database, collector: Actor, clock: FakeClock
) -> None:
    inventory, plan = InventoryService(db, clock=clock), Plan()
    for name in "abc":
        plan.box(name, DeviceType.ROUTER, "Delft")
    ids = await plan.record(inventory, collector, clock.now())
    told = await inventory.answering(collector, device_ids=[ids["a"], ids["b"], 9999])
    assert set(told) == {ids["a"], ids["b"]}
    known = await inventory.device(collector, device_id=ids["a"])
    assert told[ids["a"]] is known.reachability
    assert isinstance(told[ids["b"]], Reachability)
    assert await inventory.answering(collector, device_ids=range(1, 2000)) == {
        **told,
        ids["c"]: told[ids["a"]],
    }
