"""Scale and offset."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from noc_console.views.topology.camera import CLOSEST, COMFORT, FARTHEST, Camera, fitted

numbers = st.floats(-1000, 1000)


@given(numbers, numbers, st.floats(0.01, 3), numbers, numbers)
def test_to_the_screen_and_back(x: float, y: float, scale: float, ox: float, oy: float) -> None:
    camera = Camera(scale, ox, oy)
    there = camera.to_screen(np.array([[x, y]]))[0]
    assert camera.to_map(*there) == pytest.approx((x, y), abs=1e-6)


@given(st.floats(0.1, 10), st.floats(0, 1000), st.floats(0, 1000))
def test_zooming_keeps_what_is_under_the_pointer(factor: float, x: float, y: float) -> None:
    before = Camera(0.5, 30, 40)
    after = before.zoomed(factor, x, y)
    assert after.to_map(x, y) == pytest.approx(before.to_map(x, y), abs=1e-6)


def test_zooming_has_an_end() -> None:
    assert Camera().zoomed(1e9, 0, 0).scale == CLOSEST
    assert Camera().zoomed(1e-9, 0, 0).scale == FARTHEST


def test_fitting_shows_everything_inside_the_margins() -> None:
    points = np.array([[0.0, 0.0], [5000.0, 1000.0]])
    on_screen = fitted(points, (800, 600), (10, 50, 20, 40)).to_screen(points)
    assert on_screen[:, 0].min() >= 9.99 and on_screen[:, 0].max() <= 780.01
    assert on_screen[:, 1].min() >= 49.99 and on_screen[:, 1].max() <= 560.01


def test_fitting_a_few_devices_does_not_make_a_poster() -> None:
    assert fitted(np.zeros((1, 2)), (800, 600), (0, 0, 0, 0)).scale == COMFORT
    assert fitted(np.empty((0, 2)), (800, 600), (0, 0, 0, 0)).scale == 1.0


def test_a_flight_starts_here_and_ends_there() -> None:
    start, goal, size = Camera(0.2, 10, 20), Camera(1.5, -300, 40), (800.0, 600.0)
    for part, end in ((0.0, start), (1.0, goal)):
        there = start.toward(goal, part, size)
        assert (there.scale, there.x, there.y) == pytest.approx((end.scale, end.x, end.y))
    halfway = start.toward(goal, 0.5, size)
    assert start.scale < halfway.scale < goal.scale


def test_a_flight_without_zoom_is_straight() -> None:
    start, goal = Camera(1.0, 0, 0), Camera(1.0, -200, -100)
    halfway = start.toward(goal, 0.5, (800.0, 600.0))
    assert (halfway.x, halfway.y) == pytest.approx((-100, -50))
