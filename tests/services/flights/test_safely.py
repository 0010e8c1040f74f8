"""Flights over RouterOS routers: a session in Safe Mode holds each change until it is kept."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from typing import Any

import pytest

from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import Refused, Unreachable
from noc_console.lab import plan
from noc_console.lab.characters.mikrotik import Ccr
from noc_console.lab.cli import Session
from noc_console.lab.menus import SAFE_KEY
from noc_console.lab.run import Lab, Options, open_lab
from noc_console.services.flights.doing import GRACE_S, Untouched
from noc_console.services.flights.model import Flight, Phase, Stand, Target, Way
from noc_console.services.flights.safely import LOST_S, Holder, patience_s
from tests.services.flights.conftest import Console, Text
from tests.services.flights.test_doing import Ready, ready
from tests.services.flights.test_pilot import flown, planned, started
from tests.services.flights.test_pilot_killed import Killed, killed_when

__all__ = ["killed_when"]

ONE, TWO, THREE = NAMES = [f"ams-edge-{n}" for n in range(1, 4)]
GOOD = (
    '/snmp set contact="{{ var.who }}"\n/interface ethernet\nset [find name=ether2] comment=spare'
)
CUTS = "/ip address remove [find interface=lo-mgmt]"


@pytest.fixture
async def lab() -> AsyncIterator[Lab]:
    """Three RouterOS routers in a chain."""
    made = plan.routers(3, kinds=(Ccr(),))
    async with open_lab(made, Options(snmp_port=0, ssh_port=0)) as running:
        yield running


@pytest.fixture
async def holder(console: Console) -> Holder:
    return Holder(console.reach, again_s=0.05, patience_s=lambda _f, _t: 0.4)


async def quiet(_text: str) -> None:
    """Nobody reads this log."""


def lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if not line.startswith("#")]


async def counts(console: Console, actor: Actor, flight: Flight) -> Mapping[str, int]:
    return (await console.flights.show(actor, flight_id=flight.id)).flight.counts


async def settled(lab: Lab, name: str) -> None:
    """Until nobody is in a router's Safe Mode."""
    async with asyncio.timeout(10):
        while lab.world.settings.in_safe_mode(lab.device(name)) is not None:
            await asyncio.sleep(0.01)


async def test_a_good_change_is_kept_by_leaving_safe_mode_and_stands_without_our_session(
    console: Console, lab: Lab, operator: Actor, colleague: Actor, config: Text
) -> None:
    flight = await planned(console, operator, GOOD, names=NAMES, wave_size=2)
    shown = await console.flights.show(operator, flight_id=flight.id)
    assert {t.way for t in shown.targets} == {Way.SAFE}
    full = await console.flights.preview(operator, target_id=shown.targets[0].id)
    assert "+/interface ethernet set [ find default-name=ether2 ] comment=spare" in full.diff
    ended = await flown(console, flight, colleague)
    assert (ended.phase, ended.counts) == (Phase.DONE, {"kept": 3}), ended.why
    for name in NAMES:
        await settled(lab, name)
        assert 'contact="night shift"' in config(name)
        assert "default-name=ether2 ] comment=spare" in config(name)
    steps = (await console.flights.show(operator, flight_id=flight.id)).steps
    assert "keeps the change, and leaves safe mode" in [step.text for step in steps]


async def test_a_change_behind_which_a_gate_closes_is_undone_by_the_router_itself(
    console: Console, lab: Lab, operator: Actor, colleague: Actor, config: Text
) -> None:
    before = [lines(config(name)) for name in NAMES]
    bad = f"{GOOD}\n/routing bgp connection disable [find remote.as=64500]"
    flight = await planned(console, operator, bad, names=NAMES, canary_soak_s=5.0)
    ended = await flown(console, flight, colleague)
    assert ended.phase is Phase.UNDONE and "session" in ended.why, ended.why
    assert ended.counts == {"undone": 1, "skipped": 2}
    assert [lines(config(name)) for name in NAMES] == before
    steps = (await console.flights.show(operator, flight_id=flight.id)).steps
    assert not [
        step.text for step in steps if step.text.startswith("types") and "back" in step.text
    ]


