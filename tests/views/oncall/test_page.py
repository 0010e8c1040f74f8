"""The page of on call: looked at, changed, and every change taken back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtWidgets import QDialog

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.services.alarms.waiting import WaitingAlarmService
from noc_console.services.oncall.model import Reason, Rota
from noc_console.services.oncall.service import OnCallService
from noc_console.views.kit.desk import Desk, Route
from noc_console.views.kit.dialogs import Dialog
from noc_console.views.kit.tasks import settled
from noc_console.views.oncall import page as module
from noc_console.views.oncall.override_form import OverrideForm, SwapForm
from noc_console.views.oncall.page import OnCallPage
from noc_console.views.oncall.rota_form import RotaForm
from tests.services.oncall.conftest import ADA, BEN, CEM
from tests.views.conftest import shown, until
from tests.views.oncall.conftest import TUESDAY

D = TypeVar("D", bound=QDialog)


async def opened(page: OnCallPage, kind: type[D]) -> D:
    await until(lambda: [d for d in page.findChildren(kind) if d.isVisible()])
    return next(d for d in page.findChildren(kind) if d.isVisible())


async def test_it_says_who_is_on_call_now_and_next_and_draws_the_weeks(page: OnCallPage) -> None:
    (card,) = page.watch.cards
    assert card.who.whole() == "Ada Byron"
    assert card.until.whole() == "until Mon 09 Mar, 09:00"
    assert card.next.whole() == "then Ben Okri"
    picture = page.calendar.picture
    assert picture is not None
    assert [s.people for s in picture.stretches][:3] == [(BEN,), (ADA,), (BEN,)]
    assert not page.troubles.isVisible()
    (row,) = page.policies.table.rows.rows()
    assert row.steps == "at once: on call: First line  →  after 15 min: Ada Byron"


async def test_somebody_sick_is_stood_in_for_by_drawing_and_it_can_be_undone_and_redone(
    page: OnCallPage, oncall: OnCallService, operator: Actor
) -> None:
    page.calendar.ranged.emit(TUESDAY, TUESDAY + timedelta(days=1))
    form = await opened(page, OverrideForm)
    assert form.instead_of.currentText() == "Ada Byron"
    form.person.setCurrentIndex(form.person.findData(CEM))
    form.accept_button.click()
    await settled()
    assert await oncall.who(operator, policy="First line", at=TUESDAY) == (CEM,)
    await until(lambda: page.watch.cards[0].who.whole() == "Cem Ay")
    for undo, person in ((True, ADA), (False, CEM), (True, ADA)):
        (page.undo if undo else page.redo)()
        await settled()
        assert await oncall.who(operator, policy="First line", at=TUESDAY) == (person,)


async def test_an_override_is_taken_back_from_the_calendar(
    page: OnCallPage, oncall: OnCallService, operator: Actor, kept: Rota
) -> None:
    await oncall.override(
        operator,
        rota_id=int(kept.id),
        start=TUESDAY,
        end=TUESDAY + timedelta(days=1),
        person=CEM,
        reason=Reason.AWAY,
    )
    await until(lambda: page.calendar.picture and page.calendar.picture.overrides)
    picture = page.calendar.picture
    assert picture is not None
    page.calendar.chosen.emit(next(s for s in picture.stretches if s.override))
    assert "override (away) by mira" in page.strip.text.text()
    page.strip.button.click()
    await settled()
    assert await oncall.who(operator, policy="First line", at=TUESDAY) == (ADA,)
    page.undo()
    await settled()
    assert await oncall.who(operator, policy="First line", at=TUESDAY) == (CEM,)


async def test_two_people_swap_duties(
    page: OnCallPage, oncall: OnCallService, operator: Actor
) -> None:
    page.swap()
    form = await opened(page, SwapForm)
    form.accept_button.click()
    await settled()
    assert await oncall.who(operator, policy="First line", at=TUESDAY) == (BEN,)
    page.undo()
    await settled()
    assert (await oncall.duties(operator)).overrides == ()


async def test_a_rota_is_changed_and_changed_back(
    page: OnCallPage, oncall: OnCallService, operator: Actor
) -> None:
    page.edit_rota()
    form = await opened(page, RotaForm)
    form.name.setText("Front line")
    form.accept_button.click()
    await settled()
    assert [rota.name for rota in (await oncall.duties(operator)).rotas] == ["Front line"]
    page.undo()
    await settled()
    assert [rota.name for rota in (await oncall.duties(operator)).rotas] == ["First line"]
    page.redo()
    await settled()
    assert [rota.name for rota in (await oncall.duties(operator)).rotas] == ["Front line"]


async def test_a_new_rota_is_added_chosen_removed_and_brought_back(
    page: OnCallPage, oncall: OnCallService, operator: Actor
) -> None:
    page.add_rota()
    form = await opened(page, RotaForm)
    form.name.setText("Optics")
    people = form.forms[0].people
    people.item(2).setCheckState(people.item(0).checkState().Checked)
    form.accept_button.click()
    await settled()
    await until(lambda: len(page.watch.cards) == 2)
    assert page.rota is not None
    assert page.rota.name == "Optics"
    page.remove_rota()
    question = await opened(page, Dialog)
    assert question.accept_button.text() == "Remove Optics"
    question.accept_button.click()
    await settled()
    await until(lambda: len(page.watch.cards) == 1)
    page.undo()
    await until(lambda: len(page.watch.cards) == 2)
    await settled()


async def test_the_weeks_turn_and_come_back(page: OnCallPage) -> None:
    first = page.calendar.first_day
    page.later()
    await until(lambda: page.calendar.first_day == first + timedelta(days=7))
    for _ in range(3):
        page.earlier()
    await until(lambda: page.calendar.first_day == first - timedelta(days=14))
    assert page.troubles.text() == "Within 35 days: 1 gap."  # the layer begins later
    page.today()
    await until(lambda: page.calendar.first_day == first)


async def test_the_simulator_answers_as_soon_as_it_is_looked_at(page: OnCallPage) -> None:
    page.visit(Route("oncall", text="simulator"))
    await until(lambda: page.simulator.cards)
    assert page.simulator.headline.text() == "Core: 2 steps within 15 min"


async def test_a_rota_is_written_as_a_calendar(
    page: OnCallPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The system's own file dialog cannot be answered off screen.
    async def chosen(*_: object) -> Path:
        return tmp_path / "rota.ics"

    monkeypatch.setattr(module, "ask_save_path", chosen)
    page.export()
    await settled()
    assert "SUMMARY:Ada Byron on call: First line" in (tmp_path / "rota.ics").read_text()


async def test_without_a_rota_the_page_teaches_what_one_is(
    desk: Desk, oncall: OnCallService, store: Database
) -> None:
    page = OnCallPage(desk, oncall, WaitingAlarmService(store))
    shown(page, 1200, 700)
    await settled()
    assert page._no_rota.isVisible()
    assert not desk.actions.action("oncall.override").isEnabled()
    page.override()
    page.edit_rota()
    await settled()


async def test_who_may_only_look_is_offered_nothing_to_change(
    desk: Desk, oncall: OnCallService, store: Database, kept: Rota
) -> None:
    looker = replace(desk, actor=Actor("eve", "acme", frozenset({"oncall.see", "alarms.see"})))
    object.__setattr__(looker, "actions", type(desk.actions)(looker.actor))
    page = OnCallPage(looker, oncall, WaitingAlarmService(store))
    shown(page, 1200, 700)
    await settled()
    for name in ("edit_rota", "override", "add_policy"):
        assert not looker.actions.action(f"oncall.{name}").isVisible()
    page.calendar.ranged.emit(TUESDAY, TUESDAY + timedelta(days=1))
    await settled()
    assert page.findChildren(OverrideForm) == []
