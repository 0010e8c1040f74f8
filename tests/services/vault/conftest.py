"""A vault with credentials beside an inventory of a few devices."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from noc_console.adapters.keyring import KeyFile
from noc_console.adapters.snmp import FastReader
from noc_console.adapters.vault.logins import SshLoginTester
from noc_console.db.database import Database
from noc_console.services.credentials.service import CredentialService
from noc_console.services.hostkeys.service import HostKeyService
from noc_console.services.inventory.service import InventoryService
from noc_console.services.secrets.holding import Holding
from noc_console.services.secrets.passphrases import FLOOR
from noc_console.services.secrets.service import SecretService
from noc_console.services.vault.service import VaultService
from noc_console.services.ways.service import WayService
from tests.conftest import FakeClock


@dataclass
class Bench:
    """The vault and what stands around it."""

    vault: VaultService
    secrets: SecretService
    credentials: CredentialService
    inventory: InventoryService
    hostkeys: HostKeyService


def bench_on(
    db: Database,
    clock: FakeClock,
    folder: Path,
    reader: FastReader,
    *,
    attended: bool = False,
    ssh_port: int = 22,
) -> Bench:
    secrets = SecretService(
        db, keyring=KeyFile(folder / "vault.key"), clock=clock, attended=attended, machine="noc-1"
    )
    credentials = CredentialService(db, secrets)
    inventory = InventoryService(db, clock=clock)
    hostkeys = HostKeyService(db, clock=clock)

    async def names(_: object) -> dict[str, str]:
        return {"notify/1": "mail"}

    vault = VaultService(
        Holding(db, secrets, clock=clock, cost=FLOOR),
        credentials=credentials,
        inventory=inventory,
        ways=WayService(db, clock=clock, hostkeys=hostkeys, credentials=credentials),
        reader=reader,
        tester=SshLoginTester(),
        names=names,
        ssh_port=ssh_port,
    )
    return Bench(vault, secrets, credentials, inventory, hostkeys)


class NoNetwork:
    """Whoever asks the network with it in these tests has made a mistake."""

    def __getattr__(self, name: str) -> object:
        raise AssertionError(f"{name} was asked of the network")


@pytest.fixture
def bench(db: Database, clock: FakeClock, tmp_path: Path) -> Bench:
    return bench_on(db, clock, tmp_path, NoNetwork())  # type: ignore[arg-type]
