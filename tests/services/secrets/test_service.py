from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from noc_console.adapters.keyring import KeyFile
from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import Broken, Invalid, NotAllowed, NotFound
from noc_console.kernel.events import Event, EventBus
from noc_console.kernel.secret import Secret, SecretRef
from noc_console.services.secrets import store
from noc_console.services.secrets.holding import Holding
from noc_console.services.secrets.model import SecretStored, SecretUsed
from noc_console.services.secrets.service import SecretService
from tests.conftest import FakeClock

NAME = SecretRef("core")


@pytest.fixture
def vault(db: Database, clock: FakeClock, tmp_path: Path) -> SecretService:
    return SecretService(db, keyring=KeyFile(tmp_path / "key"), clock=clock)


async def test_a_secret_is_kept_sealed_and_the_journal_knows_only_its_name(
    vault: SecretService, operator: Actor, bus: EventBus, tmp_path: Path
) -> None:
    heard: list[Event] = []
    bus.listen(heard.extend)
    await vault.put(operator, name=NAME, secret=Secret("hunter2"))
    assert (await vault.use(operator, name=NAME)).reveal() == "hunter2"
    assert [event for event in heard if isinstance(event, SecretStored)] == [
        SecretStored(name="core")
    ]
    assert "hunter2" not in repr(heard)
    for file in tmp_path.glob("noc.db*"):
        assert b"hunter2" not in file.read_bytes()


async def test_another_machine_s_key_opens_nothing(
    vault: SecretService, db: Database, clock: FakeClock, operator: Actor, tmp_path: Path
) -> None:
    await vault.put(operator, name=NAME, secret=Secret("hunter2"))
    elsewhere = SecretService(db, keyring=KeyFile(tmp_path / "other"), clock=clock)
    with pytest.raises(Broken, match="does not open"):
        await elsewhere.use(operator, name=NAME)


async def test_the_vault_asks_for_rights_and_knows_what_it_has_not(
    vault: SecretService, operator: Actor
) -> None:
    with pytest.raises(NotAllowed):
        await vault.use(Actor("eve", "acme"), name=NAME)
    with pytest.raises(NotAllowed):
        await vault.put(Actor("eve", "acme"), name=NAME, secret=Secret("x"))
    with pytest.raises(NotFound):
        await vault.use(operator, name=NAME)


async def test_a_key_of_the_wrong_length_is_refused(
    db: Database, clock: FakeClock, operator: Actor, tmp_path: Path
) -> None:
    KeyFile(tmp_path / "short").put(b"short")
    vault = SecretService(db, keyring=KeyFile(tmp_path / "short"), clock=clock)
    with pytest.raises(Broken, match="wrong length"):
        await vault.put(operator, name=NAME, secret=Secret("x"))


async def test_a_key_for_contents_is_made_once_and_outlives_a_rotation(
    vault: SecretService, operator: Actor, db: Database, clock: FakeClock
) -> None:
    first = await vault.content_key(operator, purpose="configs")
    assert len(first) == 32
    await Holding(db, vault, clock=clock).rotate(operator)
    assert await vault.content_key(operator, purpose="configs") == first
    assert await vault.content_key(operator, purpose="recordings") != first


async def test_two_that_make_the_same_key_for_contents_agree_on_one(
    vault: SecretService, operator: Actor, db: Database, clock: FakeClock, tmp_path: Path
) -> None:
    await vault.put(operator, name=NAME, secret=Secret("there is a vault"))
    keyring = KeyFile(tmp_path / "key")
    others = [SecretService(db, keyring=keyring, clock=clock) for _ in range(5)]
    made = await asyncio.gather(
        *(each.content_key(operator, purpose="configs") for each in (vault, *others))
    )
    assert len(set(made)) == 1
    async with db.begin(operator) as tx:
        name, at = SecretRef("key/configs"), clock.now()
        before = await store.get(tx, name)
        assert not await store.add(tx, name, b"another", at=at, generation=1)
        assert await store.get(tx, name) == before
        tx.record(SecretStored(name=name))


async def test_what_is_used_is_in_the_journal_when_the_process_leaves(
    vault: SecretService, operator: Actor, bus: EventBus
) -> None:
    await vault.put(operator, name=NAME, secret=Secret("hunter2"))
    await vault.use(operator, name=NAME, purpose="polling")
    heard: list[Event] = []
    bus.listen(heard.extend)
    await vault.tell_last_uses(operator)
    assert heard == [SecretUsed(name="core", purpose="polling")]


async def test_a_name_that_is_none_is_refused(vault: SecretService, operator: Actor) -> None:
    with pytest.raises(Invalid):
        await vault.put(operator, name=SecretRef("a\nb"), secret=Secret("x"))
