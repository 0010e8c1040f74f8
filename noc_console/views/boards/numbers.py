"""Tiles with large figures: one number with its past, and the alarms by severity."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFont, QMouseEvent, QPainter, QPaintEvent

from noc_console.kernel.quantity import Bps
from noc_console.services.alarms.model import AlarmCounts, Severity
from noc_console.services.boards.model import Tile
from noc_console.services.inventory.model import Reachability
from noc_console.services.top.model import Curve, TopKind
from noc_console.views.boards.content import Content, Context
from noc_console.views.kit.desk import Route
from noc_console.views.kit.severity import paint_severity, severity_color, severity_word
from noc_console.views.kit.sparkline import paint_sparkline
from noc_console.views.kit.theme import SMALL_PX, look
from noc_console.views.kit.units import unit_of

COUNTS = {
    "unreachable": "Devices that do not answer",
    "devices": "Devices",
    "alarms": "Unacknowledged alarms",
    "traffic": "Traffic of all ports",
}
"""What can be counted, and how it is called."""


@dataclass(frozen=True, slots=True, eq=False)
class Figure:
    """What a number tile shows."""

    text: str
    name: str
    detail: str = ""
    curve: Curve | None = None
    is_beyond: bool = False
    """It crossed the limit it was given."""


class NumberContent(Content):
    """One number, its past as a small curve, and whether it is beyond its limit."""

    calls_itself = "Number"
    every_s = 10.0

    def __init__(self, context: Context, tile: Tile) -> None:
        super().__init__(context, tile)
        self.figure = Figure("–", COUNTS.get(tile.option("count"), ""))
        look().changed.connect(self.update)

    def title(self) -> str:
        return self.figure.name or self.calls_itself

    def route(self) -> Route | None:
        if curve := self.tile.option("curve"):
            return Route("graphs", text=f"{curve} span:{self.span_word}")
        about = {"unreachable": "devices", "devices": "devices", "alarms": "alarms"}
        return Route(about.get(self.tile.option("count"), "top"))

    async def load(self) -> Figure:
        if curve := self.tile.option("curve"):
            return await self._of_curve(curve)
        return await self._counted(self.tile.option("count", "unreachable"))

    async def _of_curve(self, text: str) -> Figure:
        loaded = await self.context.services.source.load(
            self.context.desk.actor, text, self.span(), has_marks=False
        )
        if not loaded.curves:
            return Figure("–", "", " ".join(loaded.problems))
        curve = loaded.curves[0]
        known = curve.values[np.isfinite(curve.values)]
        if not len(known):
            return Figure("–", curve.name, "nothing measured")
        value, write = float(known[-1]), unit_of(curve.unit).write
        limit = self._limit(curve.spec, loaded.limits)
        detail = f"of {write(limit)}" if limit is not None and self.tile.option("of_speed") else ""
        return Figure(
            write(value),
            curve.name,
            detail or f"{write(float(known.min()))} … {write(float(known.max()))}",
            np.asarray(curve.values, np.float64),
            limit is not None and self._is_beyond(value, limit),
        )

    def _limit(self, spec: str, limits: object) -> float | None:
        """The operator's own limit; in per cent of the speed where that was chosen."""
        try:
            own = float(self.tile.option("limit"))
        except ValueError:
            return None
        if not self.tile.option("of_speed"):
            return own
        known = dict(limits) if isinstance(limits, dict) else {}
        speeds = [limit.value for limit in known.get(spec, ()) if limit.text == "its speed"]
        return speeds[0] * own / 100 if speeds else None

    def _is_beyond(self, value: float, limit: float) -> bool:
        return value < limit if self.tile.option("below") else value > limit

    async def _counted(self, what: str) -> Figure:
        services, actor = self.context.services, self.context.desk.actor
        name = COUNTS.get(what, what)
        if what == "alarms":
            counts = await services.alarms.counts(actor)
            return Figure(f"{counts.unacknowledged:,}", name, is_beyond=counts.unacknowledged > 0)
        if what == "traffic":
            sheet = await services.top.sheet(actor, of=TopKind.INTERFACES)
            received, sent = (float(np.nansum(sheet.numbers[side])) for side in ("in", "out"))
            return Figure(str(Bps(received + sent)), name, f"of {len(sheet):,} ports, both ways")
        devices = await services.inventory.devices(actor)
        if what == "devices":
            return Figure(f"{len(devices):,}", name)
        down = sum(device.reachability is Reachability.DOWN for device in devices)
        return Figure(f"{down:,}", name, f"of {len(devices):,}", is_beyond=down > 0)

    def show_loaded(self, told: Figure) -> None:
        self.figure = told
        self.setAccessibleDescription(f"{told.name}: {told.text} {told.detail}")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        room = QRectF(self.rect()).adjusted(10, 0, -10, -8)
        figure = self.figure
        has_curve = figure.curve is not None and room.height() > 64
        upper = room.adjusted(0, 0, 0, -room.height() * 0.42) if has_curve else room
        below = SMALL_PX + 5 if figure.detail else 0
        size = int(min(upper.height() - below, room.width() / max(4, len(figure.text)) * 1.6, 40))
        painter.setFont(look().font(max(14, size), QFont.Weight.Medium))
        painter.setPen(look().color("attention.plain" if figure.is_beyond else "text.bright"))
        place = upper.adjusted(0, 0, 0, -below)
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(place, flags, figure.text)
        if figure.detail:
            painter.setFont(look().font(SMALL_PX))
            painter.setPen(look().color("text.dim"))
            cut = painter.fontMetrics().elidedText(
                figure.detail, Qt.TextElideMode.ElideRight, int(upper.width())
            )
            low = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom
            painter.drawText(upper, low, cut)
        if has_curve and figure.curve is not None:
            lower = room.adjusted(0, room.height() * 0.58 + 6, 0, 0)
            known = figure.curve[np.isfinite(figure.curve)]
            low_end = 0.0 if len(known) and known.min() >= 0 else None
            color = look().color("series.a")
            paint_sparkline(painter, lower, figure.curve, color, low=low_end)
        painter.end()


