"""Puts the window together: which pages there are, and where the shell gets its facts."""

from __future__ import annotations

from dataclasses import replace

from noc_console.adapters.recorded import RecordedReader
from noc_console.adapters.sound import SoundPlayer
from noc_console.adapters.terminal.opening import open_engine
from noc_console.adapters.tiles import open_tiles
from noc_console.app import paths
from noc_console.app.compose import Services, driver_of
from noc_console.app.config import Config
from noc_console.app.open_file import opening
from noc_console.app.own_address import own_address
from noc_console.views.alarmhealth.page import AlarmHealthPage
from noc_console.views.alarms.given import DeskServices
from noc_console.views.alarms.page import AlarmsPage
from noc_console.views.boards.content import BoardServices
from noc_console.views.boards.page import BoardsPage
from noc_console.views.collectors.page import CollectorsPage
from noc_console.views.compliance.page import CompliancePage
from noc_console.views.configs.page import ConfigServices, ConfigsPage
from noc_console.views.detection.page import DetectionPage
from noc_console.views.device.page import DevicePage
from noc_console.views.devices.page import DevicesPage
from noc_console.views.discovery.page import DiscoveryPage
from noc_console.views.flights.page import FlightServices, FlightsPage
from noc_console.views.flows.page import FlowsPage
from noc_console.views.flows.teach import Hearing
from noc_console.views.graphs.loading import GraphSource
from noc_console.views.graphs.page import GraphsPage
from noc_console.views.handover.page import HandoverPage
from noc_console.views.jobs.page import JobPageServices, JobsPage
from noc_console.views.kit.desk import Desk, make_desk
from noc_console.views.kit.feed import Feed
from noc_console.views.kit.state import State
from noc_console.views.lab.page import LabPage
from noc_console.views.logs.page import LogsPage
from noc_console.views.maintenance.page import MaintenancePage, MaintenanceServices
from noc_console.views.mibs.page import MibsPage
from noc_console.views.notify.page import NotifyPage
from noc_console.views.oncall.page import OnCallPage
from noc_console.views.probes.page import ProbesPage
from noc_console.views.shell.declared import FILE, read
from noc_console.views.shell.spec import PageSpec, Sounds, Sources
from noc_console.views.shell.window import MainWindow
from noc_console.views.terminal.around import Around, AroundServices
from noc_console.views.terminal.connections import Connections
from noc_console.views.terminal.given import TerminalServices
from noc_console.views.terminal.guarding import Guarding, GuardServices
from noc_console.views.terminal.page import TerminalPage
from noc_console.views.terminal.panels import Panels
from noc_console.views.terminal.ring import RingPage, RingServices
from noc_console.views.terminal.words import Words
from noc_console.views.top.page import TopPage
from noc_console.views.topology.page import MapPage
from noc_console.views.topology.stage import MapServices
from noc_console.views.vault.page import VaultPage
from noc_console.views.wallboard.boards import BoardsScene

SEE, ALARMS, WORK = "Network", "Alarms", "Operate"
TRAFFIC, NETWORK = "Telemetry", "Setup"
"""The groups of the navigation: the network at a glance, trouble and who is called, the hand on
devices, what comes in, and what is set up."""

PAGES_OF_A_RECORDING = frozenset({"map", "devices", "device", "alarms", "mibs"})


def open_desk(services: Services, feed: Feed, state: State) -> Desk:
    """The context every page works in, for the person at this machine."""
    return make_desk(services.identity.operator(), feed, state=state, clock=services.clock)


def make_window(
    desk: Desk, services: Services, config: Config, *, sounds: Sounds | None = None
) -> MainWindow:
    """The console's window; one without `sounds` is silent, such as for a picture."""
    sources = replace(
        _sources(desk, services, config), sounds=sounds, commands=read(paths.resources() / FILE)
    )
    return MainWindow(desk, pages(services), sources)


def open_sounds(config: Config) -> Sounds:
    """What plays alarms on this machine."""
    player = SoundPlayer(config.data / "sounds")
    return Sounds(player.play, player.what, player.is_able)


def make_recording_window(desk: Desk, services: Services, config: Config, name: str) -> MainWindow:
    """A window of one recorded device: pages that look, none that ask the network."""
    shown = [page for page in pages(services) if page.id in PAGES_OF_A_RECORDING]
    sources = replace(
        _sources(desk, services, config), recording=name, recordings=None, store="nothing is kept"
    )
    return MainWindow(desk, shown, sources)