async def test_what_cuts_us_off_is_flown_and_comes_back_with_the_lost_session(
    console: Console, lab: Lab, operator: Actor, colleague: Actor, config: Text
) -> None:
    before = lines(config(TWO))
    flight = await planned(console, operator, CUTS, names=[TWO])
    assert flight.counts == {"planned": 1}
    ended = await flown(console, flight, colleague)
    assert ended.phase is Phase.UNDONE, ended.why
    assert lab.world.answers(lab.device(TWO)) and lines(config(TWO)) == before


async def test_the_change_of_a_killed_console_vanishes_and_is_flown_anew(
    console: Console,
    lab: Lab,
    operator: Actor,
    colleague: Actor,
    config: Text,
    killed_when: Killed,
) -> None:
    before = lines(config(ONE))
    flight = await planned(console, operator, GOOD, names=NAMES, canary_soak_s=1.5)
    await started(console, flight, colleague)
    await killed_when(int(flight.id), lambda: "comment=spare" in config(ONE))
    await settled(lab, ONE)
    assert lines(config(ONE)) == before
    left = await console.flights.show(operator, flight_id=flight.id)
    assert left.flight.phase is Phase.FLYING
    assert {t.stand for t in left.targets} & {Stand.CHANGING, Stand.HELD}
    await console.pilot(colleague).fly(flight.id)
    ended = (await console.flights.show(operator, flight_id=flight.id)).flight
    assert (ended.phase, ended.counts) == (Phase.DONE, {"kept": 3}), ended.why
    assert all("comment=spare" in config(name) for name in NAMES)


async def test_who_no_longer_flies_a_flight_lets_its_routers_go(
    console: Console, lab: Lab, operator: Actor, colleague: Actor, config: Text
) -> None:
    """Another collector's turn: it finds the routers as they were."""
    before = lines(config(ONE))
    flight = await planned(console, operator, GOOD, names=[ONE], canary_soak_s=60.0)
    await started(console, flight, colleague)
    async with asyncio.timeout(20), asyncio.TaskGroup() as group:
        flying = group.create_task(console.pilot(colleague).fly(flight.id))
        while "held" not in (await counts(console, operator, flight)):
            await asyncio.sleep(0.02)
        assert "comment=spare" in config(ONE)
        flying.cancel()
    await settled(lab, ONE)
    assert lines(config(ONE)) == before


async def test_a_safe_mode_that_somebody_else_is_in_is_not_taken_from_them(
    console: Console, lab: Lab, operator: Actor, colleague: Actor, config: Text
) -> None:
    device = lab.device(ONE)
    somebody = Session(lab.world, device)
    somebody.press(SAFE_KEY)
    somebody.run("/system identity set name=theirs")
    flight = await planned(
        console, operator, "/snmp set contact=x", names=[ONE], title="meets somebody"
    )
    ended = await flown(console, flight, colleague)
    assert ended.phase is Phase.UNDONE and "somebody else is in its safe mode" in ended.why
    (target,) = (await console.flights.show(operator, flight_id=flight.id)).targets
    assert target.stand is Stand.FAILED
    assert "name=theirs" in config(ONE) and "contact" not in config(ONE)
    assert "<SAFE>" in somebody.prompt


async def test_what_was_kept_is_taken_back_in_safe_mode_when_a_later_wave_fails(
    console: Console, lab: Lab, operator: Actor, colleague: Actor, config: Text
) -> None:
    before = [lines(config(name)) for name in NAMES]
    text = (
        f"{GOOD}\n/ip address add address=10.1.0.1/24 interface=ether1\n"
        f"{{% if device.name == '{THREE}' %}}{CUTS}{{% endif %}}"
    )
    flight = await planned(console, operator, text, names=NAMES, wave_size=1)
    ended = await flown(console, flight, colleague)
    assert ended.phase is Phase.UNDONE, ended.why
    for name, was in zip(NAMES, before, strict=True):
        await settled(lab, name)
        assert sorted(lines(config(name))) == sorted(was)
    steps = (await console.flights.show(operator, flight_id=flight.id)).steps
    assert any("in safe mode to bring it back" in step.text for step in steps)


