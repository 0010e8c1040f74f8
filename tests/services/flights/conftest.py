"""A console, and lab routers it may change."""

from __future__ import annotations

import tomllib
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path

import pytest

from noc_console.adapters.flights import SshWires
from noc_console.adapters.image_shelf import ImageShelf
from noc_console.adapters.keyring import KeyFile
from noc_console.adapters.snmp import open_reader
from noc_console.app import paths
from noc_console.db.database import Database
from noc_console.db.samples import Samples, open_samples
from noc_console.kernel.actor import Actor
from noc_console.kernel.clock import SystemClock
from noc_console.lab import plan
from noc_console.lab.run import Lab, Options, open_lab
from noc_console.services.alarms.episodes import AlarmEpisodeService
from noc_console.services.alarms.service import AlarmService
from noc_console.services.credentials.service import CredentialService
from noc_console.services.flights.doing import Changer
from noc_console.services.flights.gauging import SnmpGauge
from noc_console.services.flights.imaging import Imager
from noc_console.services.flights.logbook import Logbook
from noc_console.services.flights.pilot import Pilot
from noc_console.services.flights.previewing import Previewer
from noc_console.services.flights.reaching import Reach
from noc_console.services.flights.rules import ways
from noc_console.services.flights.rules.ways import Manner
from noc_console.services.flights.safely import Holder
from noc_console.services.flights.service import FlightService
from noc_console.services.flights.watching import Watch
from noc_console.services.hostkeys.service import HostKeyService
from noc_console.services.inspection.platforms.load import load
from noc_console.services.inspection.platforms.model import Driver
from noc_console.services.inventory.model import Device
from noc_console.services.inventory.service import InventoryService
from noc_console.services.secrets.service import SecretService
from noc_console.services.telemetry.service import TelemetryService
from noc_console.services.ways.service import WayService
from tests.lab import routers

RULES = load(paths.resources() / "platforms")
WAYS = ways.read(tomllib.loads((paths.resources() / "changes" / "ways.toml").read_text()))


@pytest.fixture
def manners() -> dict[str, Manner]:
    return WAYS


async def driver(platform: str) -> Driver | None:
    return RULES.driver(platform)


@pytest.fixture
async def lab() -> AsyncIterator[Lab]:
    """Six routers in a chain: Junos, IOS XE, IOS XR, and so on."""
    async with open_lab(plan.routers(6), Options(snmp_port=0, ssh_port=0)) as running:
        yield running


class Console:
    """Everything a flight takes, and the routers' ids by name."""

    def __init__(self, db: Database, samples: Samples, reader: object, folder: Path) -> None:
        clock = SystemClock()
        self.db, self.clock, self.samples = db, clock, samples
        secrets = SecretService(db, keyring=KeyFile(folder / "vault.key"), clock=clock)
        self.credentials = CredentialService(db, secrets)
        self.inventory = InventoryService(db, clock=clock)
        self.alarms = AlarmService(db, clock=clock)
        self.hostkeys = HostKeyService(db, clock=clock, alarms=self.alarms)
        self.ways = WayService(
            db, clock=clock, hostkeys=self.hostkeys, credentials=self.credentials
        )
        telemetry = TelemetryService(db, samples, clock=clock, inventory=self.inventory)
        self.ports: dict[str, int] = {}
        self.wires = SshWires(quiet_s=8.0)
        self.reach = Reach(
            self.wires,
            credentials=self.credentials,
            access=self.ways,
            inventory=self.inventory,
            drivers=driver,
            ways=lambda: WAYS,
            port=self._port,
        )
        self.shelf = ImageShelf(folder / "images")
        self.flights = FlightService(
            db,
            clock=clock,
            secrets=secrets,
            inventory=self.inventory,
            previewer=Previewer(self.reach, self.inventory),
            shelf=self.shelf,
        )
        self.logbook = Logbook(db, secrets, clock=clock)
        self.gauge = SnmpGauge(reader, self.credentials, self.inventory, telemetry)  # type: ignore[arg-type]
        self.ids: dict[str, int] = {}
        self.changed: list[str] = []
        self.patience_s = 3.0
        """How long a device is tried again, in truth minutes."""

    def _port(self, device: Device) -> int:
        return self.ports[device.address]

    async def meet(self, lab: Lab, actor: Actor) -> None:
        self.ports = {device.host: device.ssh_port for device in lab.plan.devices.values()}
        self.ids = await routers.known(
            lab,
            actor,
            inventory=self.inventory,
            credentials=self.credentials,
            hostkeys=self.hostkeys,
            clock=self.clock,
        )

    async def note_changes(self, actor: Actor, *, device_ids: Sequence[int]) -> None:
        """What is to be backed up: keeping configurations is proved in `services/configs`."""
        self.changed += [name for name, number in self.ids.items() if number in device_ids]

    def pilot(self, actor: Actor) -> Pilot:
        episodes = AlarmEpisodeService(self.db)
        return Pilot(
            self.logbook,
            self.inventory,
            self.alarms,
            Watch(self.gauge, episodes, clock=self.clock, look_s=0.1),
            changer=Changer(self.reach, again_s=0.1, patience_s=lambda _f, _t: self.patience_s),
            holder=Holder(self.reach, again_s=0.1, patience_s=lambda _f, _t: self.patience_s),
            imager=Imager(self.reach, self.shelf, again_s=0.1, boot_s=60.0),
            clock=self.clock,
            actor=actor,
            copies=self,
            ask_s=0.05,
        )


@pytest.fixture
def store_url(tmp_path: Path) -> str:
    """On SQLite; the tables themselves are tried on both in `test_store`."""
    return f"sqlite:///{tmp_path}/noc.db"


@pytest.fixture
async def console(
    db: Database, lab: Lab, operator: Actor, tmp_path: Path
) -> AsyncIterator[Console]:
    async with (
        open_samples(f"sqlite:///{tmp_path}/measured.db", clock=SystemClock()) as samples,
        open_reader() as reader,
    ):
        made = Console(db, samples, reader, tmp_path)
        await made.meet(lab, operator)
        yield made


@pytest.fixture
def colleague() -> Actor:
    """Somebody else with every right."""
    return Actor("joris", "acme", frozenset({"*"}))


Text = Callable[[str], str]


@pytest.fixture
def config(lab: Lab) -> Text:
    """What a router says it is set to do."""
    from noc_console.lab.cli import Session

    def read(name: str) -> str:
        device = lab.device(name)
        is_set = device.character.dialect == "set"
        return Session(lab.world, device).run(
            "show configuration | display set" if is_set else "show running-config"
        )

    return read
