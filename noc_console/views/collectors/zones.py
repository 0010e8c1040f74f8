"""Zones: what only certain collectors reach, and who does."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from PySide6.QtWidgets import QCheckBox, QComboBox, QVBoxLayout, QWidget

from noc_console.services.collectors.model import COMMON, ZoneShare
from noc_console.services.collectors.service import CollectorService
from noc_console.services.inventory.service import InventoryService
from noc_console.views.kit.actions import Command
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.dialogs import Dialog, ask_text, confirm, open_dialog
from noc_console.views.kit.rows import Align, Column
from noc_console.views.kit.table import Table
from noc_console.views.kit.tasks import OnError, Tasks
from noc_console.views.kit.theme import look


def zone_columns() -> tuple[Column[ZoneShare], ...]:
    return (
        Column("Zone", lambda zone: zone.name, width=150),
        Column(
            "Devices",
            lambda zone: f"{zone.devices:,}",
            sort=lambda zone: zone.devices,
            width=80,
            align=Align.RIGHT,
        ),
        Column("Sites", lambda zone: ", ".join(zone.sites), width=220, stretch=True),
        Column("Collectors", lambda zone: ", ".join(zone.collectors), width=240),
        Column(
            "Alive",
            lambda zone: str(zone.alive),
            sort=lambda zone: zone.alive,
            width=60,
            align=Align.RIGHT,
        ),
        Column(
            "Trouble",
            lambda zone: (
                "nobody polls its devices"
                if zone.is_unserved
                else f"{zone.unheld} of its shards are being taken over"
                if zone.unheld and zone.devices
                else ""
            ),
            width=230,
            color=lambda zone: look().color("attention.plain"),
        ),
    )


class Zones(QWidget):
    """The list of zones and what one does to them."""

    def __init__(
        self,
        desk: Desk,
        collectors: CollectorService,
        inventory: InventoryService,
        on_error: OnError,
        changed: Callable[[], None],
    ) -> None:
        super().__init__()
        self._desk, self._collectors, self._inventory = desk, collectors, inventory
        self._changed = changed
        self.tasks = Tasks(self, on_error)
        self._names: tuple[str, ...] = ()
        self.table: Table[ZoneShare] = Table(
            desk, "zones", zone_columns(), lambda zone: zone.id, on_error
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.table)
        self.table.set_menu(
            [
                desk.actions.add(
                    Command(id, words, icon, act, keys, "collectors.change", group="Collectors"),
                    self,
                )
                for id, words, icon, act, keys in (
                    ("zones.add", "New zone…", "plus", self.add, "N"),
                    ("zones.place", "Put a site into the zone…", "site", self.place, "P"),
                    ("zones.free", "Take a site out of the zone…", "site", self.free, ""),
                    ("zones.serve", "Let a collector serve it…", "collector", self.serve, "S"),
                    ("zones.unserve", "Take a collector from it…", "minus", self.unserve, ""),
                    ("zones.remove", "Remove the zone…", "trash", self.remove, "Del"),
                )
            ]
        )

    def show_zones(self, zones: tuple[ZoneShare, ...], collectors: tuple[str, ...]) -> None:
        self._names = collectors
        self.table.show_rows(zones)

    def add(self) -> None:
        self._do(self._add)

    def place(self) -> None:
        self._on_chosen(self._place)

    def free(self) -> None:
        self._on_chosen(self._free)

    def serve(self) -> None:
        self._on_chosen(self._serve)

    def unserve(self) -> None:
        self._on_chosen(self._unserve)

    def remove(self) -> None:
        self._on_chosen(self._remove)

    # --- the conversations -----------------------------------------------------------------

    def _do(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        self.tasks.do("zone", work, lambda _: self._changed())

    def _on_chosen(self, work: Callable[[ZoneShare], Coroutine[Any, Any, None]]) -> None:
        zone = self.table.current()
        if zone is None:
            return
        if zone.id == COMMON:
            self._desk.notice("The common zone is what every collector reaches; choose another one")
            return
        self._do(lambda: work(zone))

    async def _add(self) -> None:
        name = await ask_text(
            self.window(),
            "New zone",
            "A part of the network that only certain collectors reach, such as a POP behind NAT."
            " Let collectors serve it before you put sites into it.",
            verb="Add zone",
            placeholder="Name",
        )
        if name is not None:
            await self._collectors.add_zone(self._desk.actor, name=name)

    async def _place(self, zone: ZoneShare) -> None:
        sites = await self._inventory.sites(self._desk.actor)
        names = tuple(sorted(site.name for site in sites if site.name not in zone.sites))
        dialog = ChoiceDialog(
            self.window(), f"Put a site into {zone.name}", "", f"Put into {zone.name}", names
        )
        if await open_dialog(dialog):
            await self._collectors.place_site(self._desk.actor, site=dialog.choice, zone=zone.name)

    async def _free(self, zone: ZoneShare) -> None:
        dialog = ChoiceDialog(
            self.window(),
            f"Take a site out of {zone.name}",
            "Its devices are polled with all others again.",
            "Take out",
            zone.sites,
        )
        if await open_dialog(dialog):
            await self._collectors.place_site(self._desk.actor, site=dialog.choice)

    async def _serve(self, zone: ZoneShare) -> None:
        dialog = ChoiceDialog(
            self.window(),
            f"Let a collector serve {zone.name}",
            "It goes by the collector's name; it need not run yet.",
            "Serve",
            self._names,
            is_free=True,
            option="Only its zones, not the common devices",
        )
        if await open_dialog(dialog):
            await self._collectors.serve(
                self._desk.actor,
                collector=dialog.choice,
                zone=zone.name,
                only_zones=dialog.is_on,
            )

    async def _unserve(self, zone: ZoneShare) -> None:
        dialog = ChoiceDialog(
            self.window(), f"Take a collector from {zone.name}", "", "Take away", zone.collectors
        )
        if await open_dialog(dialog):
            await self._collectors.serve_no_more(
                self._desk.actor, collector=dialog.choice, zone=zone.name
            )

    async def _remove(self, zone: ZoneShare) -> None:
        text = f"Its {zone.devices:,} devices are polled with all others again."
        if await confirm(self.window(), f"Remove the zone {zone.name}?", text, verb="Remove"):
            await self._collectors.remove_zone(self._desk.actor, zone=zone.name)


class ChoiceDialog(Dialog):
    """One of several names; with `is_free` another may be typed."""

    def __init__(
        self,
        parent: QWidget | None,
        title: str,
        text: str,
        verb: str,
        names: tuple[str, ...],
        *,
        is_free: bool = False,
        option: str = "",
    ) -> None:
        super().__init__(parent, title, text, verb)
        self.choice = ""
        self.is_on = False
        self.names = QComboBox()
        self.names.setEditable(is_free)
        self.names.addItems(list(names))
        self.body.addWidget(self.names)
        self.option = QCheckBox(option)
        self.option.setVisible(bool(option))
        self.body.addWidget(self.option)
        self.names.setFocus()

    def accept(self) -> None:
        self.choice, self.is_on = self.names.currentText().strip(), self.option.isChecked()
        if self.choice:
            super().accept()
        else:
            self.refuse("There is nothing to choose from yet.")
