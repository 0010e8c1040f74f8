"""Flies what is in the air. Of several collectors one does it: whose duty flights are."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import structlog

from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import NocError
from noc_console.kernel.heartbeat import beat
from noc_console.services.flights.logbook import Logbook
from noc_console.services.flights.pilot import Pilot

EVERY_S = 1.0
_log = structlog.get_logger("flights")


class FlightTower:
    """Sends a pilot to each flight; calls them back when the duty goes to somebody else."""

    def __init__(
        self,
        logbook: Logbook,
        pilot: Pilot,
        *,
        actor: Actor,
        every_s: float = EVERY_S,
        is_mine: Callable[[], bool] = lambda: True,
    ) -> None:
        self._logbook = logbook
        self._pilot = pilot
        self._actor = actor
        self._every_s = every_s
        self._is_mine = is_mine
        self._flying: dict[int, asyncio.Task[None]] = {}

    async def run(self) -> None:
        """Forever, until cancelled. A pilot that falls takes the worker with it: the next one
        takes its flights up where they stand."""
        async with asyncio.TaskGroup() as group:
            while True:
                beat()
                await self._tick(group)
                await asyncio.sleep(self._every_s)

    async def _tick(self, group: asyncio.TaskGroup) -> None:
        self._flying = {n: task for n, task in self._flying.items() if not task.done()}
        if not self._is_mine():
            for task in self._flying.values():
                task.cancel()
            return
        for flight in await self._logbook.in_the_air(self._actor):
            if flight.id not in self._flying:
                self._flying[flight.id] = group.create_task(self._fly(flight.id))

    async def _fly(self, flight_id: int) -> None:
        _log.info("flight begins", flight=flight_id)
        try:
            await self._pilot.fly(flight_id)
        except* NocError as group:
            # The store's trouble or a device that is gone from the inventory: tried again.
            _log.warning("flight interrupted", flight=flight_id, why=str(group.exceptions[0]))
        else:
            _log.info("flight over", flight=flight_id)
