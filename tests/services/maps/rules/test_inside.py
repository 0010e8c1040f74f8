"""Who stands inside a shape."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noc_console.services.inventory.model import DeviceId
from noc_console.services.maps.model import Drawing, DrawingKind
from noc_console.services.maps.rules.inside import devices, holds
from noc_console.services.topology.model import Position

TRIANGLE = ((0.0, 0.0), (1.0, 0.0), (0.0, 1.0))


def drawn(kind: DrawingKind, points: tuple[tuple[float, float], ...] = ()) -> Drawing:
    return Drawing("a", kind, x=100, y=-50, width=200, height=100, points=points)


@pytest.mark.parametrize(
    ("kind", "points", "spot", "is_inside"),
    [
        (DrawingKind.RECTANGLE, (), (100, -50), True),
        (DrawingKind.RECTANGLE, (), (300, 50), True),
        (DrawingKind.RECTANGLE, (), (301, 0), False),
        (DrawingKind.ELLIPSE, (), (200, 0), True),
        (DrawingKind.ELLIPSE, (), (102, -48), False),
        (DrawingKind.POLYGON, TRIANGLE, (120, -40), True),
        (DrawingKind.POLYGON, TRIANGLE, (290, 40), False),
        (DrawingKind.LINE, (), (200, 0), False),
        (DrawingKind.NOTE, (), (200, 0), False),
        (DrawingKind.POLYGON, (), (200, 0), False),
    ],
)
def test_a_point_is_inside_or_not(
    kind: DrawingKind,
    points: tuple[tuple[float, float], ...],
    spot: tuple[float, float],
    is_inside: bool,
) -> None:
    assert holds(drawn(kind, points), *spot) is is_inside


def test_a_shape_without_a_size_holds_nobody() -> None:
    flat = Drawing("a", DrawingKind.RECTANGLE, x=0, y=0, width=0, height=10)
    assert not holds(flat, 0, 0)


def test_a_shape_that_bends_inwards_has_a_gap() -> None:
    u = ((0.0, 0.0), (0.3, 0.0), (0.3, 0.7), (0.7, 0.7), (0.7, 0.0), (1.0, 0.0), (1.0, 1.0),
         (0.0, 1.0))  # fmt: skip
    shape = drawn(DrawingKind.POLYGON, u)
    assert holds(shape, 120, 0) and holds(shape, 280, 0) and holds(shape, 200, 40)
    assert not holds(shape, 200, 0)


@given(x=st.floats(-400, 400), y=st.floats(-400, 400))
def test_a_polygon_in_the_form_of_its_box_is_the_box(x: float, y: float) -> None:
    box = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))
    inner = 100 < x < 300 and -50 < y < 50
    assert not inner or holds(drawn(DrawingKind.POLYGON, box), x, y)
    assert holds(drawn(DrawingKind.RECTANGLE), x, y) or not inner


def test_the_devices_inside_are_told() -> None:
    places = {DeviceId(1): Position(150, 0), DeviceId(2): Position(999, 0)}
    assert devices(drawn(DrawingKind.RECTANGLE), places) == {DeviceId(1)}
