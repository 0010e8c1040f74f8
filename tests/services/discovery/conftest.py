"""A console that can discover, and the lab's network to be discovered."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection

from noc_console.adapters.dns import DnsResolver
from noc_console.adapters.keyring import KeyFile
from noc_console.adapters.snmp import FastReader
from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.services.credentials.service import CredentialService
from noc_console.services.discovery import store
from noc_console.services.discovery.service import DiscoveryService
from noc_console.services.discovery.workers import DiscoveryWorker
from noc_console.services.inspection.platforms.identify import Rules
from noc_console.services.inventory.service import InventoryService
from noc_console.services.secrets.service import SecretService
from tests.conftest import FakeClock


@pytest.fixture
def credentials(db: Database, clock: FakeClock, tmp_path: Path) -> CredentialService:
    keyring = KeyFile(tmp_path / "vault.key")
    return CredentialService(db, SecretService(db, keyring=keyring, clock=clock))


@pytest.fixture
def inventory(db: Database, clock: FakeClock) -> InventoryService:
    return InventoryService(db, clock=clock)


@pytest.fixture
def discovery(
    db: Database, clock: FakeClock, credentials: CredentialService, inventory: InventoryService
) -> DiscoveryService:
    return DiscoveryService(db, clock=clock, credentials=credentials, inventory=inventory)


@pytest.fixture
def new_worker(
    discovery: DiscoveryService,
    inventory: InventoryService,
    credentials: CredentialService,
    reader: FastReader,
    rules: Rules,
    collector: Actor,
    clock: FakeClock,
) -> Callable[[], DiscoveryWorker]:
    """Makes workers, each an owner of leases of its own."""

    def make() -> DiscoveryWorker:
        return DiscoveryWorker(
            discovery,
            inventory,
            credentials,
            reader,
            actor=collector,
            resolver=DnsResolver(),
            rules=rules,
            clock=clock,
        )

    return make


@pytest.fixture
def worker(new_worker: Callable[[], DiscoveryWorker]) -> DiscoveryWorker:
    return new_worker()


def ended_leases(connection: Connection) -> None:
    """As if every worker had been silent for as long as a lease lasts."""
    connection.execute(store.runs.update().values(lease_until=datetime(2026, 1, 1, tzinfo=UTC)))
