"""Drawings as geometry."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noc_console.services.maps.model import LARGEST, Drawing, DrawingKind, Tint
from noc_console.services.maps.rules.check import drawing as checked
from noc_console.views.topology import shapes

numbers = st.floats(-5000, 5000, allow_nan=False)
points = st.tuples(numbers, numbers)
kinds = st.sampled_from([k for k in DrawingKind if k is not DrawingKind.IMAGE])


def made(kind: DrawingKind, *at: float) -> Drawing:
    if kind is DrawingKind.POLYGON:
        left, top, right, low = at
        corners = [(left, top), (right, top), (right, low), (left, low)]
        return shapes.polygon(corners, z=0, tint=Tint.GREY)
    return shapes.fresh(kind, (at[0], at[1]), (at[2], at[3]), z=0, tint=Tint.GREY)


@given(kinds, points, points)
def test_whatever_the_hand_draws_may_be_kept(kind, start, end):
    assert checked(made(kind, *start, *end))


@given(kinds, points, points, st.integers(0, 7), points, st.booleans())
def test_whatever_the_hand_resizes_may_be_kept(kind, start, end, handle, spot, keep):
    before = made(kind, *start, *end)
    handle %= len(shapes.handles(before))
    after = shapes.resized(before, handle, spot, keep_shape=keep)
    assert checked(after).id == before.id


@given(points, points)
def test_a_line_goes_from_where_it_began_to_where_it_ended(start, end):
    line = shapes.fresh(DrawingKind.ARROW, start, end, z=0, tint=Tint.GREY)
    for told, meant in zip(shapes.corners(line), (start, end), strict=True):
        assert told == pytest.approx(meant, abs=0.05)


def test_a_note_without_a_size_is_readable_at_the_scale_it_was_put_at():
    near = shapes.fresh(DrawingKind.NOTE, (5, 5), (5, 5), z=0, tint=Tint.GREY)
    far = shapes.fresh(DrawingKind.NOTE, (5, 5), (5, 5), z=0, tint=Tint.GREY, scale=0.25)
    assert (near.width, near.height) == shapes.NOTE_SIZE
    assert far.width == 4 * near.width


def test_a_corner_moves_its_two_sides_only_and_a_middle_its_one():
    box = made(DrawingKind.RECTANGLE, 0, 0, 100, 50)
    corner = shapes.resized(box, 4, (120.0, 80.0))
    assert (corner.x, corner.y, corner.width, corner.height) == (0, 0, 120, 80)
    left = shapes.resized(box, 7, (-20.0, 999.0))
    assert (left.x, left.y, left.width, left.height) == (-20, 0, 120, 50)
    kept = shapes.resized(box, 4, (200.0, 60.0), keep_shape=True)
    assert kept.width / kept.height == pytest.approx(2.0)
    tiny = shapes.resized(box, 4, (-500.0, -500.0))
    assert (tiny.width, tiny.height) == (shapes.LEAST, shapes.LEAST)


def test_only_what_is_inside_a_shape_is_hit():
    ellipse = made(DrawingKind.ELLIPSE, 0, 0, 100, 100)
    assert shapes.is_hit(ellipse, (50, 50), 2) and not shapes.is_hit(ellipse, (4, 4), 2)
    triangle = shapes.polygon([(0, 0), (100, 0), (0, 100)], z=0, tint=Tint.GREY)
    assert shapes.is_hit(triangle, (20, 20), 2) and not shapes.is_hit(triangle, (90, 90), 2)
    line = made(DrawingKind.LINE, 0, 0, 100, 0)
    assert shapes.is_hit(line, (50, 3), 4) and not shapes.is_hit(line, (50, 9), 4)


def test_the_uppermost_that_is_not_locked_is_hit():
    low = made(DrawingKind.RECTANGLE, 0, 0, 100, 100)
    high = made(DrawingKind.NOTE, 20, 20, 90, 90)
    assert shapes.top_hit((low, high), (50, 50), 2) == high
    assert shapes.top_hit((low, replace(high, is_locked=True)), (50, 50), 2) == low
    assert shapes.top_hit((low, high), (500, 50), 2) is None


@given(points)
def test_a_snapped_point_is_near_and_on_the_grid(spot):
    x, y = shapes.snapped(spot)
    assert abs(x - spot[0]) <= shapes.GRID_UNITS / 2 + 1e-6
    assert y % shapes.GRID_UNITS == pytest.approx(0, abs=1e-6)


def test_a_shape_that_is_kept_never_outgrows_the_map():
    tall = made(DrawingKind.NOTE, 0.0, 0.0, 0.0, 2733.0)
    grown = shapes.resized(tall, 2, (1e5, 0.0), keep_shape=True)
    assert checked(grown).height <= LARGEST
