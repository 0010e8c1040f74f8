"""Taking, renewing and losing a lease, statement by statement; races on a real PostgreSQL."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Connection, update

from noc_console.db.apart import Apart
from noc_console.db.database import Database
from noc_console.services.collectors import leasing, store
from noc_console.services.collectors.leasing import Me
from noc_console.services.collectors.model import COMMON, SHARDS, Duty

A = Me("acme", "instance a", "a", "host", 1, False, 7)
B = replace(A, instance="instance b", name="b", watch_key=8)


async def joined(db: Database, me: Me, *, ttl_s: float = 60.0) -> bool:
    return await db.keep(lambda c: leasing.join(c, me, me.name, ttl_s=ttl_s, is_watched=True))


def expire(connection: Connection) -> None:
    """As if its time were over."""
    over = store.store_now(connection) - timedelta(seconds=1)
    connection.execute(
        update(store.leases).where(store.leases.c.instance == A.instance).values(until=over)
    )


async def test_a_name_is_one_process_s_at_a_time(db: Database) -> None:
    assert await joined(db, A)
    assert not await joined(db, replace(B, name="a"))
    assert await joined(db, A)  # anew, as after a lease that ran out
    await db.keep(lambda c: leasing.leave(c, A))
    assert await joined(db, replace(B, name="a"))


async def test_shares_are_taken_once_and_given_back(db: Database) -> None:
    await joined(db, A)
    await joined(db, B)
    mine = await db.keep(lambda c: leasing.claim(c, A, COMMON, 100, duties=False))
    rest = await db.keep(lambda c: leasing.claim(c, B, COMMON, 100, duties=False))
    assert (len(mine), len(rest), mine & rest) == (100, SHARDS - 100, frozenset())
    duties = await db.keep(lambda c: leasing.claim(c, B, COMMON, 9, duties=True))
    assert {share.duty for share in duties} == set(Duty)
    given_up = frozenset(list(mine)[:10])
    await db.keep(lambda c: leasing.release(c, B, given_up))  # they are not its to give
    assert await db.keep(lambda c: leasing.held(c, A)) == mine
    await db.keep(lambda c: leasing.release(c, A, given_up))
    assert await db.keep(lambda c: leasing.held(c, A)) == mine - given_up
    assert await db.keep(lambda c: leasing.claim(c, B, COMMON, 99, duties=False)) == given_up


async def test_a_lease_that_ran_out_cannot_be_renewed_and_takes_its_shares_along(
    db: Database,
) -> None:
    await joined(db, A)
    await joined(db, B)
    await db.keep(lambda c: leasing.claim(c, A, COMMON, 5, duties=False))
    await db.keep(expire)
    renewed = await db.keep(
        lambda c: leasing.renew(c, A, ttl_s=60.0, is_watched=True, even_late=False)
    )
    assert not renewed
    assert await db.keep(lambda c: leasing.bury(c, B, {})) == ("a",)
    assert await db.keep(lambda c: leasing.held(c, A)) == frozenset()
    assert [one.label for one in await db.keep(lambda c: leasing.living(c, "acme"))] == ["b"]
    [gone] = (await db.keep(lambda c: store.rows(c, "acme"))).gone_s
    assert gone == "a"


async def test_a_suspect_that_spoke_meanwhile_is_left_alone(db: Database) -> None:
    await joined(db, A)
    await joined(db, B)
    seen = await db.keep(lambda c: leasing.renewals(c, "acme"))
    suspects = {A.instance: seen[A.instance][0]}
    await asyncio.sleep(0.005)  # SQLite's clock counts milliseconds
    await db.keep(lambda c: leasing.renew(c, A, ttl_s=60.0, is_watched=False, even_late=False))
    assert await db.keep(lambda c: leasing.bury(c, B, suspects)) == ()
    seen = await db.keep(lambda c: leasing.renewals(c, "acme"))
    assert await db.keep(lambda c: leasing.bury(c, B, {A.instance: seen[A.instance][0]})) == ("a",)


async def test_a_name_about_which_something_was_decided_is_kept(db: Database) -> None:
    await joined(db, A)
    await joined(db, B)
    await db.keep(
        lambda c: c.execute(
            update(store.collectors).where(store.collectors.c.name == "a").values(is_draining=True)
        )
    )
    for me in (A, B):
        await db.keep(lambda c, m=me: leasing.leave(c, m))
    assert list(await db.keep(lambda c: store.standings(c, "acme"))) == ["a"]


@pytest.mark.postgres
@pytest.mark.parametrize("store_url", ["postgresql"], indirect=True)
async def test_a_renewal_under_way_is_not_overtaken_by_a_burial(db: Database) -> None:
    """The race that matters: a lease about to run out is renewed while somebody would take it."""
    await joined(db, A)
    await joined(db, B)
    apart = Apart(db, name="test", patience_s=5.0)
    renewing, go_on = threading.Event(), threading.Event()

    def renew_slowly(connection: Connection) -> bool:
        done = leasing.renew(connection, A, ttl_s=60.0, is_watched=True, even_late=False)
        connection.execute(
            update(store.leases)
            .where(store.leases.c.instance == A.instance)
            .values(is_watched=False)
        )
        renewing.set()
        go_on.wait(10)
        return done

    try:
        async with asyncio.TaskGroup() as group:
            renewal = group.create_task(apart.keep(renew_slowly))
            await asyncio.to_thread(renewing.wait, 10)
            seen = await db.keep(lambda c: leasing.renewals(c, "acme"))
            # What others see is the row before: silent, and renewed when it joined.
            assert (
                await db.keep(lambda c: leasing.bury(c, B, {A.instance: seen[A.instance][0]})) == ()
            )
            go_on.set()
        assert renewal.result()
    finally:
        go_on.set()
        apart.close()
    assert len(await db.keep(lambda c: leasing.living(c, "acme"))) == 2
