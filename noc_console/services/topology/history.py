"""The network at any moment that is kept: its graph, what happened, and what differs."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from noc_console.kernel.actor import Actor
from noc_console.kernel.clock import Clock
from noc_console.kernel.errors import Invalid
from noc_console.kernel.operation import operation
from noc_console.services.alarms.history import AlarmHistoryService
from noc_console.services.alarms.model import Alarm, AlarmTurn
from noc_console.services.inventory.changes import Change
from noc_console.services.inventory.service import InventoryService
from noc_console.services.telemetry.model import DeviceNow, Rates
from noc_console.services.telemetry.past import LoadHistoryService
from noc_console.services.topology.happenings import Density, Difference, Happening, Reach
from noc_console.services.topology.model import Graph
from noc_console.services.topology.rules import history

Replay = history.Replay
"""The network at a moment, carried forward by a `Reel`."""
differences = history.differences
"""What differs between two graphs; pure."""

MOST_BUCKETS = 2_000
MOST_LINES = 5_000
"""Happenings told at once."""


@dataclass(frozen=True, slots=True)
class Reel:
    """What happened in a span, with the loads of it: all that playing it needs."""

    start: datetime
    end: datetime
    changes: Sequence[Change]
    turns: Sequence[AlarmTurn]
    frames: Sequence[Rates]

    def between(
        self, after: datetime, until: datetime
    ) -> tuple[list[Change], list[AlarmTurn], Rates | None]:
        """What happened after one moment and up to another, and the load then if it is another."""
        changes = [one for one in self.changes if after < one.at <= until]
        turns = [one for one in self.turns if after < one.at <= until]
        rates = self._frame(until)
        return changes, turns, None if rates is self._frame(after) else rates

    def _frame(self, at: datetime) -> Rates | None:
        return next((frame for frame in self.frames if frame.at >= at), None)


class HistoryService:
    """Reads the past together, as `TopologyService` does the present."""

    def __init__(
        self,
        inventory: InventoryService,
        alarms: AlarmHistoryService,
        loads: LoadHistoryService,
        *,
        clock: Clock,
    ) -> None:
        self._inventory = inventory
        self._alarms = alarms
        self._loads = loads
        self._clock = clock

    @operation("topology.kept", right="topology.graph")
    async def kept(self, actor: Actor) -> Reach:
        """Tell how far back the network and its loads are known."""
        return Reach(await self._inventory.history_since(actor), await self._loads.since(actor))

    @operation("topology.at", right="topology.graph")
    async def at(self, actor: Actor, *, moment: datetime) -> Graph:
        """Show the network as it was at a moment: devices, links, alarms, loads."""
        return (await self.replay(actor, moment=moment)).graph

    @operation("topology.changes", right="topology.graph")
    async def changes(
        self, actor: Actor, *, start: datetime, end: datetime, alarms: bool = True
    ) -> tuple[Happening, ...]:
        """Tell what changed in a span, oldest first; the network alone without its alarms."""
        self._check(start, end)
        changes = await self._inventory.changes(actor, start=start, end=end, limit=MOST_LINES)
        turns: Sequence[AlarmTurn] = ()
        if alarms:
            turns = await self._alarms.turns(actor, start=start, end=end, limit=MOST_LINES)
        devices = {int(device.id): device for device in await self._inventory.devices(actor)}
        bygone = await self._inventory.as_of(actor, at=start)
        now = await self._inventory.as_of(actor, at=end)
        ports = {int(port.id): port for port in (*bygone.ports, *now.ports)}
        return await asyncio.to_thread(
            lambda: history.happenings(changes, turns, devices=devices, ports=ports)
        )

    @operation("topology.density", right="topology.graph")
    async def density(
        self, actor: Actor, *, start: datetime, end: datetime, buckets: int = 200
    ) -> Density:
        """Count alarms and changes in equal parts of a span, for a histogram."""
        self._check(start, end)
        if not 1 <= buckets <= MOST_BUCKETS:
            raise Invalid(f"a histogram has 1 to {MOST_BUCKETS} parts", field="buckets")
        edges = history.parts(start, end, buckets)
        changes = await self._inventory.change_counts(actor, edges=edges)
        alarms = await self._alarms.counts(actor, edges=edges)
        return Density(
            start,
            (end - start) / buckets,
            changes,
            tuple(count for count, _ in alarms),
            tuple(worst for _, worst in alarms),
        )

    @operation("topology.compare", right="topology.graph")
    async def compare(
        self, actor: Actor, *, before: datetime, after: datetime, bound: float = history.BOUND
    ) -> tuple[Difference, ...]:
        """Tell what differs between two moments; loads when they changed by a share or more."""
        if not 0 < bound <= 10:
            raise Invalid("a bound lies above 0 and up to 10", field="bound")
        was = await self.at(actor, moment=before)
        now = await self.at(actor, moment=after)
        return await asyncio.to_thread(lambda: differences(was, now, bound=bound))

    async def device_at(
        self, actor: Actor, *, device_id: int, moment: datetime
    ) -> tuple[DeviceNow | None, tuple[Alarm, ...]]:
        """How a device felt at a moment, and what was wrong with it then, the worst first."""
        actor.require("topology.graph")
        felt = await self._loads.device_at(actor, device_id=device_id, moment=moment)
        standing = await self._alarms.standing(actor, at=moment)
        wrong = [alarm for alarm in standing if alarm.about.device_id == device_id]
        return felt, tuple(sorted(wrong, key=lambda alarm: -alarm.severity))

    async def nearest(self, actor: Actor, *, moment: datetime, forward: bool) -> datetime | None:
        """When the next change after a moment was, or the last one before it."""
        actor.require("topology.graph")
        found = [
            await self._inventory.nearest_change(actor, moment=moment, forward=forward),
            await self._alarms.nearest(actor, moment=moment, forward=forward),
        ]
        known = [at for at in found if at is not None]
        return None if not known else min(known) if forward else max(known)

    async def replay(self, actor: Actor, *, moment: datetime) -> Replay:
        """The network at a moment, ready to be carried forward."""
        actor.require("topology.graph")
        bygone = await self._inventory.as_of(actor, at=moment)
        sites = await self._inventory.sites(actor)
        alarms = await self._alarms.standing(actor, at=moment)
        ends = [int(port.id) for port in bygone.ports]
        rates = await self._loads.at(actor, moment=moment, interface_ids=ends) if ends else None
        return await asyncio.to_thread(lambda: Replay(bygone, sites, alarms, rates, at=moment))

    async def reel(
        self, actor: Actor, *, start: datetime, end: datetime, interface_ids: Sequence[int]
    ) -> Reel:
        """Everything that playing a span needs, in one go."""
        actor.require("topology.graph")
        self._check(start, end)
        return Reel(
            start,
            end,
            await self._inventory.changes(actor, start=start, end=end),
            await self._alarms.turns(actor, start=start, end=end),
            await self._loads.frames(actor, start=start, end=end, interface_ids=interface_ids),
        )

    def _check(self, start: datetime, end: datetime) -> None:
        if start >= end:
            raise Invalid("the start must be before the end", field="start")
