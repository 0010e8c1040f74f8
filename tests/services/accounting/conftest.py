"""A store with a device and a key, and the book that knows them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from noc_console.adapters.git import GitRepository
from noc_console.adapters.keyring import KeyFile
from noc_console.db.database import Database
from noc_console.db.lines import open_lines
from noc_console.kernel.actor import Actor
from noc_console.kernel.events import EventBus
from noc_console.services.accounting.service import AccountingService
from noc_console.services.accounting.workers import Bookkeeper
from noc_console.services.configs.archive import ArchiveService
from noc_console.services.credentials.service import CredentialService
from noc_console.services.inspection.platforms.load import load
from noc_console.services.inspection.platforms.model import Driver
from noc_console.services.intake.service import IntakeService
from noc_console.services.inventory.model import Device, Inspected
from noc_console.services.inventory.service import InventoryService
from noc_console.services.secrets.service import SecretService
from tests.conftest import FakeClock

RULES = Path(__file__).resolve().parents[3] / "resources" / "platforms"

Meet = Callable[..., Awaitable[int]]


@pytest.fixture
def inventory(db: Database, clock: FakeClock) -> InventoryService:
    return InventoryService(db, clock=clock)


@pytest.fixture
def secrets(db: Database, clock: FakeClock, tmp_path: Path) -> SecretService:
    return SecretService(db, keyring=KeyFile(tmp_path / "vault.key"), clock=clock)


@pytest.fixture
def credentials(db: Database, secrets: SecretService) -> CredentialService:
    return CredentialService(db, secrets)


@pytest.fixture
async def intake(store_url: str, db: Database, clock: FakeClock) -> AsyncIterator[IntakeService]:
    async with open_lines(store_url, clock=clock) as lines:
        yield IntakeService(db, lines, clock=clock)


@pytest.fixture
def archive(db: Database, inventory: InventoryService, secrets: SecretService) -> ArchiveService:
    async def can(device: Device) -> str:
        return ""

    return ArchiveService(
        db,
        inventory=inventory,
        key=lambda actor: secrets.content_key(actor, purpose="configs"),
        repository=GitRepository(),
        can=can,
    )


@pytest.fixture
def accounting(db: Database, clock: FakeClock, archive: ArchiveService) -> AccountingService:
    return AccountingService(db, clock=clock, archive=archive)


@pytest.fixture(scope="session")
def rules() -> object:
    return load(RULES)


@pytest.fixture
def book(
    accounting: AccountingService,
    intake: IntakeService,
    inventory: InventoryService,
    credentials: CredentialService,
    bus: EventBus,
    clock: FakeClock,
    collector: Actor,
    rules: object,
) -> Bookkeeper:
    async def driver(platform: str) -> Driver | None:
        return rules.driver(platform)  # type: ignore[attr-defined, no-any-return]

    return Bookkeeper(
        accounting,
        intake=intake,
        inventory=inventory,
        credentials=credentials,
        drivers=driver,
        bus=bus,
        clock=clock,
        actor=collector,
    )


@pytest.fixture
def meet(inventory: InventoryService, operator: Actor, clock: FakeClock) -> Meet:
    """Put a device into the inventory as an inspection would; its number."""

    async def met(name: str, *, address: str, platform: str = "ios") -> int:
        seen = Inspected(
            address=address,
            port=161,
            at=clock.now(),
            name=name,
            credential_id=1,
            platform=platform,
        )
        return int(await inventory.record(operator, inspected=seen))

    return met