def pages(services: Services) -> tuple[PageSpec, ...]:
    """Every page, in the order of the navigation."""
    s = services
    pinging = None if isinstance(s.reader, RecordedReader) else s.probes
    return (
        PageSpec(
            "map",
            "Map",
            "map",
            lambda desk: MapPage(desk, _map_services(s)),
            group=SEE,
        ),
        PageSpec(
            "devices",
            "Devices",
            "devices",
            lambda desk: DevicesPage(
                desk, s.inventory, s.telemetry, s.alarms, pinging, tags=s.tags
            ),
            group=SEE,
        ),
        PageSpec(
            "device",
            "Device",
            "device",
            lambda desk: DevicePage(
                desk,
                s.inventory,
                s.telemetry,
                s.alarms,
                s.inspection,
                handover=s.handover,
                tags=s.tags,
            ),
            in_rail=False,
            group=SEE,
        ),
        PageSpec(
            "boards",
            "Dashboards",
            "board",
            lambda desk: BoardsPage(desk, board_services(s)),
            right="boards.see",
            group=SEE,
        ),
        PageSpec(
            "top", "Top", "top", lambda desk: TopPage(desk, s.top), right="telemetry.see", group=SEE
        ),
        PageSpec(
            "graphs",
            "Graphs",
            "graph",
            lambda desk: GraphsPage(
                desk,
                s.graphs,
                s.inventory,
                s.telemetry,
                None if isinstance(s.reader, RecordedReader) else s.probes,
                rules=s.detection.book,
            ),
            right="graphs.see",
            group=SEE,
        ),
        PageSpec(
            "alarms",
            "Alarms",
            "alarm",
            lambda desk: AlarmsPage(desk, _desk_services(s)),
            group=ALARMS,
        ),
        PageSpec(
            "alarmhealth",
            "Alarm health",
            "gauge",
            lambda desk: AlarmHealthPage(desk, s.alarm_health),
            right="alarms.see",
            group=ALARMS,
        ),
        PageSpec(
            "detection",
            "Alarm rules",
            "attention",
            lambda desk: DetectionPage(desk, s.detection, s.trials),
            right="detection.see",
            group=ALARMS,
        ),
        PageSpec(
            "maintenance",
            "Maintenance",
            "clock",
            lambda desk: MaintenancePage(
                desk, MaintenanceServices(s.maintenance, s.inventory, s.areas, s.comparing)
            ),
            right="maintenance.see",
            group=ALARMS,
        ),
        PageSpec(
            "handover",
            "Handover",
            "note",
            lambda desk: HandoverPage(desk, s.handover),
            right="handover.see",
            group=ALARMS,
        ),
        PageSpec(
            "oncall",
            "On call",
            "oncall",
            lambda desk: OnCallPage(desk, s.oncall, s.waiting),
            right="oncall.see",
            group=ALARMS,
        ),
        PageSpec(
            "notify",
            "Notifications",
            "comment",
            lambda desk: NotifyPage(desk, s.notify, s.alarms, lambda: s.oncall.names(desk.actor)),
            right="notify.see",
            group=ALARMS,
        ),
        PageSpec(
            "terminal",
            "Terminal",
            "terminal",
            lambda desk: _terminal_page(desk, s),
            right="terminal.open",
            group=WORK,
        ),
        PageSpec(
            "ring",
            "Ring shell",
            "ring",
            lambda desk: RingPage(
                desk,
                RingServices(s.inventory, s.sessions, s.analysis, driver_of, s.snippets),
            ),
            right="terminal.open",
            group=WORK,
        ),
        PageSpec(
            "configs",
            "Configurations",
            "config",
            lambda desk: ConfigsPage(
                desk,
                ConfigServices(
                    s.backups, s.archive, s.compliance, s.exports, s.accounting, s.credentials
                ),
            ),
            right="configs.see",
            group=WORK,
        ),
        PageSpec(
            "compliance",
            "Compliance",
            "check",
            lambda desk: CompliancePage(desk, s.compliance, s.inventory),
            right="compliance.see",
            group=WORK,
        ),
        PageSpec(
            "flights",
            "Flights",
            "flight",
            lambda desk: FlightsPage(desk, FlightServices(s.flights, s.inventory, s.areas)),
            right="flights.see",
            group=WORK,
        ),
        PageSpec(
            "jobs",
            "Jobs",
            "table",
            lambda desk: JobsPage(desk, JobPageServices(s.jobs, s.inventory, s.areas)),
            right="jobs.see",
            group=WORK,
        ),
        PageSpec(
            "logs",
            "Logs",
            "logs",
            lambda desk: LogsPage(desk, s.intake, s.inventory),
            right="intake.see",
            group=TRAFFIC,
        ),
        PageSpec(
            "probes",
            "Probes",
            "probe",
            lambda desk: ProbesPage(desk, s.probes, s.alarms, s.telemetry),
            right="probes.see",
            group=TRAFFIC,
        ),
        PageSpec(
            "flows",
            "Flows",
            "flows",
            lambda desk: FlowsPage(desk, s.flows, _hearing(s.config)),
            right="flows.see",
            group=TRAFFIC,
        ),
        PageSpec(
            "discovery",
            "Discovery",
            "discovery",
            lambda desk: DiscoveryPage(desk, s.discovery, s.credentials),
            group=NETWORK,
        ),
        PageSpec(
            "vault",
            "Vault",
            "lock",
            lambda desk: VaultPage(desk, s.vault, s.credentials),
            right="vault.see",
            group=NETWORK,
        ),
        PageSpec(
            "mibs",
            "MIB browser",
            "mib",
            lambda desk: MibsPage(desk, s.mibs, s.browse, s.inventory, s.credentials),
            right="snmp.read",
            group=NETWORK,
        ),
        PageSpec(
            "collectors",
            "Collectors",
            "collector",
            lambda desk: CollectorsPage(desk, s.collectors, s.telemetry, s.inventory),
            right="collectors.see",
            group=NETWORK,
        ),
        PageSpec("lab", "Lab", "lab", lambda desk: LabPage(desk, s.lab), group=NETWORK),
    )


