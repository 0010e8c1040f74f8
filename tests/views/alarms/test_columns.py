"""The columns of the desk, and the six looks of an alarm."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import QSize

from noc_console.kernel.money import Currency, Money
from noc_console.services.alarms.model import (
    Alarm,
    AlarmId,
    AlarmObject,
    AlarmState,
    Condition,
    Impact,
    Severity,
)
from noc_console.views.alarms.columns import (
    LOOKS,
    alarm_columns,
    ink,
    marks,
    sign,
    state_look,
)
from noc_console.views.alarms.lines import Line
from noc_console.views.alarms.words import object_text, severity_text
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.rows import Column

AT = datetime(2026, 3, 1, tzinfo=UTC)
UNACKED = Alarm(
    AlarmId(1),
    AlarmObject(7),
    Condition.CPU,
    Severity.MAJOR,
    "CPU",
    AT,
    AT,
    device_name="core-1",
    interface_name="ge-0/0/1",
    was=Severity.MAJOR,
)
STATES = {
    AlarmState.UNACKNOWLEDGED: UNACKED,
    AlarmState.ACKNOWLEDGED: replace(UNACKED, acked_by="mira", acked_at=AT),
    AlarmState.RETURNED: replace(UNACKED, severity=Severity.CLEARED),
    AlarmState.NORMAL: replace(UNACKED, severity=Severity.CLEARED, acked_by="mira"),
    AlarmState.SHELVED: replace(UNACKED, shelved_until=AT),
    AlarmState.SUPPRESSED: replace(UNACKED, suppressed=True),
}


@pytest.mark.parametrize("state", AlarmState)
def test_the_examples_are_of_their_states(state: AlarmState) -> None:
    assert STATES[state].state is state
    assert state_look(STATES[state]) == LOOKS[state]


def test_each_of_the_six_states_has_a_look_of_its_own() -> None:
    looks = set()
    for alarm in STATES.values():
        picture = sign(alarm, light=True).pixmap(QSize(16, 16)).toImage()
        look = state_look(alarm)
        bits = picture.constBits()
        looks.add((severity_text(alarm), look.is_bold, look.is_dim, look.blinks, bytes(bits)))
    assert len(looks) == 6


def test_only_the_unacknowledged_blinks() -> None:
    for state, alarm in STATES.items():
        light = sign(alarm, light=True).pixmap(16, 16).toImage()
        dark = sign(alarm, light=False).pixmap(16, 16).toImage()
        assert (light != dark) == (state is AlarmState.UNACKNOWLEDGED)


def test_words_tell_what_colours_tell() -> None:
    assert severity_text(STATES[AlarmState.UNACKNOWLEDGED]) == "Major"
    assert severity_text(STATES[AlarmState.RETURNED]) == "Cleared (major)"
    assert severity_text(STATES[AlarmState.SHELVED]) == "Major, shelved"


def test_what_is_over_or_put_aside_is_dim() -> None:
    assert ink(UNACKED) is None
    assert ink(STATES[AlarmState.SHELVED]) is not None


def test_an_alarm_names_its_object() -> None:
    assert object_text(UNACKED) == "core-1 · ge-0/0/1"
    assert object_text(replace(UNACKED, interface_name="")) == "core-1"
    assert object_text(replace(UNACKED, device_name="", interface_name="")) == "device:7"


def line(alarm: Alarm) -> Line:
    return Line(int(alarm.id), alarm)


def test_the_columns_an_operator_expects_are_there(desk: Desk) -> None:
    shown = {c.key for c in alarm_columns(desk) if not c.hidden}
    assert shown >= {
        *("since", "age", "severity", "object", "site", "problem", "ack", "ticket", "count"),
        "customers",
    }


def test_every_column_tells_sorts_and_exports(desk: Desk) -> None:
    columns: dict[str, Column[Line]] = {c.key: c for c in alarm_columns(desk)}
    later = replace(UNACKED, first_seen=AT - timedelta(hours=2), severity=Severity.MINOR)
    for column in columns.values():
        values = [(column.sort or column.text)(line(alarm)) for alarm in (UNACKED, later)]
        sorted(value for value in values if value is not None)
        assert column.text(Line(-1, None)) == ""
    assert columns["since"].export is not None
    assert columns["since"].export(line(UNACKED)) == "2026-03-01T00:00:00+00:00"
    assert columns["age"].text(line(later)) == "2 h"


def test_a_root_tells_whom_it_hits(desk: Desk) -> None:
    columns: dict[str, Column[Line]] = {c.key: c for c in alarm_columns(desk)}
    money = Money.of("18400", Currency("EUR"))
    hit = replace(UNACKED, impact=Impact(2, 1_240, 1, 3, money))
    assert columns["customers"].text(line(hit)) == "1,240"
    assert columns["customers"].text(line(UNACKED)) == ""
    tip = columns["customers"].tip
    assert tip is not None
    assert tip(line(hit)).startswith("2 devices, 1,240 customers, 1 service, 3 with priority")
    assert (
        columns["customers"].export is not None and columns["customers"].export(line(hit)) == "1240"
    )


def test_marks_tell_who_looks_and_what_waits(desk: Desk) -> None:
    looked = Line(1, UNACKED, lookers=("ann", "bo"), is_waiting=True)
    assert marks(looked) == "waits for the store; ann, bo looking"
    column = next(c for c in alarm_columns(desk) if c.key == "marks")
    assert column.icon is not None
    assert column.icon(looked) is not None and column.icon(line(UNACKED)) is None
