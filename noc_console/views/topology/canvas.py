"""The map on screen: a cached picture that pans and zooms, and what lies over it.

The picture is larger than the window, so panning is one blit; while zooming it is
scaled and drawn sharp a moment later. When a drawing costs little it is simply redone.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QEnterEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from noc_console.services.inventory.model import DeviceId
from noc_console.services.topology.model import Graph, Position
from noc_console.views.kit.theme import look
from noc_console.views.topology import legend, overlay
from noc_console.views.topology.camera import Camera, Points, fitted
from noc_console.views.topology.marks import NO_MARKS, Drawn, Marks
from noc_console.views.topology.overlay import PULSE_MS, now_ms
from noc_console.views.topology.painter import MapPainter, size_at
from noc_console.views.topology.scene import LANE, Scene
from noc_console.views.topology.shading import Ints, Shading
from noc_console.views.topology.sites import Paper, bubble_radius
from noc_console.views.topology.steering import Steering

MARGIN = 160
"""How much larger than the window the cached picture is on each side, in pixels."""
CHEAP_MS = 7.0
REFINE_MS = 80
SEAM_MS = 300
QUIET_MS = 500
"""New states are drawn at once, then at most this often."""
FLIGHT_MS = 220.0
FRAME_MS = 16
EDGES = (28.0, 52.0, 28.0, 56.0)
OVERVIEW_REACH = 30.0
LINK_REACH = 6.0
GLIDE_LIMIT = 3000
"""With more devices than this a new layout is simply there."""


class Grouping(Enum):
    """Whether sites are drawn as one node each."""

    AUTO = "auto"
    SITES = "sites"
    DEVICES = "devices"


@dataclass(frozen=True, slots=True)
class Hit:
    """What is under the pointer: numbers in the scene."""

    device: int | None = None
    link: int | None = None
    site: int | None = None


NOTHING = Hit()


class MapCanvas(QWidget):
    """Shows a graph; tells what the hand does to it. Knows nothing of services."""

    hovered = Signal(object)  # Hit
    selected = Signal()
    opened = Signal(int)  # device id
    moved = Signal(object, object)  # {number: (x, y)} before and after
    menu_wanted = Signal(QPointF)
    link_chosen = Signal(int)  # number in the scene

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.scene = Scene()
        self.camera = Camera()
        self.selection: set[int] = set()
        self.path: set[int] = set()
        """Links lit as a way."""
        self.marks = NO_MARKS
        self.behind: tuple[Drawn, ...] = ()
        """Painted under the network, into the cached picture: tell `repaint_map` of changes."""
        self.above: tuple[Drawn, ...] = ()
        """Painted over everything, with every frame: cheap things only."""
        self.hit = NOTHING
        self.grouping = Grouping.AUTO
        self.is_own_view = False
        """The operator chose what to see; until then everything is kept in view."""
        self.last_render_ms = 0.0
        self._painter: MapPainter | None = None
        self._layer: QPixmap | None = None
        self._layer_camera = Camera()
        self._stale = True
        self._data_drawn = 0.0
        self._flight: tuple[float, Camera, Camera] | None = None
        self.pulse: tuple[float, int] | None = None
        self._glide: tuple[float, Points, Points] | None = None
        self.rubber: QRectF | None = None
        self.steering = Steering(self)
        self._refine = _timer(self, REFINE_MS, self._sharpen, single=True)
        self._quiet = _timer(self, QUIET_MS, self._redraw_data, single=True)
        self._frames = _timer(self, FRAME_MS, self._animate)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Network map")
        look().changed.connect(self._repaint_all)

    # -- what is shown --------------------------------------------------------------------

    def show_graph(self, graph: Graph, places: Mapping[DeviceId, Position]) -> None:
        """Another state of the network; the view stays where it is."""
        chosen = {self.scene.nodes[at].device_id for at in self.selection}
        first = not self.scene.has_devices
        self.scene.show(graph, places)
        self.selection = {self.scene.number[id] for id in chosen if id in self.scene.number}
        self.path = {at for at in self.path if at < len(self.scene.edges)}
        self._glide = None
        self._set_hit(NOTHING)
        self.painter().prepare(self.scene)
        if first or not self.is_own_view:
            self.fit(animate=False)
        self._data_changed()

    def show_loads(self, graph: Graph) -> None:
        """Newer loads of the links already shown."""
        if len(graph.edges) == len(self.scene.edges):
            self.scene.show_links(graph)
            self.painter().prepare(self.scene)
            self._data_changed()

    def place(self, where: Mapping[int, tuple[float, float]], *, pinned: bool | None) -> None:
        """Put devices (by number) somewhere, drawn at once."""
        if not where:
            return
        which = np.fromiter(where, np.int64, len(where))
        self.scene.move(which, np.array(list(where.values()), np.float64), pinned=pinned)
        self.painter().prepare(self.scene)
        self._stale = True
        self.update()

    def glide(self, where: Mapping[DeviceId, Position]) -> None:
        """Let devices move to other places, quickly but so that the eye can follow."""
        goal = self.scene.at.copy()
        for number, node in enumerate(self.scene.nodes):
            place = where.get(node.device_id)
            if place is not None:
                goal[number] = place.x, place.y
                self.scene.pinned[number] = place.pinned
        if not self.isVisible() or len(goal) > GLIDE_LIMIT:
            self._arrive(goal)
            return
        self._glide = (now_ms(), self.scene.at.copy(), goal)
        self._frames.start()

    def _arrive(self, goal: Points) -> None:
        self._glide = None
        self.scene.at = goal
        self.painter().prepare(self.scene)
        self._stale = True
        if not self.is_own_view:
            self.fit(animate=False)
        self.update()

    def device(self, number: int) -> DeviceId:
        return self.scene.nodes[number].device_id

    def select(self, numbers: Iterable[int]) -> None:
        """Choose devices by number."""
        chosen = set(numbers)
        if chosen != self.selection:
            self.selection = chosen
            self.update()
            self.selected.emit()

    def shade_by(self, shading: Shading, shades: Ints) -> None:
        """Show another layer of the weathermap; `shades` are those of the scene's links."""
        if len(shades) != len(self.scene.edges):
            return  # the network changed meanwhile, and is shown by the new layer already
        self.scene.shading, self.scene.shades = shading, shades
        self._repaint_all()

    def light_path(self, links: Iterable[int]) -> None:
        """Light a way through the network; empty puts it out."""
        self.path = set(links)
        self.update()

    def mark(self, marks: Marks) -> None:
        """Set parts of the map off from the rest; `NO_MARKS` ends it."""
        self.marks = marks
        self.update()

    def repaint_map(self) -> None:
        """What is painted under the network changed."""
        self._stale = True
        self.update()

    def group(self, grouping: Grouping) -> None:
        """Sites as one node each, or every device, or as the zoom suggests."""
        self.grouping = grouping
        self._set_hit(NOTHING)
        self._stale = True
        self.update()

    @property
    def shows_sites(self) -> bool:
        """Whether sites are drawn as one node each just now."""
        return self._shows_sites_at(self.camera.scale)

    def _shows_sites_at(self, scale: float) -> bool:
        sites = self.painter().sites
        if self.grouping is not Grouping.AUTO:
            return self.grouping is Grouping.SITES and bool(sites)
        if len(sites) < 2:
            return False
        reach = float(np.median([site.reach for site in sites]))
        return reach * scale < OVERVIEW_REACH

    # -- where we look --------------------------------------------------------------------

    def fit(self, *, animate: bool = True) -> None:
        """Everything in view."""
        self.is_own_view = False
        self._go(fitted(self._extent(), (self.width(), self.height()), EDGES), animate=animate)

    def fly(self, goal: Camera) -> None:
        """To a view somebody kept."""
        self.is_own_view = True
        self._go(goal, animate=True)

    def fly_to(self, number: int) -> None:
        """Bring a device to the middle, close enough to read, and mark it for a moment."""
        self.is_own_view = True
        scale = max(self.camera.scale, 0.9)
        goal = Camera(scale).centred(tuple(self.scene.at[number]), self._size())
        if self.grouping is Grouping.SITES:
            self.grouping = Grouping.AUTO
        self._go(goal, animate=True)
        self.pulse = (now_ms() + FLIGHT_MS, number)
        self.select({number})

    def fly_to_site(self, number: int) -> None:
        """Bring a site into view, with its devices."""
        shape = next((each for each in self.painter().sites if each.number == number), None)
        if shape is not None:
            self.is_own_view = True
            if self.grouping is Grouping.SITES:
                self.grouping = Grouping.AUTO
            self._go(fitted(shape.outline, self._size(), EDGES), animate=True)

    def zoom(self, factor: float, at: QPointF | None = None) -> None:
        """Closer or further, around a point of the widget or its middle."""
        spot = at or QPointF(self.width() / 2, self.height() / 2)
        self._flight = None
        self.is_own_view = True
        self._look(self.camera.zoomed(factor, spot.x(), spot.y()))

    def pan(self, dx: float, dy: float) -> None:
        """Move the paper under the window."""
        self._flight = None
        self.is_own_view = True
        self._look(self.camera.panned(dx, dy))

    def _look(self, camera: Camera) -> None:
        # Whole pixels: sprites and blits are sharp and fast there.
        ratio = self.devicePixelRatioF()
        self.camera = Camera(
            camera.scale, round(camera.x * ratio) / ratio, round(camera.y * ratio) / ratio
        )
        self.update()

    def _go(self, goal: Camera, *, animate: bool) -> None:
        if animate and self.isVisible():
            self._flight = (now_ms(), self.camera, goal)
            self._frames.start()
        else:
            self._flight = None
            self._look(goal)

    def _extent(self) -> Points:
        sites = self.painter().sites
        loners = self.scene.at[self.scene.site < 0]
        return np.concatenate([*(site.outline for site in sites), loners])

    def _size(self) -> tuple[float, float]:
        return float(self.width()), float(self.height())

    def _animate(self) -> None:
        """One frame of what moves; the timer runs only while something does."""
        now = now_ms()
        if self._flight is not None:
            began, start, goal = self._flight
            part = min(1.0, (now - began) / FLIGHT_MS)
            if part >= 1.0:
                self._flight = None
                self._look(goal)
            else:
                self._look(start.toward(goal, part * part * (3 - 2 * part), self._size()))
        if self._glide is not None:
            self._glide_on(now)
        if self.pulse is not None:
            if now > self.pulse[0] + PULSE_MS:
                self.pulse = None
            self.update()
        if self._flight is None and self.pulse is None and self._glide is None:
            self._frames.stop()

    def _glide_on(self, now: float) -> None:
        assert self._glide is not None
        began, start, goal = self._glide
        part = min(1.0, (now - began) / FLIGHT_MS)
        if part >= 1.0 or len(goal) != len(self.scene.nodes):
            self._arrive(goal if len(goal) == len(self.scene.nodes) else self.scene.at)
            return
        part = part * part * (3 - 2 * part)
        self.scene.at = start + (goal - start) * part
        self.painter().prepare(self.scene)
        self._stale = True
        if not self.is_own_view:
            self.fit(animate=False)
        self.update()

    # -- what is where --------------------------------------------------------------------

    def hit_at(self, spot: QPointF) -> Hit:
        """The device, else the link, else the site under a point of the widget."""
        x, y = self.camera.to_map(spot.x(), spot.y())
        if self.shows_sites:
            return Hit(site=self._bubble_at(spot))
        reach = max(size_at(self.camera.scale) * 0.62, 7.0) / self.camera.scale
        device = self.scene.nearest(x, y, reach)
        if device is not None:
            return Hit(device=device)
        lane = LANE / self.camera.scale
        return Hit(link=self.scene.link_near(x, y, LINK_REACH / self.camera.scale, lane))

    def spot_of(self, number: int) -> QPoint:
        """Where a device is on the widget."""
        x, y = self.camera.to_screen(self.scene.at[number])
        return QPoint(round(x), round(y))

    def _bubble_at(self, spot: QPointF) -> int | None:
        for site in self.painter().sites:
            x, y = self.camera.to_screen(site.centre)
            if np.hypot(x - spot.x(), y - spot.y()) <= bubble_radius(len(site.members)):
                return site.number
        return None

    def _set_hit(self, hit: Hit) -> None:
        if hit != self.hit:
            self.hit = hit
            self.setCursor(
                Qt.CursorShape.PointingHandCursor if hit != NOTHING else Qt.CursorShape.ArrowCursor
            )
            self.update()
            self.hovered.emit(hit)

    def hover(self, spot: QPointF | None) -> None:
        """The pointer is here, or nowhere."""
        self._set_hit(NOTHING if spot is None else self.hit_at(spot))

    def stretch_rubber(self, box: QRectF | None) -> None:
        """The rubber band, or none."""
        self.rubber = box
        self.update()

    # -- drawing --------------------------------------------------------------------------

    def painter(self) -> MapPainter:
        """The painter for this theme and these pixels."""
        if self._painter is None:
            self._painter = MapPainter(self.devicePixelRatioF(), self.scene.shading.ramp)
            self._painter.prepare(self.scene)
        return self._painter

    def picture(self, size: QSize, ratio: float = 2.0, *, site: str = "") -> QImage:
        """The whole map, or one site of it, as an image with its legend; whatever is on screen."""
        image = QImage(
            round(size.width() * ratio), round(size.height() * ratio), QImage.Format.Format_RGB32
        )
        artist = MapPainter(ratio, self.scene.shading.ramp)
        artist.prepare(self.scene)
        shape = next((each for each in artist.sites if site and each.name == site), None)
        shown = self._extent() if shape is None else shape.outline
        view = fitted(shown, (size.width(), size.height()), EDGES)
        painter = QPainter(image)
        try:
            paper = Paper(image.width(), image.height(), ratio)
            artist.paint(
                painter,
                self.scene,
                view,
                paper,
                as_sites=shape is None and self._shows_sites_at(view.scale),
                behind=self.behind,
            )
            painter.scale(ratio, ratio)
            legend.paint(painter, size.width(), size.height(), artist.ink)
        finally:
            painter.end()
        return image

    def _data_changed(self) -> None:
        since = now_ms() - self._data_drawn
        if since >= QUIET_MS:
            self._redraw_data()
        elif not self._quiet.isActive():
            self._quiet.start(max(1, int(QUIET_MS - since)))

    def _redraw_data(self) -> None:
        self._data_drawn = now_ms()
        self._stale = True
        self.update()

    def _sharpen(self) -> None:
        self._stale = True
        self.update()

    def _repaint_all(self) -> None:
        self._painter = None
        self._stale = True
        self.update()

    def _render(self) -> None:
        began = time.perf_counter()
        ratio = self.devicePixelRatioF()
        width, height = self.width() + 2 * MARGIN, self.height() + 2 * MARGIN
        size = QSize(round(width * ratio), round(height * ratio))
        if self._layer is None or self._layer.size() != size:
            self._layer = QPixmap(size)
        painter = QPainter(self._layer)
        try:
            self.painter().paint(
                painter,
                self.scene,
                self.camera.panned(MARGIN, MARGIN),
                Paper(size.width(), size.height(), ratio),
                as_sites=self.shows_sites,
                behind=self.behind,
            )
        finally:
            painter.end()
        self._layer_camera = self.camera
        self._stale = False
        self._refine.stop()
        self.last_render_ms = (time.perf_counter() - began) * 1000

    def _scroll(self) -> None:
        """Shift the cached picture and draw only what came into it; the whole when idle."""
        layer = self._layer
        assert layer is not None
        ratio = self.devicePixelRatioF()
        dx = round((self.camera.x - self._layer_camera.x) * ratio)
        dy = round((self.camera.y - self._layer_camera.y) * ratio)
        if abs(dx) > layer.width() // 2 or abs(dy) > layer.height() // 2:
            self._render()
            return
        layer.scroll(dx, dy, layer.rect())
        self._layer_camera = self.camera
        width, height = layer.width(), layer.height()
        if dx:
            self._draw_strip(QRect(0 if dx > 0 else width + dx, 0, abs(dx), height))
        if dy:
            self._draw_strip(QRect(0, 0 if dy > 0 else height + dy, width, abs(dy)))
        # Names on a seam may have been given other seats.
        self._refine.start(SEAM_MS)

    def _draw_strip(self, part: QRect) -> None:
        layer = self._layer
        assert layer is not None
        ratio = self.devicePixelRatioF()
        strip = QPixmap(part.size())
        painter = QPainter(strip)
        try:
            self.painter().paint(
                painter,
                self.scene,
                self.camera.panned(MARGIN - part.x() / ratio, MARGIN - part.y() / ratio),
                Paper(part.width(), part.height(), ratio),
                as_sites=self.shows_sites,
                behind=self.behind,
            )
        finally:
            painter.end()
        painter = QPainter(layer)
        try:
            painter.drawPixmap(part.topLeft(), strip)
        finally:
            painter.end()

    def _is_layer_good(self) -> bool:
        """Whether the cached picture can stand for what is to be seen."""
        if self._layer is None or self._stale:
            return False
        if self._layer_camera.scale != self.camera.scale:
            return False
        return (
            abs(self.camera.x - self._layer_camera.x) <= MARGIN
            and abs(self.camera.y - self._layer_camera.y) <= MARGIN
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._is_layer_good():
            if self._layer is None or self._stale or self.last_render_ms <= CHEAP_MS:
                self._render()
            elif self._layer_camera.scale == self.camera.scale:
                self._scroll()
            else:
                self._refine.start(REFINE_MS)  # meanwhile the old picture is scaled
        painter = QPainter(self)
        try:
            self._blit(painter)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            overlay.paint(painter, self)
            for drawn in self.above:
                drawn.paint(painter, self.camera, self.width(), self.height())
            legend.paint(painter, self.width(), self.height(), self.painter().ink)
        finally:
            painter.end()

    def _blit(self, painter: QPainter) -> None:
        layer = self._layer
        if layer is None:
            return
        ratio = self.devicePixelRatioF()
        part = self.camera.scale / self._layer_camera.scale
        x = self.camera.x - (self._layer_camera.x + MARGIN) * part
        y = self.camera.y - (self._layer_camera.y + MARGIN) * part
        target = QRectF(x, y, layer.width() / ratio * part, layer.height() / ratio * part)
        if not target.contains(QRectF(self.rect())):
            painter.fillRect(self.rect(), self.painter().ink.ground)
        painter.drawPixmap(target, layer, QRectF(layer.rect()))

    # -- events go to the hands -----------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.steering.press(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.steering.move(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.steering.release(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.steering.double_click(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        steps = event.angleDelta().y() / 120
        self.zoom(1.2**steps, event.position())
        self.hover(event.position())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self.steering.key(event):
            super().keyPressEvent(event)

    def enterEvent(self, event: QEnterEvent) -> None:
        self.hover(event.position())

    def leaveEvent(self, event: QEvent) -> None:
        self.hover(None)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._stale = True
        if not self.is_own_view:
            self.fit(animate=False)


def _timer(owner: MapCanvas, every_ms: int, then: object, *, single: bool = False) -> QTimer:
    timer = QTimer(owner)
    timer.setInterval(every_ms)
    timer.setSingleShot(single)
    timer.timeout.connect(then)
    return timer
