"""Repetition for other features."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import islice

import pytest

from noc_console.kernel.errors import Invalid
from noc_console.services.maintenance import repeating

FIRST = datetime(2026, 3, 3, 1, tzinfo=UTC)


def test_times_follow_the_wall_clock_of_the_zone() -> None:
    found = repeating.times(
        "FREQ=WEEKLY;BYDAY=TU",
        "Europe/Prague",
        first=FIRST,
        after=FIRST,
        before=FIRST + timedelta(days=60),
    )
    assert [each.hour for each in islice(found, 5)] == [1, 1, 1, 1, 0], "summer time began"


def test_a_wrong_rule_or_zone_is_named_and_none_is_none() -> None:
    assert repeating.checked("", "UTC") == ""
    assert repeating.checked("rrule:freq=daily", "UTC") == "FREQ=DAILY"
    assert repeating.said("FREQ=DAILY", "UTC") == "every day"
    assert repeating.said("", "UTC") == ""
    with pytest.raises(Invalid, match="time zone"):
        repeating.checked("FREQ=DAILY", "Mars/Base")
    with pytest.raises(Invalid, match="DAILY, WEEKLY or MONTHLY"):
        repeating.checked("FREQ=HOURLY", "UTC")
