"""Degrees and map units."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from noc_console.services.topology import mercator


def test_the_worked_example_of_the_standard_comes_out() -> None:
    # IOGP 373-7-2, Popular Visualisation Pseudo Mercator: 24°22'54.433"N, 100°20'00.000"W.
    x, y = mercator.to_map(24 + 22 / 60 + 54.433 / 3600, -(100 + 20 / 60)) * mercator.UNIT_M
    assert x == pytest.approx(-11_169_055.58, abs=0.01)
    assert -y == pytest.approx(2_800_000.00, abs=0.01)


def test_the_middle_of_the_world_is_the_middle_of_the_map() -> None:
    assert mercator.to_map(0.0, 0.0).tolist() == [0.0, 0.0]


def test_north_is_up_and_east_is_right() -> None:
    x, y = mercator.to_map(52.0, 4.9)
    assert x > 0 and y < 0


def test_the_poles_stand_at_the_edge_of_the_square() -> None:
    assert mercator.to_map(90.0, 0.0)[1] == pytest.approx(-mercator.WORLD / 2)
    assert mercator.to_map(-90.0, 180.0).tolist() == pytest.approx(
        [mercator.WORLD / 2, mercator.WORLD / 2]
    )


@given(st.floats(-85.0, 85.0), st.floats(-180.0, 180.0))
def test_there_and_back_is_the_same_place(latitude: float, longitude: float) -> None:
    back = mercator.to_degrees(mercator.to_map(latitude, longitude))
    assert back[0] == pytest.approx(latitude, abs=1e-9)
    assert back[1] == pytest.approx(longitude, abs=1e-9)


def test_many_are_turned_at_once() -> None:
    latitude, longitude = np.array([0.0, 52.0, -33.9]), np.array([0.0, 4.9, 151.2])
    points = mercator.to_map(latitude, longitude)
    assert points.shape == (3, 2)
    assert np.allclose(mercator.to_degrees(points), (latitude, longitude))


def test_at_the_scale_of_a_zoom_level_a_tile_is_256_pixels() -> None:
    for zoom in (0, 5, 14):
        scale = mercator.TILE / mercator.tile_side(zoom)
        assert mercator.zoom_of(scale) == pytest.approx(zoom)
