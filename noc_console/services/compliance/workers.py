"""What judges configurations by itself: each new version, and all of them when a rule changes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

import structlog

from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import NocError
from noc_console.kernel.events import Event, EventBus
from noc_console.kernel.heartbeat import beat
from noc_console.services.compliance.model import ComplianceRuleChanged
from noc_console.services.compliance.service import AT_ONCE, ComplianceService
from noc_console.services.configs.model import ConfigVersionKept

_log = structlog.get_logger("compliance")

LOOK_EVERY_S = 300.0
"""What no event told of, such as a version that another collector kept while we were away."""


class ComplianceKeeper:
    """One collector does it: whose duty it is. What is not judged yet stands in the store."""

    def __init__(
        self,
        compliance: ComplianceService,
        *,
        bus: EventBus,
        actor: Actor,
        is_mine: Callable[[], bool] = lambda: True,
        look_every_s: float = LOOK_EVERY_S,
    ) -> None:
        self._compliance = compliance
        self._bus, self._actor = bus, actor
        self._is_mine = is_mine
        self._look_every_s = look_every_s
        self._news = asyncio.Event()

    async def run(self) -> None:
        """Forever, until cancelled."""
        stop = self._bus.listen(self._hear)
        try:
            waited = self._look_every_s
            while True:
                beat("judge")
                if self._news.is_set() or waited >= self._look_every_s:
                    waited = 0.0
                    self._news.clear()
                    if self._is_mine():
                        await self._try_catch_up()
                await asyncio.sleep(1.0)
                waited += 1.0
        finally:
            stop()

    def _hear(self, events: Sequence[Event]) -> None:
        if any(isinstance(event, ConfigVersionKept | ComplianceRuleChanged) for event in events):
            self._news.set()

    async def _try_catch_up(self) -> None:
        try:
            await self.catch_up()
        except NocError as error:
            _log.warning("configurations not judged", reason=str(error))

    async def catch_up(self) -> int:
        """Judge everything that is not judged yet, some at a time; how many devices that were."""
        stale = await self._compliance.stale(self._actor)
        for at in range(0, len(stale), AT_ONCE):
            beat("judge")
            await self._compliance.judge(self._actor, versions=stale[at : at + AT_ONCE])
        return len(stale)
