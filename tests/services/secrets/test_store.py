from __future__ import annotations

from noc_console.db.database import Database
from noc_console.kernel.actor import ALL_RIGHTS, Actor
from noc_console.kernel.secret import SecretRef
from noc_console.services.secrets import store
from noc_console.services.secrets.model import SecretStored
from tests.conftest import FakeClock

NAME = SecretRef("core")


async def test_a_second_put_replaces_and_other_tenants_see_nothing(
    db: Database, operator: Actor, clock: FakeClock
) -> None:
    async with db.begin(operator) as tx:
        for sealed in (b"one", b"two"):
            await store.put(tx, NAME, sealed, at=clock.now(), generation=0)
        tx.record(SecretStored(name=NAME))
        assert await store.get(tx, NAME) == b"two"
    stranger = Actor("eve", "globex", frozenset({ALL_RIGHTS}))
    async with db.begin(stranger) as tx:
        assert await store.get(tx, NAME) is None
        assert not await store.remove(tx, NAME)
        tx.record(SecretStored(name=NAME))
    async with db.begin(operator) as tx:
        assert await store.remove(tx, NAME)
        tx.record(SecretStored(name=NAME))
        assert await store.get(tx, NAME) is None
