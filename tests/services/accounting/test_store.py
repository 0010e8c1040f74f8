"""Records appended, found and let go of; peers counted. On both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.services.accounting import store
from noc_console.services.accounting.model import AccountsForgotten, Moment, PeerNews, Record
from tests.conftest import FakeClock
from tests.services.accounting.test_model import RECORD


async def append(db: Database, tenant: str, *records: Record) -> None:
    assert await db.keep(lambda c: store.append(c, tenant, records)) == len(records)


async def test_records_are_found_by_device_user_time_and_kind(
    db: Database, clock: FakeClock, operator: Actor
) -> None:
    at = clock.now()
    one = replace(RECORD, at=at, command="show version", started_at=at, elapsed_s=3)
    two = replace(one, at=at + timedelta(seconds=5), command="commit", is_change=True, user="tom")
    other = replace(one, device_id=8, moment=Moment.STOP, started_at=None, elapsed_s=None)
    await append(db, operator.tenant, one, two, other)
    await append(db, "another", replace(one, command="theirs"))
    async with db.read(operator) as tx:
        every = await store.found(tx, limit=10)
        assert [(each.command, each.device_id) for each in every] == [
            ("show version", 7),
            ("show version", 8),
            ("commit", 7),
        ]
        assert every[0] == replace(one, id=every[0].id) and every[0].id
        assert [r.user for r in await store.found(tx, device_ids=(7,), limit=10)] == ["mira", "tom"]
        assert await store.found(tx, user="tom", limit=10) == every[2:]
        assert await store.found(tx, changes=True, limit=10) == every[2:]
        assert await store.found(tx, start=at + timedelta(seconds=1), limit=10) == every[2:]
        assert await store.found(tx, end=at, limit=10) == every[:2]
        assert await store.found(tx, limit=1) == every[2:], "the newest"


async def test_what_is_old_or_too_much_goes(
    db: Database, clock: FakeClock, operator: Actor
) -> None:
    at = clock.now()
    for day in range(6):
        await append(db, operator.tenant, replace(RECORD, at=at + timedelta(days=day)))
    async with db.begin(operator) as tx:
        assert await store.forget(tx, before=at + timedelta(days=2), most=3) == 3
        tx.record(AccountsForgotten(count=3))
    async with db.read(operator) as tx:
        left = await store.found(tx, limit=10)
    assert [one.at for one in left] == [at + timedelta(days=day) for day in (3, 4, 5)]


async def test_peers_are_counted_and_strangers_make_room(
    db: Database, clock: FakeClock, operator: Actor
) -> None:
    at = clock.now()

    async def note(*news: PeerNews) -> None:
        await db.keep(lambda c: store.count_in(c, operator.tenant, news, most=2))

    await note(PeerNews("192.0.2.1", 7, at, records=2))
    await note(PeerNews("192.0.2.1", 7, at, records=1, refused=1, problem="other key"))
    for minute in range(4):
        when = at + timedelta(minutes=minute)
        await note(PeerNews(f"198.51.100.{minute}", None, when, refused=1, problem="unknown"))
    async with db.read(operator) as tx:
        peers = await store.all_peers(tx)
    assert [one.source for one in peers] == ["198.51.100.3", "198.51.100.2", "192.0.2.1"]
    ours = peers[2]
    assert (ours.records, ours.refused, ours.problem, ours.device_id) == (3, 1, "other key", 7)
    assert peers[0].refused == 1 and peers[0].device_id is None
