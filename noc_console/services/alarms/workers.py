"""What happens at the alarm desk by itself, as time passes."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from noc_console.kernel.actor import Actor
from noc_console.kernel.heartbeat import beat
from noc_console.services.alarms.service import AlarmService

SWEEP_EVERY_S = 3_600.0


class DeskKeeper:
    """Ends flapping and storms that went quiet, puts shelved alarms back when their time is up,
    and once an hour forgets intents of long ago.

    Of several collectors one does it: whose duty it is at the time.
    """

    def __init__(
        self,
        alarms: AlarmService,
        actor: Actor,
        *,
        every_s: float = 5.0,
        is_mine: Callable[[], bool] = lambda: True,
    ) -> None:
        self._alarms = alarms
        self._actor = actor
        self._every_s = every_s
        self._is_mine = is_mine

    async def run(self) -> None:
        """Forever, until cancelled."""
        sweep_at = 0.0
        while True:
            beat()
            if self._is_mine():
                await self._alarms.tidy(self._actor)
                if time.monotonic() >= sweep_at:
                    await self._alarms.forget_intents(self._actor)
                    sweep_at = time.monotonic() + SWEEP_EVERY_S
            await asyncio.sleep(self._every_s)
