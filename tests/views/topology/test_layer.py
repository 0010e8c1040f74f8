"""The picture behind the window."""

from __future__ import annotations

import gc

import numpy as np
import pytest
from hypothesis import given, settings
from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QImage, QPainter

from noc_console.views.topology.camera import Camera, fitted
from noc_console.views.topology.layer import MARGIN, Layer
from noc_console.views.topology.painter import MapPainter, View
from noc_console.views.topology.scene import Scene
from noc_console.views.topology.sites import Paper
from tests.views.topology.drawn import graph, places
from tests.views.topology.networks import Drawn, networks

SIZE = QSize(500, 300)


def layer(scene: Scene) -> Layer:
    artist = MapPainter()
    artist.prepare(scene)

    def view(camera: Camera, size: QSize, ratio: float) -> View:
        return View(camera.panned(MARGIN, MARGIN), Paper(size.width(), size.height(), ratio))

    return Layer(view, lambda: artist)


def seen(kept: Layer, camera: Camera) -> np.ndarray:
    image = QImage(SIZE, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    kept.blit(painter, camera, QRect(0, 0, SIZE.width(), SIZE.height()))
    painter.end()
    return np.frombuffer(image.constBits(), np.uint8).reshape(300, 500, 4)[:, :, :3].astype(int)


def differing(one: np.ndarray, other: np.ndarray) -> float:
    return float((np.abs(one - other).max(2) > 24).mean())


def whole(scene: Scene, camera: Camera) -> np.ndarray:
    fresh = layer(scene)
    fresh.draw(scene, camera, SIZE, 1.0)
    return seen(fresh, camera)


@pytest.fixture
def scene() -> Scene:
    return Scene.of(graph(), places())


def test_slices_make_the_same_picture_as_one_go(scene: Scene) -> None:
    camera = fitted(scene.at, (500, 300), (40, 40, 40, 40))
    kept = layer(scene)
    kept.begin(scene, camera, SIZE, 1.0)
    slices = 0
    while kept.advance(scene, 0.0):
        slices += 1
    assert slices > 5
    assert (seen(kept, camera) == whole(scene, camera)).all()


def test_what_changes_while_a_picture_is_drawn_is_on_it(scene: Scene) -> None:
    camera = fitted(scene.at, (500, 300), (40, 40, 40, 40))
    kept = layer(scene)
    kept.draw(scene, camera, SIZE, 1.0)
    kept.begin(scene, camera, SIZE, 1.0)
    for _ in range(9):
        kept.advance(scene, 0.0)
    changed = scene.put_looks(np.array([1, 6]), np.array([3, 3]))
    kept.add(scene, changed, np.empty(0, np.int64))
    assert differing(seen(kept, camera), whole(scene, camera)) < 0.02, "at once on the old one"
    while kept.advance(scene, 0.0):
        pass
    assert differing(seen(kept, camera), whole(scene, camera)) < 0.02


def test_a_picture_given_up_leaves_the_old_one(scene: Scene) -> None:
    camera = fitted(scene.at, (500, 300), (40, 40, 40, 40))
    kept = layer(scene)
    kept.draw(scene, camera, SIZE, 1.0)
    before = seen(kept, camera)
    kept.begin(scene, camera.zoomed(2.0, 10, 10), SIZE, 1.0)
    kept.advance(scene, 0.0)
    kept.stop()
    assert not kept.is_drawing and (seen(kept, camera) == before).all()


def test_a_leap_is_not_drawn_while_the_hand_waits(scene: Scene) -> None:
    kept = layer(scene)
    kept.draw(scene, Camera(), SIZE, 1.0)
    assert not kept.follow(scene, Camera(1.0, 4000, 0))
    assert kept.follow(scene, Camera(1.0, 60, 10))


@given(networks(most=25))
@settings(max_examples=12, deadline=None)
def test_panning_by_strips_and_changes_drawn_over_are_like_a_whole_picture(drawn: Drawn) -> None:
    scene = Scene.of(*drawn)
    camera = Camera(0.4, 250, 150)
    kept = layer(scene)
    kept.draw(scene, camera, SIZE, 1.0)
    for step in range(6):
        camera = camera.panned(-38, 25 - 10 * step)
        assert kept.follow(scene, camera)
    assert differing(seen(kept, camera), whole(scene, camera)) < 0.02
    worse = np.maximum(scene.look, 5) % 7
    changed = scene.put_looks(np.arange(len(worse)), worse)
    links = scene.put_shades(np.arange(len(scene.edges)), np.full((len(scene.edges), 2), 9))
    kept.add(scene, changed, links)
    assert differing(seen(kept, camera), whole(scene, camera)) < 0.06


def test_what_comes_into_view_is_drawn_beside_the_picture_in_slices(scene: Scene) -> None:
    camera = Camera(0.4, 250, 150)
    kept = layer(scene)
    kept.draw(scene, camera, SIZE, 1.0)
    moved = camera.panned(-60, 0)
    assert kept.follow(scene, moved) and kept.is_extending
    assert differing(seen(kept, moved), whole(scene, moved)) < 0.02, "the margin covers it"
    kept.advance(scene, 0.0)
    changed = scene.put_looks(np.arange(len(scene.nodes)), np.full(len(scene.nodes), 5))
    kept.add(scene, changed, np.empty(0, np.int64))
    slices = 1
    while kept.advance(scene, 0.0):
        slices += 1
    assert slices >= 2 and not kept.is_extending
    further = camera.panned(-140, 0)
    assert differing(seen(kept, further), whole(scene, further)) < 0.06


def test_a_strip_is_given_up_with_its_painter_when_a_whole_picture_begins(scene: Scene) -> None:
    kept = layer(scene)
    kept.draw(scene, Camera(0.4, 250, 150), SIZE, 1.0)
    kept.follow(scene, Camera(0.4, 190, 150))
    strip = kept._strip
    assert strip is not None and strip.painter.isActive()
    kept.begin(scene, Camera(0.8, 250, 150), SIZE, 1.0)
    assert not kept.is_extending and not strip.painter.isActive()


def test_a_layer_forgotten_in_the_middle_of_a_picture_lets_go_of_the_painter(
    scene: Scene,
) -> None:
    kept = layer(scene)
    kept.begin(scene, Camera(), SIZE, 1.0)
    work = kept._work
    assert work is not None and work.painter.isActive()
    del kept
    gc.collect()
    assert not work.painter.isActive()
