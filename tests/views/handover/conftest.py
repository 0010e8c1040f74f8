"""The page of the shift on real services."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.services.alarms.history import AlarmHistoryService
from noc_console.services.alarms.since import AlarmsSinceService
from noc_console.services.handover.service import HandoverService
from noc_console.services.maintenance.service import MaintenanceService
from noc_console.services.telemetry.past import LoadHistoryService
from noc_console.services.topology.history import HistoryService
from tests.conftest import FakeClock
from tests.views.world import World


@dataclass
class Desked:
    """The services, and the world they work in."""

    world: World
    handover: HandoverService
    works: MaintenanceService


@pytest.fixture
def desked(world: World, store: Database, clock: FakeClock) -> Desked:
    loads = LoadHistoryService(world.samples, world.telemetry, world.inventory, clock=clock)
    works = MaintenanceService(store, clock=clock)
    handover = HandoverService(
        store,
        clock=clock,
        alarms=AlarmsSinceService(store),
        maintenance=works,
        inventory=world.inventory,
        history=HistoryService(world.inventory, AlarmHistoryService(store), loads, clock=clock),
    )
    clock.tick(hours=1)
    return Desked(world, handover, works)


@pytest.fixture
def jan(operator: Actor) -> Actor:
    return Actor("jan", operator.tenant, operator.rights)
