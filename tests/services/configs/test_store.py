"""Which keys were trusted."""

from __future__ import annotations

from dataclasses import replace

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.services.configs import store
from noc_console.services.configs.model import HostKey, HostKeyTrusted
from tests.conftest import FakeClock

KEY = HostKey("192.0.2.1", 22, "ssh-ed25519 AAAA", "SHA256:a")


async def test_the_newest_key_of_a_door_counts(
    db: Database, operator: Actor, clock: FakeClock
) -> None:
    newer = replace(KEY, key="ssh-ed25519 BBBB", fingerprint="SHA256:b")
    async with db.begin(operator) as tx:
        await store.trust(tx, KEY, clock.now())
        await store.trust(tx, newer, clock.now())
        tx.record(HostKeyTrusted(host=KEY.host, port=KEY.port, fingerprint="SHA256:b"))
    async with db.read(operator) as tx:
        assert await store.trusted(tx, "192.0.2.1", 22) == newer
        assert await store.trusted(tx, "192.0.2.1", 2222) is None
