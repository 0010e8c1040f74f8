"""Builds the console. The only module that knows every part by name."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any

from noc_console.adapters.command_line import SshCommandLine
from noc_console.adapters.dns import DnsResolver
from noc_console.adapters.frugal import FrugalBrowser, FrugalReader
from noc_console.adapters.lab import LabClient
from noc_console.adapters.mibs import PysmiCompiler, Shelf, SqliteMibIndex
from noc_console.adapters.recorded import RecordedReader
from noc_console.adapters.snmp import FastReader
from noc_console.app import paths
from noc_console.app.config import Config
from noc_console.app.copies import open_copies
from noc_console.app.flying import Airport, open_airport
from noc_console.app.holding import open_links
from noc_console.app.means import make_jumps, make_means
from noc_console.app.opening import (
    browser_for,
    keeping_of,
    open_database,
    open_fast_reader,
    open_one_prober,
    open_one_sender,
)
from noc_console.app.safe import make_vault, open_secrets
from noc_console.db.database import Database, database_url
from noc_console.db.flows import FlowStore, open_flows
from noc_console.db.lines import open_lines
from noc_console.db.samples import Samples, open_samples
from noc_console.kernel.actor import Actor
from noc_console.kernel.clock import Clock, SystemClock
from noc_console.kernel.events import EventBus
from noc_console.kernel.operation import Operation, operations
from noc_console.services.accounting.service import AccountingService
from noc_console.services.alarms.episodes import AlarmEpisodeService
from noc_console.services.alarms.health import AlarmHealthService
from noc_console.services.alarms.history import AlarmHistoryService
from noc_console.services.alarms.service import AlarmService
from noc_console.services.alarms.since import AlarmsSinceService
from noc_console.services.alarms.waiting import WaitingAlarmService
from noc_console.services.boards.ready import ReadyBoards
from noc_console.services.boards.service import BoardService
from noc_console.services.collectors.service import CollectorService
from noc_console.services.compliance.service import ComplianceService
from noc_console.services.configs.archive import ArchiveService
from noc_console.services.configs.backup import BackupService
from noc_console.services.configs.exports import ExportService
from noc_console.services.configs.service import ConfigService
from noc_console.services.credentials.service import CredentialService
from noc_console.services.detection.bench import Bench
from noc_console.services.detection.census import Census, Thing
from noc_console.services.detection.events.book import EventBook
from noc_console.services.detection.events.family import EventFamily
from noc_console.services.detection.events.reading import EventPack
from noc_console.services.detection.events.reading import load as load_events
from noc_console.services.detection.pack import our_book
from noc_console.services.detection.service import DetectionService
from noc_console.services.discovery.service import DiscoveryService
from noc_console.services.discovery.workers import DiscoveryWorker
from noc_console.services.facilities.service import FacilityService
from noc_console.services.filters.service import FilterService
from noc_console.services.flights.service import FlightService
from noc_console.services.flows.service import FlowService
from noc_console.services.graphs.service import GraphService
from noc_console.services.handover.service import HandoverService
from noc_console.services.hostkeys.service import HostKeyService
from noc_console.services.identity.service import IdentityService
from noc_console.services.inspection.platforms.identify import Rules
from noc_console.services.inspection.platforms.load import load
from noc_console.services.inspection.platforms.model import Driver
from noc_console.services.inspection.redact import product_words
from noc_console.services.inspection.service import InspectionService
from noc_console.services.intake.service import IntakeService
from noc_console.services.intake.trying import EventTrialService
from noc_console.services.inventory.deciding import LinkDecisionService
from noc_console.services.inventory.listed import Listing
from noc_console.services.inventory.service import InventoryService
from noc_console.services.inventory.tagging import TagService
from noc_console.services.jobs.doing import Means
from noc_console.services.jobs.service import JobService
from noc_console.services.lab.service import LabService
from noc_console.services.maintenance.comparing import ComparisonService
from noc_console.services.maintenance.looking import Looker
from noc_console.services.maintenance.quiet import PlannedWork
from noc_console.services.maintenance.resolving import Resolver
from noc_console.services.maintenance.service import MaintenanceService
from noc_console.services.maps.areas import AreaService
from noc_console.services.maps.drawings import DrawingService
from noc_console.services.maps.service import MapService
from noc_console.services.mibs.service import MibService
from noc_console.services.notify.service import NotifyService
from noc_console.services.oncall.escalating import EscalationService
from noc_console.services.oncall.reach import Contacts, NotifyPager
from noc_console.services.oncall.service import OnCallService
from noc_console.services.probes.about import about
from noc_console.services.probes.service import ProbeService
from noc_console.services.recordings.service import RecordingService
from noc_console.services.rootcause.service import RootCauseService
from noc_console.services.secrets.ports import Keyring
from noc_console.services.secrets.service import SecretService
from noc_console.services.sessiontree.service import SessionTreeService
from noc_console.services.snippets.service import SnippetService
from noc_console.services.snmp.service import SnmpService
from noc_console.services.tapes.service import TapeService
from noc_console.services.telemetry.budget import Budget
from noc_console.services.telemetry.model import PollPolicy
from noc_console.services.telemetry.past import LoadHistoryService
from noc_console.services.telemetry.service import TelemetryService
from noc_console.services.terminal.carrying import CarryService
from noc_console.services.terminal.elevation import ElevationService
from noc_console.services.terminal.names import NetworkNames
from noc_console.services.terminal.sessions import SessionService
from noc_console.services.top.service import TopService
from noc_console.services.topology.analysis import TopologyAnalysis
from noc_console.services.topology.customers import OnuCustomers
from noc_console.services.topology.history import HistoryService
from noc_console.services.topology.importing import ImportService
from noc_console.services.topology.pons import PonService
from noc_console.services.topology.service import TopologyService
from noc_console.services.vault.service import VaultService
from noc_console.services.ways.service import WayService

Reader = FastReader | RecordedReader
Door = tuple[Operation, Callable[..., Any]]


LAB_SSH = 2222
"""Where the lab's command lines listen."""

