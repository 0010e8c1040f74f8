"""What an alarm says about itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from noc_console.services.alarms.model import (
    Alarm,
    AlarmId,
    AlarmObject,
    AlarmState,
    Condition,
    Severity,
    about_collector,
)

AT = datetime(2026, 3, 1, tzinfo=UTC)
STANDING = Alarm(
    id=AlarmId(1),
    about=AlarmObject(7, 91),
    condition=Condition.INTERFACE_DOWN,
    severity=Severity.MAJOR,
    was=Severity.MAJOR,
    text="down",
    first_seen=AT,
    last_seen=AT,
)
CLEARED = replace(STANDING, severity=Severity.CLEARED, cleared_at=AT)


@pytest.mark.parametrize(
    ("alarm", "state"),
    [
        (STANDING, AlarmState.UNACKNOWLEDGED),
        (replace(STANDING, acked_by="mira"), AlarmState.ACKNOWLEDGED),
        (CLEARED, AlarmState.RETURNED),
        (replace(CLEARED, acked_by="mira"), AlarmState.NORMAL),
        (replace(STANDING, shelved_until=AT), AlarmState.SHELVED),
        (replace(STANDING, suppressed=True), AlarmState.SUPPRESSED),
    ],
)
def test_an_alarm_is_in_one_of_six_states(alarm: Alarm, state: AlarmState) -> None:
    assert alarm.state is state


def test_an_object_is_named_by_what_it_is_part_of() -> None:
    assert AlarmObject(7).key == "device:7"
    assert AlarmObject(7, 91).key == "device:7/interface:91"
    assert AlarmObject(7, sensor_id=3).key == "device:7/sensor:3"
    assert AlarmObject(7, other="probe:2").key == "device:7/probe:2"
    assert about_collector("ams-1").key == "collector:ams-1"


def test_names_are_no_part_of_an_objects_identity() -> None:
    assert AlarmObject(7, device_name="core-1") == AlarmObject(7, device_name="core-one")
