"""Planned work: two weeks of it as a calendar, every time in a list, and what came of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSplitter, QVBoxLayout, QWidget

from noc_console.services.inventory.service import InventoryService
from noc_console.services.maintenance.comparing import ComparisonService
from noc_console.services.maintenance.model import (
    UNBORN,
    Finding,
    MaintenanceChanged,
    Report,
    Slot,
    SlotState,
    Target,
    TargetKind,
    Window,
)
from noc_console.services.maintenance.service import MaintenanceService
from noc_console.services.maps.areas import AreaService
from noc_console.views.kit.actions import Command
from noc_console.views.kit.chips import Chips
from noc_console.views.kit.desk import Desk, Route
from noc_console.views.kit.dialogs import confirm, open_dialog
from noc_console.views.kit.icons import IconButton
from noc_console.views.kit.label import Label
from noc_console.views.kit.page import Page
from noc_console.views.kit.strips import Empty
from noc_console.views.kit.table import Table
from noc_console.views.kit.theme import GRID
from noc_console.views.maintenance.columns import slot_columns
from noc_console.views.maintenance.details import SlotDetails
from noc_console.views.maintenance.form import MaintenanceForm
from noc_console.views.maintenance.picking import ObjectPicker
from noc_console.views.maintenance.strip import DAYS, CalendarStrip

BACK = timedelta(days=30)
"""How far back the list reaches, unless the calendar is turned further."""
EXTEND_MIN = 30.0
COMMANDS = (
    ("plan", "Plan…", "plus", "N", "maintenance.plan"),
    ("extend", "30 minutes more", "clock", "L", "maintenance.plan"),
    ("end", "End now", "stop", "X", "maintenance.plan"),
    ("edit", "Change…", "edit", "E", "maintenance.plan"),
    ("skip", "Skip this time", "forward", "S", "maintenance.plan"),
    ("cancel", "Call off…", "close", "Del", "maintenance.plan"),
    ("compare", "Compare with now", "refresh", "C", "maintenance.plan"),
    ("device", "Go to device", "device", "G", ""),
    ("duplicate", "Plan it again…", "copy", "D", "maintenance.plan"),
)
KINDS = {
    "device": TargetKind.DEVICE,
    "interface": TargetKind.INTERFACE,
    "site": TargetKind.SITE,
}


@dataclass(frozen=True, slots=True)
class MaintenanceServices:
    """What the page asks."""

    maintenance: MaintenanceService
    inventory: InventoryService
    areas: AreaService | None = None
    comparing: ComparisonService | None = None


class MaintenancePage(Page):
    """What is under way first, then what is planned, then what was."""

    watches = (MaintenanceChanged,)

    def __init__(
        self, desk: Desk, services: MaintenanceServices, *, parent: QWidget | None = None
    ) -> None:
        super().__init__(desk, parent=parent)
        self.services = services
        self.calendar = CalendarStrip(desk)
        self.span = Label("", tone="bright")
        self.table: Table[Slot] = Table(
            desk,
            "maintenance",
            slot_columns(desk),
            lambda slot: slot.key,
            self.show_error,
            hint="Filter   ticket:chg   objects:core",
        )
        self.chips = Chips(
            [
                ("now", "Under way", "Only what is under way"),
                ("planned", "Planned", "Only what is planned"),
                ("past", "Over", "Only what is over"),
            ]
        )
        self.table.chips.addWidget(self.chips)
        self.details = SlotDetails(desk, self.show_error)
        self._wanted = ""
        self._build()
        self._add_commands()
        self._wire()

    # --- what is shown -----------------------------------------------------------------------

    def reload(self) -> None:
        now = self.desk.clock.now()
        start = min(self.calendar.first, now - BACK)
        days = (max(self.calendar.last, now + timedelta(days=DAYS)) - start).days + 1
        self.tasks.ask(
            "calendar",
            self.services.maintenance.calendar(self.desk.actor, start=start, days=min(days, 400)),
            self._show,
        )

    def visit(self, route: Route) -> None:
        """`plan device:7 site:3` opens the form, an id chooses that run, words filter."""
        first, _, rest = route.text.partition(" ")
        if first == "plan":
            self.plan(targets=_targets(rest))
        elif route.text:
            self.table.set_filter(route.text)
        if route.id is not None:
            self._wanted = f"run:{route.id}"
            self._choose_wanted()

    def repaint_times(self) -> None:
        self._show(tuple(self.table.rows.all_rows()))

    def _show(self, slots: Sequence[Slot]) -> None:
        self.calendar.show_slots(slots)
        first, last = self.calendar.first, self.calendar.last - timedelta(hours=1)
        self.span.setText(f"{first:%d %B} – {last:%d %B %Y}")
        self.table.show_rows(slots)
        for state in (SlotState.NOW, SlotState.PLANNED, SlotState.PAST):
            self.chips.set_text(
                state.value, f"{_WORDS[state]} {sum(s.state is state for s in slots):,}"
            )
        self.show_empty(None if slots else self._nothing_yet())
        self._choose_wanted()
        if slots and self.table.current() is None and not self.table.filter_line.text():
            self.table.select(self.table.rows.key_at(0))
        self._on_chosen()

    def _nothing_yet(self) -> Empty:
        hint = self.desk.actions.hint
        return Empty(
            what="No work is planned",
            why="Planned work keeps the alarms of its devices, ports, sites or areas off the desk"
            " until it ends, once or again and again, and tells afterwards what is not as it was"
            " before."
            + hint(" Press {key} to plan some.", "maintenance.plan")
            + hint(" {key} on the map begins at once.", "map.maintain", "Shift+M"),
            verb="Plan maintenance" if self.desk.actor.may("maintenance.plan") else "",
            act=self.plan,
            icon="clock",
        )

    def _choose_wanted(self) -> None:
        if not self._wanted:
            return
        for slot in self.table.rows.all_rows():
            number = f"run:{slot.run.id}" if slot.run else ""
            if self._wanted in {slot.key, number, f"window:{slot.window.id}"}:
                self._wanted = ""
                self.table.select(slot.key)
                return

    def _on_chosen(self) -> None:
        slot = self.table.current()
        self.details.show_slot(slot)
        self.calendar.select(slot.key if slot else "")
        self._enable(slot)
        if slot is None or slot.run is None:
            self.tasks.drop("report")
            return
        self.tasks.ask(
            "report",
            self.services.maintenance.report(self.desk.actor, run_id=slot.run.id),
            self.details.show_report,
        )

    def _enable(self, slot: Slot | None) -> None:
        run = slot.run if slot else None
        under_way = run is not None and run.is_under_way
        planned = slot is not None and slot.state is SlotState.PLANNED
        repeats = slot is not None and slot.window.repeats
        comparing = self.services.comparing is not None and run is not None and run.has_before
        can = {
            "extend": under_way,
            "end": under_way,
            "edit": slot is not None and not under_way and (planned or repeats),
            "skip": planned and repeats,
            "cancel": slot is not None
            and (planned or repeats)
            and slot.window.cancelled_at is None,
            "compare": comparing,
            "device": slot is not None and bool(_device_of(slot)),
            "duplicate": slot is not None,
        }
        may = self.desk.actor.may("maintenance.plan")
        for name, enabled in can.items():
            allowed = may or name == "device"
            self.desk.actions.action(f"maintenance.{name}").setEnabled(bool(enabled) and allowed)

    def _on_chips(self) -> None:
        on = self.chips.on()
        self.table.rows.only((lambda slot: slot.state.value in on) if on else None)

    # --- what is done ------------------------------------------------------------------------

    def plan(self, *, targets: Sequence[Target] = (), starts_at: datetime | None = None) -> None:
        """Ask for everything and plan it."""
        self.tasks.do("plan", lambda: self._ask(None, targets, starts_at))

    def edit(self) -> None:
        if slot := self.table.current():
            self.tasks.do("plan", lambda: self._ask(slot.window, (), None))

    def _open(self) -> None:
        """What Enter or a double click does: change it, where it can still be changed."""
        self.desk.actions.action("maintenance.edit").trigger()

    def duplicate(self) -> None:
        """The same work at another time."""
        if slot := self.table.current():
            self.tasks.do("plan", lambda: self._ask(_again(self.desk, slot.window), (), None))

    async def _ask(
        self, window: Window | None, targets: Sequence[Target], starts_at: datetime | None
    ) -> None:
        services = self.services
        form = MaintenanceForm(
            self.window(),
            self.desk,
            lambda dialog: ObjectPicker(
                self.desk.actor,
                services.inventory,
                services.areas,
                lambda error: dialog.refuse(str(error)),
            ),
            window,
            targets=targets,
            starts_at=starts_at,
        )
        form.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        try:
            if not await open_dialog(form):
                return
            made = form.window_made()
        finally:
            form.deleteLater()
        kept = await services.maintenance.keep(self.desk.actor, window=made)
        self._wanted = f"window:{kept.id}"
        self.desk.notice(f"{kept.title} is planned.")

    def extend(self) -> None:
        slot = self.table.current()
        if slot is None or slot.run is None:
            return
        number, actor = slot.run.id, self.desk.actor
        self.tasks.do(
            "extend",
            lambda: self.services.maintenance.extend(actor, run_id=number, minutes=EXTEND_MIN),
            lambda run: self.desk.notice(f"It ends {self.desk.times.clock_time(run.ends_at)}."),
        )

    def end(self) -> None:
        slot = self.table.current()
        if slot is not None and slot.run is not None:
            number, actor = slot.run.id, self.desk.actor
            self.tasks.do("end", lambda: self.services.maintenance.end_run(actor, run_id=number))

    def skip(self) -> None:
        if slot := self.table.current():
            number, at, actor = slot.window.id, slot.starts_at, self.desk.actor
            self.tasks.do(
                "skip",
                lambda: self.services.maintenance.skip(actor, window_id=number, starts_at=at),
            )

    def cancel(self) -> None:
        if slot := self.table.current():
            self.tasks.do("cancel", lambda: self._cancel(slot))

    async def _cancel(self, slot: Slot) -> None:
        again = " It is not repeated any more." if slot.window.repeats else ""
        if await confirm(
            self.window(),
            f"Call off “{slot.window.title}”",
            f"It does not begin.{again} Work under way goes on until it ends.",
            verb="Call it off",
        ):
            await self.services.maintenance.cancel(self.desk.actor, window_id=slot.window.id)

    def compare(self) -> None:
        """How it is now beside how it was before the work."""
        slot, comparing = self.table.current(), self.services.comparing
        if slot is None or slot.run is None or comparing is None:
            return
        number, actor = slot.run.id, self.desk.actor

        def show(report: Report) -> None:
            now = self.table.current()
            if now is not None and now.run is not None and now.run.id == number:
                self.details.show_report(report)

        self.tasks.do("compare", lambda: comparing.compare(actor, run_id=number), show)

    def device(self) -> None:
        slot = self.table.current()
        if slot is not None and (number := _device_of(slot)):
            self.desk.go(Route("device", id=number))

    def _open_finding(self, finding: Finding) -> None:
        text = f"interface:{finding.interface_id}" if finding.interface_id is not None else ""
        if finding.device_id:
            self.desk.go(Route("device", id=finding.device_id, text=text))

    # --- wiring --------------------------------------------------------------------------------

    def _build(self) -> None:
        top = QWidget()
        top.setProperty("role", "toolbar")
        top.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        line = QHBoxLayout(top)
        line.setContentsMargins(GRID + 4, 6, GRID, 6)
        line.setSpacing(GRID)
        self.back = IconButton("left", "Two weeks back")
        self.on = IconButton("right", "Two weeks on")
        self.today = QPushButton("Today")
        self.new = QPushButton("Plan maintenance")
        self.new.setProperty("main", True)
        self.new.setVisible(self.desk.actor.may("maintenance.plan"))
        for widget in (self.back, self.today, self.on, self.span):
            line.addWidget(widget)
        line.addStretch()
        line.addWidget(self.new)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(self.table)
        split.addWidget(self.details)
        split.setStretchFactor(0, 1)
        split.setCollapsible(0, False)
        split.setSizes([840, 360])
        content = QVBoxLayout()
        content.setSpacing(0)
        content.addWidget(top)
        content.addWidget(self.calendar)
        content.addWidget(split, 1)
        self.body.addLayout(content)
        self.setFocusProxy(self.table)
        self.table.sort_by_default("state")

    def _add_commands(self) -> None:
        made = [
            self.desk.actions.add(
                Command(
                    f"maintenance.{name}", text, icon, getattr(self, name), keys, right,
                    "Maintenance",
                ),
                self,
            )
            for name, text, icon, keys, right in COMMANDS
        ]  # fmt: skip
        self.table.set_menu([*made])
        self.details.offer(
            self.desk.actions,
            *(f"maintenance.{name}" for name in ("extend", "end", "edit", "skip", "cancel",
                                                 "compare")),
        )  # fmt: skip

    def _wire(self) -> None:
        self.chips.changed.connect(self._on_chips)
        self.table.chosen.connect(self._on_chosen)
        self.table.opened.connect(lambda _slot: self._open())
        self.calendar.chosen.connect(self.table.select)
        self.calendar.opened.connect(lambda _key: self._open())
        self.calendar.asked.connect(lambda moment: self.plan(starts_at=moment))
        self.details.opened.connect(self._open_finding)
        self.back.clicked.connect(lambda: self._turn(-DAYS))
        self.on.clicked.connect(lambda: self._turn(DAYS))
        self.today.clicked.connect(lambda: self._turn(0))
        self.new.clicked.connect(lambda: self.plan())

    def _turn(self, days: int) -> None:
        if days:
            self.calendar.turn(days)
        else:
            self.calendar.turn_to_now()
        self.reload()


_WORDS = {SlotState.NOW: "Under way", SlotState.PLANNED: "Planned", SlotState.PAST: "Over"}


def _targets(words: str) -> tuple[Target, ...]:
    """`device:7 site:3` as objects; the service gives them their names."""
    found = []
    for word in words.split():
        kind, _, number = word.partition(":")
        if kind in KINDS and number.isascii() and number.isdecimal():
            found.append(Target(KINDS[kind], int(number), f"{kind} {number}"))
    return tuple(found)


def _device_of(slot: Slot) -> int:
    """The first device of a time, to go to; 0 when it has none by name."""
    of = (target.id for target in slot.window.targets if target.kind is TargetKind.DEVICE)
    return next(of, 0)


def _again(desk: Desk, window: Window) -> Window:
    """The same, unborn and within the hour."""
    start = (desk.clock.now() + timedelta(hours=1)).replace(minute=0, second=0, microsecond=0)
    return replace(
        window, id=UNBORN, starts_at=start, skipped=(), cancelled_at=None, cancelled_by=""
    )
