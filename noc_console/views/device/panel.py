"""The port panel: the front of the box with the state of every port, quiet while all is well."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QPolygonF,
    QRegion,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from noc_console.services.alarms.model import Severity
from noc_console.services.inventory.model import OperStatus, Reachability
from noc_console.views.device.faceplate import Front, Shape, Socket, front
from noc_console.views.device.rows import Port, rate_text, speed_text, status_word
from noc_console.views.kit.severity import paint_severity, severity_color, severity_word
from noc_console.views.kit.theme import GRID, contrast, look
from noc_console.views.topology.card import HoverCard, Story

MARGIN = 2.0 * GRID
_RAMP = ((0.0, "load.idle"), (0.05, "load.low"), (0.5, "load.medium"))
"""Busier ports are brighter, never coloured: a full port that is trouble has an alarm."""
SLICE = 150
"""Sockets drawn in one go, a few milliseconds."""
_STEP = {
    Qt.Key.Key_Left: QPointF(-1, 0),
    Qt.Key.Key_Right: QPointF(1, 0),
    Qt.Key.Key_Up: QPointF(0, -1),
    Qt.Key.Key_Down: QPointF(0, 1),
}


@dataclass(frozen=True, slots=True)
class Extra:
    """What the panel tells of a port beside the interface itself."""

    lag: str = ""
    """The aggregate it is a member of."""
    module: str = ""
    poe: str = ""
    duplex: str = ""
    vlans: str = ""


_NOTHING = Extra()


class Panel(QWidget):
    """Click chooses a port, a double click or Enter opens it, arrows walk, Esc lets go."""

    chosen = Signal(int)
    opened = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAccessibleName("Ports of the device")
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.front = Front((), (), 0, 0)
        self._ports: dict[int, Port] = {}
        self._order: tuple[Port, ...] = ()
        self._extras: Mapping[int, Extra] = {}
        self._modules: frozenset[int] = frozenset()
        self._picture: QPixmap | None = None
        self._at: int | None = None
        self._under: int | None = None
        self._card: HoverCard | None = None
        self._waiting: tuple[Socket, ...] = ()
        self._slices = QTimer(self)
        self._slices.setSingleShot(True)
        self._slices.setInterval(0)
        self._slices.timeout.connect(self._draw_slice)
        look().changed.connect(self._redraw)

    # --- what is shown ---------------------------------------------------------------------

    def show_ports(
        self,
        ports: Sequence[Port],
        extras: Mapping[int, Extra] | None = None,
        modules: Collection[int] = (),
    ) -> None:
        """The ports with a socket; `modules` are ifIndexes that hold a pluggable module."""
        places = [(p.interface.id, p.interface.name, p.interface.speed_bps) for p in ports]
        known = [(p.interface.id, p.interface.name, p.interface.speed_bps) for p in self._order]
        moved = places != known or frozenset(modules) != self._modules
        other = set()
        if not moved:
            pairs = zip(ports, self._order, strict=True)
            other = {int(a.interface.id) for a, b in pairs if _looks(a) != _looks(b)}
        self._order = tuple(ports)
        self._ports = {int(port.interface.id): port for port in ports}
        self._modules = frozenset(modules)
        if extras is not None and extras is not self._extras:
            moved |= extras != self._extras
            self._extras = extras
        if moved:
            self._arrange()
        elif other:
            self._draw_again(other)

    def choose(self, interface_id: int | None) -> None:
        """Mark a port as the chosen one, without telling anybody."""
        self._at = interface_id if interface_id in self._ports else None
        self.update()

    @property
    def chosen_id(self) -> int | None:
        return self._at

    # --- sizes -----------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        return QSize(640, self.heightForWidth(max(self.width(), 320)))

    def minimumSizeHint(self) -> QSize:
        return QSize(280, 40)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        if not self._order:
            return 0
        made = self._front(width)
        return round(made.height + 2 * MARGIN)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self._arrange()

    def _front(self, width: float) -> Front:
        return front(
            [port.interface for port in self._order],
            width - 2 * MARGIN,
            with_module=self._modules,
        )

    def _arrange(self) -> None:
        self.front = self._front(self.width())
        self.updateGeometry()
        self._redraw()

    def _redraw(self) -> None:
        self._picture = None
        self.update()

    # --- painting --------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._picture is None:
            self._picture = self._draw()
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for socket in self.front.sockets:
            if socket.interface_id == self._at:
                pen = QPen(look().color("accent.plain"), 2.0)
            elif socket.interface_id == self._under:
                pen = QPen(look().color("text.dim"), 1.4)
            else:
                continue
            painter.setPen(pen)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(_rect(socket).adjusted(-2, -2, 2, 2), 4, 4)
        painter.end()

    def _draw(self) -> QPixmap:
        """Everything but the cursor, once per change."""
        ratio = self.devicePixelRatioF()
        picture = QPixmap(max(1, round(self.width() * ratio)), max(1, round(self.height() * ratio)))
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._order:
            self._draw_case(painter)
        self._waiting = self.front.sockets[SLICE:]
        self._draw_sockets(painter, self.front.sockets[:SLICE])
        painter.end()
        if self._waiting:
            self._slices.start()
        return picture

    def _draw_slice(self) -> None:
        """Of a thousand sockets some at a time: the window's thread has other things to do."""
        now, self._waiting = self._waiting[:SLICE], self._waiting[SLICE:]
        if self._picture is not None:
            painter = QPainter(self._picture)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._draw_sockets(painter, now)
            painter.end()
            self.update()
        if self._waiting:
            self._slices.start()

    def _draw_again(self, ids: Collection[int]) -> None:
        """Some ports changed: only theirs are drawn anew."""
        if self._picture is not None:
            region = QRegion()
            for socket in self.front.sockets:
                if socket.interface_id in ids:
                    region += _room(socket)
            touched = [one for one in self.front.sockets if region.intersects(_room(one))]
            painter = QPainter(self._picture)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setClipRegion(region)
            painter.fillRect(region.boundingRect(), look().color("surface.field"))
            self._draw_sockets(painter, touched)
            painter.end()
        self.update()

    def _draw_sockets(self, painter: QPainter, sockets: Sequence[Socket]) -> None:
        fonts = look().font(10), look().font(8)
        for socket in sockets:
            port = self._ports.get(socket.interface_id)
            if port is not None:
                painter.setFont(fonts[len(socket.label) > 3])
                extra = self._extras.get(socket.interface_id, _NOTHING)
                draw_socket(painter, socket, port, extra, _rect(socket))

    def _draw_case(self, painter: QPainter) -> None:
        case = QRectF(self.rect()).adjusted(4.5, 3.5, -4.5, -3.5)
        painter.setPen(QPen(look().color("line.hair"), 1))
        painter.setBrush(look().color("surface.field"))
        painter.drawRoundedRect(case, 5, 5)
        painter.setFont(look().font(11))
        for number, frame in enumerate(self.front.frames):
            if number:
                y = frame.y + MARGIN - 6
                painter.setPen(QPen(look().color("line.hair"), 1))
                painter.drawLine(QPointF(MARGIN, y), QPointF(case.right() - MARGIN / 2, y))
            if frame.label:
                painter.setPen(look().color("text.dim"))
                room = QRectF(MARGIN, frame.y + MARGIN, 42, min(frame.height, 47))
                painter.drawText(
                    room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, frame.label
                )

    # --- hands -----------------------------------------------------------------------------

    def socket_at(self, place: QPointF) -> Socket | None:
        for socket in self.front.sockets:
            if _rect(socket).adjusted(-1.5, -1.5, 1.5, 1.5).contains(place):
                return socket
        return None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        socket = self.socket_at(event.position())
        under = None if socket is None else socket.interface_id
        if under != self._under:
            self._under = under
            self.setCursor(
                Qt.CursorShape.ArrowCursor if under is None else Qt.CursorShape.PointingHandCursor
            )
            self.update()
            self._tell(event.position().toPoint())

    def leaveEvent(self, event: QEvent) -> None:
        self._under = None
        self._tell(QPoint())
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        socket = self.socket_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and socket is not None:
            self._choose(socket.interface_id)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        socket = self.socket_at(event.position())
        if socket is not None:
            self.opened.emit(socket.interface_id)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in _STEP:
            self._walk(_STEP[key])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._at is not None:
            self.opened.emit(self._at)
        elif key == Qt.Key.Key_Escape and self._at is not None:
            self.choose(None)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if self._at is None and event.reason() != Qt.FocusReason.MouseFocusReason:
            self._walk(QPointF(1, 0))

    def _walk(self, way: QPointF) -> None:
        """To the nearest socket that way."""
        here = next((s for s in self.front.sockets if s.interface_id == self._at), None)
        if here is None:
            if self.front.sockets:
                self._choose(self.front.sockets[0].interface_id)
            return

        def cost(socket: Socket) -> float:
            along = (socket.x - here.x) * way.x() + (socket.y - here.y) * way.y()
            across = abs((socket.x - here.x) * way.y()) + abs((socket.y - here.y) * way.x())
            return along + 4 * across if along > 1 else float("inf")

        best = min(self.front.sockets, key=cost)
        if cost(best) < float("inf"):
            self._choose(best.interface_id)

    def _choose(self, interface_id: int) -> None:
        self._at = interface_id
        port = self._ports[interface_id]
        self.setAccessibleDescription(f"{port.interface.label}, {status_word(port.interface)}")
        self.update()
        self.chosen.emit(interface_id)

    def _tell(self, spot: QPoint) -> None:
        port = None if self._under is None else self._ports.get(self._under)
        if port is None:
            if self._card is not None:
                self._card.hide()
            return
        if self._card is None:
            self._card = HoverCard(self.window())
        story = port_story(port, self._extras.get(int(port.interface.id), Extra()))
        self._card.tell(story, self.mapTo(self.window(), spot))


