"""The graph at that moment: what was measured of the object around the time of the alarm."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from noc_console.services.alarms.model import Alarm
from noc_console.views.alarms.given import DeskServices
from noc_console.views.alarms.graphing import graph_text
from noc_console.views.alarms.section import Section
from noc_console.views.graphs.loading import GraphSource, Loaded
from noc_console.views.graphs.panel import NOTE, Shown, arranged
from noc_console.views.graphs.specs import Query, parse
from noc_console.views.kit.crosshair import Crosshair
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.label import ElidedLabel
from noc_console.views.kit.plots import Graph
from noc_console.views.kit.tasks import OnError
from noc_console.views.kit.units import unit_of

MOST = 3
HIGH_PX = 190


class Moment(Section):
    """A few small graphs with one time axis; the alarm itself is a mark on them."""

    title = "Graph"

    def __init__(self, desk: Desk, given: DeskServices, on_error: OnError) -> None:
        super().__init__(desk, given, on_error)
        self.hub = Crosshair(self)
        self.graphs: list[Graph] = []
        self._titles: list[ElidedLabel] = []
        inner = QWidget()
        self._column = QVBoxLayout(inner)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(2)
        for _ in range(MOST):
            title, graph = ElidedLabel("", tone="dim", size="small"), Graph(desk.times)
            graph.setMinimumHeight(HIGH_PX)
            graph.follow(self.hub)
            self._titles.append(title)
            self.graphs.append(graph)
            self._column.addWidget(title)
            self._column.addWidget(graph, 1)
        self._column.addStretch(0)
        area = QScrollArea()
        area.setWidget(inner)
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.body.addWidget(area, 1)
        self.clear()

    @staticmethod
    def is_offered(given: DeskServices) -> bool:
        return given.source is not None

    def concerns(self, alarm: Alarm) -> bool:
        return bool(graph_text(alarm, self.desk.clock.now()))

    def clear(self) -> None:
        for widget in (*self.graphs, *self._titles):
            widget.hide()

    def load(self, alarm: Alarm) -> None:
        source, words = self.given.source, graph_text(alarm, self.desk.clock.now())
        if source is None or not words:
            self.say("Nothing is measured that has to do with it.")
            return
        self.tasks.ask("graph", self._loaded_of(source, parse(words)), self._show)

    async def _loaded_of(self, source: GraphSource, query: Query) -> tuple[Query, Loaded]:
        assert query.fixed is not None, "a graph of an alarm has its time"
        return query, await source.load(self.desk.actor, query.curves, query.fixed, share=0.0)

    def _show(self, found: tuple[Query, Loaded]) -> None:
        query, loaded = found
        shown = arranged(query.panels, loaded)[:MOST]
        self.say("" if shown else "Nothing was measured of it around that time.")
        for at, graph in enumerate(self.graphs):
            is_used = at < len(shown)
            graph.setVisible(is_used)
            self._titles[at].setVisible(is_used)
            if is_used:
                self._draw(graph, self._titles[at], shown[at], loaded)

    def _draw(self, graph: Graph, title: ElidedLabel, shown: Shown, loaded: Loaded) -> None:
        unit = unit_of(shown.unit)
        title.show_text(shown.title)
        graph.show_curves(
            shown.curves,
            loaded.span,
            write=unit.write,
            top=unit.top,
            note=NOTE,
            limits=shown.limits,
            marks=shown.marks,
        )
