"""A small lab with its command lines, and the service that reads them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from noc_console.adapters.command_line import SshCommandLine
from noc_console.adapters.keyring import KeyFile
from noc_console.db.database import Database
from noc_console.lab import plan
from noc_console.lab.run import Lab, Options, open_lab
from noc_console.services.configs.service import ConfigService
from noc_console.services.credentials.service import CredentialService
from noc_console.services.hostkeys.service import HostKeyService
from noc_console.services.inspection.platforms.load import load
from noc_console.services.inspection.platforms.model import Driver
from noc_console.services.inventory.service import InventoryService
from noc_console.services.secrets.service import SecretService
from tests.conftest import FakeClock

RULES = Path(__file__).resolve().parents[3] / "resources" / "platforms"


@pytest.fixture
def store_url(tmp_path: Path) -> str:
    """Which database it is does not matter here."""
    return f"sqlite:///{tmp_path}/noc.db"


@pytest.fixture
async def lab() -> AsyncIterator[Lab]:
    async with open_lab(plan.small(), Options(snmp_port=0, ssh_port=0)) as running:
        yield running


@pytest.fixture
def inventory(db: Database, clock: FakeClock) -> InventoryService:
    return InventoryService(db, clock=clock)


@pytest.fixture
def credentials(db: Database, clock: FakeClock, tmp_path: Path) -> CredentialService:
    keys = KeyFile(tmp_path / "vault.key")
    return CredentialService(db, SecretService(db, keyring=keys, clock=clock))


@pytest.fixture
def hostkeys(db: Database, clock: FakeClock) -> HostKeyService:
    return HostKeyService(db, clock=clock)


@pytest.fixture(scope="session")
def rules() -> object:
    return load(RULES)


@pytest.fixture
def configs(
    db: Database,
    clock: FakeClock,
    lab: Lab,
    inventory: InventoryService,
    credentials: CredentialService,
    hostkeys: HostKeyService,
    rules: object,
) -> ConfigService:
    async def driver(platform: str) -> Driver | None:
        return rules.driver(platform)  # type: ignore[attr-defined, no-any-return]

    return ConfigService(
        db,
        SshCommandLine(),
        clock=clock,
        inventory=inventory,
        credentials=credentials,
        hostkeys=hostkeys,
        drivers=driver,
        port=lab.device("ams-core-1").ssh_port,
    )
