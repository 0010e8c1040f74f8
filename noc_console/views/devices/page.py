"""Every device on one dense list."""

from __future__ import annotations

import asyncio

from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QWidget

from noc_console.kernel.text import plural
from noc_console.services.alarms.model import AlarmChanged, AlarmsChanged
from noc_console.services.alarms.service import AlarmService
from noc_console.services.inventory.model import DeviceChanged, ReachabilityChanged
from noc_console.services.inventory.service import InventoryService
from noc_console.services.inventory.tagging import TagService
from noc_console.services.inventory.tags import DeviceTagged
from noc_console.services.probes.service import ProbeService
from noc_console.services.telemetry.service import TelemetryService
from noc_console.views.devices.rows import DeviceRow, device_columns, device_rows
from noc_console.views.devices.tagging import Tagging
from noc_console.views.kit.actions import Command
from noc_console.views.kit.desk import Desk, Route
from noc_console.views.kit.page import Page
from noc_console.views.kit.strips import Empty
from noc_console.views.kit.table import Table
from noc_console.views.probes.pinging import ping

MOST_PINGS = 10
"""Devices pinged at one key: their answers are told one by one."""


class DevicesPage(Page):
    """What there is and how it is; Enter opens one."""

    watches = (DeviceChanged, DeviceTagged, ReachabilityChanged, AlarmChanged, AlarmsChanged)
    refresh_s = 10.0
    calm_ms = 1000

    def __init__(
        self,
        desk: Desk,
        inventory: InventoryService,
        telemetry: TelemetryService,
        alarms: AlarmService,
        probes: ProbeService | None = None,
        *,
        tags: TagService | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """Without `probes` (a recording) there is nothing to ping, without `tags` no way to tag."""
        super().__init__(desk, parent=parent)
        self._inventory, self._telemetry, self._alarms = inventory, telemetry, alarms
        self._probes, self._tags = probes, tags
        self.tagging: Tagging | None = None
        self.table: Table[DeviceRow] = Table(
            desk,
            "devices",
            device_columns(desk),
            lambda row: row.id,
            self.show_error,
            hint="Filter   type:router   -lab   tag:edge   cpu:>80",
        )
        self.body.addWidget(self.table)
        self.setFocusProxy(self.table)
        self.table.opened.connect(self._open_row)
        self._add_commands()
        self.table.sort_by_default("name")

    def reload(self) -> None:
        self.tasks.ask("devices", self._look(), self._show)

    def visit(self, route: Route) -> None:
        if route.text:
            self.table.set_filter(route.text)
        if route.id is not None:
            self.table.select(route.id)

    async def _look(self) -> tuple[DeviceRow, ...]:
        actor = self.desk.actor
        async with asyncio.TaskGroup() as group:
            devices = group.create_task(self._inventory.devices(actor))
            measured = group.create_task(self._telemetry.device_now(actor))
            sites = group.create_task(self._inventory.sites(actor))
            alarms = group.create_task(self._alarms.active(actor))
        return device_rows(devices.result(), measured.result(), sites.result(), alarms.result())

    def _show(self, rows: tuple[DeviceRow, ...]) -> None:
        self.table.show_rows(rows)
        self.show_empty(
            None
            if rows
            else Empty(
                what="No devices yet",
                why="Discovery finds them: give it one address or prefix and a community or a"
                " user, and it follows the neighbours from there.",
                verb="Discover devices",
                act=lambda: self.desk.go(Route("discovery")),
                icon="discovery",
            )
        )

    def _open_row(self, row: DeviceRow) -> None:
        self.desk.go(Route("device", id=row.id))

    def open_device(self) -> None:
        if row := self.table.current():
            self._open_row(row)

    def open_ring(self) -> None:
        """One command for all chosen devices, in the order they stand here."""
        if rows := self.table.selection():
            numbers = ",".join(str(int(row.id)) for row in rows)
            self.desk.go(Route("ring", text=f"device:{numbers}"))

    def show_on_map(self) -> None:
        if row := self.table.current():
            self.desk.go(Route("map", id=row.id))

    def show_alarms(self) -> None:
        if row := self.table.current():
            self.desk.go(Route("alarms", text=f'object:"{row.device.name}"'))

    def browse(self) -> None:
        if row := self.table.current():
            self.desk.go(Route("mibs", id=row.id))

    def copy_address(self) -> None:
        if row := self.table.current():
            QGuiApplication.clipboard().setText(row.device.address)
            self.desk.notice(f"{row.device.address} copied")

    def ping(self) -> None:
        """Five packets to each chosen device, from this machine, now."""
        probes = self._probes
        if probes is None:
            return
        for row in self.table.selection()[:MOST_PINGS]:
            name = row.device.name or row.device.address
            ping(self.desk, self.tasks, probes, int(row.id), name)

    def ping_always(self) -> None:
        """A probe for each chosen device that has none."""
        probes = self._probes
        ids = tuple(row.id for row in self.table.selection())
        if probes is None or not ids:
            return

        def told(added: int) -> None:
            known = len(ids) - added
            more = f", {known} had one already" if known else ""
            self.desk.notice(f"{plural(added, 'ping')} added{more}: see Probes")

        actor = self.desk.actor
        self.tasks.do("pings", lambda: probes.ping_devices(actor, device_ids=ids), told)

    def _ping_commands(self) -> list[QAction | None]:
        if self._probes is None:
            return []
        made = [
            Command("devices.ping", "Ping now", "probe", self.ping, "P", "probes.run", "Devices"),
            Command(
                "devices.ping-always",
                "Ping these from now on",
                "graph",
                self.ping_always,
                "Shift+P",
                "probes.add",
                "Devices",
            ),
        ]
        return [None, *(self.desk.actions.add(command, self) for command in made)]

    def _tag_commands(self) -> list[QAction | None]:
        if self._tags is None:
            return []
        self.tagging = Tagging(
            self, self._tags, lambda: [row.id for row in self.table.selection()], "Devices"
        )
        return [None, *self.tagging.actions]

    def _add_commands(self) -> None:
        add = self.desk.actions.add
        group = "Devices"
        self.table.set_menu(
            [
                # Enter is the table's own key for opening.
                add(
                    Command(
                        "devices.open", "Open device", "device", self.open_device, "O", group=group
                    ),
                    self,
                ),
                add(
                    Command(
                        "devices.map", "Show on map", "map", self.show_on_map, "M", group=group
                    ),
                    self,
                ),
                add(
                    Command(
                        "devices.alarms", "Show alarms", "alarm", self.show_alarms, "A", group=group
                    ),
                    self,
                ),
                add(
                    Command(
                        "devices.ring",
                        "Ring shell",
                        "turn",
                        self.open_ring,
                        "R",
                        right="terminal.open",
                        group=group,
                    ),
                    self,
                ),
                add(
                    Command(
                        "devices.mib",
                        "Browse MIB",
                        "mib",
                        self.browse,
                        "B",
                        right="snmp.read",
                        group=group,
                    ),
                    self,
                ),
                add(
                    Command(
                        "devices.copy",
                        "Copy address",
                        "copy",
                        self.copy_address,
                        "Ctrl+Shift+C",
                        group=group,
                    ),
                    self,
                ),
                *self._tag_commands(),
                *self._ping_commands(),
            ]
        )
