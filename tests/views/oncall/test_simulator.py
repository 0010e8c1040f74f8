"""The question, and the answer step by step."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from noc_console.services.alarms.model import (
    Alarm,
    AlarmId,
    AlarmObject,
    Condition,
    Impact,
    Severity,
)
from noc_console.services.oncall.model import Case, Duties, Policy
from noc_console.services.oncall.rules.steps import simulate
from noc_console.views.oncall.simulator import MOST_SHOWN, Simulator, new_year, tonight
from tests.services.oncall.conftest import (
    ADA,
    CHANNELS,
    GROUPS,
    PEOPLE,
    person_step,
    policy,
    rota,
)
from tests.views.conftest import until

NEW_YEAR = datetime(2027, 1, 1, 2, tzinfo=UTC)


def simulator() -> Simulator:
    made = Simulator(NEW_YEAR)
    made.zone.setCurrentText("Europe/Amsterdam")
    made.set_moment(NEW_YEAR)
    return made


def answer(*policies: Policy, case: Case | None = None) -> object:
    duties = Duties((rota(),), (), policies, PEOPLE, GROUPS, CHANNELS)
    return simulate(duties, case or Case(Severity.CRITICAL), NEW_YEAR)


async def test_the_moment_is_on_the_wall_clock_of_the_zone() -> None:
    made = simulator()
    assert made.at.time().hour() == 3
    assert made.moment == NEW_YEAR
    zone = ZoneInfo("Europe/Amsterdam")
    assert (new_year(zone).month, new_year(zone).hour, tonight(zone).hour) == (1, 3, 3)


async def test_the_answer_names_who_when_by_what_and_why() -> None:
    made = simulator()
    core = policy(replace(person_step(ADA), kinds=("sms",)), person_step(99, 15))
    made.show_answer(answer(core))  # type: ignore[arg-type]
    assert made.headline.text() == "Core: 2 steps within 15 min"
    first, second = made.cards
    assert (first.when.text(), first.after.text()) == ("Fri 01 Jan 03:00", "at once")
    assert "Ada Byron" in first.accessibleName()
    assert second.after.text() == "+ 15 min"
    assert second.accessibleName().endswith("nobody")
    assert made.reasons.text() == "Core: everything it asks for holds"


async def test_nobody_told_is_said_with_the_reasons() -> None:
    made = simulator()
    made.show_answer(answer(policy(), case=Case(Severity.MINOR)))  # type: ignore[arg-type]
    assert made.headline.text() == "Nobody is told"
    assert "it is for major or worse, this is minor" in made.reasons.text()
    assert made.cards == []


async def test_a_long_escalation_is_shown_in_part() -> None:
    made = simulator()
    made.show_answer(answer(policy(person_step(ADA), again=99)))  # type: ignore[arg-type]
    assert len(made.cards) == MOST_SHOWN
    assert made.rest.text() == "and 40 more steps like these"


async def test_it_asks_again_when_the_question_changes_and_takes_an_alarm_over() -> None:
    made = simulator()
    asked: list[Case] = []
    made.asked.connect(lambda at, case: asked.append(case))
    made.site.setText("pop-north")
    await until(lambda: asked and asked[-1].site == "pop-north")
    alarm = Alarm(
        AlarmId(3),
        AlarmObject(7),
        Condition.POWER,
        Severity.MAJOR,
        "on battery",
        NEW_YEAR,
        NEW_YEAR,
        device_name="olt-4",
        site_name="Northgate",
        impact=Impact(customers=120),
    )
    made.offer((alarm,))
    assert made.alarm.itemText(1) == "Major · olt-4 power: on battery"
    made.alarm.setCurrentIndex(1)
    await until(lambda: asked[-1] == Case(Severity.MAJOR, "Northgate", "", "power", 120))
    made.offer((alarm,))
    assert made.alarm.currentIndex() == 1