async def test_a_line_that_cannot_be_forecast_is_said_to_be_and_asks_for_a_yes(
    console: Console, operator: Actor, config: Text, holder: Holder
) -> None:
    there = await ready(
        console, operator, ONE, '/interface ethernet disable [find comment~"spare"]'
    )
    flight, target, device, kept = there
    assert target.stand is Stand.PLANNED
    assert "1 line cannot be forecast" in target.why
    full = await console.flights.preview(operator, target_id=target.id)
    assert full.diff.startswith("? “/interface ethernet disable")
    done = await holder.change(operator, flight, target, device, kept, quiet)
    assert "only the router works out what it finds" in done.surprise
    assert await holder.undo(operator, flight, target, device, kept, quiet) == ""


async def test_more_changes_than_safe_mode_remembers_are_refused(
    console: Console, operator: Actor
) -> None:
    many = "\n".join(f"/ip address add address=10.1.{n}.1/24 interface=ether1" for n in range(81))
    _, target, _, _ = await ready(console, operator, ONE, many)
    assert (target.stand, target.way) == (Stand.REFUSED, Way.NONE)
    assert "81 changes are too many for its safe mode" in target.why


async def test_what_the_router_refuses_leaves_nothing_behind(
    console: Console, lab: Lab, operator: Actor, config: Text, holder: Holder
) -> None:
    before = lines(config(ONE))
    text = "/snmp set contact=x\n/ip address add address=10.1.0.1/24 interface=ether99"
    flight, target, device, kept = await ready(console, operator, ONE, text)
    with pytest.raises(Refused, match="input does not match any value of interface"):
        await holder.change(operator, flight, target, device, kept, quiet)
    await settled(lab, ONE)
    assert lines(config(ONE)) == before and not holder.holds(target)


async def test_a_lost_session_cannot_be_kept(
    console: Console, lab: Lab, operator: Actor, config: Text, holder: Holder
) -> None:
    flight, target, device, kept = await ready(
        console, operator, ONE, GOOD.replace("{{ var.who }}", "x")
    )
    await holder.change(operator, flight, target, device, kept, quiet)
    assert holder.holds(target) and "contact=x" in config(ONE)
    lab._shells.hang_up(lab.device(ONE))
    with pytest.raises((Unreachable, Refused)):
        await holder.keep(operator, flight, target, device, kept, quiet)
    with pytest.raises(Refused, match="the session that held it is lost"):
        await holder.keep(operator, flight, target, device, kept, quiet)
    assert await holder.undo(operator, flight, target, device, kept, quiet) == ""
    assert "contact=x" not in config(ONE)


