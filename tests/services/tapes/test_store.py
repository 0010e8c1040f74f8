"""Patterns are kept by tenant."""

from __future__ import annotations

from noc_console.db.database import Database
from noc_console.kernel.actor import ALL_RIGHTS, Actor
from noc_console.services.tapes import store
from noc_console.services.tapes.model import Pattern, PatternsChanged


async def test_patterns_come_back_in_their_order_and_of_their_tenant(
    db: Database, operator: Actor
) -> None:
    async with db.begin(operator) as tx:
        first = await store.add(tx, "b(.*)")
        second = await store.add(tx, "a")
        tx.record(PatternsChanged(count=2))
    async with db.read(operator) as tx:
        assert await store.every(tx) == (Pattern(first, "b(.*)"), Pattern(second, "a"))
    async with db.begin(operator) as tx:
        assert await store.remove(tx, first)
        assert not await store.remove(tx, first)
        tx.record(PatternsChanged(count=1))
    async with db.read(Actor("mira", "other", frozenset({ALL_RIGHTS}))) as tx:
        assert await store.every(tx) == ()
