"""Inputs give back what they were shown."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from noc_console.views.oncall import inputs


async def test_days_times_and_moments_come_back() -> None:
    assert inputs.day_of(inputs.day_input(date(2026, 3, 29), "x")) == date(2026, 3, 29)
    assert inputs.time_of(inputs.time_input(time(7, 45), "x")) == time(7, 45)
    zone = ZoneInfo("America/New_York")
    at = datetime(2026, 7, 1, 12, 30, tzinfo=UTC)
    box = inputs.moment_input(at, zone, "x")
    assert box.time().hour() == 8
    assert inputs.moment_of(box, zone) == at


async def test_choices_hold_values_and_zones_are_all_there_are() -> None:
    box = inputs.choice((("one", 1), ("two", 2)), 2, "x")
    assert (box.currentText(), box.currentData()) == ("two", 2)
    assert inputs.choice((("one", 1),), 9, "x").currentIndex() == 0
    assert inputs.zones("Asia/Tokyo").currentText() == "Asia/Tokyo"


def test_words_are_separated_by_commas_and_named_once() -> None:
    assert inputs.words_of(" pop-*, core ,, pop-* ") == ("pop-*", "core")
