"""The whole map as an image, independent of what is on screen."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from PySide6.QtCore import QSize
from PySide6.QtGui import QImage, QPainter

from noc_console.views.topology import credit, legend
from noc_console.views.topology.camera import Camera, Points, fitted
from noc_console.views.topology.hulls import Outlined
from noc_console.views.topology.levels import Level
from noc_console.views.topology.marks import Drawn, Marks
from noc_console.views.topology.painter import MapPainter
from noc_console.views.topology.scene import Scene
from noc_console.views.topology.sites import Paper

EDGES = (28.0, 52.0, 28.0, 56.0)
"""Left, top, right and bottom, in pixels."""


BUBBLE_EDGES = (64.0, 84.0, 64.0, 120.0)
"""The same where sites are bubbles: these are as large at any scale, with two lines below."""


def framed(
    shown: Points, size: tuple[float, float], level_at: Callable[[float, Level | None], Level]
) -> Camera:
    """The view with all these points in it, and the bubbles that may stand for them."""
    camera = fitted(shown, size, EDGES)
    if level_at(camera.scale, None) is Level.DEVICES:
        return camera
    return fitted(shown, size, BUBBLE_EDGES)


def extent(scene: Scene, known: Outlined) -> Points:
    """Points that have everything between them."""
    loners = scene.at[scene.site < 0]
    return np.concatenate([known.low, known.high, loners])


def portrait(
    scene: Scene,
    size: QSize,
    ratio: float,
    level_at: Callable[[float, Level | None], Level],
    marks: Marks,
    behind: Sequence[Drawn],
    site: str = "",
    credits: str = "",
    above: Sequence[Drawn] = (),
) -> QImage:
    """Everything, or one site of it, with the legend below."""
    image = QImage(
        round(size.width() * ratio), round(size.height() * ratio), QImage.Format.Format_RGB32
    )
    artist = MapPainter(ratio, scene.shading.ramp)
    artist.prepare(scene)
    shape = next((each for each in artist.sites if site and each.name == site), None)
    shown = extent(scene, artist.outlined) if shape is None else shape.outline
    camera = (
        framed(shown, (size.width(), size.height()), level_at)
        if shape is None
        else fitted(shown, (size.width(), size.height()), EDGES)
    )
    level = level_at(camera.scale, None) if shape is None else Level.DEVICES
    painter = QPainter(image)
    try:
        artist.paint(
            painter,
            scene,
            camera,
            Paper(image.width(), image.height(), ratio),
            as_sites=level is not Level.DEVICES,
            as_regions=level is Level.REGIONS,
            marks=marks,
            behind=behind,
        )
        painter.scale(ratio, ratio)
        for drawn in above:
            drawn.paint(painter, camera, size.width(), size.height())
        legend.paint(painter, size.width(), size.height(), artist.ink, scene.shading)
        credit.paint(painter, size.width(), size.height(), credits)
    finally:
        painter.end()
    return image
