"""Flows: what moves over the network, by whom, and from which side one wants to see it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QSplitter, QStackedLayout, QTabWidget, QVBoxLayout, QWidget

from noc_console.services.flows.model import Exporter, FlowPrefix, FlowPrefixesChanged, FlowView
from noc_console.services.flows.service import FlowService
from noc_console.views.flows.areas import AreasGraph, total_words
from noc_console.views.flows.asked import Asked
from noc_console.views.flows.bar import FlowBar
from noc_console.views.flows.exporters import Exporters
from noc_console.views.flows.prefixes import Prefixes
from noc_console.views.flows.talkers import TalkerRow, columns, rows_of
from noc_console.views.flows.teach import Hearing, Teach
from noc_console.views.flows.words import TITLES
from noc_console.views.kit.actions import Command
from noc_console.views.kit.curves import Span
from noc_console.views.kit.desk import Desk, Route
from noc_console.views.kit.page import Page
from noc_console.views.kit.table import Table

SHOWN = 100
CLOSEST_MINUTES = 5
SECTION = "flows"
COMMANDS = (
    ("narrow", "Narrow to this", "filter", "N"),
    ("back", "Back to what was asked before", "back", "Backspace"),
    ("device", "Go to device", "device", "G"),
)


class FlowsPage(Page):
    """Traffic with its graph and table, exporters with their health, prefixes with names."""

    watches = (FlowPrefixesChanged,)
    refresh_s = 60.0

    def __init__(
        self,
        desk: Desk,
        flows: FlowService,
        hearing: Hearing,
        *,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(desk, parent=parent)
        self._flows = flows
        self.bar = FlowBar()
        self.graph = AreasGraph(desk.times)
        self.table: Table[TalkerRow] = Table(
            desk,
            "talkers",
            columns(),
            lambda row: row.key,
            self.show_error,
            hint="Find in this list",
        )
        self.teach = Teach(hearing)
        self.exporters = Exporters(desk, flows, self.show_error)
        self.prefixes = Prefixes(desk, flows, self.show_error, self.reload)
        self.tabs = QTabWidget()
        self._pane = QWidget()
        self._stack = QStackedLayout(self._pane)
        self._lay_out_page()
        self._add_commands()
        self._wire()
        self._restore()

    def reload(self) -> None:
        actor, asked = self.desk.actor, self.bar.asked
        self.tasks.ask("view", self._look(asked), self._show)
        self.tasks.ask("exporters", self._flows.exporters(actor), self._show_exporters)
        self.tasks.ask("prefixes", self._flows.prefixes(actor), self._show_prefixes)

    def visit(self, route: Route) -> None:
        if route.text:
            self.tabs.setCurrentIndex(0)
            self.bar.ask(replace(Asked(minutes=self.bar.asked.minutes), where=()).with_(route.text))

    # --- showing ---------------------------------------------------------------------------

    async def _look(self, asked: Asked) -> FlowView:
        return await self._flows.view(
            self.desk.actor,
            by=asked.by,
            minutes=asked.minutes,
            end=asked.end,
            where=asked.where,
            limit=SHOWN,
        )

    def _show(self, view: FlowView) -> None:
        self.strip.hide()
        series = view.series
        lines = (*series.rates, series.rest)
        totals = [sum(at) for at in zip(*lines, strict=True)]
        span = Span(view.top.start.timestamp(), view.top.end.timestamp())
        self.graph.show_series(series, span, total_words(totals))
        self.table.show_rows(rows_of(view))

    def _show_exporters(self, exporters: tuple[Exporter, ...]) -> None:
        self.exporters.show_rows(exporters)
        believed = any(one.device_id is not None for one in exporters)
        self._stack.setCurrentIndex(0 if believed else 1)
        strangers = sum(one.device_id is None for one in exporters)
        count = len(exporters) - strangers
        words = f"Exporters  {count}" if count else "Exporters"
        self.tabs.setTabText(1, f"{words}, {strangers} unknown" if strangers else words)

    def _show_prefixes(self, prefixes: tuple[FlowPrefix, ...]) -> None:
        self.prefixes.show_rows(prefixes)
        count = f"  {len(prefixes)}" if prefixes else ""
        self.tabs.setTabText(2, f"Named prefixes{count}")

    def _asked(self) -> None:
        asked = self.bar.asked
        self.desk.state.put(SECTION, by=asked.by.value, minutes=asked.minutes)
        self.titled.emit(TITLES[asked.by])
        self.strip.hide()
        self.reload()

    def _restore(self) -> None:
        kept = self.desk.state.get(SECTION)
        by = next((one for one in TITLES if one.value == kept.get("by")), Asked().by)
        minutes = kept.get("minutes")
        known = minutes if isinstance(minutes, int) and 0 < minutes <= 43_200 else 60
        self.bar.show_asked(Asked(by=by, minutes=known))

    # --- doing -----------------------------------------------------------------------------

    def narrow(self) -> None:
        """Only the talker under the cursor, seen from the next side."""
        row = self.table.current()
        if row is not None and row.talker.where:
            self.bar.ask(self.bar.asked.narrowed(row.talker))

    def back(self) -> None:
        self.bar.back()

    def device(self) -> None:
        row = self.table.current()
        if row is None or row.talker.device_id is None:
            return
        port = row.talker.interface_id
        text = "" if port is None else f"interface:{port}"
        self.desk.go(Route("device", id=row.talker.device_id, text=text))

    def _zoom(self, span: Span) -> None:
        minutes = max(CLOSEST_MINUTES, round(span.seconds / 60))
        end = datetime.fromtimestamp(max(span.end, span.start + 60 * minutes), UTC)
        self.bar.ask(replace(self.bar.asked, minutes=minutes, end=end))

    def _zoom_out(self) -> None:
        self.bar.ask(replace(self.bar.asked, minutes=min(43_200, self.bar.asked.minutes * 4)))

    # --- wiring ----------------------------------------------------------------------------

    def _lay_out_page(self) -> None:
        split = QSplitter(Qt.Orientation.Vertical)
        split.addWidget(self.graph)
        split.addWidget(self.table)
        split.setStretchFactor(0, 2)
        split.setStretchFactor(1, 3)
        split.setChildrenCollapsible(False)
        split.setSizes([250, 380])
        traffic = QWidget()
        column = QVBoxLayout(traffic)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.bar)
        column.addWidget(split, 1)
        self._stack.addWidget(traffic)
        self._stack.addWidget(self.teach)
        self.tabs.setDocumentMode(True)
        self.tabs.tabBar().setDrawBase(False)
        self.tabs.addTab(self._pane, "Traffic")
        self.tabs.addTab(self.exporters, "Exporters")
        self.tabs.addTab(self.prefixes, "Named prefixes")
        self.body.addWidget(self.tabs)
        self.setFocusProxy(self.table)

    def _add_commands(self) -> None:
        made: list[QAction | None] = []
        for name, text, icon, keys in COMMANDS:
            command = Command(f"flows.{name}", text, icon, getattr(self, name), keys, group="Flows")
            made.append(self.desk.actions.add(command, self.table))
        self.table.set_menu(made)

    def _wire(self) -> None:
        self.bar.changed.connect(self._asked)
        self.table.opened.connect(lambda _row: self.narrow())
        self.graph.zoomed.connect(self._zoom)
        self.graph.zoomed_out.connect(self._zoom_out)
