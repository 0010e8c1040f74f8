"""A grid of coordinates."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QImage, QPainter

from noc_console.services.topology import mercator
from noc_console.views.kit.theme import look
from noc_console.views.topology.camera import Camera
from noc_console.views.topology.graticule import (
    LEAST_APART,
    Figures,
    Grid,
    line_color,
    meridians,
    parallels,
    step_at,
    written,
)

EUROPE = Camera(0.005).centred((27_000.0, -340_000.0), (1200, 800))


def test_steps_follow_the_zoom() -> None:
    steps = [step_at(scale) for scale in (0.0003, 0.003, 0.03, 0.3, 3.0)]
    assert steps == sorted(steps, reverse=True) and len(set(steps)) == 5
    for scale, step in zip((0.003, 0.03, 0.3), steps[1:4], strict=True):
        assert step * mercator.WORLD / 360 * scale >= LEAST_APART


def test_lines_stand_where_their_degrees_are() -> None:
    lines = meridians(EUROPE, 1200)
    assert len(lines) > 2
    for longitude, x in lines:
        at = EUROPE.to_map(x, 0)[0]
        assert float(mercator.to_map(0.0, longitude)[0]) == pytest.approx(at)
    for latitude, y in parallels(EUROPE, 800):
        at = EUROPE.to_map(0, y)[1]
        assert float(mercator.to_map(latitude, 0.0)[1]) == pytest.approx(at)


def test_there_are_no_lines_beyond_the_world() -> None:
    far = Camera(0.0003, 600, 400)
    assert all(abs(longitude) <= 180 for longitude, _ in meridians(far, 1200))
    assert all(abs(latitude) < 86 for latitude, _ in parallels(far, 800))


def test_figures_have_the_decimals_of_their_step() -> None:
    assert written(52.5, 0.5, "NS") == "52.5° N"
    assert written(-4.0, 2.0, "EW") == "4° W"
    assert written(0.0, 1.0, "NS") == "0°"
    assert written(4.8952, 0.0002, "EW") == "4.8952° E"


def drawn(part: Grid | Figures) -> QImage:
    image = QImage(1200, 800, QImage.Format.Format_RGB32)
    image.fill(look().color("surface.field"))
    painter = QPainter(image)
    part.paint(painter, EUROPE, 1200, 800)
    painter.end()
    return image


def test_the_grid_is_drawn_in_a_quiet_line() -> None:
    image = drawn(Grid())
    x = round(meridians(EUROPE, 1200)[1][1])
    y = next(row for row in range(400, 800) if all(
        abs(row - at) > 2 for _, at in parallels(EUROPE, 800)
    ))  # fmt: skip
    assert image.pixel(x, y) == line_color().rgb()


def test_figures_stand_at_the_edges_only_and_leave_the_theme_alone() -> None:
    before = look().color("surface.field").rgba()
    image = drawn(Figures())
    ground = look().color("surface.field").rgb()
    row = [image.pixel(x, 9) for x in range(1200)]
    assert any(pixel != ground for pixel in row)
    middle = [image.pixel(x, 400) for x in range(100, 1000)]
    assert all(pixel == ground for pixel in middle)
    assert look().color("surface.field").rgba() == before
