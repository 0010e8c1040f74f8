"""The gates over real counters and real alarms."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.kernel.clock import SystemClock, steady_s
from noc_console.lab.run import Lab
from noc_console.services.alarms.episodes import AlarmEpisodeService
from noc_console.services.alarms.model import AlarmObject, Condition, Severity
from noc_console.services.flights.model import (
    UNBORN,
    Finding,
    Flight,
    Gates,
    Health,
    Kind,
    Stand,
    Target,
    TargetId,
    Way,
)
from noc_console.services.flights.rules import gates
from noc_console.services.flights.watching import Watch, Watched
from noc_console.services.inventory.model import Device, DeviceId
from tests.services.flights.conftest import Console


class Wave:
    """One device that is watched."""

    def __init__(self, console: Console, actor: Actor, watch: Watch) -> None:
        self.console, self.actor, self.watch = console, actor, watch
        self.stop = asyncio.Event()

    async def begin(self) -> None:
        made = await self.console.flights.plan(
            self.actor, title="x", device_ids=(self.console.ids["ams-edge-2"],),
            template="hostname x",
        )  # fmt: skip
        self.flight: Flight = made
        (target,) = await self.console.logbook.targets(self.actor, made.id)
        self.device: Device = await self.console.inventory.device(
            self.actor, device_id=target.device_id
        )
        before = await self.watch.look(self.actor, [self.device])
        self.target: Target = replace(target, baseline=gates.packed(before[target.device_id]))
        self.since = self.console.clock.now()

    async def soak(self, seconds: float) -> tuple[Finding, ...]:
        vigil = self.watch.over(self.actor, self.flight)
        watched = Watched(self.target, self.device, self.since)
        return await vigil.soak([watched], seconds=seconds, stop=self.stop)


@pytest.fixture
async def wave(console: Console, operator: Actor) -> Wave:
    watch = Watch(console.gauge, AlarmEpisodeService(console.db), clock=console.clock, look_s=0.05)
    made = Wave(console, operator, watch)
    await made.begin()
    return made


async def test_when_all_stays_well_the_gate_opens(wave: Wave) -> None:
    assert await wave.soak(0.2) == ()


async def test_a_port_that_falls_shuts_it_before_the_time_is_over(wave: Wave, lab: Lab) -> None:
    port = next(p for p in lab.device("ams-edge-2").ports if p.link is not None)
    lab.fail("link-down", port.key)
    async with asyncio.timeout(20):
        found = await wave.soak(3_600)
    assert f"down since: {port.short}" in [each.text for each in found]


async def test_a_new_alarm_of_weight_shuts_it_an_old_or_light_one_does_not(
    wave: Wave, operator: Actor
) -> None:
    about = AlarmObject(wave.target.device_id, device_name="ams-edge-2")
    report = wave.console.alarms.report
    await report(
        operator, about=about, condition=Condition("light"), severity=Severity.WARNING, text="x"
    )
    assert await wave.soak(0.2) == ()
    await report(
        operator, about=about, condition=Condition("heavy"), severity=Severity.MAJOR, text="fan"
    )
    async with asyncio.timeout(20):
        (found,) = await wave.soak(3_600)
    assert found.text == "alarm: fan"
    wave.since = wave.console.clock.now()
    assert await wave.soak(0.2) == ()


async def test_a_port_that_is_shut_on_purpose_shuts_no_gate_nor_does_its_alarm(
    wave: Wave, lab: Lab, operator: Actor
) -> None:
    port = next(p for p in lab.device("ams-edge-2").ports if p.link is not None)
    known = gates.unpacked(wave.target.baseline)
    assert known is not None and port.short in known.ports_up
    shut = gates.packed(replace(known, shut=frozenset({port.short})))
    wave.target = replace(wave.target, baseline=shut)
    wave.flight = replace(wave.flight, gates=Gates(sessions=False))
    lab.fail("link-down", port.key)
    report = wave.console.alarms.report

    async def alarm(name: str) -> None:
        about = AlarmObject(wave.target.device_id, 7, interface_name=name)
        await report(
            operator, about=about, condition=Condition(f"down-{name[-1]}"),
            severity=Severity.MAJOR, text=f"{name} is down",
        )  # fmt: skip

    await alarm(port.short)
    assert await wave.soak(0.3) == ()
    await alarm("Gi9/9/9")
    async with asyncio.timeout(20):
        (found,) = await wave.soak(3_600)
    assert found.text == "alarm: Gi9/9/9 is down"


async def test_who_is_told_to_stop_stops(wave: Wave) -> None:
    wave.stop.set()
    async with asyncio.timeout(20):
        assert await wave.soak(3_600) == ()


class Words:
    """Says of each device what it is told to, look by look, the last for ever.

    In place of the SNMP gauge: no real agent can be made to lose exactly one datagram.
    """

    def __init__(self, **told: list[bool]) -> None:
        self.told = told
        self.asked: list[str] = []
        self.ports = frozenset("a")

    async def look(self, actor: Actor, device: Device) -> Health:
        self.asked.append(device.name)
        said = self.told.get(device.name, [True])
        answers = said.pop(0) if len(said) > 1 else said[0]
        now_s = steady_s()
        return Health(answers, self.ports, octets=int(5e6 / 8 * now_s), at=now_s, bps=5e6)


def watched(number: int, *, wave: int, bps: float = 9e9) -> Watched:
    name = f"e{number}"
    baseline = gates.packed(Health(answers=True, ports_up=frozenset("a"), bps=bps))
    target = Target(
        TargetId(number), UNBORN, number, name, "192.0.2.1", "ios", wave, Stand.KEPT,
        Way.GUARDED, baseline=baseline,
    )  # fmt: skip
    device = Device(DeviceId(number), name, "192.0.2.1", 161)
    return Watched(target, device, SystemClock().now())


GATES = Gates()


async def vigil_over(
    words: Words,
    db: Database,
    actor: Actor,
    *,
    earlier: list[Watched],
    seconds: float = 0.3,
    look_s: float = 0.02,
) -> tuple[Finding, ...]:
    watch = Watch(words, AlarmEpisodeService(db), clock=SystemClock(), look_s=look_s, earlier=2)
    flight = Flight(UNBORN, "x", Kind.CHANGE, "t", "mira", SystemClock().now(), gates=GATES)
    vigil = watch.over(actor, flight)
    fresh = [watched(1, wave=9, bps=5e6)]
    async with asyncio.timeout(20):
        return await vigil.soak(fresh, earlier, seconds=seconds, stop=asyncio.Event())


async def test_datagrams_lost_by_one_device_after_the_other_shut_no_gate(
    db: Database, operator: Actor
) -> None:
    words = Words(e1=[True, False, True], e2=[True, True, False, True])
    assert await vigil_over(words, db, operator, earlier=[watched(2, wave=0)]) == ()


async def test_a_canary_that_is_silent_twice_shuts_the_gate_of_a_later_wave(
    db: Database, operator: Actor
) -> None:
    words = Words(e2=[True, True, False])
    earlier = [watched(n, wave=min(n - 2, 1)) for n in range(2, 9)]
    (found,) = await vigil_over(words, db, operator, earlier=earlier, seconds=3_600)
    assert (found.name, found.text) == ("e2", "no longer answers")


async def test_who_is_ill_at_the_last_look_is_looked_at_once_more_and_nobody_else(
    db: Database, operator: Actor
) -> None:
    words = Words(e2=[False])
    (found,) = await vigil_over(words, db, operator, earlier=[watched(2, wave=0)], seconds=0.0)
    assert found.name == "e2"
    assert words.asked == ["e1", "e2", "e2"]


async def test_of_many_earlier_devices_some_are_looked_at_in_turn_and_the_canaries_always(
    db: Database, operator: Actor
) -> None:
    words = Words(e8=[True, False])
    earlier = [watched(2, wave=0), *(watched(n, wave=1) for n in range(3, 10))]
    (found,) = await vigil_over(words, db, operator, earlier=earlier, seconds=3_600)
    assert found.name == "e8", "each has its turn, and whoever is ill is seen again at once"
    looks = words.asked.count("e1")
    assert words.asked.count("e2") == looks
    assert len(words.asked) <= looks * 4 + 1
    assert {f"e{n}" for n in range(1, 10)} == set(words.asked)


async def test_traffic_that_fell_since_an_earlier_wave_is_no_illness_of_this_one(
    db: Database, operator: Actor
) -> None:
    """Gigabits when it was changed, megabits now: it has become night."""
    earlier = [watched(2, wave=0)]
    assert await vigil_over(Words(), db, operator, earlier=earlier, seconds=3.5, look_s=1.1) == ()


async def test_a_port_that_fell_while_nobody_watched_counts_for_who_takes_the_flight_up(
    db: Database, operator: Actor
) -> None:
    words = Words()
    words.ports = frozenset()
    found = await vigil_over(words, db, operator, earlier=[watched(2, wave=0)], seconds=3_600)
    assert {each.name for each in found} == {"e1", "e2"}
    assert {each.text for each in found} == {"down since: a"}
