"""What planned work does by itself: begin, look, warn, end early, end, compare."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

from noc_console.kernel.actor import Actor
from noc_console.kernel.clock import Clock
from noc_console.kernel.errors import Conflict
from noc_console.kernel.heartbeat import beat, rest
from noc_console.kernel.text import plural
from noc_console.services.alarms.episodes import AlarmEpisodeService
from noc_console.services.alarms.model import NO_DEVICE, AlarmObject, Condition, Severity
from noc_console.services.alarms.service import AlarmService
from noc_console.services.maintenance.comparing import ComparisonService
from noc_console.services.maintenance.model import Ending, Run
from noc_console.services.maintenance.rules import recovery
from noc_console.services.maintenance.service import MaintenanceService

ENDING = Condition("maintenance-ending")
CHECK_S = 20.0
"""How often it is looked whether everything is back."""
SETTLE = timedelta(minutes=2)
"""After its end work is compared this much later: the next poll has then been everywhere."""
NAMED = 3


class MaintenanceKeeper:
    """Of several collectors one does it: whose duty the desk is at the time."""

    def __init__(
        self,
        maintenance: MaintenanceService,
        comparing: ComparisonService,
        alarms: AlarmService,
        episodes: AlarmEpisodeService,
        *,
        clock: Clock,
        actor: Actor,
        every_s: float = 5.0,
        is_mine: Callable[[], bool] = lambda: True,
    ) -> None:
        self._maintenance = maintenance
        self._comparing = comparing
        self._alarms = alarms
        self._episodes = episodes
        self._clock = clock
        self._actor = actor
        self._every_s = every_s
        self._is_mine = is_mine
        self._checked: dict[int, datetime] = {}

    async def run(self) -> None:
        """Forever, until cancelled. Reading configurations takes minutes: begins wait for none."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._keep_time())
            group.create_task(self._keep_looking())

    async def _keep_time(self) -> None:
        while True:
            beat("time")
            if self._is_mine():
                await self.tick()
            await asyncio.sleep(self._every_s)

    async def _keep_looking(self) -> None:
        while True:
            beat("look")
            if self._is_mine():
                await self.look()
            await asyncio.sleep(self._every_s)

    async def tick(self) -> None:
        """Begin what is due, watch what is under way, end what is over."""
        await self._maintenance.begin_due(self._actor)
        for run in await self._maintenance.under_way(self._actor):
            now = self._clock.now()
            if run.ends_at <= now:
                await self._finish(run, Ending.TIME)
            elif now - self._checked.get(run.id, run.starts_at) >= timedelta(seconds=CHECK_S):
                self._checked[run.id] = now
                await self._check(run, now)

    async def look(self) -> None:
        """Take the states before and after that are still to be taken."""
        for run in await self._maintenance.to_look_at(self._actor):
            if run.ended_at is not None and self._clock.now() - run.ended_at < SETTLE:
                continue
            rest("look")  # command lines and a large network take their time
            await self._comparing.look(self._actor, run)

    async def _check(self, run: Run, now: datetime) -> None:
        spots = await self._maintenance.spots_of(self._actor, run_id=run.id)
        episodes = await self._episodes.during(
            self._actor,
            device_ids={spot.device_id for spot in spots},
            start=run.starts_at,
            end=now,
        )
        found = recovery.recovery(episodes, since=run.starts_at)
        if recovery.is_over(found, quiet_minutes=run.quiet_minutes, now=now):
            await self._finish(run, Ending.RECOVERED)
            return
        last = run.ends_at - timedelta(minutes=run.warn_minutes)
        is_near = run.warn_minutes > 0 and now >= last
        warns = bool(found.down) and is_near and run.warned_at is None
        # All is back, or somebody gave it more time: the next end is warned of anew.
        calms = run.warned_at is not None and not (found.down and is_near)
        if warns or calms or len(found.down) != run.down:
            await self._maintenance.note_down(
                self._actor,
                run_id=run.id,
                down=len(found.down),
                warned=True if warns else False if calms else None,
            )
        if warns:
            await self._warn(run, found.down, now)
        elif calms:
            await self._calm(run, "it goes on" if found.down else "everything is back")

    async def _warn(self, run: Run, down: tuple[str, ...], now: datetime) -> None:
        left = max(1, round((run.ends_at - now).total_seconds() / 60))
        named = "; ".join(down[:NAMED]) + (f"; and {len(down) - NAMED} more" * (len(down) > NAMED))
        what = plural(len(down), "object")
        text = f"Ends in {left} min and {what} still down: {named}"
        await self._alarms.report(
            self._actor,
            about=about(run),
            condition=ENDING,
            severity=Severity.WARNING,
            text=text,
        )

    async def _calm(self, run: Run, why: str) -> None:
        await self._alarms.settle(self._actor, about=about(run), condition=ENDING, text=why)

    async def _finish(self, run: Run, ending: Ending) -> None:
        self._checked.pop(run.id, None)
        try:
            await self._maintenance.finish(self._actor, run_id=run.id, ending=ending)
        except Conflict:
            return  # somebody ended it meanwhile
        if run.warned_at is not None:
            await self._calm(run, "the maintenance ended")


def about(run: Run) -> AlarmObject:
    """The work itself, which is no device."""
    return AlarmObject(
        NO_DEVICE, device_name=f"maintenance “{run.title}”", other=f"maintenance:{run.id}"
    )
