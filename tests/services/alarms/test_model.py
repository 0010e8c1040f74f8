"""What an alarm says about itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from noc_console.kernel.errors import Invalid
from noc_console.kernel.events import Event
from noc_console.services.alarms.model import (
    Alarm,
    AlarmChanged,
    AlarmId,
    AlarmObject,
    AlarmsChanged,
    AlarmState,
    Condition,
    Severity,
    about_collector,
    changes_in,
)


class Other(Event):
    """What is nothing to the desk."""


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


def test_a_word_the_program_knows_is_one_object_wherever_it_is_read() -> None:
    assert Condition("unreachable") is Condition.UNREACHABLE
    assert Condition("bgp-session-lost") == Condition("bgp-session-lost")


@pytest.mark.parametrize("word", ["", "Two Words", "under_score", "-edge", "x" * 61, "é"])
def test_a_condition_is_a_short_word_in_small_letters(word: str) -> None:
    with pytest.raises(Invalid):
        Condition(word)


def test_what_many_took_is_told_of_each() -> None:
    one = AlarmChanged(alarm_id=1, what="raised", severity=5, device_id=7)
    many = AlarmsChanged(what="cleared", severity=0, alarm_ids="2 3", device_ids="7 8")
    told = list(changes_in([one, Other(), many]))
    assert told[0] == one
    assert [(c.alarm_id, c.device_id, c.what) for c in told[1:]] == [
        (2, 7, "cleared"),
        (3, 8, "cleared"),
    ]
