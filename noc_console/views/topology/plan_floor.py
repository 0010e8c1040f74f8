"""The floor of a site from above: rooms side by side, racks with how full and how well they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QApplication, QWidget

from noc_console.kernel.text import visible
from noc_console.services.alarms.model import Severity
from noc_console.services.facilities.model import Rack, Room, SitePlan
from noc_console.views.kit.keys import claims_alt_arrows
from noc_console.views.kit.severity import paint_severity, severity_color
from noc_console.views.kit.theme import look
from noc_console.views.topology.ink import mix

GAP_M = 1.0
"""Between rooms on the drawing; where they really are nobody told."""
AIR = 36.0
HEAD = 42.0
"""Pixels above each row of rooms, for their names."""
CLOSEST = 110.0
"""Pixels a metre at most."""
STEP_M = 0.1
TILE_M = 0.6
"""A raised floor's tile: the quiet grid of a room."""
_MOVES = {
    Qt.Key.Key_Left: (-STEP_M, 0.0),
    Qt.Key.Key_Right: (STEP_M, 0.0),
    Qt.Key.Key_Up: (0.0, -STEP_M),
    Qt.Key.Key_Down: (0.0, STEP_M),
}


@dataclass(frozen=True, slots=True)
class RackLoad:
    """What the floor tells of a rack."""

    used: int
    """Units filled, front or rear."""
    devices: int
    worst: Severity
    down: int


Rows = tuple[tuple[Room, ...], ...]


def in_rows(rooms: tuple[Room, ...], across: int) -> Rows:
    """Rooms in their order, so many side by side."""
    return tuple(rooms[at : at + across] for at in range(0, len(rooms), across))


def fitting(rows: Rows, width: float, height: float) -> float:
    """Pixels a metre at which all rows fit."""
    wide = max((_width(row) for row in rows), default=1.0)
    deep = sum(_depth(row) for row in rows) or 1.0
    return min(width / wide, (height - HEAD * len(rows)) / deep)


def _width(row: tuple[Room, ...]) -> float:
    return sum(room.width_m for room in row) + GAP_M * max(0, len(row) - 1)


def _depth(row: tuple[Room, ...]) -> float:
    return max((room.depth_m for room in row), default=0.0)


class Floor:
    """Where metres of rooms are on the widget: rows of them, as large as they fit."""

    def __init__(self, rooms: tuple[Room, ...], width: float, height: float) -> None:
        space = width - 2 * AIR, height - AIR
        rows = max(
            (in_rows(rooms, across) for across in range(1, max(1, len(rooms)) + 1)),
            key=lambda rows: fitting(rows, *space),
        )
        self.scale = max(4.0, min(CLOSEST, fitting(rows, *space)))
        self.origins: dict[int, QPointF] = {}
        deep = sum(_depth(row) for row in rows) * self.scale + HEAD * len(rows)
        y = max(0.0, (height - deep) / 2 - HEAD / 4)
        for row in rows:
            x = max(AIR, (width - _width(row) * self.scale) / 2)
            y += HEAD
            for room in row:
                self.origins[room.id] = QPointF(x, y)
                x += (room.width_m + GAP_M) * self.scale
            y += _depth(row) * self.scale

    def room(self, room: Room) -> QRectF:
        origin = self.origins[room.id]
        return QRectF(origin.x(), origin.y(), room.width_m * self.scale, room.depth_m * self.scale)

    def rack(self, rack: Rack) -> QRectF:
        origin, (width, depth) = self.origins[rack.room_id], rack.footprint
        return QRectF(
            origin.x() + rack.x_m * self.scale,
            origin.y() + rack.y_m * self.scale,
            width * self.scale,
            depth * self.scale,
        )


