"""Flights over real SSH and SNMP: what is kept, what is taken back, what survives a kill."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from noc_console.kernel.actor import Actor
from noc_console.lab.cli import Session
from noc_console.lab.run import Lab
from noc_console.services.alarms.model import AlarmObject, Condition, Severity
from noc_console.services.flights import store
from noc_console.services.flights.doing import Changer, Done
from noc_console.services.flights.model import Flight, FlightChanged, Phase, Stand, Target, Way
from noc_console.services.flights.pilot import ANSWER_S
from noc_console.services.flights.rules import heads
from tests.services.flights.conftest import WAYS, Console, Text

NAMES = [f"ams-edge-{n}" for n in range(1, 7)]
GOOD = (
    "{% if device.platform == 'junos' %}set snmp contact \"{{ var.who }}\"\n"
    "{% else %}snmp-server contact {{ var.who }}\n{% endif %}"
)


async def planned(console: Console, actor: Actor, template: str, **more: object) -> Flight:
    wanted: dict[str, object] = {
        "title": "another contact",
        "device_ids": tuple(console.ids[name] for name in more.pop("names", NAMES)),  # type: ignore[attr-defined]
        "template": template,
        "variables": ("who=night shift",),
        "canaries": 1,
        "wave_size": 3,
        "canary_soak_s": 0.3,
        "soak_s": 0.2,
    }
    return await console.flights.plan(actor, **{**wanted, **more})  # type: ignore[arg-type]


async def started(console: Console, flight: Flight, colleague: Actor) -> None:
    await console.flights.approve(colleague, flight_id=flight.id)
    await console.flights.start(colleague, flight_id=flight.id)


async def flown(console: Console, flight: Flight, colleague: Actor) -> Flight:
    await started(console, flight, colleague)
    await console.pilot(colleague).fly(flight.id)
    shown = await console.flights.show(colleague, flight_id=flight.id)
    return shown.flight


async def test_a_good_change_reaches_all_in_waves_and_is_kept(
    console: Console, lab: Lab, operator: Actor, colleague: Actor, config: Text
) -> None:
    flight = await planned(console, operator, GOOD, wave_size=2)
    shown = await console.flights.show(operator, flight_id=flight.id)
    assert [t.wave for t in shown.targets] == [0, 0, 0, 1, 1, 2]
    assert {t.name: t.way for t in shown.targets}["ams-edge-2"] is Way.GUARDED
    assert {t.name: t.way for t in shown.targets}["ams-edge-3"] is Way.COMMIT
    ended = await flown(console, flight, colleague)
    assert (ended.phase, ended.counts) == (Phase.DONE, {"kept": 6}), ended.why
    assert console.changed == NAMES
    assert all("night shift" in config(name) for name in NAMES)
    lab.world.agenda.run(lab.world.now() + 7_200)
    assert all("night shift" in config(name) for name in NAMES)
    assert all(lab.world.is_alive(lab.device(name)) for name in NAMES)
    text = await console.flights.report(operator, flight_id=flight.id)
    assert "night shift" in text and "joris" in text and "ams-edge-6 | 2 |" in text


@pytest.mark.parametrize(
    ("first", "lines"),
    [
        ("ams-edge-1", "set interfaces {{ uplink }} disable"),
        ("ams-edge-2", "interface {{ uplink }}\n shutdown"),
        ("ams-edge-3", "interface {{ uplink }}\n shutdown"),
    ],
)
async def test_a_bad_change_stops_at_the_canary_and_is_undone(
    console: Console,
    lab: Lab,
    operator: Actor,
    colleague: Actor,
    config: Text,
    first: str,
    lines: str,
) -> None:
    uplink = next(p for p in lab.device(first).ports if p.link is not None)
    alike = [n for n in NAMES if (int(n[-1]) - int(first[-1])) % 3 == 0]
    before = {name: config(name) for name in NAMES}
    text = lines.replace("{{ uplink }}", uplink.name)
    flight = await planned(console, operator, text, names=alike, canary_soak_s=5.0)
    ended = await flown(console, flight, colleague)
    assert ended.phase is Phase.UNDONE, ended.why
    assert ended.counts == {"undone": 1, "skipped": 1}
    assert console.changed == [first]
    # Its port is down as the lines say; the session over it goes with it, which nobody said.
    assert "session gone" in ended.why and first in ended.why
    assert {name: config(name) for name in NAMES} == before
    assert lab.world.is_up(uplink)
    lab.world.agenda.run(lab.world.now() + 7_200)
    assert all(lab.world.is_alive(lab.device(name)) for name in NAMES)


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("ams-edge-1", "set interfaces {{ uplink }} disable"),
        ("ams-edge-2", "interface {{ uplink }}\n shutdown"),
    ],
)
async def test_a_shutdown_that_was_meant_flies_when_its_sessions_may_go(
    console: Console, lab: Lab, operator: Actor, colleague: Actor, name: str, lines: str
) -> None:
    uplink = next(p for p in lab.device(name).ports if p.link is not None)
    text = lines.replace("{{ uplink }}", uplink.name)
    flight = await planned(console, operator, text, names=[name], sessions=False, canary_soak_s=0.5)
    (waiting,) = (await console.flights.show(operator, flight_id=flight.id)).targets
    assert uplink.name in waiting.why and "on purpose" in waiting.why
    ended = await flown(console, flight, colleague)
    assert (ended.phase, ended.counts) == (Phase.DONE, {"kept": 1}), ended.why
    assert not lab.world.is_up(uplink)
    told = await console.flights.report(operator, flight_id=flight.id)
    assert "- Not watched: routing sessions" in told
    assert f"{name} expects: shuts {uplink.short} on purpose" in told


async def test_a_port_that_no_line_shuts_stops_it_unless_ports_are_not_watched(
    console: Console, lab: Lab, operator: Actor, colleague: Actor
) -> None:
    uplink = next(p for p in lab.device("ams-edge-2").ports if p.link is not None)
    phases = []
    for ports in (True, False):
        flight = await planned(
            console, operator, f"snmp-server contact {ports}", names=["ams-edge-2"], ports=ports,
            sessions=False, canary_soak_s=2.0,
        )  # fmt: skip
        await started(console, flight, colleague)
        flying = asyncio.get_running_loop().create_task(console.pilot(colleague).fly(flight.id))
        await noted(console, operator, flight, "held", "")
        lab.fail("link-down", uplink.key)
        await asyncio.wait_for(flying, 30)
        shown = await console.flights.show(operator, flight_id=flight.id)
        phases.append(shown.flight.phase)
        lab.mend("link-down")
    assert phases == [Phase.UNDONE, Phase.DONE]


async def test_a_session_that_goes_shuts_the_gate(
    console: Console, lab: Lab, operator: Actor, colleague: Actor
) -> None:
    peer = lab.device("ams-edge-2").peers[0]
    text = f"router bgp 64500\n neighbor {peer.address} shutdown"
    flight = await planned(console, operator, text, names=["ams-edge-2"], canary_soak_s=5.0)
    ended = await flown(console, flight, colleague)
    assert ended.phase is Phase.UNDONE and "session gone: BGP" in ended.why
    assert lab.world.session_up(peer)


async def test_who_cuts_himself_off_is_brought_back_by_the_device(
    console: Console, lab: Lab, operator: Actor, colleague: Actor, config: Text
) -> None:
    """The management address goes: nobody can log in to take it back, the reload does."""
    before = config("ams-edge-2")
    text = "interface Loopback0\n no ip address"
    flight = await planned(console, operator, text, names=["ams-edge-2"], confirm_minutes=1)
    await started(console, flight, colleague)
    flying = asyncio.get_running_loop().create_task(console.pilot(colleague).fly(flight.id))
    while lab.world.answers(lab.device("ams-edge-2")):
        await asyncio.sleep(0.02)
    lab.world.agenda.run(lab.world.now() + 60)  # the reload it was told of
    lab.world.agenda.run(lab.world.now() + 80)
    await asyncio.wait_for(flying, 60)
    shown = await console.flights.show(operator, flight_id=flight.id)
    assert shown.flight.phase is Phase.UNDONE, shown.flight.why
    assert shown.targets[0].stand is Stand.FAILED
    assert config("ams-edge-2") == before


async def test_a_line_the_device_does_not_take_stops_the_flight_without_a_trace(
    console: Console, operator: Actor, colleague: Actor, config: Text
) -> None:
    before = {name: config(name) for name in NAMES}
    for name, text in (
        ("ams-edge-1", "set snmp contact x\nset frobnicate on"),
        ("ams-edge-2", "snmp-server contact x\nfrobnicate on"),
        ("ams-edge-3", "snmp-server contact x\nfrobnicate on"),
        ("ams-edge-4", "set protocols bgp group internal export NOT-THERE"),
    ):
        flight = await planned(console, operator, text, names=[name])
        ended = await flown(console, flight, colleague)
        assert (ended.phase, ended.counts) == (Phase.UNDONE, {"failed": 1}), name
        assert "was refused" in ended.why
    assert {name: config(name) for name in NAMES} == before


async def test_what_somebody_changed_since_the_preview_is_left_alone(
    console: Console, lab: Lab, operator: Actor, colleague: Actor, config: Text
) -> None:
    flight = await planned(console, operator, GOOD, names=["ams-edge-2"])
    session = Session(lab.world, lab.device("ams-edge-2"))
    for line in ("conf t", "lldp timer 5", "end", "write memory"):
        session.run(line)
    ended = await flown(console, flight, colleague)
    assert ended.phase is Phase.UNDONE and "changed since the preview" in ended.why
    assert "lldp timer 5" in config("ams-edge-2") and "night" not in config("ams-edge-2")


async def test_others_changes_survive_when_ours_is_taken_back(
    console: Console, lab: Lab, operator: Actor, colleague: Actor, config: Text
) -> None:
    flight = await planned(console, operator, GOOD, names=["ams-edge-1"], canary_soak_s=30.0)
    await started(console, flight, colleague)
    flying = asyncio.get_running_loop().create_task(console.pilot(colleague).fly(flight.id))
    await noted(console, operator, flight, "held", "")
    session = Session(lab.world, lab.device("ams-edge-1"))
    for line in ("configure", "set system domain-name example.net", "commit", "exit"):
        session.run(line)
    await console.flights.stop(operator, flight_id=flight.id, reason="enough")
    await asyncio.wait_for(flying, 30)
    shown = await console.flights.show(operator, flight_id=flight.id)
    assert (shown.flight.phase, shown.targets[0].stand) == (Phase.FAILED, Stand.UNLIKE)
    assert "enough" in shown.flight.why and "not as before: ams-edge-1" in shown.flight.why
    assert "domain-name example.net” is new" in shown.targets[0].why
    assert "it is as it was before" not in [step.text for step in shown.steps]
    (alarm,) = await console.alarms.active(operator, device_id=console.ids["ams-edge-1"])
    assert (alarm.condition, alarm.severity) == ("flight-stuck", Severity.MAJOR)
    assert "not as before" in alarm.text
    assert "domain-name example.net" in config("ams-edge-1")
    assert "night shift" not in config("ams-edge-1")


async def test_a_failing_wave_takes_back_what_earlier_ones_kept(
    console: Console, lab: Lab, operator: Actor, colleague: Actor, config: Text
) -> None:
    before = {name: config(name) for name in NAMES}
    bad = lab.device("ams-edge-4")
    uplink = next(p for p in bad.ports if p.link is not None)
    text = (
        '{% if device.platform == "junos" %}set snmp contact x\n'
        f'{{% if device.name == "ams-edge-4" %}}set interfaces {uplink.name} disable\n{{% endif %}}'
        "{% else %}snmp-server contact x\n{% endif %}"
    )
    flight = await planned(console, operator, text, canaries=3, wave_size=1, soak_s=3.0)
    ended = await flown(console, flight, colleague)
    # Of the two ends of the cable the one that is looked at first is told.
    assert ended.phase is Phase.UNDONE and ended.why.startswith("wave 1: ams-edge-")
    assert "session gone" in ended.why
    assert ended.counts == {"undone": 4, "skipped": 2}
    for name in NAMES:  # lines that came back stand at the end of their section
        assert sorted(config(name).splitlines()) == sorted(before[name].splitlines())


async def noted(console: Console, actor: Actor, flight: Flight, what: str, text: str) -> None:
    """Wait until the flight's log says so."""
    async with asyncio.timeout(60):
        while True:
            shown = await console.flights.show(actor, flight_id=flight.id)
            if any(s.what == what and s.text.startswith(text) for s in shown.steps):
                return
            assert not shown.flight.phase.is_over, shown.flight.why
            await asyncio.sleep(0.01)


