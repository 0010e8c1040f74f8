"""What is busiest, fullest, hottest, dimmest, slowest: the whole network, sorted by any number."""

from __future__ import annotations

import asyncio
from typing import TypeVar

from PySide6.QtCore import QTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QStackedWidget, QToolButton, QWidget

from noc_console.services.top import sheets
from noc_console.services.top.model import Sheet, TopKind, TopRow, TopSpan
from noc_console.services.top.service import TopService
from noc_console.views.kit.actions import Command
from noc_console.views.kit.desk import Desk, Route
from noc_console.views.kit.label import Label
from noc_console.views.kit.page import Page
from noc_console.views.kit.strips import Empty
from noc_console.views.kit.theme import GRID
from noc_console.views.top.columns import TITLES, graph_words
from noc_console.views.top.listing import TopList

E = TypeVar("E", TopKind, TopSpan)

KINDS = tuple((kind.value, TITLES[kind]) for kind in TopKind)
SPANS = ((TopSpan.DAY.value, "24 h"), (TopSpan.WEEK.value, "7 d"))
GROUPS = (("", "Each"), ("device", "Device"), ("site", "Site"), ("type", "Type"))
LOOK_BACK_MS = 400
"""Numbers of now come first; what the past says is worked out when they are on screen."""


class TopPage(Page):
    """Four lists, live, of as many rows as there are."""

    refresh_s = 10.0

    def __init__(self, desk: Desk, top: TopService, *, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent=parent)
        self._top = top
        kept = desk.state.get("top")
        self.kind = _one_of(TopKind, str(kept.get("kind", "")), TopKind.INTERFACES)
        self.span = _one_of(TopSpan, str(kept.get("span", "")), TopSpan.DAY)
        self.chips: dict[str, QToolButton] = {}
        self.lists: dict[TopKind, TopList] = {}
        self._lists = QStackedWidget()
        self.body.addWidget(self._bar())
        self.body.addWidget(self._lists, 1)
        self._menu = self._add_commands()
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(LOOK_BACK_MS)
        self._later.timeout.connect(self._look_back)
        self._choose_kind(self.kind)

    @property
    def listing(self) -> TopList:
        """The list on screen."""
        return self.lists[self.kind]

    def visit(self, route: Route) -> None:
        """`interfaces`, `span:7d`, `group:site`, `sort:errors`; other words go to the filter."""
        rest = []
        for word in route.text.split():
            name, _, value = word.partition(":")
            if word in {kind.value for kind in TopKind}:
                self.choose_kind(TopKind(word))
            elif name == "span" and value in {span.value for span in TopSpan}:
                self.choose_span(TopSpan(value))
            elif name == "group" and value in dict(GROUPS):
                self.choose_group(value)
            elif name == "sort" and value in {column.key for column in self.listing.rows.columns}:
                self.sort(value)
            else:
                rest.append(word)
        if rest:
            self.listing.set_filter(" ".join(rest))
        if route.id is not None:
            self.listing.select(route.id)

    def sort(self, by: str) -> None:
        """By this column, its interesting end first."""
        order = self.listing.view.horizontalHeader().sortIndicatorOrder()
        low = sheets.is_best_low(by)
        self.listing.sort_by(by, type(order).AscendingOrder if low else type(order).DescendingOrder)

    # --- choosing ---------------------------------------------------------------------------

    def choose_kind(self, kind: TopKind) -> None:
        if kind is not self.kind:
            self._choose_kind(kind)
            self.mark_stale()

    def choose_span(self, span: TopSpan) -> None:
        self.span = span
        self.chips[span.value].setChecked(True)
        self.desk.state.put("top", span=span.value)
        self.listing.set_span(span)
        self.mark_stale()

    def choose_group(self, by: str) -> None:
        self.chips[f"by {by}"].setChecked(True)
        self.listing.set_group(by)
        self.mark_stale()

    def _choose_kind(self, kind: TopKind) -> None:
        self.kind = kind
        self.desk.state.put("top", kind=kind.value)
        if kind not in self.lists:
            self.lists[kind] = made = TopList(self.desk, self._top, kind, self.show_error)
            made.set_menu(self._menu)
            made.opened.connect(self._open)
            self._lists.addWidget(made)
        shown = self.listing
        shown.set_span(self.span)
        self._lists.setCurrentWidget(shown)
        self.setFocusProxy(shown)
        self.chips[kind.value].setChecked(True)
        self.chips[f"by {shown.group}"].setChecked(True)
        for by in ("site", "type"):
            self.chips[f"by {by}"].setVisible(kind is not TopKind.PROBES)

    # --- loading ----------------------------------------------------------------------------

    def reload(self) -> None:
        self.tasks.ask("sheet", self._look(), self._show)

    async def _look(self) -> tuple[TopKind, str, Sheet, Sheet]:
        kind, group, actor = self.kind, self.listing.group, self.desk.actor
        whole = await self._top.sheet(actor, of=kind, span=self.span)
        if not group:
            return kind, group, whole, whole
        return kind, group, whole, await asyncio.to_thread(sheets.grouped, whole, group)

    def _show(self, found: tuple[TopKind, str, Sheet, Sheet]) -> None:
        kind, group, whole, shown = found
        table = self.lists[kind]
        if group != table.group:
            return  # another grouping was chosen meanwhile, and asked for
        table.show_sheet(whole, shown)
        if kind is self.kind:
            self.show_empty(None if len(whole) else self._nothing(kind))
        self._later.start()

    def _look_back(self) -> None:
        kind, span, actor = self.kind, self.span, self.desk.actor

        def told(is_new: bool) -> None:
            if is_new and (kind, span) == (self.kind, self.span):
                self.mark_stale()

        if not self.tasks.is_asking("past"):
            self.tasks.ask("past", self._top.look_back(actor, of=kind, span=span), told)

    def _nothing(self, kind: TopKind) -> Empty | None:
        # The list keeps its chips on top: only a network without anything is empty as a whole.
        if kind is not TopKind.INTERFACES:
            return None
        return Empty(
            what="No interfaces yet",
            why="Once devices are discovered, all their ports stand here with what they carry,"
            " sorted by any number.",
            verb="Discover devices",
            act=lambda: self.desk.go(Route("discovery")),
            icon="top",
        )

    # --- doing ------------------------------------------------------------------------------

    def _open(self, row: TopRow) -> None:
        if not row.is_group:
            self.desk.go(Route("graphs", text=graph_words(row)))
            return
        by = self.listing.group
        name = {"device": row.device, "site": row.site, "type": row.type}[by]
        self.choose_group("")
        self.listing.set_filter(f'{by}:"{name}"' if name != sheets.NO_GROUP else "")

    def open_graph(self) -> None:
        """The graphs of all chosen rows, one upon the other."""
        rows = [row for row in self.listing.selection() if not row.is_group][:8]
        if rows:
            self.desk.go(Route("graphs", text=" ".join(map(graph_words, rows))))

    def open_device(self) -> None:
        if (row := self.listing.current()) and row.device_id:
            self.desk.go(Route("device", id=row.device_id))

    def show_on_map(self) -> None:
        if (row := self.listing.current()) and row.device_id:
            self.desk.go(Route("map", id=row.device_id))

    def show_alarms(self) -> None:
        if row := self.listing.current():
            self.desk.go(Route("alarms", text=f'object:"{row.device}"'))

    def _add_commands(self) -> list[QAction | None]:
        made = (
            ("top.graph", "Open graph", "graph", self.open_graph, "G"),
            ("top.device", "Go to device", "device", self.open_device, "O"),
            ("top.map", "Show on map", "map", self.show_on_map, "M"),
            ("top.alarms", "Show alarms", "alarm", self.show_alarms, "A"),
        )
        return [
            self.desk.actions.add(Command(id, text, icon, act, keys, group="Top"), self)
            for id, text, icon, act, keys in made
        ]

    # --- the bar ----------------------------------------------------------------------------

    def _bar(self) -> QWidget:
        bar = QWidget()
        bar.setProperty("role", "toolbar")
        line = QHBoxLayout(bar)
        line.setContentsMargins(GRID + 4, 6, GRID, 6)
        line.setSpacing(6)
        kinds = QButtonGroup(self)
        for key, words in KINDS:
            chip = self._chip(line, kinds, key, words)
            chip.clicked.connect(lambda _=False, key=key: self.choose_kind(TopKind(key)))
        line.addStretch(1)
        line.addWidget(Label("Group", tone="dim"))
        groups = QButtonGroup(self)
        for key, words in GROUPS:
            chip = self._chip(line, groups, f"by {key}", words)
            chip.clicked.connect(lambda _=False, key=key: self.choose_group(key))
        line.addSpacing(2 * GRID)
        line.addWidget(Label("History", tone="dim"))
        spans = QButtonGroup(self)
        for key, words in SPANS:
            chip = self._chip(line, spans, key, words)
            chip.clicked.connect(lambda _=False, key=key: self.choose_span(TopSpan(key)))
        self.chips[self.span.value].setChecked(True)
        return bar

    def _chip(self, line: QHBoxLayout, group: QButtonGroup, key: str, words: str) -> QToolButton:
        chip = QToolButton()
        chip.setText(words)
        chip.setCheckable(True)
        chip.setProperty("chip", True)
        group.addButton(chip)
        self.chips[key] = chip
        line.addWidget(chip)
        return chip


def _one_of(kind: type[E], value: str, default: E) -> E:
    return kind(value) if value in {str(one.value) for one in kind} else default
