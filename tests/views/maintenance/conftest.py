"""The page of planned work on real services."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from noc_console.db.database import Database
from noc_console.services.alarms.service import AlarmService
from noc_console.services.inspection.service import InspectionService
from noc_console.services.maintenance.comparing import ComparisonService
from noc_console.services.maintenance.looking import Looker
from noc_console.services.maintenance.quiet import PlannedWork
from noc_console.services.maintenance.resolving import Resolver
from noc_console.services.maintenance.service import MaintenanceService
from noc_console.services.maps.areas import AreaService
from noc_console.services.topology.service import TopologyService
from noc_console.views.maintenance.page import MaintenanceServices
from tests.conftest import FakeClock
from tests.views.world import World


@dataclass
class Planned:
    """The services, and the world they work in."""

    world: World
    works: MaintenanceService
    comparing: ComparisonService
    services: MaintenanceServices


@pytest.fixture
def planned(world: World, store: Database, clock: FakeClock) -> Iterator[Planned]:
    world.alarms = AlarmService(store, clock=clock, planned=PlannedWork())
    topology = TopologyService(world.inventory, world.alarms, world.telemetry, store, clock=clock)
    areas = AreaService(store, topology)
    works = MaintenanceService(store, clock=clock, resolver=Resolver(world.inventory, areas))
    looker = Looker(
        store, world.inventory, world.telemetry, InspectionService(world.inventory), clock=clock
    )
    comparing = ComparisonService(works, looker)
    services = MaintenanceServices(works, world.inventory, areas, comparing)
    yield Planned(world, works, comparing, services)
    topology.close()
