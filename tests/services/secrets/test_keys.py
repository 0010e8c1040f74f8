from __future__ import annotations

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.kernel.secret import Secret, SecretRef
from noc_console.services.secrets import store
from tests.services.secrets.conftest import MIRA, Opening, Vault


async def test_a_key_that_was_opened_is_not_used_once_its_wrap_is_gone(
    vault: Vault, operator: Actor, db: Database, opening: Opening
) -> None:
    """What is cached is found by the wrap in the store, so being put out counts at once."""
    await vault.secrets.put(operator, name=SecretRef("a"), secret=Secret("x"))
    keys = vault.secrets.keys
    async with db.read(operator) as tx:
        first = await keys.key(tx, 1)
        assert await keys.key(tx, 1) == first
    assert len(keys._opened) == 1


async def test_a_collector_that_locks_opens_again_by_itself_and_a_window_does_not(
    vault: Vault, operator: Actor, db: Database, opening: Opening
) -> None:
    await vault.holding.add_person(operator, name="mira", passphrase=MIRA)
    window = opening(attended=True)
    await window.holding.unlock(operator, person="mira", passphrase=MIRA)
    for each in (vault, window):
        each.secrets.keys.lock()
        assert each.secrets.keys.person == ""
    async with db.read(operator) as tx:
        assert await vault.secrets.keys.key(tx, await store.newest(tx))
        assert not window.secrets.keys.is_open
