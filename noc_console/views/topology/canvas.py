"""The map on screen: a cached picture that pans and zooms, and what lies over it.

The picture is larger than the window, so panning is one blit; while zooming it is
scaled and drawn sharp a moment later. When a drawing costs little it is simply redone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QEnterEvent,
    QHideEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from noc_console.services.inventory.model import DeviceId
from noc_console.services.topology.model import Graph, Position
from noc_console.views.kit.theme import look
from noc_console.views.topology import credit, legend, overlay
from noc_console.views.topology.camera import Camera, Points, fitted
from noc_console.views.topology.changes import Changes
from noc_console.views.topology.hulls import Outlined, SiteShape, outlined
from noc_console.views.topology.layer import MARGIN, Layer
from noc_console.views.topology.levels import Level, level_at
from noc_console.views.topology.marks import NO_MARKS, Drawn, Marks
from noc_console.views.topology.overlay import PULSE_MS, now_ms
from noc_console.views.topology.painter import MapPainter, View, size_at
from noc_console.views.topology.portrait import EDGES, extent, framed, portrait
from noc_console.views.topology.scene import LANE, Scene
from noc_console.views.topology.shading import Ints, Shading
from noc_console.views.topology.sites import Paper, bubble_at
from noc_console.views.topology.steering import Steering

DIRECT = 400
"""A network of fewer devices and links than this is simply drawn anew."""
REFINE_MS = 80
"""So long after the last zoom the picture is drawn sharp."""
QUIET_MS = 500
"""A new state of the network is drawn at once, then at most this often."""
FLIGHT_MS = 220.0
FRAME_MS = 16
LINK_REACH = 6.0
GLIDE_LIMIT = 800
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
    region: int | None = None


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
        self.pictured: tuple[Drawn, ...] = ()
        """Painted over the network in pictures for elsewhere: notes, no handles."""
        self.note = ""
        """The legend's last word: how old the data is."""
        self.has_hulls = True
        self.credits = ""
        self.hit = NOTHING
        self.grouping = Grouping.AUTO
        self.is_own_view = False
        """The operator chose what to see; until then everything is kept in view."""
        self.level = Level.DEVICES
        """What one node of the picture is, as the zoom suggests or the operator wants."""
        self._painter: MapPainter | None = None
        self.layer = Layer(self._view, self.painter)
        self._data_drawn = 0.0
        self._chosen: tuple[set[int], Ints] = (set(), np.empty(0, np.int64))
        self._flight: tuple[float, Camera, Camera] | None = None
        self.pulse: tuple[float, int] | None = None
        self._glide: tuple[float, Points, Points] | None = None
        self.rubber: QRectF | None = None
        self.steering = Steering(self)
        self._refine = _timer(self, REFINE_MS, self.repaint_map, single=True)
        self._quiet = _timer(self, QUIET_MS, self._redraw_data, single=True)
        self.changes = Changes(self)
        self._legend = legend.Kept()
        self._slices = _timer(self, 0, self._draw_on)
        self._frames = _timer(self, FRAME_MS, self._animate)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Network map")
        look().changed.connect(self._repaint_all)

    # -- what is shown --------------------------------------------------------------------

    def show_graph(self, graph: Graph, places: Mapping[DeviceId, Position]) -> None:
        """Another state of the network; the view stays where it is.

        Reads the whole graph: with many devices make the scene in a thread and `take` it.
        """
        scene = Scene.of(graph, places, shading=self.scene.shading)
        self.take(scene, outlined(scene))

    def take(self, scene: Scene, known: Outlined | None = None) -> None:
        """Show another scene, with its outlines if they are reckoned already."""
        scene.has_hulls = self.has_hulls
        chosen = {self.scene.nodes[at].device_id for at in self.selection}
        first = not self.scene.has_devices
        if scene.shading is not self.scene.shading:  # chosen while the scene was made
            scene.shading = self.scene.shading
            scene.shades = scene.shading.shades(scene.edges, scene.told_at)
        self.layer.stop()
        self.scene = scene
        self.selection = {scene.number[id] for id in chosen if id in scene.number}
        self.path = {at for at in self.path if at < len(scene.edges)}
        self._glide = None
        self.changes.forget()
        self._set_hit(NOTHING)
        self.painter().prepare(scene, known)
        if first or not self.is_own_view:
            self.fit(animate=False)
        self._find_level()
        self.data_changed()

    def show_loads(self, graph: Graph) -> None:
        """Newer loads of the links already shown; with many links give the `take_loads`."""
        if len(graph.edges) == len(self.scene.edges):
            self.take_loads(graph, self.scene.shading.shades(graph.edges, graph.at))

    def take_loads(self, graph: Graph, shades: Ints) -> None:
        """The links of the scene with newer loads, and their shades."""
        if len(graph.edges) == len(self.scene.edges) == len(shades):
            self.scene.edges, self.scene.told_at = graph.edges, graph.at
            self.show_shades(np.arange(len(shades)), shades)

    def show_shades(self, numbers: Ints, shades: Ints) -> None:
        """Newer shades of links, by number; cheap, for hundreds of changes a second."""
        self.changes.shades(numbers, shades)

    def show_states(self, numbers: Ints, looks: Ints) -> None:
        """Newer looks of devices, by number; cheap, for hundreds of changes a second."""
        self.changes.looks(numbers, looks)

    def show_looks(self, looks: Mapping[DeviceId, int]) -> None:
        """The same by device; those in a collapsed group change the group's ring."""
        self.changes.looks_of(looks)

    def place(self, where: Mapping[int, tuple[float, float]], *, pinned: bool | None) -> None:
        """Put devices (by number) somewhere, drawn at once."""
        if not where:
            return
        which = np.fromiter(where, np.int64, len(where))
        self.scene.move(which, np.array(list(where.values()), np.float64), pinned=pinned)
        self.painter().prepare(self.scene)
        self.layer.is_stale = True
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
        self.scene.move_all(goal)
        self.painter().prepare(self.scene)
        self.layer.is_stale = True
        if not self.is_own_view:
            self.fit(animate=False)
        self.update()

    def device(self, number: int) -> DeviceId:
        return self.scene.nodes[number].device_id

    @property
    def chosen(self) -> Ints:
        """The selection as an array, kept as long as it is the same."""
        if self._chosen[0] is not self.selection:
            numbers = np.fromiter(self.selection, np.int64, len(self.selection))
            self._chosen = (self.selection, numbers)
        return self._chosen[1]

    def select(self, numbers: Iterable[int]) -> None:
        """Choose devices by number."""
        chosen = {number for number in numbers if not self.scene.passive[number]}
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
        self.repaint_map()

    def repaint_map(self) -> None:
        """What is painted under the network changed."""
        self.layer.is_stale = True
        self.update()

    def group(self, grouping: Grouping) -> None:
        """Sites as one node each, or every device, or as the zoom suggests."""
        self.grouping = grouping
        self._set_hit(NOTHING)
        self._find_level()
        self.repaint_map()

    @property
    def shows_sites(self) -> bool:
        """Whether sites, or regions of them, are drawn as one node each just now."""
        return self.level is not Level.DEVICES

    def _find_level(self) -> None:
        before, self.level = self.level, self._level_at(self.camera.scale, self.level)
        if self.level is not before:
            self.layer.is_stale = True

    def _level_at(self, scale: float, before: Level | None) -> Level:
        if self.grouping is Grouping.DEVICES:
            return Level.DEVICES
        only = self.grouping is Grouping.SITES
        return level_at(self.painter().outlined, scale, before, sites_only=only)

    @property
    def bubbles(self) -> tuple[SiteShape, ...]:
        """The sites, or the regions when these are drawn."""
        known = self.painter().outlined
        return known.regions if self.level is Level.REGIONS else known.sites

    # -- where we look --------------------------------------------------------------------

    def fit(self, *, animate: bool = True) -> None:
        """Everything in view."""
        self.is_own_view = False
        self._go(framed(self._extent(), self._size(), self._level_at), animate=animate)

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
        shape = next((each for each in self.bubbles if each.number == number), None)
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
        self._find_level()
        self.update()

    def _go(self, goal: Camera, *, animate: bool) -> None:
        if animate and self.isVisible():
            self._flight = (now_ms(), self.camera, goal)
            self._frames.start()
        else:
            self._flight = None
            self._look(goal)

    def _extent(self) -> Points:
        return extent(self.scene, self.painter().outlined)

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
        self.scene.move_all(start + (goal - start) * part)
        self.painter().prepare(self.scene)
        self.layer.is_stale = True
        if not self.is_own_view:
            self.fit(animate=False)
        self.update()

    # -- what is where --------------------------------------------------------------------

    def hit_at(self, spot: QPointF) -> Hit:
        """The device, else the link, else the site under a point of the widget."""
        x, y = self.camera.to_map(spot.x(), spot.y())
        if self.shows_sites:
            regions, known = self.level is Level.REGIONS, self.painter().outlined
            apart = known.regions_apart if regions else known.apart
            number = bubble_at(self.bubbles, x, y, self.camera.scale, apart)
            return Hit(region=number) if regions else Hit(site=number)
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
        level_at = self._level_at
        return portrait(
            self.scene, size, ratio, level_at, self.marks, self.behind, site, self.credits,
            self.pictured,
        )  # fmt: skip

    def data_changed(self) -> None:
        """Draw the new state of the network, but not oftener than one can look."""
        since = now_ms() - self._data_drawn
        if since >= QUIET_MS:
            self._redraw_data()
        elif not self._quiet.isActive():
            self._quiet.start(max(1, int(QUIET_MS - since)))

    def _redraw_data(self) -> None:
        self._data_drawn = now_ms()
        self.repaint_map()

    def _repaint_all(self) -> None:
        self.layer.stop()
        self._painter = None
        self.repaint_map()

    def _view(self, camera: Camera, size: QSize, ratio: float) -> View:
        """What the layer draws."""
        return View(
            camera.panned(MARGIN, MARGIN),
            Paper(size.width(), size.height(), ratio),
            as_sites=self.shows_sites,
            as_regions=self.level is Level.REGIONS,
            marks=self.marks,
            behind=self.behind,
        )

    @property
    def is_small(self) -> bool:
        """Whether there is so little that drawing it anew is not worth a thought."""
        return len(self.scene.nodes) + len(self.scene.edges) <= DIRECT

    def settle(self) -> None:
        """Draw what is still to be drawn, at once: for a picture of the window."""
        self.changes.draw()
        if self.layer.is_stale or self.layer.camera != self.camera:
            self._begin()
        while self.layer.advance(self.scene):
            pass
        self._slices.stop()
        self.update()

    def _begin(self) -> None:
        self._refine.stop()
        self.changes.freshening.stop()
        self.layer.begin(self.scene, self.camera, self.size(), self.devicePixelRatioF())

    def _draw_on(self) -> None:
        """A slice of the picture that is being drawn; the timer runs only while there is one."""
        if not self.layer.is_drawing and self.layer.is_stale and self.isVisible():
            self._begin()
        was_drawing = self.layer.is_drawing
        if not self.layer.advance(self.scene):
            if was_drawing:
                self.update()
            if not self.layer.is_stale:
                self._slices.stop()

    def _keep_picture(self) -> None:
        """See to it that there is a picture to show, within the time of a frame."""
        layer, ratio = self.layer, self.devicePixelRatioF()
        if not layer.fits(self.size(), ratio):
            layer.draw(self.scene, self.camera, self.size(), ratio)
            return
        same = layer.camera.scale == self.camera.scale
        if layer.is_stale or not same:
            if self.is_small:
                layer.draw(self.scene, self.camera, self.size(), ratio)
                self._refine.stop()
                return
            if not (layer.is_stale or layer.is_drawing or self._refine.isActive()):
                self._refine.start()
        if same and not layer.follow(self.scene, self.camera) and not layer.is_drawing:
            layer.is_stale = True
        if layer.is_stale or layer.is_extending:
            self._slices.start()

    def paintEvent(self, event: QPaintEvent) -> None:
        self._keep_picture()
        painter = QPainter(self)
        try:
            self.layer.blit(painter, self.camera, self.rect())
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            overlay.paint(painter, self)
            for drawn in self.above:
                drawn.paint(painter, self.camera, self.width(), self.height())
            credit.paint(painter, self.width(), self.height(), self.credits)
            self._legend.paint(
                painter,
                self.width(),
                self.height(),
                self.painter().ink,
                self.scene.shading,
                self.note,
            )
        finally:
            painter.end()

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

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if self.layer.is_drawing:
            self.layer.stop()
            self.layer.is_stale = True

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.layer.is_stale = True
        if not self.is_own_view:
            self.fit(animate=False)


def _timer(owner: MapCanvas, every_ms: int, then: object, *, single: bool = False) -> QTimer:
    timer = QTimer(owner)
    timer.setInterval(every_ms)
    timer.setSingleShot(single)
    timer.timeout.connect(then)
    return timer
