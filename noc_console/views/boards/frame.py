"""A tile on the board: its title to drag it by, its corner to size it, and what is in it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from noc_console.services.boards.model import Tile
from noc_console.views.boards.content import Content
from noc_console.views.kit.icons import IconButton
from noc_console.views.kit.keys import claims_alt_arrows
from noc_console.views.kit.label import ElidedLabel, Label
from noc_console.views.kit.theme import GRID, look

GRIP_PX = 16
HEAD_PX = 30
SLIP_PX = 5
"""A hand that moved no more did not mean to drag."""

_STEPS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


class TileFrame(QWidget):
    """Tells what the hand and the keys want; the grid decides where it stands."""

    grabbed = Signal(int, bool)  # tile, by its corner
    dragged = Signal(int, QPoint)  # tile, how far from where it was grabbed
    dropped = Signal(int)
    let_go = Signal(int)  # the drag was given up
    nudged = Signal(int, int, int, bool)  # tile, columns, rows, sized
    menu_wanted = Signal(int, QPoint)
    opened = Signal(int)
    removed = Signal(int)

    def __init__(self, tile: Tile, content: Content, *, locked: bool = False) -> None:
        super().__init__()
        self.tile, self.content = tile, content
        self.is_locked = locked
        self._from: QPointF | None = None
        self._moving = self._sizing = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAccessibleName(f"Tile {tile.kind.value}")
        self.name = ElidedLabel("", tone="dim")
        self.own_span = Label("", tone="faint", size="small")
        self.button = IconButton("more", "What to do with this tile")
        self.button.setVisible(not locked)
        self._lay_out()
        self.button.clicked.connect(
            lambda: self.menu_wanted.emit(
                self.tile.id, self.button.mapToGlobal(QPoint(0, self.button.height()))
            )
        )
        look().changed.connect(self.update)
        self.say_title()

    def _lay_out(self) -> None:
        self.head = QWidget()
        self.head.setFixedHeight(HEAD_PX)
        self.head.setMouseTracking(True)
        self.head.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents, False)
        line = QHBoxLayout(self.head)
        line.setContentsMargins(GRID + 2, 0, 4, 0)
        line.setSpacing(6)
        line.addWidget(self.name, 1)
        line.addWidget(self.own_span)
        line.addWidget(self.button)
        for label in (self.name, self.own_span):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(0)
        column.addWidget(self.head)
        column.addWidget(self.content, 1)
        self.head.installEventFilter(self)
        # Over the content, so that graphs do not take the corner for themselves.
        self.grip = _Grip(self)
        self.grip.setVisible(not self.is_locked)
        self.grip.installEventFilter(self)

    def say_title(self) -> None:
        """The operator's own title, or what the content calls itself by now."""
        words = self.tile.title or self.content.title()
        if words != self.name.whole():
            self.name.show_text(words)
            self.setAccessibleName(f"Tile {words}")
        self.own_span.setText(self.tile.span)

    def say_problem(self, text: str) -> None:
        """Why what is shown is old, in the title line; empty when all is well."""
        self.say_title()
        self.name.set_tone("attention" if text else "dim")
        if text:
            self.name.show_text(f"{self.name.whole()}: {text}")

    # --- the hand --------------------------------------------------------------------------

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        if not isinstance(event, QMouseEvent) or watched not in (self.head, self.grip):
            return False
        kind = event.type()
        if kind == QEvent.Type.MouseButtonPress:
            return self._press(event, by_grip=watched is self.grip)
        if kind == QEvent.Type.MouseMove:
            return self._move(event)
        if kind == QEvent.Type.MouseButtonRelease:
            return self._release(event)
        if kind == QEvent.Type.MouseButtonDblClick and watched is self.head:
            self.opened.emit(self.tile.id)
            return True
        return False

    def _press(self, event: QMouseEvent, *, by_grip: bool) -> bool:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        if event.button() == Qt.MouseButton.RightButton and not self.is_locked:
            self.menu_wanted.emit(self.tile.id, event.globalPosition().toPoint())
            return True
        if event.button() == Qt.MouseButton.LeftButton and not self.is_locked:
            self._from, self._sizing = event.globalPosition(), by_grip
        return True

    def _move(self, event: QMouseEvent) -> bool:
        if self._from is None:
            return False
        way = (event.globalPosition() - self._from).toPoint()
        if not self._moving and way.manhattanLength() > SLIP_PX:
            self._moving = True
            self.grabbed.emit(self.tile.id, self._sizing)
        if self._moving:
            self.dragged.emit(self.tile.id, way)
        return True

    def _release(self, event: QMouseEvent) -> bool:
        moving, self._moving, self._from = self._moving, False, None
        if moving:
            self.dropped.emit(self.tile.id)
        return True

    def give_up(self) -> bool:
        """Esc while dragging; False when nothing is dragged."""
        if not self._moving:
            return False
        self._moving, self._from = False, None
        self.let_go.emit(self.tile.id)
        return True

    # --- keys ------------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        return claims_alt_arrows(event) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        modifier, key = Qt.KeyboardModifier, Qt.Key(event.key())
        held = event.modifiers() & ~modifier.KeypadModifier
        if key == Qt.Key.Key_Escape and self.give_up():
            return
        if key in _STEPS and held & modifier.AltModifier and not self.is_locked:
            dx, dy = _STEPS[key]
            self.nudged.emit(self.tile.id, dx, dy, bool(held & modifier.ShiftModifier))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not held:
            self.opened.emit(self.tile.id)
        elif key == Qt.Key.Key_Delete and not held and not self.is_locked:
            self.removed.emit(self.tile.id)
        elif key == Qt.Key.Key_Menu and not self.is_locked:
            self.menu_wanted.emit(self.tile.id, self.mapToGlobal(QPoint(GRID, HEAD_PX)))
        else:
            super().keyPressEvent(event)

    # --- drawing ---------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        is_chosen = self.hasFocus() or self._moving
        painter.setPen(QPen(look().color("line.focus" if is_chosen else "line.hair"), 1))
        painter.setBrush(look().color("surface.field"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.grip.setGeometry(
            QRect(self.width() - GRIP_PX, self.height() - GRIP_PX, GRIP_PX, GRIP_PX)
        )
        self.grip.raise_()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()


class _Grip(QWidget):
    """The corner one sizes a tile by; drawn when the pointer is near."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setCursor(Qt.CursorShape.SizeFDiagCursor)

    def enterEvent(self, event: object) -> None:
        self.update()

    def leaveEvent(self, event: object) -> None:
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        color = look().color("icon.plain" if self.underMouse() else "line.strong")
        painter.setPen(QPen(color, 1.2))
        for step in (4, 8):
            painter.drawLine(
                QPointF(GRIP_PX - 4 - step, GRIP_PX - 4), QPointF(GRIP_PX - 4, GRIP_PX - 4 - step)
            )
        painter.end()
