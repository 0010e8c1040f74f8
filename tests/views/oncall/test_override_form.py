"""A stand-in, or two people who swap."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from noc_console.kernel.errors import Invalid
from noc_console.services.oncall.model import Reason
from noc_console.services.oncall.rules.plan import plan
from noc_console.views.oncall.override_form import OverrideForm, SwapForm
from tests.services.oncall.conftest import ADA, BEN, CEM, PEOPLE, rota

START = datetime(2026, 3, 3, 12, tzinfo=UTC)
NAMES = {person.id: person.name for person in PEOPLE}


def form() -> OverrideForm:
    end = START + timedelta(days=1)
    return OverrideForm(None, rota(), PEOPLE, start=START, end=end, instead_of=ADA)


async def test_times_are_those_of_the_rota_and_come_back_as_moments() -> None:
    made = form()
    assert made.start.time().hour() == 13
    made.person.setCurrentIndex(made.person.findData(CEM))
    made.note.setText("flu")
    override = made.override()
    assert (override.start, override.end) == (START, START + timedelta(days=1))
    assert (override.person, override.instead_of, override.note) == (CEM, ADA, "flu")
    assert override.reason is Reason.SICK


async def test_what_cannot_be_is_said_in_place() -> None:
    made = form()
    made.instead_of.setCurrentIndex(0)
    made.accept_button.click()
    assert made.problem.text() == "say who takes over, or who falls out"
    assert made.result() == 0


async def test_each_takes_the_others_duty() -> None:
    ahead = plan(rota(), (), START, START + timedelta(days=20))
    swap = SwapForm(None, rota(), ahead, NAMES)
    assert swap.one.itemText(0) == "Ada Byron   Tue 03 Mar 13:00 – Mon 09 Mar 09:00"
    first, second = swap.overrides()
    assert (first.person, first.instead_of, first.start) == (BEN, ADA, START)
    assert (second.person, second.instead_of, second.start) == (ADA, BEN, ahead[1].start)
    swap.other.setCurrentIndex(2)
    swap.accept_button.click()
    assert swap.problem.text() == "choose duties of two people"
    with pytest.raises(Invalid, match="no two duties"):
        SwapForm(None, rota(), ahead[:1], NAMES).overrides()