async def test_what_was_kept_before_a_kill_is_kept_once_more(
    console: Console,
    operator: Actor,
    colleague: Actor,
    config: Text,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Killed between the router and the store: nothing is taken back, and nothing typed again."""
    flight = await planned(console, operator, GOOD, names=[ONE])
    await started(console, flight, colleague)
    move = console.logbook.move

    async def killed(actor: Actor, target: Target, stand: Stand, *told: str, **more: Any) -> None:
        assert stand is not Stand.KEPT, "killed here"
        await move(actor, target, stand, *told, **more)

    with monkeypatch.context() as patched, pytest.raises(ExceptionGroup):
        patched.setattr(console.logbook, "move", killed)
        await console.pilot(colleague).fly(flight.id)
    assert "comment=spare" in config(ONE)
    assert await counts(console, operator, flight) == {"held": 1}
    await console.pilot(colleague).fly(flight.id)
    shown = await console.flights.show(operator, flight_id=flight.id)
    assert shown.flight.counts == {"kept": 1} and "comment=spare" in config(ONE)
    typed = [step.text for step in shown.steps if step.text.startswith("types")]
    assert typed == ["types the lines in safe mode"]


async def test_a_secret_that_the_router_does_not_print_is_never_called_undone_once_kept(
    console: Console, operator: Actor, holder: Holder
) -> None:
    """The lab prints it; a router of today keeps it to itself."""
    there = await ready(console, operator, ONE, "/ppp secret add name=x password=hunter2")
    flight, target, device, kept = there
    assert "a router may not print its password" in target.why and "hunter2" not in target.why
    done = await holder.change(operator, flight, target, device, kept, quiet)
    await holder.keep(operator, flight, target, device, kept, quiet)
    silent = tuple(line.replace(" password=hunter2", "") for line in done.came)
    kept = replace(kept, before="\n".join(silent), came=silent)
    with pytest.raises(Refused, match="nobody can tell whether it is as before") as raised:
        await holder.undo(operator, flight, replace(target, stand=Stand.KEPT), device, kept, quiet)
    assert "hunter2" not in str(raised.value)


async def test_a_safe_mode_that_is_lost_while_lines_are_typed_stops_them_and_is_undone(
    console: Console, lab: Lab, operator: Actor, config: Text, holder: Holder
) -> None:
    before = lines(config(ONE))
    flight, target, device, kept = await ready(
        console, operator, ONE, "/snmp set contact=x\n/snmp set contact=y"
    )

    async def somebody_takes_it(_text: str) -> None:
        other = Session(lab.world, lab.device(ONE))
        other.press(SAFE_KEY)
        other.press("r")
        other.press(SAFE_KEY)

    with pytest.raises(Refused, match="its safe mode is lost"):
        await holder.change(operator, flight, target, device, kept, somebody_takes_it)
    assert "contact=x" in config(ONE), "it stands: there was no way back any more"
    noted: list[str] = []

    async def note(text: str) -> None:
        noted.append(text)

    assert await holder.undo(operator, flight, target, device, kept, note) == ""
    assert noted == ["types 1 line in safe mode to bring it back"]
    assert lines(config(ONE)) == before


async def test_what_others_changed_meanwhile_is_theirs(
    console: Console, lab: Lab, operator: Actor, config: Text, holder: Holder
) -> None:
    there: Ready = await ready(console, operator, ONE, "/snmp set contact=x")
    flight, target, device, kept = there
    done = await holder.change(operator, flight, target, device, kept, quiet)
    await holder.keep(operator, flight, target, device, kept, quiet)
    somebody = Session(lab.world, lab.device(ONE))
    somebody.run("/interface ethernet set [find name=ether3] comment=theirs")
    kept = replace(kept, came=done.came)
    told = await holder.undo(operator, flight, target, device, kept, quiet)
    assert "comment=theirs" in told and "comment=theirs" in config(ONE)
    assert "contact=x" not in config(ONE)


async def test_a_router_that_was_changed_since_the_preview_is_left_alone(
    console: Console, lab: Lab, operator: Actor, config: Text, holder: Holder
) -> None:
    flight, target, device, kept = await ready(console, operator, ONE, "/snmp set contact=x")
    somebody = Session(lab.world, lab.device(ONE))
    somebody.run("/interface ethernet set [find name=ether3] comment=theirs")
    with pytest.raises(Untouched, match="changed since the preview"):
        await holder.change(operator, flight, target, device, kept, quiet)
    await settled(lab, ONE)
    assert "contact=x" not in config(ONE) and "comment=theirs" in config(ONE)


async def test_an_undo_never_types_while_a_session_is_in_safe_mode(
    console: Console, lab: Lab, operator: Actor, config: Text, holder: Holder
) -> None:
    """It may be our own, lost and not yet noticed: then the router is about to take it back."""
    flight, target, device, kept = await ready(console, operator, ONE, "/snmp set contact=x")
    lost = Session(lab.world, lab.device(ONE))
    lost.press(SAFE_KEY)
    lost.run("/snmp set contact=x")
    noted: list[str] = []

    async def note(text: str) -> None:
        noted.append(text)

    with pytest.raises(Refused, match="a session is still in its safe mode"):
        await holder.undo(operator, flight, target, device, kept, note)
    assert noted == [] and "contact=x" in config(ONE)
    lost.close()
    assert await holder.undo(operator, flight, target, device, kept, note) == ""


async def test_a_router_gets_the_time_to_notice_that_a_session_is_lost(
    console: Console, operator: Actor
) -> None:
    flight, target, _, _ = await ready(console, operator, ONE, "/snmp set contact=x")
    assert patience_s(flight, target) == LOST_S + GRACE_S >= 9 * 60


async def test_who_only_looks_presses_no_key(console: Console, lab: Lab, operator: Actor) -> None:
    device = await console.inventory.device(operator, device_id=console.ids[ONE])
    async with console.reach.look(operator, device) as session:
        with pytest.raises(Refused, match="no key is pressed by who looks"):
            await session.take()
        with pytest.raises(Refused, match="safe mode is lost"):
            await session.release()
    assert lab.world.settings.in_safe_mode(lab.device(ONE)) is None
