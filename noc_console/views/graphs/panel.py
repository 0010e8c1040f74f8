"""One graph of the page: what it is about, its curves or its heat map, and room to drop more on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import tzinfo

from PySide6.QtCore import QEvent, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLayout, QStackedLayout, QVBoxLayout, QWidget

from noc_console.views.graphs.finder import MIME
from noc_console.views.graphs.loading import Loaded, dressed
from noc_console.views.graphs.specs import LONGEST, Panel, curve_specs
from noc_console.views.kit.crosshair import Crosshair
from noc_console.views.kit.curves import Curve, Span
from noc_console.views.kit.drawing import Limit, Manner, Mark
from noc_console.views.kit.graph_sheet import Snapshot
from noc_console.views.kit.heat import Heat, HeatMap, by_day, by_weekday
from noc_console.views.kit.icons import IconButton
from noc_console.views.kit.label import ElidedLabel
from noc_console.views.kit.plots import Graph
from noc_console.views.kit.theme import GRID
from noc_console.views.kit.times import Times
from noc_console.views.kit.units import unit_of
from noc_console.views.probes.smoke import Smoke, SmokeGraph

NOTE = "Nothing was measured in this time."
LEAST_PX = 190
SHARED_NAMES = 3
"""So many objects are named in a graph's title; of more only how many there are."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One graph: the curves of one unit of one panel."""

    panel: int
    unit: str
    curves: tuple[Curve, ...]
    limits: tuple[Limit, ...]
    marks: tuple[Mark, ...]
    title: str

    @property
    def key(self) -> tuple[int, str]:
        return self.panel, self.unit


def arranged(panels: Sequence[Panel], loaded: Loaded) -> tuple[Shown, ...]:
    """The graphs from top to bottom: each panel in as many as it has units."""
    found = []
    for number, panel in enumerate(panels):
        wanted = {spec.text for spec in panel}
        mine = [curve for curve in loaded.curves if curve.spec in wanted]
        for unit in dict.fromkeys(curve.unit for curve in mine):
            curves = dressed([curve for curve in mine if curve.unit == unit])
            found.append(
                Shown(
                    panel=number,
                    unit=unit,
                    curves=curves,
                    limits=loaded.limits_of(curves),
                    marks=loaded.marks,
                    title=_title(unit, curves),
                )
            )
    return tuple(found)


def _title(unit: str, curves: Sequence[Curve]) -> str:
    """What is measured, and of what."""
    names = list(dict.fromkeys(_object(curve) for curve in curves if not curve.ghost))
    more = f" and {len(names) - SHARED_NAMES} more" if len(names) > SHARED_NAMES else ""
    return f"{unit_of(unit).word} · {', '.join(names[:SHARED_NAMES])}{more}"


def _object(curve: Curve) -> str:
    """Its name without what is measured of it."""
    specs = curve_specs(curve.spec)
    return curve.name.removesuffix(specs[0].measure.title).rstrip() if specs else curve.name


Picture = Heat | Smoke | None
"""What stands in the place of curves."""


def picture_of(
    shown: Shown, kind: str, smokes: Mapping[int, Smoke], span: Span, zone: tzinfo | None
) -> Picture:
    """What is drawn of a graph instead of its curves; goes through all values."""
    body = next((curve for curve in shown.curves if not curve.ghost), shown.curves[0])
    if kind == "smoke":
        specs = [spec for curve in shown.curves for spec in curve_specs(curve.spec)]
        probes = (spec.id for spec in specs if spec.kind == "probe" and spec.word == "latency")
        return smokes.get(next(probes, -1))
    make = {"week": by_weekday, "days": by_day}.get(kind)
    if make is None:
        return None
    return replace(make(body, span, zone), from_zero=unit_of(shown.unit).from_zero)


class GraphPanel(QFrame):
    """A graph with its head. `dropped`: draw these words here too."""

    zoomed = Signal(object)  # Span
    zoomed_out = Signal()
    looked = Signal(object)  # Span
    marked = Signal(object)  # Mark
    dropped = Signal(str)
    closed = Signal()
    entered = Signal()
    menu_asked = Signal(QPoint)

    def __init__(self, times: Times, hub: Crosshair, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.shown: Shown | None = None
        self.title = ElidedLabel("", tone="bright")
        self.close_button = IconButton("close", "Take this graph away")
        self.graph = Graph(times)
        self.graph.follow(hub)
        self.heat = HeatMap(times)
        self.smoke = SmokeGraph(times)
        self.smoke.plot.hovered.connect(hub.point)
        hub.moved.connect(self.smoke.plot.show_cross)
        self._stack = QStackedLayout()
        self.setAcceptDrops(True)
        self.setMinimumHeight(LEAST_PX)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(
            lambda at: self.menu_asked.emit(self.mapToGlobal(at))
        )
        self.close_button.clicked.connect(self.closed)
        for signal, mine in (
            (self.graph.zoomed, self.zoomed),
            (self.graph.zoomed_out, self.zoomed_out),
            (self.graph.looked, self.looked),
            (self.graph.marked, self.marked),
            (self.smoke.zoomed, self.zoomed),
            (self.smoke.zoomed_out, self.zoomed_out),
        ):
            signal.connect(mine)
        self._lay_out()

    def show_graph(self, shown: Shown, span: Span, manner: Manner, picture: Picture) -> None:
        """Swap everything; a graph under a moving hand keeps the span of the hand."""
        self.shown = shown
        unit = unit_of(shown.unit)
        self.title.show_text(shown.title)
        if isinstance(picture, Heat):
            self._stack.setCurrentWidget(self.heat)
            self.heat.show_heat(picture, unit.write, note=NOTE)
            return
        if isinstance(picture, Smoke):
            self._stack.setCurrentWidget(self.smoke)
            if not self.smoke.plot.is_moving:
                self.smoke.show_smoke(picture, span, note=NOTE)
            return
        self._stack.setCurrentWidget(self.graph)
        if self.graph.plot.is_moving:
            span = self.graph.span
        self.graph.show_curves(
            shown.curves,
            span,
            write=unit.write,
            top=unit.top,
            note=NOTE,
            manner=manner,
            limits=shown.limits,
            marks=shown.marks,
        )

    @property
    def is_heat(self) -> bool:
        return self._stack.currentWidget() is self.heat

    def snapshot(self) -> Snapshot:
        return self.graph.snapshot(self.title.whole())

    def sizeHint(self) -> QSize:
        return QSize(600, 260)

    def enterEvent(self, event: QEvent) -> None:
        self.entered.emit()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasFormat(MIME):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self.dropped.emit(dropped_words(event))
        event.acceptProposedAction()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(GRID + 4, 6, 6, 0)
        head.setSpacing(GRID)
        head.addWidget(self.title, 1)
        head.addWidget(self.close_button)
        for widget in (self.graph, self.heat, self.smoke):
            self._stack.addWidget(widget)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addLayout(self._stack, 1)


def dropped_words(event: QDropEvent) -> str:
    """The words of curves that were dropped; nothing of what else may be in there."""
    return bytes(event.mimeData().data(MIME).data()).decode("utf-8", "replace")[:LONGEST]


def forget(layout: QLayout, panels: Iterable[QWidget]) -> None:
    """Take widgets out for good."""
    for panel in panels:
        layout.removeWidget(panel)
        panel.hide()
        panel.deleteLater()
