"""Maps on a real store, with a small recorded network."""

from __future__ import annotations

import pytest

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.services.inventory.model import DeviceId
from noc_console.services.inventory.service import InventoryService
from noc_console.services.maps.drawings import DrawingService
from noc_console.services.maps.service import MapService
from noc_console.services.topology.service import TopologyService
from tests.conftest import FakeClock
from tests.services.topology.conftest import (  # noqa: F401
    alarms,
    inventory,
    samples,
    telemetry,
    topology,
)
from tests.services.topology.network import isp


@pytest.fixture
async def ids(
    inventory: InventoryService,  # noqa: F811
    operator: Actor,
    clock: FakeClock,
) -> dict[str, DeviceId]:
    """38 devices in two cities."""
    return await isp(("Prague", "Brno")).record(inventory, operator, clock.now())


@pytest.fixture
def maps(db: Database, topology: TopologyService) -> MapService:  # noqa: F811
    return MapService(db, topology)


@pytest.fixture
def drawings(db: Database) -> DrawingService:
    return DrawingService(db)
