"""One budget of requests per device for the whole team, whatever process asks.

Every process keeps a bucket for each device it asks and tells the others once a second, through
the store of measurements, how much it has sent; what they tell drains its own bucket. So two
consoles that browse the same box, and an inspection beside them, get as much together as one
would alone. Polls go first: they are why the budget is there, and small. What they and the looks
at a device somebody works on take, is told as well.

Nobody asks the store before a request: for a second, each of several processes may spend the
burst. Without the store everybody goes on with what it knows.
"""

from __future__ import annotations

import asyncio
from collections import Counter, OrderedDict
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from uuid import uuid4

import structlog
from sqlalchemy.exc import InterfaceError, OperationalError

from noc_console.db.samples import Samples
from noc_console.kernel.clock import Clock, steady_s
from noc_console.kernel.errors import Conflict, Unreachable
from noc_console.services.telemetry.rules.schedule import Bucket

_log = structlog.get_logger("budget")

PER_SECOND = 50.0
"""Requests one device gets from all of us together, per second."""
BURST_S = 4.0
"""So many seconds' worth may come at once: a box is inspected without waiting."""
SYNC_EVERY_S = 1.0
LONGEST_WAIT_S, SHORTEST_S = 60.0, 0.01
MOST_PEERS = 20_000
_LATE_S = 10.0
"""How far others' clocks may be behind ours."""


class Budget:
    """This process's share of what devices may be asked; peers are `SnmpTarget.peer`."""

    def __init__(
        self,
        samples: Samples,
        *,
        clock: Clock,
        steady: Callable[[], float] = steady_s,
        name: str = "",
    ) -> None:
        self._samples = samples
        self._clock = clock
        self._steady = steady
        self._who = f"{name[:64]}/{uuid4().hex[:12]}"
        self._buckets: OrderedDict[str, Bucket] = OrderedDict()
        self._sent: Counter[str] = Counter()
        self._unsaid: set[str] = set()
        self._heard: dict[tuple[str, str], int] | None = None
        self._beside: Counter[str] = Counter()
        self._asked_at: datetime | None = None
        self._synced = float("-inf")
        self._lock = asyncio.Lock()

    async def wait(self, peer: str) -> None:
        """Until the device may be asked again. Conflict when others keep it busy for a minute."""
        waited = 0.0
        while True:
            await self._sync_sometimes()
            debt = self._bucket(peer).debt_s(now=self._steady())
            if not debt:
                return
            if waited >= LONGEST_WAIT_S:
                raise Conflict(f"others of us ask {peer} so much that it is to be left alone")
            pause = min(max(debt, SHORTEST_S), SYNC_EVERY_S)
            await asyncio.sleep(pause)
            waited += pause

    def spend(self, peer: str, requests: int, *, polling: bool = False) -> None:
        """So many requests were sent to the device."""
        self._bucket(peer).spend(requests, now=self._steady())
        self._sent[peer] += requests
        self._unsaid.add(peer)
        if not polling:
            self._beside[peer] += requests

    async def sync(self) -> None:
        """Tell the others what was sent, and hear what they sent."""
        async with self._lock:
            now, self._synced = self._clock.now(), self._steady()
            unsaid, self._unsaid = self._unsaid, set()
            try:
                await self._samples.spend(
                    self._who, {peer: self._sent[peer] for peer in unsaid}, now
                )
                since = (self._asked_at or now) - timedelta(seconds=_LATE_S)
                self._hear(await self._samples.spent(since, but=self._who))
                self._asked_at = now
            except (Unreachable, OperationalError, InterfaceError) as error:
                self._unsaid |= unsaid
                _log.info("budget not shared", reason=str(error).partition("\n")[0][:200])

    def taken_beside(self) -> Mapping[str, int]:
        """Requests by peer that were not polls, by this process and the others, since last told."""
        beside, self._beside = self._beside, Counter()
        return beside

    def _hear(self, totals: Mapping[tuple[str, str], int]) -> None:
        first = self._heard is None
        heard = self._heard or {}
        now = self._steady()
        for key, total in totals.items():
            more = total - heard.get(key, 0)
            if more > 0 and not first:  # what was sent before our time is paid for
                self._bucket(key[0]).spend(more, now=now)
                self._beside[key[0]] += more
        # Who says nothing for long is forgotten by the store as well.
        self._heard = heard | dict(totals) if len(heard) < MOST_PEERS else dict(totals)

    async def _sync_sometimes(self) -> None:
        if self._steady() - self._synced >= SYNC_EVERY_S and not self._lock.locked():
            await self.sync()

    def _bucket(self, peer: str) -> Bucket:
        bucket = self._buckets.get(peer)
        if bucket is None:
            if len(self._buckets) >= MOST_PEERS:
                gone, _ = self._buckets.popitem(last=False)
                self._sent.pop(gone, None)
                self._unsaid.discard(gone)
            bucket = Bucket(PER_SECOND, now=self._steady(), burst_s=BURST_S)
            self._buckets[peer] = bucket
        return bucket
