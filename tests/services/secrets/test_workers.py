from __future__ import annotations

from sqlalchemy import select

from noc_console.db.database import Database, journal
from noc_console.kernel.actor import Actor
from noc_console.kernel.secret import Secret, SecretRef
from noc_console.services.secrets import sealing
from noc_console.services.secrets.workers import VaultKeeper
from tests.services.secrets.conftest import MIRA, Opening, Vault

NAME = SecretRef("core")


async def test_the_keeper_journals_who_used_what_for_which_device(
    vault: Vault, operator: Actor, collector: Actor, db: Database
) -> None:
    await vault.secrets.put(operator, name=NAME, secret=Secret("hunter2"))
    keeper = VaultKeeper(vault.secrets, vault.holding, collector)
    await vault.secrets.use(operator, name=NAME, purpose="terminal", device_id=7)
    await keeper.once()
    await keeper.once()
    async with db.read(operator) as tx:
        told = await tx.rows(
            select(journal.c.actor, journal.c.facts).where(journal.c.event == "SecretUsed"),
            lambda row: (row.actor, dict(row.facts)),
        )
    assert told == (
        (
            "mira",
            {"name": "core", "purpose": "terminal", "device_id": 7, "count": 1, "person": ""},
        ),
    )
    [kept] = await vault.holding.kept(operator)
    assert kept.used_by == "mira"
    assert kept.used_at is not None


async def test_the_keeper_asks_once_for_a_machine_that_was_never_let_in(
    vault: Vault, opening: Opening, operator: Actor, collector: Actor
) -> None:
    await vault.secrets.put(operator, name=NAME, secret=Secret("hunter2"))
    second = opening(key="noc-2")
    keeper = VaultKeeper(second.secrets, second.holding, collector, is_mine=lambda: True)
    await keeper.once()
    await keeper.once()
    names = [holder.name for holder in await vault.holding.holders(operator)]
    assert names == ["noc-1", "noc-2"]


async def test_the_keeper_finishes_a_rotation_that_somebody_began(
    vault: Vault, operator: Actor, collector: Actor, db: Database
) -> None:
    await vault.secrets.put(operator, name=NAME, secret=Secret("hunter2"))
    async with db.begin(operator) as tx:
        await vault.secrets.sealing.next_key(tx, why="rotation")
    assert (await vault.holding.state(operator)).behind == 1
    idle = VaultKeeper(vault.secrets, vault.holding, collector)
    await idle.once()
    assert (await vault.holding.state(operator)).behind == 1
    keeper = VaultKeeper(vault.secrets, vault.holding, collector, is_mine=lambda: True)
    await keeper.once()
    assert (await vault.holding.state(operator)).behind == 0
    assert sealing.PORTION > 1


async def test_a_locked_window_is_no_error_of_its_keeper(
    vault: Vault, opening: Opening, operator: Actor
) -> None:
    await vault.holding.add_person(operator, name="mira", passphrase=MIRA)
    window = opening(key="laptop", attended=True)
    await VaultKeeper(window.secrets, window.holding, operator).once()
