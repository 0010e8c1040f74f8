"""Moments: how long ago, exactly when, in the zone one chose."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from noc_console.views.kit.times import Times, age, iso
from tests.conftest import FakeClock


@pytest.fixture
def berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-3, "0 s"),
        (0, "0 s"),
        (59.9, "59 s"),
        (60, "1 min"),
        (3599, "59 min"),
        (3600, "1 h"),
        (86_399, "23 h"),
        (86_400, "1 d"),
        (10**7, "115 d"),
    ],
)
def test_an_age_has_one_unit(seconds: float, text: str) -> None:
    assert age(seconds) == text


def test_never_is_a_dash(clock: FakeClock) -> None:
    times = Times(clock)
    assert times.ago(None) == times.absolute(None) == times.clock_time(None) == "–"
    assert times.age_s(None) is None
    assert times.both(None) == "never"
    assert iso(None) == ""


@pytest.mark.usefixtures("berlin")
def test_summer_time_is_in_the_shown_time_and_not_in_the_age(clock: FakeClock) -> None:
    times = Times(clock)
    clock.time = datetime(2026, 3, 29, 1, 30, tzinfo=UTC)  # 03:30 CEST, an hour was skipped
    before = clock.now() - timedelta(hours=1)
    assert times.absolute(before) == "2026-03-29 01:30:00"
    assert times.absolute(clock.now()) == "2026-03-29 03:30:00"
    assert times.ago(before) == "1 h"
    assert times.zone_name() == "CEST"
    times.toggle_utc()
    assert times.absolute(before) == "2026-03-29 00:30:00"
    assert times.zone_name() == "UTC"


@pytest.mark.usefixtures("berlin")
def test_the_hour_that_comes_twice_is_told_apart_in_the_tip(clock: FakeClock) -> None:
    times = Times(clock)
    clock.time = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert "02:30:00 CEST" in times.both(datetime(2026, 10, 25, 0, 30, tzinfo=UTC))
    assert "02:30:00 CET" in times.both(datetime(2026, 10, 25, 1, 30, tzinfo=UTC))


def test_a_time_of_another_day_says_which(clock: FakeClock) -> None:
    times = Times(clock, use_utc=True)
    now = clock.now().replace(hour=12)
    clock.time = now
    assert times.clock_time(now) == "12:00:00"
    assert times.clock_time(now - timedelta(days=1)) == "Sat 12:00"
    assert times.clock_time(now - timedelta(days=40)) == "20 Jan 2026"


def test_the_choice_of_zone_is_told(clock: FakeClock) -> None:
    times, told = Times(clock), []
    times.changed.connect(lambda: told.append(times.use_utc))
    times.toggle_utc()
    times.toggle_utc()
    assert told == [True, False]


def test_exports_are_iso_in_utc(clock: FakeClock) -> None:
    assert iso(clock.now()) == "2026-03-01T00:00:00+00:00"