async def fan_stands_still(console: Console, actor: Actor) -> None:
    await console.alarms.report(
        actor,
        about=AlarmObject(console.ids["ams-edge-1"], device_name="ams-edge-1"),
        condition=Condition("fan"),
        severity=Severity.MAJOR,
        text="fan 2 stands still",
    )


async def test_a_canary_that_falls_ill_while_a_later_wave_is_watched_takes_all_back(
    console: Console, operator: Actor, colleague: Actor, config: Text
) -> None:
    before = {name: config(name) for name in NAMES}
    flight = await planned(console, operator, GOOD, wave_size=2, soak_s=6.0)
    await started(console, flight, colleague)
    flying = asyncio.get_running_loop().create_task(console.pilot(colleague).fly(flight.id))
    watched = "wave 1: watched for 6 s, and 3 devices changed"
    await noted(console, operator, flight, "watch", watched)
    await fan_stands_still(console, operator)
    await asyncio.wait_for(flying, 60)
    ended = (await console.flights.show(operator, flight_id=flight.id)).flight
    assert ended.phase is Phase.UNDONE, ended.why
    assert ended.why == "wave 1: ams-edge-1 alarm: fan 2 stands still"
    assert ended.counts == {"undone": 5, "skipped": 1}
    for name in NAMES:
        assert sorted(config(name).splitlines()) == sorted(before[name].splitlines())


