"""One device: who it is, what it does this second, who is beside it, and how it was."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QSplitter, QWidget

from noc_console.kernel.events import Event
from noc_console.services.alarms.model import AlarmChanged, AlarmsChanged, Severity
from noc_console.services.alarms.service import AlarmService
from noc_console.services.handover.service import HandoverService
from noc_console.services.inspection.service import InspectionService
from noc_console.services.inventory.model import (
    Device,
    DeviceChanged,
    DeviceId,
    Interface,
    InterfaceId,
    InterfaceStatusChanged,
    Link,
    LinksChanged,
    ReachabilityChanged,
    Site,
    is_current,
)
from noc_console.services.inventory.service import InventoryService
from noc_console.services.inventory.tagging import TagService
from noc_console.services.inventory.tags import DeviceTagged
from noc_console.services.telemetry.service import TelemetryService
from noc_console.views.device import extras, gauges, measured, rows
from noc_console.views.device.chart import Chart, Subject, Told
from noc_console.views.device.gauges import Gauge
from noc_console.views.device.head import DeviceHead
from noc_console.views.device.known import Known, Now
from noc_console.views.device.rows import Neighbour
from noc_console.views.device.sections import GRAPHLESS, Sections
from noc_console.views.device.traffic import BIN_S, SPAN_S, Traffic
from noc_console.views.devices.tagging import Tagging
from noc_console.views.handover.notes import NotesPane
from noc_console.views.kit.actions import Command
from noc_console.views.kit.curves import Span
from noc_console.views.kit.desk import Desk, Route
from noc_console.views.kit.dialogs import Dialog, open_dialog
from noc_console.views.kit.evidence import WhyView
from noc_console.views.kit.page import Page
from noc_console.views.kit.ssh import terminals_of
from noc_console.views.kit.strips import Empty

TICK_MS = 1000
WISH_MS = 4000
PAST_MS = 60_000
LEAST_BETWEEN_MS = 300
WATCHED = 64
"""Interfaces measured every second at most: the budget of one device is small."""
MANY = 300
"""Sensors from which rows are made beside the window's thread."""
_INTERFACE = re.compile(r"interface:(\d+)")


