"""What the hand does on the map: pan, choose, drag, and walk from device to device."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication

if TYPE_CHECKING:
    from noc_console.views.topology.canvas import MapCanvas

STEP = 80.0
"""Pixels one arrow key pans."""
FINE = 1.25
_ARROWS = {
    Qt.Key.Key_Left: (-1.0, 0.0),
    Qt.Key.Key_Right: (1.0, 0.0),
    Qt.Key.Key_Up: (0.0, -1.0),
    Qt.Key.Key_Down: (0.0, 1.0),
}
_ADDING = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


class Grip(Enum):
    """What a pressed button holds."""

    NOTHING = 0
    PAPER = 1
    DEVICES = 2
    RUBBER = 3


class Steering:
    """Turns presses, moves and keys into words of the canvas."""

    def __init__(self, canvas: MapCanvas) -> None:
        self._canvas = canvas
        self._grip = Grip.NOTHING
        self._start = QPointF()
        self._last = QPointF()
        self._dragging = False
        self._before: dict[int, tuple[float, float]] = {}

    # -- mouse ----------------------------------------------------------------------------

    def press(self, event: QMouseEvent) -> None:
        """Take hold: of a device, of the paper, or of a rubber band with Shift."""
        canvas, spot = self._canvas, event.position()
        self._start = self._last = spot
        self._dragging = False
        if event.button() == Qt.MouseButton.RightButton:
            self._choose_under(spot)
            canvas.menu_wanted.emit(spot)
            return
        if event.button() == Qt.MouseButton.MiddleButton:
            self._grip = Grip.PAPER
            return
        hit = canvas.hit_at(spot)
        adding = bool(event.modifiers() & _ADDING)
        if hit.device is not None and not canvas.scene.passive[hit.device]:
            self._grip = Grip.DEVICES
            if adding:
                canvas.select(canvas.selection ^ {hit.device})
            elif hit.device not in canvas.selection:
                canvas.select({hit.device})
        else:
            self._grip = Grip.RUBBER if adding else Grip.PAPER

    def _choose_under(self, spot: QPointF) -> None:
        hit = self._canvas.hit_at(spot)
        if hit.device is not None and hit.device not in self._canvas.selection:
            self._canvas.select({hit.device})

    def move(self, event: QMouseEvent) -> None:
        """Drag what is held, or just look."""
        canvas, spot = self._canvas, event.position()
        if self._grip is Grip.NOTHING:
            canvas.hover(spot)
            return
        if not self._dragging:
            if (spot - self._start).manhattanLength() < QApplication.startDragDistance() / 2:
                return
            self._dragging = True
            self._begin()
        step = spot - self._last
        self._last = spot
        if self._grip is Grip.PAPER:
            canvas.pan(step.x(), step.y())
        elif self._grip is Grip.RUBBER:
            canvas.stretch_rubber(QRectF(self._start, spot).normalized())
        else:
            self._drag(spot)

    def _begin(self) -> None:
        canvas = self._canvas
        canvas.hover(None)
        if self._grip is Grip.PAPER:
            canvas.setCursor(Qt.CursorShape.ClosedHandCursor)
        elif self._grip is Grip.DEVICES:
            canvas.is_own_view = True
            self._before = {
                number: (float(canvas.scene.at[number, 0]), float(canvas.scene.at[number, 1]))
                for number in canvas.selection
            }

    def _drag(self, spot: QPointF) -> None:
        way = (spot - self._start) / self._canvas.camera.scale
        self._canvas.place(
            {at: (x + way.x(), y + way.y()) for at, (x, y) in self._before.items()}, pinned=None
        )

    def release(self, event: QMouseEvent) -> None:
        """Let go: what moved is told, a click chooses."""
        canvas, grip = self._canvas, self._grip
        self._grip = Grip.NOTHING
        canvas.unsetCursor()
        if grip is Grip.RUBBER:
            self._catch()
        elif grip is Grip.DEVICES and self._dragging and self._before:
            after = {
                number: (float(canvas.scene.at[number, 0]), float(canvas.scene.at[number, 1]))
                for number in self._before
            }
            before, self._before = self._before, {}
            canvas.moved.emit(before, after)
        elif grip is Grip.PAPER and not self._dragging:
            hit = canvas.hit_at(event.position())
            canvas.select(())
            if hit.link is not None and not canvas.scene.is_passive_link(hit.link):
                canvas.link_chosen.emit(hit.link)
        self._dragging = False
        canvas.hover(event.position())

    def _catch(self) -> None:
        """Everything inside the rubber band joins the selection."""
        canvas = self._canvas
        canvas.stretch_rubber(None)
        if self._dragging:
            box = QRectF(self._start, self._last).normalized()
            left, top = canvas.camera.to_map(box.left(), box.top())
            right, bottom = canvas.camera.to_map(box.right(), box.bottom())
            inside = canvas.scene.inside(left, top, right, bottom)
            canvas.select(canvas.selection | set(inside.tolist()))

    def double_click(self, event: QMouseEvent) -> None:
        """Open a device, fly into a site, else come closer."""
        canvas, hit = self._canvas, self._canvas.hit_at(event.position())
        if hit.device is not None:
            canvas.opened.emit(canvas.device(hit.device))
        elif hit.site is not None:
            canvas.fly_to_site(hit.site)
        elif hit.link is None:
            canvas.zoom(1.6, event.position())

    # -- keys -----------------------------------------------------------------------------

    def key(self, event: QKeyEvent) -> bool:
        """Whether the key meant something here."""
        canvas, key = self._canvas, Qt.Key(event.key())
        if key in _ARROWS:
            paper = bool(event.modifiers() & _ADDING) or len(canvas.selection) != 1
            if paper or canvas.shows_sites:
                x, y = _ARROWS[key]
                canvas.pan(-x * STEP, -y * STEP)
            else:
                self.walk(_ARROWS[key])
            return True
        if key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            canvas.zoom(FINE)
        elif key == Qt.Key.Key_Minus:
            canvas.zoom(1 / FINE)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and len(canvas.selection) == 1:
            canvas.opened.emit(canvas.device(next(iter(canvas.selection))))
        elif key == Qt.Key.Key_Escape and (canvas.selection or canvas.path):
            canvas.light_path(())
            canvas.select(())
        else:
            return False
        return True

    def walk(self, direction: tuple[float, float]) -> None:
        """To the neighbour that lies best in a direction; it is kept in view."""
        canvas = self._canvas
        here = next(iter(canvas.selection))
        near = canvas.scene.neighbours(here)
        if not len(near):
            return
        way = canvas.scene.at[near] - canvas.scene.at[here]
        length = np.maximum(np.hypot(way[:, 0], way[:, 1]), 1e-6)
        straight = way @ np.array(direction) / length
        ahead = np.flatnonzero(straight > 0.35)
        if not len(ahead):
            return
        best = int(
            near[ahead[int(np.argmax(straight[ahead] - length[ahead] / length.max() * 0.2))]]
        )
        canvas.select({best})
        self._keep_in_view(best)

    def _keep_in_view(self, number: int) -> None:
        canvas, air = self._canvas, 60.0
        x, y = canvas.camera.to_screen(canvas.scene.at[number])
        dx = min(0.0, canvas.width() - air - x) + max(0.0, air - x)
        dy = min(0.0, canvas.height() - air - y) + max(0.0, air - y)
        if dx or dy:
            canvas.pan(dx, dy)
