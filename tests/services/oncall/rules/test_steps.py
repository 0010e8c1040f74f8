"""What a policy does, step by step, and the simulator's answers."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from noc_console.services.alarms.model import Severity
from noc_console.services.oncall.model import (
    NOBODY,
    Case,
    Days,
    Duties,
    Holiday,
    Match,
    Override,
    OverrideId,
    Policy,
    Reason,
    RotaId,
    Step,
    Target,
    TargetKind,
)
from noc_console.services.oncall.rules.steps import MOST_STEPS, count, planned, simulate, wait
from tests.services.oncall.conftest import (
    ADA,
    BEN,
    CEM,
    CHANNELS,
    DEE,
    GROUPS,
    PEOPLE,
    person_step,
    policy,
    rota,
    weekly,
)

NEW_YEAR = datetime(2027, 1, 1, 2, tzinfo=UTC)  # 03:00 in Amsterdam
CASE = Case(Severity.CRITICAL)


def duties(*policies: Policy, **more: object) -> Duties:
    told: dict[str, object] = {
        "rotas": (rota(),),
        "people": PEOPLE,
        "groups": GROUPS,
        "channels": CHANNELS,
        **more,
    }
    return Duties(policies=policies, **told)  # type: ignore[arg-type]


def test_who_is_woken_at_three_on_new_years_day_and_if_nobody_answers() -> None:
    free = Holiday(date(2020, 1, 1), date(2020, 1, 2), "New Year", is_yearly=True)
    first_line = rota(
        weekly(DEE, name="Holidays", on=Days.HOLIDAYS), weekly(ADA, BEN), holidays=(free,)
    )
    core = policy(
        Step((Target(TargetKind.ROTA, 1),), kinds=("sms",)),
        Step((Target(TargetKind.ROTA, 1), Target(TargetKind.PERSON, CEM)), after_min=15),
        again=1,
        pause_min=10,
        final=Step((Target(TargetKind.GROUP, 1), Target(TargetKind.CHANNEL, 1)), after_min=30),
    )
    told = simulate(duties(core, rotas=(first_line,)), CASE, NEW_YEAR)
    assert told.policy == core
    shown = [
        ((s.at - NEW_YEAR) / timedelta(minutes=1), s.round, s.step, [t.name for t in s.told])
        for s in told.steps
    ]
    assert shown == [
        (0, 1, 1, ["Dee Roy"]),
        (15, 1, 2, ["Dee Roy", "Cem Ay"]),
        (25, 2, 1, ["Dee Roy"]),
        (40, 2, 2, ["Dee Roy", "Cem Ay"]),
        (70, 0, 0, ["Cem Ay", "Dee Roy", "#noc"]),
    ]
    assert told.steps[0].told[0].why == "on call in First line, layer Holidays (New Year)"
    assert told.steps[0].kinds == ("sms",)


def test_the_person_is_the_one_of_the_moment_of_the_step() -> None:
    hand_over = datetime(2026, 3, 9, 8, tzinfo=UTC)
    core = policy(Step((Target(TargetKind.ROTA, 1),)), again=1, pause_min=30)
    told = simulate(duties(core), CASE, hand_over - timedelta(minutes=10))
    assert [s.told[0].contact for s in told.steps] == [ADA, BEN]


def test_a_stand_in_is_told_as_one() -> None:
    at = datetime(2026, 3, 3, tzinfo=UTC)
    sick = Override(OverrideId(7), RotaId(1), at, at + timedelta(days=1), CEM, ADA, Reason.SICK)
    told = simulate(duties(policy(), overrides=(sick,)), CASE, at)
    assert told.steps[0].told[0].why == (
        "on call in First line, layer Turns, stands in for Ada Byron (sick)"
    )


def test_a_gap_an_empty_group_and_what_was_removed_are_problems_not_silence() -> None:
    at = datetime(2026, 3, 3, tzinfo=UTC)
    away = Override(OverrideId(1), RotaId(1), at, at + timedelta(days=1), NOBODY, ADA)
    everything = tuple(
        Target(kind, number)
        for kind, number in (
            (TargetKind.ROTA, 1),
            (TargetKind.ROTA, 9),
            (TargetKind.GROUP, 2),
            (TargetKind.GROUP, 9),
            (TargetKind.CHANNEL, 9),
            (TargetKind.PERSON, 99),
        )
    )
    told = simulate(
        duties(policy(Step(everything)), rotas=(rota(weekly(ADA)),), overrides=(away,)), CASE, at
    )
    assert told.steps[0].told == ()
    assert told.steps[0].problems == (
        "nobody is on call in First line at Tue 01:00 CET",
        "rota 9 was removed",
        "nobody is in the group Nobody",
        "group 9 was removed",
        "channel 9 was removed",
        "contact 99 was removed",
        "this step reaches nobody",
    )


def test_whoever_is_on_leave_is_told_as_a_gap_and_not_as_woken() -> None:
    at = datetime(2026, 3, 3, tzinfo=UTC)
    people = tuple(replace(each, is_away=each.id == ADA) for each in PEOPLE)
    both = Step((Target(TargetKind.PERSON, ADA), Target(TargetKind.PERSON, BEN)))
    told = simulate(duties(policy(both, person_step(ADA, 5.0)), people=people), CASE, at)
    first, second = told.steps
    assert [one.contact for one in first.told] == [BEN]
    assert first.problems == ("Ada Byron is on leave: nothing is sent",)
    assert second.told == () and second.problems[-1] == "this step reaches nobody"


def test_without_a_policy_for_it_the_reasons_are_told() -> None:
    strict = policy(match=Match(customers=100))
    told = simulate(duties(strict), CASE, NEW_YEAR)
    assert told.policy is None
    assert told.steps == ()
    assert told.problems == ("no policy is for such an alarm: nobody is told",)
    assert "100 customers" in told.verdicts[0].why


def test_steps_are_counted_through_all_rounds_and_end() -> None:
    core = policy(person_step(ADA), person_step(BEN, 5), again=2, pause_min=7, final=person_step(3))
    assert count(core) == 7
    waits = [wait(core, number) for number in range(8)]
    assert [w and w / timedelta(minutes=1) for w in waits[:7]] == [
        timedelta(0), 5, 7, 5, 7, 5, timedelta(0)
    ]  # fmt: skip
    assert waits[7] is None
    assert planned(core, 7, duties(core), at=NEW_YEAR, since=NEW_YEAR) is None


def test_a_simulation_ends_and_says_so() -> None:
    endless = replace(policy(person_step(ADA)), again=999)
    told = simulate(duties(endless), CASE, NEW_YEAR)
    assert len(told.steps) == MOST_STEPS
    assert told.problems == ("only the first 500 of 1,000 steps are shown",)


def test_whoever_is_meant_twice_is_told_once() -> None:
    twice = Step((Target(TargetKind.PERSON, CEM), Target(TargetKind.GROUP, 1)))
    told = simulate(duties(policy(twice)), CASE, NEW_YEAR)
    assert [one.contact for one in told.steps[0].told] == [CEM, DEE]
