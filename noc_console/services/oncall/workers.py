"""What happens on call by itself, as time passes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from noc_console.kernel.actor import Actor
from noc_console.kernel.clock import steady_s
from noc_console.kernel.heartbeat import beat
from noc_console.services.oncall.escalating import EscalationService
from noc_console.services.oncall.service import OnCallService

BREATHERS = 10
"""A look that took long is followed by a pause this many times as long."""


class Escalator:
    """Takes the steps of escalation policies when they are due.

    Of several collectors one does it: whose duty it is at the time.
    """

    def __init__(
        self,
        oncall: OnCallService,
        escalation: EscalationService,
        actor: Actor,
        *,
        every_s: float = 5.0,
        is_mine: Callable[[], bool] = lambda: True,
    ) -> None:
        self._oncall = oncall
        self._escalation = escalation
        self._actor = actor
        self._every_s = every_s
        self._is_mine = is_mine

    async def run(self) -> None:
        """Forever, until cancelled."""
        has_started = False
        while True:
            beat()
            began = steady_s()
            if self._is_mine():
                if not has_started:
                    await self._oncall.start(self._actor)
                    has_started = True
                await self._escalation.escalate(self._actor)
            await asyncio.sleep(max(self._every_s, BREATHERS * (steady_s() - began)))
