"""The polling policy as it is kept."""

from __future__ import annotations

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.services.telemetry import store
from noc_console.services.telemetry.model import PollPolicy, PollPolicyChanged

DEFAULT = PollPolicy(interval_s=10.0)
CHANGED = PollPolicyChanged(interval_s=30.0, down_after=2)


async def test_what_is_not_set_follows_the_default(db: Database, collector: Actor) -> None:
    async with db.begin(collector) as tx:
        assert await store.policy(tx, DEFAULT) == DEFAULT
        await store.save_policy(tx, {"down_after": 3})
        tx.record(CHANGED)
    async with db.read(collector) as tx:
        kept = await store.policy(tx, DEFAULT)
    assert (kept.interval_s, kept.down_after) == (10.0, 3)


async def test_settings_of_another_version_do_no_harm(db: Database, collector: Actor) -> None:
    for settings in ({"interval_s": 30.0}, {"interval_s": 40.0, "from_the_future": 1}):
        async with db.begin(collector) as tx:
            await store.save_policy(tx, settings)
            tx.record(CHANGED)
    async with db.read(collector) as tx:
        assert (await store.policy(tx, DEFAULT)).interval_s == 40.0


async def test_each_tenant_has_its_own(db: Database, collector: Actor) -> None:
    async with db.begin(collector) as tx:
        await store.save_policy(tx, {"interval_s": 30.0})
        tx.record(CHANGED)
    stranger = Actor("eve", "other", frozenset({"*"}))
    async with db.read(stranger) as tx:
        assert await store.policy(tx, DEFAULT) == DEFAULT
