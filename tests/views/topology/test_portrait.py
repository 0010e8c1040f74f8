"""The whole map as an image."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QSize
from PySide6.QtGui import QImage

from noc_console.views.topology.hulls import outlined
from noc_console.views.topology.levels import Level
from noc_console.views.topology.marks import NO_MARKS
from noc_console.views.topology.portrait import extent, portrait
from noc_console.views.topology.scene import Scene
from tests.views.topology.drawn import graph, places


def bits(image: QImage) -> np.ndarray:
    return np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4)


def made(level: Level, *, site: str = "", ratio: float = 1.0) -> QImage:
    scene = Scene.of(graph(trouble=True), places())
    return portrait(
        scene, QSize(500, 300), ratio, lambda scale, before: level, NO_MARKS, (), site=site
    )


def test_devices_and_sites_make_different_pictures_of_the_size_wanted() -> None:
    devices, sites = made(Level.DEVICES), made(Level.SITES)
    assert (devices.width(), devices.height()) == (500, 300)
    assert (bits(devices) != bits(sites)).any()
    assert made(Level.DEVICES, ratio=2.0).width() == 1000


def test_one_site_alone_is_larger() -> None:
    whole, site = made(Level.DEVICES), made(Level.DEVICES, site="Gouda")
    assert (bits(whole)[:240] != bits(site)[:240]).mean() > 0.05


def test_everything_lies_within_its_extent() -> None:
    scene = Scene.of(graph(), places())
    scene.site[3] = -1
    corners = extent(scene, outlined(scene))
    assert (corners.min(0) <= scene.at.min(0)).all() and (corners.max(0) >= scene.at.max(0)).all()
