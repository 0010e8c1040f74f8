"""The map beside a QGraphicsView with an item per device and link, and its layout beside
networkx's springs: same network, same window, same run. Off screen, so without a GPU.
"""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import networkx as nx
import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen
from PySide6.QtWidgets import QApplication, QGraphicsScene, QGraphicsView

from noc_console.services.inventory.model import (
    DeviceId,
    DeviceType,
    LinkId,
    Reachability,
    SiteId,
)
from noc_console.services.topology.model import (
    Edge,
    End,
    Graph,
    LinkState,
    Load,
    Node,
    Place,
    Position,
)
from noc_console.services.topology.rules.layout import Problem, arrange
from noc_console.views.kit import theme
from noc_console.views.topology.canvas import Grouping, MapCanvas

Figure = Mapping[str, Any]

RESOURCES = Path(__file__).resolve().parents[2] / "resources"
AT = datetime(2026, 3, 1, tzinfo=UTC)
SIZE = (1600, 900)
FRAME_MS = 1000 / 60
EACH = 125
STEPS = 120
SCALE = 0.1
"""Half the network in view."""
AT_ONCE = 12
"""How many wheel steps make a zoom in and back out."""


def network(devices: int) -> tuple[np.ndarray, np.ndarray]:
    """Links and sites: two cores, eight aggregations and access trees a site, sites in a ring."""
    rng = np.random.default_rng(1)
    sites = max(1, devices // EACH)
    links: list[tuple[int, int]] = []
    for site in range(sites):
        first = site * EACH
        core, aggregation = (first, first + 1), range(first + 2, first + 10)
        links.append(core)
        links += [(switch, router) for switch in aggregation for router in core]
        for device in range(first + 10, first + EACH):
            on_ring = device % 5 and rng.random() < 0.5
            links.append((device, device - 1 if on_ring else first + 2 + int(rng.integers(8))))
        links.append((first + 1, (site + 1) % sites * EACH))
    return np.array([link for link in links if link[0] != link[1]]), np.repeat(
        np.arange(sites), EACH
    )


def places_of(links: np.ndarray, sites: np.ndarray) -> np.ndarray:
    """Sites on a grid, devices in a sunflower: quick, and as crowded as a real map."""
    across = math.ceil(math.sqrt(sites.max() + 1))
    inside = np.arange(len(sites)) % EACH
    radius, angle = 70 * np.sqrt(inside + 0.5), inside * math.pi * (3 - math.sqrt(5))
    x = sites % across * 2200 + radius * np.cos(angle)
    y = sites // across * 2200 + radius * np.sin(angle)
    return np.column_stack([x, y])


def graph_of(links: np.ndarray, sites: np.ndarray) -> Graph:
    rng = np.random.default_rng(2)
    types = list(DeviceType)
    nodes = tuple(
        Node(
            DeviceId(at + 1),
            f"ac{at:05d}.pop{site:03d}",
            types[at % 5],
            site_id=SiteId(int(site) + 1),
            reachability=Reachability.DOWN if rng.random() < 0.01 else Reachability.UP,
        )
        for at, site in enumerate(sites)
    )
    shares = rng.beta(1.6, 4.0, (len(links), 2)) * 10**10
    edges = tuple(
        Edge(
            LinkId(at),
            End(DeviceId(int(a) + 1)),
            End(DeviceId(int(b) + 1)),
            10**10,
            95,
            load=Load(float(ab), float(ba), LinkState.UP, AT),
        )
        for at, ((a, b), (ab, ba)) in enumerate(zip(links, shares, strict=True))
    )
    places = tuple(Place(SiteId(at + 1), f"pop{at:03d}") for at in range(int(sites.max()) + 1))
    return Graph(nodes, edges, places, AT)


def timed(act: Callable[[], object]) -> float:
    """Milliseconds of work of this thread: what else the machine does is not counted."""
    began = time.thread_time()
    act()
    return (time.thread_time() - began) * 1000


def ours(links: np.ndarray, sites: np.ndarray, at: np.ndarray) -> tuple[list[float], list[float]]:
    """Milliseconds per frame of panning and zooming, and per sharp redraw."""
    canvas = MapCanvas()
    canvas.resize(*SIZE)
    canvas.show()
    where = {DeviceId(n + 1): Position(float(x), float(y)) for n, (x, y) in enumerate(at)}
    canvas.show_graph(graph_of(links, sites), where)
    QApplication.processEvents()
    canvas.group(Grouping.DEVICES)
    canvas.zoom(SCALE / canvas.camera.scale)
    canvas.repaint()
    frames, redraws = [], []

    def frame(move: Callable[[], None]) -> None:
        frames.append(timed(lambda: (move(), canvas.repaint())))

    for step in range(STEPS):
        frame(lambda: canvas.pan(-9, -5))
        if step % 20 == 19:
            for part in (1.2, 1 / 1.2):
                for _ in range(AT_ONCE):
                    frame(lambda part=part: canvas.zoom(part))  # type: ignore[misc]
                redraws.append(timed(lambda: (canvas._sharpen(), canvas.repaint())))
    canvas.close()
    return frames, redraws


def items(links: np.ndarray, at: np.ndarray) -> list[float]:
    """The same with an item per device, name and link, as most maps are made."""
    scene = QGraphicsScene()
    pen, brush = QPen(QColor("#84a9c9"), 2), QBrush(QColor("#1c242d"))
    for a, b in links:
        scene.addLine(*at[a], *at[b], pen).setZValue(-1)
    for number, (x, y) in enumerate(at):
        scene.addEllipse(QRectF(x - 13, y - 13, 26, 26), pen, brush)
        scene.addSimpleText(f"ac{number:05d}").setPos(x - 20, y + 15)
    view = QGraphicsView(scene)
    view.setRenderHint(QPainter.RenderHint.Antialiasing)
    view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    view.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    view.resize(*SIZE)
    view.show()
    QApplication.processEvents()
    view.scale(SCALE, SCALE)
    view.centerOn(QPointF(*at.mean(0)))
    view.viewport().repaint()
    frames = []

    def pan() -> None:
        view.horizontalScrollBar().setValue(view.horizontalScrollBar().value() + 9)
        view.verticalScrollBar().setValue(view.verticalScrollBar().value() + 5)
        QApplication.processEvents()

    def zoom(part: float) -> None:
        view.scale(part, part)
        view.viewport().repaint()

    for step in range(STEPS):
        frames.append(timed(pan))
        if step % 20 == 19:
            for part in (1.2, 1 / 1.2):
                frames += [timed(lambda part=part: zoom(part)) for _ in range(AT_ONCE)]  # type: ignore[misc]
    view.close()
    return frames


def p95(figures: list[float]) -> float:
    return round(float(np.percentile(figures, 95)), 2)


def bench() -> list[Figure]:
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    theme.install(app, RESOURCES)
    return [*drawing(10_000), *layout(375)]


def drawing(devices: int) -> list[Figure]:
    links, sites = network(devices)
    at = places_of(links, sites)
    frames, redraws = ours(links, sites, at)
    peer = items(links, at)
    mine, theirs, sharp = p95(frames), p95(peer), p95(redraws)
    return [
        {
            "name": f"map: work per frame of panning and zooming, p95, {devices:,} devices",
            "value": mine,
            "unit": "ms",
            "peer": "QGraphicsView with an item per device and link",
            "peer_value": theirs,
            "ratio": round(mine / theirs, 3),
            "goal": f"at most half a frame ({FRAME_MS / 2:.1f} ms) and half the peer",
            "met": mine <= FRAME_MS / 2 and mine <= theirs / 2,
        },
        {
            "name": f"map: work of a sharp redraw after zooming, p95, {devices:,} devices",
            "value": sharp,
            "unit": "ms",
            "peer": "the same view's frame",
            "peer_value": theirs,
            "ratio": round(sharp / theirs, 3),
            "goal": "at most two frames, less than one frame of the peer",
            "met": sharp <= 2 * FRAME_MS and sharp < theirs,
        },
    ]


def layout(devices: int) -> list[Figure]:
    links, sites = network(devices)
    drawn: list[np.ndarray] = []
    mine = timed(lambda: drawn.append(arrange(Problem(len(sites), links, sites)))) / 1000
    web = nx.Graph(links.tolist())
    spread: list[Mapping[int, np.ndarray]] = []
    theirs = timed(lambda: spread.append(nx.spring_layout(web, seed=1, iterations=50))) / 1000
    other = np.array([spread[0][at] for at in range(len(sites))])
    crowded, peers = overlaps(drawn[0], links), overlaps(other, links)
    peer = "networkx spring_layout, 50 iterations"
    return [
        {
            "name": f"map: devices drawn over another, {len(sites)} devices",
            "value": crowded,
            "unit": "devices",
            "peer": peer,
            "peer_value": peers,
            "ratio": round(crowded / peers, 3) if peers else None,
            "goal": "none",
            "met": crowded == 0,
        },
        {
            "name": f"map: layout of {len(sites)} devices",
            "value": round(mine, 2),
            "unit": "s",
            "peer": peer,
            "peer_value": round(theirs, 2),
            "ratio": round(mine / theirs, 3),
            "goal": "at most three times the peer, which leaves devices over each other",
            "met": mine < 3 * theirs,
        },
    ]


def overlaps(points: np.ndarray, links: np.ndarray) -> int:
    """Devices closer to another than a quarter of the usual link."""
    usual = float(np.median(np.hypot(*(points[links[:, 0]] - points[links[:, 1]]).T)))
    apart = np.hypot(*(points[:, None] - points[None]).transpose(2, 0, 1))
    np.fill_diagonal(apart, np.inf)
    return int((apart.min(1) < usual / 4).sum())
