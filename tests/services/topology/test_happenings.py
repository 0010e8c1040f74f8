"""The values of the time machine."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from noc_console.services.alarms.model import Severity
from noc_console.services.topology.happenings import Density, Sign


def test_a_histogram_ends_with_its_last_part() -> None:
    start = datetime(2026, 3, 1, tzinfo=UTC)
    counted = Density(start, timedelta(minutes=5), (0, 1), (0, 0), (Severity.CLEARED,) * 2)
    assert counted.end == start + timedelta(minutes=10)


def test_no_two_differences_look_the_same() -> None:
    assert len({sign.value for sign in Sign}) == len(Sign)
