"""Changes, the usual, and days left: formulas checked against plain arithmetic."""

from __future__ import annotations

import statistics
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from noc_console.services.detection.deriving import (
    BUCKET_MS,
    DAY_MS,
    MOST_DAYS,
    absences,
    days_until,
    derive,
    limit_for,
    usual_of,
)
from noc_console.services.detection.model import Rule
from noc_console.services.detection.pack import our_book

MINUTE = 60_000


def rule(name: str, **changes: object) -> Rule:
    found = our_book().rule(name)
    assert found is not None
    return replace(found, **changes)  # type: ignore[arg-type]


def test_a_change_is_against_the_value_of_then() -> None:
    drop = rule("subscribers-dark", within=timedelta(minutes=5), least=20.0)
    times = np.arange(12) * MINUTE
    values = np.array([100.0] * 6 + [40.0] * 6)
    told = derive(drop, times, values)
    assert np.isnan(told.judged[:5]).all(), "nobody knows what was before"
    assert told.judged[5:].tolist() == [0, 60, 60, 60, 60, 60, 0]
    assert told.usual[6] == 100


def test_small_numbers_and_old_ones_say_nothing() -> None:
    drop = rule("subscribers-dark", within=timedelta(minutes=5), least=20.0)
    few = derive(drop, np.arange(8) * MINUTE, np.array([10.0] * 6 + [1.0, 1.0]))
    assert np.isnan(few.judged).all()
    old = derive(drop, np.array([0, 60]) * MINUTE, np.array([100.0, 10.0]))
    assert np.isnan(old.judged).all()


def test_the_usual_is_without_outliers() -> None:
    values = np.array([10, 11, 9, 10, 12, 8, 10, 11, 9, 10, 500], np.float64)
    clean = [float(value) for value in values if value < 500]
    mean, spread = usual_of(values) or (0, 0)
    assert mean == pytest.approx(statistics.mean(clean))
    assert spread == pytest.approx(statistics.stdev(clean))
    assert usual_of(values[:9]) is None, "nine values are too few"


def test_a_constant_has_room_of_a_hundredth() -> None:
    assert usual_of(np.full(20, 50.0)) == (50.0, 0.5)


def test_distances_are_in_standard_deviations_of_quarters_of_an_hour() -> None:
    even = rule("traffic-anomaly", least=None)
    rng = np.random.default_rng(7)
    quiet = rng.normal(1e9, 1e7, 96)
    values = np.repeat(np.append(quiet, 1.2e9), 3)
    times = np.arange(len(values)) * (BUCKET_MS // 3)
    told = derive(even, times, values)
    mean, spread = usual_of(quiet) or (0, 0)
    assert told.judged[-1] == pytest.approx((1.2e9 - mean) / spread)
    assert np.isnan(told.judged[:10]).all()
    less = derive(replace(even, both=True), times, np.append(values[:-3], [0.5e9] * 3))
    assert less.judged[-1] > 3
    little = derive(replace(even, least=1e12), times, values)
    assert little.judged[-1] == 0


def test_days_left_are_those_of_the_line() -> None:
    days = np.arange(30, dtype=np.float64)
    assert days_until(days, 50 + days, 90) == pytest.approx(11)
    assert days_until(days, 90 - days, 50, below=True) == pytest.approx(11)
    assert days_until(days, 50 - days, 90) == MOST_DAYS, "it leads away"
    assert days_until(days, 80 + days, 90) == 0, "it has been reached"
    noise = np.random.default_rng(3).normal(50, 10, 30)
    assert days_until(days, noise, 90) == MOST_DAYS, "no line explains that"
    assert days_until(days, np.full(30, 50.0), 90) == MOST_DAYS


def test_a_trend_is_of_the_busy_hours_of_each_day() -> None:
    full = rule("full-soon", target=90.0, within=timedelta(days=28))
    hours = np.arange(24 * 20)
    values = np.where(hours % 24 == 20, 40 + hours / 24, 10.0)
    for busy in (21, 22):
        values = np.where(hours % 24 == busy, 40 + hours / 24, values)
    told = derive(full, hours * 3_600_000, values)
    assert np.isnan(told.judged[:6]).all()
    assert 25 < told.judged[-1] < 35
    assert (told.times % DAY_MS == 0).all()
    assert limit_for(full).below, "few days are bad"


def test_a_silence_is_one_when_it_has_lasted() -> None:
    gone = rule("no-measurements", within=timedelta(minutes=30))
    times = np.array([0, 1, 2, 60, 61]) * MINUTE
    assert absences(gone, times, start=0, end=200 * MINUTE) == [
        (32 * MINUTE, 60 * MINUTE),
        (91 * MINUTE, None),
    ]
    assert absences(gone, times, start=0, end=70 * MINUTE) == [(32 * MINUTE, 60 * MINUTE)]


def test_where_little_is_going_on_nothing_is_judged() -> None:
    some = rule("cpu", least=50.0)
    told = derive(some, np.arange(3) * MINUTE, np.array([10.0, np.nan, 60.0]))
    assert np.isnan(told.judged[0]) and told.judged[1] == 60
    assert len(told.times) == 2
