"""Answers in flat lines."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from noc_console.services.alarms.model import Severity
from noc_console.services.oncall.answers import answer, on_duty
from noc_console.services.oncall.model import Case, Duties, Rota, RotaId
from noc_console.services.oncall.rules.plan import watch
from noc_console.services.oncall.rules.steps import simulate
from tests.services.oncall.conftest import ADA, PEOPLE, person_step, policy, rota

AT = datetime(2027, 1, 1, 2, tzinfo=UTC)


def test_each_step_is_a_line_with_its_time_its_people_and_the_reason() -> None:
    core = policy(
        replace(person_step(ADA), kinds=("sms",)),
        person_step(99, 15),
        final=person_step(2, 30),
        zone="Europe/Amsterdam",
    )
    told = answer(simulate(Duties((rota(),), (), (core,), PEOPLE), Case(Severity.CRITICAL), AT))
    assert (told.policy, told.why) == ("Core", ("Core: everything it asks for holds",))
    assert [(s.at, s.after_min, s.step, s.tells, s.by) for s in told.steps] == [
        ("Fri 2027-01-01 03:00 CET", 0, "1 of round 1", "Ada Byron", "sms"),
        ("Fri 2027-01-01 03:15 CET", 15, "2 of round 1", "nobody", "every way"),
        ("Fri 2027-01-01 03:45 CET", 45, "last", "Ben Okri", "every way"),
    ]
    assert told.steps[0].why == "named in the policy"
    assert told.steps[1].problems == "contact 99 was removed; this step reaches nobody"


def test_nobody_is_a_word() -> None:
    duties = Duties(people=PEOPLE)
    (told,) = on_duty((watch(Rota(RotaId(2), "Empty"), (), AT),), duties)
    assert (told.who, told.until, told.next) == ("nobody", "no change ahead", "")
    assert answer(simulate(duties, Case(Severity.MAJOR), AT)).problems
