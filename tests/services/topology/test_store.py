"""Positions in the database, on both kinds of it."""

from __future__ import annotations

from noc_console.db.database import Database
from noc_console.kernel.actor import ALL_RIGHTS, Actor
from noc_console.services.inventory.model import DeviceId
from noc_console.services.topology import store
from noc_console.services.topology.model import MapChanged, Placement, Position, Settled
from tests.conftest import FakeClock

EVENT = MapChanged(view="main", devices=1, what="placed")


async def put(db: Database, actor: Actor, *moves: Placement) -> None:
    async with db.begin(actor) as tx:
        await store.put(tx, "main", moves)
        tx.record(EVENT)


async def placed(db: Database, actor: Actor) -> dict[DeviceId, Position]:
    async with db.read(actor) as tx:
        return await store.placed(tx, "main")


async def test_a_later_position_replaces_the_earlier(db: Database, operator: Actor) -> None:
    one, two = DeviceId(1), DeviceId(2)
    await put(db, operator, Placement(one, Position(1.0, 2.0)), Placement(two, Position(3.0, 4.0)))
    await put(db, operator, Placement(one, Position(9.0, 9.0, pinned=True)))
    assert await placed(db, operator) == {
        one: Position(9.0, 9.0, pinned=True),
        two: Position(3.0, 4.0),
    }


async def test_thousands_are_kept_in_one_go(db: Database, operator: Actor) -> None:
    many = [Placement(DeviceId(at), Position(float(at), 0.0)) for at in range(1, 2501)]
    await put(db, operator, *many)
    await put(db, operator, *many)
    assert len(await placed(db, operator)) == 2500


async def test_another_tenant_has_another_map(db: Database, operator: Actor) -> None:
    await put(db, operator, Placement(DeviceId(1), Position(1.0, 2.0)))
    other = Actor("eve", "other", frozenset({ALL_RIGHTS}))
    assert await placed(db, other) == {}


async def test_a_layout_is_remembered_once_per_view(
    db: Database, operator: Actor, clock: FakeClock
) -> None:
    async with db.read(operator) as tx:
        assert await store.settled(tx, "main") == Settled()
    for devices in (3, 5):
        async with db.begin(operator) as tx:
            await store.settle(tx, "main", Settled(devices, 4, clock.now(), touched=True))
            tx.record(EVENT)
    async with db.read(operator) as tx:
        assert await store.settled(tx, "main") == Settled(5, 4, clock.now(), touched=True)
        assert await store.settled(tx, "wall") == Settled()
