"""Doing searches: the collector's part in discovery, and the command line's."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from uuid import uuid4

from noc_console.kernel.actor import Actor
from noc_console.kernel.clock import Clock, SystemClock
from noc_console.kernel.heartbeat import beat
from noc_console.kernel.trace import span
from noc_console.services.credentials.service import CredentialService
from noc_console.services.discovery.crawl import Crawl, Tools
from noc_console.services.discovery.model import Run, RunState
from noc_console.services.discovery.ports import Resolver, Zones
from noc_console.services.discovery.service import LIVE, DiscoveryService
from noc_console.services.inspection.platforms.identify import Rules
from noc_console.services.inventory.service import InventoryService
from noc_console.services.telemetry.ports import SnmpReader

_log = logging.getLogger(__name__)

LOOK_S = 1.0
"""How often the collector looks for runs that wait."""
DUE_S = 60.0
"""How often the policy is asked whether to look again."""
WAIT_S = 0.5
"""How often a run that another worker does is looked at while waiting for its end."""


class DiscoveryWorker:
    """Takes runs nobody works on (new ones, and those of workers that died), one at a time."""

    def __init__(
        self,
        discovery: DiscoveryService,
        inventory: InventoryService,
        credentials: CredentialService,
        reader: SnmpReader,
        *,
        actor: Actor,
        resolver: Resolver,
        rules: Rules,
        clock: Clock | None = None,
        look_s: float = LOOK_S,
        zones: Zones | None = None,
        serves: Callable[[str], bool] = lambda zone: not zone,
        begins: Callable[[], bool] = lambda: True,
    ) -> None:
        """`serves` tells whether we reach a zone by its name ("" is the common one), `begins`
        whether it is for us to start the regular look over the network.
        """
        self._discovery = discovery
        self._credentials = credentials
        self._tools = Tools(
            discovery=discovery,
            inventory=inventory,
            credentials=credentials,
            reader=reader,
            resolver=resolver,
            rules=rules,
            clock=clock or SystemClock(),
            zones=zones,
        )
        self._serves = serves
        self._begins = begins
        self._actor = actor
        self._owner = uuid4().hex
        self._look_s = look_s

    async def run(self) -> None:
        """Look for work for ever."""
        loop = asyncio.get_running_loop()
        checked = loop.time()
        while True:
            beat()
            if loop.time() - checked >= DUE_S:
                checked = loop.time()
                await self.look_again()
            await self.once()
            await asyncio.sleep(self._look_s)

    async def look_again(self) -> bool:
        """Begin a search over what is known when the policy wants it; whether it did."""
        if not self._begins() or not await self._discovery.is_due(self._actor):
            return False
        due = await self._discovery.rediscover(self._actor)
        _log.info("looking the network over again: run %d", due.id)
        return True

    async def once(self) -> int:
        """Do all that waits now; how many runs that was."""
        done = 0
        for run_id in await self._discovery.waiting(self._actor):
            run = await self._discovery.status(self._actor, run_id=run_id)
            if self._serves(run.scope.zone) and await self._do(run_id):
                done += 1
        return done

    async def work(self, run_id: int) -> Run:
        """Do the run, or wait while another worker does it; returns once it has ended.

        A worker that died is succeeded when its lease runs out.
        """
        while True:
            run = await self._discovery.status(self._actor, run_id=run_id)
            if run.state not in LIVE:
                return run
            if not self._serves(run.scope.zone) or not await self._do(run_id):
                await asyncio.sleep(WAIT_S)

    async def _do(self, run_id: int) -> bool:
        """Whether the run was free to be taken."""
        actor, discovery = self._actor, self._discovery
        try:
            if not await discovery.claim(actor, run_id=run_id, owner=self._owner):
                return False
            run = await discovery.status(actor, run_id=run_id)
            keys = await self._credentials.opened(actor, credential_ids=run.scope.credential_ids)
            crawl = Crawl(run, self._tools, actor, owner=self._owner, keys=keys)
            with span("discovery", run=run_id):
                is_done = await crawl.work()
            if is_done:
                await discovery.end(actor, run_id=run_id, state=RunState.DONE)
        finally:
            # Also when cancelled while claiming: a lease that is not ours stays as it is.
            await discovery.release(actor, run_id=run_id, owner=self._owner)
        run = await discovery.status(actor, run_id=run_id)
        _log.info(
            "discovery run %d %s: %d found, %d failed", run_id, run.state, run.found, run.failed
        )
        return True
