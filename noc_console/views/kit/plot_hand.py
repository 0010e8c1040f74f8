"""The hand on a graph: drag to zoom, wheel to zoom around the pointer, Shift or middle to pan."""

from __future__ import annotations

import math
from abc import abstractmethod

from PySide6.QtCore import QEvent, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from noc_console.views.kit.curves import Span

SHORTEST_S = 4.0
"""A drag shorter than this many seconds is a slip of the hand; nothing closer is shown."""
LONGEST_S = 20 * 366 * 86_400.0
QUIET_MS = 140
"""After the last turn of the wheel: only then is the span asked for."""
NOTCH = 120
ZOOM = 1.25
"""One notch of the wheel makes the span so many times longer or shorter."""
PAN = 0.12
"""Of the span, for one notch or one arrow key."""


class HandledPlot(QWidget):
    """What a plot does under mouse and keys. Every move shows at once what is known already;
    `dragged` asks for the rest when the hand has come to rest."""

    hovered = Signal(object)  # seconds since 1970, or None
    dragged = Signal(object)  # Span
    looked = Signal(object)  # Span: while the hand moves
    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.span = Span(0.0, 1.0)
        self._cross: float | None = None
        self._grip: float | None = None
        self._pan: tuple[float, Span] | None = None
        self._quiet = QTimer(self)
        self._quiet.setSingleShot(True)
        self._quiet.setInterval(QUIET_MS)
        self._quiet.timeout.connect(lambda: self.dragged.emit(self.span))
        self.setMouseTracking(True)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)

    @abstractmethod
    def room(self) -> QRectF:
        """Where the curves are."""

    @abstractmethod
    def moment_at(self, x: float) -> float: ...

    @abstractmethod
    def refresh(self) -> None:
        """What is shown changed."""

    def show_cross(self, at: float | None) -> None:
        """A moment pointed at in another graph."""
        if at != self._cross and self._grip is None:
            self._cross = at
            self.update()

    def look_at(self, span: Span) -> None:
        """Show another stretch of what is known, at once."""
        if span != self.span:
            self.span = span
            self.refresh()

    @property
    def is_moving(self) -> bool:
        """The hand has not come to rest: what arrives now is of another span."""
        return self._quiet.isActive() or self._pan is not None

    # --- mouse -----------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        is_left = event.button() == Qt.MouseButton.LeftButton
        shifted = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if event.button() == Qt.MouseButton.MiddleButton or (is_left and shifted):
            self._pan = (event.position().x(), self.span)
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        elif is_left:
            self._grip = self.moment_at(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pan is not None:
            began, span = self._pan
            by = (began - event.position().x()) / max(self.room().width(), 1.0) * span.seconds
            self._move_to(Span(span.start + by, span.end + by))
            return
        inside = self.room().contains(event.position()) or self._grip is not None
        self._cross = self.moment_at(event.position().x()) if inside else None
        self.hovered.emit(self._cross)
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._pan is not None:
            moved = self._pan[1] != self.span
            self._pan = None
            self.setCursor(Qt.CursorShape.CrossCursor)
            if moved:
                self._quiet.start()
            return
        grip, self._grip = self._grip, None
        self.update()
        if grip is not None:
            ends = sorted((grip, self.moment_at(event.position().x())))
            if ends[1] - ends[0] >= SHORTEST_S:
                self.dragged.emit(Span(*ends))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._grip = None
            self.left.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        turned, aside = event.angleDelta().y(), event.angleDelta().x()
        shifted = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if (aside and not turned) or shifted:
            # Some platforms turn Shift and the wheel into a horizontal wheel themselves.
            self._pan_by(-(aside or turned) / NOTCH)
        elif turned and self.room().contains(event.position()):
            self.zoom(ZOOM ** (-turned / NOTCH), self.moment_at(event.position().x()))
        event.accept()

    def leaveEvent(self, event: QEvent) -> None:
        self._cross = None
        self.hovered.emit(None)
        self.update()

    # --- keys ------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        middle = (self.span.start + self.span.end) / 2
        if key == Qt.Key.Key_Backspace:
            self.left.emit()
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom(1 / ZOOM, middle)
        elif key == Qt.Key.Key_Minus:
            self.zoom(ZOOM, middle)
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self._pan_by(-1.0 if key == Qt.Key.Key_Left else 1.0)
        else:
            super().keyPressEvent(event)

    def zoom(self, times: float, around: float) -> None:
        """A span so many times as long; the moment `around` stays where it is."""
        seconds = min(LONGEST_S, max(SHORTEST_S, self.span.seconds * times))
        share = (around - self.span.start) / self.span.seconds
        start = around - share * seconds
        self._move_to(Span(start, start + seconds))
        self._quiet.start()

    def _pan_by(self, notches: float) -> None:
        by = notches * PAN * self.span.seconds
        self._move_to(Span(self.span.start + by, self.span.end + by))
        self._quiet.start()

    def _move_to(self, span: Span) -> None:
        if math.isfinite(span.start) and span.start > 0:
            self.look_at(span)
            self.looked.emit(span)