def _looks(port: Port) -> tuple[object, ...]:
    """What of a port decides how its socket is drawn."""
    interface = port.interface
    return (
        interface.admin_up,
        interface.oper_status,
        port.severity,
        _load_token(port),
    )


def _rect(socket: Socket) -> QRectF:
    return QRectF(socket.x + MARGIN, socket.y + MARGIN, socket.width, socket.height)


def _room(socket: Socket) -> QRect:
    """All that drawing a socket may touch: the sign of an alarm sits on its corner."""
    return _rect(socket).adjusted(-5, -5, 5, 5).toAlignedRect()


def _load_token(port: Port) -> str:
    share = port.share or 0.0
    return [token for least, token in _RAMP if share >= least][-1]


def port_story(port: Port, extra: Extra) -> Story:
    """What the card beside a port says."""
    interface = port.interface
    is_up = interface.oper_status is OperStatus.UP
    state = Reachability.UP if is_up else Reachability.UNKNOWN
    under = [status_word(interface), speed_text(interface.speed_bps), extra.duplex]
    now = port.now
    facts = (
        ("Alias", interface.alias if interface.alias != interface.name else ""),
        ("Leads to", port.neighbour),
        ("In", rate_text(now.in_bps) if now and now.in_bps is not None else ""),
        ("Out", rate_text(now.out_bps) if now and now.out_bps is not None else ""),
        ("Member of", extra.lag),
        ("Module", extra.module),
        ("PoE", extra.poe),
        ("VLANs", extra.vlans),
        ("MAC", interface.mac),
    )
    troubles = ((port.severity, f"{severity_word(port.severity)} alarm"),) if port.severity else ()
    return Story(
        interface.name,
        " · ".join(filter(None, under)),
        tuple((name, text) for name, text in facts if text)[:8],
        (state, port.severity),
        "Click: its graph. Double-click: its row",
        troubles,
    )


