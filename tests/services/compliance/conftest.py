"""Configurations to be judged: kept as backups keep them, without a network."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from noc_console.adapters.command_line import SshCommandLine
from noc_console.adapters.git import GitRepository
from noc_console.adapters.keyring import KeyFile
from noc_console.adapters.netconf import NcclientNetconf
from noc_console.db.database import Database
from noc_console.db.lines import open_lines
from noc_console.services.compliance.service import ComplianceService
from noc_console.services.configs.archive import ArchiveService
from noc_console.services.configs.backup import BackupService
from noc_console.services.configs.fetching import Fetcher
from noc_console.services.credentials.service import CredentialService
from noc_console.services.hostkeys.service import HostKeyService
from noc_console.services.inspection.platforms.identify import Rules
from noc_console.services.inspection.platforms.model import Driver
from noc_console.services.intake.service import IntakeService
from noc_console.services.inventory.service import InventoryService
from noc_console.services.secrets.service import SecretService
from noc_console.services.ways.service import WayService
from tests.conftest import FakeClock
from tests.services.configs.conftest import meet

__all__ = ["meet"]


@pytest.fixture
def store_url(tmp_path: Path) -> str:
    """Which database it is matters only to `test_store`."""
    return f"sqlite:///{tmp_path}/noc.db"


@pytest.fixture
def inventory(db: Database, clock: FakeClock) -> InventoryService:
    return InventoryService(db, clock=clock)


@pytest.fixture
async def backups(
    store_url: str,
    db: Database,
    clock: FakeClock,
    inventory: InventoryService,
    fetcher: Fetcher,
    secrets: SecretService,
) -> AsyncIterator[BackupService]:
    async with open_lines(store_url, clock=clock) as lines:
        yield BackupService(
            db,
            clock=clock,
            inventory=inventory,
            intake=IntakeService(db, lines, clock=clock),
            fetcher=fetcher,
            key=lambda actor: secrets.content_key(actor, purpose="configs"),
        )


@pytest.fixture
def secrets(db: Database, clock: FakeClock, tmp_path: Path) -> SecretService:
    return SecretService(db, keyring=KeyFile(tmp_path / "vault.key"), clock=clock)


@pytest.fixture
def fetcher(db: Database, clock: FakeClock, rules: Rules, secrets: SecretService) -> Fetcher:
    async def driver(platform: str) -> Driver | None:
        return rules.driver(platform)

    hostkeys = HostKeyService(db, clock=clock)
    credentials = CredentialService(db, secrets)
    return Fetcher(
        SshCommandLine(),
        NcclientNetconf(),
        clock=clock,
        ways=WayService(db, clock=clock, hostkeys=hostkeys, credentials=credentials),
        hostkeys=hostkeys,
        credentials=credentials,
        drivers=driver,
    )


@pytest.fixture
def archive(
    db: Database, inventory: InventoryService, fetcher: Fetcher, secrets: SecretService
) -> ArchiveService:
    return ArchiveService(
        db,
        inventory=inventory,
        key=lambda actor: secrets.content_key(actor, purpose="configs"),
        repository=GitRepository(),
        can=fetcher.can,
    )


@pytest.fixture
def compliance(
    db: Database, clock: FakeClock, inventory: InventoryService, archive: ArchiveService
) -> ComplianceService:
    return ComplianceService(db, clock=clock, inventory=inventory, archive=archive)
