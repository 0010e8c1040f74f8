"""Graphs: any measurements over one time axis, side by side, live or years ago."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import ClassVar

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QFrame, QMenu, QScrollArea, QSplitter, QVBoxLayout, QWidget

from noc_console.kernel.events import Event
from noc_console.kernel.text import visible
from noc_console.services.alarms.model import AlarmChanged, AlarmsChanged
from noc_console.services.graphs.model import GraphRemoved, GraphSaved, SavedGraph
from noc_console.services.graphs.service import GraphService
from noc_console.services.inventory.service import InventoryService
from noc_console.services.probes.service import ProbeService
from noc_console.services.telemetry.service import TelemetryService
from noc_console.views.graphs.bar import GraphBar
from noc_console.views.graphs.commands import COMMANDS, MENU
from noc_console.views.graphs.figures import Figures, columns, figures
from noc_console.views.graphs.files import DIALOG, export
from noc_console.views.graphs.finder import MIME, Finder
from noc_console.views.graphs.loading import GraphSource, Loaded, Rules
from noc_console.views.graphs.panel import (
    GraphPanel,
    Picture,
    Shown,
    arranged,
    dropped_words,
    forget,
    picture_of,
)
from noc_console.views.graphs.specs import CurveSpec, Query, curve_specs, parse
from noc_console.views.kit.actions import Command
from noc_console.views.kit.crosshair import Crosshair, ZoomHistory
from noc_console.views.kit.curves import Span
from noc_console.views.kit.desk import Desk, Route
from noc_console.views.kit.dialogs import ask_save_path, ask_text, confirm
from noc_console.views.kit.drawing import Manner, Mark, Mode
from noc_console.views.kit.page import Page
from noc_console.views.kit.strips import Empty, EmptyState
from noc_console.views.kit.table import Table
from noc_console.views.kit.units import unit_of
from noc_console.views.probes.smoke import Smoke

LIVE_MS = 1_000
"""A live span of minutes is asked for so often; a longer one when it moved on by a pixel."""
PIXELS = 1_200
WISH_EVERY = 5
"""Ticks between two wishes to have what is looked at measured every second."""
EMPTY = Empty(
    "No curve yet",
    "Find a device, a port or a sensor on the left, and press Enter on it or drag it here.",
    icon="graph",
)

Work = tuple[Loaded, tuple[Shown, ...], tuple[Picture, ...], tuple[Figures, ...]]


class GraphsPage(Page):
    """What is drawn is a `Query`: routes, links, saved graphs and the bar all make one."""

    watches: ClassVar[tuple[type[Event], ...]] = (
        AlarmChanged,
        AlarmsChanged,
        GraphSaved,
        GraphRemoved,
    )
    calm_ms: ClassVar[int] = 2_000

    def __init__(
        self,
        desk: Desk,
        graphs: GraphService,
        inventory: InventoryService,
        telemetry: TelemetryService,
        probes: ProbeService | None = None,
        *,
        rules: Rules | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(desk, parent=parent)
        self._graphs, self._telemetry = graphs, telemetry
        self.source = GraphSource(inventory, telemetry, probes=probes, graphs=graphs, rules=rules)
        self.query = Query()
        self.saved: tuple[SavedGraph, ...] = ()
        self.history = ZoomHistory()
        self.hub = Crosshair(self)
        self.panels: list[GraphPanel] = []
        self._current: GraphPanel | None = None
        self._loaded_at = 0.0
        self._ticks = 0
        self.bar = GraphBar()
        self.finder = Finder(desk.actor, inventory, probes, self.show_error)
        self.table: Table[Figures] = Table(
            desk, "graphs", columns(), lambda row: row.key, self.show_error, hint="Filter curves"
        )
        self.stack = QVBoxLayout()
        self._hint = EmptyState()
        self._arrange()
        self._wire()
        self._offer()
        self._live = QTimer(self)
        self._live.setInterval(LIVE_MS)
        self._live.timeout.connect(self._tick)
        self._live.start()
        self.finder.search()
        self._show_query()

    # --- what is asked ---------------------------------------------------------------------

    def visit(self, route: Route) -> None:
        text = route.text
        if route.id is not None and not text:
            text = f"saved:{route.id}"
        query = parse(text)
        if query.saved is not None and not query.panels:
            number = query.saved
            self.tasks.ask(
                "saved", self._graphs.graph(self.desk.actor, graph_id=number), self.open_saved
            )
        elif query.panels:
            self.history.forget()
            self.ask(query)
        if query.problems:
            self.strip.say("; ".join(query.problems))

    def ask(self, query: Query) -> None:
        """Show something else."""
        self.query = query
        self._show_query()
        self.mark_stale()

    def open_saved(self, saved: SavedGraph) -> None:
        self.history.forget()
        self.ask(replace(parse(saved.text), saved=int(saved.id)))
        self.titled.emit(visible(saved.name))

    def add(self, words: str, *, panel: int | None = None, apart: bool = False) -> None:
        """Draw more: into a graph, the last one, or one of their own."""
        known = set(self.query.curves)
        fresh = tuple(spec for spec in curve_specs(words) if spec not in known)
        if not fresh:
            return
        panels = list(self.query.panels)
        if apart or not panels:
            panels.append(fresh)
        else:
            at = len(panels) - 1 if panel is None else min(panel, len(panels) - 1)
            panels[at] = (*panels[at], *fresh)
        # Read back, so that there is never more than a page can hold.
        self.ask(parse(replace(self.query, panels=tuple(panels)).text()))

    def remove_curves(self) -> None:
        """Take the curves chosen in the table away."""
        gone = {row.key.removesuffix(" before") for row in self.table.selection()}
        self._keep(lambda text: text not in gone)

    def remove_panel(self, panel: GraphPanel) -> None:
        if panel.shown is not None:
            gone = {curve.spec for curve in panel.shown.curves}
            self._keep(lambda text: text not in gone)

    def _keep(self, wanted: Callable[[str], bool]) -> None:
        panels = (tuple(spec for spec in panel if wanted(spec.text)) for panel in self.query.panels)
        self.ask(replace(self.query, panels=tuple(panel for panel in panels if panel)))

    def split(self) -> None:
        """Every object in a graph of its own."""
        by_object: dict[tuple[str, int], list[CurveSpec]] = {}
        for spec in self.query.curves:
            by_object.setdefault((spec.kind, spec.id), []).append(spec)
        self.ask(replace(self.query, panels=tuple(map(tuple, by_object.values()))))

    def merge(self) -> None:
        """Everything of one unit in one graph."""
        if self.query.panels:
            self.ask(replace(self.query, panels=(self.query.curves,)))

    def zoom(self, span: Span) -> None:
        """A closer look, or another stretch."""
        self.history.leave(self._span())
        self.ask(replace(self.query, fixed=span))

    def zoom_out(self) -> None:
        """Back to what was looked at before; at the beginning to now."""
        before = self.history.back()
        is_live = before is None or not len(self.history)
        self.ask(replace(self.query, fixed=None if is_live else before))

    def live(self) -> None:
        """Follow the time again."""
        self.history.forget()
        self.ask(replace(self.query, fixed=None))

    def _span(self) -> Span:
        return self.query.at(self.desk.clock.now().timestamp())

    # --- loading ---------------------------------------------------------------------------

    def reload(self) -> None:
        self.tasks.ask("kept", self._graphs.saved(self.desk.actor), self._show_saved)
        self._ask_curves()

    def _ask_curves(self) -> None:
        if self.query.panels:
            self._loaded_at = self.desk.clock.now().timestamp()
            self.tasks.ask("load", self._load(self.query, self._span()), self._show)
        else:
            self._show_nothing()

    async def _load(self, query: Query, span: Span) -> Work:
        loaded = await self.source.load(
            self.desk.actor,
            query.curves,
            span,
            compare=query.compare,
            has_marks=query.has_marks,
            share=query.share,
        )
        shown = arranged(query.panels, loaded)
        zone = self.desk.times.zone()
        smokes: dict[int, Smoke] = {}
        if query.heat == "smoke":
            probes = tuple({spec.id for spec in query.curves if spec.kind == "probe"})
            smokes = await self.source.smokes(self.desk.actor, probes, span)

        def finish() -> Work:
            pictures = tuple(picture_of(each, query.heat, smokes, span, zone) for each in shown)
            every = {(c.spec, c.ghost): c for each in shown for c in each.curves}
            return loaded, shown, pictures, figures(tuple(every.values()), span)

        return await asyncio.to_thread(finish)

    def _show(self, work: Work) -> None:
        loaded, shown, pictures, rows = work
        self.show_empty(None)
        self._make_panels(len(shown))
        for panel, each, picture in zip(self.panels, shown, pictures, strict=True):
            panel.show_graph(each, loaded.span, self._manner(each, shown), picture)
        self.table.show_rows(rows)
        if loaded.problems:
            self.strip.say("  ".join(loaded.problems[:3]))
        elif not self.query.problems:
            self.strip.hide()

    def _manner(self, each: Shown, shown: Sequence[Shown]) -> Manner:
        """Ends set by hand are for the unit of the first graph only."""
        from_zero = unit_of(each.unit).from_zero
        # Decibels and degrees do not add up.
        mode = self.query.manner.mode if from_zero else Mode.LINES
        manner = replace(self.query.manner, from_zero=from_zero, mode=mode)
        return manner if each.unit == shown[0].unit else replace(manner, low=None, high=None)

    def _make_panels(self, count: int) -> None:
        forget(self.stack, self.panels[count:])
        if self._current in self.panels[count:]:
            self._current = None
        del self.panels[count:]
        while len(self.panels) < count:
            panel = GraphPanel(self.desk.times, self.hub)
            panel.zoomed.connect(self.zoom)
            panel.zoomed_out.connect(self.zoom_out)
            panel.looked.connect(partial(self._look, panel))
            panel.marked.connect(self._open_mark)
            panel.dropped.connect(partial(self._drop, panel))
            panel.closed.connect(partial(self.remove_panel, panel))
            panel.entered.connect(partial(self._enter, panel))
            panel.menu_asked.connect(partial(self._open_menu, panel))
            self.stack.addWidget(panel, 1)
            self.panels.append(panel)

    def _show_nothing(self) -> None:
        self._make_panels(0)
        self.table.show_rows(())

    def _tick(self) -> None:
        """Live: ask again when the picture would be another."""
        if not self.isVisible() or self.query.fixed is not None or not self.query.panels:
            return
        if any(panel.graph.plot.is_moving for panel in self.panels):
            return
        self._ticks += 1
        span = self._span()
        if self.query.span == "5m" and self._ticks % WISH_EVERY == 1:
            self.tasks.do("watch", self._wish)
        if self.desk.clock.now().timestamp() - self._loaded_at >= span.seconds / PIXELS:
            self._ask_curves()

    async def _wish(self) -> None:
        """Have what is looked at measured every second, as far as budgets allow."""
        known = await self.source.things(self.desk.actor, self.query.curves)
        ports: dict[int, list[int]] = {}
        for thing in known.values():
            if thing.device_id is not None and thing.kind in ("interface", "device"):
                mine = ports.setdefault(thing.device_id, [])
                mine.extend([thing.id] if thing.kind == "interface" else [])
        for device_id, ids in ports.items():
            await self._telemetry.watch(
                self.desk.actor, device_id=device_id, interface_ids=tuple(ids)
            )

    # --- the hand --------------------------------------------------------------------------

    def _look(self, source: GraphPanel, span: Span) -> None:
        """All graphs move with the one under the hand."""
        for panel in self.panels:
            if panel is not source:
                panel.graph.look_at(span)

    def _enter(self, panel: GraphPanel) -> None:
        self._current = panel

    def _drop(self, panel: GraphPanel, words: str) -> None:
        self.add(words, panel=panel.shown.panel if panel.shown else None)

    def _open_mark(self, mark: Mark) -> None:
        if mark.alarm_id is not None:
            self.desk.go(Route("alarms", id=mark.alarm_id))
        elif mark.device_id is not None:
            self.desk.go(Route("device", id=mark.device_id))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasFormat(MIME):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self.add(dropped_words(event), apart=True)
        event.acceptProposedAction()

    def repaint_times(self) -> None:
        self.mark_stale()

    # --- out of the console ----------------------------------------------------------------

    @property
    def current(self) -> GraphPanel | None:
        """The graph the pointer was over last, or the first."""
        return self._current or (self.panels[0] if self.panels else None)

    def copy_link(self) -> None:
        """A link to these graphs at this time, for tickets."""
        if self.query.panels:
            now = self.desk.clock.now().timestamp()
            QGuiApplication.clipboard().setText(self.query.link(now))
            self.desk.notice("Link copied: paste it into a ticket, or into Ctrl+P")

    def copy_picture(self) -> None:
        if panel := self.current:
            QGuiApplication.clipboard().setPixmap(panel.grab())
            self.desk.notice("Graph copied")

    def copy_csv(self) -> None:
        if panel := self.current:
            panel.graph.copy_csv()
            self.desk.notice("Values copied")

    def export(self) -> None:
        """The graph as a file."""
        if panel := self.current:
            self.tasks.do("export", lambda: self._export(panel))

    async def _export(self, panel: GraphPanel) -> None:
        shot, picture = panel.snapshot(), panel.grab()
        path = await ask_save_path(self.window(), "Export the graph", "graph.png", DIALOG)
        if path is not None:
            await export(shot, path, picture)
            self.desk.notice(f"{path.name} written")

    # --- kept ------------------------------------------------------------------------------

    def save(self) -> None:
        """Keep these graphs under a name."""
        if self.query.panels:
            self.tasks.do("save", self._save)

    async def _save(self) -> None:
        known = next((one for one in self.saved if one.id == self.query.saved), None)
        name = await ask_text(
            self.window(),
            "Save these graphs",
            "Your own graphs of the same name are replaced.",
            verb="Save",
            value=known.name if known else "",
            placeholder="Uplinks, cooling, …",
        )
        if name is not None:
            text = replace(self.query, saved=None).text()
            shared = known is not None and known.is_shared and known.owner == self.desk.actor.name
            saved = await self._graphs.save(self.desk.actor, name=name, text=text, is_shared=shared)
            self.query = replace(self.query, saved=int(saved.id))
            self._show_query()
            self.desk.notice(f"Saved as {visible(saved.name)}")

    def share(self) -> None:
        """Let everybody see the saved graph, or nobody else again."""
        known = self._own()
        if known is not None:
            self.tasks.do(
                "share",
                lambda: self._graphs.share(
                    self.desk.actor, graph_id=int(known.id), is_shared=not known.is_shared
                ),
            )

    def remove_saved(self) -> None:
        known = self._own()
        if known is not None:
            self.tasks.do("remove", lambda: self._remove(known))

    async def _remove(self, known: SavedGraph) -> None:
        name = visible(known.name)
        if await confirm(self.window(), f"Remove “{name}”?", "", verb=f"Remove {name}"):
            await self._graphs.remove(self.desk.actor, graph_id=int(known.id))
            self.query = replace(self.query, saved=None)

    def _own(self) -> SavedGraph | None:
        mine = (one for one in self.saved if one.owner == self.desk.actor.name)
        return next((one for one in mine if one.id == self.query.saved), None)

    def set_ends(self) -> None:
        """The ends of the value axis, by hand."""
        self.tasks.do("ends", self._set_ends)

    async def _set_ends(self) -> None:
        manner = self.query.manner
        told = " ".join("auto" if v is None else f"{v:g}" for v in (manner.low, manner.high))
        text = await ask_text(
            self.window(),
            "Ends of the value axis",
            "Least and greatest in plain units (1e9 for 1 Gb/s), or auto. "
            "They are for the unit of the first graph.",
            verb="Set the axis",
            value=told,
        )
        if text is not None:
            bare = replace(self.query, manner=replace(manner, low=None, high=None))
            given = zip(("low", "high"), text.split(), strict=False)
            words = [f"{name}:{value}" for name, value in given if value != "auto"]
            query = parse(" ".join((bare.text(), *words)))
            if query.problems:
                self.strip.say("; ".join(query.problems))
            self.ask(query)

    # --- putting together ------------------------------------------------------------------

    def _show_query(self) -> None:
        is_back = bool(len(self.history)) or self.query.fixed is not None
        self.bar.show_query(self.query, is_back=is_back)
        has = bool(self.query.panels)
        self._hint.setVisible(not has)
        self._below.setVisible(has)

    def _show_saved(self, saved: tuple[SavedGraph, ...]) -> None:
        self.saved = saved
        known = self._own()
        self.desk.actions.action("graphs.share").setEnabled(known is not None)
        self.desk.actions.action("graphs.remove-saved").setEnabled(known is not None)

    def _open_menu(self, panel: GraphPanel, at: QPoint) -> None:
        self._current = panel
        self._fill_menu()
        self.bar.menu.popup(at)

    def _fill_menu(self) -> None:
        menu = self.bar.menu
        menu.clear()
        for group in MENU:
            for name in group:
                menu.addAction(self.desk.actions.action(f"graphs.{name}"))
            menu.addSeparator()
        kept: QMenu = menu.addMenu("Saved graphs")
        kept.setEnabled(bool(self.saved))
        for one in self.saved:
            whose = "" if one.owner == self.desk.actor.name else f"   ({visible(one.owner)})"
            action = kept.addAction(f"{visible(one.name)}{whose}".replace("&", "&&"))
            action.triggered.connect(partial(self._open_kept, one))

    def _open_kept(self, one: SavedGraph, _checked: bool = False) -> None:
        self.open_saved(one)

    def _offer(self) -> None:
        for name, text, icon, keys in COMMANDS:
            handler = getattr(self, name.replace("-", "_"))
            self.desk.actions.add(
                Command(f"graphs.{name}", text, icon, handler, keys, group="Graphs"), self
            )
        self.table.set_menu([self.desk.actions.action("graphs.remove-curves")])

    def _wire(self) -> None:
        self.bar.changed.connect(self._on_bar)
        self.bar.back_asked.connect(self.zoom_out)
        self.bar.menu.aboutToShow.connect(self._fill_menu)
        self.finder.wanted.connect(lambda words, apart: self.add(words, apart=apart))
        self.setAcceptDrops(True)

    def _on_bar(self, query: Query) -> None:
        if query.fixed is None and self.query.fixed is not None:
            self.history.forget()
        self.ask(query)

    def _arrange(self) -> None:
        inside = QWidget()
        self.stack.setContentsMargins(0, 0, 0, 0)
        self.stack.setSpacing(1)
        inside.setLayout(self.stack)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidget(inside)
        self._hint.show_empty(EMPTY)
        below = QSplitter(Qt.Orientation.Vertical)
        below.addWidget(scroll)
        below.addWidget(self.table)
        below.setStretchFactor(0, 1)
        below.setSizes([620, 150])
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.bar)
        column.addWidget(self._hint, 1)
        column.addWidget(below, 1)
        self._below = below
        split = QSplitter()
        split.addWidget(self.finder)
        split.addWidget(right)
        split.setStretchFactor(1, 1)
        split.setSizes([250, 1000])
        self.body.addWidget(split)
