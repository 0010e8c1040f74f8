"""Rotas, policies and escalations under way, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.services.alarms.model import AlarmId, Severity
from noc_console.services.oncall import store
from noc_console.services.oncall.model import (
    PageOut,
    PolicyChanged,
    PolicyId,
    RotaChanged,
    Run,
    RunState,
    Target,
    TargetKind,
    Told,
)
from tests.services.oncall.conftest import policy, rota

EVE = Actor("eve", "other", frozenset({"*"}))
AT = datetime(2026, 3, 3, tzinfo=UTC)


async def test_a_rota_comes_back_under_its_number_when_it_was_removed_and_is_put_back(
    db: Database, operator: Actor
) -> None:
    async with db.begin(operator) as tx:
        number = await store.add_rota(tx, replace(rota(), id=0))  # type: ignore[arg-type]
        tx.record(RotaChanged(rota_id=number, what="added", name="x"))
    kept = replace(rota(), id=number)
    async with db.begin(operator) as tx:
        await store.remove_rota(tx, number)
        assert await store.rota(tx, number) is None
        assert await store.add_rota(tx, kept) == number
        tx.record(RotaChanged(rota_id=number, what="added", name="x"))
    async with db.read(operator) as tx:
        assert await store.all_rotas(tx) == (kept,)
        assert await store.rota_named(tx, "First line") == kept
    async with db.read(EVE) as tx:
        assert await store.all_rotas(tx) == ()
        assert await store.rota(tx, number) is None


async def test_who_writes_over_another_version_writes_nothing(
    db: Database, operator: Actor
) -> None:
    async with db.begin(operator) as tx:
        number = await store.add_policy(tx, replace(policy(), id=PolicyId(0), version=1))
        kept = replace(policy(), id=number, version=2, name="Two")
        assert not await store.save_policy(tx, kept, over=7)
        assert await store.save_policy(tx, kept, over=1)
        tx.record(PolicyChanged(policy_id=number, what="added", name="x"))
    async with db.read(operator) as tx:
        assert await store.all_policies(tx) == (kept,)


async def test_runs_are_swapped_and_those_that_stopped_are_found_by_their_alarms_only(
    db: Database, operator: Actor
) -> None:
    def run(number: int, state: RunState, step: int = 0) -> Run:
        return Run(AlarmId(number), PolicyId(1), Severity.MAJOR, AT, step, AT, state, "why")

    async with db.begin(operator) as tx:
        await store.take_turns(tx)
        going = [run(n, RunState.WAITING) for n in range(1, 1_201)]
        await store.keep_runs(tx, [*going, run(2_000, RunState.STOPPED)], AT)
        await store.keep_runs(tx, [run(7, RunState.WAITING, 3)], AT)
        await store.keep_runs(tx, [], AT)
        tx.wrote = False
    async with db.read(operator) as tx:
        found = {int(each.alarm_id): each for each in await store.runs_of(tx, ())}
        assert len(found) == 1_200
        assert found[7] == run(7, RunState.WAITING, 3)
        assert len(await store.runs_of(tx, (2_000, 7))) == 1_201
    async with db.begin(operator) as tx:
        assert await store.forget_runs(tx, AT) == 0
        assert await store.forget_runs(tx, AT + timedelta(days=1)) == 1
        tx.wrote = False


async def test_a_page_is_found_by_each_of_its_alarms_until_it_is_handed_over(
    db: Database, operator: Actor
) -> None:
    told = Told(Target(TargetKind.ROTA, 1), 7, "Ada", "on call")
    page = PageOut(
        0, "", AT, AlarmId(5), 1, PolicyId(1), "Core", 2, 1, (told,), ("sms",), ("a gap",), "note"
    )
    async with db.begin(operator) as tx:
        number = await store.add_page(tx, page, (5, 6))
        tx.wrote = False
    async with db.begin(operator) as tx:
        (waiting,) = await store.unhanded(tx, 10)
        assert waiting == replace(page, id=number, key=f"oncall-page-{number}")
        await store.hand(tx, number, AT, ("refused",))
        tx.wrote = False
    async with db.read(operator) as tx:
        assert await store.unhanded(tx, 10) == ()
        (found,) = await store.pages_of(tx, alarm_id=6, limit=5)
        assert (found.handed_at, found.problems) == (AT, ("refused",))
        assert await store.pages_of(tx, alarm_id=9, limit=5) == ()
        assert len(await store.pages_of(tx, alarm_id=None, limit=5)) == 1
