"""A desk whose alarms planned work puts aside, on both databases."""

from __future__ import annotations

import pytest

from noc_console.db.database import Database
from noc_console.services.alarms.service import AlarmService
from noc_console.services.inventory.service import InventoryService
from noc_console.services.maintenance.quiet import PlannedWork
from noc_console.services.maintenance.resolving import Resolver
from noc_console.services.maintenance.service import MaintenanceService
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
