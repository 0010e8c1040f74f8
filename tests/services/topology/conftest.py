"""The services a map reads, on a real store."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from noc_console.db.database import Database
from noc_console.db.samples import Samples, open_samples
from noc_console.services.alarms.service import AlarmService
from noc_console.services.inventory.service import InventoryService
from noc_console.services.telemetry.service import TelemetryService
from noc_console.services.topology.service import TopologyService
from tests.conftest import FakeClock


@pytest.fixture
async def samples(store_url: str, clock: FakeClock) -> AsyncIterator[Samples]:
    async with open_samples(store_url, clock=clock) as opened:
        yield opened


@pytest.fixture
def inventory(db: Database, clock: FakeClock) -> InventoryService:
    return InventoryService(db, clock=clock)


@pytest.fixture
def alarms(db: Database, clock: FakeClock) -> AlarmService:
    return AlarmService(db, clock=clock)


@pytest.fixture
def telemetry(
    db: Database, samples: Samples, clock: FakeClock, inventory: InventoryService
) -> TelemetryService:
    return TelemetryService(db, samples, clock=clock, inventory=inventory)


@pytest.fixture
def topology(
    db: Database,
    clock: FakeClock,
    inventory: InventoryService,
    alarms: AlarmService,
    telemetry: TelemetryService,
) -> Iterator[TopologyService]:
    service = TopologyService(inventory, alarms, telemetry, db, clock=clock)
    yield service
    service.close()
