"""Curves as values."""

from __future__ import annotations

import csv
import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from noc_console.views.kit.curves import (
    Curve,
    Span,
    as_csv,
    in_view,
    percentile95,
    thinned,
    value_at,
)


def line(values: list[float], start: float = 1000.0, step: float = 10.0, name: str = "x") -> Curve:
    times = start + step * np.arange(len(values))
    return Curve(name, times, np.array(values, float))


@given(st.integers(50, 3000), st.integers(1, 300), st.integers(0, 1000))
def test_every_spike_survives_thinning(count: int, pixels: int, seed: int) -> None:
    values = np.random.default_rng(seed).normal(0, 1, count)
    times = np.arange(count, dtype=float)
    thin_times, thin = thinned(times, values, pixels)
    assert thin.max() == values.max() and thin.min() == values.min()
    assert len(thin) <= max(count if count <= 2 * pixels else 0, 2 * pixels)
    assert (np.diff(thin_times) >= 0).all()


def test_a_gap_of_pixels_stays_a_gap() -> None:
    values = np.ones(1000)
    values[400:600] = np.nan
    _, thin = thinned(np.arange(1000.0), values, 100)
    assert np.isnan(thin[80:118]).all() and np.isfinite(thin[:78]).all()


def test_few_points_are_left_alone() -> None:
    times, values = np.arange(10.0), np.arange(10.0)
    assert thinned(times, values, 100)[1] is values


def test_the_view_reaches_one_point_beyond_its_ends() -> None:
    times, _ = in_view(line([1.0] * 100), Span(1200.0, 1300.0))
    assert times[0] == 1190.0 and times[-1] == 1310.0


def test_the_percentile_leaves_gaps_out() -> None:
    assert percentile95(np.array([np.nan, *range(101)])) == 95.0
    assert percentile95(np.array([np.nan])) is None


@pytest.mark.parametrize(
    ("at", "expected"), [(1010.0, 2.0), (1013.0, 2.0), (1021.0, None), (900.0, None)]
)
def test_the_crosshair_reads_the_nearest_value_or_a_gap(at: float, expected: float | None) -> None:
    assert value_at(line([1.0, 2.0, np.nan]), at, 15.0) == expected
    assert value_at(Curve("x", np.empty(0), np.empty(0)), at, 15.0) is None


def test_csv_has_a_column_per_curve_and_empty_cells_for_gaps() -> None:
    curves = (line([1.0, np.nan, 3.0], name="in"), line([4.0, 5.0], name="=cmd()"))
    rows = list(csv.reader(io.StringIO(as_csv(curves, Span(0.0, 9e9)))))
    assert rows[0] == ["time", "in", "'=cmd()"]
    assert rows[1] == ["1970-01-01T00:16:40+00:00", "1", "4"]
    assert rows[2][1:] == ["", "5"] and rows[3][1:] == ["3", ""]
    assert list(csv.reader(io.StringIO(as_csv((), Span(0, 1))))) == [["time"]]
