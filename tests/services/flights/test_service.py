"""Planning, approving, starting and stopping: who may what, and when."""

from __future__ import annotations

from datetime import timedelta

import pytest

from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from noc_console.services.flights.model import Flight, Phase, Stand
from noc_console.services.flights.previewing import CalledOff
from tests.services.flights.conftest import Console


async def planned(console: Console, actor: Actor, *names: str, **more: object) -> Flight:
    chosen = names or ("ams-edge-2",)
    return await console.flights.plan(
        actor,
        title="x",
        device_ids=tuple(console.ids[name] for name in chosen),
        template="snmp-server contact {{ var.who }}",
        variables=("who=a b",),
        **more,  # type: ignore[arg-type]
    )


async def test_another_approves_without_a_word_oneself_with_a_reason_and_the_right(
    console: Console, operator: Actor, colleague: Actor
) -> None:
    first = await planned(console, operator)
    assert (await console.flights.approve(colleague, flight_id=first.id)).approved_by == "joris"
    own = await planned(console, operator)
    with pytest.raises(Invalid, match="you planned it yourself"):
        await console.flights.approve(operator, flight_id=own.id, reason="ok")
    without = Actor("mira", "acme", frozenset({"flights.approve"}))
    with pytest.raises(NotAllowed):
        await console.flights.approve(without, flight_id=own.id, reason="nobody is here")
    done = await console.flights.approve(operator, flight_id=own.id, reason="nobody is here")
    assert (done.phase, done.approval) == (Phase.APPROVED, "nobody is here")
    with pytest.raises(Conflict):
        await console.flights.approve(colleague, flight_id=own.id)


async def test_refused_devices_stop_the_approval_unless_they_are_left(
    console: Console, operator: Actor, colleague: Actor
) -> None:
    flight = await planned(console, operator, "ams-edge-1", "ams-edge-2")
    assert flight.counts == {"planned": 1, "refused": 1}
    with pytest.raises(Conflict, match="cannot be flown safely"):
        await console.flights.approve(colleague, flight_id=flight.id)
    await console.flights.approve(colleague, flight_id=flight.id, without_refused=True)


async def test_nothing_starts_unapproved_late_or_beside_another_at_the_same_device(
    console: Console, operator: Actor, colleague: Actor
) -> None:
    first, second = await planned(console, operator), await planned(console, operator)
    with pytest.raises(Conflict, match="not approved"):
        await console.flights.start(operator, flight_id=first.id)
    for flight in (first, second):
        await console.flights.approve(colleague, flight_id=flight.id)
    await console.flights.start(operator, flight_id=first.id)
    with pytest.raises(Conflict, match="is in the air at ams-edge-2"):
        await console.flights.start(operator, flight_id=second.id)
    now = console.clock.now()
    late = await planned(
        console, operator, starts_at=now - timedelta(hours=2), ends_at=now - timedelta(hours=1)
    )
    await console.flights.approve(colleague, flight_id=late.id)
    with pytest.raises(Conflict, match="its window is over"):
        await console.flights.start(operator, flight_id=late.id)


async def test_what_has_not_begun_is_called_off_what_flies_is_stopped(
    console: Console, operator: Actor, colleague: Actor
) -> None:
    flight = await planned(console, operator)
    with pytest.raises(Conflict):
        await console.flights.stop(operator, flight_id=flight.id)
    stranger = Actor("eve", "acme", frozenset({"flights.plan"}))
    with pytest.raises(NotAllowed):
        await console.flights.cancel(stranger, flight_id=flight.id)
    assert (await console.flights.cancel(operator, flight_id=flight.id)).phase is Phase.CANCELLED
    with pytest.raises(Conflict):
        await console.flights.approve(colleague, flight_id=flight.id)


async def test_a_flight_is_told_with_its_lines_as_written_or_without_never_sealed(
    console: Console, operator: Actor, colleague: Actor
) -> None:
    flight = await planned(console, operator)
    assert (flight.template, flight.variables) == (
        "snmp-server contact {{ var.who }}",
        {"who": "a b"},
    )
    approved = await console.flights.approve(colleague, flight_id=flight.id)
    assert (approved.template, approved.variables) == ("", {})


