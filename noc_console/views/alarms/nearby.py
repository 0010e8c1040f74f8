"""A small map of what is around the fault, with the fault marked."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from noc_console.services.alarms.model import NO_DEVICE, Alarm
from noc_console.services.inventory.model import DeviceId
from noc_console.services.topology.model import Graph
from noc_console.views.alarms.given import DeskServices
from noc_console.views.alarms.neighbourhood import part_of, places
from noc_console.views.alarms.section import Section
from noc_console.views.kit.desk import Desk, Route
from noc_console.views.kit.label import Label
from noc_console.views.kit.tasks import OnError
from noc_console.views.kit.theme import look
from noc_console.views.topology.camera import fitted
from noc_console.views.topology.marks import NO_MARKS, Mark, Marks
from noc_console.views.topology.painter import MapPainter
from noc_console.views.topology.scene import Scene
from noc_console.views.topology.sites import Paper

EDGES = (44.0, 26.0, 44.0, 26.0)
FRESH_S = 15.0
"""The network is read again after so long: with ten thousand devices that is half a second."""


class Nearby(Section):
    """The device, what hangs on it and what it hangs on. A click leads to the map."""

    title = "Map"

    def __init__(self, desk: Desk, given: DeskServices, on_error: OnError) -> None:
        super().__init__(desk, given, on_error)
        self.picture = Picture()
        self.picture.clicked = self._go
        self.body.addWidget(self.picture, 1)
        self.body.addWidget(Label("A click shows it on the map.", tone="faint", size="small"))
        self._graph: Graph | None = None
        self._read_at = 0.0

    @staticmethod
    def is_offered(given: DeskServices) -> bool:
        return given.topology is not None

    def concerns(self, alarm: Alarm) -> bool:
        return alarm.about.device_id != NO_DEVICE and self.desk.actor.may("topology.graph")

    def says(self, alarm: Alarm) -> object:
        return alarm.id, alarm.severity

    def clear(self) -> None:
        self.picture.show_scene(Scene(), NO_MARKS)

    def load(self, alarm: Alarm) -> None:
        self.tasks.ask("map", self._ask(alarm), self._show)

    async def _ask(self, alarm: Alarm) -> tuple[Scene, Marks]:
        assert self.given.topology is not None, "offered only with it"
        if self._graph is None or time.monotonic() - self._read_at > FRESH_S:
            self._graph = await self.given.topology.graph(self.desk.actor)
            self._read_at = time.monotonic()
        return await asyncio.to_thread(_cut_out, self._graph, alarm)

    def _show(self, found: tuple[Scene, Marks]) -> None:
        scene, marks = found
        self.say("" if scene.nodes else "The map does not know this device.")
        self.picture.show_scene(scene, marks)

    def _go(self) -> None:
        if self.alarm is not None:
            self.desk.go(Route("map", id=self.alarm.about.device_id))


def _cut_out(graph: Graph, alarm: Alarm) -> tuple[Scene, Marks]:
    device = DeviceId(alarm.about.device_id)
    part = part_of(graph, device)
    scene = Scene.of(part, places(part, device))
    scene.has_hulls = False
    if device not in scene.number:
        return scene, NO_MARKS
    port = alarm.about.interface_id
    links = {
        at: Mark(tint="attention.plain")
        for at, edge in enumerate(part.edges)
        if port is not None and port in (edge.a.interface_id, edge.b.interface_id)
    }
    return scene, Marks({scene.number[device]: Mark(tint="attention.plain")}, links)


class Picture(QWidget):
    """A scene, as large as there is room."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.scene, self.marks = Scene(), NO_MARKS
        self.clicked: Callable[[], None] = lambda: None
        self._artist: MapPainter | None = None
        self._image: QImage | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName("Map of the neighbourhood")
        look().changed.connect(self._redress)

    def sizeHint(self) -> QSize:
        return QSize(280, 260)

    def show_scene(self, scene: Scene, marks: Marks) -> None:
        self.scene, self.marks = scene, marks
        self._image = None
        self.update()

    def _redress(self) -> None:
        self._artist = self._image = None
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.scene.nodes:
            self.clicked()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._image = None

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._image is None:
            self._image = self._painted()
        painter = QPainter(self)
        painter.drawImage(0, 0, self._image)
        painter.end()

    def _painted(self) -> QImage:
        ratio = self.devicePixelRatioF()
        paper = Paper(round(self.width() * ratio), round(self.height() * ratio), ratio)
        image = QImage(paper.width, paper.height, QImage.Format.Format_RGB32)
        image.fill(look().color("surface.field"))
        if self.scene.nodes:
            artist = self._artist or MapPainter(ratio, self.scene.shading.ramp)
            self._artist = artist
            artist.prepare(self.scene)
            size = (float(self.width()), float(self.height()))
            camera = fitted(self.scene.at, size, EDGES)
            painter = QPainter(image)
            artist.paint(painter, self.scene, camera, paper, as_sites=False, marks=self.marks)
            painter.end()
        image.setDevicePixelRatio(ratio)
        return image
