"""The collectors: who polls what, whether the schedule is kept, and what keeps it waiting."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter, QTabWidget, QVBoxLayout, QWidget

from noc_console.kernel.events import Event
from noc_console.services.collectors.model import (
    CollectorsChanged,
    CollectorState,
    ZonesChanged,
    ZoneShare,
)
from noc_console.services.collectors.service import CollectorService
from noc_console.services.inventory.model import DeviceChanged
from noc_console.services.inventory.service import InventoryService
from noc_console.services.telemetry.service import TelemetryService
from noc_console.views.collectors.details import CollectorDetails
from noc_console.views.collectors.rows import CollectorRow, collector_columns, collector_rows
from noc_console.views.collectors.zones import Zones
from noc_console.views.kit.actions import Command
from noc_console.views.kit.desk import Desk, Route
from noc_console.views.kit.dialogs import confirm
from noc_console.views.kit.page import Page
from noc_console.views.kit.strips import Empty
from noc_console.views.kit.table import Table


@dataclass(frozen=True, slots=True)
class Looked:
    """What one look brought."""

    rows: tuple[CollectorRow, ...]
    zones: tuple[ZoneShare, ...]
    names: dict[int, str] | None
    """Devices by id; None when they are known already."""


class CollectorsPage(Page):
    """All collectors above, the chosen one in full below; zones on a tab of their own."""

    watches = (CollectorsChanged, ZonesChanged, DeviceChanged)
    refresh_s = 2.0
    calm_ms = 1000

    def __init__(
        self,
        desk: Desk,
        collectors: CollectorService,
        telemetry: TelemetryService,
        inventory: InventoryService,
        *,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(desk, parent=parent)
        self._collectors, self._telemetry, self._inventory = collectors, telemetry, inventory
        self.names: dict[int, str] = {}
        self._names_are_old = True
        self.table: Table[CollectorRow] = Table(
            desk,
            "collectors",
            collector_columns(desk),
            lambda row: row.name,
            self.show_error,
            hint="Filter   state:gone   zones:pop",
        )
        self.details = CollectorDetails(desk, self.names, self.show_error)
        self.zones = Zones(desk, collectors, inventory, self.show_error, self.mark_stale)
        self.tabs = QTabWidget()
        self._lay_out_page()
        self._add_commands()
        self.table.chosen.connect(self._on_chosen)
        self.details.device_opened.connect(lambda id: desk.go(Route("device", id=id)))

    def reload(self) -> None:
        self.tasks.ask("collectors", self._look(), self._show)

    def visit(self, route: Route) -> None:
        if route.text == "zones":
            self.tabs.setCurrentIndex(1)
        elif route.text:
            self.tabs.setCurrentIndex(0)
            self.table.select(route.text)

    def concerns(self, event: Event) -> bool:
        if isinstance(event, DeviceChanged):
            self._names_are_old = True
            return False
        return True

    async def _look(self) -> Looked:
        actor, names = self.desk.actor, None
        async with asyncio.TaskGroup() as group:
            shares = group.create_task(self._collectors.shares(actor))
            zones = group.create_task(self._collectors.zones(actor))
            told = group.create_task(self._telemetry.collectors(actor))
            schedules = group.create_task(self._telemetry.schedule(actor))
        if self._names_are_old:
            self._names_are_old = False
            devices = await self._inventory.devices(actor)
            names = {int(device.id): device.name for device in devices}
        rows = collector_rows(shares.result(), told.result(), schedules.result())
        return Looked(rows, zones.result(), names)

    def _show(self, looked: Looked) -> None:
        if looked.names is not None:
            self.names.clear()
            self.names.update(looked.names)
        self.table.show_rows(looked.rows)
        self.zones.show_zones(looked.zones, tuple(row.name for row in looked.rows))
        unserved = sum(zone.is_unserved for zone in looked.zones)
        self.tabs.setTabText(1, f"Zones  {unserved} without a collector" if unserved else "Zones")
        if looked.rows and self.table.current() is None:
            self.table.select(looked.rows[0].name)
        self._on_chosen()
        self.show_empty(
            None
            if looked.rows
            else Empty(
                what="No collector yet",
                why="A collector polls the devices. This window starts one of its own for an"
                " embedded store; for a shared one run `noc-console collect --store URL --name"
                " NAME` on any machine, several for more devices or more safety.",
                icon="collector",
            )
        )

    def _on_chosen(self) -> None:
        row = self.table.current()
        self.details.show_row(row)
        state = None if row is None or row.share is None else row.share.state
        for name, may in (
            ("drain", state in (CollectorState.ACTIVE, CollectorState.STANDBY)),
            ("resume", state is CollectorState.DRAINING),
            ("forget", state is CollectorState.GONE),
        ):
            self.desk.actions.action(f"collectors.{name}").setEnabled(may)

    # --- doing -----------------------------------------------------------------------------

    def drain(self) -> None:
        self._do(self._drain)

    def resume(self) -> None:
        actor = self.desk.actor
        self._do(lambda name: self._collectors.resume(actor, collector=name))

    def forget(self) -> None:
        actor = self.desk.actor
        self._do(lambda name: self._collectors.forget(actor, collector=name))

    def _do(self, act: Callable[[str], Coroutine[Any, Any, None]]) -> None:
        """What is decided goes by the name, also for a second process `name~2` under it."""
        if row := self.table.current():
            name = row.name.partition("~")[0]
            self.tasks.do("decide", lambda: act(name), lambda _: self.mark_stale())

    async def _drain(self, name: str) -> None:
        if await confirm(
            self.window(),
            f"Take {name} out of service?",
            "It hands its devices to the other collectors and takes no more until it is resumed."
            " Without another collector they are not polled.",
            verb="Take out of service",
        ):
            await self._collectors.drain(self.desk.actor, collector=name)

    # --- building --------------------------------------------------------------------------

    def _add_commands(self) -> None:
        right, group = "collectors.change", "Collectors"
        commands = (
            ("drain", "Take out of service…", "pause", self.drain, "D"),
            ("resume", "Back into service", "play", self.resume, "R"),
            ("forget", "Forget", "trash", self.forget, "Del"),
        )
        self.table.set_menu(
            [
                self.desk.actions.add(
                    Command(f"collectors.{name}", words, icon, act, keys, right, group), self.table
                )
                for name, words, icon, act, keys in commands
            ]
        )

    def _lay_out_page(self) -> None:
        split = QSplitter(Qt.Orientation.Vertical)
        split.addWidget(self.table)
        split.addWidget(self.details)
        split.setStretchFactor(0, 1)
        split.setStretchFactor(1, 2)
        split.setChildrenCollapsible(False)
        split.setSizes([220, 380])
        team = QWidget()
        column = QVBoxLayout(team)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(split)
        self.tabs.addTab(team, "Collectors")
        self.tabs.addTab(self.zones, "Zones")
        self.body.addWidget(self.tabs)
        self.setFocusProxy(self.table)
