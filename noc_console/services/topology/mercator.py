"""Degrees and map units: the web's Mercator projection.

EPSG:3857, "Popular Visualisation Pseudo-Mercator": x = R*lambda, y = R*ln(tan(pi/4 + phi/2))
on a sphere of R = 6,378,137 m (IOGP Publication 373-7-2, section 3.5.1.3). Map units grow
downwards and are 20 m at the equator: at scale 1 a town fills a window.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

RADIUS_M = 6_378_137.0
UNIT_M = 20.0
WORLD = 2 * math.pi * RADIUS_M / UNIT_M
"""The side of the square world, in map units; (0, 0) is its middle."""
NORTHMOST = math.degrees(math.atan(math.sinh(math.pi)))
"""85.0511…°: where the square ends; the poles themselves are infinitely far."""
TILE = 256
"""Pixels of a tile's side, by definition of the tiling."""


def to_map(latitude: Floats | float, longitude: Floats | float) -> Floats:
    """Map units of degrees, one row each; what lies beyond the square stands at its edge."""
    phi = np.radians(np.clip(latitude, -NORTHMOST, NORTHMOST))
    scale = RADIUS_M / UNIT_M
    x = np.radians(longitude) * scale
    y = -np.arcsinh(np.tan(phi)) * scale
    return np.stack([np.asarray(x, np.float64), np.asarray(y, np.float64)], axis=-1)


def to_degrees(points: Floats) -> tuple[Floats, Floats]:
    """Latitude and longitude of map units."""
    scale = RADIUS_M / UNIT_M
    longitude = np.degrees(points[..., 0] / scale)
    latitude = np.degrees(np.arctan(np.sinh(-points[..., 1] / scale)))
    return latitude, longitude


def zoom_of(scale: float) -> float:
    """The zoom level, with its fraction, at which tiles are as large as `scale` draws them."""
    return math.log2(max(scale * WORLD / TILE, 1.0))


def tile_side(zoom: int) -> float:
    """How wide a tile is, in map units."""
    return math.ldexp(WORLD, -zoom)
