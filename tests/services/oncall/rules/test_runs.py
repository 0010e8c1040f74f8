"""Escalation as a machine of states: begins, goes on, stops, resumes, ends."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from noc_console.services.alarms.model import Alarm, AlarmId, AlarmObject, Condition, Severity
from noc_console.services.oncall.model import (
    Duties,
    Match,
    Policy,
    PolicyId,
    Run,
    RunState,
    Waiting,
)
from noc_console.services.oncall.rules.runs import Decision, decide, gathered
from tests.services.oncall.conftest import ADA, BEN, PEOPLE, person_step, policy

START = datetime(2026, 3, 3, 12, tzinfo=UTC)
CORE = policy(person_step(ADA, 5), person_step(BEN, 10))


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def waiting(
    number: int = 1, severity: Severity = Severity.MAJOR, since: datetime = START
) -> Waiting:
    about = AlarmObject(number, device_name=f"core-{number}")
    return Waiting(
        Alarm(
            AlarmId(number), about, Condition.UNREACHABLE, severity, "does not answer", since, since
        )
    )


class Machine:
    """Keeps the runs as the store does."""

    def __init__(self, *policies: Policy) -> None:
        self.duties = Duties(policies=policies or (CORE,), people=PEOPLE)
        self.runs: dict[int, Run] = {}
        self.looked_at: datetime | None = None

    def at(self, after_min: float, *alarms: Waiting) -> Decision:
        now = START + minutes(after_min)
        done = decide(alarms, self.runs, self.duties, now=now, looked_at=self.looked_at)
        self.runs |= {int(run.alarm_id): run for run in done.runs}
        self.looked_at = now
        return done

    def told(self, after_min: float, *alarms: Waiting) -> list[int]:
        return [due.step.number for due in self.at(after_min, *alarms).due]


def test_steps_are_due_one_after_the_other_and_once_each() -> None:
    machine = Machine()
    told = [machine.told(at, waiting()) for at in (0, 4.9, 5, 5.1, 14, 15, 15.1, 60)]
    assert told == [[], [], [0], [], [], [1], [], []]
    assert machine.runs[1].state is RunState.SPENT


def test_acknowledging_stops_it_and_losing_the_acknowledgement_goes_on_with_the_next_step() -> None:
    machine = Machine()
    machine.at(0, waiting())
    assert machine.told(5, waiting()) == [0]
    assert machine.told(6) == []
    assert machine.runs[1].state is RunState.STOPPED
    assert machine.told(60, waiting()) == []
    assert machine.told(69, waiting()) == []
    assert machine.told(70, waiting()) == [1]


def test_when_all_steps_were_taken_a_lost_acknowledgement_begins_anew() -> None:
    machine = Machine()
    for at in (0, 5, 15, 16):
        machine.at(at, waiting())
    machine.at(20)
    machine.at(30, waiting())
    assert machine.told(35, waiting()) == [0]


def test_who_grew_worse_begins_anew_for_nobody_agreed_to_that() -> None:
    machine = Machine()
    machine.at(0, waiting())
    machine.at(5, waiting())
    machine.at(6)
    machine.at(20, waiting(severity=Severity.CRITICAL))
    assert machine.runs[1].next == 0
    assert machine.told(25, waiting(severity=Severity.CRITICAL)) == [0]


def test_growing_worse_while_it_waits_goes_on_unless_another_policy_has_it_then() -> None:
    machine = Machine()
    machine.at(0, waiting())
    assert machine.told(5, waiting(severity=Severity.CRITICAL)) == [0]
    urgent = replace(policy(person_step(BEN)), id=PolicyId(2), match=Match(Severity.CRITICAL))
    both = Machine(urgent, replace(CORE, position=1))
    both.at(0, waiting())
    assert both.runs[1].policy_id == CORE.id
    done = both.at(1, waiting(severity=Severity.CRITICAL))
    assert [(due.policy.id, due.step.number) for due in done.due] == [(2, 0)]


def test_after_an_outage_of_the_collector_one_step_is_taken_at_once_not_all() -> None:
    machine = Machine()
    assert machine.told(40, waiting()) == [0]
    assert machine.told(41, waiting()) == []
    assert machine.told(50, waiting()) == [1]


def test_what_comes_back_from_the_shelf_waits_from_then_on() -> None:
    machine = Machine()
    machine.at(60)
    assert machine.told(60.5, waiting()) == []
    assert machine.told(64.9, waiting()) == []
    assert machine.told(65, waiting()) == [0]


def test_a_new_policy_is_not_held_against_old_alarms() -> None:
    fresh = replace(CORE, changed_at=START + minutes(600))
    machine = Machine(fresh)
    assert machine.told(601, waiting()) == []
    assert machine.told(605, waiting()) == [0]


def test_alarms_no_policy_is_for_are_left_alone() -> None:
    machine = Machine()
    assert machine.at(60, waiting(severity=Severity.MINOR)).runs == []


def test_a_removed_or_switched_off_policy_stops_what_it_had() -> None:
    machine = Machine()
    machine.at(0, waiting())
    machine.duties = replace(machine.duties, policies=(replace(CORE, is_on=False),))
    assert machine.told(5, waiting()) == []
    assert machine.runs[1].why == "no policy is for it any more"
    machine.duties = replace(machine.duties, policies=())
    assert machine.at(6, waiting()).runs == []
    other = replace(CORE, id=PolicyId(9))
    machine.duties = replace(machine.duties, policies=(other,))
    machine.at(7, waiting())
    assert machine.told(12, waiting()) == [0]


def test_a_storm_due_at_once_is_one_message_with_the_worst_first() -> None:
    machine = Machine()
    storm = [waiting(number) for number in range(1, 40)]
    storm.append(waiting(40, Severity.CRITICAL))
    machine.at(0, *storm)
    ((worst, others),) = gathered(machine.at(5, *storm).due)
    assert (worst.waiting.alarm.id, len(others)) == (40, 39)


def test_a_few_alarms_are_told_one_by_one() -> None:
    machine = Machine()
    few = [waiting(number) for number in (1, 2, 3)]
    machine.at(0, *few)
    messages = gathered(machine.at(5, *few).due)
    assert [(each.waiting.alarm.id, others) for each, others in messages] == [
        (1, ()), (2, ()), (3, ())
    ]  # fmt: skip
