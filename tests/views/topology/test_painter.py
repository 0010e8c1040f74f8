"""What is drawn at which zoom."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QImage, QPainter

from noc_console.services.topology.model import Graph
from noc_console.views.kit.theme import Look
from noc_console.views.topology.camera import Camera, fitted
from noc_console.views.topology.painter import MapPainter, size_at
from noc_console.views.topology.scene import Scene
from noc_console.views.topology.sites import Paper, bubble_radius
from tests.views.topology.drawn import graph, places

W, H = 900, 500


def drawn(given: Graph, *, scale: float | None = None, sites: bool = False, ratio: float = 1.0):
    """The picture as RGB, the scene, the camera and the painter."""
    scene = Scene()
    scene.show(given, places())
    painter = MapPainter(ratio)
    painter.prepare(scene)
    camera = fitted(scene.at, (W, H), (80, 80, 80, 80))
    if scale is not None:
        camera = Camera(scale).centred((250.0, 50.0), (W, H))
    image = QImage(round(W * ratio), round(H * ratio), QImage.Format.Format_RGB32)
    brush = QPainter(image)
    paper = Paper(image.width(), image.height(), ratio)
    painter.paint(brush, scene, camera, paper, as_sites=sites)
    brush.end()
    bits = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4)
    return bits[:, :, 2::-1].astype(int), scene, camera, painter


def saturated(rgb: np.ndarray) -> float:
    """The part of the picture in loud colours."""
    high, low = rgb.max(2), rgb.min(2)
    return float(((high - low > 110) & (high > 140)).mean())


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_a_map_where_all_is_well_is_calm(dressed: Look, theme: str) -> None:
    """Colour only for the abnormal: below 1 % of loud pixels (U1)."""
    dressed.use(theme)
    calm, *_ = drawn(graph())
    loud, *_ = drawn(graph(trouble=True))
    assert saturated(calm) < 0.001
    assert saturated(loud) > 2 * saturated(calm)


def test_nearer_is_larger() -> None:
    sizes = [size_at(scale) for scale in (0.01, 0.2, 0.3, 0.45, 0.6, 1.0, 2.0)]
    assert sizes == sorted(sizes) and len(set(sizes)) == 7


def test_every_device_is_where_the_camera_says() -> None:
    rgb, scene, camera, painter = drawn(graph())
    ground = np.array(painter.ink.ground.getRgb()[:3])
    for x, y in camera.to_screen(scene.at):
        patch = rgb[int(y) - 8 : int(y) + 8, int(x) - 8 : int(x) + 8]
        assert (np.abs(patch - ground).max(2) > 12).mean() > 0.5


def test_names_are_shown_from_near_and_not_from_afar() -> None:
    assert drawn(graph(), scale=1.0)[3].names_shown == 8
    assert drawn(graph(), scale=0.15)[3].names_shown == 0


def test_names_never_lie_over_each_other() -> None:
    scene = Scene()
    crowded = {id: type(at)(at.x / 12, at.y / 12) for id, at in places().items()}
    scene.show(graph(), crowded)
    painter = MapPainter()
    painter.prepare(scene)
    image = QImage(W, H, QImage.Format.Format_RGB32)
    brush = QPainter(image)
    painter.paint(brush, scene, Camera(1.0, 300, 200), Paper(W, H, 1.0), as_sites=False)
    brush.end()
    assert 0 < painter.names_shown < 8


@pytest.mark.parametrize("scale", [0.02, 0.15, 0.3, 0.45, 0.7, 1.0, 2.0])
@pytest.mark.parametrize("ratio", [1.0, 1.5])
def test_it_can_be_drawn_at_every_zoom(scale: float, ratio: float) -> None:
    rgb, *_ = drawn(graph(trouble=True), scale=scale, ratio=ratio)
    assert rgb.std() > 0.5


def test_sites_as_bubbles_tell_their_trouble() -> None:
    calm, *_ = drawn(graph(), sites=True)
    loud, *_ = drawn(graph(trouble=True), sites=True)
    assert (calm != loud).any() and saturated(loud) > saturated(calm)
    assert bubble_radius(1) < bubble_radius(100) < bubble_radius(10**6) * 1.01


def test_a_hairball_is_drawn_thin(monkeypatch: pytest.MonkeyPatch) -> None:
    """Past the budget of ink calm links become hard 1-pixel lines."""
    normal, *_ = drawn(graph(), scale=1.0)
    monkeypatch.setattr("noc_console.views.topology.painter.INK", 10)
    thin, *_ = drawn(graph(), scale=1.0)
    assert thin.sum() < normal.sum()


def test_an_empty_scene_is_only_ground() -> None:
    scene, painter = Scene(), MapPainter()
    scene.show(Graph(), {})
    painter.prepare(scene)
    image = QImage(50, 50, QImage.Format.Format_RGB32)
    for sites in (False, True):
        brush = QPainter(image)
        painter.paint(brush, scene, Camera(), Paper(50, 50, 1.0), as_sites=sites)
        brush.end()
        assert image.pixelColor(25, 25) == painter.ink.ground
