"""Add or change an escalation policy."""

from __future__ import annotations

from datetime import time

from noc_console.services.alarms.model import Severity
from noc_console.services.oncall.model import (
    Channel,
    Duties,
    Hours,
    Match,
    Policy,
    PolicyId,
    Step,
    Target,
    TargetKind,
)
from noc_console.views.oncall.policy_form import PolicyForm, StepRow, offered, target_text
from tests.services.oncall.conftest import ADA, CHANNELS, GROUPS, PEOPLE, person_step, policy, rota

DUTIES = Duties(
    rotas=(rota(),),
    people=PEOPLE,
    groups=GROUPS,
    channels=(*CHANNELS, Channel(2, "Mail", "email")),
)
WHOLE = policy(
    Step((Target(TargetKind.DESK), Target(TargetKind.ROTA, 1)), 0.0, ("sms",)),
    person_step(ADA, 15),
    match=Match(Severity.MINOR, ("pop-*",), ("olt",), ("power",), 11, (Hours(time(22), time(6)),)),
    again=3,
    pause_min=7.5,
    final=Step((Target(TargetKind.CHANNEL, 1),), 30.0),
    zone="Europe/Amsterdam",
)


async def test_a_policy_comes_back_as_it_was() -> None:
    assert PolicyForm(None, WHOLE, DUTIES).policy() == WHOLE


async def test_steps_are_added_and_removed_but_the_last() -> None:
    form = PolicyForm(None, policy(person_step(ADA)), DUTIES)
    form.add_button.click()
    form.rows[1].choose(Target(TargetKind.GROUP, 1))
    form.has_final.setChecked(True)
    form.final.choose(Target(TargetKind.DESK))
    made = form.policy()
    assert [step.targets[0].kind for step in made.steps] == [TargetKind.PERSON, TargetKind.GROUP]
    assert made.final is not None
    form.rows[0].remove_button.click()
    assert [row.what.text() for row in form.rows] == ["step 1"]
    form.rows[0].remove_button.click()
    assert len(form.rows) == 1


async def test_what_is_wrong_is_said_in_place() -> None:
    form = PolicyForm(None, Policy(PolicyId(0), ""), DUTIES)
    assert form.accept_button.text() == "Add policy"
    form.accept_button.click()
    assert form.problem.text() == "a step tells somebody"
    form.rows[0].choose(Target(TargetKind.DESK))
    form.accept_button.click()
    assert form.problem.text() == "give the policy a name"
    form.name.setText("Core")
    form.hours.setText("sometimes")
    form.accept_button.click()
    assert "write hours as" in form.problem.text()


async def test_a_step_names_whom_and_by_what() -> None:
    row = StepRow(
        Step((Target(TargetKind.PERSON, 99),), 5, ("sms", "email")), DUTIES, what="step 1"
    )
    assert row.targets.text() == "contact 99"
    assert row.ways.text() == "e-mail + SMS"
    row.choose(Target(TargetKind.PERSON, 99), on=False)
    assert row.targets.text() == "nobody yet"
    assert row.step().targets == ()


def test_mail_servers_are_no_place_to_tell() -> None:
    places = dict(offered(DUTIES))["Places"]
    assert [target_text(place, DUTIES) for place in places] == ["slack #noc"]
    assert target_text(Target(TargetKind.ROTA, 9), DUTIES) == "rota 9 (removed)"
    assert target_text(Target(TargetKind.GROUP, 1), DUTIES) == "group Managers"
