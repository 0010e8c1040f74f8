"""What a graph draws, as numbers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from noc_console.views.kit.curves import Curve, Span, following
from noc_console.views.kit.drawing import Limit, Manner, Mode, drawn, sampled
from noc_console.views.kit.tracks import Track

SPAN = Span(0.0, 1000.0)
TIMES = np.arange(0.0, 1001.0, 10.0)
STACKED = Manner(mode=Mode.STACKED)


def flat(value: float, **looks: object) -> Curve:
    return Curve("x", TIMES, np.full(len(TIMES), float(value)), **looks)  # type: ignore[arg-type]


def test_what_goes_out_is_negative_and_fits() -> None:
    made = drawn([flat(50), flat(30, below=True)], SPAN, 200)
    assert made.parts[1].values[0] == -30
    assert made.low == pytest.approx(-32.4) and made.high == pytest.approx(54)


def test_decibels_do_not_begin_at_zero() -> None:
    made = drawn([flat(-3.2)], SPAN, 200, Manner(from_zero=False))
    assert -3.6 < made.low < -3.2 < made.high < -2.8


def test_a_limit_is_on_the_axis_when_near_and_does_not_press_the_curve_flat_when_far() -> None:
    near, far = Limit(70, "near"), Limit(5000, "far")
    assert drawn([flat(50)], SPAN, 200, limits=[near]).high > 70
    assert drawn([flat(50)], SPAN, 200, limits=[far]).high < 70


def test_ends_set_by_hand_win() -> None:
    made = drawn([flat(50)], SPAN, 200, Manner(low=10, high=40), top=100)
    assert (made.low, made.high) == (10, 40)
    upside = drawn([flat(50)], SPAN, 200, Manner(low=90, high=40))
    assert upside.high > upside.low


def test_nothing_known_still_has_an_axis() -> None:
    assert drawn([], SPAN, 200, top=100).high == 100
    made = drawn([flat(np.nan)], SPAN, 200)
    assert (made.low, made.high) == (0, 1)


@given(st.integers(1, 6), st.integers(0, 99))
def test_a_stack_is_as_high_as_all_its_curves_together(count: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    curves = [Curve(f"{n}", TIMES, rng.random(len(TIMES))) for n in range(count)]
    made = drawn(curves, SPAN, 90, STACKED)
    whole = sum(sampled(curve, SPAN, 90) for curve in curves)
    np.testing.assert_allclose(made.parts[-1].values, whole)
    for low, high in zip(made.parts, made.parts[1:], strict=False):
        np.testing.assert_allclose(high.base, low.values)


def test_in_a_stack_a_silent_curve_adds_nothing_and_where_all_are_silent_is_a_gap() -> None:
    one, two = flat(5.0), flat(7.0)
    one.values[30:60], two.values[50:60] = np.nan, np.nan
    made = drawn([one, two, flat(3, below=True)], SPAN, 100, STACKED)
    top = made.parts[1].values
    assert top[10] == 12 and top[40] == 7 and np.isnan(top[55])
    assert made.parts[2].values[55] == -3, "what goes out is a stack of its own"
    assert made.low < -3 and made.high > 12


def test_a_ghost_is_left_out_of_a_stack() -> None:
    assert len(drawn([flat(5), flat(9, ghost=True)], SPAN, 100, STACKED).parts) == 1


def test_a_track_is_drawn_as_its_curve_would_be() -> None:
    values = np.random.default_rng(1).random(100_000).astype(np.float32)
    times = np.arange(100_000.0)
    track = Track(times, [values])
    made = drawn([following("x", track)], Span(0.0, 99_999.0), 300)
    assert made.high == pytest.approx(values.max() * 1.08)
    assert len(made.parts[0].values) <= 604


def test_a_logarithmic_graph_begins_at_a_power_of_ten() -> None:
    made = drawn([flat(40), flat(4e6)], SPAN, 200, Manner(is_log=True))
    assert made.floor == 10 and made.low == 0
    assert drawn([], SPAN, 200, Manner(is_log=True)).floor > 0


@given(st.integers(2, 300), st.integers(1, 200))
def test_a_sampled_constant_stays_constant(count: int, pixels: int) -> None:
    times = np.linspace(0.0, 1000.0, count)
    found = sampled(Curve("x", times, np.full(count, 5.0)), SPAN, pixels)
    np.testing.assert_allclose(found, 5.0)