class DevicePage(Page):
    """Lists above, the graph of what is selected below; live while it is looked at."""

    watches = (
        DeviceChanged,
        DeviceTagged,
        ReachabilityChanged,
        InterfaceStatusChanged,
        LinksChanged,
        AlarmChanged,
        AlarmsChanged,
    )

    def __init__(
        self,
        desk: Desk,
        inventory: InventoryService,
        telemetry: TelemetryService,
        alarms: AlarmService,
        inspection: InspectionService,
        *,
        handover: HandoverService | None = None,
        tags: TagService | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(desk, parent=parent)
        self._inventory, self._telemetry, self._alarms = inventory, telemetry, alarms
        self._inspection = inspection
        self.device_id: int | None = None
        self._wanted_interface: int | None = None
        self._known: Known | None = None
        self._again = False
        self._now = Now()
        self._traffic = Traffic()
        self._gauge_curves: dict[int, rows.Curve] = {}
        self._remembered = 0
        """How often the past was recalled: rows are made anew with their curves."""
        self._shown: tuple[object, ...] = ()
        # Shares of lists and graph: the splitter scales them to its height.
        self._rooms = {"overview": [6600, 3400], "lists": [5500, 4500]}
        self._room = "overview"
        self.head = DeviceHead(desk.times)
        self.notes = None if handover is None else NotesPane(desk, handover, is_quiet=True)
        self.tabs = Sections(desk, self.show_error)
        self.ports, self.neighbours = self.tabs.ports, self.tabs.neighbours
        self.gauges, self.alarms = self.tabs.gauges, self.tabs.alarms
        self.chart = Chart(desk.times)
        self._tick = self._every(TICK_MS, self._look)
        self._wish = self._every(WISH_MS, self._watch)
        self._past = self._every(PAST_MS, self._remember)
        self._lay_out_page()
        self._wire()
        self._add_commands(tags)

    # --- which device ----------------------------------------------------------------------

    def visit(self, route: Route) -> None:
        """Another device, or an interface of it."""
        found = _INTERFACE.search(route.text)
        self._wanted_interface = int(found.group(1)) if found else None
        if route.id is not None and route.id != self.device_id:
            self._begin(route.id)
        self._choose_wanted()

    def _begin(self, device_id: int) -> None:
        self.device_id = device_id
        self._known = None
        self._now = Now()
        self._traffic = Traffic()
        self._gauge_curves = {}
        self._shown = ()
        self.chart.subjects = ()
        for key in ("known", "now", "past", "graph", "gauges"):
            self.tasks.drop(key)
        self.tabs.clear_rows()
        self.mark_stale()

    def concerns(self, event: Event) -> bool:
        if isinstance(event, AlarmsChanged):
            return str(self.device_id) in event.device_ids.split()
        return getattr(event, "device_id", None) == self.device_id or isinstance(
            event, ReachabilityChanged
        )

    # --- loading ---------------------------------------------------------------------------

    def reload(self) -> None:
        if self.device_id is None:
            self.show_empty(
                Empty(
                    "No device chosen",
                    "Find one by name, address or MAC with Ctrl+P, or open it from the list.",
                    verb="Show devices",
                    act=lambda: self.desk.go(Route("devices")),
                    icon="device",
                )
            )
            return
        self.show_empty(None)
        if self.tasks.is_asking("known"):
            # A storm of events must not keep the answer from ever arriving.
            self._again = True
            return
        self._again = False
        self.tasks.ask("known", self._learn(self.device_id), self._show)

    async def _learn(self, device_id: int) -> Known:
        actor = self.desk.actor
        device = await self._inventory.device(actor, device_id=device_id)
        interfaces = await self._inventory.interfaces(actor, device_id=device_id)
        links = await self._inventory.links(actor, device_id=device_id)
        sites: dict[int, Site] = {int(s.id): s for s in await self._inventory.sites(actor)}
        site = sites.get(int(device.site_id)) if device.site_id is not None else None
        known = Known(
            device,
            site.name if site else "",
            interfaces,
            tuple(
                sensor
                for sensor in await self._inventory.sensors(actor, device_id=device_id)
                if is_current(sensor, device)
            ),
            await self._meet(device, interfaces, links),
            await self._alarms.active(actor, device_id=device_id),
            await self._inspection.findings(actor, device_id=device_id),
            heard=rows.strangers(
                device, await self._inventory.evidence(actor, device_id=device_id)
            ),
        )
        return await asyncio.to_thread(extras.completed, known)

    async def _meet(
        self, device: Device, interfaces: tuple[Interface, ...], links: tuple[Link, ...]
    ) -> tuple[Neighbour, ...]:
        """The devices at the other ends, and the names of their ports."""
        actor = self.desk.actor
        names: dict[InterfaceId, str] = {port.id: port.name for port in interfaces}
        others: dict[DeviceId, Device] = {}
        worst: dict[int, Severity] = {}
        for link in links:
            for end, port in ((link.a_device, link.a_interface), (link.b_device, link.b_interface)):
                if end != device.id and end not in others:
                    others[end] = await self._inventory.device(actor, device_id=end)
                if port is not None and port not in names:
                    found = await self._inventory.interface(actor, interface_id=port)
                    names[port] = found.name
        for alarm in await self._alarms.active(actor):
            id = alarm.about.device_id
            worst[id] = max(alarm.severity, worst.get(id, Severity.CLEARED))
        return rows.neighbours(device, links, others, names, worst)

    def _show(self, known: Known) -> None:
        first = self._known is None
        self._known = known
        worst = max((alarm.severity for alarm in known.alarms), default=Severity.CLEARED)
        self.head.show_device(known.device, known.site, worst)
        if self.notes is not None:
            self.notes.show_object(f"device:{known.device.id}", known.device.name)
        self.titled.emit(known.device.name or known.device.address)
        self.tabs.show_known(known)
        self._show_ports()
        self._show_gauges()
        if first:
            self._choose_first()
            self._look()
            self._watch()
            self._remember()
        if self._again:
            QTimer.singleShot(LEAST_BETWEEN_MS, self, self.reload)

    def _choose_first(self) -> None:
        """Something is always on the graph: the wanted interface, the busiest, else the CPU."""
        self._choose_wanted()
        if not self.chart.subjects and not self._known_ports():
            self._draw_device("cpu")

    def _known_ports(self) -> tuple[Interface, ...]:
        return self._known.interfaces if self._known is not None else ()

    def _draw_busiest(self) -> None:
        """Until the operator chooses: the interface that carries most."""

        def rate(port: Interface) -> float:
            word = self._now.interfaces.get(int(port.id))
            return max(word.in_bps or 0.0, word.out_bps or 0.0) if word else -1.0

        port = max(self._known_ports(), key=rate)
        self.chart.draw([Subject("interface", int(port.id), port.name)])

    def _choose_wanted(self) -> None:
        if self._wanted_interface is not None and self._known is not None:
            self.tabs.turn("interfaces")
            if self.ports.select(self._wanted_interface):
                self._wanted_interface = None

    # --- this second -----------------------------------------------------------------------

    def _look(self) -> None:
        """Ask what it does now; the graph follows when it is live."""
        if self.device_id is None or self._known is None or self.tasks.is_asking("now"):
            return
        self.tasks.ask("now", self._see(self.device_id), self._show_now)
        if self.chart.is_live:
            self._draw()

    async def _see(self, device_id: int) -> Now:
        actor = self.desk.actor
        told = await self._telemetry.device_now(actor, device_ids=(device_id,))
        ports = await self._telemetry.interface_now(actor, device_id=device_id)
        sensors = await self._telemetry.sensor_now(actor, device_id=device_id)
        return Now(told[0] if told else None, {word.interface_id: word for word in ports}, sensors)

    def _show_now(self, now: Now) -> None:
        self._now = now
        self._traffic.add(now.interfaces)
        self.head.show_now(now.device)
        if not self.chart.subjects and self._known_ports():
            self._draw_busiest()
        self._show_ports()
        self._show_gauges()

    def _show_ports(self) -> None:
        known = self._known
        if known is None:
            return
        at = self.desk.clock.now().timestamp()
        self.tabs.show_ports(
            rows.ports(
                known.interfaces,
                self._now.interfaces,
                {
                    port: f"{n.name} {n.theirs}".strip()
                    for n in known.neighbours
                    for port in (n.link.a_interface, n.link.b_interface)
                    if port is not None
                },
                known.alarms,
                lambda id: self._traffic.curve(id, at),
                int(at // BIN_S),
            ),
            known.extras,
        )

    def _show_gauges(self) -> None:
        """Rows of sensors, made anew only when something was measured since."""
        known = self._known
        if known is None:
            return
        # Curves do not compare: a row with another one is another row by its step.
        step = int(self.desk.clock.now().timestamp() // 60) * 1_000 + self._remembered % 1_000
        wanted = (known, dict(self._now.sensors), step)
        if wanted == self._shown:
            return
        self._shown = wanted
        told = (known, self._now, self._gauge_curves, step)
        if len(known.sensors) <= MANY:
            self.tabs.show_measured(measured.measure(*told))
        else:
            self.tasks.ask(
                "gauges", asyncio.to_thread(measured.measure, *told), self.tabs.show_measured
            )

    def _watch(self) -> None:
        """Ask the collector to measure what is looked at every second."""
        if self.device_id is None or self._known is None or not self._known.device.is_managed:
            return
        self.tasks.ask("wish", self._wish_for(self.device_id), lambda _: None)

    async def _wish_for(self, device_id: int) -> None:
        ids = [int(port.interface.id) for port in self.ports.rows.rows()]
        drawn = [subject.id for subject in self.chart.subjects if subject.kind == "interface"]
        wanted = tuple(dict.fromkeys([*drawn, *ids]))[:WATCHED]
        await self._telemetry.watch(self.desk.actor, device_id=device_id)
        if wanted:
            await self._telemetry.watch(self.desk.actor, device_id=device_id, interface_ids=wanted)

    # --- how it was --------------------------------------------------------------------------

    def _remember(self) -> None:
        """The last minutes of every interface, the last hour of the figures and sensors."""
        if self.device_id is None or self._known is None:
            return
        self.tasks.ask("past", self._recall(self.device_id, self._known), self._show_past)

    async def _recall(self, device_id: int, known: Known) -> tuple[Any, Any, Any]:
        end = self.desk.clock.now()
        actor, series_of = self.desk.actor, self._telemetry.series_of
        figures = await series_of(
            actor,
            subject="device",
            subject_ids=(device_id,),
            start=end - timedelta(hours=1),
            end=end,
        )
        ports = await series_of(
            actor,
            subject="interface",
            subject_ids=[int(port.id) for port in known.interfaces],
            start=end - timedelta(seconds=SPAN_S),
            end=end,
            columns=("in_octets", "out_octets"),
        )
        sensors = await series_of(
            actor,
            subject="sensor",
            subject_ids=[int(sensor.id) for sensor in gauges.most_urgent(known.sensors)],
            start=end - timedelta(hours=1),
            end=end,
        )
        return figures, ports, sensors

    def _show_past(self, past: tuple[Any, Any, Any]) -> None:
        figures, ports, gauges = past
        for told in figures.values():
            self.head.show_curves(
                {
                    "cpu": told.values["cpu"] / 1000,
                    "memory": told.values["memory"] / 1000,
                    "temperature": told.values["temperature"] / 1000,
                    "response": told.values["response_us"] / 1000,
                }
            )
        for id, told in ports.items():
            self._traffic.seed(
                id, told.times_ms, told.values["in_octets"], told.values["out_octets"]
            )
        self._gauge_curves = {
            id: np.asarray(told.values["value"]) / 1000 for id, told in gauges.items()
        }
        self._remembered += 1
        self._show_ports()
        self._show_gauges()

    def _draw(self) -> None:
        """Ask for what the graph wants; an older question is dropped."""
        if not self.chart.subjects or (self.chart.is_live and self.tasks.is_asking("graph")):
            return
        span = self.chart.span()
        self.tasks.ask(
            "graph", self._history(span), lambda found: self.chart.show_series(found, span)
        )

    async def _history(self, span: Span) -> Mapping[int, Told]:
        metric, subjects = self.chart.drawn, self.chart.subjects
        return await self._telemetry.series_of(
            self.desk.actor,
            subject=metric.kind,
            subject_ids=[subject.id for subject in subjects],
            start=datetime.fromtimestamp(span.start, UTC),
            end=datetime.fromtimestamp(span.end, UTC),
            columns=tuple(filter(None, (metric.up, metric.down))),
        )

    def _draw_ports(self) -> None:
        chosen = [
            Subject("interface", int(port.interface.id), port.interface.name)
            for port in self.ports.selection()
        ]
        self.chart.draw(chosen)

    def _draw_gauges(self, chosen: tuple[Gauge, ...]) -> None:
        same_kind = [gauge for gauge in chosen if gauge.sensor.kind is chosen[0].sensor.kind]
        self.chart.draw([_sensor_subject(gauge) for gauge in same_kind])

    def _draw_port(self, interface_id: int) -> None:
        """The port of the panel: on the graph, and chosen in the list beside."""
        for port in self._known_ports():
            if int(port.id) == interface_id:
                self.chart.draw([Subject("interface", interface_id, port.name)])
        self.ports.select(InterfaceId(interface_id))

    def _open_port(self, interface_id: int) -> None:
        self.tabs.turn("interfaces")
        self.ports.select(InterfaceId(interface_id))
        self.ports.view.setFocus()

    def _draw_device(self, metric: str) -> None:
        if self._known is not None:
            device = self._known.device
            self.chart.draw([Subject("device", int(device.id), device.name)], metric)

    # --- the way to other places -----------------------------------------------------------------

    def show_on_map(self) -> None:
        if self.device_id is not None:
            self.desk.go(Route("map", id=self.device_id))

    def explain(self) -> None:
        """Why is the selected neighbour there?"""
        neighbour = self.neighbours.current()
        if neighbour is not None:
            self.tasks.do("why", lambda: self._explain(neighbour))

    async def _explain(self, neighbour: Neighbour) -> None:
        why = await self._inventory.why(
            self.desk.actor, a=str(self.device_id), b=str(neighbour.device_id)
        )
        dialog = Dialog(self.window(), f"The link to {neighbour.name}", "", "Close")
        dialog.cancel_button.hide()
        view = WhyView(self.desk.times)
        view.show_why(why)
        dialog.setMinimumWidth(640)
        dialog.body.addWidget(view)
        await open_dialog(dialog)

    def browse(self) -> None:
        """The MIB browser, asking this device."""
        if self.device_id is not None:
            self.desk.go(Route("mibs", id=self.device_id))

    def open_logs(self) -> None:
        """What it said unasked."""
        if self.device_id is not None:
            self.desk.go(Route("logs", id=self.device_id))

    def open_alarms(self) -> None:
        """The alarm desk, filtered to this device."""
        if self._known is not None:
            self.desk.go(Route("alarms", text=f"device:{self._known.device.name}"))

    # --- building ------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        for timer in (self._tick, self._wish, self._past):
            timer.start()
        if self._known is not None:
            self._look()
            self._watch()
            self._remember()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        for timer in (self._tick, self._wish, self._past):
            timer.stop()

    def repaint_times(self) -> None:
        if self._known is not None:
            self._show(replace(self._known))

    def _every(self, every_ms: int, then: Any) -> QTimer:
        timer = QTimer(self)
        timer.setInterval(every_ms)
        timer.timeout.connect(then)
        return timer

    def pin_note(self) -> None:
        if self.notes is not None:
            self.notes.ask()

    def terminal(self) -> None:
        """A terminal of the console, connected to the device."""
        if self.device_id is not None:
            self.desk.go(terminals_of([self.device_id]))

    def maintain(self) -> None:
        if self.device_id is not None:
            self.desk.go(Route("maintenance", text=f"plan device:{self.device_id}"))

    def _lay_out_page(self) -> None:
        self.split = QSplitter(Qt.Orientation.Vertical)
        self.split.addWidget(self.tabs)
        self.split.addWidget(self.chart)
        self.split.setStretchFactor(0, 3)
        self.split.setStretchFactor(1, 2)
        self.split.setSizes(self._rooms[self._room])
        self.split.setChildrenCollapsible(False)
        self.body.addWidget(self.head)
        if self.notes is not None:
            self.body.addWidget(self.notes)
        self.body.addWidget(self.split, 1)
        self.setFocusProxy(self.tabs)

    def _wire(self) -> None:
        self.ports.chosen.connect(self._draw_ports)
        self.tabs.gauges_chosen.connect(self._draw_gauges)
        self.tabs.overview.panel.chosen.connect(self._draw_port)
        self.tabs.port_opened.connect(self._open_port)
        self.tabs.currentChanged.connect(lambda _: self._make_room())
        self.neighbours.opened.connect(lambda n: self.desk.go(Route("device", id=int(n.device_id))))
        self.alarms.opened.connect(lambda _: self.open_alarms())
        self.head.map_wanted.connect(self.show_on_map)
        self.head.figure_chosen.connect(self._draw_device)
        self.chart.wanted.connect(self._draw)
        self.chart.studied.connect(lambda text: self.desk.go(Route("graphs", text=text)))

    def _make_room(self) -> None:
        """The graph steps aside where no row has a history, and is lower under the overview."""
        key = self.tabs.key
        self.chart.setVisible(key not in GRAPHLESS)
        wanted = "overview" if key == "overview" else "lists"
        if key not in GRAPHLESS and wanted != self._room:
            self._rooms[self._room] = self.split.sizes()
            self._room = wanted
            self.split.setSizes(self._rooms[wanted])
        self._show_ports()

    def _add_commands(self, tags: TagService | None) -> None:
        group = "Device"
        for id, text, icon, handler, keys in (
            ("device.map", "Show on the map", "map", self.show_on_map, "Ctrl+M"),
            ("device.mib", "Browse MIB", "mib", self.browse, "Ctrl+Shift+B"),
            ("device.why", "Why is this link here?", "help", self.explain, "Ctrl+Y"),
            ("device.alarms", "Show its alarms", "alarm", self.open_alarms, ""),
            ("device.logs", "Show its traps and log lines", "logs", self.open_logs, "Ctrl+L"),
            ("device.find", "Find in this list", "search", self.tabs.find_text, "Ctrl+F"),
            ("device.copy-graph", "Copy the graph", "copy", self.chart.graph.copy_picture, ""),
            ("device.copy-data", "Copy the graph's data", "copy", self.chart.graph.copy_csv, ""),
        ):
            self.desk.actions.add(Command(id, text, icon, handler, keys, group=group), self)
        note, plan, open_ = "handover.write", "maintenance.plan", "terminal.open"
        for id, text, icon, handler, keys, right in (
            ("device.note", "Pin a note…", "note", self.pin_note, "", note),
            ("device.maintain", "Plan maintenance…", "clock", self.maintain, "", plan),
            ("device.terminal", "Open a terminal", "terminal", self.terminal, "Ctrl+T", open_),
        ):
            self.desk.actions.add(Command(id, text, icon, handler, keys, right, group), self)
        if tags is not None:
            self.tagging = Tagging(self, tags, lambda: filter(None, [self.device_id]), group)
        self.neighbours.set_menu([self.desk.actions.action("device.why")])
        of_device = [action for one, action in self.desk.actions.commands() if one.group == group]
        self.head.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        self.head.addActions(of_device)


def _sensor_subject(gauge: Gauge) -> Subject:
    sensor = gauge.sensor
    return Subject(
        "sensor", int(sensor.id), sensor.name, lambda value: gauges.sensor_text(sensor, value)
    )