class FloorView(QWidget):
    """Shows the floor; tells which rack was chosen and where one was put."""

    chosen = Signal(int)  # rack id
    moved = Signal(object)  # the rack as it should be
    edit_wanted = Signal(int)
    remove_wanted = Signal(int)
    turn_wanted = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.plan: SitePlan | None = None
        self.loads: Mapping[int, RackLoad] = {}
        self.rack_id: int | None = None
        self.held: Rack | None = None
        self._press: tuple[QPointF, Rack] | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(280, 200)
        self.setAccessibleName("Floor plan")
        look().changed.connect(self.update)

    def show_plan(self, plan: SitePlan, loads: Mapping[int, RackLoad], rack: int | None) -> None:
        self.plan, self.loads, self.rack_id = plan, loads, rack
        self.update()

    @property
    def floor(self) -> Floor:
        rooms = self.plan.rooms if self.plan else ()
        return Floor(rooms, float(self.width()), float(self.height()))

    def rack_at(self, spot: QPointF) -> Rack | None:
        """The rack under a point of the widget."""
        floor = self.floor
        racks = self.plan.racks if self.plan else ()
        return next((rack for rack in racks if floor.rack(rack).contains(spot)), None)

    # --- the hand ----------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        rack = self.rack_at(event.position())
        if rack is not None:
            self.chosen.emit(rack.id)
            if event.button() is Qt.MouseButton.LeftButton:
                self._press = (event.position(), rack)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._press is None:
            under = self.rack_at(event.position())
            self.setCursor(
                Qt.CursorShape.PointingHandCursor if under else Qt.CursorShape.ArrowCursor
            )
            return
        start, rack = self._press
        way = event.position() - start
        if self.held is None and way.manhattanLength() < QApplication.startDragDistance():
            return
        scale = self.floor.scale
        self.held = _shifted(rack, way.x() / scale, way.y() / scale)
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        held, self.held, self._press = self.held, None, None
        self.update()
        if held is not None:
            self.moved.emit(held)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if (rack := self.rack_at(event.position())) is not None:
            self.edit_wanted.emit(rack.id)

    def event(self, event: QEvent) -> bool:
        return claims_alt_arrows(event) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, racks = Qt.Key(event.key()), self.plan.racks if self.plan else ()
        now = next((rack for rack in racks if rack.id == self.rack_id), None)
        if key in _MOVES and now is not None:
            if event.modifiers() & Qt.KeyboardModifier.AltModifier:
                self.moved.emit(_shifted(now, *_MOVES[key]))
            else:
                self._walk(now, racks, key)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and now is not None:
            self.edit_wanted.emit(now.id)
        elif key is Qt.Key.Key_Delete and now is not None:
            self.remove_wanted.emit(now.id)
        elif key is Qt.Key.Key_R and now is not None:
            self.turn_wanted.emit(now.id)
        else:
            super().keyPressEvent(event)

    def _walk(self, now: Rack, racks: tuple[Rack, ...], key: Qt.Key) -> None:
        """To the nearest rack in a direction."""
        dx, dy = _MOVES[key]
        floor = self.floor
        here = floor.rack(now).center()
        best: tuple[float, Rack] | None = None
        for rack in racks:
            way = floor.rack(rack).center() - here
            ahead = (way.x() * dx + way.y() * dy) / STEP_M
            aside = abs(way.x() * dy) / STEP_M + abs(way.y() * dx) / STEP_M
            if ahead > 1 and (best is None or ahead + 2 * aside < best[0]):
                best = (ahead + 2 * aside, rack)
        if best is not None:
            self.chosen.emit(best[1].id)

    # --- drawing -----------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            painter.fillRect(self.rect(), look().color("surface.field"))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if self.plan is not None:
                self._paint(painter, self.plan)
        finally:
            painter.end()

    def _paint(self, painter: QPainter, plan: SitePlan) -> None:
        floor = self.floor
        for room in plan.rooms:
            self._paint_room(painter, room, floor)
        for rack in plan.racks:
            if self.held is not None and rack.id == self.held.id:
                painter.setPen(QPen(look().color("line.strong"), 1, Qt.PenStyle.DashLine))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRect(floor.rack(rack))
            else:
                self._paint_rack(painter, rack, floor)
        if self.held is not None:
            self._paint_rack(painter, self.held, floor)

    def _paint_room(self, painter: QPainter, room: Room, floor: Floor) -> None:
        theme, box = look(), floor.room(room)
        painter.fillRect(box, mix(theme.color("surface.field"), theme.color("surface.raised"), 0.5))
        tile = TILE_M * floor.scale
        if tile >= 9:
            painter.setPen(
                QPen(mix(theme.color("surface.field"), theme.color("line.hair"), 0.8), 1)
            )
            x = box.x() + tile
            while x < box.right():
                painter.drawLine(QPointF(x, box.top()), QPointF(x, box.bottom()))
                x += tile
            y = box.y() + tile
            while y < box.bottom():
                painter.drawLine(QPointF(box.left(), y), QPointF(box.right(), y))
                y += tile
        painter.setPen(QPen(theme.color("line.strong"), 1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(box)
        font = theme.font(13)
        font.setWeight(font.Weight.DemiBold)
        painter.setFont(font)
        painter.setPen(theme.color("text.bright"))
        name = visible(room.name, limit=80)
        painter.drawText(QPointF(box.x(), box.y() - 12), name)
        told = painter.fontMetrics().horizontalAdvance(name) + 12
        painter.setFont(theme.font(11))
        painter.setPen(theme.color("text.dim"))
        facts = painter.fontMetrics().elidedText(
            room_facts(room), Qt.TextElideMode.ElideRight, max(0, int(box.width() - told))
        )
        painter.drawText(QPointF(box.x() + told, box.y() - 12), facts)

    def _paint_rack(self, painter: QPainter, rack: Rack, floor: Floor) -> None:
        theme, box = look(), floor.rack(rack).adjusted(1, 1, -1, -1)
        load = self.loads.get(rack.id, RackLoad(0, 0, Severity.CLEARED, 0))
        is_chosen = rack.id == self.rack_id
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("surface.raised"))
        painter.drawRoundedRect(box, 3, 3)
        part = load.used / rack.units
        if part > 0:
            fill = QColor(theme.color("series.e"))
            fill.setAlphaF(0.28)
            painter.setBrush(fill)
            level = box.height() * min(part, 1.0)
            painter.drawRoundedRect(QRectF(box.x(), box.bottom() - level, box.width(), level), 3, 3)
        trouble = load.worst > Severity.CLEARED
        color = severity_color(load.worst) if trouble else theme.color("icon.dim")
        painter.setPen(QPen(color, 2.2 if trouble else 1.2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box, 3, 3)
        self._paint_front(painter, rack, box)
        if is_chosen:
            painter.setPen(QPen(theme.color("accent.plain"), 2))
            painter.drawRoundedRect(box.adjusted(-4, -4, 4, 4), 5, 5)
        self._paint_words(painter, rack, load, box)
        if trouble:
            sign = QRectF(0, 0, 15, 15)
            sign.moveCenter(box.topRight() + QPointF(-1, 1))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("surface.field"))
            painter.drawEllipse(sign.adjusted(-2, -2, 2, 2))
            paint_severity(painter, sign, load.worst)

    def _paint_front(self, painter: QPainter, rack: Rack, box: QRectF) -> None:
        """The side its doors are on, as a strong line inside."""
        inset = box.adjusted(4, 4, -4, -4)
        ends = {
            0: (inset.bottomLeft(), inset.bottomRight()),
            90: (inset.topLeft(), inset.bottomLeft()),
            180: (inset.topLeft(), inset.topRight()),
            270: (inset.topRight(), inset.bottomRight()),
        }[rack.rotation]
        painter.setPen(QPen(look().color("icon.plain"), 2))
        painter.drawLine(*ends)

    def _paint_words(self, painter: QPainter, rack: Rack, load: RackLoad, box: QRectF) -> None:
        theme, inside = look(), box.adjusted(3, 3, -3, -3)
        if min(inside.width(), inside.height()) < 12:
            return
        font = theme.font(12 if min(inside.width(), inside.height()) >= 16 else 11)
        font.setWeight(font.Weight.DemiBold)
        painter.setFont(font)
        painter.setPen(theme.color("text.bright"))
        whole = visible(rack.name, limit=40)
        if painter.fontMetrics().horizontalAdvance(whole) > inside.width() < inside.height():
            _upright(painter, whole, inside)
            return
        name = painter.fontMetrics().elidedText(
            whole, Qt.TextElideMode.ElideRight, int(inside.width())
        )
        lines = inside.height() >= 40 and inside.width() >= 34
        spot = inside.adjusted(0, -8, 0, -8) if lines else inside
        painter.drawText(spot, Qt.AlignmentFlag.AlignCenter, name)
        if lines:
            painter.setFont(theme.font(10))
            painter.setPen(theme.color("text.dim"))
            painter.drawText(
                inside.adjusted(0, 9, 0, 9),
                Qt.AlignmentFlag.AlignCenter,
                f"{load.used}/{rack.units} U" if inside.width() >= 52 else f"{load.used} U",
            )


def _upright(painter: QPainter, text: str, inside: QRectF) -> None:
    """Words that run up a narrow rack."""
    painter.save()
    painter.translate(inside.center())
    painter.rotate(-90)
    along = QRectF(-inside.height() / 2, -inside.width() / 2, inside.height(), inside.width())
    shown = painter.fontMetrics().elidedText(
        text, Qt.TextElideMode.ElideRight, int(inside.height())
    )
    painter.drawText(along, Qt.AlignmentFlag.AlignCenter, shown)
    painter.restore()


def room_facts(room: Room) -> str:
    """`9.6 × 7.2 m · 60 kW · 55 kW cooling`."""
    facts = [f"{room.width_m:g} × {room.depth_m:g} m"]
    if room.power_kw:
        facts.append(f"{room.power_kw:g} kW")
    if room.cooling_kw:
        facts.append(f"{room.cooling_kw:g} kW cooling")
    return " · ".join(facts)


def _shifted(rack: Rack, dx: float, dy: float) -> Rack:
    """Moved by metres, on tenths of a metre."""
    return replace(
        rack,
        x_m=round(round((rack.x_m + dx) / STEP_M) * STEP_M, 3),
        y_m=round(round((rack.y_m + dy) / STEP_M) * STEP_M, 3),
    )