_PARTS = {
    "config",
    "clock",
    "bus",
    "db",
    "samples",
    "flow_store",
    "reader",
    "resolver",
    "budget",
    "events",
    "census",
    "airport",
    "job_means",
}
"""Fields of `Services` that are no service."""


@dataclass(frozen=True, slots=True)
class Services:
    """Everything an operator, a collector or a command line can do."""

    config: Config
    clock: Clock
    bus: EventBus
    db: Database
    samples: Samples
    flow_store: FlowStore
    reader: Reader
    resolver: DnsResolver
    budget: Budget
    events: EventBook
    census: Census
    detection: DetectionService
    identity: IdentityService
    secrets: SecretService
    credentials: CredentialService
    vault: VaultService
    hostkeys: HostKeyService
    ways: WayService
    sessions: SessionService
    carrying: CarryService
    configs: ConfigService
    backups: BackupService
    archive: ArchiveService
    exports: ExportService
    compliance: ComplianceService
    accounting: AccountingService
    airport: Airport
    flights: FlightService
    jobs: JobService
    job_means: Means
    inventory: InventoryService
    tags: TagService
    alarms: AlarmService
    alarm_health: AlarmHealthService
    maintenance: MaintenanceService
    comparing: ComparisonService
    telemetry: TelemetryService
    collectors: CollectorService
    discovery: DiscoveryService
    intake: IntakeService
    trials: EventTrialService
    flows: FlowService
    topology: TopologyService
    importing: ImportService
    history: HistoryService
    deciding: LinkDecisionService
    pons: PonService
    analysis: TopologyAnalysis
    inspection: InspectionService
    lab: LabService
    mibs: MibService
    browse: SnmpService
    recordings: RecordingService
    probes: ProbeService
    graphs: GraphService
    filters: FilterService
    maps: MapService
    drawings: DrawingService
    areas: AreaService
    handover: HandoverService
    facilities: FacilityService
    top: TopService
    boards: BoardService
    notify: NotifyService
    waiting: WaitingAlarmService
    oncall: OnCallService
    escalation: EscalationService
    rootcause: RootCauseService
    names: NetworkNames
    snippets: SnippetService
    session_tree: SessionTreeService
    tapes: TapeService
    elevation: ElevationService

    def operations(self) -> dict[str, Door]:
        """Every door by name, in the order of the names."""
        found = {
            described.name: (described, method)
            for field in fields(self)
            if field.name not in _PARTS
            for described, method in operations(getattr(self, field.name))
        }
        return dict(sorted(found.items()))

    @property
    def store_text(self) -> str:
        """The store as it may be shown: no password."""
        url = database_url(self.config.store)
        if url.drivername == "sqlite":
            return f"SQLite {Path(str(url.database)).name}"
        return f"PostgreSQL {url.host or 'local'}/{url.database}"

    def discovery_worker(
        self,
        actor: Actor,
        *,
        serves: Callable[[str], bool] = lambda zone: not zone,
        begins: Callable[[], bool] = lambda: True,
    ) -> DiscoveryWorker:
        """Does discovery runs; the collector's and the command line's, which has no zones."""
        return DiscoveryWorker(
            self.discovery,
            self.inventory,
            self.credentials,
            FrugalReader(self.reader, self.budget),
            actor=actor,
            resolver=self.resolver,
            rules=load(paths.resources() / "platforms"),
            clock=self.clock,
            zones=self.collectors,
            serves=serves,
            begins=begins,
        )


