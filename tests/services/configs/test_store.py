"""Versions, texts and standings, on both databases."""

from __future__ import annotations

from pathlib import Path

import pytest

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.services.configs import store
from noc_console.services.configs.model import (
    BackupPolicy,
    BackupsRun,
    Standing,
    Version,
    Why,
)
from noc_console.services.inventory.service import InventoryService
from tests.conftest import FakeClock
from tests.services.configs.conftest import Meet

RAN = BackupsRun(same=0, changed=0, failed=0)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Here it matters which database it is."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/noc.db"
    return str(request.getfixturevalue("postgres_url"))


def version(device_id: int, clock: FakeClock, digest: str) -> Version:
    now = clock.now()
    return Version(
        0, device_id, digest, now, now, Why.DEMAND, "ios", "indented", "show run", 3, 30, 1, 0
    )


async def test_versions_are_found_by_device_newest_first_and_pruned_with_their_texts(
    db: Database, operator: Actor, clock: FakeClock, inventory: InventoryService, meet: Meet
) -> None:
    one, two = [await meet(f"r{n}", address=f"192.0.2.{n}") for n in (1, 2)]
    async with db.begin(operator) as tx:
        tx.record(RAN)
        numbers = []
        for digest in ("a", "b", "c"):
            await store.keep_text(tx, digest, digest.encode(), clock.now())
            await store.keep_text(tx, digest, b"never", clock.now())
            numbers.append(await store.add_version(tx, version(one, clock, digest)))
        other = await store.add_version(tx, version(two, clock, "a"))
        await store.put_standings(
            tx, [Standing(one, version_id=numbers[-1]), Standing(two, version_id=other)]
        )
    async with db.read(operator) as tx:
        assert [v.digest for v in await store.history(tx, one, 2)] == ["c", "b"]
        assert {n: v.digest for n, v in (await store.newest(tx)).items()} == {one: "c", two: "a"}
        assert (await store.newest_of(tx, [one]))[one].digest == "c"
        assert await store.counts(tx) == {one: 3, two: 1}
        assert await store.sealed(tx, ["a", "x"]) == {"a": b"a"}
        assert [v.id for v in await store.every(tx, oldest_first=True)] == [*numbers, other]
        assert [v.id for v in await store.every(tx, device_ids=[two])] == [other]
    clock.tick(hours=1)
    async with db.begin(operator) as tx:
        tx.record(RAN)
        await store.seen(tx, [other], clock.now())
        assert await store.prune(tx, 1) == 2
    async with db.read(operator) as tx:
        assert set(await store.sealed(tx, "abc")) == {"a", "c"}
        found = await store.version(tx, other)
        assert found is not None and found.seen_at == clock.now() > found.at
        assert await store.version(tx, numbers[0]) is None


async def test_what_stands_is_replaced_and_what_was_decided_is_kept(
    db: Database, operator: Actor, clock: FakeClock, meet: Meet
) -> None:
    number = await meet("r1", address="192.0.2.1")
    wish = Standing(number, wanted_at=clock.now(), wanted_why=Why.CHANGE, wanted_by="mira")
    async with db.begin(operator) as tx:
        tx.record(RAN)
        assert await store.policy(tx) == BackupPolicy()
        await store.save_policy(tx, BackupPolicy(interval_h=2))
        await store.save_policy(tx, BackupPolicy(interval_h=3))
        await store.put_standings(tx, [Standing(number, error="old")])
        await store.put_standings(tx, [wish])
    async with db.read(operator) as tx:
        assert await store.standings(tx) == await store.standings(tx, [number]) == {number: wish}
        assert (await store.policy(tx)).interval_h == 3
    async with db.read(Actor("x", "others")) as tx:
        assert await store.standings(tx) == {} and await store.policy(tx) == BackupPolicy()
