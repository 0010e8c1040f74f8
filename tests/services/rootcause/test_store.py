"""Where the collectors stand, kept."""

from __future__ import annotations

from noc_console.db.database import Database
from noc_console.kernel.actor import ALL_RIGHTS, Actor
from noc_console.services.rootcause import store
from noc_console.services.rootcause.model import VantageChanged


async def keep(db: Database, actor: Actor, *ids: int) -> None:
    async with db.begin(actor) as tx:
        await store.set_vantage(tx, ids)
        tx.record(VantageChanged(devices=len(ids)))


async def test_the_last_word_counts_and_each_tenant_has_its_own(
    db: Database, operator: Actor
) -> None:
    other = Actor("otto", "other", frozenset({ALL_RIGHTS}))
    await keep(db, operator, 3, 5, 5)
    await keep(db, other, 7)
    await keep(db, operator, 5, 9)
    async with db.read(operator) as tx:
        assert await store.vantage_ids(tx) == {5, 9}
    await keep(db, operator)
    async with db.read(operator) as tx:
        assert await store.vantage_ids(tx) == frozenset()
    async with db.read(other) as tx:
        assert await store.vantage_ids(tx) == {7}
