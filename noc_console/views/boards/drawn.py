"""Tiles that draw: curves, the smoke of a probe, hours by weekdays, the map."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt, QTimer
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent

from noc_console.kernel.errors import NotFound
from noc_console.services.boards.model import Tile
from noc_console.services.topology.model import MAIN_VIEW, Arranged
from noc_console.views.boards.content import Content, Context
from noc_console.views.graphs.loading import Loaded, dressed
from noc_console.views.kit.curves import Curve, Floats, Span
from noc_console.views.kit.desk import Route
from noc_console.views.kit.drawing import Manner, Mode
from noc_console.views.kit.label import Label
from noc_console.views.kit.plots import Graph
from noc_console.views.kit.theme import SMALL_PX, look
from noc_console.views.kit.units import unit_of
from noc_console.views.probes.smoke import COLUMNS, NOTHING, Smoke, SmokeGraph, smoke_of
from noc_console.views.topology.canvas import MapCanvas
from noc_console.views.topology.hulls import Outlined, outlined
from noc_console.views.topology.scene import Scene


class GraphContent(Content):
    """Any curves, with the crosshair all graphs of the board share."""

    calls_itself = "Graph"
    every_s = 20.0

    def __init__(self, context: Context, tile: Tile) -> None:
        super().__init__(context, tile)
        self.graph = Graph(context.desk.times)
        self.graph.follow(context.crosshair)
        self.graph.zoomed.connect(self._study)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.addWidget(self.graph)
        self._name = ""

    def title(self) -> str:
        return self._name or self.calls_itself

    def words(self, span: str) -> str:
        """The same curves for the page of graphs."""
        mode = " mode:stacked" if self.tile.option("stacked") else ""
        compare = self.tile.option("compare")
        return f"{self.tile.option('curves')} {span}{mode}" + (
            f" compare:{compare}" if compare else ""
        )

    def route(self) -> Route | None:
        return Route("graphs", text=self.words(f"span:{self.span_word}"))

    def _study(self, span: Span) -> None:
        """Drawn around with the mouse: the page of graphs shows it closer."""
        start, end = (
            datetime.fromtimestamp(at, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
            for at in (span.start, span.end)
        )
        self.context.desk.go(Route("graphs", text=self.words(f"from:{start} to:{end}")))

    async def load(self) -> Loaded:
        return await self.context.services.source.load(
            self.context.desk.actor,
            self.tile.option("curves"),
            self.span(),
            compare=self.tile.option("compare"),
        )

    def show_loaded(self, told: Loaded) -> None:
        unit_text = told.curves[0].unit if told.curves else ""
        curves = dressed([curve for curve in told.curves if curve.unit == unit_text])
        unit = unit_of(unit_text)
        stacked = bool(self.tile.option("stacked"))
        alone = len({curve.spec.partition("/")[0] for curve in curves}) == 1
        if alone and curves:
            self._name = curves[0].name.rpartition(" ")[0] or curves[0].name
        self.graph.show_curves(
            short_names(curves),
            told.span,
            write=unit.write,
            top=unit.top,
            note=_note(told, self.tile.option("curves")),
            manner=Manner(mode=Mode.STACKED if stacked else Mode.LINES, from_zero=unit.from_zero),
            limits=told.limits_of(curves) if alone else (),
            marks=told.marks if alone else (),
        )


def short_names(curves: Sequence[Curve]) -> tuple[Curve, ...]:
    """Names a tile has room for: the device where that tells curves apart, without a direction
    they all share."""
    words = [curve.name.rpartition(" @ ") for curve in curves]
    if len(curves) < 2 or not all(port for port, _, _ in words):
        return tuple(curves)
    measures = {rest.partition(" ")[2] for _, _, rest in words}
    devices = [rest.partition(" ")[0] for _, _, rest in words]
    if len(measures) > 1 or len(set(devices)) < len(devices):
        return tuple(curves)
    return tuple(
        replace(curve, name=name, key=name) for curve, name in zip(curves, devices, strict=True)
    )


def _note(told: Loaded, curves: str) -> str:
    if told.problems and not told.curves:
        return told.problems[0]
    return "Nothing was measured in this time." if curves else "Choose curves for this tile."


class SmokeContent(Content):
    """Loss and latency of one probe."""

    calls_itself = "Probe"
    every_s = 20.0

    def __init__(self, context: Context, tile: Tile) -> None:
        super().__init__(context, tile)
        self.graph = SmokeGraph(context.desk.times)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.addWidget(self.graph)
        self._name = ""

    def title(self) -> str:
        return self._name or self.calls_itself

    @property
    def probe_id(self) -> int:
        word = self.tile.option("probe")
        return int(word) if word.isdecimal() and len(word) < 19 else 0

    def route(self) -> Route | None:
        return Route("probes", id=self.probe_id)

    async def load(self) -> tuple[str, Smoke, Span, str]:
        probes, actor = self.context.services.probes, self.context.desk.actor
        span = self.span()
        if not self.probe_id:
            return "", NOTHING, span, "Choose a probe for this tile."
        try:
            probe = await probes.probe(actor, probe_id=self.probe_id)
            series = await probes.series(
                actor,
                probe_id=self.probe_id,
                start=datetime.fromtimestamp(span.start, UTC),
                end=datetime.fromtimestamp(span.end, UTC),
                columns=COLUMNS,
            )
        except NotFound as error:
            return "", NOTHING, span, str(error)
        name = f"{probe.title} {probe.name or probe.target}".strip()
        return name, smoke_of(series), span, "Nothing was measured in this time."

    def show_loaded(self, told: tuple[str, Smoke, Span, str]) -> None:
        name, smoke, span, note = told
        self._name = name
        self.graph.show_smoke(smoke, span, note=note)


@dataclass(frozen=True, slots=True, eq=False)
class Heat:
    """Means of a curve by weekday (Monday first) and hour of the day, NaN where unknown."""

    name: str
    unit: str
    cells: Floats
    """[7, 24]"""


DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
LEFT_PX, BELOW_PX = 26, 16


def week_of(curve: Curve, zone: tzinfo | None) -> Floats:
    """The mean of each hour of the week in a zone."""
    known = np.isfinite(curve.values)
    times, values = curve.times[known], curve.values[known]
    total, count = np.zeros(168), np.zeros(168)
    if len(times):
        # An hour lies within one offset from UTC, or nearly: one look at the zone for each.
        hours, place = np.unique(np.floor(times / 3600).astype(np.int64), return_inverse=True)
        local = [datetime.fromtimestamp(int(hour) * 3600, UTC).astimezone(zone) for hour in hours]
        slots = np.array([moment.weekday() * 24 + moment.hour for moment in local])[place]
        np.add.at(total, slots, values)
        np.add.at(count, slots, 1)
    means: Floats = np.where(count > 0, total / np.maximum(count, 1), np.nan)
    return means.reshape(7, 24)


class HeatContent(Content):
    """When it is busy: hours of the day by days of the week, from idle to full."""

    calls_itself = "Week"
    every_s = 300.0
    RAMP = ("load.idle", "load.low", "load.medium", "load.high", "load.full")

    def __init__(self, context: Context, tile: Tile) -> None:
        super().__init__(context, tile)
        self.heat: Heat | None = None
        self.note = ""
        look().changed.connect(self.update)
        self.setMouseTracking(True)

    def title(self) -> str:
        return self.heat.name if self.heat is not None else self.calls_itself

    def route(self) -> Route | None:
        return Route("graphs", text=f"{self.tile.option('curve')} span:30d heat:week")

    def span(self) -> Span:
        """Four weeks, or the tile's own span: a heat of an hour would be one cell."""
        span = super().span()
        least = 28 * 86_400.0
        return span if span.seconds >= least else Span(span.end - least, span.end)

    async def load(self) -> tuple[Heat | None, str]:
        loaded = await self.context.services.source.load(
            self.context.desk.actor, self.tile.option("curve"), self.span(), has_marks=False
        )
        if not loaded.curves:
            problem = " ".join(loaded.problems)
            return None, problem or "Choose a curve for this tile."
        curve, zone = loaded.curves[0], self.context.desk.times.zone()
        cells = await asyncio.to_thread(week_of, curve, zone)
        return Heat(curve.name, curve.unit, cells), ""

    def show_loaded(self, told: tuple[Heat | None, str]) -> None:
        self.heat, self.note = told
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(look().font(SMALL_PX))
        painter.setPen(look().color("text.dim"))
        heat = self.heat
        if heat is None or not np.isfinite(heat.cells).any():
            words = self.note or "Nothing was measured in this time."
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, words)
        else:
            self._draw(painter, heat)
        painter.end()

    def _draw(self, painter: QPainter, heat: Heat) -> None:
        room = QRectF(self.rect()).adjusted(LEFT_PX + 8, 0, -8, -BELOW_PX - 4)
        width, height = room.width() / 24, room.height() / 7
        most = float(np.nanmax(heat.cells)) or 1.0
        middle = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        for day, row in enumerate(heat.cells.tolist()):
            top = room.top() + day * height
            painter.setPen(look().color("text.dim"))
            painter.drawText(QRectF(8, top, LEFT_PX, height), middle, DAYS[day])
            for hour, value in enumerate(row):
                cell = QRectF(room.left() + hour * width, top, width - 1, height - 1)
                painter.fillRect(cell, self._color(value / most if value == value else None))
        painter.setPen(look().color("text.dim"))
        for hour in range(0, 24, 6):
            place = QPointF(room.left() + hour * width, self.height() - 6)
            painter.drawText(place, f"{hour:02}")
        write = unit_of(heat.unit).write
        words = f"at most {write(most)}"
        low = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom
        painter.drawText(QRectF(self.rect()).adjusted(0, 0, -8, -4), low, words)

    def _color(self, share: float | None) -> QColor:
        if share is None:
            return look().color("line.hair")
        at = min(max(share, 0.0), 1.0) * (len(self.RAMP) - 1)
        low = min(int(at), len(self.RAMP) - 2)
        one, other = (look().color(name) for name in self.RAMP[low : low + 2])
        part = at - low
        return QColor.fromRgbF(
            one.redF() + (other.redF() - one.redF()) * part,
            one.greenF() + (other.greenF() - one.greenF()) * part,
            one.blueF() + (other.blueF() - one.blueF()) * part,
        )


