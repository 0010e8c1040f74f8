"""Rooms and racks on a real store, with a small recorded network."""

from __future__ import annotations

import pytest

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.services.facilities.service import FacilityService
from noc_console.services.inventory.model import DeviceId
from noc_console.services.inventory.service import InventoryService
from tests.conftest import FakeClock
from tests.services.topology.network import isp


@pytest.fixture
def inventory(db: Database, clock: FakeClock) -> InventoryService:
    return InventoryService(db, clock=clock)


@pytest.fixture
async def ids(
    inventory: InventoryService, operator: Actor, clock: FakeClock
) -> dict[str, DeviceId]:
    """38 devices in two cities."""
    return await isp(("Prague", "Brno")).record(inventory, operator, clock.now())


@pytest.fixture
def facilities(db: Database, inventory: InventoryService) -> FacilityService:
    return FacilityService(db, inventory)
