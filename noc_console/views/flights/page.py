"""Flights: planned, approved, in the air and over; what each did to every device."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSplitter, QVBoxLayout, QWidget

from noc_console.kernel.errors import Invalid
from noc_console.kernel.text import plural
from noc_console.services.flights.model import (
    Flight,
    FlightChanged,
    FlightStepped,
    Kind,
    Phase,
    Report,
    Stand,
    Target,
)
from noc_console.services.flights.service import FlightService
from noc_console.services.inventory.service import InventoryService
from noc_console.services.maintenance.model import Target as Chosen
from noc_console.services.maintenance.model import TargetKind
from noc_console.services.maintenance.resolving import Resolver
from noc_console.services.maps.areas import AreaService
from noc_console.views.flights.columns import PHASES, flight_columns
from noc_console.views.flights.deciding import ApproveDialog, StartDialog
from noc_console.views.flights.details import FlightDetails
from noc_console.views.flights.form import FlightForm
from noc_console.views.kit.actions import Command
from noc_console.views.kit.chips import Chips
from noc_console.views.kit.desk import Desk, Route
from noc_console.views.kit.dialogs import (
    ask_open_paths,
    ask_save_path,
    ask_text,
    confirm,
    open_dialog,
)
from noc_console.views.kit.files import write_whole
from noc_console.views.kit.label import Label
from noc_console.views.kit.page import Page
from noc_console.views.kit.strips import Empty
from noc_console.views.kit.table import Table
from noc_console.views.kit.theme import GRID
from noc_console.views.maintenance.picking import ObjectPicker

COMMANDS = (
    ("plan", "Plan a change…", "plus", "N", "flights.plan"),
    ("software", "Roll out software…", "up", "U", "flights.plan"),
    ("approve", "Approve…", "check", "A", "flights.approve"),
    ("start", "Start…", "play", "S", "flights.start"),
    ("accept", "Keep as it came…", "check", "Y", "flights.approve"),
    ("stop", "Stop, take back…", "stop", "X", "flights.start"),
    ("cancel", "Call off…", "close", "Del", "flights.plan"),
    ("again", "Plan it again…", "copy", "D", "flights.plan"),
    ("save", "Save report…", "save", "R", "flights.see"),
    ("device", "Go to device", "device", "G", ""),
)
CHIPS = (
    ("air", "In the air", "Only what is flying or being taken back"),
    ("waits", "Waiting", "Only what waits for an approval or its start"),
    ("over", "Over", "Only what is over"),
)


@dataclass(frozen=True, slots=True)
class FlightServices:
    """What the page asks."""

    flights: FlightService
    inventory: InventoryService
    areas: AreaService | None = None


class FlightsPage(Page):
    """What is in the air first, then what waits, then what was."""

    watches = (FlightChanged, FlightStepped)

    def __init__(
        self, desk: Desk, services: FlightServices, *, parent: QWidget | None = None
    ) -> None:
        super().__init__(desk, parent=parent)
        self.services = services
        self.table: Table[Flight] = Table(
            desk, "flights", flight_columns(desk), lambda flight: int(flight.id), self.show_error,
            hint="Filter   ticket:chg   by:mira",
        )  # fmt: skip
        self.chips = Chips(list(CHIPS))
        self.table.chips.addWidget(self.chips)
        self.details = FlightDetails(desk, self.show_error)
        self.reading = Label("", tone="dim")
        self.call_off = QPushButton("Call the preview off")
        self._wanted: int | None = None
        self._goes_on = True
        self._build()
        self._add_commands()
        self._wire()

    # --- what is shown -----------------------------------------------------------------------

    def reload(self) -> None:
        self.tasks.ask("flights", self.services.flights.listed(self.desk.actor), self._show)

    def visit(self, route: Route) -> None:
        """`plan device:7 site:3` opens the form, an id chooses that flight, words filter."""
        first, _, rest = route.text.partition(" ")
        if first == "plan":
            self._plan(Kind.CHANGE, _chosen(rest))
        elif route.text:
            self.table.set_filter(route.text)
        if route.id is not None:
            self._wanted = route.id
            self._choose_wanted()

    def repaint_times(self) -> None:
        self._show(tuple(self.table.rows.all_rows()))

    def _show(self, flights: Sequence[Flight]) -> None:
        self.table.show_rows(flights)
        for id, words, _ in CHIPS:
            self.chips.set_text(id, f"{words} {sum(_group(f) == id for f in flights):,}")
        self.show_empty(None if flights or self._is_reading else self._nothing_yet())
        self._choose_wanted()
        if flights and self.table.current() is None and not self.table.filter_line.text():
            self.table.select(self.table.rows.key_at(0))
        self._on_chosen()

    @property
    def _is_reading(self) -> bool:
        return self._reading_row.isVisibleTo(self)

    def _nothing_yet(self) -> Empty:
        return Empty(
            what="No change has been flown",
            why="A flight brings lines or software to many devices: previewed at each, approved,"
            " the canaries first, watched, then wave by wave, and taken back by itself when a"
            " port, a session or an alarm gets worse."
            + self.desk.actions.hint(" Press {key} to plan one.", "flights.plan")
            + " Nothing is changed before it is approved and started.",
            verb="Plan a change" if self.desk.actor.may("flights.plan") else "",
            act=self.plan,
            icon="flight",
        )

    def _choose_wanted(self) -> None:
        if self._wanted is not None and self.table.select(self._wanted):
            self._wanted = None

    def _on_chosen(self) -> None:
        flight = self.table.current()
        self.details.show_flight(flight)
        self._enable(flight)
        if flight is None:
            self.tasks.drop("report")
            return
        number = int(flight.id)
        self.tasks.ask(
            "report",
            self.services.flights.show(self.desk.actor, flight_id=number),
            self._show_report,
        )

    def _show_report(self, report: Report) -> None:
        flight = self.table.current()
        if flight is not None and flight.id == report.flight.id:
            self.details.show_report(report)

    def _on_asked(self, target_id: int) -> None:
        self.tasks.ask(
            "preview",
            self.services.flights.preview(self.desk.actor, target_id=target_id),
            self.details.show_preview,
        )

    def _enable(self, flight: Flight | None) -> None:
        phase = flight.phase if flight else None
        can = {
            "approve": phase is Phase.PLANNED,
            "start": phase is Phase.APPROVED,
            "accept": flight is not None and bool(flight.counts.get(Stand.ASKS)),
            "stop": phase is Phase.FLYING and flight is not None and not flight.stop,
            "cancel": phase in (Phase.PLANNED, Phase.APPROVED),
            "again": flight is not None and flight.kind is Kind.CHANGE,
            "save": flight is not None,
            "device": flight is not None,
        }
        rights = {name: right for name, _, _, _, right in COMMANDS}
        for name, enabled in can.items():
            action = self.desk.actions.action(f"flights.{name}")
            may = not rights[name] or self.desk.actor.may(rights[name])
            action.setEnabled(enabled and may)
            action.setToolTip(action.text() if enabled and may else _why_not(name, flight, may=may))

    def _on_chips(self) -> None:
        on = self.chips.on()
        self.table.rows.only((lambda flight: _group(flight) in on) if on else None)

    # --- what is done ------------------------------------------------------------------------

    def plan(self) -> None:
        """Ask for everything, preview it, keep it."""
        self._plan(Kind.CHANGE, ())

    def software(self) -> None:
        """The same with an image instead of lines."""
        self._plan(Kind.FIRMWARE, ())

    def again(self) -> None:
        """The same lines anew, at devices as they are now."""
        report = self.details.report
        if report is not None:
            ids = tuple(Chosen(TargetKind.DEVICE, t.device_id, t.name) for t in report.targets)
            self._plan(report.flight.kind, ids, report.flight)

    def _plan(self, kind: Kind, targets: Sequence[Chosen], again: Flight | None = None) -> None:
        self.tasks.do("plan", lambda: self._ask(kind, targets, again))

    async def _ask(self, kind: Kind, targets: Sequence[Chosen], again: Flight | None) -> None:
        services = self.services
        form = FlightForm(
            self.window(),
            self.desk,
            kind,
            lambda dialog: ObjectPicker(
                self.desk.actor,
                services.inventory,
                services.areas,
                lambda error: dialog.refuse(str(error)),
            ),
            targets=targets,
            again=again,
        )
        form.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        form.browse.clicked.connect(lambda: self.tasks.do("browse", lambda: _browse(form)))
        try:
            if not await open_dialog(form):
                return
            made, chosen = form.flight_made(), form.targets
            file, version = form.file.text().strip(), form.version.text().strip()
        finally:
            form.deleteLater()
        await self._prepare(made, chosen, file, version)

    async def _prepare(
        self, made: Flight, chosen: tuple[Chosen, ...], file: str, version: str
    ) -> None:
        """Read every device; how far it is stands above the list."""
        actor, flights = self.desk.actor, self.services.flights
        spots = await Resolver(self.services.inventory, self.services.areas).spots(actor, chosen)
        ids = tuple(dict.fromkeys(spot.device_id for spot in spots))
        if not ids:
            raise Invalid("these objects have no devices", field="device_ids")
        self._goes_on = True
        self._told(0, len(ids))
        self._reading_row.show()
        self.show_empty(None)
        try:
            if made.kind is Kind.FIRMWARE:
                image = await flights.take_in(actor, file=file, version=version)
                made = replace(made, image=image)
            kept = await flights.prepare(actor, made, ids, told=self._told)
        finally:
            self._reading_row.hide()
            self.mark_stale()
        self._wanted = int(kept.id)
        self.desk.notice(f"“{kept.title}” is previewed. Nothing was changed.")

    def _told(self, done: int, of: int) -> bool:
        self.reading.setText(f"Reading devices: {done:,} of {of:,}. Nothing is changed.")
        return self._goes_on

    def _call_off(self) -> None:
        self._goes_on = False

    def approve(self) -> None:
        if flight := self.table.current():
            self.tasks.do("approve", lambda: self._approve(flight))

    async def _approve(self, flight: Flight) -> None:
        is_own = flight.by == self.desk.actor.name
        dialog = ApproveDialog(self.window(), flight, is_own=is_own)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        try:
            if not await open_dialog(dialog):
                return
            reason, without = dialog.reason.toPlainText().strip(), dialog.without.isChecked()
        finally:
            dialog.deleteLater()
        await self.services.flights.approve(
            self.desk.actor, flight_id=int(flight.id), reason=reason, without_refused=without
        )

    def start(self) -> None:
        if flight := self.table.current():
            self.tasks.do("start", lambda: self._start(flight))

    async def _start(self, flight: Flight) -> None:
        if await open_dialog(StartDialog(self.window(), flight)):
            await self.services.flights.start(self.desk.actor, flight_id=int(flight.id))

    def accept(self) -> None:
        if flight := self.table.current():
            self.tasks.do("accept", lambda: self._accept(flight))

    async def _accept(self, flight: Flight) -> None:
        report = await self.services.flights.show(self.desk.actor, flight_id=int(flight.id))
        asking = [target for target in report.targets if target.stand is Stand.ASKS]
        told = "".join(f"\n{target.name}: {target.why}" for target in asking[:3])
        reason = await ask_text(
            self.window(),
            f"Keep “{flight.title}” as it came",
            f"{plural(len(asking), 'device')} set otherwise than previewed.{told}\nThe flight goes"
            " on; what differs in the same way elsewhere is not asked again.",
            verb="Keep it as it came",
            placeholder="Why, for the report",
            is_needed=False,
        )
        if reason is not None:
            await self.services.flights.accept(
                self.desk.actor, flight_id=int(flight.id), reason=reason
            )

    def stop(self) -> None:
        if flight := self.table.current():
            self.tasks.do("stop", lambda: self._stop(flight))

    async def _stop(self, flight: Flight) -> None:
        reason = await ask_text(
            self.window(),
            f"Stop “{flight.title}”",
            "No further device is changed, and what was changed is taken back.",
            verb="Stop and take it back",
            placeholder="Why, for the report",
            is_needed=False,
        )
        if reason is not None:
            await self.services.flights.stop(
                self.desk.actor, flight_id=int(flight.id), reason=reason
            )

    def cancel(self) -> None:
        if flight := self.table.current():
            self.tasks.do("cancel", lambda: self._cancel(flight))

    async def _cancel(self, flight: Flight) -> None:
        text = "It is not flown. Nothing was changed."
        if await confirm(self.window(), f"Call off “{flight.title}”", text, verb="Call it off"):
            await self.services.flights.cancel(self.desk.actor, flight_id=int(flight.id))

    def save(self) -> None:
        if flight := self.table.current():
            self.tasks.do("save", lambda: self._save(flight))

    async def _save(self, flight: Flight) -> None:
        text = await self.services.flights.report(self.desk.actor, flight_id=int(flight.id))
        name = f"flight-{flight.id}.md"
        path = await ask_save_path(self.window(), "Save the report", name, "Markdown (*.md)")
        if path is not None:
            write_whole(path, text.encode())
            self.desk.notice(f"{path.name} is saved.")

    def device(self) -> None:
        if target := self.details.targets.current():
            self._go_to(target)

    def _go_to(self, target: Target) -> None:
        self.desk.go(Route("device", id=target.device_id))

    # --- wiring --------------------------------------------------------------------------------

    def _build(self) -> None:
        self._reading_row = QWidget()
        self._reading_row.setProperty("role", "toolbar")
        self._reading_row.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        line = QHBoxLayout(self._reading_row)
        line.setContentsMargins(GRID + 4, 6, GRID, 6)
        line.addWidget(self.reading, 1)
        line.addWidget(self.call_off)
        self._reading_row.hide()
        top = QWidget()
        top.setProperty("role", "toolbar")
        top.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        buttons = QHBoxLayout(top)
        buttons.setContentsMargins(GRID + 4, 6, GRID, 6)
        buttons.setSpacing(GRID)
        self.new, self.roll_out = QPushButton("Plan a change"), QPushButton("Roll out software")
        self.new.setProperty("main", True)
        buttons.addStretch()
        for button in (self.roll_out, self.new):
            button.setVisible(self.desk.actor.may("flights.plan"))
            buttons.addWidget(button)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(self.table)
        split.addWidget(self.details)
        split.setStretchFactor(1, 1)
        split.setCollapsible(0, False)
        split.setSizes([430, 770])
        content = QVBoxLayout()
        content.setSpacing(0)
        content.addWidget(top)
        content.addWidget(self._reading_row)
        content.addWidget(split, 1)
        self.body.addLayout(content)
        self.setFocusProxy(self.table)
        self.table.sort_by_default("state")

    def _add_commands(self) -> None:
        made = [
            self.desk.actions.add(
                Command(f"flights.{name}", text, icon, getattr(self, name), keys, right, "Flights"),
                self,
            )
            for name, text, icon, keys, right in COMMANDS
        ]
        self.table.set_menu([*made])
        self.details.targets.set_menu([self.desk.actions.action("flights.device")])
        offered = ("approve", "start", "accept", "stop", "cancel", "again", "save")
        self.details.offer(self.desk.actions, *(f"flights.{name}" for name in offered))

    def _wire(self) -> None:
        self.chips.changed.connect(self._on_chips)
        self.table.chosen.connect(self._on_chosen)
        self.details.asked.connect(self._on_asked)
        self.details.opened.connect(self._go_to)
        self.call_off.clicked.connect(self._call_off)
        self.new.clicked.connect(self.plan)
        self.roll_out.clicked.connect(self.software)


async def _browse(form: FlightForm) -> None:
    paths = await ask_open_paths(form, "Choose the image", "All files (*)")
    if paths:
        form.file.setText(str(paths[0]))


def _group(flight: Flight) -> str:
    if flight.phase.is_in_the_air:
        return "air"
    return "over" if flight.phase.is_over else "waits"


def _why_not(name: str, flight: Flight | None, *, may: bool) -> str:
    if flight is None:
        return "Choose a flight first"
    if not may:
        return "This takes a right you do not have"
    wants = {
        "approve": "Only what waits for an approval is approved",
        "start": "Only what is approved is started",
        "accept": "Only what came otherwise than previewed is asked about",
        "stop": "Only what is in the air is stopped",
        "cancel": "Only what has not begun is called off",
        "again": "Software is planned anew with its image",
    }
    return f"{wants.get(name, '')}: this flight is {PHASES[flight.phase][0]}"


def _chosen(words: str) -> tuple[Chosen, ...]:
    """`device:7 site:3` as objects."""
    kinds = {"device": TargetKind.DEVICE, "site": TargetKind.SITE}
    found = []
    for word in words.split():
        kind, _, number = word.partition(":")
        if kind in kinds and number.isascii() and number.isdecimal():
            found.append(Chosen(kinds[kind], int(number)))
    return tuple(found)
