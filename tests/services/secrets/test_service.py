from __future__ import annotations

from pathlib import Path

import pytest

from noc_console.adapters.keyring import KeyFile
from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import Broken, NotAllowed, NotFound
from noc_console.kernel.events import Event, EventBus
from noc_console.kernel.secret import Secret, SecretRef
from noc_console.services.secrets.model import SecretStored
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
    assert heard == [SecretStored(name="core")]
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
