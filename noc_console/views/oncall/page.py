"""On call: who is it now and next, the calendar, the policies and their simulator."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from PySide6.QtGui import QUndoStack
from PySide6.QtWidgets import (
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from noc_console.services.alarms.model import Alarm
from noc_console.services.alarms.waiting import WaitingAlarmService
from noc_console.services.oncall.model import (
    NEW,
    NOBODY,
    AlarmPaged,
    Case,
    Duties,
    Imported,
    Override,
    PageOut,
    Picture,
    PolicyChanged,
    Rota,
    RotaChanged,
    RotaId,
    Stretch,
    Watch,
)
from noc_console.services.oncall.service import OnCallService
from noc_console.views.kit.actions import Command
from noc_console.views.kit.desk import Desk, Route
from noc_console.views.kit.dialogs import ask_save_path, confirm
from noc_console.views.kit.files import write_whole
from noc_console.views.kit.icons import IconButton
from noc_console.views.kit.label import Label
from noc_console.views.kit.page import Page
from noc_console.views.kit.strips import Empty, EmptyState
from noc_console.views.kit.table import Table
from noc_console.views.kit.theme import GRID
from noc_console.views.oncall.calendar import RotaCalendar
from noc_console.views.oncall.lists import page_columns, troubles_text
from noc_console.views.oncall.override_form import OverrideForm, SwapForm
from noc_console.views.oncall.policies import PoliciesPane
from noc_console.views.oncall.rota_form import RotaForm
from noc_console.views.oncall.simulator import Simulator
from noc_console.views.oncall.steps import MOST, Edit, Work, answered, follow
from noc_console.views.oncall.watch import WatchRow

WEEKS = 5
MOST_ALARMS = 50
LARGEST_FILE = 4 << 20
TABS = ("calendar", "policies", "simulator", "paged")
COMMANDS = (
    ("add_rota", "New rota…", "plus", "N", "oncall.change"),
    ("edit_rota", "Change the rota…", "edit", "E", "oncall.change"),
    ("remove_rota", "Remove the rota…", "trash", "", "oncall.change"),
    ("override", "Somebody else on call…", "user", "O", "oncall.override"),
    ("swap", "Swap duties…", "refresh", "S", "oncall.override"),
    ("export", "Export as .ics…", "export", "", "oncall.see"),
    ("earlier", "Earlier weeks", "left", "", "oncall.see"),
    ("later", "Later weeks", "right", "", "oncall.see"),
    ("today", "This week", "clock", "T", "oncall.see"),
    ("undo", "Undo", "undo", "Ctrl+Z", "oncall.see"),
    ("redo", "Redo", "redo", "Ctrl+Shift+Z", "oncall.see"),
)
EVERYWHERE = frozenset({"undo", "redo"})


class OnCallPage(Page):
    """Above who is on call; below the calendar of one rota, the policies, the simulator."""

    watches = (RotaChanged, PolicyChanged, AlarmPaged)
    refresh_s = 60.0

    def __init__(
        self,
        desk: Desk,
        oncall: OnCallService,
        waiting: WaitingAlarmService,
        *,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(desk, parent=parent)
        self._oncall, self._waiting = oncall, waiting
        self.duties = Duties()
        self.rota_id: int | None = None
        self.first_day: date | None = None
        """The Monday the calendar begins with; None follows today."""
        self.undo_stack = QUndoStack(self)
        self.undo_stack.setUndoLimit(MOST)
        self.watch = WatchRow()
        self.tabs = QTabWidget()
        self.calendar = RotaCalendar()
        self.troubles = Label("", tone="attention", wrap=True)
        self.simulator = Simulator(desk.clock.now())
        self.policies = PoliciesPane(desk, oncall, self.show_error, self.did)
        self.paged: Table[PageOut] = Table(
            desk, "oncall.pages", page_columns(desk), lambda page: page.id, self.show_error
        )
        self._build()
        self._wire()

    # --- what is shown -----------------------------------------------------------------------

    def reload(self) -> None:
        self.tasks.ask("duties", self._look(), self._show)

    def visit(self, route: Route) -> None:
        if route.text in TABS:
            self.tabs.setCurrentIndex(TABS.index(route.text))
        if route.id is not None:
            self.choose(route.id)

    async def _look(
        self,
    ) -> tuple[Duties, tuple[Watch, ...], tuple[PageOut, ...], tuple[Alarm, ...]]:
        actor = self.desk.actor
        duties = await self._oncall.duties(actor)
        async with asyncio.TaskGroup() as group:
            watches = group.create_task(self._oncall.watches(actor, duties))
            pages = group.create_task(self._oncall.pages(actor))
            alarms = group.create_task(self._alarms())
        return duties, watches.result(), pages.result(), alarms.result()

    async def _alarms(self) -> tuple[Alarm, ...]:
        """The worst that wait, for the simulator."""
        return await self._waiting.first(self.desk.actor, limit=MOST_ALARMS)

    def _show(
        self, told: tuple[Duties, tuple[Watch, ...], tuple[PageOut, ...], tuple[Alarm, ...]]
    ) -> None:
        self.duties, watches, pages, alarms = told
        known = {int(rota.id) for rota in self.duties.rotas}
        if self.rota_id not in known:
            self.rota_id = min(known, default=None)
        self.watch.show_watches(watches, self.names)
        self.watch.setVisible(bool(watches))
        self.watch.mark(self.rota_id)
        self.policies.show_duties(self.duties, zone=self.simulator.zone.currentText())
        self.paged.show_rows(pages)
        self.simulator.offer(alarms)
        has_rota = self.rota_id is not None
        self._no_rota.setVisible(not has_rota)
        self._area.setVisible(has_rota)
        for name in ("edit_rota", "remove_rota", "override", "swap", "export"):
            self.desk.actions.action(f"oncall.{name}").setEnabled(has_rota)
        self._ask_picture()
        if self.tabs.currentWidget() is self.simulator:
            self.simulator.ask()

    @property
    def names(self) -> dict[int, str]:
        return {person.id: person.name for person in self.duties.people}

    @property
    def rota(self) -> Rota | None:
        """The one whose calendar is shown."""
        return next((r for r in self.duties.rotas if int(r.id) == self.rota_id), None)

    def choose(self, rota_id: int) -> None:
        """Show the calendar of another rota."""
        self.rota_id = rota_id
        self.watch.mark(rota_id)
        self.tabs.setCurrentIndex(0)
        self._ask_picture()

    def _start(self, rota: Rota) -> datetime:
        zone = ZoneInfo(rota.zone)
        today = self.desk.clock.now().astimezone(zone).date()
        first = self.first_day or today - timedelta(days=today.weekday())
        return datetime.combine(first, time(), zone).astimezone(UTC)

    def _ask_picture(self) -> None:
        rota = self.rota
        if rota is None:
            return
        work = self._oncall.picture(
            self.desk.actor, rota=rota, start=self._start(rota), days=7 * WEEKS
        )
        self.tasks.ask("picture", work, self._show_picture)

    def _show_picture(self, picture: Picture) -> None:
        self.titled.emit(picture.rota.name)
        self.calendar.show_picture(picture, self.names, self.desk.clock.now())
        told = troubles_text(
            sum(each.is_gap for each in picture.stretches),
            sum(each.is_double for each in picture.stretches),
            sorted({self.duties.name_of(clash.person) for clash in picture.clashes}),
            7 * WEEKS,
        )
        self.troubles.setText(told)
        self.troubles.setVisible(bool(told))

    def earlier(self) -> None:
        self._turn(-7)

    def later(self) -> None:
        self._turn(7)

    def today(self) -> None:
        self.first_day = None
        self._ask_picture()

    def _turn(self, days: int) -> None:
        if (rota := self.rota) is not None:
            zone = ZoneInfo(rota.zone)
            here = self._start(rota).astimezone(zone).date()
            self.first_day = here + timedelta(days=days)
            self._ask_picture()

    # --- undo --------------------------------------------------------------------------------

    def undo(self) -> None:
        self.undo_stack.undo()

    def redo(self) -> None:
        self.undo_stack.redo()

    def did(self, words: str, *, undo: Work, redo: Work) -> None:
        self.undo_stack.push(Edit(words, self._start_edit, undo=undo, redo=redo))

    def _start_edit(self, work: Work) -> None:
        self.tasks.do("edit", work)

    # --- rotas -------------------------------------------------------------------------------

    def add_rota(self) -> None:
        zone = self.simulator.zone.currentText()
        self.tasks.do("form", lambda: self._form(Rota(RotaId(NEW), "", zone)))

    def edit_rota(self) -> None:
        if (rota := self.rota) is not None:
            self.tasks.do("form", lambda: self._form(rota))

    async def _form(self, rota: Rota) -> None:
        if not self.duties.people:
            self._say_no_people()
            return
        today = self.desk.clock.now().astimezone(ZoneInfo(rota.zone)).date()
        monday = today - timedelta(days=today.weekday())
        form = RotaForm(
            self.window(), rota, self.duties.people, today=monday, read=self._read_calendar
        )
        if (wanted := await answered(form, form.rota)) is None:
            return
        made = await self._oncall.keep_rota(self.desk.actor, rota=wanted)
        self.rota_id = int(made.id)
        if rota.id:
            self.did(
                f"change {made.name}",
                undo=lambda: self._put_rota(rota),
                redo=lambda: self._put_rota(made),
            )
        else:
            self.did(
                f"add {made.name}",
                undo=lambda: self._oncall.remove_rota(self.desk.actor, rota_id=int(made.id)),
                redo=lambda: self._put_rota(made),
            )

    async def _put_rota(self, rota: Rota) -> None:
        """Write a rota over whatever version there is."""
        there = {one.id: one.version for one in (await self._oncall.duties(self.desk.actor)).rotas}
        kept = replace(rota, version=there.get(rota.id, rota.version))
        await self._oncall.keep_rota(self.desk.actor, rota=kept)

    async def _read_calendar(self, path: Path) -> Imported:
        def text() -> str:
            with path.open("rb") as file:
                return file.read(LARGEST_FILE).decode("utf-8", errors="replace")

        return await self._oncall.read_holidays(self.desk.actor, text=await asyncio.to_thread(text))

    def remove_rota(self) -> None:
        if (rota := self.rota) is not None:
            self.tasks.do("remove", lambda: self._remove_rota(rota))

    async def _remove_rota(self, rota: Rota) -> None:
        text = "Its overrides go with it. Undo brings the rota back, without them."
        if await confirm(self.window(), f"Remove {rota.name}", text, verb=f"Remove {rota.name}"):
            await self._oncall.remove_rota(self.desk.actor, rota_id=int(rota.id))
            self.did(
                f"remove {rota.name}",
                undo=lambda: self._put_rota(rota),
                redo=lambda: self._oncall.remove_rota(self.desk.actor, rota_id=int(rota.id)),
            )

    def export(self) -> None:
        if (rota := self.rota) is not None:
            self.tasks.do("export", lambda: self._export(rota))

    async def _export(self, rota: Rota) -> None:
        path = await ask_save_path(
            self.window(), "Export the rota", f"{rota.name}.ics", "Calendar (*.ics)"
        )
        if path is not None:
            text = await self._oncall.export(self.desk.actor, rota_id=int(rota.id))
            await asyncio.to_thread(write_whole, path, text.encode())
            self.desk.notice(f"{rota.name} was written to {path.name}")

    # --- overrides ---------------------------------------------------------------------------

    def override(self) -> None:
        """From now to the next hand-over, or what is drawn on the calendar."""
        if (rota := self.rota) is not None:
            now = self.desk.clock.now().replace(minute=0, second=0, microsecond=0)
            self.override_for(now, now + timedelta(days=1), rota)

    def override_for(self, start: datetime, end: datetime, rota: Rota | None = None) -> None:
        chosen = rota or self.rota
        if chosen is not None and self.desk.actor.may("oncall.override"):
            self.tasks.do("override", lambda: self._override(chosen, start, end))

    async def _override(self, rota: Rota, start: datetime, end: datetime) -> None:
        if not self.duties.people:
            self._say_no_people()
            return
        picture = self.calendar.picture
        stretches = picture.stretches if picture else ()
        there = next((one for one in stretches if one.start <= start < one.end), None)
        instead = there.people[0] if there and there.people else NOBODY
        form = OverrideForm(
            self.window(), rota, self.duties.people, start=start, end=end, instead_of=instead
        )
        if (wanted := await answered(form, form.override)) is not None:
            await self._keep_overrides((wanted,), "put somebody else on call")

    def swap(self) -> None:
        if (rota := self.rota) is not None:
            self.tasks.do("swap", lambda: self._swap(rota))

    async def _swap(self, rota: Rota) -> None:
        now = self.desk.clock.now()
        ahead = await self._oncall.calendar(
            self.desk.actor, rota_id=int(rota.id), start=now, days=7 * WEEKS
        )
        form = SwapForm(self.window(), rota, ahead, self.names)
        if (wanted := await answered(form, form.overrides)) is not None:
            await self._keep_overrides(wanted, "swap duties")

    async def _keep_overrides(self, wanted: tuple[Override, ...], words: str) -> None:
        actor = self.desk.actor
        kept = list(await self._oncall.keep_overrides(actor, overrides=wanted))

        async def again() -> None:
            kept[:] = await self._oncall.keep_overrides(actor, overrides=wanted)

        async def back() -> None:
            for each in kept:
                await self._oncall.remove_override(actor, override_id=int(each.id))

        self.did(words, undo=back, redo=again)

    def _on_stretch(self, stretch: Stretch) -> None:
        """A click: what it is, and a way to take an override back."""
        if stretch.override is None or not self.desk.actor.may("oncall.override"):
            self.desk.notice(self.calendar.told(stretch).replace("\n", " · "))
            return
        number = int(stretch.override)
        self.strip.say(
            self.calendar.told(stretch).replace("\n", " · "),
            verb="Take the override back",
            act=lambda: self.tasks.do("take back", lambda: self._take_back(number)),
        )

    async def _take_back(self, number: int) -> None:
        self.strip.hide()
        actor = self.desk.actor
        gone = [await self._oncall.remove_override(actor, override_id=number)]

        async def back() -> None:
            gone[:] = await self._oncall.keep_overrides(actor, overrides=tuple(gone))

        async def again() -> None:
            await self._oncall.remove_override(actor, override_id=int(gone[0].id))

        self.did("take an override back", undo=back, redo=again)

    # --- the simulator -----------------------------------------------------------------------

    def simulate(self, at: datetime, case: Case) -> None:
        work = self._oncall.simulate_case(self.desk.actor, at=at, case=case)
        self.tasks.ask("simulate", work, self.simulator.show_answer)

    # --- building ----------------------------------------------------------------------------

    def _say_no_people(self) -> None:
        self.strip.say(
            "Nobody can be on call yet: people are added as contacts of the notifications.",
            verb="Go to notifications",
            act=lambda: self.desk.go(Route("notify", text="contacts")),
        )

    def _build(self) -> None:
        tab = QWidget()
        for name, text, icon, keys, right in COMMANDS:
            # Keys of the calendar stay with it: the policies have some of the same.
            self._add(name, text, icon, keys, right, self if name in EVERYWHERE else tab)
        self._fill_calendar(tab)
        self.tabs.addTab(tab, "Calendar")
        self.tabs.addTab(self.policies, "Escalation policies")
        self.tabs.addTab(self.simulator, "Simulator")
        self.tabs.addTab(self.paged, "What was told")
        self.body.addWidget(self.watch)
        self.body.addWidget(self.tabs, 1)

    def _add(self, name: str, text: str, icon: str, keys: str, right: str, scope: QWidget) -> None:
        act: Callable[[], object] = getattr(self, name)
        command = Command(
            f"oncall.{name}", text, icon, act, shortcut=keys, right=right, group="On call"
        )
        self.desk.actions.add(command, scope)

    def _fill_calendar(self, tab: QWidget) -> None:
        layout = QVBoxLayout(tab)
        layout.setContentsMargins(2 * GRID, GRID, 2 * GRID, 0)
        bar = QHBoxLayout()
        bar.setSpacing(6)
        for name in ("earlier", "today", "later"):
            bar.addWidget(self._tool(name))
        bar.addStretch()
        for name in ("override", "swap", "edit_rota", "add_rota", "export", "undo", "redo"):
            bar.addWidget(self._tool(name))
        layout.addLayout(bar)
        layout.addWidget(self.troubles)
        self.troubles.hide()
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QScrollArea.Shape.NoFrame)
        self._area.setWidget(self.calendar)
        self._no_rota = EmptyState()
        self._no_rota.show_empty(
            Empty(
                what="No rota yet",
                why="A rota says who is on call: people take turns by the day, the week or a"
                " pattern of shifts, with other layers for nights and holidays. Escalation"
                " policies then wake whoever it is at that moment.",
                verb="New rota…",
                act=self.add_rota,
                icon="oncall",
            )
        )
        layout.addWidget(self._area, 1)
        layout.addWidget(self._no_rota, 1)
        self._area.hide()

    def _tool(self, name: str) -> QWidget:
        """A button that shows a command of the page."""
        action = self.desk.actions.action(f"oncall.{name}")
        is_plain = name in {"earlier", "later", "undo", "redo"}
        text = action.text()
        button = IconButton(_icon(name), text) if is_plain else QPushButton(text)
        follow(button, action)
        return button

    def _wire(self) -> None:
        self.watch.chosen.connect(self.choose)
        self.calendar.ranged.connect(lambda start, end: self.override_for(start, end))
        self.calendar.chosen.connect(self._on_stretch)
        self.paged.opened.connect(lambda page: self.desk.go(Route("alarms", id=int(page.alarm_id))))
        self.simulator.asked.connect(self.simulate)
        self.tabs.currentChanged.connect(self._on_tab)
        stack, action = self.undo_stack, self.desk.actions.action
        stack.canUndoChanged.connect(action("oncall.undo").setEnabled)
        stack.canRedoChanged.connect(action("oncall.redo").setEnabled)
        action("oncall.undo").setEnabled(False)
        action("oncall.redo").setEnabled(False)
        self.setFocusProxy(self.calendar)

    def _on_tab(self, at: int) -> None:
        if self.tabs.widget(at) is self.simulator:
            self.simulator.ask()


def _icon(name: str) -> str:
    return {name: icon for name, _, icon, *_ in COMMANDS}[name]
