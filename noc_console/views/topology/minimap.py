"""The whole map, small, in a corner: where one is, and where there is trouble."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QRectF, Qt, QTimer
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QWidget

from noc_console.views.kit.actions import Command
from noc_console.views.topology.camera import Camera
from noc_console.views.topology.canvas import MapCanvas
from noc_console.views.topology.hulls import trunks
from noc_console.views.topology.names import urgency
from noc_console.views.topology.portrait import extent
from noc_console.views.topology.scene import severity_of
from noc_console.views.topology.stage import MapTool, Stage

Floats = NDArray[np.float64]

SECTION = "map.minimap"
WIDE, HIGH = 208, 128
EDGE = 6.0
APART = 14
"""From the corner of the map, in pixels."""
RENEW_MS = 1000
"""The small picture is drawn anew at most this often."""


class Minimap(QWidget):
    """A small picture of everything, with a frame around what is in view."""

    def __init__(self, canvas: MapCanvas) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._picture: QPixmap | None = None
        self._camera = Camera()
        self._seen: tuple[object, ...] = ()
        self.is_wanted = True
        self._renew = QTimer(self)
        self._renew.setSingleShot(True)
        self._renew.setInterval(RENEW_MS)
        self._renew.timeout.connect(self._drop)
        self.resize(WIDE, HIGH)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName("The whole map, small")
        self.setToolTip("Click or drag to look elsewhere (M hides it)")
        self.hide()

    def follow(self) -> None:
        """The big map was painted: keep up with it."""
        canvas = self._canvas
        now = (canvas.camera, canvas.size(), id(canvas.scene), canvas.scene.version)
        if now != self._seen:
            moved = self._seen[2:] != now[2:]
            self._seen = now
            if moved:
                self._picture = None
            self.move(canvas.width() - WIDE - APART, APART)
            self.setVisible(self.is_wanted and self.is_needed)
            self.update()
        if self.isVisible() and not self._renew.isActive():
            self._renew.start()

    @property
    def is_needed(self) -> bool:
        """Whether something lies out of view."""
        canvas = self._canvas
        if not canvas.scene.has_devices or canvas.width() < 3 * WIDE:
            return False
        corners = canvas.camera.to_screen(extent(canvas.scene, canvas.painter().outlined))
        low, high = corners.min(0), corners.max(0)
        room = np.array([canvas.width(), canvas.height()])
        return bool((low < -1).any() or (high > room + 1).any())

    def _drop(self) -> None:
        self._picture = None
        self.update()

    # -- drawing --------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._picture is None:
            self._picture = self._draw()
        canvas, camera = self._canvas, self._camera
        painter = QPainter(self)
        try:
            painter.drawPixmap(0, 0, self._picture)
            ink = canvas.painter().ink
            left, top = canvas.camera.to_map(0, 0)
            right, bottom = canvas.camera.to_map(canvas.width(), canvas.height())
            (x, y), (far_x, far_y) = camera.to_screen(np.array([(left, top), (right, bottom)]))
            view = QRectF(x, y, max(far_x - x, 6.0), max(far_y - y, 6.0))
            shade = QColor(ink.focus)
            shade.setAlpha(34)
            painter.setPen(QPen(ink.focus, 1.4))
            painter.setBrush(shade)
            painter.drawRect(view.intersected(QRectF(self.rect()).adjusted(1, 1, -1, -1)))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(ink.hair, 1.0))
            painter.drawRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))
        finally:
            painter.end()

    def _draw(self) -> QPixmap:
        """Every device a point, those in trouble last and larger."""
        canvas = self._canvas
        scene, ink, ratio = canvas.scene, canvas.painter().ink, self.devicePixelRatioF()
        self._camera = _whole(extent(scene, canvas.painter().outlined))
        image = QImage(round(WIDE * ratio), round(HIGH * ratio), QImage.Format.Format_RGB32)
        image.fill(ink.panel)
        self._trunks(image, ratio)
        bits = np.frombuffer(image.bits(), np.uint32).reshape(image.height(), -1)
        at = (self._camera.to_screen(scene.at) * ratio).astype(np.int64)
        _dots(bits, at, ink.edge, max(1, round(ratio)))
        urgent = urgency(scene.look)
        for look in np.unique(urgent[urgent > 0]).tolist():
            color = ink.severity[severity_of(look)]
            _dots(bits, at[urgent == look], color, round((3 + (look > 3)) * ratio))
        picture = QPixmap.fromImage(image)
        picture.setDevicePixelRatio(ratio)
        return picture

    def _trunks(self, image: QImage, ratio: float) -> None:
        canvas = self._canvas
        between = trunks(canvas.scene)
        if not len(between.a):
            return
        centres = np.zeros((len(canvas.scene.sites), 2))
        for site in canvas.painter().sites:
            centres[site.number] = site.centre
        at = self._camera.to_screen(centres) * ratio
        lines = np.hstack([at[between.a], at[between.b]])
        painter = QPainter(image)
        try:
            painter.setPen(QPen(canvas.painter().ink.faint, 1.0))
            painter.drawLines([QLineF(*line) for line in lines.tolist()])
        finally:
            painter.end()

    # -- the hand -------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._look_at(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._look_at(event)

    def _look_at(self, event: QMouseEvent) -> None:
        """Bring what is under the pointer to the middle of the big map."""
        canvas = self._canvas
        x, y = self._camera.to_map(event.position().x(), event.position().y())
        here_x, here_y = canvas.camera.to_screen(np.array([x, y])).tolist()
        canvas.pan(canvas.width() / 2 - here_x, canvas.height() / 2 - here_y)


class _Follower:
    """Hears of every frame of the map."""

    def __init__(self, minimap: Minimap) -> None:
        self._minimap = minimap

    def paint(self, painter: QPainter, camera: Camera, width: int, height: int) -> None:
        self._minimap.follow()


class MinimapTool(MapTool):
    """Shows the small map while something lies out of view, unless it was put away."""

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        self.minimap = Minimap(stage.canvas)
        self.minimap.is_wanted = stage.desk.state.get(SECTION).get("shown") is not False
        stage.canvas.above = (*stage.canvas.above, _Follower(self.minimap))
        stage.add(Command("map.minimap", "Minimap", "map", self.toggle, "M", group="Map"), "View")

    def toggle(self) -> None:
        """Put the small map away, or bring it back."""
        wanted = self.minimap.is_wanted = not self.minimap.is_wanted
        self.stage.desk.state.put(SECTION, shown=wanted)
        self.minimap.setVisible(wanted and self.minimap.is_needed)
        if wanted and not self.minimap.is_needed:
            self.stage.desk.notice("The minimap comes when something lies out of view.")


def _whole(points: Floats) -> Camera:
    """Everything in the small picture; smaller than the big map would ever be."""
    low, high = points.min(0), points.max(0)
    span = np.maximum(high - low, 1.0)
    scale = float(min((WIDE - 2 * EDGE) / span[0], (HIGH - 2 * EDGE) / span[1]))
    return Camera(scale).centred(tuple(((low + high) / 2).tolist()), (WIDE, HIGH))


def _dots(bits: NDArray[np.uint32], at: NDArray[np.int64], color: QColor, size: int) -> None:
    """Squares of `size` pixels around points."""
    high, wide = bits.shape
    start = -(size // 2)
    for down in range(start, start + size):
        for across in range(start, start + size):
            x = np.clip(at[:, 0] + across, 0, wide - 1)
            y = np.clip(at[:, 1] + down, 0, high - 1)
            bits[y, x] = color.rgb()
