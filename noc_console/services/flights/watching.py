"""The gates: looks at the devices a flight has changed until time is over, or one is worse.

A wave is compared with how it was just before it was changed. Devices of earlier waves are watched
on, as a canary may fall ill an hour later; they are compared with the last look at which they were
well, as within an hour traffic falls for the night and people unplug things. Each look takes in the
wave, the canaries and some of the others in turn: a flight of two thousand devices does not ask two
thousand every ten seconds.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from noc_console.kernel.actor import Actor
from noc_console.kernel.clock import Clock, steady_s
from noc_console.services.alarms.episodes import AlarmEpisodeService
from noc_console.services.alarms.model import Alarm, Severity
from noc_console.services.flights.model import Finding, Flight, Health, Target
from noc_console.services.flights.ports import Gauge
from noc_console.services.flights.rules import gates, shutting
from noc_console.services.inventory.model import Device

LOOK_S = 10.0
AT_ONCE = 16
EARLIER = 48
"""Devices of earlier waves in one look, beside the canaries."""
OWN = frozenset({"flight-stuck", "flight-asks", "ssh-host-key-changed"})
"""Alarms that flights raise themselves."""


@dataclass(frozen=True, slots=True)
class Watched:
    """A device that was changed."""

    target: Target
    device: Device
    since: datetime
    """Alarms count that came after this."""

    @property
    def number(self) -> int:
        return int(self.device.id)

    @property
    def shut(self) -> frozenset[str]:
        """Ports that its change shuts by itself."""
        known = gates.unpacked(self.target.baseline)
        return frozenset() if known is None else known.shut


class Watch:
    """Looks, and keeps vigils."""

    def __init__(
        self,
        gauge: Gauge,
        episodes: AlarmEpisodeService,
        *,
        clock: Clock,
        look_s: float = LOOK_S,
        earlier: int = EARLIER,
    ) -> None:
        self._gauge = gauge
        self._episodes = episodes
        self._clock = clock
        self.look_s = look_s
        self.earlier = earlier

    def over(self, actor: Actor, flight: Flight) -> Vigil:
        """A vigil over one flight, from its first wave to its last."""
        return Vigil(self, actor, flight)

    async def look(self, actor: Actor, devices: Sequence[Device]) -> dict[int, Health]:
        """How these devices are, by id."""
        turn = asyncio.Semaphore(AT_ONCE)

        async def one(device: Device) -> Health:
            async with turn:
                return await self._gauge.look(actor, device)

        async with asyncio.TaskGroup() as group:
            tasks = {int(device.id): group.create_task(one(device)) for device in devices}
        return {number: task.result() for number, task in tasks.items()}

    async def alarms(self, actor: Actor, watched: Sequence[Watched]) -> list[gates.Bad]:
        """Alarms of weight that came since, also those that planned work puts aside."""
        since = {each.number: each.since for each in watched}
        if not since:
            return []
        episodes = await self._episodes.during(
            actor, device_ids=set(since), start=min(since.values()), end=self._clock.now()
        )
        shut = {each.number: each.shut for each in watched}
        return [
            gates.Bad(number, episode.alarm.text)
            for episode in episodes
            if (number := episode.alarm.about.device_id) in since
            and episode.end is None
            and episode.start >= since[number]
            and episode.alarm.severity >= Severity.MAJOR
            and episode.alarm.condition not in OWN
            and not _is_about(episode.alarm, shut[number])
        ]


class Vigil:
    """What is known of the devices of one flight, look by look."""

    def __init__(self, watch: Watch, actor: Actor, flight: Flight) -> None:
        self._watch = watch
        self._actor = actor
        self._gates = flight.gates
        self._last: dict[int, Health] = {}
        """The look before, for rates."""
        self._well: dict[int, Health] = {}
        """The last look at which nothing was worse."""
        self._turn = 0

    async def soak(
        self,
        wave: Sequence[Watched],
        earlier: Sequence[Watched] = (),
        *,
        seconds: float,
        stop: asyncio.Event,
    ) -> tuple[Finding, ...]:
        """What is worse; nothing when all was well for so long. Ends early when told to stop.

        A device must be worse at two looks in a row: one lost datagram stops no flight. Who was
        worse only at the last look is looked at once more.
        """
        until = steady_s() + seconds
        everybody = (*wave, *earlier)
        suspects: set[int] = set()
        is_over = False
        while True:
            suspicious = [each for each in everybody if each.number in suspects]
            part = suspicious if is_over else [*wave, *self._some(earlier, suspects)]
            found = await self._judge(wave, part, suspicious if is_over else everybody)
            if sure := tuple(each for each in found if each.device_id in suspects):
                return sure
            suspects = {each.device_id for each in found}
            is_over = steady_s() >= until
            if stop.is_set() or (is_over and not suspects):
                return ()
            pause_s = self._watch.look_s
            if not suspects:
                pause_s = min(pause_s, max(0.05, until - steady_s()))
            try:
                async with asyncio.timeout(pause_s):
                    await stop.wait()
            except TimeoutError:
                continue

    def _some(self, earlier: Sequence[Watched], suspects: set[int]) -> list[Watched]:
        """Canaries and whoever was worse every time, of the others some in turn."""
        close = [e for e in earlier if e.target.wave == 0 or e.number in suspects]
        rest = [e for e in earlier if e.target.wave != 0 and e.number not in suspects]
        if not rest:
            return close
        begin = self._turn % len(rest)
        self._turn = begin + self._watch.earlier
        return close + (rest[begin:] + rest[:begin])[: self._watch.earlier]

    async def _judge(
        self, wave: Sequence[Watched], part: Sequence[Watched], everybody: Sequence[Watched]
    ) -> list[Finding]:
        """Look at some; alarms are asked for all."""
        now = await self._watch.look(self._actor, [each.device for each in part])
        fresh = {each.number for each in wave}
        found: list[Finding] = []
        for each in part:
            health = now[each.number]
            before = self._before(each, is_fresh=each.number in fresh)
            if before is None:
                continue
            last = self._last.get(each.number)
            told = gates.findings(each.target, before, health, self._gates, last=last)
            found += told
            if health.answers and not told:
                self._well[each.number] = health
        self._last |= now
        if self._gates.alarms:
            about = [each.target for each in everybody]
            found += gates.alarmed(about, await self._watch.alarms(self._actor, everybody))
        return found

    def _before(self, each: Watched, *, is_fresh: bool) -> Health | None:
        """What it is compared with."""
        known = gates.unpacked(each.target.baseline)
        if is_fresh:
            return known
        if (well := self._well.get(each.number)) is not None:
            return replace(well, shut=each.shut)
        # Taken up by another collector: how it was before its change, but for the traffic of then.
        return None if known is None else replace(known, bps=None)


def _is_about(alarm: Alarm, ports: frozenset[str]) -> bool:
    """Whether it tells of a port that was shut on purpose."""
    name = alarm.interface_name or alarm.about.interface_name
    return bool(name) and bool(shutting.named(tuple(ports), [name]))
