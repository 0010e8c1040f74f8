from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import update

from noc_console.db.database import Database
from noc_console.services.collectors import store
from noc_console.services.collectors.heartbeat import Beat, Wish, one_heartbeat
from noc_console.services.collectors.leasing import Me
from noc_console.services.collectors.model import COMMON, SHARDS, Duty

A = Me("acme", "instance a", "a", "host", 1, False, 7)
B = replace(A, instance="instance b", name="b", watch_key=8)
FIRST = Wish(ttl_s=60.0)


async def beat(db: Database, me: Me, wish: Wish = FIRST) -> Beat:
    return await db.keep(lambda c: one_heartbeat(c, me, wish))


async def test_the_first_takes_everything_and_keeps_it(db: Database) -> None:
    done = await beat(db, A)
    assert (done.label, done.has_joined, done.zones) == ("a", True, {COMMON})
    assert len(done.held) == SHARDS + len(Duty) and done.surplus == frozenset()
    again = await beat(db, A, replace(FIRST, label="a"))
    assert not again.has_joined and again.held == done.held


@pytest.mark.postgres
@pytest.mark.parametrize("store_url", ["postgresql"], indirect=True)
async def test_who_has_more_than_its_part_gives_it_up_for_the_other_to_take(db: Database) -> None:
    await beat(db, A)
    assert (await beat(db, B)).held == frozenset()
    told = await beat(db, A, replace(FIRST, label="a"))
    assert len(told.surplus) == SHARDS // 2 + len(Duty) // 2
    kept = await beat(db, A, replace(FIRST, label="a", given_up=told.surplus))
    assert kept.held == told.held - told.surplus
    taken = await beat(db, B, replace(FIRST, label="b"))
    assert taken.held == told.surplus


@pytest.mark.postgres
@pytest.mark.parametrize("store_url", ["postgresql"], indirect=True)
async def test_a_taken_name_is_waited_for_first(db: Database) -> None:
    await beat(db, A)
    second = replace(B, name="a")
    waiting = await beat(db, second)
    assert (waiting.label, waiting.held) == ("", frozenset())
    assert waiting.next_end_s is not None and 0 < waiting.next_end_s <= 60
    assert (await beat(db, second, replace(FIRST, may_rename=True))).label == "a~2"


@pytest.mark.postgres
@pytest.mark.parametrize("store_url", ["postgresql"], indirect=True)
async def test_whose_connection_ended_is_told_unless_it_never_said_it_had_one(
    db: Database,
) -> None:
    watched = replace(FIRST, is_watched=True)
    await beat(db, A, watched)
    told = await beat(db, B)
    assert set(told.silent) == {A.instance}
    await beat(db, A, replace(FIRST, label="a"))
    assert (await beat(db, B, replace(FIRST, label="b"))).silent == {}


@pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
async def test_on_sqlite_the_one_before_is_history_and_no_clock_ends_a_lease(
    db: Database,
) -> None:
    await beat(db, A)
    done = await beat(db, replace(B, name="a"))
    assert done.label == "a" and len(done.held) == SHARDS + len(Duty)
    # The machine's clock went an hour ahead: a lease by that clock would be over.
    hour_ago = await db.keep(store.store_now)
    await db.keep(lambda c: c.execute(update(store.leases).values(until=hour_ago)))
    late = await beat(db, replace(B, name="a"), replace(FIRST, label="a"))
    assert not late.has_joined and late.held == done.held
