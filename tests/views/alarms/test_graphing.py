"""Which graph shows an alarm."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from noc_console.services.alarms.model import (
    CONDITIONS,
    Alarm,
    AlarmId,
    AlarmObject,
    Condition,
    Severity,
    about_collector,
)
from noc_console.views.alarms.graphing import graph_text
from noc_console.views.graphs.specs import parse

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
NOW = AT + timedelta(minutes=30)
ALARM = Alarm(AlarmId(1), AlarmObject(7), Condition.CPU, Severity.MAJOR, "CPU at 91 %", AT, AT)


@pytest.mark.parametrize(
    ("about", "condition", "curves"),
    [
        (AlarmObject(7), Condition.CPU, ["device:7/cpu"]),
        (AlarmObject(7), Condition.UNREACHABLE, ["device:7/reachable", "device:7/response"]),
        (
            AlarmObject(7, interface_id=91),
            Condition.ERRORS,
            ["interface:91/in-errors", "interface:91/out-errors", "interface:91/in",
             "interface:91/out"],
        ),
        (
            AlarmObject(7, interface_id=91),
            Condition.FLAPPING,
            ["interface:91/in", "interface:91/out"],
        ),
        (AlarmObject(7, sensor_id=5), Condition.OPTICAL_POWER, ["sensor:5"]),
        (
            AlarmObject(7, other="probe:3"),
            Condition.PROBE_LOSS,
            ["probe:3/latency", "probe:3/loss"],
        ),
    ],
)  # fmt: skip
def test_an_alarm_leads_to_what_it_was_raised_by(
    about: AlarmObject, condition: Condition, curves: list[str]
) -> None:
    query = parse(graph_text(replace(ALARM, about=about, condition=condition), NOW))
    assert query.problems == () and [spec.text for spec in query.curves] == curves


def test_the_time_is_an_hour_before_until_a_little_after() -> None:
    fixed = parse(graph_text(ALARM, NOW)).fixed
    assert fixed is not None
    assert fixed.start == (AT - timedelta(hours=1)).timestamp()
    assert fixed.end == (NOW + timedelta(minutes=10)).timestamp()
    old = parse(graph_text(ALARM, NOW + timedelta(days=30))).fixed
    assert old is not None and old.end == (AT + timedelta(days=1)).timestamp()


def test_a_collector_has_no_graph() -> None:
    about = about_collector("ams-1")
    assert graph_text(replace(ALARM, about=about, condition=Condition.WORKER_STUCK), NOW) == ""


@pytest.mark.parametrize("condition", CONDITIONS)
def test_every_condition_of_a_device_has_one(condition: Condition) -> None:
    assert parse(graph_text(replace(ALARM, condition=condition), NOW)).curves
