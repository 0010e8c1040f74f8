"""Who exports, in which protocol, how much of it gets lost; and strangers."""

from __future__ import annotations

from datetime import timedelta

from PySide6.QtGui import QColor

from noc_console.kernel.quantity import si
from noc_console.services.flows.model import Exporter
from noc_console.services.flows.service import FlowService
from noc_console.views.kit.actions import Command
from noc_console.views.kit.desk import Desk, Route
from noc_console.views.kit.dialogs import confirm
from noc_console.views.kit.rows import Align, Column
from noc_console.views.kit.table import Table, spaced
from noc_console.views.kit.tasks import OnError
from noc_console.views.kit.theme import look
from noc_console.views.kit.times import iso

SILENT = timedelta(minutes=5)
TOLERABLE = 0.001
"""Of what was sent; beyond it, sums are visibly too small."""


def state_of(one: Exporter, age: timedelta) -> str:
    """In one word, the worst first."""
    if one.device_id is None:
        return "unknown sender"
    if age > SILENT:
        return "silent"
    if one.flows == 0 and one.waiting:
        return "waits for templates"
    if one.lost_share > TOLERABLE:
        return "loses"
    return "fine"


class Exporters(Table[Exporter]):
    """One row per exporter and collector."""

    def __init__(self, desk: Desk, flows: FlowService, on_error: OnError) -> None:
        super().__init__(
            desk,
            "flow-exporters",
            _columns(desk),
            lambda one: (one.address, one.collector),
            on_error,
            hint="Filter exporters   state:loses",
        )
        self._flows = flows
        self.sort_by_default("device")
        add = desk.actions.add
        self.set_menu(
            [
                add(
                    Command(
                        "flows.exporter-flows",
                        "Show its flows",
                        "flows",
                        self.show_flows,
                        "F",
                        group="Flows",
                    ),
                    self,
                ),
                add(
                    Command(
                        "flows.exporter-device",
                        "Go to device",
                        "device",
                        self.go_to_device,
                        "G",
                        group="Flows",
                    ),
                    self,
                ),
                add(
                    Command(
                        "flows.exporter-discover",
                        "Discover this address",
                        "discovery",
                        self.discover,
                        "N",
                        right="discovery.start",
                        group="Flows",
                    ),
                    self,
                ),
                add(
                    Command(
                        "flows.exporter-forget",
                        "Take off the list…",
                        "trash",
                        self.forget,
                        "Del",
                        right="flows.change",
                        group="Flows",
                    ),
                    self,
                ),
            ]
        )
        self.opened.connect(lambda _row: self.show_flows())

    def show_flows(self) -> None:
        if one := self.current():
            self.desk.go(Route("flows", text=f"exporter:{one.address}"))

    def go_to_device(self) -> None:
        one = self.current()
        if one is not None and one.device_id is not None:
            self.desk.go(Route("device", id=one.device_id))

    def discover(self) -> None:
        if one := self.current():
            self.desk.go(Route("discovery", text=f"seed:{one.address}"))

    def forget(self) -> None:
        if one := self.current():
            self.tasks.do("forget", lambda: self._forget_flow(one))

    async def _forget_flow(self, one: Exporter) -> None:
        sure = await confirm(
            self.window(),
            f"Take {one.address} off the list",
            "What it exported is kept. If it still sends, it comes back within a minute.",
            verb="Take off the list",
        )
        if sure:
            await self._flows.forget_exporter(self.desk.actor, address=one.address)
            self.show_rows([row for row in self.rows.all_rows() if row.address != one.address])


def _columns(desk: Desk) -> tuple[Column[Exporter], ...]:
    times = desk.times

    def state(one: Exporter) -> str:
        return state_of(one, desk.clock.now() - one.last_at)

    def color(one: Exporter) -> QColor | None:
        return None if state(one) == "fine" else look().color("attention.plain")

    def count(title: str, name: str, width: int = 90, *, hidden: bool = False) -> Column[Exporter]:
        return Column(
            title,
            lambda one: spaced(getattr(one, name)),
            sort=lambda one: getattr(one, name),
            width=width,
            align=Align.RIGHT,
            export=lambda one: str(getattr(one, name)),
            hidden=hidden,
        )

    return (
        Column("Device", lambda one: one.device or "–", width=150, stretch=True),
        Column("Address", lambda one: one.address, width=124, mono=True, is_address=True),
        Column("State", state, width=120, color=color),
        Column("Protocol", lambda one: one.version or "–", width=110),
        Column(
            "Flows a second",
            lambda one: si(one.flows_per_s, "").strip(),
            sort=lambda one: one.flows_per_s,
            id="rate",
            width=110,
            align=Align.RIGHT,
        ),
        Column(
            "Sampling",
            lambda one: ", ".join(f"1:{rate}" for rate in one.sampling) or "all packets",
            width=110,
        ),
        Column(
            "Lost",
            lambda one: f"{one.lost_share:.2%}" if one.lost else "none",
            sort=lambda one: one.lost_share,
            width=76,
            align=Align.RIGHT,
            color=lambda one: (
                look().color("attention.plain") if one.lost_share > TOLERABLE else None
            ),
        ),
        count("Templates", "templates", 88),
        count("Datagrams", "datagrams", 100),
        count("Flows", "flows", 100, hidden=True),
        count("Malformed", "malformed", 92),
        count("Waited", "waiting", 80, hidden=True),
        count("Given up", "given_up", 80, hidden=True),
        Column(
            "Last heard",
            lambda one: times.ago(one.last_at),
            sort=lambda one: one.last_at,
            width=100,
            export=lambda one: iso(one.last_at),
        ),
        Column("Collector", lambda one: one.collector, width=104, dim=True),
    )
