"""The map on the wall: the whole network, then each site where something is wrong."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from noc_console.kernel.text import visible
from noc_console.services.alarms.model import AlarmChanged, AlarmsChanged, Severity
from noc_console.services.inventory.model import (
    DeviceChanged,
    InterfaceStatusChanged,
    LinksChanged,
    ReachabilityChanged,
)
from noc_console.services.maps.model import MAIN_MAP, NetworkMap
from noc_console.services.maps.service import MapService
from noc_console.services.topology.model import Arranged, Graph, MapChanged, Projection
from noc_console.services.topology.service import TopologyService
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.strips import Empty
from noc_console.views.kit.theme import look
from noc_console.views.topology.canvas import MapCanvas
from noc_console.views.wallboard.scene import WallScene

MOST_SITES = 6


class NetworkScene(WallScene):
    """Draws what a map's canvas would, larger, and never takes a hand."""

    name = "Network"
    watches = (
        AlarmChanged,
        AlarmsChanged,
        ReachabilityChanged,
        LinksChanged,
        DeviceChanged,
        InterfaceStatusChanged,
        MapChanged,
    )
    calm_ms = 1000
    refresh_s = 10.0

    def __init__(
        self,
        desk: Desk,
        zoom: float,
        topology: TopologyService,
        wanted: NetworkMap = MAIN_MAP,
    ) -> None:
        super().__init__(desk, zoom)
        self._topology = topology
        self._wanted = wanted
        self.title = self.name if wanted.is_main else visible(wanted.name)
        self._shot = 0
        self._sites: tuple[str, ...] = ()
        # Never shown itself: it keeps the scene and draws it to any size.
        self.canvas = MapCanvas(self)
        self.canvas.hide()
        self.screen_ = Picture(self)
        self.screen_.resized.connect(self._draw)
        self.body.addWidget(self.screen_, 1)
        look().changed.connect(self._draw)

    def reload(self) -> None:
        if not self.tasks.is_asking("map"):
            self.tasks.ask("map", self._look(), self._show)

    async def _look(self) -> Arranged:
        wanted = self._wanted
        projection = wanted.projection
        if projection is Projection.PLAN:
            projection = Projection.FORCE
        whole = await self._topology.arranged(
            self.desk.actor, view=wanted.view, projection=projection
        )
        part = await asyncio.to_thread(MapService.shown, whole.graph, wanted)
        return replace(whole, graph=part)

    def shots(self) -> tuple[str, ...]:
        # Of other maps only the whole: each troubled site is shown once a round.
        return (self.title, *self._sites) if self._wanted.is_main else (self.title,)

    def show_shot(self, at: int) -> None:
        self._shot = at if at < len(self.shots()) else 0
        self._draw()

    def _show(self, arranged: Arranged) -> None:
        if not arranged.graph.nodes:
            why = "The wall shows the network as soon as a discovery found it."
            self.show_empty(Empty("No devices yet", why, icon="map"))
            return
        self.show_empty(None)
        self.canvas.show_graph(arranged.graph, arranged.positions)
        self._sites = troubled_sites(arranged.graph)
        self._draw()

    def _draw(self) -> None:
        size = self.screen_.size()
        if not self.canvas.scene.has_devices or size.width() < 50:
            return
        ratio = self.devicePixelRatioF()
        small = QSize(round(size.width() / self.zoom), round(size.height() / self.zoom))
        site = self.shots()[self._shot] if 0 < self._shot < len(self.shots()) else ""
        picture = self.canvas.picture(small, ratio * self.zoom, site=site)
        picture.setDevicePixelRatio(ratio)
        self.screen_.show_picture(picture)


class Picture(QWidget):
    """An image, as large as the widget."""

    resized = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._image = QImage()

    def show_picture(self, image: QImage) -> None:
        self._image = image
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.drawImage(0, 0, self._image)
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.resized.emit()


def troubled_sites(graph: Graph) -> tuple[str, ...]:
    """Sites with something wrong, the worst first, as many as a wall can turn through."""
    worst: dict[str, tuple[int, int]] = {}
    for node in graph.nodes:
        bad = node.reachability.value == "down"
        severity = Severity.CRITICAL if bad else node.severity
        if node.site and severity >= Severity.MINOR:
            before = worst.get(node.site, (0, 0))
            worst[node.site] = (max(before[0], int(severity)), before[1] + 1)
    order = sorted(worst, key=lambda name: (-worst[name][0], -worst[name][1], name))
    return tuple(order[:MOST_SITES])