def _source(s: Services) -> GraphSource:
    return GraphSource(
        s.inventory, s.telemetry, probes=s.probes, graphs=s.graphs, rules=s.detection.book
    )


def board_services(s: Services) -> BoardServices:
    """Where tiles get what they show."""
    return BoardServices(
        boards=s.boards,
        top=s.top,
        alarms=s.alarms,
        inventory=s.inventory,
        telemetry=s.telemetry,
        probes=s.probes,
        topology=s.topology,
        source=_source(s),
    )


def _desk_services(s: Services) -> DeskServices:
    is_live = not isinstance(s.reader, RecordedReader)
    return DeskServices(
        alarms=s.alarms,
        inventory=s.inventory,
        filters=s.filters,
        source=_source(s),
        intake=s.intake if is_live else None,
        probes=s.probes if is_live else None,
        topology=s.topology,
        rootcause=s.rootcause,
        handover=s.handover,
        detection=s.detection,
    )


def _map_services(s: Services) -> MapServices:
    return MapServices(
        topology=s.topology,
        analysis=s.analysis,
        inventory=s.inventory,
        alarms=s.alarms,
        telemetry=s.telemetry,
        maintenance=s.maintenance,
        importing=s.importing,
        maps=s.maps,
        drawings=s.drawings,
        facilities=s.facilities,
        history=s.history,
        deciding=s.deciding,
        pons=s.pons,
        probes=None if isinstance(s.reader, RecordedReader) else s.probes,
        configs=None if isinstance(s.reader, RecordedReader) else s.configs,
        credentials=s.credentials,
        wall=lambda desk, zoom: (BoardsScene(desk, zoom, board_services(s)),),
        tiles=open_tiles,
    )


def _terminal_page(desk: Desk, s: Services) -> TerminalPage:
    given = TerminalServices(open_engine=open_engine, sessions=s.sessions, inventory=s.inventory)
    page = TerminalPage(desk, given)
    Guarding(page, GuardServices(s.elevation, driver_of))
    Around(page, AroundServices(s.names, s.snippets, s.session_tree, s.tapes))
    Panels(page, s.carrying)
    Words(page)
    Connections(page, s.sessions, s.hostkeys, s.ways)
    return page


def _hearing(config: Config) -> Hearing:
    return Hearing(
        own_address(config.listen), config.netflow_port, config.ipfix_port, config.sflow_port
    )


def _sources(desk: Desk, services: Services, config: Config) -> Sources:
    actor = desk.actor
    return Sources(
        find=lambda text: services.inventory.find(actor, text=text),
        counts=lambda: services.alarms.counts(actor),
        waiting=lambda among: services.waiting.head(actor, among=among),
        collectors=lambda: services.telemetry.collectors(actor),
        acknowledge=lambda ids: services.alarms.acknowledge(actor, alarm_ids=ids),
        operations=tuple(services.operations().values()),
        store=services.store_text,
        open_recording=opening(config),
        recordings=services.recordings,
        interval_s=config.poll_interval_s,
    )
