"""Searches as rows."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import IntegrityError

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.services.discovery import store
from noc_console.services.discovery.model import (
    DiscoveryPolicy,
    DiscoveryProgressed,
    Outcome,
    RunState,
    Scope,
    Target,
    TargetState,
)
from tests.conftest import FakeClock

SCOPE = Scope(
    ("10.0.0.1",),
    port=1161,
    depth=2,
    exclude=("lab-*",),
    credential_ids=(3,),
    within=("10.0.0.0/8",),
)
TOLD = DiscoveryProgressed(run_id=1, state="running", found=0, failed=0, left=0)


async def new_run(db: Database, actor: Actor, clock: FakeClock) -> int:
    async with db.begin(actor) as tx:
        run_id = await store.add_run(tx, SCOPE, clock.now())
        tx.record(TOLD)
    return run_id


async def test_a_scope_comes_back_as_it_was_kept(
    db: Database, operator: Actor, clock: FakeClock
) -> None:
    run_id = await new_run(db, operator, clock)
    async with db.read(operator) as tx:
        run = await store.get_run(tx, run_id)
        assert run is not None
        assert (run.scope, run.started_at, run.state) == (SCOPE, clock.now(), RunState.WAITING)
        assert await store.get_run(tx, run_id + 1) is None


async def test_an_outcome_finds_its_target_by_the_address_it_was_given_under(
    db: Database, operator: Actor, clock: FakeClock
) -> None:
    run_id = await new_run(db, operator, clock)
    target = Target("core-1", 161, 0, "seed")
    outcome = Outcome(target, TargetState.FOUND, "10.0.0.1", name="core-1", device_id=5)
    tenant, now = operator.tenant, clock.now()
    await db.keep(lambda c: store.add_targets(c, tenant, run_id, [target], now))
    await db.keep(lambda c: store.finish_targets(c, tenant, run_id, [outcome], now))
    ((found, state, device_id),) = await db.keep(lambda c: store.stored_targets(c, tenant, run_id))
    assert (found.address, state, device_id) == ("10.0.0.1", TargetState.FOUND, 5)


async def test_a_place_is_a_target_once(db: Database, operator: Actor, clock: FakeClock) -> None:
    run_id = await new_run(db, operator, clock)
    twice = [Target("10.0.0.1", 161, 0, "seed")] * 2
    with pytest.raises(IntegrityError):
        await db.keep(lambda c: store.add_targets(c, operator.tenant, run_id, twice, clock.now()))


async def test_an_ended_run_ends_once(db: Database, operator: Actor, clock: FakeClock) -> None:
    run_id = await new_run(db, operator, clock)
    async with db.begin(operator) as tx:
        ended = {"at": clock.now(), "links": 4}
        assert await store.end_run(tx, run_id, RunState.DONE, **ended)
        assert not await store.end_run(tx, run_id, RunState.CANCELLED, **ended)
        tx.record(TOLD)
    async with db.read(operator) as tx:
        run = await store.get_run(tx)
    assert run is not None
    assert (run.state, run.links) == (RunState.DONE, 4)


async def test_another_tenants_runs_are_not_seen(
    db: Database, operator: Actor, clock: FakeClock
) -> None:
    run_id = await new_run(db, operator, clock)
    stranger = Actor("eve", "other", operator.rights)
    async with db.read(stranger) as tx:
        assert await store.get_run(tx, run_id) is None
        assert await store.all_runs(tx, 10) == ()
    assert await db.keep(lambda c: store.claimable(c, "other")) == ()


async def test_the_policy_is_kept_by_tenant(db: Database, operator: Actor) -> None:
    async with db.begin(operator) as tx:
        assert await store.get_policy(tx) == DiscoveryPolicy()
        await store.put_policy(tx, DiscoveryPolicy(12))
        await store.put_policy(tx, DiscoveryPolicy(3))
        tx.record(TOLD)
    async with db.read(operator) as tx:
        assert await store.get_policy(tx) == DiscoveryPolicy(3)
