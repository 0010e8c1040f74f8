"""Alarms made for a test of rules."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from noc_console.services.alarms.model import Alarm, AlarmId, AlarmObject, Condition, Severity

SINCE = datetime(2026, 3, 2, 11, 58, tzinfo=UTC)


def an_alarm(severity=Severity.MAJOR, **of) -> Alarm:
    made = Alarm(
        id=AlarmId(12),
        about=AlarmObject(7),
        condition=Condition.UNREACHABLE,
        severity=severity,
        was=severity if severity else Severity.MAJOR,
        text="no answer for 90 s",
        first_seen=SINCE,
        last_seen=SINCE,
        device_name="core-1",
        interface_name="",
        site_name="Delft",
    )
    return replace(made, **of)
