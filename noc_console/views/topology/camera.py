"""What part of the map is on screen: a scale and an offset."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]

CLOSEST = 3.0
FARTHEST = 0.0003
"""The whole world in a window, where twenty metres are one map unit."""
COMFORT = 1.15
"""Fitting never zooms in further than this: three devices are not a poster."""


@dataclass(frozen=True, slots=True)
class Camera:
    """Screen = map * scale + offset, in pixels of the widget."""

    scale: float = 1.0
    x: float = 0.0
    y: float = 0.0

    def to_screen(self, points: Points) -> Points:
        return np.asarray(points * self.scale + (self.x, self.y))

    def to_map(self, x: float, y: float) -> tuple[float, float]:
        return (x - self.x) / self.scale, (y - self.y) / self.scale

    def panned(self, dx: float, dy: float) -> Camera:
        return Camera(self.scale, self.x + dx, self.y + dy)

    def zoomed(self, factor: float, x: float, y: float) -> Camera:
        """Closer or further, with the map under the screen point (x, y) staying there."""
        scale = min(max(self.scale * factor, FARTHEST), CLOSEST)
        at_x, at_y = self.to_map(x, y)
        return Camera(scale, x - at_x * scale, y - at_y * scale)

    def centred(self, at: tuple[float, float], size: tuple[float, float]) -> Camera:
        """The map point `at` in the middle of a screen of `size`."""
        return Camera(
            self.scale, size[0] / 2 - at[0] * self.scale, size[1] / 2 - at[1] * self.scale
        )

    def toward(self, goal: Camera, part: float, size: tuple[float, float]) -> Camera:
        """A part (0–1) of the way to another view: the middle travels, the scale in ratio."""
        middle = (size[0] / 2, size[1] / 2)
        here, there = self.to_map(*middle), goal.to_map(*middle)
        scale = self.scale * (goal.scale / self.scale) ** part
        # When zooming, a straight way of the middle looks crooked: weigh it by the scale.
        ratio = goal.scale / self.scale
        way = (
            part if abs(ratio - 1) < 1e-6 else (ratio**part - 1) / (ratio - 1) / ratio ** (part - 1)
        )
        at = (here[0] + (there[0] - here[0]) * way, here[1] + (there[1] - here[1]) * way)
        return Camera(scale).centred(at, size)


def fitted(
    points: Points, size: tuple[float, float], margins: tuple[float, float, float, float]
) -> Camera:
    """Everything on screen, inside `margins` (left, top, right, bottom)."""
    left, top, right, bottom = margins
    if not len(points):
        return Camera(1.0, size[0] / 2, size[1] / 2)
    low, high = points.min(0), points.max(0)
    room = max(size[0] - left - right, 40.0), max(size[1] - top - bottom, 40.0)
    extent = np.maximum(high - low, 1.0)
    scale = float(min(room[0] / extent[0], room[1] / extent[1], COMFORT))
    scale = max(scale, FARTHEST)
    middle = (low + high) / 2
    return Camera(
        scale,
        left + room[0] / 2 - float(middle[0]) * scale,
        top + room[1] / 2 - float(middle[1]) * scale,
    )
