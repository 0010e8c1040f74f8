"""Round marks."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noc_console.views.kit.ticks import DAY, log_ticks, time_ticks, value_ticks

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC).timestamp()


def test_values_are_round_and_zero_is_among_them() -> None:
    assert value_ticks(-2.6e8, 6e8, 6) == [-2e8, 0.0, 2e8, 4e8, 6e8]
    assert value_ticks(0, 100, 6) == [0, 20, 40, 60, 80, 100]


@given(st.floats(-1e12, 0), st.floats(1e-6, 1e12), st.integers(2, 20))
def test_there_are_never_too_many_and_all_inside(low: float, high: float, most: int) -> None:
    ticks = value_ticks(low, high, most)
    step = (high - low) / most
    assert len(ticks) <= most + 1
    assert all(low - step <= tick <= high + step for tick in ticks)


@pytest.mark.parametrize("bad", [(1, 1, 5), (2, 1, 5), (0, 1, 1)])
def test_an_impossible_axis_has_no_marks(bad: tuple[float, float, int]) -> None:
    assert value_ticks(*bad) == []
    assert time_ticks(5.0, 5.0, 4, UTC) == []


@pytest.mark.parametrize(
    ("seconds", "first", "texts"),
    [
        (60, "12:00:00", 7),
        (3600, "12:00", 7),
        (86_400, "12:00", 9),
        (30 * 86_400, "02 Mar", 5),
    ],
)
def test_moments_suit_the_span(seconds: int, first: str, texts: int) -> None:
    ticks = time_ticks(NOON, NOON + seconds, 10, UTC)
    assert ticks[0][1] in (first, "05 Mar") and 4 <= len(ticks) <= 11
    assert abs(len(ticks) - texts) <= 4


def test_midnight_says_the_day() -> None:
    texts = [text for _, text in time_ticks(NOON, NOON + 86_400, 10, UTC)]
    assert "02 Mar" in texts and "18:00" in texts


def test_moments_are_round_in_the_chosen_zone() -> None:
    zone = ZoneInfo("Asia/Kolkata")  # half an hour off
    for moment, text in time_ticks(NOON, NOON + 6 * 3600, 10, zone):
        local = datetime.fromtimestamp(moment, zone)
        assert local.minute == 0 and text == local.strftime("%H:%M")


def test_months_and_years_carry_their_names() -> None:
    year = time_ticks(NOON, NOON + 366 * DAY, 10, UTC)
    assert [text for _, text in year][:5] == ["May", "Jul", "Sep", "Nov", "2027"]
    decade = time_ticks(NOON, NOON + 3653 * DAY, 6, UTC)
    assert all(text.isdecimal() for _, text in decade) and len(decade) >= 4


def test_days_begin_at_midnight_also_over_a_change_to_summer_time() -> None:
    zone = ZoneInfo("Europe/Prague")
    start = datetime(2026, 3, 26, tzinfo=zone).timestamp()
    for step in (DAY, 3 * 3600):
        ticks = time_ticks(start, start + 8 * step, 8, zone)
        local = [datetime.fromtimestamp(at, zone) for at, _ in ticks]
        assert all(at.minute == 0 and at.hour % (step // 3600) == 0 for at in local)


def test_a_logarithmic_axis_has_a_mark_on_each_side_at_least() -> None:
    assert log_ticks(0, 5e8, 1e5, 6) == [0, 1e6, 1e7, 1e8]
    assert log_ticks(-1e9, 1e9, 1e3, 2) == [-1e9, 0, 1e9]
    assert log_ticks(0, 3.0, 0.1, 2) == [0, pytest.approx(1.0)]
    assert log_ticks(1, 1, 1, 5) == [] and log_ticks(0, 1, 0, 5) == []
