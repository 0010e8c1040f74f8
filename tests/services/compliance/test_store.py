"""Rules, waivers and verdicts, on both databases."""

from __future__ import annotations

from pathlib import Path

import pytest

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.services.compliance import store
from noc_console.services.compliance.model import (
    ConfigsJudged,
    Evidence,
    Finding,
    Gravity,
    Judged,
    Rule,
    RuleKind,
    Verdict,
    Waiver,
)
from noc_console.services.inventory.service import InventoryService
from tests.conftest import FakeClock
from tests.services.configs.conftest import Meet

WHY = ConfigsJudged(devices=0, failing=0)
RULE = Rule(
    0, "r", RuleKind.BLOCK, "x", "^if", "a = b", ("ios",), ("ams-*",), Gravity.NOTE, "why", False
)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Here it matters which database it is."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/noc.db"
    return str(request.getfixturevalue("postgres_url"))


async def test_everything_comes_back_as_it_was_and_a_rule_takes_its_waivers_along(
    db: Database, operator: Actor, clock: FakeClock, inventory: InventoryService, meet: Meet
) -> None:
    device = await meet("r1", address="192.0.2.1")
    now = clock.now()
    async with db.begin(operator) as tx:
        tx.record(WHY)
        number = await store.put_rule(tx, RULE)
        kept = await store.get_rule(tx, number)
        assert kept is not None and (kept.block, kept.platforms) == ("^if", ("ios",))
        waiver = await store.add_waiver(tx, Waiver(0, number, device, now, "why", "mira", now))
        finding = Finding(
            number, device, 5, Verdict.FAIL, now, now, (Evidence("x", 3), Evidence("y"))
        )
        judged = Judged(device, 5, "rev", now, (finding,))
        await store.put_verdicts(tx, [judged])
        await store.put_verdicts(tx, [judged])
    async with db.read(operator) as tx:
        assert await store.every_verdict(tx) == {device: judged}
        assert await store.standing(tx) == {device: (5, "rev")}
        assert [one.id for one in await store.every_waiver(tx)] == [waiver]
        assert await store.every_rule(tx) == (kept,)
    async with db.read(Actor("x", "others")) as tx:
        assert await store.every_rule(tx) == () and await store.every_verdict(tx) == {}
    async with db.begin(operator) as tx:
        tx.record(WHY)
        assert await store.remove_rule(tx, number)
        assert await store.every_waiver(tx) == ()
        assert not await store.remove_rule(tx, number)
        assert not await store.remove_waiver(tx, waiver)
