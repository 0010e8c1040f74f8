"""SLA minutes burnt."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from noc_console.services.alarms.model import (
    Alarm,
    AlarmId,
    AlarmObject,
    Condition,
    Impact,
    Severity,
)
from noc_console.services.alarms.sla import burnt_by, burnt_minutes

AT = datetime(2026, 3, 1, tzinfo=UTC)
ALARM = Alarm(
    AlarmId(1), AlarmObject(7), Condition.UNREACHABLE, Severity.CRITICAL, "", AT, AT,
    impact=Impact(devices=3, customers=40, services=55),
)  # fmt: skip


@pytest.mark.parametrize(
    ("impact", "minutes", "burnt"),
    [
        (Impact(customers=40, services=55), 10, 550),
        (Impact(customers=40), 10, 400),
        (Impact(devices=9), 10, 0),
        (Impact(services=2), 0.5, 1),
        (Impact(services=2), -5, 0),
        (None, 10, 0),
    ],
)
def test_each_service_without_service_burns_a_minute_a_minute(
    impact: Impact | None, minutes: float, burnt: float
) -> None:
    until = AT + timedelta(minutes=minutes)
    assert burnt_minutes(impact, since=AT, until=until) == pytest.approx(burnt)


def test_a_standing_root_burns_until_now_and_a_cleared_one_until_it_cleared() -> None:
    now = AT + timedelta(hours=1)
    assert burnt_by(ALARM, now=now) == pytest.approx(3300)
    over = replace(ALARM, severity=Severity.CLEARED, cleared_at=AT + timedelta(minutes=2))
    assert burnt_by(over, now=now) == pytest.approx(110)


def test_a_folded_alarm_burns_nothing_of_its_own() -> None:
    assert burnt_by(replace(ALARM, root_id=AlarmId(9)), now=AT + timedelta(hours=1)) == 0
