"""The services these pages read, on a real store; the map page on them."""

from __future__ import annotations

import pytest

from noc_console.adapters.tiles import open_tiles
from noc_console.db.database import Database
from noc_console.db.samples import Samples
from noc_console.services.alarms.history import AlarmHistoryService
from noc_console.services.alarms.service import AlarmService
from noc_console.services.facilities.service import FacilityService
from noc_console.services.inventory.deciding import LinkDecisionService
from noc_console.services.inventory.service import InventoryService
from noc_console.services.maintenance.service import MaintenanceService
from noc_console.services.maps.drawings import DrawingService
from noc_console.services.maps.service import MapService
from noc_console.services.telemetry.past import LoadHistoryService
from noc_console.services.telemetry.service import TelemetryService
from noc_console.services.topology.analysis import TopologyAnalysis
from noc_console.services.topology.customers import OnuCustomers
from noc_console.services.topology.history import HistoryService
from noc_console.services.topology.importing import ImportService
from noc_console.services.topology.pons import PonService
from noc_console.services.topology.service import TopologyService
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.tasks import settled
from noc_console.views.topology.page import MapPage
from noc_console.views.topology.stage import MapServices
from tests.conftest import FakeClock
from tests.views.conftest import until
from tests.views.measured import (  # noqa: F401
    alarms,
    ids,
    inventory,
    on_screen,
    plan,
    samples,
    telemetry,
    topology,
)


@pytest.fixture
def history(
    store: Database,
    samples: Samples,  # noqa: F811
    inventory: InventoryService,  # noqa: F811
    telemetry: TelemetryService,  # noqa: F811
    clock: FakeClock,
) -> HistoryService:
    loads = LoadHistoryService(samples, telemetry, inventory, clock=clock)
    return HistoryService(inventory, AlarmHistoryService(store), loads, clock=clock)


@pytest.fixture
def page(
    desk: Desk,
    topology: TopologyService,  # noqa: F811
    inventory: InventoryService,  # noqa: F811
    alarms: AlarmService,  # noqa: F811
    telemetry: TelemetryService,  # noqa: F811
    history: HistoryService,
    store: Database,
    clock: FakeClock,
) -> MapPage:
    services = MapServices(
        topology=topology,
        analysis=TopologyAnalysis(topology, OnuCustomers(inventory, clock=clock)),
        inventory=inventory,
        tiles=open_tiles,
        alarms=alarms,
        telemetry=telemetry,
        maintenance=MaintenanceService(store, clock=clock),
        importing=ImportService(inventory, LinkDecisionService(store, clock=clock), clock=clock),
        maps=MapService(store, topology),
        drawings=DrawingService(store),
        facilities=FacilityService(store, inventory),
        history=history,
        deciding=LinkDecisionService(store, clock=clock),
        pons=PonService(inventory),
    )
    return MapPage(desk, services)


async def opened(page: MapPage) -> MapPage:
    """The page on screen, with the network of `ids`."""
    await on_screen(page)
    await until(lambda: page.canvas.scene.has_devices)
    await settled()
    return page
