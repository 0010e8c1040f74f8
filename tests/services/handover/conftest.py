"""The handover with all it asks, on both databases."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from noc_console.db.database import Database
from noc_console.db.samples import open_samples
from noc_console.services.alarms.history import AlarmHistoryService
from noc_console.services.alarms.service import AlarmService
from noc_console.services.alarms.since import AlarmsSinceService
from noc_console.services.handover.service import HandoverService
from noc_console.services.inventory.service import InventoryService
from noc_console.services.maintenance.quiet import PlannedWork
from noc_console.services.maintenance.resolving import Resolver
from noc_console.services.maintenance.service import MaintenanceService
from noc_console.services.telemetry.past import LoadHistoryService
from noc_console.services.telemetry.service import TelemetryService
from noc_console.services.topology.history import HistoryService
from tests.conftest import FakeClock


@pytest.fixture
def desk(db: Database, clock: FakeClock) -> AlarmService:
    return AlarmService(db, clock=clock, planned=PlannedWork())


@pytest.fixture
def inventory(db: Database, clock: FakeClock) -> InventoryService:
    return InventoryService(db, clock=clock)


@pytest.fixture
def works(db: Database, clock: FakeClock, inventory: InventoryService) -> MaintenanceService:
    return MaintenanceService(db, clock=clock, resolver=Resolver(inventory))


@pytest.fixture
async def handover(
    db: Database,
    clock: FakeClock,
    inventory: InventoryService,
    works: MaintenanceService,
    tmp_path: Path,
) -> AsyncIterator[HandoverService]:
    async with open_samples(f"sqlite:///{tmp_path}/samples.db", clock=clock) as samples:
        telemetry = TelemetryService(db, samples, clock=clock, inventory=inventory)
        loads = LoadHistoryService(samples, telemetry, inventory, clock=clock)
        yield HandoverService(
            db,
            clock=clock,
            alarms=AlarmsSinceService(db),
            maintenance=works,
            inventory=inventory,
            history=HistoryService(inventory, AlarmHistoryService(db), loads, clock=clock),
        )