class MapContent(Content):
    """A map, to look at: it is drawn off the tile and shown as a picture."""

    calls_itself = "Map"
    every_s = 30.0

    def __init__(self, context: Context, tile: Tile) -> None:
        super().__init__(context, tile)
        self.canvas = MapCanvas()
        self.canvas.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.canvas.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.body.setContentsMargins(1, 0, 1, 1)
        self.body.addWidget(self.canvas)
        self.note = Label("", tone="dim")
        self.note.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.note.hide()
        self.body.addWidget(self.note)
        self._fit = QTimer(self)
        self._fit.setSingleShot(True)
        self._fit.setInterval(80)
        self._fit.timeout.connect(lambda: self.canvas.fit(animate=False))

    def route(self) -> Route | None:
        return Route("map")

    async def load(self) -> tuple[Scene, Outlined] | None:
        topology, actor = self.context.services.topology, self.context.desk.actor
        found = await topology.arranged(actor, view=self.tile.option("view", MAIN_VIEW))
        if not found.graph.nodes:
            return None
        return await asyncio.to_thread(_scene_of, found)

    def show_loaded(self, told: tuple[Scene, Outlined] | None) -> None:
        self.canvas.setVisible(told is not None)
        self.note.setVisible(told is None)
        self.note.setText("No devices yet: discovery finds them.")
        if told is not None:
            self.canvas.take(*told)
            self._fit.start()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit.start()


def _scene_of(found: Arranged) -> tuple[Scene, Outlined]:
    """For a thread: ten thousand devices take some tens of milliseconds."""
    scene = Scene.of(found.graph, found.positions)
    return scene, outlined(scene)
