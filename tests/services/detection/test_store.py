"""Where operators' rules are kept."""

from __future__ import annotations

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.services.detection import store
from noc_console.services.detection.model import Family, RulesChanged
from tests.conftest import FakeClock


async def test_the_newest_step_of_a_rule_counts(
    db: Database, operator: Actor, clock: FakeClock
) -> None:
    async with db.begin(operator) as tx:
        for rule_id, toml in (("a", "1"), ("b", "2"), ("a", "3"), ("b", "")):
            await store.add(tx, Family.METRIC, rule_id, what="made", toml=toml, at=clock.now())
        await store.add(tx, Family.EVENT, "c", what="made", toml="4", at=clock.now())
        tx.record(RulesChanged(family="metric", rule_id="a", what="made"))
    async with db.read(operator) as tx:
        assert await store.standing(tx) == {Family.METRIC: {"a": "3"}, Family.EVENT: {"c": "4"}}
        assert [step.toml for step in await store.history(tx, "a")] == ["1", "3"]
