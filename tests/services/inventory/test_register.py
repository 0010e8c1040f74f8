"""The register of decisions, on both databases."""

from __future__ import annotations

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.services.inventory import register
from noc_console.services.inventory.decisions import Decision, LinkDecided, Verdict
from noc_console.services.inventory.model import Inspected
from noc_console.services.inventory.service import InventoryService
from tests.conftest import FakeClock


async def two(db: Database, actor: Actor, clock: FakeClock) -> tuple[int, int]:
    inventory = InventoryService(db, clock=clock)
    one, other = [
        await inventory.record(
            actor, inspected=Inspected(f"10.0.0.{n}", 161, clock.now(), name=f"sw-{n}")
        )
        for n in (1, 2)
    ]
    return int(one), int(other)


async def test_entries_come_back_as_they_were_written(
    db: Database, operator: Actor, clock: FakeClock
) -> None:
    a, b = await two(db, operator, clock)
    said = Decision(0, clock.now(), "mira", Verdict.DRAW, a, None, b, None, 10**9, "dark fibre")
    async with db.begin(operator) as tx:
        number = await register.append(tx, said)
        tx.record(LinkDecided(a_device=a, b_device=b, verdict="draw", reason=""))
    async with db.read(operator) as tx:
        (kept,) = await register.entries(tx)
        assert await register.entries(tx, devices=(a,)) == (kept,)
        assert await register.entries(tx, devices=(a + b,)) == ()
        about = await tx.work(
            lambda c: register.standing_about(c, operator.tenant, {b}), writes=False
        )
    assert (kept.id, kept.reason, kept.speed_bps, kept.ends) == (
        number, "dark fibre", 10**9, (a, None, b, None),
    )  # fmt: skip
    assert about == (kept,)


async def test_another_tenant_sees_none_of_it(
    db: Database, operator: Actor, clock: FakeClock
) -> None:
    a, b = await two(db, operator, clock)
    async with db.begin(operator) as tx:
        await register.append(
            tx, Decision(0, clock.now(), "mira", Verdict.REJECT, a, None, b, None)
        )
        tx.record(LinkDecided(a_device=a, b_device=b, verdict="reject", reason=""))
    async with db.read(Actor("eve", "other", operator.rights)) as tx:
        assert await register.entries(tx) == ()
