"""Where the desk gets what it shows. Without one of these, what it is for is left out."""

from __future__ import annotations

from dataclasses import dataclass

from noc_console.services.alarms.service import AlarmService
from noc_console.services.detection.service import DetectionService
from noc_console.services.filters.service import FilterService
from noc_console.services.handover.service import HandoverService
from noc_console.services.intake.service import IntakeService
from noc_console.services.inventory.service import InventoryService
from noc_console.services.probes.service import ProbeService
from noc_console.services.rootcause.service import RootCauseService
from noc_console.services.topology.service import TopologyService
from noc_console.views.graphs.loading import GraphSource


@dataclass(frozen=True, slots=True)
class DeskServices:
    """Services by what the desk asks them for."""

    alarms: AlarmService
    inventory: InventoryService | None = None
    filters: FilterService | None = None
    source: GraphSource | None = None
    intake: IntakeService | None = None
    probes: ProbeService | None = None
    topology: TopologyService | None = None
    rootcause: RootCauseService | None = None
    handover: HandoverService | None = None
    detection: DetectionService | None = None
