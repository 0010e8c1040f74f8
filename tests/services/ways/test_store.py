"""Ways and allowed hosts, per tenant."""

from __future__ import annotations

from dataclasses import replace

from noc_console.db.database import Database
from noc_console.kernel.actor import ALL_RIGHTS, Actor
from noc_console.services.ways import store
from noc_console.services.ways.model import Way, WayChanged
from tests.conftest import FakeClock

WAY = Way(0, "inner", "ams-*", "Amsterdam", "jump1>jump2")
EVENT = WayChanged(way_id=1, name="inner", what="added")


async def test_ways_are_kept_in_their_order(db: Database, operator: Actor) -> None:
    async with db.begin(operator) as tx:
        first = await store.add_way(tx, WAY)
        second = await store.add_way(tx, replace(WAY, name="outer", hops=""))
        tx.record(EVENT)
    async with db.read(operator) as tx:
        kept = await store.every_way(tx)
        assert kept == (
            replace(WAY, id=first),
            replace(WAY, id=second, name="outer", hops=""),
        )
    async with db.begin(operator) as tx:
        assert await store.remove_way(tx, first) and not await store.remove_way(tx, first)
        tx.record(EVENT)
    async with db.read(Actor("eve", "another tenant", frozenset({ALL_RIGHTS}))) as tx:
        assert await store.every_way(tx) == ()


async def test_old_algorithms_are_allowed_by_host_and_port(
    db: Database, operator: Actor, clock: FakeClock
) -> None:
    async with db.begin(operator) as tx:
        await store.allow_legacy(tx, "10.0.0.1", 22, reason="no firmware", at=clock.now())
        await store.allow_legacy(tx, "10.0.0.1", 22, reason="still none", at=clock.now())
        tx.record(EVENT)
    async with db.read(operator) as tx:
        assert await store.is_legacy(tx, "10.0.0.1", 22)
        assert not await store.is_legacy(tx, "10.0.0.1", 2222)
        (allowed,) = await store.every_legacy(tx)
        assert (allowed.reason, allowed.by) == ("still none", "mira")
    async with db.read(Actor("eve", "another tenant", frozenset({ALL_RIGHTS}))) as tx:
        assert not await store.is_legacy(tx, "10.0.0.1", 22)
    async with db.begin(operator) as tx:
        assert await store.forbid_legacy(tx, "10.0.0.1", 22)
        assert not await store.forbid_legacy(tx, "10.0.0.1", 22)
        tx.record(EVENT)
