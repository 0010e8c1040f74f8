"""What makes a rota, an override or a policy one that works."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from noc_console.kernel.errors import Invalid
from noc_console.services.oncall.check import (
    checked_override,
    checked_policy,
    checked_rota,
)
from noc_console.services.oncall.model import (
    Holiday,
    Hours,
    Layer,
    Match,
    Override,
    OverrideId,
    Policy,
    Rota,
    RotaId,
    Shift,
    Step,
    Target,
    TargetKind,
    Turn,
)
from tests.services.oncall.conftest import ADA, BEN, person_step, policy, rota, weekly

START = datetime(2026, 3, 3, tzinfo=UTC)
DAY_SHIFT = Shift("D", time(7), time(19))


def pattern(word: str, *shifts: Shift) -> Layer:
    return weekly(turn=Turn.PATTERN, pattern=word, shifts=shifts)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (replace(rota(), name=" "), "name"),
        (rota(zone="Mars/Olympus"), "zone"),
        (rota(replace(weekly(), people=())), "people"),
        (rota(weekly(ADA, 0)), "people"),
        (rota(weekly(every=0)), "every"),
        (rota(weekly(hours=(Hours(time(8), time(9), frozenset()),))), "hours"),
        (rota(weekly(hours=(Hours(time(8), time(9), frozenset({7})),))), "hours"),
        (rota(pattern("")), "pattern"),
        (rota(pattern("DD-", Shift("N", time(1), time(2)))), "pattern"),
        (rota(pattern("---", DAY_SHIFT)), "pattern"),
        (rota(pattern("D", DAY_SHIFT, DAY_SHIFT)), "shifts"),
        (rota(pattern("D", Shift("--", time(1), time(2)))), "shifts"),
        (rota(*(weekly() for _ in range(21))), "layers"),
        (rota(holidays=(Holiday(date(2026, 1, 2), date(2026, 1, 2)),)), "holidays"),
    ],
)
def test_a_rota_that_cannot_work_names_what_is_wrong(wrong: Rota, field: str) -> None:
    with pytest.raises(Invalid) as caught:
        checked_rota(wrong)
    assert caught.value.field == field


def test_a_rota_that_works_is_kept_with_its_names_made_plain() -> None:
    free = (
        Holiday(date(2026, 5, 1), date(2026, 5, 2)),
        Holiday(date(2026, 1, 1), date(2026, 1, 2)),
    )
    made = checked_rota(rota(replace(weekly(), name=" Turns "), holidays=free))
    assert made.layers[0].name == "Turns"
    assert made.holidays == (free[1], free[0])
    checked_rota(rota(pattern("DD--", DAY_SHIFT)))


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"end": START}, "end"),
        ({"end": START + timedelta(days=400)}, "end"),
        ({"person": 0}, "person"),
        ({"person": BEN, "instead_of": BEN}, "person"),
        ({"start": START.replace(tzinfo=None)}, "start"),
    ],
)
def test_an_override_that_cannot_work_names_what_is_wrong(
    change: dict[str, object], field: str
) -> None:
    right = Override(OverrideId(0), RotaId(1), START, START + timedelta(days=1), ADA, note=" \n")
    assert checked_override(right).note == ""
    with pytest.raises(Invalid) as caught:
        checked_override(replace(right, **change))  # type: ignore[arg-type]
    assert caught.value.field == field


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (replace(policy(), name=""), "name"),
        (replace(policy(), steps=()), "steps"),
        (replace(policy(), zone="Nowhere"), "zone"),
        (policy(Step(())), "targets"),
        (policy(Step((Target(TargetKind.PERSON),))), "targets"),
        (policy(person_step(ADA, -1)), "after_min"),
        (policy(person_step(ADA), final=person_step(ADA, 1e9)), "after_min"),
        (policy(again=-1), "again"),
        (policy(again=3, pause_min=0.5), "pause_min"),
        (policy(match=Match(customers=-1)), "customers"),
    ],
)
def test_a_policy_that_cannot_work_names_what_is_wrong(wrong: Policy, field: str) -> None:
    with pytest.raises(Invalid) as caught:
        checked_policy(wrong)
    assert caught.value.field == field


def test_the_desk_needs_no_number() -> None:
    assert checked_policy(policy(Step((Target(TargetKind.DESK),)))).steps
