"""A small lab with its command lines, and the service that reads them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from noc_console.adapters.command_line import SshCommandLine
from noc_console.adapters.git import GitRepository
from noc_console.adapters.keyring import KeyFile
from noc_console.db.database import Database
from noc_console.db.lines import open_lines
from noc_console.kernel.actor import Actor
from noc_console.lab import plan
from noc_console.lab.run import Lab, Options, open_lab
from noc_console.services.configs.archive import ArchiveService
from noc_console.services.configs.backup import BackupService
from noc_console.services.configs.fetching import Fetcher
from noc_console.services.configs.service import ConfigService
from noc_console.services.credentials.model import SshLogin
from noc_console.services.credentials.service import CredentialService
from noc_console.services.hostkeys.service import HostKeyService
from noc_console.services.inspection.platforms.load import load
from noc_console.services.inspection.platforms.model import Driver
from noc_console.services.intake.service import IntakeService
from noc_console.services.inventory.model import Inspected
from noc_console.services.inventory.service import InventoryService
from noc_console.services.secrets.service import SecretService
from noc_console.services.ways.model import Door
from noc_console.services.ways.service import WayService
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


@pytest.fixture
def ways(
    db: Database, clock: FakeClock, hostkeys: HostKeyService, credentials: CredentialService
) -> WayService:
    return WayService(db, clock=clock, hostkeys=hostkeys, credentials=credentials)


@pytest.fixture(scope="session")
def rules() -> object:
    return load(RULES)


@pytest.fixture
def secrets(db: Database, clock: FakeClock, tmp_path: Path) -> SecretService:
    return SecretService(db, keyring=KeyFile(tmp_path / "vault.key"), clock=clock)


@pytest.fixture
async def intake(store_url: str, db: Database, clock: FakeClock) -> AsyncIterator[IntakeService]:
    async with open_lines(store_url, clock=clock) as lines:
        yield IntakeService(db, lines, clock=clock)


class NoNetconf:
    """Stands for NETCONF where a test has no such device: it is asked in tests/adapters."""

    async def running(self, door: Door, login: SshLogin) -> str:
        raise AssertionError("nothing here speaks NETCONF")


@pytest.fixture
def fetcher(
    clock: FakeClock,
    lab: Lab,
    credentials: CredentialService,
    hostkeys: HostKeyService,
    ways: WayService,
    rules: object,
) -> Fetcher:
    async def driver(platform: str) -> Driver | None:
        return rules.driver(platform)  # type: ignore[attr-defined, no-any-return]

    return Fetcher(
        SshCommandLine(),
        NoNetconf(),
        clock=clock,
        ways=ways,
        hostkeys=hostkeys,
        credentials=credentials,
        drivers=driver,
        port=lab.device("ams-core-1").ssh_port,
    )


@pytest.fixture
def backups(
    db: Database,
    clock: FakeClock,
    inventory: InventoryService,
    intake: IntakeService,
    fetcher: Fetcher,
    secrets: SecretService,
) -> BackupService:
    return BackupService(
        db,
        clock=clock,
        inventory=inventory,
        intake=intake,
        fetcher=fetcher,
        key=lambda actor: secrets.content_key(actor, purpose="configs"),
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


Meet = Callable[..., Awaitable[int]]


@pytest.fixture
def meet(inventory: InventoryService, operator: Actor, clock: FakeClock) -> Meet:
    """Put a device into the inventory as an inspection would; its number."""

    async def met(
        name: str, *, address: str, platform: str = "iosxr", credential_id: int | None = 1
    ) -> int:
        seen = Inspected(
            address=address,
            port=161,
            at=clock.now(),
            name=name,
            credential_id=credential_id,
            platform=platform,
        )
        return int(await inventory.record(operator, inspected=seen))

    return met


@pytest.fixture
def configs(
    db: Database,
    clock: FakeClock,
    lab: Lab,
    inventory: InventoryService,
    credentials: CredentialService,
    hostkeys: HostKeyService,
    ways: WayService,
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
        ways=ways,
        hostkeys=hostkeys,
        drivers=driver,
        port=lab.device("ams-core-1").ssh_port,
    )
