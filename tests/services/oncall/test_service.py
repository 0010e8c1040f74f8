"""What people do with rotas and policies, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from noc_console.kernel.events import Event, EventBus
from noc_console.services.alarms.model import Severity
from noc_console.services.oncall.model import (
    Case,
    Holiday,
    PolicyId,
    Reason,
    RotaChanged,
    RotaId,
    Step,
    Target,
    TargetKind,
)
from noc_console.services.oncall.service import OnCallService
from tests.conftest import FakeClock
from tests.services.oncall.conftest import ADA, BEN, CEM, person_step, policy, rota

NEW_ROTA = replace(rota(), id=RotaId(0))
NEW_POLICY = replace(policy(), id=PolicyId(0))
TUESDAY = datetime(2026, 3, 3, 12, tzinfo=UTC)


async def test_a_rota_is_kept_and_tells_who_is_on_call_now_and_next(
    oncall: OnCallService, operator: Actor, clock: FakeClock
) -> None:
    made = await oncall.keep_rota(operator, rota=NEW_ROTA)
    clock.time = TUESDAY
    (told,) = await oncall.now(operator)
    assert (told.who, told.until, told.next, told.why) == (
        "Ada Byron",
        "Mon 2026-03-09 09:00 CET",
        "Ben Okri",
        "Turns",
    )
    (watch,) = await oncall.watches(operator, await oncall.duties(operator))
    assert watch.rota == made
    assert watch.now.people == (ADA,)
    assert watch.next is not None
    assert watch.next.people == (BEN,)
    assert await oncall.who(operator, policy="First line", at=TUESDAY) == (ADA,)
    assert made.changed_by == operator.name


async def test_who_saves_an_older_rota_is_told(oncall: OnCallService, operator: Actor) -> None:
    made = await oncall.keep_rota(operator, rota=NEW_ROTA)
    await oncall.keep_rota(operator, rota=replace(made, zone="UTC"))
    with pytest.raises(Conflict, match="mira changed First line meanwhile"):
        await oncall.keep_rota(operator, rota=replace(made, zone="Europe/Paris"))
    with pytest.raises(Invalid, match="there is a rota called First line"):
        await oncall.keep_rota(operator, rota=NEW_ROTA)


async def test_a_rota_a_policy_names_is_not_removed_and_a_removed_one_can_be_put_back(
    oncall: OnCallService, operator: Actor
) -> None:
    made = await oncall.keep_rota(operator, rota=NEW_ROTA)
    named = replace(NEW_POLICY, steps=(Step((Target(TargetKind.ROTA, int(made.id)),)),))
    kept = await oncall.keep_policy(operator, policy=named)
    with pytest.raises(Conflict, match="the policy Core tells"):
        await oncall.remove_rota(operator, rota_id=made.id)
    removed = await oncall.remove_policy(operator, policy_id=kept.id)
    await oncall.remove_rota(operator, rota_id=made.id)
    assert (await oncall.duties(operator)).rotas == ()
    back = await oncall.keep_rota(operator, rota=made)
    assert back.id == made.id
    again = await oncall.keep_policy(operator, policy=removed)
    assert again.id == kept.id
    with pytest.raises(NotFound):
        await oncall.remove_rota(operator, rota_id=99)


async def test_somebody_sick_is_stood_in_for_and_the_rota_counts_again_afterwards(
    oncall: OnCallService, operator: Actor, bus: EventBus
) -> None:
    seen: list[Event] = []
    bus.listen(seen.extend)
    made = await oncall.keep_rota(operator, rota=NEW_ROTA)
    sick = await oncall.override(
        operator,
        rota_id=made.id,
        start=TUESDAY,
        end=TUESDAY + timedelta(days=1),
        person=CEM,
        instead_of=ADA,
        reason=Reason.SICK,
    )
    assert sick.by == operator.name
    assert await oncall.who(operator, policy="First line", at=TUESDAY) == (CEM,)
    assert await oncall.remove_override(operator, override_id=sick.id) == sick
    assert await oncall.who(operator, policy="First line", at=TUESDAY) == (ADA,)
    told = [event.what for event in seen if isinstance(event, RotaChanged)]
    assert told == ["added", "overridden", "restored"]
    with pytest.raises(NotFound, match="no contact 77"):
        await oncall.override(
            operator, rota_id=made.id, start=TUESDAY, end=TUESDAY + timedelta(1), person=77
        )
    with pytest.raises(NotFound):
        await oncall.remove_override(operator, override_id=sick.id)


async def test_two_people_swap_their_weeks_or_neither_does(
    oncall: OnCallService, operator: Actor
) -> None:
    made = await oncall.keep_rota(operator, rota=NEW_ROTA)
    week = timedelta(days=7)
    monday = datetime(2026, 3, 2, 8, tzinfo=UTC)
    swap = {
        "rota_id": int(made.id),
        "one": ADA,
        "one_start": monday,
        "one_end": monday + week,
        "other": BEN,
        "other_start": monday + week,
    }
    with pytest.raises(Invalid):
        await oncall.swap(operator, **swap, other_end=monday)  # type: ignore[arg-type]
    assert (await oncall.duties(operator)).overrides == ()
    both = await oncall.swap(operator, **swap, other_end=monday + 2 * week)  # type: ignore[arg-type]
    assert [each.reason for each in both] == [Reason.SWAP, Reason.SWAP]
    found = await oncall.calendar(operator, rota_id=made.id, start=monday, days=14)
    assert [stretch.people for stretch in found] == [(BEN,), (ADA,)]


async def test_policies_are_asked_in_their_order_and_can_be_moved_and_switched(
    oncall: OnCallService, operator: Actor
) -> None:
    first = await oncall.keep_policy(operator, policy=NEW_POLICY)
    second = await oncall.keep_policy(
        operator, policy=replace(NEW_POLICY, name="Second", steps=(person_step(BEN),))
    )
    at, case = TUESDAY, Case(Severity.CRITICAL)
    assert (await oncall.simulate_case(operator, at=at, case=case)).policy == first
    await oncall.order_policies(operator, policy_ids=(int(second.id), int(first.id)))
    told = await oncall.simulate(operator, at=at)
    assert (told.policy, told.steps[0].tells) == ("Second", "Ben Okri")
    await oncall.order_policies(operator, policy_ids=(int(second.id), int(first.id)))
    await oncall.switch_policy(operator, policy_id=second.id, on=False)
    told = await oncall.simulate(operator, at=at.replace(tzinfo=None))
    assert told.policy == "Core"
    assert told.why == ("Second: it is switched off", "Core: everything it asks for holds")
    assert await oncall.who(operator, policy="Second", at=at) == (BEN,)
    with pytest.raises(Conflict):
        await oncall.order_policies(operator, policy_ids=(int(first.id),))
    with pytest.raises(NotFound):
        await oncall.who(operator, policy="Third", at=at)
    assert await oncall.names(operator) == ("Second", "Core")


async def test_holidays_come_out_of_a_file_once_each(
    oncall: OnCallService, operator: Actor
) -> None:
    made = await oncall.keep_rota(operator, rota=NEW_ROTA)
    text = (
        "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;VALUE=DATE:20260427\n"
        "SUMMARY:King's Day\nEND:VEVENT\nBEGIN:VEVENT\nSUMMARY:X\nEND:VEVENT\nEND:VCALENDAR\n"
    )
    for _ in range(2):
        told = await oncall.import_holidays(operator, rota_id=made.id, text=text)
        assert told.problems == ("line 6: X has no beginning",)
    (kept,) = (await oncall.duties(operator)).rotas
    assert kept.holidays == (Holiday(date(2026, 4, 27), date(2026, 4, 28)),)
    assert kept.holidays[0].name == "King's Day"


async def test_a_rota_leaves_as_a_calendar_with_names(
    oncall: OnCallService, operator: Actor
) -> None:
    made = await oncall.keep_rota(operator, rota=NEW_ROTA)
    text = await oncall.export(operator, rota_id=made.id, days=21)
    assert text.count("BEGIN:VEVENT") == 2
    assert "SUMMARY:Ada Byron on call: First line" in text
    with pytest.raises(Invalid):
        await oncall.export(operator, rota_id=made.id, days=4_000)


async def test_the_first_policy_is_made_once_and_not_again_when_it_was_removed(
    oncall: OnCallService, operator: Actor
) -> None:
    assert await oncall.start(operator)
    assert not await oncall.start(operator)
    (first,) = (await oncall.duties(operator)).policies
    await oncall.remove_policy(operator, policy_id=first.id)
    assert not await oncall.start(operator)
    added = await oncall.keep_policy(operator, policy=NEW_POLICY)
    assert added.position < first.position


async def test_each_takes_its_right(oncall: OnCallService) -> None:
    looker = Actor("eve", "acme", frozenset({"oncall.see"}))
    assert await oncall.now(looker) == ()
    for forbidden in (
        oncall.keep_rota(looker, rota=NEW_ROTA),
        oncall.keep_policy(looker, policy=NEW_POLICY),
        oncall.override(looker, rota_id=1, start=TUESDAY, end=TUESDAY, person=ADA),
        oncall.start(looker),
    ):
        with pytest.raises(NotAllowed):
            await forbidden
    with pytest.raises(NotAllowed):
        await oncall.now(Actor("nobody", "acme"))


async def test_another_tenant_sees_nothing_of_it(oncall: OnCallService, operator: Actor) -> None:
    made = await oncall.keep_rota(operator, rota=NEW_ROTA)
    eve = Actor("eve", "other", frozenset({"*"}))
    assert await oncall.now(eve) == ()
    with pytest.raises(NotFound):
        await oncall.calendar(eve, rota_id=made.id, start=TUESDAY)