def draw_socket(painter: QPainter, socket: Socket, port: Port, extra: Extra, rect: QRectF) -> None:
    """One socket: its shape tells the kind, its fill the state, a mark trouble."""
    interface = port.interface
    is_up = interface.admin_up and interface.oper_status is OperStatus.UP
    edge, fill, ink = _colours(port, is_up=is_up)
    pen = QPen(edge, 1.2)
    if interface.oper_status in (OperStatus.UNKNOWN, OperStatus.DORMANT, OperStatus.TESTING):
        pen.setStyle(Qt.PenStyle.DashLine)
    painter.setPen(pen)
    painter.setBrush(fill if fill is not None else Qt.BrushStyle.NoBrush)
    _draw_shape(painter, socket.shape, rect)
    painter.setPen(ink)
    painter.drawText(rect.adjusted(0, 0, 0, 0.5), Qt.AlignmentFlag.AlignCenter, socket.label)
    if not interface.admin_up:
        painter.setPen(QPen(edge, 1.2))
        painter.drawLine(rect.bottomLeft() + QPointF(3, -3), rect.topRight() + QPointF(-3, 3))
    if extra.lag:
        painter.setPen(QPen(look().color("accent.plain"), 1.6))
        y = rect.bottom() + 1.6
        painter.drawLine(QPointF(rect.left() + 2, y), QPointF(rect.right() - 2, y))
    if extra.poe:
        _draw_bolt(painter, rect, ink)
    if port.severity > Severity.CLEARED:
        sign = QRectF(0, 0, 13, 13)
        sign.moveCenter(rect.topRight() + QPointF(-3, 3))
        paint_severity(painter, sign, port.severity)


