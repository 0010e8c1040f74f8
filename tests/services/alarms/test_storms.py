"""Storms, as values."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from noc_console.services.alarms import rules
from noc_console.services.alarms.model import (
    NO_DEVICE,
    Alarm,
    AlarmId,
    AlarmObject,
    AlarmPolicy,
    AlarmReport,
    Condition,
    Severity,
)
from noc_console.services.alarms.storms import (
    WHY,
    Weather,
    calm,
    gather,
    is_one_of_many,
    newcomers,
    storm_of,
)

AT = datetime(2026, 3, 1, tzinfo=UTC)
POLICY = AlarmPolicy()


def raised(
    port: int, severity: Severity = Severity.MINOR, condition: Condition = Condition.INTERFACE_DOWN
) -> rules.Change:
    about = AlarmObject(7, port, device_name="core-1", site_name="Erfurt")
    (change,) = rules.fold(
        [], [AlarmReport(about, condition, severity, "down")], edges={}, policy=POLICY, at=AT
    )
    return change


def stands(number: int, **changes: object) -> Alarm:
    return replace(raised(number).alarm, id=AlarmId(number), **changes)  # type: ignore[arg-type]


def storm(weather: Weather, *new: rules.Change) -> rules.Change | None:
    return storm_of(new, weather, policy=POLICY, at=AT)


def test_ten_new_alarms_are_no_storm_and_eleven_are() -> None:
    assert storm(Weather(recent=9), raised(1)) is None
    change = storm(Weather(recent=10), raised(1, Severity.MAJOR))
    assert change is not None
    alarm = change.alarm
    assert (alarm.condition, alarm.severity) == (Condition.STORM, Severity.MAJOR)
    assert alarm.about.key == "device:7"
    assert (alarm.device_name, alarm.site_name) == ("core-1", "Erfurt")
    assert alarm.text == "11 new alarms within 5 min, most: interface down"
    assert [what for what, _, _ in change.steps] == ["raised"]


def test_a_storm_counts_what_is_folded_under_it() -> None:
    new = [raised(port) for port in range(1, 12)]
    first = storm(Weather(loose=(stands(20), stands(21))), *new)
    assert first is not None
    assert first.alarm.count == 13
    blowing = replace(first.alarm, id=AlarmId(99))
    more = storm(Weather(recent=13, storm=blowing), raised(30))
    assert more is not None
    assert (more.alarm.count, more.steps, more.before) == (14, [], blowing)


def test_a_storm_grows_worse_with_its_worst_and_never_better() -> None:
    blowing = replace(storm(Weather(recent=10), raised(1)).alarm, id=AlarmId(99))  # type: ignore[union-attr]
    worse = storm(Weather(recent=11, storm=blowing), raised(2, Severity.CRITICAL))
    assert worse is not None
    assert worse.alarm.severity is Severity.CRITICAL
    assert [what for what, _, _ in worse.steps] == ["escalated"]
    after = storm(Weather(recent=12, storm=worse.alarm), raised(3, Severity.WARNING))
    assert after is not None
    assert (after.alarm.severity, after.steps) == (Severity.CRITICAL, [])


def test_a_storm_that_comes_back_at_once_is_the_same_and_counts_anew() -> None:
    over = rules.settle(replace(stands(9), condition=Condition.STORM, count=40), at=AT)
    over = replace(over, about=AlarmObject(7))
    again = storm(Weather(recent=11, storm=over), raised(1))
    assert again is not None
    assert (again.alarm.id, again.alarm.count) == (over.id, 1)
    assert again.steps[0][0] == "reopened"
    assert storm(Weather(recent=3, storm=over), raised(1)) is None


def test_what_belongs_to_a_storm_is_folded_under_it_and_wakes_nobody() -> None:
    blowing = replace(stands(99), condition=Condition.STORM)
    changes = gather([raised(1)], [stands(2)], storm=blowing)
    assert [change.alarm.root_id for change in changes] == [99, 99]
    assert all(change.is_stormy and change.alarm.root_why == WHY for change in changes)
    assert [[what for what, _, _ in change.steps] for change in changes] == [
        ["raised", "folded"],
        ["folded"],
    ]
    assert changes[1].before == stands(2)


@pytest.mark.parametrize(
    ("about", "condition"),
    [
        (AlarmObject(7), Condition.UNREACHABLE),
        (AlarmObject(7), Condition.RESTARTED),
        (AlarmObject(7, 1), Condition.FLAPPING),
        (AlarmObject(7), Condition.STORM),
        (AlarmObject(NO_DEVICE, other="collector:x"), Condition.WORKER_STUCK),
    ],
)
def test_what_explains_a_storm_or_is_of_no_device_is_not_one_of_many(
    about: AlarmObject, condition: Condition
) -> None:
    report = AlarmReport(about, condition, Severity.MAJOR)
    assert not is_one_of_many(rules.raise_new(report, at=AT))


def test_only_what_is_raised_now_and_still_stands_is_new() -> None:
    again = rules.Change(stands(1), [("repeated", Severity.MINOR, "")])
    gone = rules.Change(rules.settle(stands(2), at=AT), [("raised", Severity.MINOR, "")])
    fresh = raised(3)
    assert newcomers([again, gone, fresh]) == {7: [fresh]}


def test_a_storm_is_over_when_little_is_new_and_little_stands() -> None:
    blowing = replace(stands(99), about=AlarmObject(7), condition=Condition.STORM)
    few = [stands(n, root_id=AlarmId(99), root_why=WHY) for n in range(1, 11)]
    many = [*few, stands(11, root_id=AlarmId(99))]

    def told(members: list[Alarm], recent: int) -> list[tuple[int, str]]:
        changes = calm([blowing], members, {7: recent}, policy=POLICY, at=AT)
        return [(int(change.alarm.id), change.steps[0][0]) for change in changes]

    assert told(many, 0) == []
    assert told(few, 11) == []
    assert told(few, 10) == [(99, "cleared"), *((n, "unfolded") for n in range(1, 11))]


def test_alarms_of_a_storm_somebody_cleared_are_freed() -> None:
    member = stands(1, root_id=AlarmId(99), root_why=WHY)
    (change,) = calm([], [member], {}, policy=POLICY, at=AT + timedelta(minutes=1))
    assert (change.alarm.root_id, change.alarm.root_why) == (None, "")