@asynccontextmanager
async def open_services(
    config: Config,
    *,
    bus: EventBus,
    clock: Clock | None = None,
    recording: RecordedReader | None = None,
    attended: bool = False,
    keyring: Keyring | None = None,
) -> AsyncIterator[Services]:
    """The store brought up to date, and every service on it.

    With a `recording` nothing is asked of the network: it alone answers. `attended`: somebody
    sits here who opens the vault. `keyring`: what opens it, if not what the configuration says.
    """
    clock = clock or SystemClock()
    async with AsyncExitStack() as stack:
        db = await open_database(config, bus, clock)
        stack.callback(db.close)
        samples = await stack.enter_async_context(
            open_samples(
                config.store, clock=clock, engine=config.samples, token=config.samples_token
            )
        )
        flow_store = await stack.enter_async_context(open_flows(config.store, clock=clock))
        lines = await stack.enter_async_context(
            open_lines(config.store, clock=clock, keeping=keeping_of(config))
        )
        reader: Reader
        if recording is None:
            reader = await stack.enter_async_context(open_fast_reader(config))
        else:
            reader = recording
        ssh_port = LAB_SSH if config.lab else 22
        resolver = DnsResolver()
        stack.callback(resolver.close)
        secrets = open_secrets(config, db, stack, clock=clock, keyring=keyring, attended=attended)
        credentials = CredentialService(db, secrets)
        inventory = InventoryService(db, clock=clock)
        alarms = AlarmService(db, clock=clock, planned=PlannedWork())
        telemetry = TelemetryService(
            db,
            samples,
            clock=clock,
            inventory=inventory,
            default=PollPolicy(interval_s=config.poll_interval_s),
        )
        collectors = CollectorService(db, inventory=inventory, me=config.name)
        discovery = DiscoveryService(
            db, clock=clock, credentials=credentials, inventory=inventory, zones=collectors
        )
        intake = IntakeService(db, lines, clock=clock)
        topology = TopologyService(inventory, alarms, telemetry, db, clock=clock)
        stack.callback(topology.close)
        budget = Budget(samples, clock=clock, name=config.name)
        browser = browser_for(config, recording)
        stack.callback(browser.close)
        shelf = Shelf(paths.resources() / "mibs", config.data / "mibs")
        index = SqliteMibIndex(shelf, config.data / "mibs" / "index.db")
        stack.callback(index.close)
        mibs = MibService(db, index, PysmiCompiler(shelf))
        browse = SnmpService(
            db,
            FrugalBrowser(browser, budget),
            credentials=credentials,
            inventory=inventory,
            resolver=resolver,
            mibs=mibs,
        )
        probes = ProbeService(
            db,
            samples,
            clock=clock,
            inventory=inventory,
            secrets=secrets,
            opening=lambda: open_one_prober(resolver),
        )
        census = Census(inventory, probes=lambda actor: _probe_things(probes, actor))
        episodes = AlarmEpisodeService(db)
        events = EventBook(event_pack())
        detection = DetectionService(
            db,
            clock=clock,
            pack=our_book(),
            bench=Bench(samples, census, episodes),
            episodes=episodes,
            events=EventFamily(events),
        )
        top = TopService(
            Listing(db),
            samples,
            clock=clock,
            inventory=inventory,
            telemetry=telemetry,
            probes=probes,
        )
        hostkeys = HostKeyService(db, clock=clock, alarms=alarms)
        ways = WayService(db, clock=clock, hostkeys=hostkeys, credentials=credentials)
        links = open_links(config, stack, attended=attended)
        sessions = SessionService(
            db,
            links,
            inventory=inventory,
            credentials=credentials,
            hostkeys=hostkeys,
            ways=ways,
            names=resolver,
            port=ssh_port,
            holding=links.holder,
        )
        jumps = make_jumps(ways)
        configs = ConfigService(
            db,
            SshCommandLine(jumps),
            clock=clock,
            inventory=inventory,
            credentials=credentials,
            hostkeys=hostkeys,
            ways=ways,
            drivers=driver_of,
            port=ssh_port,
        )
        copies = open_copies(
            db,
            stack,
            line=SshCommandLine(jumps),
            jumps=jumps,
            browser=browser,
            clock=clock,
            inventory=inventory,
            intake=intake,
            secrets=secrets,
            credentials=credentials,
            hostkeys=hostkeys,
            ways=ways,
            drivers=driver_of,
            port=ssh_port,
        )
        airport = open_airport(
            db,
            clock=clock,
            data=config.data,
            secrets=secrets,
            credentials=credentials,
            ways=ways,
            inventory=inventory,
            drivers=driver_of,
            port=ssh_port,
            jumps=jumps,
        )
        areas = AreaService(db, topology)
        job_means = make_means(
            db,
            stack,
            clock=clock,
            inventory=inventory,
            areas=areas,
            credentials=credentials,
            ways=ways,
            drivers=driver_of,
            ssh_port=ssh_port,
            jumps=jumps,
        )
        maintenance = MaintenanceService(db, clock=clock, resolver=Resolver(inventory, areas))
        history = HistoryService(
            inventory,
            AlarmHistoryService(db),
            LoadHistoryService(samples, telemetry, inventory, clock=clock),
            clock=clock,
        )
        inspection = InspectionService(inventory)
        names = NetworkNames(inventory, inspection, telemetry, clock=clock)
        stack.callback(bus.listen(names.heard))
        notify = NotifyService(
            db,
            clock=clock,
            secrets=secrets,
            alarms=alarms,
            inventory=inventory,
            opening=open_one_sender,
        )
        waiting = WaitingAlarmService(db)
        oncall = OnCallService(db, clock=clock, directory=Contacts(notify))
        notify.on_call = oncall
        yield Services(
            config=config,
            clock=clock,
            bus=bus,
            db=db,
            samples=samples,
            flow_store=flow_store,
            reader=reader,
            resolver=resolver,
            budget=budget,
            events=events,
            census=census,
            detection=detection,
            identity=IdentityService(),
            secrets=secrets,
            credentials=credentials,
            vault=make_vault(
                db,
                secrets,
                clock=clock,
                credentials=credentials,
                inventory=inventory,
                ways=ways,
                reader=reader,
                notify=notify,
                probes=probes,
                ssh_port=ssh_port,
                jumps=jumps,
            ),
            hostkeys=hostkeys,
            ways=ways,
            sessions=sessions,
            carrying=CarryService(db),
            configs=configs,
            backups=copies.backups,
            archive=copies.archive,
            exports=copies.exports,
            compliance=copies.compliance,
            accounting=copies.accounting,
            airport=airport,
            flights=airport.flights,
            jobs=job_means.jobs,
            job_means=job_means,
            inventory=inventory,
            tags=TagService(db, inventory),
            alarms=alarms,
            alarm_health=AlarmHealthService(db, clock=clock),
            maintenance=maintenance,
            comparing=ComparisonService(
                maintenance,
                Looker(
                    db,
                    inventory,
                    telemetry,
                    inspection,
                    clock=clock,
                    configs=configs if recording is None else None,
                ),
            ),
            telemetry=telemetry,
            collectors=collectors,
            discovery=discovery,
            intake=intake,
            trials=EventTrialService(intake, inventory, events, clock=clock),
            flows=FlowService(db, flow_store, clock=clock, inventory=inventory),
            topology=topology,
            importing=ImportService(inventory, LinkDecisionService(db, clock=clock), clock=clock),
            history=history,
            deciding=LinkDecisionService(db, clock=clock),
            pons=PonService(inventory),
            analysis=TopologyAnalysis(topology, OnuCustomers(inventory, clock=clock)),
            inspection=inspection,
            lab=LabService(db, LabClient(config.lab_control), clock=clock),
            names=names,
            snippets=SnippetService(db, clock=clock),
            session_tree=SessionTreeService(db, inventory),
            tapes=TapeService(db, config.data / "tapes", clock=clock),
            mibs=mibs,
            browse=browse,
            recordings=RecordingService(db, reader, snmp=browse, products=product_names),
            probes=probes,
            top=top,
            rootcause=RootCauseService(inventory, alarms, collectors, db, clock=clock),
            notify=notify,
            waiting=waiting,
            oncall=oncall,
            escalation=EscalationService(
                db, oncall, waiting, inventory, NotifyPager(notify), clock=clock
            ),
            boards=BoardService(db, clock=clock, ready=ReadyBoards(top)),
            filters=FilterService(db, clock=clock),
            graphs=GraphService(db, AlarmEpisodeService(db), clock=clock),
            maps=MapService(db, topology),
            drawings=DrawingService(db),
            areas=areas,
            handover=HandoverService(
                db,
                clock=clock,
                alarms=AlarmsSinceService(db),
                maintenance=maintenance,
                inventory=inventory,
                history=history,
            ),
            facilities=FacilityService(db, inventory),
            elevation=ElevationService(db, clock=clock),
        )


async def _probe_things(probes: ProbeService, actor: Actor) -> tuple[Thing, ...]:
    """Probes as objects of alarm rules."""
    return tuple(
        Thing(
            int(probe.id),
            about(probe, device),
            device,
            words=(probe.name, probe.kind.value, probe.target),
        )
        for probe, device in await probes.plan(actor)
    )


def product_names() -> frozenset[str]:
    """What boxes are called when nobody gave them a name, from the rule files."""
    return product_words(load(paths.resources() / "platforms").platforms.values())


@cache
def event_pack() -> EventPack:
    """The rules for traps, log lines and flows that come with the program."""
    return load_events(paths.resources() / "alarm_rules" / "events")


@cache
def _rules() -> Rules:
    return load(paths.resources() / "platforms")


async def driver_of(platform: str) -> Driver | None:
    # Reading all the rule files takes longer than a frame of the window.
    return (await asyncio.to_thread(_rules)).driver(platform)
