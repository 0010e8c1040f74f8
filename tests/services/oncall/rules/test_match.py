"""Which policy has an alarm, and the reasons in words."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, time

import pytest

from noc_console.services.alarms.model import Severity
from noc_console.services.oncall.model import Case, Hours, Match, PolicyId
from noc_console.services.oncall.rules.match import policy_for, verdict, verdicts
from tests.services.oncall.conftest import policy

NIGHT = datetime(2026, 1, 1, 3, tzinfo=UTC)
CASE = Case(Severity.MAJOR, site="POP-North", type="router", condition="unreachable", customers=40)


@pytest.mark.parametrize(
    ("match", "why"),
    [
        (Match(least=Severity.CRITICAL), "critical or worse, this is major"),
        (Match(sites=("pop-south*",)), "site pop-south\\*; this has site POP-North"),
        (Match(types=("olt",)), "type of device olt"),
        (Match(conditions=("optical-*",)), "condition optical"),
        (Match(customers=41), "41 customers hit or more, this hits 40"),
        (Match(hours=(Hours(time(8), time(17)),)), "other hours"),
    ],
)
def test_what_does_not_fit_is_told_with_its_reason(match: Match, why: str) -> None:
    told = verdict(policy(match=match), CASE, NIGHT)
    assert not told.matches
    assert re.search(why, told.why)


def test_what_fits_in_everything_matches_and_case_does_not_matter() -> None:
    match = Match(
        Severity.MAJOR, ("pop-*",), ("router",), ("unreach*",), 40, (Hours(time(22), time(6)),)
    )
    assert verdict(policy(match=match), CASE, NIGHT).matches


def test_an_alarm_without_a_site_fits_no_policy_for_sites() -> None:
    told = verdict(policy(match=Match(sites=("*",))), replace(CASE, site=""), NIGHT)
    assert told.matches  # a star is anything, also nothing
    told = verdict(policy(match=Match(sites=("pop*",))), replace(CASE, site=""), NIGHT)
    assert "this has no site" in told.why


def test_the_first_that_matches_has_it_and_the_rest_is_not_asked() -> None:
    off = replace(policy(is_on=False), position=0)
    second = replace(policy(), id=PolicyId(2), position=1)
    third = replace(policy(), id=PolicyId(3), position=2)
    told = verdicts((third, second, off), CASE, NIGHT)
    assert [(int(v.policy.id), v.matches) for v in told] == [(1, False), (2, True)]
    assert told[0].why == "it is switched off"
    assert policy_for((off,), CASE, NIGHT) is None


def test_a_policy_without_steps_has_no_alarm() -> None:
    told = verdict(replace(policy(), steps=()), CASE, NIGHT)
    assert told.why == "it has no steps"
