"""Compares how it is with how it was: by itself after work, and whenever somebody asks."""

from __future__ import annotations

from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import Conflict
from noc_console.kernel.operation import operation
from noc_console.services.maintenance.looking import Looker
from noc_console.services.maintenance.model import Report, Run
from noc_console.services.maintenance.service import MaintenanceService


class ComparisonService:
    """Takes snapshots of a run's objects and keeps what they tell."""

    def __init__(self, maintenance: MaintenanceService, looker: Looker) -> None:
        self._maintenance = maintenance
        self._looker = looker

    @operation("maintenance.compare", right="maintenance.plan")
    async def compare(self, actor: Actor, *, run_id: int) -> Report:
        """Compare how it is now with how it was before the work; what was told before goes."""
        run = await self._maintenance.run(actor, run_id=run_id)
        if not run.has_before and not run.is_under_way:
            raise Conflict("how it was before was not taken: there is nothing to compare with")
        return await self.look(actor, run)

    async def look(self, actor: Actor, run: Run) -> Report:
        """Take the state that is missing: before work, or after it."""
        actor.require("maintenance.plan")
        window = await self._maintenance.window(actor, window_id=run.window_id)
        spots = await self._maintenance.spots_of(actor, run_id=run.id)
        taken = await self._looker.look(actor, spots, reads_configs=window.reads_configs)
        if run.has_before:
            return await self._maintenance.keep_after(actor, run_id=run.id, snapshot=taken)
        await self._maintenance.keep_before(actor, run_id=run.id, snapshot=taken)
        return await self._maintenance.report(actor, run_id=run.id)
