"""The gates over real counters and real alarms."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from noc_console.kernel.actor import Actor
from noc_console.lab.run import Lab
from noc_console.services.alarms.episodes import AlarmEpisodeService
from noc_console.services.alarms.model import AlarmObject, Condition, Severity
from noc_console.services.flights.model import Finding, Flight, Target
from noc_console.services.flights.rules import gates
from noc_console.services.flights.watching import Watch
from noc_console.services.inventory.model import Device
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
        return await self.watch.soak(
            self.actor, self.flight, [(self.target, self.device)], seconds=seconds,
            stop=self.stop, since=self.since,
        )  # fmt: skip


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


async def test_who_is_told_to_stop_stops(wave: Wave) -> None:
    wave.stop.set()
    async with asyncio.timeout(20):
        assert await wave.soak(3_600) == ()