async def test_a_canary_that_falls_ill_while_a_later_wave_is_changed_lets_no_other_begin(
    console: Console,
    operator: Actor,
    colleague: Actor,
    config: Text,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    change = Changer.change

    async def slow(*given: Any) -> Done:
        await asyncio.sleep(1.0)  # as long as a large router takes, which those of the lab do not
        return await change(*given)

    monkeypatch.setattr(Changer, "change", slow)
    flight = await planned(console, operator, GOOD, wave_size=5, at_once=1, soak_s=0.1)
    await started(console, flight, colleague)
    flying = asyncio.get_running_loop().create_task(console.pilot(colleague).fly(flight.id))
    await noted(console, operator, flight, "wave", "wave 1")
    await fan_stands_still(console, operator)
    await asyncio.wait_for(flying, 60)
    ended = (await console.flights.show(operator, flight_id=flight.id)).flight
    assert ended.phase is Phase.UNDONE
    assert ended.why == "wave 1: ams-edge-1 alarm: fan 2 stands still"
    assert ended.counts["skipped"] >= 1, "the rest of the wave was left alone"
    assert not any("night shift" in config(name) for name in NAMES)


async def test_a_pilot_that_is_gone_in_the_middle_is_followed_by_another(
    console: Console, lab: Lab, operator: Actor, colleague: Actor, config: Text
) -> None:
    flight = await planned(console, operator, GOOD, wave_size=2)
    await started(console, flight, colleague)
    flying = asyncio.get_running_loop().create_task(console.pilot(colleague).fly(flight.id))
    while "night shift" not in config("ams-edge-2"):
        await asyncio.sleep(0.005)
    flying.cancel()
    await asyncio.gather(flying, return_exceptions=True)
    await console.pilot(colleague).fly(flight.id)
    shown = await console.flights.show(operator, flight_id=flight.id)
    assert (shown.flight.phase, shown.flight.counts) == (Phase.DONE, {"kept": 6})
    assert all("night shift" in config(name) for name in NAMES)
    lab.world.agenda.run(lab.world.now() + 7_200)
    assert all("night shift" in config(name) for name in NAMES)


async def test_outside_its_window_a_flight_waits_and_after_it_changes_nothing_more(
    console: Console, operator: Actor, colleague: Actor, config: Text
) -> None:
    flight = await planned(console, operator, GOOD, canary_soak_s=0.1)
    await started(console, flight, colleague)
    async with console.db.begin(colleague) as tx:
        opens = console.clock.now() + timedelta(seconds=1)
        closes = opens + timedelta(seconds=0.2)
        await store.change(tx, flight.id, starts_at=opens, ends_at=closes)
        tx.record(FlightChanged(flight_id=flight.id, title="x", what="window"))
    flying = asyncio.get_running_loop().create_task(console.pilot(colleague).fly(flight.id))
    await asyncio.sleep(0.3)
    if console.clock.now() < opens:  # else this machine was held up
        assert not any("night shift" in config(name) for name in NAMES)
    await asyncio.wait_for(flying, 30)
    shown = await console.flights.show(operator, flight_id=flight.id)
    assert shown.flight.phase is Phase.DONE and "window closed" in shown.flight.why
    assert shown.flight.counts["skipped"] >= 2


async def killed_when_held(console: Console, flight: Flight, colleague: Actor) -> Target:
    """A pilot that goes while the first device is held; that device."""
    await started(console, flight, colleague)
    flying = asyncio.get_running_loop().create_task(console.pilot(colleague).fly(flight.id))
    while True:
        targets = await console.logbook.targets(colleague, flight.id)
        held = [t for t in targets if t.stand is Stand.HELD]
        if held:
            break
        await asyncio.sleep(0.01)
    flying.cancel()
    await asyncio.gather(flying, return_exceptions=True)
    return held[0]


async def test_who_takes_up_a_flight_after_its_window_sees_through_what_is_held_and_begins_no_more(
    console: Console, operator: Actor, colleague: Actor, config: Text
) -> None:
    flight = await planned(
        console, operator, GOOD, canaries=6, at_once=1, ends_at=console.clock.now() + timedelta(1)
    )
    held = await killed_when_held(console, flight, colleague)
    async with console.db.begin(colleague) as tx:
        await store.change(tx, flight.id, ends_at=console.clock.now())
        tx.record(FlightChanged(flight_id=flight.id, title="x", what="window"))
    await console.pilot(colleague).fly(flight.id)
    shown = await console.flights.show(operator, flight_id=flight.id)
    assert shown.flight.phase is Phase.DONE and "window closed" in shown.flight.why
    assert {t.name: t.stand for t in shown.targets}[held.name] is Stand.KEPT
    assert shown.flight.counts["skipped"] >= 4
    for target in shown.targets:
        assert ("night shift" in config(target.name)) is (target.stand is Stand.KEPT)


async def test_an_inverse_has_a_timer_of_ours_where_the_device_has_none(
    console: Console,
    operator: Actor,
    colleague: Actor,
    config: Text,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What nobody kept in its time is taken back before anything else is done."""
    monkeypatch.setitem(WAYS, "ios", replace(WAYS["ios"], guard=(), unguard=()))
    flight = await planned(console, operator, GOOD, names=["ams-edge-2"], canary_soak_s=30.0)
    held = await killed_when_held(console, flight, colleague)
    assert held.way is Way.INVERSE and held.until is not None and held.changed_at is not None
    assert held.until - held.changed_at == timedelta(minutes=10)
    async with console.db.begin(colleague) as tx:
        await store.change_target(tx, held.id, until=console.clock.now())
        await store.change(tx, flight.id, stop="too long ago")
        tx.record(FlightChanged(flight_id=flight.id, title="x", what="aged"))
    await console.pilot(colleague).fly(flight.id)
    shown = await console.flights.show(operator, flight_id=flight.id)
    assert "left in the middle: 1 device" in [step.text for step in shown.steps]
    assert shown.flight.phase is Phase.UNDONE
    assert "night shift" not in config("ams-edge-2")


async def test_a_device_that_cannot_be_brought_back_is_told_loudly(
    console: Console, lab: Lab, operator: Actor, colleague: Actor
) -> None:
    flight = await planned(console, operator, GOOD, names=["ams-edge-1"], canary_soak_s=30.0,
                           confirm_minutes=1)  # fmt: skip
    await started(console, flight, colleague)
    flying = asyncio.get_running_loop().create_task(console.pilot(colleague).fly(flight.id))
    while not lab.world.settings.is_held(lab.device("ams-edge-1")):
        await asyncio.sleep(0.02)
    console.patience_s = 0.5
    lab.fail("device-down", "ams-edge-1")
    await asyncio.wait_for(flying, 90)
    shown = await console.flights.show(operator, flight_id=flight.id)
    assert shown.flight.phase is Phase.FAILED
    assert "not brought back: ams-edge-1" in shown.flight.why
    alarms = await console.alarms.active(operator, device_id=console.ids["ams-edge-1"])
    assert [alarm.condition for alarm in alarms] == ["flight-stuck"]


SHORT = "interface Te0/0/0\n shutdown"
"""The uplink of an IOS XE router by its short name."""


async def stands(console: Console, actor: Actor, flight: Flight) -> Target:
    return (await console.flights.show(actor, flight_id=flight.id)).targets[0]


async def test_a_short_name_is_previewed_as_what_it_is_and_undone_in_truth(
    console: Console, lab: Lab, operator: Actor, colleague: Actor, config: Text
) -> None:
    before = config("ams-edge-2")
    uplink = lab.device("ams-edge-2").port("Te0/0/0")
    assert uplink is not None and uplink.link is not None
    flight = await planned(console, operator, SHORT, names=["ams-edge-2"], canary_soak_s=5.0)
    (target,) = (await console.flights.show(operator, flight_id=flight.id)).targets
    full = await console.flights.preview(operator, target_id=target.id)
    assert (full.adds, full.removes) == (1, 0) and "+interface" not in full.diff
    assert (await console.logbook.kept(operator, target)).inverse == (
        "interface TenGigabitEthernet0/0/0", "no shutdown", "exit",
    )  # fmt: skip
    ended = await flown(console, flight, colleague)
    assert ended.phase is Phase.UNDONE, ended.why
    assert config("ams-edge-2") == before and lab.world.is_up(uplink)


@pytest.mark.parametrize("uses", ["typed as it stands", "in full"])
async def test_a_bad_change_the_preview_did_not_understand_is_undone_in_truth(
    console: Console,
    lab: Lab,
    operator: Actor,
    colleague: Actor,
    config: Text,
    monkeypatch: pytest.MonkeyPatch,
    uses: str,
) -> None:
    """The gate trips while it still asks: what the device printed is taken back."""
    if uses == "typed as it stands":
        monkeypatch.setattr(heads, "in_full", lambda lines, *_given: tuple(lines))
    before = config("ams-edge-2")
    text = "interface Te0/0/0\n shut"
    flight = await planned(console, operator, text, names=["ams-edge-2"], canary_soak_s=5.0)
    ended = await flown(console, flight, colleague)
    assert ended.phase is Phase.UNDONE and "nobody said yes" not in ended.why
    assert config("ams-edge-2") == before
    full = await console.flights.preview(
        operator, target_id=(await stands(console, operator, flight)).id
    )
    assert "--- previewed" in full.did and "+ shutdown" in full.did and "- shut" in full.did
    lab.world.agenda.run(lab.world.now() + 7_200)
    assert config("ams-edge-2") == before


async def test_what_came_otherwise_than_previewed_is_taken_back_without_a_yes(
    console: Console, operator: Actor, colleague: Actor, config: Text
) -> None:
    before = config("ams-edge-2")
    text = "interface Loopback0\n desc HELLO"
    flight = await planned(console, operator, text, names=["ams-edge-2", "ams-edge-5"])
    await started(console, flight, colleague)
    flying = asyncio.get_running_loop().create_task(console.pilot(colleague).fly(flight.id))
    await noted(console, operator, flight, "asks", "")
    target = await stands(console, operator, flight)
    assert target.stand is Stand.ASKS
    while not await console.alarms.active(operator, device_id=target.device_id):
        await asyncio.sleep(0.01)
    assert "“interface Loopback0 / description HELLO” came instead" in target.why
    alarms = await console.alarms.active(operator, device_id=target.device_id)
    assert [alarm.condition for alarm in alarms] == ["flight-asks"]
    async with console.db.begin(colleague) as tx:  # as if its time were nearly over
        soon = console.clock.now() + timedelta(seconds=ANSWER_S)
        await store.change_target(tx, target.id, until=soon)
        tx.record(FlightChanged(flight_id=flight.id, title="x", what="aged"))
    await asyncio.wait_for(flying, 30)
    ended = (await console.flights.show(operator, flight_id=flight.id)).flight
    assert ended.phase is Phase.UNDONE and "nobody said yes in time" in ended.why
    assert ended.counts == {"undone": 1, "skipped": 1}
    (alarm,) = await console.alarms.active(operator, device_id=target.device_id)
    assert not alarm.is_active, "it is answered"
    assert sorted(config("ams-edge-2").splitlines()) == sorted(before.splitlines())


async def test_a_yes_keeps_what_came_and_the_same_is_not_asked_twice(
    console: Console, lab: Lab, operator: Actor, colleague: Actor, config: Text
) -> None:
    text = "interface Loopback0\n desc HELLO"
    flight = await planned(console, operator, text, names=["ams-edge-2", "ams-edge-5"])
    await started(console, flight, colleague)
    flying = asyncio.get_running_loop().create_task(console.pilot(colleague).fly(flight.id))
    await noted(console, operator, flight, "asks", "")
    await console.flights.accept(colleague, flight_id=flight.id, reason="as IOS writes it")
    await asyncio.wait_for(flying, 30)
    shown = await console.flights.show(operator, flight_id=flight.id)
    assert (shown.flight.phase, shown.flight.counts) == (Phase.DONE, {"kept": 2})
    assert [step.name for step in shown.steps if step.what == "asks"] == ["ams-edge-2"]
    said = next(step.text for step in shown.steps if step.what == "accepted")
    assert not any(alarm.is_active for alarm in await console.alarms.active(operator))
    assert said == "joris takes 1 device as it came: as IOS writes it"
    lab.world.agenda.run(lab.world.now() + 7_200)
    assert all(" description HELLO" in config(name) for name in ("ams-edge-2", "ams-edge-5"))


async def test_passwords_are_flown_and_taken_back_though_no_device_prints_them(
    console: Console, lab: Lab, operator: Actor, colleague: Actor, config: Text
) -> None:
    before = config("ams-edge-2")
    text = "username bob secret hunter2word"
    flight = await planned(console, operator, text, names=["ams-edge-2"])
    ended = await flown(console, flight, colleague)
    assert (ended.phase, ended.counts) == (Phase.DONE, {"kept": 1}), ended.why
    assert "username bob secret 9 $9$" in config("ams-edge-2")
    again = await planned(
        console, operator, "username bob secret other3word", names=["ams-edge-2"],
        canary_soak_s=30.0,
    )  # fmt: skip
    kept = config("ams-edge-2")
    await started(console, again, colleague)
    flying = asyncio.get_running_loop().create_task(console.pilot(colleague).fly(again.id))
    await noted(console, operator, again, "held", "")
    assert config("ams-edge-2") != kept
    await console.flights.stop(operator, flight_id=again.id)
    await asyncio.wait_for(flying, 30)
    assert (await stands(console, operator, again)).stand is Stand.UNDONE
    assert config("ams-edge-2") == kept != before


async def test_who_follows_a_killed_pilot_still_waits_for_the_yes(
    console: Console, operator: Actor, colleague: Actor, config: Text
) -> None:
    text = "interface Loopback0\n desc HELLO"
    flight = await planned(console, operator, text, names=["ams-edge-2"])
    await started(console, flight, colleague)
    flying = asyncio.get_running_loop().create_task(console.pilot(colleague).fly(flight.id))
    await noted(console, operator, flight, "asks", "")
    flying.cancel()
    await asyncio.gather(flying, return_exceptions=True)
    flying = asyncio.get_running_loop().create_task(console.pilot(colleague).fly(flight.id))
    await asyncio.sleep(1.0)
    assert (await stands(console, operator, flight)).stand is Stand.ASKS
    await console.flights.accept(colleague, flight_id=flight.id)
    await asyncio.wait_for(flying, 30)
    assert (await stands(console, operator, flight)).stand is Stand.KEPT
    assert " description HELLO" in config("ams-edge-2")
