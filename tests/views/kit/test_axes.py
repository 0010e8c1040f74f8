"""Where a value stands."""

from __future__ import annotations

import numpy as np
import pytest

from noc_console.views.kit.axes import Axes, floor_of
from noc_console.views.kit.curves import Span


def axes(**changed: float) -> Axes:
    given = {"low": -100.0, "high": 100.0, **changed}
    return Axes(10, 20, 400, 200, Span(1000.0, 1400.0), **given)


def test_a_straight_axis_is_straight() -> None:
    made = axes()
    assert [float(made.y(v)) for v in (-100, 0, 100)] == [220, 120, 20]
    assert float(made.x(1100.0)) == 110 and made.moment(110) == 1100.0
    assert made.moment(-50) == 1000.0 and made.moment(9999) == 1400.0


def test_a_logarithmic_axis_gives_each_decade_the_same_room_and_mirrors_what_goes_out() -> None:
    made = axes(low=-1e6, high=1e6, floor=1.0)
    steps = np.diff(made.y(np.array([1.0, 10.0, 100.0, 1e3])))
    assert steps == pytest.approx([-100 / 6] * 3)
    assert float(made.y(0.0)) == float(made.y(0.5)) == 120
    assert float(made.y(-1e6)) == 220


def test_the_floor_is_a_power_of_ten_not_too_far_down() -> None:
    assert floor_of(0, 5e8, 3e5) == 1e5
    assert floor_of(0, 5e8, 1e-9) == 1e3, "six decades at most"
    assert floor_of(0, 0, 0) == 1.0
    assert floor_of(-5, 50, 50) == 10.0
