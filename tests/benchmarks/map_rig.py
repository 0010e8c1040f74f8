"""How a map is driven and timed: ours, and the same with what others make maps of.

A frame is a change and everything the event loop does until it is painted; off screen, software
raster, no GPU.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_QPA_UPDATE_IDLE_TIME", "0")

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen
from PySide6.QtWidgets import QApplication, QGraphicsScene, QGraphicsView, QWidget

from noc_console.views.topology.camera import Camera
from noc_console.views.topology.canvas import Grouping, MapCanvas
from noc_console.views.topology.hulls import outlined
from noc_console.views.topology.scene import Scene
from tests.benchmarks.map_networks import graph_of, places_of, positions_of

SIZE = (1600, 900)


class Map(Protocol):
    """Something that shows the network and can be moved."""

    widget: QWidget

    def pan(self, dx: float, dy: float) -> None: ...

    def zoom(self, factor: float) -> None: ...


class Ours:
    """The map of this program."""

    def __init__(self, links: np.ndarray, sites: np.ndarray, at: np.ndarray) -> None:
        self.canvas = self.widget = MapCanvas()
        self.canvas.resize(*SIZE)
        self.scene = Scene.of(graph_of(links, sites), positions_of(at))
        self.known = outlined(self.scene)
        self.first_ms = 0.0

    def open(self, scale: float) -> None:
        """Show it at a scale, around the middle."""
        canvas = self.canvas
        canvas.grouping = Grouping.DEVICES
        canvas.show()
        began = time.thread_time()
        canvas.take(self.scene, self.known)
        self.look(scale)
        settle(canvas)
        self.first_ms = (time.thread_time() - began) * 1000

    def look(self, scale: float) -> None:
        middle = tuple(np.median(self.scene.at, axis=0).tolist())
        self.canvas.fly(Camera(scale).centred(middle, SIZE))
        self.canvas._flight = None
        self.canvas._look(Camera(scale).centred(middle, SIZE))

    def pan(self, dx: float, dy: float) -> None:
        self.canvas.pan(dx, dy)

    def zoom(self, factor: float) -> None:
        self.canvas.zoom(factor)


class Items:
    """An item per device, name and link in a QGraphicsView, as most maps are made."""

    def __init__(self, links: np.ndarray, at: np.ndarray) -> None:
        self._scene = QGraphicsScene()
        pen, brush = QPen(QColor("#84a9c9"), 2), QBrush(QColor("#1c242d"))
        for a, b in links:
            self._scene.addLine(*at[a], *at[b], pen).setZValue(-1)
        for number, (x, y) in enumerate(at):
            self._scene.addEllipse(QRectF(x - 13, y - 13, 26, 26), pen, brush)
            self._scene.addSimpleText(f"ac{number:05d}").setPos(x - 20, y + 15)
        view = self.view = self.widget = QGraphicsView(self._scene)
        view.setRenderHint(QPainter.RenderHint.Antialiasing)
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        view.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        view.resize(*SIZE)
        self._middle = QPointF(*np.median(at, axis=0))

    def open(self, scale: float) -> None:
        self.view.show()
        self.view.scale(scale, scale)
        self.view.centerOn(self._middle)
        settle(self.view.viewport())

    def pan(self, dx: float, dy: float) -> None:
        for bar, step in (
            (self.view.horizontalScrollBar(), dx),
            (self.view.verticalScrollBar(), dy),
        ):
            bar.setValue(bar.value() - round(step))

    def zoom(self, factor: float) -> None:
        self.view.scale(factor, factor)


class GraphItem:
    """pyqtgraph's GraphItem in a plot without axes."""

    def __init__(self, links: np.ndarray, at: np.ndarray) -> None:
        plot = self.widget = pg.PlotWidget()
        plot.resize(*SIZE)
        for side in ("left", "bottom"):
            plot.hideAxis(side)
        item = pg.GraphItem()
        item.setData(pos=at, adj=links, size=8, symbol="o", pen=pg.mkPen("#84a9c9", width=1))
        self._box = plot.getPlotItem().getViewBox()
        self._box.disableAutoRange()
        self._box.invertY(True)
        plot.addItem(item)
        self._x, self._y = np.median(at, axis=0).tolist()
        self._scale = 1.0

    def open(self, scale: float) -> None:
        self.widget.show()
        self._scale = scale
        self._show()
        settle(self.widget.viewport())

    def _show(self) -> None:
        half_x, half_y = SIZE[0] / 2 / self._scale, SIZE[1] / 2 / self._scale
        self._box.setRange(
            xRange=(self._x - half_x, self._x + half_x),
            yRange=(self._y - half_y, self._y + half_y),
            padding=0,
        )

    def pan(self, dx: float, dy: float) -> None:
        self._x -= dx / self._scale
        self._y -= dy / self._scale
        self._show()

    def zoom(self, factor: float) -> None:
        self._scale *= factor
        self._show()


def settle(widget: QWidget) -> None:
    """Until everything that is to be painted is painted."""
    widget.update()
    for _ in range(3):
        QApplication.processEvents()


def frame(change: Callable[[], None], widget: QWidget) -> float:
    """Milliseconds of a change and its paint, with whatever the event loop does meanwhile."""
    began = time.thread_time()
    change()
    widget.update()
    QApplication.processEvents()
    return (time.thread_time() - began) * 1000


def motion(shown: Map, steps: int) -> tuple[list[float], list[float]]:
    """Frames of panning and of zooming by the wheel, at the speed of a hand: 60 a second."""
    pans, zooms = [], []
    viewport = getattr(shown.widget, "viewport", None)
    widget = viewport() if viewport is not None else shown.widget
    for step in range(steps):
        sign = -1 if step // 40 % 2 else 1
        pans.append(frame(lambda s=sign: shown.pan(-9 * s, -5 * s), widget))  # type: ignore[misc]
        rest(pans[-1])
    for step in range(steps):
        factor = 1.06 if step // 15 % 2 == 0 else 1 / 1.06
        zooms.append(frame(lambda f=factor: shown.zoom(f), widget))  # type: ignore[misc]
        rest(zooms[-1])
    return pans, zooms


def rest(spent_ms: float) -> None:
    """What is left of a frame belongs to the event loop."""
    until = time.perf_counter() + max(0.0, 16.6 - spent_ms) / 1000
    while time.perf_counter() < until:
        QApplication.processEvents()
        time.sleep(0.0005)


def network_on(kind: str, links: np.ndarray, sites: np.ndarray) -> Ours | Items | GraphItem:
    """A map of a kind with the network on it, not shown yet."""
    at = places_of(links, sites)
    if kind == "ours":
        return Ours(links, sites, at)
    return Items(links, at) if kind == "items" else GraphItem(links, at)


RESOURCES = Path(__file__).resolve().parents[2] / "resources"
