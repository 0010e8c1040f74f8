"""Puts flights together: the wires, the ways, the shelf; and the tower a collector runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from noc_console.adapters.flights import SshWires
from noc_console.adapters.image_shelf import ImageShelf
from noc_console.adapters.ssh.jumps import Jumps
from noc_console.app import paths
from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.kernel.clock import Clock
from noc_console.services.alarms.episodes import AlarmEpisodeService
from noc_console.services.alarms.service import AlarmService
from noc_console.services.credentials.service import CredentialService
from noc_console.services.flights.book import Ways, read_ways
from noc_console.services.flights.doing import Changer
from noc_console.services.flights.gauging import SnmpGauge
from noc_console.services.flights.imaging import Imager
from noc_console.services.flights.logbook import Logbook
from noc_console.services.flights.pilot import Pilot
from noc_console.services.flights.ports import Copies
from noc_console.services.flights.previewing import Previewer
from noc_console.services.flights.reaching import Drivers, Reach
from noc_console.services.flights.safely import Holder
from noc_console.services.flights.service import FlightService
from noc_console.services.flights.watching import Watch
from noc_console.services.flights.workers import FlightTower
from noc_console.services.inventory.service import InventoryService
from noc_console.services.secrets.service import SecretService
from noc_console.services.telemetry.ports import SnmpReader
from noc_console.services.telemetry.service import TelemetryService
from noc_console.services.ways.service import WayService

IMAGES = "images"
"""In the data folder: software to be brought to devices."""


@dataclass(frozen=True, slots=True)
class Airport:
    """What flights are planned and flown with."""

    flights: FlightService
    logbook: Logbook
    reach: Reach
    shelf: ImageShelf


def open_airport(
    db: Database,
    *,
    clock: Clock,
    data: Path,
    secrets: SecretService,
    credentials: CredentialService,
    ways: WayService,
    inventory: InventoryService,
    drivers: Drivers,
    port: int,
    jumps: Jumps,
) -> Airport:
    """Everything but the pilot, who needs a collector."""
    reach = Reach(
        SshWires(jumps),
        credentials=credentials,
        access=ways,
        inventory=inventory,
        drivers=drivers,
        ways=our_ways,
        port=lambda _device: port,
    )
    shelf = ImageShelf(data / IMAGES)
    flights = FlightService(
        db,
        clock=clock,
        secrets=secrets,
        inventory=inventory,
        previewer=Previewer(reach, inventory),
        shelf=shelf,
    )
    return Airport(flights, Logbook(db, secrets, clock=clock), reach, shelf)


def make_tower(
    airport: Airport,
    db: Database,
    *,
    clock: Clock,
    credentials: CredentialService,
    inventory: InventoryService,
    telemetry: TelemetryService,
    alarms: AlarmService,
    reader: SnmpReader,
    actor: Actor,
    copies: Copies | None = None,
    is_mine: Callable[[], bool] = lambda: True,
) -> FlightTower:
    """Flies what is in the air."""
    gauge = SnmpGauge(reader, credentials, inventory, telemetry)
    pilot = Pilot(
        airport.logbook,
        inventory,
        alarms,
        Watch(gauge, AlarmEpisodeService(db), clock=clock),
        changer=Changer(airport.reach),
        holder=Holder(airport.reach),
        imager=Imager(airport.reach, airport.shelf),
        clock=clock,
        actor=actor,
        copies=copies,
    )
    return FlightTower(airport.logbook, pilot, actor=actor, is_mine=is_mine)


@cache
def our_ways() -> Ways:
    """How platforms are changed, as it comes with the program."""
    file = paths.resources() / "changes" / "ways.toml"
    return read_ways(file.read_text(encoding="utf-8"))
