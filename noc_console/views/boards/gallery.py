"""“Add a tile”: every kind with a small picture of what it is for, then its settings."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from noc_console.services.alarms.model import Severity
from noc_console.services.boards.model import Place, Tile, TileKind
from noc_console.views.boards.content import BoardServices
from noc_console.views.boards.forms import TileForm
from noc_console.views.boards.kinds import BY_KIND, SPECS, Spec
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.dialogs import Dialog
from noc_console.views.kit.label import Label
from noc_console.views.kit.severity import paint_severity
from noc_console.views.kit.sparkline import paint_sparkline
from noc_console.views.kit.theme import GRID, SMALL_PX, look

CARD = QSize(172, 128)
PICTURE_PX = 62


class Gallery(Dialog):
    """Choose a kind on the left, tell it what to show on the right."""

    def __init__(
        self, parent: QWidget, desk: Desk, services: BoardServices, tile: Tile | None = None
    ) -> None:
        changing = tile is not None
        super().__init__(
            parent,
            "Change tile" if changing else "Add a tile",
            "" if changing else "What should stand on the board?",
            "Change" if changing else "Add",
        )
        self._desk, self._services = desk, services
        self.cards: dict[TileKind, Card] = {}
        self.form: TileForm | None = None
        self._form_room = QVBoxLayout()
        row = QHBoxLayout()
        row.setSpacing(3 * GRID)
        if tile is None:
            row.addWidget(self._gallery())
        side = QWidget()
        side.setMinimumWidth(340)
        side.setLayout(self._form_room)
        row.addWidget(side, 1)
        self.body.addLayout(row)
        first = tile or blank(SPECS[0].kind)
        self.choose(first.kind, first)

    def choose(self, kind: TileKind, tile: Tile | None = None) -> None:
        """Ask for the settings of this kind."""
        for each, card in self.cards.items():
            card.set_chosen(each is kind)
        while (item := self._form_room.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        spec = BY_KIND[kind]
        self._form_room.addWidget(Label(spec.title, tone="bright"))
        self._form_room.addWidget(Label(spec.teaches, tone="dim", wrap=True))
        self.form = TileForm(self._desk, self._services, tile or blank(kind))
        self._form_room.addWidget(self.form)
        self._form_room.addStretch()
        self.problem.hide()

    def tile(self) -> Tile:
        assert self.form is not None
        return self.form.tile()

    def accept(self) -> None:
        assert self.form is not None
        if problem := self.form.problem():
            self.refuse(problem)
        else:
            super().accept()

    def _gallery(self) -> QWidget:
        room = QWidget()
        rows = QVBoxLayout(room)
        rows.setContentsMargins(0, 0, GRID, 0)
        rows.setSpacing(GRID)
        line = QHBoxLayout()
        for at, spec in enumerate(SPECS):
            if at % 3 == 0:
                line = QHBoxLayout()
                line.setSpacing(GRID)
                rows.addLayout(line)
            card = Card(spec)
            card.chosen.connect(self.choose)
            self.cards[spec.kind] = card
            line.addWidget(card)
        line.addStretch()
        rows.addStretch()
        scroll = QScrollArea()
        scroll.setWidget(room)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setMinimumWidth(3 * CARD.width() + 6 * GRID)
        scroll.setMinimumHeight(4 * (CARD.height() + GRID) + GRID)
        return scroll


def blank(kind: TileKind) -> Tile:
    """A new tile of a kind, with what it begins with."""
    spec = BY_KIND[kind]
    return Tile(0, kind, Place(0, 0, *spec.size), options=spec.starts)


class Card(QWidget):
    """One kind in the gallery."""

    chosen = Signal(object)  # TileKind

    def __init__(self, spec: Spec) -> None:
        super().__init__()
        self.spec = spec
        self._is_chosen = False
        self.setFixedSize(CARD)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(f"{spec.title}: {spec.teaches}")
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        look().changed.connect(self.update)

    def set_chosen(self, is_chosen: bool) -> None:
        self._is_chosen = is_chosen
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.chosen.emit(self.spec.kind)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space:
            self.chosen.emit(self.spec.kind)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        lively = self._is_chosen or self.hasFocus()
        painter.setPen(QPen(look().color("line.focus" if lively else "line.hair"), 1))
        ground = "surface.selected" if self._is_chosen else "surface.field"
        if self.underMouse() and not self._is_chosen:
            ground = "surface.hover"
        painter.setBrush(look().color(ground))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        preview(painter, QRectF(12, 12, CARD.width() - 24, PICTURE_PX), self.spec.kind)
        painter.setPen(look().color("text.bright"))
        painter.setFont(look().font(weight=QFont.Weight.Medium))
        painter.drawText(QRectF(12, PICTURE_PX + 20, CARD.width() - 24, 18), 0, self.spec.title)
        painter.setPen(look().color("text.dim"))
        painter.setFont(look().font(SMALL_PX))
        room = QRectF(12, PICTURE_PX + 38, CARD.width() - 24, 26)
        words = self.spec.teaches.split(":")[0].rstrip(".")
        cut = painter.fontMetrics().elidedText(
            words, Qt.TextElideMode.ElideRight, int(room.width())
        )
        painter.drawText(room, 0, cut)
        painter.end()


# --- small pictures of what a kind looks like -------------------------------------------------


def preview(painter: QPainter, room: QRectF, kind: TileKind) -> None:
    """A drawing of the kind, not of any measurement."""
    painter.save()
    _PREVIEWS[kind](painter, room)
    painter.restore()


def _wave(points: int, phase: float, lift: float = 0.5) -> np.ndarray:
    at = np.linspace(0, 2 * math.pi, points)
    return lift + 0.3 * np.sin(at * 1.6 + phase) + 0.08 * np.sin(at * 7 + phase)


def _graph(painter: QPainter, room: QRectF) -> None:
    for phase, tint in ((0.4, "series.a"), (2.2, "series.b")):
        paint_sparkline(painter, room, _wave(60, phase), look().color(tint), high=1.0)


def _rows(painter: QPainter, room: QRectF, *, signs: bool = False, curves: bool = False) -> None:
    height = room.height() / 4
    severities = (Severity.CRITICAL, Severity.MAJOR, Severity.MINOR, Severity.WARNING)
    for at in range(4):
        y = room.top() + at * height
        left = room.left()
        if signs:
            paint_severity(painter, QRectF(left, y + 2, 10, 10), severities[at])
            left += 16
        long = room.width() * (0.46 - 0.06 * at)
        painter.fillRect(QRectF(left, y + 5, long, 4), look().color("icon.dim"))
        if curves:
            place = QRectF(room.right() - 62, y + 1, 40, height - 4)
            paint_sparkline(painter, place, _wave(24, at * 1.3), look().color("series.a"), high=1)
        painter.fillRect(QRectF(room.right() - 16, y + 5, 16, 4), look().color("icon.plain"))


def _number(painter: QPainter, room: QRectF) -> None:
    painter.setFont(look().font(26, QFont.Weight.Medium))
    painter.setPen(look().color("text.bright"))
    painter.drawText(room.adjusted(0, -4, 0, -26), Qt.AlignmentFlag.AlignVCenter, "3.2 Gb/s")
    lower = room.adjusted(0, 36, 0, 0)
    paint_sparkline(painter, lower, _wave(40, 1.0), look().color("series.a"), high=1.0)


def _counts(painter: QPainter, room: QRectF) -> None:
    width = room.width() / 4
    severities = (Severity.CRITICAL, Severity.MAJOR, Severity.MINOR, Severity.WARNING)
    painter.setFont(look().font(18, QFont.Weight.Medium))
    for at, (severity, count) in enumerate(zip(severities, (1, 0, 3, 7), strict=True)):
        left = room.left() + at * width
        paint_severity(painter, QRectF(left, room.center().y() - 7, 14, 14), severity)
        painter.setFont(look().font(18, QFont.Weight.Medium))
        painter.setPen(look().color("text.bright" if count else "text.dim"))
        place = QRectF(left + 18, room.top(), width, room.height())
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, str(count))


def _map(painter: QPainter, room: QRectF) -> None:
    spots = [(0.5, 0.15), (0.2, 0.5), (0.5, 0.55), (0.82, 0.45), (0.3, 0.9), (0.7, 0.88)]
    at = [QPointF(room.left() + x * room.width(), room.top() + y * room.height()) for x, y in spots]
    painter.setPen(QPen(look().color("load.medium"), 2))
    for one, other in ((0, 1), (0, 2), (0, 3), (1, 4), (2, 4), (2, 5), (3, 5)):
        painter.drawLine(at[one], at[other])
    painter.setPen(QPen(look().color("icon.plain"), 1.6))
    painter.setBrush(look().color("surface.field"))
    for spot in at:
        painter.drawEllipse(spot, 5, 5)


def _smoke(painter: QPainter, room: QRectF) -> None:
    middle = _wave(30, 0.7, 0.55)
    step = room.width() / 30
    for at, value in enumerate(middle.tolist()):
        x = room.left() + at * step
        y = room.bottom() - value * room.height() * 0.9
        spread = 6 + 8 * abs(math.sin(at))
        haze = QColor(look().color("icon.dim"))
        haze.setAlphaF(0.45)
        painter.fillRect(QRectF(x, y - spread, step - 0.6, 2 * spread), haze)
        painter.fillRect(QRectF(x, y - 1, step - 0.6, 2), look().color("series.a"))


def _heat(painter: QPainter, room: QRectF) -> None:
    ramp = ("load.idle", "load.low", "load.medium", "load.high", "load.full")
    width, height = room.width() / 16, room.height() / 7
    for day in range(7):
        for hour in range(16):
            busy = math.sin(hour / 16 * math.pi) ** 2 * (0.55 if day > 4 else 1.0)
            tint = ramp[min(4, int(busy * 4.99))]
            cell = QRectF(
                room.left() + hour * width, room.top() + day * height, width - 1, height - 1
            )
            painter.fillRect(cell, look().color(tint))


def _clock(painter: QPainter, room: QRectF) -> None:
    painter.setFont(look().font(30, QFont.Weight.Light))
    painter.setPen(look().color("text.bright"))
    painter.drawText(room, Qt.AlignmentFlag.AlignCenter, "14:05:09")


def _note(painter: QPainter, room: QRectF) -> None:
    for at, part in enumerate((0.9, 0.75, 0.85, 0.4)):
        y = room.top() + 6 + at * 14
        painter.fillRect(QRectF(room.left(), y, room.width() * part, 4), look().color("icon.dim"))


_PREVIEWS: dict[TileKind, Callable[[QPainter, QRectF], None]] = {
    TileKind.GRAPH: _graph,
    TileKind.TOP: lambda painter, room: _rows(painter, room, curves=True),
    TileKind.NUMBER: _number,
    TileKind.ALARM_COUNTS: _counts,
    TileKind.ALARMS: lambda painter, room: _rows(painter, room, signs=True),
    TileKind.MAP: _map,
    TileKind.SMOKE: _smoke,
    TileKind.HEAT: _heat,
    TileKind.CLOCK: _clock,
    TileKind.NOTE: _note,
    TileKind.COLLECTORS: lambda painter, room: _rows(painter, room),
}
