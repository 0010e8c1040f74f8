"""Which keys were trusted."""

from __future__ import annotations

from dataclasses import replace

from noc_console.db.database import Database
from noc_console.kernel.actor import ALL_RIGHTS, Actor
from noc_console.services.hostkeys import store
from noc_console.services.hostkeys.model import HostAuthorityChanged, HostKey, HostKeyTrusted
from tests.conftest import FakeClock

KEY = HostKey("192.0.2.1", 22, "ssh-ed25519 AAAA", "SHA256:a")


async def test_keys_are_kept_in_order_with_who_and_why(
    db: Database, operator: Actor, clock: FakeClock
) -> None:
    newer = replace(KEY, key="ssh-ed25519 BBBB", fingerprint="SHA256:b")
    async with db.begin(operator) as tx:
        await store.trust(tx, KEY, clock.now(), replaces=False)
        await store.trust(tx, newer, clock.now(), reason="a new board", replaces=True)
        tx.record(HostKeyTrusted(host=KEY.host, port=KEY.port, fingerprint="SHA256:b"))
    async with db.read(operator) as tx:
        first, second = await store.of(tx, "192.0.2.1", 22)
        assert (first.key, first.replaces, first.by) == (KEY, False, "mira")
        assert (second.key, second.replaces, second.reason) == (newer, True, "a new board")
        assert await store.of(tx, "192.0.2.1", 2222) == ()
        assert await store.every(tx) == (first, second)
    other = Actor("eve", "another tenant", frozenset({ALL_RIGHTS}))
    async with db.read(other) as tx:
        assert await store.every(tx) == ()


async def test_what_is_forgotten_counts_no_longer(
    db: Database, operator: Actor, clock: FakeClock
) -> None:
    async with db.begin(operator) as tx:
        await store.trust(tx, KEY, clock.now(), replaces=False)
        assert await store.forget(tx, KEY.host, KEY.port) == 1
        assert await store.forget(tx, KEY.host, KEY.port) == 0
        assert await store.of(tx, KEY.host, KEY.port) == ()
        tx.record(HostKeyTrusted(host=KEY.host, port=KEY.port, fingerprint="SHA256:a"))


async def test_authorities_are_a_tenants_own_and_keep_who_revoked_them(
    db: Database, operator: Actor, clock: FakeClock
) -> None:
    def changed(what: str) -> HostAuthorityChanged:
        return HostAuthorityChanged(
            authority_id=number, name="b", hosts="*", fingerprint="SHA256:a", what=what
        )

    async with db.begin(operator) as tx:
        for name in ("b", "a"):
            number = await store.add_authority(
                tx, name=name, hosts="*", key=KEY.key, fingerprint="SHA256:a", at=clock.now()
            )
        await store.change_authority(
            tx, number, revoked_at=clock.now(), revoked_by="mira", reason="stolen"
        )
        tx.record(changed("revoked"))
    async with db.read(operator) as tx:
        first, second = await store.every_authority(tx)
    assert (first.name, first.is_revoked, first.revoked_by) == ("a", True, "mira")
    assert (second.name, second.is_revoked, second.hosts) == ("b", False, "*")
    other = Actor("eve", "another tenant", frozenset({ALL_RIGHTS}))
    async with db.begin(other) as tx:
        assert await store.every_authority(tx) == ()
        await store.change_authority(tx, number, is_gone=True)
        tx.record(changed("removed"))
    async with db.read(operator) as tx:
        assert len(await store.every_authority(tx)) == 2
