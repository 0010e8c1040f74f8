"""A rack from the front or the rear: units counted from the bottom, devices in their height."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QBrush,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QApplication, QWidget

from noc_console.kernel.text import visible
from noc_console.services.alarms.model import Severity
from noc_console.services.facilities.model import Face, Mount, Rack
from noc_console.services.inventory.model import DeviceId
from noc_console.services.topology.model import Node
from noc_console.views.kit.severity import paint_severity, severity_color
from noc_console.views.kit.theme import look
from noc_console.views.topology.glyphs import sign
from noc_console.views.topology.mapping_picker import devices_in
from noc_console.views.topology.scene import LOOK_DOWN, LOOK_UNKNOWN, look_of, severity_of

LEAST_UNIT, MOST_UNIT = 12, 22
LEFT = 40.0
"""Room for the numbers of the units."""
RIGHT, TOP, BOTTOM = 18.0, 12.0, 14.0
RAIL = 9.0


class RackView(QWidget):
    """Shows one rack; tells what the hand does with the devices in it."""

    chosen = Signal(int)  # device id; 0 for none
    opened = Signal(int)
    moved = Signal(object)  # Mount as it should be
    dropped = Signal(object, int)  # device ids, unit
    taken = Signal(int)  # device id: take it out
    hovered = Signal(int, QPoint)  # device id or 0, where
    menu_wanted = Signal(int, QPoint)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rack: Rack | None = None
        self.mounts: tuple[Mount, ...] = ()
        self.nodes: Mapping[DeviceId, Node] = {}
        self.selected: frozenset[DeviceId] = frozenset()
        self.is_rear = False
        self.held: Mount | None = None
        self.target: int | None = None
        """The unit something would be dropped at."""
        self._press: tuple[QPointF, Mount] | None = None
        self._under = 0
        self.setMouseTracking(True)
        self.setAcceptDrops(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Rack elevation")
        look().changed.connect(self.update)

    def show_rack(
        self,
        rack: Rack | None,
        mounts: tuple[Mount, ...],
        nodes: Mapping[DeviceId, Node],
        selected: frozenset[DeviceId],
    ) -> None:
        self.rack, self.mounts, self.nodes, self.selected = rack, mounts, nodes, selected
        units = rack.units if rack else 1
        self.setMinimumHeight(round(TOP + BOTTOM + LEAST_UNIT * units))
        self.update()

    # --- where things are --------------------------------------------------------------------

    @property
    def unit_px(self) -> float:
        units = self.rack.units if self.rack else 1
        return float(min(MOST_UNIT, max(LEAST_UNIT, (self.height() - TOP - BOTTOM) // units)))

    def box(self, unit: int, height: int = 1) -> QRectF:
        """The units from `unit` up, between the rails."""
        assert self.rack is not None
        top = TOP + (self.rack.units - (unit + height - 1)) * self.unit_px
        return QRectF(
            LEFT + RAIL, top, self.width() - LEFT - RIGHT - 2 * RAIL, height * self.unit_px
        )

    def unit_at(self, y: float) -> int:
        """The unit at a height of the widget, within the rack."""
        assert self.rack is not None
        unit = self.rack.units - int((y - TOP) // self.unit_px)
        return min(max(unit, 1), self.rack.units)

    def mount_at(self, spot: QPointF) -> Mount | None:
        """The device under a point; what is on this side comes first."""
        if self.rack is None:
            return None
        hits = [each for each in self.mounts if self.box(each.unit, each.height).contains(spot)]
        return next((each for each in hits if self._is_here(each)), hits[0] if hits else None)

    def _is_here(self, mount: Mount) -> bool:
        other = Face.FRONT if self.is_rear else Face.REAR
        return mount.face is not other

    # --- the hand ----------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        mount = self.mount_at(event.position())
        self.hovered.emit(0, QPoint())
        self.chosen.emit(int(mount.device_id) if mount else 0)
        if mount is None:
            return
        if event.button() is Qt.MouseButton.RightButton:
            self.menu_wanted.emit(int(mount.device_id), event.globalPosition().toPoint())
        elif event.button() is Qt.MouseButton.LeftButton:
            self._press = (event.position(), mount)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._press is None:
            mount = self.mount_at(event.position())
            under = int(mount.device_id) if mount else 0
            if under != self._under:
                self._under = under
                self.hovered.emit(under, event.position().toPoint())
            self.setCursor(
                Qt.CursorShape.PointingHandCursor if under else Qt.CursorShape.ArrowCursor
            )
            return
        start, mount = self._press
        way = event.position().y() - start.y()
        if self.held is None and abs(way) < QApplication.startDragDistance() / 2:
            return
        self.held = self._shifted(mount, -round(way / self.unit_px))
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        held, press = self.held, self._press
        self.held = self._press = None
        self.update()
        if held is not None and press is not None and held != press[1]:
            self.moved.emit(held)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._press = None
        if (mount := self.mount_at(event.position())) is not None:
            self.opened.emit(int(mount.device_id))

    def leaveEvent(self, event: QEvent) -> None:
        self._under = 0
        self.hovered.emit(0, QPoint())

    def _shifted(self, mount: Mount, by: int) -> Mount:
        assert self.rack is not None
        highest = self.rack.units - mount.height + 1
        return replace(mount, unit=min(max(mount.unit + by, 1), max(highest, 1)))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, now = Qt.Key(event.key()), self._now()
        is_moving = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        if key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            up = 1 if key is Qt.Key.Key_Up else -1
            if is_moving and now is not None:
                self._move(now, self._shifted(now, up))
            else:
                self._walk(up)
        elif now is None:
            super().keyPressEvent(event)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.opened.emit(int(now.device_id))
        elif key is Qt.Key.Key_Delete:
            self.taken.emit(int(now.device_id))
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.moved.emit(replace(now, height=now.height + 1))
        elif key is Qt.Key.Key_Minus and now.height > 1:
            self.moved.emit(replace(now, height=now.height - 1))
        else:
            super().keyPressEvent(event)

    def _move(self, before: Mount, after: Mount) -> None:
        if before != after:
            self.moved.emit(after)

    def _now(self) -> Mount | None:
        return next((each for each in self.mounts if each.device_id in self.selected), None)

    def _walk(self, up: int) -> None:
        """To the next device up or down."""
        order = sorted(self.mounts, key=lambda each: (each.unit, each.device_id))
        if not order:
            return
        now = self._now()
        at = order.index(now) + up if now is not None else 0
        self.chosen.emit(int(order[min(max(at, 0), len(order) - 1)].device_id))

    # --- dropping ----------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self.rack is not None and devices_in(event.mimeData()):
            event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        self.target = self.unit_at(event.position().y())
        self.update()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self.target = None
        self.update()

    def dropEvent(self, event: QDropEvent) -> None:
        self.target = None
        self.update()
        if self.rack is not None and (devices := devices_in(event.mimeData())):
            event.acceptProposedAction()
            self.dropped.emit(devices, self.unit_at(event.position().y()))

    # --- drawing -----------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            painter.fillRect(self.rect(), look().color("surface.panel"))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if self.rack is not None:
                self._paint(painter, self.rack)
        finally:
            painter.end()

    def _paint(self, painter: QPainter, rack: Rack) -> None:
        theme, whole = look(), self.box(1, rack.units)
        case = whole.adjusted(-RAIL, -4, RAIL, 4)
        painter.setPen(QPen(theme.color("line.strong"), 1.5))
        painter.setBrush(theme.color("surface.raised"))
        painter.drawRoundedRect(case, 4, 4)
        painter.fillRect(whole, theme.color("surface.field"))
        self._paint_units(painter, rack)
        hidden = [each for each in self.mounts if not self._is_here(each)]
        for mount in (*hidden, *(each for each in self.mounts if self._is_here(each))):
            if self.held is None or mount.device_id != self.held.device_id:
                self._paint_device(painter, mount)
        if self.held is not None:
            self._paint_device(painter, self.held)
        if self.target is not None:
            painter.setPen(QPen(theme.color("accent.plain"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(self.box(self.target).adjusted(1, 1, -1, -1), 2, 2)

    def _paint_units(self, painter: QPainter, rack: Rack) -> None:
        theme = look()
        painter.setFont(theme.font(10))
        for unit in range(1, rack.units + 1):
            box = self.box(unit)
            painter.setPen(QPen(theme.color("line.hair"), 1))
            painter.drawLine(box.bottomLeft(), box.bottomRight())
            if unit % 5 == 0 or unit == 1 or self.unit_px >= 16:
                painter.setPen(theme.color("text.faint"))
                number = QRectF(0, box.y(), LEFT - 6, box.height())
                flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
                painter.drawText(number, int(flags), str(unit))

    def _paint_device(self, painter: QPainter, mount: Mount) -> None:
        theme, node = look(), self.nodes.get(mount.device_id)
        box = self.box(mount.unit, mount.height).adjusted(1, 1, -1, -1)
        is_here = self._is_here(mount)
        state = look_of(node) if node is not None else LOOK_UNKNOWN
        severity = severity_of(state)
        trouble = severity > Severity.CLEARED
        painter.save()
        painter.setOpacity(1.0 if is_here else 0.45)
        color = severity_color(severity) if trouble else theme.color("icon.dim")
        pen = QPen(color, 2.0 if trouble else 1.2)
        if state == LOOK_UNKNOWN:
            pen.setDashPattern([2.2, 1.8])
        painter.setPen(pen)
        painter.setBrush(theme.color("surface.overlay"))
        painter.drawRoundedRect(box, 2.5, 2.5)
        if not is_here:
            painter.setBrush(QBrush(theme.color("line.hair"), Qt.BrushStyle.BDiagPattern))
            painter.drawRoundedRect(box, 2.5, 2.5)
        self._paint_label(painter, mount, node, box, state=state)
        if trouble:
            size = min(14.0, box.height() - 1)
            sign_box = QRectF(box.right() - size - 3, box.y() + 1, size, size)
            sign_box.moveTop(box.y() + (min(box.height(), self.unit_px - 2) - size) / 2)
            paint_severity(painter, sign_box, severity)
        if mount.device_id in self.selected:
            painter.setPen(QPen(theme.color("accent.plain"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box.adjusted(-1, -1, 1, 1), 3.5, 3.5)
        painter.restore()

    def _paint_label(
        self, painter: QPainter, mount: Mount, node: Node | None, box: QRectF, *, state: int
    ) -> None:
        theme = look()
        size = min(box.height(), 22.0)
        if node is not None and size >= 9:
            painter.setPen(QPen(theme.color("icon.plain"), 1.2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPath(sign(node.type, QPointF(box.x() + 14, box.center().y()), size * 0.34))
        painter.setFont(theme.font(11))
        painter.setPen(theme.color("text.dim" if state == LOOK_DOWN else "text.bright"))
        name = visible(node.name, limit=80) if node is not None else f"device {mount.device_id}"
        told = "" if self._is_here(mount) else f"  ({mount.face.value})"
        inside = box.adjusted(28, 0, -48, 0)
        text = painter.fontMetrics().elidedText(
            name + told, Qt.TextElideMode.ElideRight, int(inside.width())
        )
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(inside, int(flags), text)
        if mount.height > 1:
            painter.setFont(theme.font(10))
            painter.setPen(theme.color("text.faint"))
            right = box.adjusted(0, 0, -22, 0)
            flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(right, int(flags), f"{mount.height} U")
