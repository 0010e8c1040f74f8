"""The log: what devices said unasked, searched while one types; and who spoke unknown."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter, QTabWidget, QToolButton, QVBoxLayout, QWidget

from noc_console.kernel.events import Event
from noc_console.kernel.text import plural
from noc_console.services.intake.model import (
    IntakeLine,
    LinesArrived,
    LinesFound,
)
from noc_console.services.intake.service import IntakeService
from noc_console.services.inventory.model import Device, DeviceChanged
from noc_console.services.inventory.service import InventoryService
from noc_console.views.kit.actions import Command
from noc_console.views.kit.desk import Desk, Route
from noc_console.views.kit.label import ElidedLabel
from noc_console.views.kit.page import Page
from noc_console.views.kit.strips import Empty
from noc_console.views.kit.table import Table, spaced
from noc_console.views.kit.theme import GRID
from noc_console.views.logs.asked import Asked, from_route
from noc_console.views.logs.bar import SearchBar
from noc_console.views.logs.columns import line_columns
from noc_console.views.logs.facets import WIDTH, Facets
from noc_console.views.logs.strangers import Strangers

SECTION = "logs"
MOST_SHOWN = 3_000
"""More lines at a time would be felt whenever new ones arrive; a search finds the rest."""
NEARLY = 40
"""Pixels above the end from which older lines are fetched."""
SYSLOG_HELP = (
    "Devices send traps and syslog to this machine; point them at it and their words appear here"
    " by themselves. UDP 514 for syslog, UDP 162 for traps (11514 and 11162 where those need a"
    " privilege this collector does not have)."
)


class LinesTable(Table[IntakeLine]):
    """A table whose filter line is a search of everything kept, not of what is shown."""

    def __init__(self, desk: Desk, bar: SearchBar, page: LogsPage) -> None:
        self._bar = bar
        super().__init__(
            desk,
            "lines",
            line_columns(desk, page.names),
            lambda line: line.id,
            page.show_error,
        )
        self.filter_line.hide()
        self.count.hide()
        self.chips.addWidget(bar)

    def set_filter(self, text: str) -> None:
        """Nothing that is shown is hidden again: the store has searched already."""

    def focus_filter(self) -> None:
        self._bar.line.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._bar.line.selectAll()


class LogsPage(Page):
    """Newest first; scrolling down fetches what is older, F follows what arrives."""

    watches = (LinesArrived, DeviceChanged)
    refresh_s = 1.0
    calm_ms = 1000

    def __init__(
        self,
        desk: Desk,
        intake: IntakeService,
        inventory: InventoryService,
        *,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(desk, parent=parent)
        self._intake, self._inventory = intake, inventory
        self.names: dict[int, str] = {}
        self._names_are_old = True
        self._found: LinesFound | None = None
        self._shown_for = Asked()
        self._newest = -1
        self._must_ask = True
        self._reads_back = False
        """Older pages were fetched and stay; else a storm costs one page at a time."""
        self.bar = SearchBar(desk.times, self.names)
        self.table = LinesTable(desk, self.bar, self)
        self.facets = Facets(desk.times, self.names)
        self.status = ElidedLabel("", tone="dim")
        self.live = QToolButton()
        self.strangers = Strangers(desk, intake, self.show_error)
        self.tabs = QTabWidget()
        self._lay_out_page()
        self._add_commands()
        self._wire()
        self._restore()

    # --- asking ----------------------------------------------------------------------------

    def reload(self) -> None:
        """Ask again; while lines are followed, only when there are newer ones."""
        must, self._must_ask = self._must_ask, False
        if must:
            self.strangers.reload()
        if (must or self.live.isChecked()) and not self.tasks.is_asking("lines"):
            self.tasks.ask("lines", self._look(self.bar.asked, must=must), self._show)

    def mark_stale(self) -> None:
        self._must_ask = True
        self.tasks.drop("lines")
        super().mark_stale()

    def visit(self, route: Route) -> None:
        if route.text or route.id is not None:
            self.tabs.setCurrentIndex(0)
            self.bar.ask(from_route(route.text, route.id))

    def concerns(self, event: Event) -> bool:
        if isinstance(event, DeviceChanged):
            self._names_are_old = True
            return False
        if isinstance(event, LinesArrived) and event.quarantined:
            self.strangers.reload()
        return False  # new lines are looked for each second anyway

    async def _look(self, asked: Asked, *, must: bool) -> LinesFound | None:
        """What fits; None when nothing can have changed."""
        actor = self.desk.actor
        newest = await self._intake.newest(actor)
        if newest == self._newest and not must:
            return None
        if self._names_are_old:
            self._learn(await self._inventory.devices(actor))
        query = asked.query(self.desk.clock.now())
        found = await self._intake.find(actor, query=query, counts=True)
        self._newest = newest
        return found

    def _learn(self, devices: tuple[Device, ...]) -> None:
        self._names_are_old = False
        self.names.clear()
        self.names.update((int(device.id), device.name) for device in devices)
        self.bar.show_names()

    def _show(self, found: LinesFound | None) -> None:
        """The newest page; what was fetched below it stays while it still joins on."""
        if found is None:
            return
        kept = self.table.rows.all_rows()
        is_same = self._found is not None and self.bar.asked == self._shown_for
        if not is_same:
            self._reads_back = False
        joined, more = found.lines, found.more
        if self._reads_back and kept and found.lines and found.lines[-1].id <= kept[0].id:
            oldest = found.lines[-1].id
            joined = (*found.lines, *(line for line in kept if line.id < oldest))[:MOST_SHOWN]
            more = self._found.more if self._found is not None else more
        self._found = replace(found, more=more)
        self._shown_for = self.bar.asked
        self.table.show_rows(joined)
        self.facets.show_found(found)
        self._tell()
        self._teach(found)

    def _teach(self, found: LinesFound) -> None:
        """Only when nothing was ever heard: otherwise the search has to stay in reach."""
        nothing = not found.lines and self._newest <= 0
        empty = Empty(what="Nothing heard yet", why=SYSLOG_HELP, icon="logs")
        self.show_empty(empty if nothing else None)

    def _tell(self) -> None:
        found = self._found
        if found is None:
            return
        shown = len(self.table.rows.all_rows())
        words = [f"{plural(found.matches, 'line')} fit" if found.matches != 1 else "1 line fits"]
        if not found.lines:
            words = ["No line fits"]
        elif shown < found.matches:
            words.append(f"{spaced(shown)} shown, newest first")
        if not found.complete and found.searched_to is not None:
            words.append(f"looked back to {self.desk.times.absolute(found.searched_to)}")
        words.append(f"{found.took_s * 1000:.0f} ms")
        self.status.show_text(" · ".join(words))

    def fetch_older(self) -> None:
        """The next page, below what is shown."""
        rows = self.table.rows.all_rows()
        found = self._found
        if not rows or found is None or not found.more or len(rows) >= MOST_SHOWN:
            return
        if self.tasks.is_asking("older"):
            return
        query = self._shown_for.query(self.desk.clock.now(), before=rows[-1].id)
        self.tasks.ask(
            "older",
            self._intake.find(self.desk.actor, query=query),
            self._append,
        )

    def _append(self, older: LinesFound) -> None:
        rows = self.table.rows.all_rows()
        self._reads_back = True
        last = rows[-1].id if rows else 0
        self.table.show_rows((*rows, *(line for line in older.lines if line.id < last)))
        if self._found is not None:
            self._found = replace(self._found, more=older.more)
        self._tell()

    def _on_asked(self) -> None:
        self.tasks.drop("older")
        self._keep()
        self.mark_stale()

    def _on_scrolled(self, value: int) -> None:
        bar = self.table.view.verticalScrollBar()
        if bar.maximum() and value > bar.maximum() - NEARLY:
            self.fetch_older()

    # --- doing -----------------------------------------------------------------------------

    def open_device(self) -> None:
        line = self.table.current()
        if line is not None and line.device_id is not None:
            self.desk.go(Route("device", id=line.device_id))

    def only_device(self) -> None:
        line = self.table.current()
        if line is None:
            return
        if line.device_id is not None:
            self.bar.narrow(device_id=line.device_id)
        else:
            self.bar.narrow(source=line.source)

    def around(self) -> None:
        """Everything that was said at that time, by everybody: what led to it, what followed."""
        if line := self.table.current():
            self.bar.ask(Asked(at=line.at, span_s=600))

    def only_facility(self) -> None:
        line = self.table.current()
        if line is not None and line.facility is not None:
            self.bar.narrow(facility=line.facility)

    def widen(self) -> None:
        self.bar.ask(self.bar.asked.widened())

    def toggle_live(self) -> None:
        self.live.toggle()

    # --- building --------------------------------------------------------------------------

    def _add_commands(self) -> None:
        group = "Logs"
        commands = (
            Command("logs.device", "Open device", "device", self.open_device, "O", group=group),
            Command("logs.only", "Only this device", "filter", self.only_device, "D", group=group),
            Command(
                "logs.facility", "Only this facility", "filter", self.only_facility, group=group
            ),
            Command(
                "logs.around",
                "Five minutes before and after",
                "clock",
                self.around,
                "T",
                group=group,
            ),
            Command("logs.widen", "Search everything", "search", self.widen, "W", group=group),
            Command("logs.live", "Follow what arrives", "play", self.toggle_live, "F", group=group),
        )
        self.table.set_menu([self.desk.actions.add(command, self) for command in commands])

    def _wire(self) -> None:
        self.bar.changed.connect(self._on_asked)
        self.bar.left.connect(self.table.view.setFocus)
        self.table.chosen.connect(lambda: self.facets.show_line(self.table.current()))
        self.table.opened.connect(lambda _line: self.open_device())
        self.table.view.verticalScrollBar().valueChanged.connect(self._on_scrolled)
        self.facets.severity_chosen.connect(lambda n: self.bar.narrow(severity=n))
        self.facets.device_chosen.connect(lambda n: self.bar.narrow(device_id=n))
        self.strangers.counted.connect(self._on_strangers)
        self.live.toggled.connect(self._on_live)

    def _on_live(self, on: bool) -> None:
        self._keep()
        if on:
            self.mark_stale()

    def _on_strangers(self, count: int) -> None:
        self.tabs.setTabText(1, f"Unknown senders  {count:,}" if count else "Unknown senders")

    def _restore(self) -> None:
        kept = self.desk.state.get(SECTION)
        self.live.setChecked(kept.get("live") is not False)
        span = kept.get("span", 24 * 3600)
        if span is None or isinstance(span, int | float):
            self.bar.narrow(span_s=span)

    def _keep(self) -> None:
        if self.bar.asked.at is None:
            self.desk.state.put(SECTION, live=self.live.isChecked(), span=self.bar.asked.span_s)

    def _lay_out_page(self) -> None:
        self.live.setText("Live")
        self.live.setProperty("chip", True)
        self.live.setCheckable(True)
        self.live.setToolTip("Show lines as they arrive (F)")
        self.table.chips.addWidget(self.live)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(self.table)
        split.addWidget(self.facets)
        split.setStretchFactor(0, 1)
        split.setCollapsible(0, False)
        split.setSizes([900, WIDTH])
        lines = QWidget()
        column = QVBoxLayout(lines)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(split, 1)
        self.status.setContentsMargins(GRID + 4, 3, GRID, 4)
        column.addWidget(self.status)
        self.tabs.addTab(lines, "Lines")
        self.tabs.addTab(self.strangers, "Unknown senders")
        self.body.addWidget(self.tabs)
        self.setFocusProxy(self.table)
