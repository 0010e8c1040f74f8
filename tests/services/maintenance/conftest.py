"""A desk whose alarms planned work puts aside, on both databases."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from noc_console.db.database import Database
from noc_console.db.samples import Samples, open_samples
from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import Refused
from noc_console.services.alarms.episodes import AlarmEpisodeService
from noc_console.services.alarms.service import AlarmService
from noc_console.services.configs.model import Configuration
from noc_console.services.inspection.service import InspectionService
from noc_console.services.inventory.service import InventoryService
from noc_console.services.maintenance.comparing import ComparisonService
from noc_console.services.maintenance.looking import Looker
from noc_console.services.maintenance.quiet import PlannedWork
from noc_console.services.maintenance.resolving import Resolver
from noc_console.services.maintenance.service import MaintenanceService
from noc_console.services.maintenance.workers import MaintenanceKeeper
from noc_console.services.telemetry.service import TelemetryService
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
async def samples(clock: FakeClock, tmp_path: Path) -> AsyncIterator[Samples]:
    async with open_samples(f"sqlite:///{tmp_path}/measured.db", clock=clock) as opened:
        yield opened


class Typed:
    """Configurations by device. Reading them for real is proved with real SSH in `adapters`."""

    def __init__(self, clock: FakeClock) -> None:
        self.texts: dict[int, str] = {}
        self._clock = clock

    async def read(self, actor: Actor, *, device_id: int) -> Configuration:
        if device_id not in self.texts:
            raise Refused("nobody has told yet how this shows its configuration")
        text = self.texts[device_id]
        return Configuration(device_id, f"device-{device_id}", "show", text, self._clock.now())


@pytest.fixture
def configs(clock: FakeClock) -> Typed:
    return Typed(clock)


@pytest.fixture
def looker(
    db: Database, clock: FakeClock, inventory: InventoryService, samples: Samples, configs: Typed
) -> Looker:
    telemetry = TelemetryService(db, samples, clock=clock, inventory=inventory)
    return Looker(
        db, inventory, telemetry, InspectionService(inventory), clock=clock, configs=configs
    )


@pytest.fixture
def comparing(works: MaintenanceService, looker: Looker) -> ComparisonService:
    return ComparisonService(works, looker)


@pytest.fixture
def keeper(
    db: Database,
    desk: AlarmService,
    works: MaintenanceService,
    comparing: ComparisonService,
    clock: FakeClock,
    collector: Actor,
) -> MaintenanceKeeper:
    episodes = AlarmEpisodeService(db)
    return MaintenanceKeeper(works, comparing, desk, episodes, clock=clock, actor=collector)
