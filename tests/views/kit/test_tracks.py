"""A long measurement that grows."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from noc_console.views.kit.tracks import Track


def made(count: int, seed: int, holes: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    values = rng.normal(0, 1, count).astype(np.float32)
    values[rng.random(count) < holes] = np.nan
    return 1.7e9 + np.cumsum(rng.integers(1, 4, count)).astype(float), values


@settings(deadline=None)
@given(
    st.integers(2, 40_000), st.integers(1, 200), st.integers(0, 500), st.sampled_from([0.0, 0.3])
)
def test_no_spike_is_lost_at_any_zoom(count: int, pixels: int, seed: int, holes: float) -> None:
    times, values = made(count, seed, holes)
    track = Track(times, [values])
    a, b = sorted(np.random.default_rng(seed).integers(0, count, 2).tolist())
    seen_times, seen = track.thinned(0, times[a], times[b], pixels)
    inside = values[a : b + 1]
    assert len(seen) <= max(2 * pixels + 4, 2)
    assert (np.diff(seen_times) >= 0).all()
    if np.isfinite(inside).any():
        assert np.nanmax(seen) >= np.nanmax(inside) and np.nanmin(seen) <= np.nanmin(inside)
        assert np.isin(seen[np.isfinite(seen)], values).all(), "nothing is made up"


@settings(deadline=None, max_examples=40)
@given(st.integers(1, 3000), st.lists(st.integers(1, 400), max_size=12), st.integers(0, 99))
def test_a_track_that_grew_reads_as_one_made_at_once(
    first: int, parts: list[int], seed: int
) -> None:
    count = first + sum(parts)
    times, values = made(count, seed, 0.1)
    other = values[::-1].copy()
    grown, at = Track(times[:first], [values[:first], other[:first]]), first
    for part in parts:
        known = slice(max(0, at - 3), at + part)  # some of it is known already
        grown.append(times[known], [values[known], other[known]])
        at += part
    whole = Track(times, [values, other])
    assert len(grown) == count
    for column in (0, 1):
        for pixels in (7, 60):
            mine = grown.thinned(column, times[0], times[-1], pixels)
            for one, two in zip(
                mine, whole.thinned(column, times[0], times[-1], pixels), strict=True
            ):
                np.testing.assert_array_equal(one, two)


def test_a_stretch_without_a_value_stays_a_gap() -> None:
    times = np.arange(50_000.0)
    values = np.ones(50_000, np.float32)
    values[20_000:30_000] = np.nan
    seen_times, seen = Track(times, [values]).thinned(0, 0.0, 50_000.0, 100)
    gap = (seen_times > 20_500) & (seen_times < 29_500)
    assert gap.sum() > 30 and np.isnan(seen[gap]).all()
    assert np.isfinite(seen[(seen_times < 19_500) | (seen_times > 30_500)]).all()


def test_pixels_stand_still_while_the_window_moves_on() -> None:
    times, values = made(50_000, 3)
    track = Track(times, [values])
    one = track.thinned(0, times[0], times[-1] - 500, 50)
    two = track.thinned(0, times[0] + 100, times[-1] - 400, 50)
    middle = slice(10, -10)
    assert np.isin(two[1][middle], one[1]).all()


def test_few_samples_are_left_alone_and_none_is_no_error() -> None:
    times, values = made(40, 1)
    np.testing.assert_array_equal(
        Track(times, [values]).thinned(0, times[0], times[-1], 100)[1], values
    )
    empty = Track(np.empty(0), [np.empty(0)])
    assert len(empty) == 0 and len(empty.thinned(0, 0.0, 1.0, 100)[0]) == 0
    empty.append(np.array([5.0]), [np.array([1.0])])
    assert empty.values(0).tolist() == [1.0]
    empty.append(np.array([5.0]), [np.array([2.0])])
    assert len(empty) == 1, "a time already known is passed over"


def test_columns_of_another_length_are_refused() -> None:
    with pytest.raises(ValueError, match="every column"):
        Track(np.arange(3.0), [np.arange(2.0)])
