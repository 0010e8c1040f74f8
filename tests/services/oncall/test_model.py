"""Small questions rotas, stretches and duties answer themselves."""

from dataclasses import replace
from datetime import UTC, datetime

from noc_console.services.alarms.model import (
    Alarm,
    AlarmId,
    AlarmObject,
    Condition,
    Impact,
    Severity,
)
from noc_console.services.oncall.model import Duties, Stretch, Waiting
from tests.services.oncall.conftest import ADA, BEN, CEM, PEOPLE, rota, weekly

AT = datetime(2026, 3, 3, tzinfo=UTC)


def test_everybody_in_a_rota_is_named_once() -> None:
    assert rota(weekly(ADA, BEN), weekly(BEN, CEM)).people == (ADA, BEN, CEM)


def test_nobody_is_a_gap_and_two_are_a_double() -> None:
    gap = Stretch(AT, AT, ())
    assert (gap.is_gap, gap.is_double) == (True, False)
    assert replace(gap, people=(ADA, BEN)).is_double


def test_who_was_removed_still_has_a_word() -> None:
    assert Duties(people=PEOPLE).name_of(ADA) == "Ada Byron"
    assert Duties().name_of(9) == "contact 9"


def test_an_alarm_as_policies_look_at_it() -> None:
    about = AlarmObject(7, device_name="olt-4")
    alarm = Alarm(
        AlarmId(3),
        about,
        Condition.POWER,
        Severity.MAJOR,
        "on battery",
        AT,
        AT,
        device_name="olt-4",
        site_name="Northgate",
        impact=Impact(customers=120),
    )
    case = Waiting(alarm, "olt").case
    assert (case.site, case.type, case.condition, case.customers) == (
        "Northgate",
        "olt",
        "power",
        120,
    )
    assert case.text == "olt-4 · on battery"
    assert Waiting(replace(alarm, impact=None)).case.customers == 0
