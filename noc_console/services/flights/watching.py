"""The gates: looks at the devices of a wave until its time is over, or something is worse."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime

from noc_console.kernel.actor import Actor
from noc_console.kernel.clock import Clock, steady_s
from noc_console.services.alarms.episodes import AlarmEpisodeService
from noc_console.services.alarms.model import Severity
from noc_console.services.flights.model import Finding, Flight, Health, Target
from noc_console.services.flights.ports import Gauge
from noc_console.services.flights.rules import gates
from noc_console.services.inventory.model import Device

LOOK_S = 10.0
TWICE = 2
"""A device must be worse at two looks in a row: one lost datagram stops no flight."""
AT_ONCE = 16
OWN = frozenset({"flight-stuck", "ssh-host-key-changed"})
"""Alarms that flights raise themselves."""


class Watch:
    """Looks and compares."""

    def __init__(
        self,
        gauge: Gauge,
        episodes: AlarmEpisodeService,
        *,
        clock: Clock,
        look_s: float = LOOK_S,
    ) -> None:
        self._gauge = gauge
        self._episodes = episodes
        self._clock = clock
        self._look_s = look_s
        self._last: dict[int, Health] = {}

    async def look(self, actor: Actor, devices: Sequence[Device]) -> dict[int, Health]:
        """How these devices are, by id."""
        turn = asyncio.Semaphore(AT_ONCE)

        async def one(device: Device) -> Health:
            async with turn:
                return await self._gauge.look(actor, device)

        async with asyncio.TaskGroup() as group:
            tasks = {int(device.id): group.create_task(one(device)) for device in devices}
        return {number: task.result() for number, task in tasks.items()}

    async def soak(
        self,
        actor: Actor,
        flight: Flight,
        wave: Sequence[tuple[Target, Device]],
        *,
        seconds: float,
        stop: asyncio.Event,
        since: datetime,
    ) -> tuple[Finding, ...]:
        """What is worse; nothing when all was well for so long. Ends early when told to stop."""
        until = steady_s() + seconds
        bad: tuple[Finding, ...] = ()
        strikes = 0
        while True:
            found = await self._judge(actor, flight, wave, since)
            strikes = strikes + 1 if found else 0
            bad = found
            if strikes >= TWICE:
                return bad
            if steady_s() >= until and not found:
                return ()
            if stop.is_set():
                return bad
            try:
                async with asyncio.timeout(min(self._look_s, max(0.05, until - steady_s()))):
                    await stop.wait()
            except TimeoutError:
                continue

    async def _judge(
        self,
        actor: Actor,
        flight: Flight,
        wave: Sequence[tuple[Target, Device]],
        since: datetime,
    ) -> tuple[Finding, ...]:
        now = await self.look(actor, [device for _, device in wave])
        found: list[Finding] = []
        for target, device in wave:
            number = int(device.id)
            before = gates.unpacked(target.baseline)
            if before is not None:
                last = self._last.get(number)
                found += gates.findings(target, before, now[number], flight.gates, last=last)
        self._last |= now
        if flight.gates.alarms:
            found += gates.alarmed(
                [target for target, _ in wave], await self._alarms(actor, wave, since)
            )
        return tuple(found)

    async def _alarms(
        self, actor: Actor, wave: Sequence[tuple[Target, Device]], since: datetime
    ) -> list[gates.Bad]:
        """Alarms of weight that came since, also those that planned work puts aside."""
        episodes = await self._episodes.during(
            actor,
            device_ids={target.device_id for target, _ in wave},
            start=since,
            end=self._clock.now(),
        )
        return [
            gates.Bad(episode.alarm.about.device_id, episode.alarm.text)
            for episode in episodes
            if episode.end is None
            and episode.start >= since
            and episode.alarm.severity >= Severity.MAJOR
            and episode.alarm.condition not in OWN
        ]
