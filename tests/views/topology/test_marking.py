"""Marks in the picture."""

from __future__ import annotations

import numpy as np
from PySide6.QtGui import QImage, QPainter

from noc_console.services.topology.model import Graph
from noc_console.views.kit.theme import look
from noc_console.views.topology.camera import Camera
from noc_console.views.topology.marks import NO_MARKS, Mark, Marks
from noc_console.views.topology.painter import MapPainter
from noc_console.views.topology.scene import Scene
from noc_console.views.topology.sites import Paper
from tests.views.topology.drawn import graph, places

W, H = 900, 500
CAMERA = Camera(1.0, 200, 200)


def picture(marks: Marks, given: Graph | None = None, ratio: float = 1.0) -> np.ndarray:
    scene = Scene.of(given or graph(), places())
    artist = MapPainter(ratio)
    artist.prepare(scene)
    image = QImage(round(W * ratio), round(H * ratio), QImage.Format.Format_RGB32)
    painter = QPainter(image)
    paper = Paper(image.width(), image.height(), ratio)
    artist.paint(painter, scene, CAMERA, paper, as_sites=False, marks=marks)
    painter.end()
    bits = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4)
    return bits[:, :, 2::-1].astype(int).copy()


def around(rgb: np.ndarray, number: int, half: int = 16) -> np.ndarray:
    x, y = CAMERA.to_screen(Scene.of(graph(), places()).at[number]).astype(int)
    return rgb[y - half : y + half, x - half : x + half]


def test_the_rest_is_dimmed_and_what_is_marked_is_not() -> None:
    plain = picture(NO_MARKS)
    dimmed = picture(Marks(links={0: Mark()}, dim=True))
    assert around(dimmed, 7).max() < 0.75 * around(plain, 7).max()
    assert around(dimmed, 0).max() >= around(plain, 0).max() - 4


def test_trouble_stays_at_full_strength() -> None:
    troubled = graph(trouble=True)
    dimmed = picture(Marks(links={0: Mark()}, dim=True), troubled)
    plain = picture(NO_MARKS, troubled)
    assert around(dimmed, 6, 8).max() >= around(plain, 6, 8).max() - 4


def test_a_marked_link_has_a_broad_stroke_of_its_tint_under_it() -> None:
    marked = picture(Marks(links={0: Mark("attention.plain")}))
    plain = picture(NO_MARKS)
    beside = (slice(203, 205), slice(230, 270))
    assert (marked[beside] != plain[beside]).any(2).mean() > 0.9


def test_a_dashed_mark_has_gaps_in_its_full_tint() -> None:
    color = np.array(look().color("attention.plain").getRgb()[:3])
    marked = picture(Marks(links={4: Mark("attention.plain", dashed=True)}))
    near = np.abs(marked - color).max(2) < 60
    assert near.sum() > 10


def test_words_stand_in_chips_that_do_not_lie_over_each_other() -> None:
    marks = Marks(
        devices={0: Mark(text="start"), 6: Mark(text="end")},
        links={number: Mark(text=f"{number} ms") for number in range(9)},
    )
    silent = Marks(devices={0: Mark(), 6: Mark()}, links={number: Mark() for number in range(9)})
    changed = (picture(marks) != picture(silent)).any(2)
    assert changed.sum() > 1500, "about a dozen chips"


def test_numbers_of_another_scene_harm_nobody() -> None:
    picture(Marks(devices={999: Mark(text="?")}, links={999: Mark(text="?")}, dim=True))


def test_marks_are_as_broad_at_every_pixel_ratio() -> None:
    marks = Marks(links={0: Mark("attention.plain")})
    strokes = []
    for ratio in (1.0, 2.0):
        changed = (picture(marks, ratio=ratio) != picture(NO_MARKS, ratio=ratio)).any(2)
        strokes.append(changed[:, round(232 * ratio)].sum() / ratio)
    assert abs(strokes[0] - strokes[1]) <= 2