def _colours(port: Port, *, is_up: bool) -> tuple[QColor, QColor | None, QColor]:
    """Edge, fill and number: full of light when up, an outline when not."""
    if port.severity > Severity.CLEARED:
        color = severity_color(port.severity)
        fill = QColor(color)
        fill.setAlphaF(0.22)
        return color, fill, look().color("text.bright")
    if is_up:
        fill = look().color(_load_token(port))
        inks = look().color("text.bright"), look().color("surface.field")
        return fill, fill, max(inks, key=lambda ink: contrast(ink, fill))
    return look().color("line.strong"), None, look().color("text.faint")


def _draw_shape(painter: QPainter, shape: Shape, rect: QRectF) -> None:
    if shape is Shape.RADIO:
        painter.drawEllipse(rect.adjusted(2, 0, -2, 0))
        return
    if shape is Shape.COPPER:
        # An RJ45 seen from the front: a square with the latch's notch below.
        notch = rect.width() * 0.24
        drop = 3.5
        low = rect.bottom() - drop
        middle = rect.center().x()
        painter.drawPolygon(
            QPolygonF(
                [
                    rect.topLeft(),
                    rect.topRight(),
                    QPointF(rect.right(), low),
                    QPointF(middle + notch, low),
                    QPointF(middle + notch, rect.bottom()),
                    QPointF(middle - notch, rect.bottom()),
                    QPointF(middle - notch, low),
                    QPointF(rect.left(), low),
                ]
            )
        )
        return
    # Cages are flat and wide; a QSFP's has a second line inside.
    cage = rect.adjusted(0, 2.5, 0, -2.5)
    painter.drawRect(cage)
    if shape is Shape.WIDE:
        pen = painter.pen()
        painter.setPen(QPen(look().color("text.dim"), 1.0))
        painter.drawLine(cage.topLeft() + QPointF(0, -2), cage.topRight() + QPointF(0, -2))
        painter.drawLine(cage.bottomLeft() + QPointF(0, 2), cage.bottomRight() + QPointF(0, 2))
        painter.setPen(pen)


def _draw_bolt(painter: QPainter, rect: QRectF, ink: QColor) -> None:
    """The sign of power over the cable."""
    at = rect.topLeft() + QPointF(2, 2)
    painter.setPen(QPen(ink, 1.1))
    painter.drawPolyline(
        [at + QPointF(2, 0), at + QPointF(0, 4), at + QPointF(3, 4), at + QPointF(1, 8)]
    )