class AlarmCountsContent(Content):
    """How many alarms of each severity; a click shows them."""

    calls_itself = "Alarms"
    every_s = 10.0
    SHOWN = (Severity.CRITICAL, Severity.MAJOR, Severity.MINOR, Severity.WARNING)

    def __init__(self, context: Context, tile: Tile) -> None:
        super().__init__(context, tile)
        self.counts = AlarmCounts()
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        look().changed.connect(self.update)

    def route(self) -> Route | None:
        return Route("alarms")

    async def load(self) -> AlarmCounts:
        return await self.context.services.alarms.counts(self.context.desk.actor)

    def show_loaded(self, told: AlarmCounts) -> None:
        self.counts = told
        words = (f"{self.count(one)} {severity_word(one).lower()}" for one in self.SHOWN)
        self.setAccessibleDescription(", ".join(words))
        self.update()

    def count(self, severity: Severity) -> int:
        found: int = getattr(self.counts, severity.name.lower())
        return found

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        room = QRectF(self.rect()).adjusted(4, 0, -4, -6)
        width = room.width() / len(self.SHOWN)
        for at, severity in enumerate(self.SHOWN):
            cell = QRectF(room.left() + at * width, room.top(), width, room.height())
            self._draw(painter, cell, severity)
        painter.end()

    def _draw(self, painter: QPainter, cell: QRectF, severity: Severity) -> None:
        count = self.count(severity)
        size = int(min(cell.height() * 0.58, cell.width() * 0.32, 40))
        text = f"{count:,}"
        painter.setFont(look().font(max(13, size), QFont.Weight.Medium))
        sign = max(12.0, size * 0.72)
        wide = painter.fontMetrics().horizontalAdvance(text)
        left = cell.center().x() - (sign + 8 + wide) / 2
        middle = cell.center().y() - 8
        painter.setOpacity(1.0 if count else 0.4)
        paint_severity(
            painter, QRectF(left, middle - sign / 2, sign, sign), severity, quiet=count == 0
        )
        painter.setOpacity(1.0)
        painter.setFont(look().font(max(13, size), QFont.Weight.Medium))
        # No alarm, no colour: a row of coloured noughts would shout on a quiet night.
        painter.setPen(severity_color(severity) if count else look().color("text.dim"))
        number = QRectF(left + sign + 8, middle - cell.height() / 2, wide + 4, cell.height())
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.drawText(number, flags, text)
        painter.setFont(look().font(SMALL_PX))
        painter.setPen(look().color("text.dim"))
        low = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignBottom
        painter.drawText(cell, low, severity_word(severity))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        at = int(event.position().x() / max(1, self.width()) * len(self.SHOWN))
        severity = self.SHOWN[min(max(at, 0), len(self.SHOWN) - 1)]
        self.context.desk.go(Route("alarms", text=f"severity:{severity.name.lower()}"))