async def test_lines_are_masked_for_who_may_not_plan(console: Console, operator: Actor) -> None:
    made = await console.flights.plan(
        operator, title="x", device_ids=(console.ids["ams-edge-2"],),
        template="snmp-server community hunter2word RO",
    )  # fmt: skip
    looker = Actor("eve", "acme", frozenset({"flights.see"}))
    shown = await console.flights.show(looker, flight_id=made.id)
    assert "hunter2word" not in shown.flight.template and "••••••" in shown.flight.template
    shown = await console.flights.show(operator, flight_id=made.id)
    assert "hunter2word" in shown.flight.template
    assert all(not flight.template for flight in await console.flights.listed(operator))


async def test_another_tenant_sees_nothing(console: Console, operator: Actor) -> None:
    flight = await planned(console, operator)
    other = Actor("mira", "other", frozenset({"*"}))
    assert await console.flights.listed(other) == ()
    with pytest.raises(NotFound):
        await console.flights.show(other, flight_id=flight.id)
    with pytest.raises(NotFound):
        await console.flights.start(other, flight_id=flight.id)


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("variables", {"variables": ("no equals",)}),
        ("variables", {"variables": ("1x=2",)}),
        ("template", {"template": "  "}),
        ("title", {"title": ""}),
    ],
)
async def test_what_cannot_be_planned_is_refused_by_its_field(
    console: Console, operator: Actor, field: str, change: dict[str, object]
) -> None:
    wanted = {"title": "x", "device_ids": (console.ids["ams-edge-2"],), "template": "hostname x"}
    with pytest.raises(Invalid) as refused:
        await console.flights.plan(operator, **{**wanted, **change})  # type: ignore[arg-type]
    assert refused.value.field == field


async def test_a_preview_can_be_called_off_and_leaves_nothing(
    console: Console, operator: Actor
) -> None:
    heard: list[tuple[int, int]] = []

    def told(done: int, of: int) -> bool:
        heard.append((done, of))
        return False

    flight = await planned(console, operator)
    wanted = (await console.flights.show(operator, flight_id=flight.id)).flight
    with pytest.raises(CalledOff):
        await console.flights.prepare(operator, wanted, tuple(console.ids.values()), told=told)
    assert heard and heard[0] == (1, 6)
    assert len(await console.flights.listed(operator)) == 1


async def test_a_device_that_is_not_there_is_told(console: Console, operator: Actor) -> None:
    with pytest.raises(NotFound):
        await console.flights.plan(operator, title="x", device_ids=(999,), template="hostname x")


async def test_a_yes_is_said_to_who_asks_and_by_who_may_approve(
    console: Console, operator: Actor, colleague: Actor
) -> None:
    flight = await planned(console, operator)
    with pytest.raises(Conflict, match="nothing to answer"):
        await console.flights.accept(colleague, flight_id=flight.id)
    await console.flights.approve(colleague, flight_id=flight.id)
    await console.flights.start(colleague, flight_id=flight.id)
    with pytest.raises(Conflict, match="waits for a yes"):
        await console.flights.accept(colleague, flight_id=flight.id)
    (target,) = await console.logbook.targets(operator, flight.id)
    await console.logbook.move(operator, target, Stand.ASKS, "“x” came instead")
    own = Actor("mira", "acme", frozenset({"flights.approve"}))
    with pytest.raises(NotAllowed):
        await console.flights.accept(own, flight_id=flight.id)
    said = await console.flights.accept(colleague, flight_id=flight.id, reason="as it should be")
    assert said.counts == {"held": 1}
    shown = await console.flights.show(operator, flight_id=flight.id)
    assert shown.steps[-1].text == "joris takes 1 device as it came: as it should be"


async def test_each_platform_has_a_canary_and_the_plan_says_how_many_there_are(
    console: Console, operator: Actor
) -> None:
    names = ("ams-edge-2", "ams-edge-5", "ams-edge-3", "ams-edge-6")
    flight = await planned(console, operator, *names, canaries=1)
    assert flight.canaries == 2
    shown = await console.flights.show(operator, flight_id=flight.id)
    ahead = [t.platform for t in shown.targets if t.wave == 0]
    assert len(ahead) == 2 and set(ahead) == {t.platform for t in shown.targets}
    assert (await planned(console, operator, "ams-edge-2", canaries=9)).canaries == 1
