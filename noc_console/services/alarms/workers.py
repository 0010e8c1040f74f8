"""What happens at the alarm desk by itself, as time passes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from noc_console.kernel.actor import Actor
from noc_console.kernel.heartbeat import beat
from noc_console.services.alarms.service import AlarmService


class DeskKeeper:
    """Ends flapping that went quiet and puts shelved alarms back when their time is up.

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
        while True:
            beat()
            if self._is_mine():
                await self._alarms.tidy(self._actor)
            await asyncio.sleep(self._every_s)
