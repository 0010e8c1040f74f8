"""How alarms behave, as values."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from noc_console.services.alarms import rules
from noc_console.services.alarms.model import (
    UNBORN,
    Alarm,
    AlarmId,
    AlarmObject,
    AlarmPolicy,
    AlarmReport,
    AlarmState,
    Condition,
    Severity,
)

AT = datetime(2026, 3, 1, tzinfo=UTC)
PORT = AlarmObject(7, 91, device_name="core-1", interface_name="xe-0/0/1")
POLICY = AlarmPolicy()


def down(severity: Severity = Severity.MAJOR, text: str = "no light") -> AlarmReport:
    return AlarmReport(PORT, Condition.INTERFACE_DOWN, severity, text)


UP = AlarmReport(PORT, Condition.INTERFACE_DOWN, Severity.CLEARED, "up again")


def known(alarm: Alarm, alarm_id: int = 1) -> Alarm:
    return replace(alarm, id=AlarmId(alarm_id))


def fold(
    alarms: list[Alarm], *reports: AlarmReport, edges: dict[int, int] | None = None
) -> list[rules.Change]:
    return rules.fold(alarms, reports, edges=edges or {}, policy=POLICY, at=AT)


STANDING = known(rules.raise_new(down(), at=AT - timedelta(minutes=1)))


def test_the_first_report_raises_an_alarm_with_the_names_of_its_object() -> None:
    (change,) = fold([], down())
    assert change.alarm.id == UNBORN
    assert change.alarm.device_name == "core-1"
    assert change.alarm.interface_name == "xe-0/0/1"
    assert change.steps == [("raised", Severity.MAJOR, "no light")]


def test_a_repeat_raises_the_count_and_nothing_else() -> None:
    acked = rules.acknowledge(STANDING, by="mira", at=AT)
    (change,) = fold([acked], down())
    assert (change.alarm.count, change.alarm.acked_by) == (2, "mira")
    assert [step[0] for step in change.steps] == ["repeated"]


def test_a_worse_report_takes_the_acknowledgement_away() -> None:
    acked = rules.acknowledge(STANDING, by="mira", at=AT)
    (change,) = fold([acked], down(Severity.CRITICAL))
    assert change.alarm.acked_by is None
    assert change.steps[0][0] == "escalated"


def test_a_lower_report_is_a_repeat_while_the_alarm_stands() -> None:
    acked = rules.acknowledge(STANDING, by="mira", at=AT)
    (change,) = fold([acked], down(Severity.MINOR, "some light"))
    assert (change.alarm.severity, change.alarm.acked_by) == (Severity.MAJOR, "mira")
    assert (change.alarm.text, change.alarm.count) == ("some light", 2)
    assert change.steps == [("repeated", Severity.MAJOR, "some light")]


def test_what_cleared_comes_back_with_the_severity_it_has_then() -> None:
    acked = rules.acknowledge(STANDING, by="mira", at=AT)
    cleared = rules.settle(acked, at=AT)
    (change,) = fold([cleared], down(Severity.MINOR))
    assert (change.alarm.severity, change.alarm.acked_by) == (Severity.MINOR, "mira")
    (worse,) = fold([change.alarm], down(Severity.MAJOR))
    assert (worse.steps[0][0], worse.alarm.acked_by) == ("escalated", None)


@given(st.lists(st.sampled_from([1, 2, 3, 4, 5]), min_size=1, max_size=20))
def test_severity_only_grows_while_an_alarm_stands(severities: list[int]) -> None:
    alarm = STANDING
    for at, level in enumerate(severities):
        alarm, what = rules.repeat(alarm, down(Severity(level)), at=AT + timedelta(seconds=at))
        assert what in {"repeated", "escalated"}
        assert alarm.severity == max(STANDING.severity, *severities[: at + 1])
    grew = [n for n, level in enumerate(severities) if level > max([4, *severities[:n]])]
    since = AT + timedelta(seconds=grew[-1]) if grew else STANDING.worse_at
    assert alarm.worse_at == since


def test_a_problem_that_is_gone_clears_and_still_owes_an_acknowledgement() -> None:
    (change,) = fold([STANDING], UP)
    assert change.alarm.state is AlarmState.RETURNED
    assert change.alarm.was is Severity.MAJOR


def test_a_settled_condition_nobody_reported_is_no_alarm() -> None:
    assert fold([], UP) == []
    assert fold([rules.settle(STANDING, at=AT)], UP) == []


def test_a_problem_that_comes_back_at_once_is_the_same_alarm() -> None:
    cleared = rules.settle(STANDING, at=AT - timedelta(seconds=30))
    (change,) = fold([cleared], down())
    assert (change.alarm.id, change.alarm.count) == (1, 2)
    assert change.alarm.cleared_at is None
    assert change.steps[0][0] == "reopened"


def test_a_problem_that_comes_back_worse_has_to_be_acknowledged_again() -> None:
    cleared = rules.acknowledge(rules.settle(STANDING, at=AT), by="mira", at=AT)
    assert fold([cleared], down())[0].alarm.acked_by == "mira"
    assert fold([cleared], down(Severity.CRITICAL))[0].alarm.acked_by is None


def test_a_problem_that_comes_back_later_is_a_new_alarm() -> None:
    cleared = rules.settle(STANDING, at=AT - timedelta(seconds=POLICY.hold_s + 1))
    (change,) = fold([cleared], down())
    assert change.alarm.id == UNBORN


def test_a_clock_that_stepped_back_does_not_make_two_alarms_of_one() -> None:
    cleared = rules.settle(STANDING, at=AT + timedelta(hours=1))
    assert fold([cleared], down())[0].alarm.id == STANDING.id


def test_the_fourth_change_within_the_window_is_flapping() -> None:
    changes = fold([STANDING], UP, edges={1: 3})
    by_condition = {change.alarm.condition: change for change in changes}
    flapping = by_condition[Condition.FLAPPING]
    assert flapping.alarm.about == PORT
    assert "4 changes in 5 min" in flapping.alarm.text
    assert by_condition[Condition.INTERFACE_DOWN].alarm.suppressed


def test_three_changes_are_not_flapping() -> None:
    (change,) = fold([STANDING], UP, edges={1: 2})
    assert not change.alarm.suppressed


def test_while_an_object_flaps_its_changes_are_kept_and_raise_no_second_alarm() -> None:
    flapping = known(
        rules.raise_new(AlarmReport(PORT, Condition.FLAPPING, Severity.MINOR, ""), at=AT), 2
    )
    suppressed = replace(STANDING, suppressed=True)
    (change,) = fold([suppressed, flapping], UP, down(), UP, down(), edges={1: 9})
    assert [step[0] for step in change.steps] == ["cleared", "reopened"] * 2
    assert change.alarm.state is AlarmState.SUPPRESSED


def test_something_else_that_is_wrong_with_a_flapping_object_is_heard() -> None:
    flapping = known(
        rules.raise_new(AlarmReport(PORT, Condition.FLAPPING, Severity.MINOR, ""), at=AT), 2
    )
    suppressed = replace(STANDING, suppressed=True)
    fire = AlarmReport(PORT, Condition.HARDWARE, Severity.CRITICAL, "the module burns")
    out = AlarmReport(PORT, Condition.HARDWARE, Severity.CLEARED)
    (change,) = fold([suppressed, flapping], fire, edges={1: 9})
    assert change.alarm.state is AlarmState.UNACKNOWLEDGED
    (change,) = fold([suppressed, flapping], fire, out, fire, edges={1: 9})
    assert change.alarm.state is AlarmState.SUPPRESSED


def test_repeats_are_no_changes() -> None:
    changes = fold([STANDING], *[down()] * 9)
    assert [change.alarm.condition for change in changes] == [Condition.INTERFACE_DOWN]
    assert changes[0].alarm.count == 10
    assert changes[0].steps == [("repeated", Severity.MAJOR, "no light (9 times)")]


def test_flapping_ends_when_it_has_been_quiet_and_the_alarm_speaks_again() -> None:
    flapping = known(
        rules.raise_new(AlarmReport(PORT, Condition.FLAPPING, Severity.MINOR, ""), at=AT), 2
    )
    due = [replace(STANDING, suppressed=True), flapping]
    later = AT + timedelta(seconds=POLICY.flap_quiet_s)
    quiet = rules.tidy(due, {PORT.key: AT}, policy=POLICY, at=later)
    assert {c.alarm.id: c.steps[0][0] for c in quiet} == {1: "released", 2: "cleared"}
    restless = rules.tidy(due, {PORT.key: later}, policy=POLICY, at=later)
    assert restless == []


def test_an_alarm_suppressed_by_a_flapping_that_was_cleared_by_hand_is_released() -> None:
    due = [replace(STANDING, suppressed=True)]
    (change,) = rules.tidy(due, {}, policy=POLICY, at=AT)
    assert change.alarm.state is AlarmState.UNACKNOWLEDGED


def test_a_shelved_alarm_returns_when_its_time_is_up_or_when_it_gets_worse() -> None:
    shelved = rules.shelve(STANDING, until=AT + timedelta(seconds=60))
    assert shelved.state is AlarmState.SHELVED
    assert rules.tidy([shelved], {}, policy=POLICY, at=AT) == []
    (change,) = rules.tidy([shelved], {}, policy=POLICY, at=AT + timedelta(seconds=60))
    assert change.alarm.state is AlarmState.UNACKNOWLEDGED
    assert fold([shelved], down(Severity.CRITICAL))[0].alarm.shelved_until is None


def test_what_is_gone_is_not_put_aside() -> None:
    gone = rules.settle(STANDING, at=AT)
    assert rules.shelve(gone, until=AT + timedelta(hours=1)) == gone
    assert rules.suppress(gone, by="mira") == gone


def test_suppressed_by_hand_is_silent_until_it_is_gone_however_bad_it_gets() -> None:
    silent = rules.suppress(STANDING, by="mira")
    assert (silent.state, silent.suppressed_by) == (AlarmState.SUPPRESSED, "mira")
    assert rules.suppress(silent, by="otto") == silent
    assert rules.tidy([silent], {}, policy=POLICY, at=AT) == []
    (worse,) = fold([silent], down(Severity.CRITICAL))
    assert worse.alarm.state is AlarmState.SUPPRESSED
    assert rules.release(silent) == STANDING
    gone = rules.settle(silent, at=AT)
    assert (gone.state, gone.suppressed_by) == (AlarmState.RETURNED, "")


def test_who_works_on_it_can_be_taken_over_and_given_back() -> None:
    mine = rules.own(STANDING, by="mira", at=AT)
    assert (mine.owner, mine.owned_at) == ("mira", AT)
    assert rules.own(mine, by="mira", at=AT) == mine
    theirs = rules.own(mine, by="otto", at=AT + timedelta(minutes=1))
    assert theirs.owner == "otto"
    assert rules.disown(theirs) == STANDING
    assert rules.ticket(STANDING, "INC-7").ticket == "INC-7"
    assert rules.comment(STANDING).comments == 1


def test_clearing_by_hand_acknowledges() -> None:
    cleared = rules.clear(STANDING, by="mira", at=AT)
    assert (cleared.state, cleared.acked_by) == (AlarmState.NORMAL, "mira")


def test_the_first_to_acknowledge_has_the_credit_also_when_heard_later() -> None:
    first = rules.acknowledge(STANDING, by="mira", at=AT)
    later = AT + timedelta(seconds=1)
    assert rules.acknowledge(first, by="otto", at=later) == first
    otto = rules.acknowledge(STANDING, by="otto", at=later)
    assert rules.acknowledge(otto, by="mira", at=AT) == first


def reports_in(step: tuple[str, Severity, str]) -> int:
    """How many reports a step tells of, of those an alarm counts."""
    what, _, text = step
    if what not in {"raised", "reopened", "repeated"}:
        return 0
    times = re.search(r"\((\d+) times\)$", text)
    return int(times.group(1)) if times else 1


@given(st.lists(st.sampled_from([0, 2, 3, 4, 5]), max_size=30))
def test_whatever_is_reported_there_is_one_alarm_per_condition_and_counts_add_up(
    severities: list[int],
) -> None:
    reports = [down(Severity(level)) if level else UP for level in severities]
    changes = fold([], *reports)
    slots = [change.alarm.condition for change in changes]
    assert len(slots) == len(set(slots)) <= 2
    for change in changes:
        assert change.alarm.is_active == (change.alarm.cleared_at is None)
        assert change.alarm.count == sum(map(reports_in, change.steps))
