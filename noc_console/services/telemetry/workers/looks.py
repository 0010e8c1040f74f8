"""What somebody looks at, and what spoke unasked: asked at once, within each device's budget."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import numpy as np

from noc_console.db.samples import INTERFACE, Samples
from noc_console.kernel.clock import Clock
from noc_console.services.telemetry.budget import SYNC_EVERY_S, Budget
from noc_console.services.telemetry.model import Ints, Ports
from noc_console.services.telemetry.rules.ledger import Ledger
from noc_console.services.telemetry.rules.schedule import Bucket
from noc_console.services.telemetry.workers.asking import PER_GET, Steady, names_of
from noc_console.services.telemetry.workers.fleet import Fleet
from noc_console.services.telemetry.workers.outbox import insist
from noc_console.services.telemetry.workers.ward import Ward

SOONEST_S = 2.0
"""A device that keeps sending traps is not asked more often than this."""


class Looks:
    """Reads what other processes wish, hint at and spend, four times a second."""

    def __init__(
        self,
        fleet: Fleet,
        samples: Samples,
        *,
        budget: Budget,
        ledger: Ledger,
        clock: Clock,
        steady: Steady,
        look: Callable[[Ward, Ints | None], Awaitable[None]],
    ) -> None:
        self._fleet = fleet
        self._samples = samples
        self._budget = budget
        self._ledger = ledger
        self._clock = clock
        self._steady = steady
        self._look = look
        self._heard: dict[int, datetime] = {}
        self._shared_at = float("-inf")

    async def run(self, group: asyncio.TaskGroup) -> None:
        """Forever, until cancelled; looks are tasks of the group."""
        self._heard_since = self._clock.now()

        async def serve() -> None:
            await self._share_budgets()
            await self._follow_hints()
            await self._serve_wishes(group)

        while True:
            await insist("wishes", serve, strand="looks")
            await asyncio.sleep(min(0.25, self._fleet.policy.watched_interval_s / 4))

    async def _share_budgets(self) -> None:
        """What others of ours asked a device leaves less for looks at it."""
        now = self._steady()
        if now - self._shared_at < SYNC_EVERY_S:
            return
        self._shared_at = now
        await self._budget.sync()
        taken = self._budget.taken_beside()
        if not taken:
            return
        for ward in self._fleet.wards.values():
            if requests := taken.get(ward.subject.target.peer, 0):
                self._bucket(ward, now).spend(requests, now=now)
                self._ledger.requests("others", requests, now=now)

    def _bucket(self, ward: Ward, now: float) -> Bucket:
        """Devices have one from the moment somebody beside the schedule asks them."""
        if ward.bucket is None:
            ward.bucket = Bucket(self._fleet.policy.watched_budget, now=now)
        return ward.bucket

    # Hints

    def hint(self, device_id: int) -> None:
        """Something may have happened there (a trap said so): look soon."""
        ward = self._fleet.wards.get(device_id)
        if ward is None:
            return
        if ward.busy:
            ward.is_hinted = True
            return
        soonest = max(self._steady(), ward.began + self.least_s(ward))
        self._fleet.schedule.hasten(device_id, soonest)
        self._fleet.awake.set()

    def least_s(self, ward: Ward) -> float:
        """Hints ask a device no more often than this."""
        return min(SOONEST_S, ward.interval)

    async def _follow_hints(self) -> None:
        """Hints of all processes; each word counts once, however often we read it."""
        found = await self._samples.hints(self._heard_since)
        for device_id, at in found.items():
            if self._heard.get(device_id) != at:
                self.hint(device_id)
        if found:
            # Their writers' clocks are not ours, and what commits late was told earlier.
            self._heard_since = max(found.values()) - timedelta(seconds=10)
        self._heard = found

    # Wishes

    async def _serve_wishes(self, group: asyncio.TaskGroup) -> None:
        for device_id, rows in (await self._wished()).items():
            ward = self._fleet.wards.get(device_id)
            if ward is not None and self._may_look(ward, rows):
                ward.busy = True
                whole = cost_of(ward.subject.ports, rows) >= ward.asked.requests
                group.create_task(self._begin(ward, None if whole else rows))

    async def _begin(self, ward: Ward, rows: Ints | None) -> None:
        await self._look(ward, rows)

    async def _wished(self) -> dict[int, Ints]:
        """Rows of interfaces to look at by device; all when the device itself is wished for."""
        found: dict[int, Ints] = {}
        for wish in await self._samples.wishes(self._clock.now()):
            ward = self._fleet.wards.get(wish.device_id)
            if ward is None:
                continue
            ports = ward.subject.ports
            rows = np.flatnonzero(ports.indexes > 0)
            if wish.kind == INTERFACE.name:
                rows = rows[np.isin(ports.ids[rows], list(wish.subject_ids))]
            if len(rows) > len(found.get(wish.device_id, ())):
                found[wish.device_id] = rows
        return found

    def _may_look(self, ward: Ward, rows: Ints) -> bool:
        """Once an interval, not while it is asked already, and within its budget."""
        now, policy = self._steady(), self._fleet.policy
        if ward.busy or ward.down or now - ward.watched_at < policy.watched_interval_s:
            return False
        cost = min(cost_of(ward.subject.ports, rows), ward.asked.requests)
        if not self._bucket(ward, now).take(cost, now=now):
            self._ledger.refused(now=now)
            return False
        self._ledger.requests("watching", cost, now=now)
        self._budget.spend(ward.subject.target.peer, cost, polling=True)
        ward.watched_at = now
        return True


def cost_of(ports: Ports, rows: Ints) -> int:
    """Datagrams it takes to GET these interfaces one by one."""
    return -(-(1 + sum(len(names_of(ports, int(row))) for row in rows)) // PER_GET)
