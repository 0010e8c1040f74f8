from __future__ import annotations

from sqlalchemy import select

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.services.collectors import leasing, store
from noc_console.services.collectors.leasing import Me
from noc_console.services.collectors.model import (
    COMMON,
    SHARDS,
    Duty,
    Share,
    Standing,
    ZonesChanged,
)

A = Me("acme", "instance a", "a", "host", 1, False, 7)
TOLD = ZonesChanged(zone_id=1, what="test")


async def test_a_zone_s_shares_are_made_once_and_the_duties_are_the_common_zone_s(
    db: Database, operator: Actor
) -> None:
    for _ in range(2):
        await db.keep(lambda c: store.ensure_shares(c, "acme", COMMON))
    async with db.begin(operator) as tx:
        zone = await store.add_zone(tx, "POP 1")
        tx.record(TOLD)
    rows = await db.keep(lambda c: c.execute(select(store.shares)).all())
    common = {row.item for row in rows if row.zone_id == COMMON}
    assert common == {*map(str, range(SHARDS)), *Duty}
    assert {row.item for row in rows if row.zone_id == zone.id} == set(map(str, range(SHARDS)))
    assert len(rows) == 2 * SHARDS + len(Duty)


async def test_a_removed_zone_leaves_nothing_behind(db: Database, operator: Actor) -> None:
    async with db.begin(operator) as tx:
        zone = await store.add_zone(tx, "POP 1")
        await store.serve(tx, "a", zone.id, only=True)
        await store.place_sites(tx, zone.id, [3])
        await store.place_devices(tx, zone.id, [5, 6])
        tx.record(TOLD)
    assert await db.keep(lambda c: store.places(c, "acme")) == (
        {3: zone.id},
        {5: zone.id, 6: zone.id},
    )
    async with db.begin(operator) as tx:
        await store.remove_zone(tx, zone)
        tx.record(TOLD)
    assert await db.keep(lambda c: store.places(c, "acme")) == ({}, {})
    assert await db.keep(lambda c: store.all_zones(c, "acme")) == ()
    assert (await db.keep(lambda c: store.standings(c, "acme")))["a"].zones == frozenset()
    assert await db.keep(lambda c: c.execute(select(store.shares)).all()) == []


async def test_many_devices_are_placed_in_one_go(db: Database, operator: Actor) -> None:
    many = range(1, 1_001)
    async with db.begin(operator) as tx:
        zone = await store.add_zone(tx, "POP 1")
        await store.place_devices(tx, zone.id, many)
        await store.place_devices(tx, None, range(1, 500))
        await store.place_devices(tx, COMMON, [1_000])
        tx.record(TOLD)
    _, devices = await db.keep(lambda c: store.places(c, "acme"))
    assert devices == {**dict.fromkeys(range(500, 1_000), zone.id), 1_000: COMMON}


async def test_what_was_decided_is_read_as_one(db: Database, operator: Actor) -> None:
    async with db.begin(operator) as tx:
        zone = await store.add_zone(tx, "POP 1")
        await store.serve(tx, "a", zone.id, only=True)
        await store.drain(tx, "b", is_draining=True)
        tx.record(TOLD)
    assert await db.keep(lambda c: store.standings(c, "acme")) == {
        "a": Standing("a", zones=frozenset({zone.id}), only_zones=True),
        "b": Standing("b", is_draining=True),
    }


async def test_the_page_s_rows_belong_together(db: Database) -> None:
    await db.keep(lambda c: leasing.join(c, A, "a", ttl_s=60.0, is_watched=True))
    await db.keep(lambda c: leasing.claim(c, A, COMMON, 2, duties=False))
    rows = await db.keep(lambda c: store.rows(c, "acme"))
    [lease] = rows.leases
    assert (lease.label, lease.is_live, lease.is_watched) == ("a", True, True)
    assert set(rows.owners.values()) == {A.instance}
    assert set(rows.owners) == {Share(COMMON, "0"), Share(COMMON, "1")}
    assert list(rows.standings) == ["a"] and rows.gone_s == {}
