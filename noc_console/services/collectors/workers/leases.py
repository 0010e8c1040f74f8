"""Keeping one's part of the devices, and stopping in time.

A collector holds a lease with a time to live of six seconds by the database's clock, renewed
every two. Two fences keep two collectors from polling the same device:

- nobody takes what another holds before that lease has run out (or was given back);
- the holder reckons the lease from before it asked for it, on its own steady clock, which goes
  on through sleep: frozen, cut off or with a server that does not answer, it stops first.

A process that was killed is known sooner: its connection ends, and with it an advisory lock
(`db.presence`). Others believe that only after a second look half a second later, and never of
a lease renewed meanwhile. So a collector that loses that connection and cannot renew stops
before that second look, unless the server is down for everybody: then nobody takes anything,
and a server that was restarted since says nothing about who was connected before.

On SQLite there is one collector, by its lock file; its lease is for show and never runs out.
"""

from __future__ import annotations

import asyncio
import os
import random
import socket
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from math import inf
from uuid import uuid4

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import InterfaceError, InternalError, OperationalError

from noc_console.db.apart import Apart
from noc_console.db.database import Database
from noc_console.db.presence import Presence, notify
from noc_console.kernel.actor import Actor
from noc_console.kernel.clock import steady_s
from noc_console.kernel.errors import Unreachable
from noc_console.kernel.events import Event, EventBus
from noc_console.kernel.heartbeat import beat
from noc_console.services.collectors import leasing
from noc_console.services.collectors.heartbeat import CHANNEL, Beat, Wish, one_heartbeat
from noc_console.services.collectors.leasing import Me
from noc_console.services.collectors.model import (
    COMMON,
    CollectorsChanged,
    Duty,
    Share,
    ZoneId,
    ZonesChanged,
    shard_of,
)
from noc_console.services.collectors.service import CollectorService
from noc_console.services.inventory.model import DeviceChanged

_log = structlog.get_logger("leases")

LEAVE_S = 2.0
"""How long leaving may take; a lease that could not be given back runs out by itself."""
PLACES_EVERY_S = 30.0
"""Devices in zones are read anew when an event says so, and at least this often."""
DECISIONS = frozenset({"drained", "resumed", "serves", "serves no more"})
_STORE_TROUBLE = (Unreachable, OperationalError, InterfaceError, InternalError)


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How fast a team of collectors notices. Everybody's must be the same."""

    heartbeat_s: float = 2.0
    ttl_s: float = 6.0
    hint_s: float = 0.5
    """Between two looks at a connection that ended."""

    @property
    def fence_s(self) -> float:
        """Of its lease a collector uses a little less: to ask takes a moment too."""
        return self.ttl_s * 11 / 12


class LeaseKeeper:
    """Keeps this process's lease, and knows what is its. Implements `telemetry.ports.Shares`."""

    def __init__(
        self,
        db: Database,
        collectors: CollectorService,
        *,
        bus: EventBus,
        actor: Actor,
        name: str,
        is_child: bool = False,
        rhythm: Rhythm | None = None,
        steady: Callable[[], float] = steady_s,
        asking: Callable[[], Collection[int]] = tuple,
    ) -> None:
        """`asking` tells which devices are being asked now: they are given up afterwards."""
        self._db = db
        self._collectors = collectors
        self._bus = bus
        self._actor = actor
        self._rhythm = rhythm or Rhythm()
        self._steady = steady
        self._asking = asking
        self._me = Me(
            tenant=actor.tenant,
            instance=uuid4().hex,
            name=name,
            host=socket.gethostname(),
            pid=os.getpid(),
            is_child=is_child,
            watch_key=random.SystemRandom().randrange(1, 1 << 31),
        )
        self._label = ""
        self._waits_since = 0.0
        self._fence = 0.0
        """Until when, in steady seconds, the lease lasts for us."""
        self._doubt = inf
        """Until when others cannot have taken us for dead; for ever while we are connected."""
        self._held: frozenset[Share] = frozenset()
        self._leaving: frozenset[Share] = frozenset()
        self._shards: frozenset[tuple[int, int]] = frozenset()
        self._zones: frozenset[ZoneId] = frozenset()
        self._zone_ids: Mapping[str, ZoneId] = {}
        self._zone_of: Mapping[int, ZoneId] = {}
        """Of devices that are in a zone of their own or of their site's."""
        self._settling: dict[int, float] = {}
        """Devices that changed their zone, and until when the zone they left may poll them."""
        self._silent: dict[str, tuple[datetime, float]] = {}
        """Whose connection ended: when they last renewed, and since when we know."""
        self._next_end_s: float | None = None
        self._is_watched = False
        self._failures = 0
        self._was_sure = False
        self._wake = asyncio.Event()
        self._places_are_old = asyncio.Event()
        self._listeners: list[Callable[[], None]] = []

    # What is ours

    @property
    def label(self) -> str:
        """What this process is called: its name, until two of that name live."""
        return self._label or self._me.name

    def mine(self, device_id: int) -> bool:
        """Whether this collector is to poll the device, at this moment."""
        if self._place(device_id) not in self._shards:
            return False
        now = self._steady()
        return (
            now < self._fence
            and now < self._doubt
            and not (self._settling and self._settling.get(device_id, 0.0) > now)
        )

    def has(self, duty: Duty) -> bool:
        """Whether this collector is to do what one of them has to, at this moment."""
        share = Share(COMMON, duty)
        return share in self._held and share not in self._leaving and self._is_sure

    def serves(self, zone: str) -> bool:
        """Whether it takes part in a zone, by its name ("" is the common one), at this moment."""
        return self._zone_ids.get(zone) in self._zones and self._is_sure

    def in_zone(self, zone: str, number: int) -> bool:
        """Whether it holds the shard of that zone which `number` falls into, at this moment."""
        place = (self._zone_ids.get(zone, -1), shard_of(number))
        return place in self._shards and self._is_sure

    def listen(self, changed: Callable[[], None]) -> Callable[[], None]:
        """Be told when `mine` may answer otherwise; returns how to end that."""
        self._listeners.append(changed)
        return lambda: self._listeners.remove(changed)

    def health(self) -> Mapping[str, int | float]:
        """For the collector's pulse and its metrics."""
        left = min(self._fence, self._doubt) - self._steady()
        return {
            "shards": len(self._shards) if self._is_sure else 0,
            "lease_left_s": round(max(0.0, left), 3) if left < inf else 0.0,
            "lease_failures": self._failures,
        }

    @property
    def _is_sure(self) -> bool:
        return self._steady() < min(self._fence, self._doubt)

    def _place(self, device_id: int) -> tuple[int, int]:
        return (self._zone_of.get(device_id, COMMON), shard_of(device_id))

    # Keeping it

    async def run(self) -> None:
        """Forever, until cancelled; then everything is given back at once."""
        apart = Apart(self._db, name="leases", patience_s=self._rhythm.ttl_s)
        presence = Presence(
            self._db,
            key=self._me.watch_key,
            channel=CHANNEL,
            held=self._watched,
            woken=self._wake.set,
            patience_s=self._rhythm.ttl_s,
        )
        stop_listening = self._bus.listen(self._hear)
        presence.start()
        self._waits_since = self._steady()
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._keep_fence())
                group.create_task(self._keep_places())
                while True:
                    await self._once(apart)
                    await self._rest()
        finally:
            stop_listening()
            await self._leave(apart)
            presence.stop()
            apart.close()

    async def _once(self, apart: Apart) -> None:
        """One heartbeat, or the attempt."""
        beat()
        self._wake.clear()
        wish = self._wish()
        sent = self._steady()
        try:
            done = await apart.keep(partial(one_heartbeat, me=self._me, wish=wish))
        except _STORE_TROUBLE as error:
            self._failures += 1
            if _is_down_for_all(error):
                self._doubt = inf
            if self._failures == 1:
                _log.warning("lease not renewed", reason=str(error).partition("\n")[0][:200])
            return
        if self._failures > 0:
            _log.info("lease can be renewed again", attempts=self._failures)
            self._failures = 0
        self._take(done, wish, sent)
        await self._announce(done)

    def _wish(self) -> Wish:
        now = self._steady()
        asked = {self._place(device_id) for device_id in self._asking()}
        return Wish(
            ttl_s=self._rhythm.ttl_s,
            label=self._label,
            may_rename=now - self._waits_since > self._rhythm.ttl_s + self._rhythm.heartbeat_s,
            given_up=frozenset(
                share
                for share in self._leaving
                if share.duty is not None or (share.zone, int(share.item)) not in asked
            ),
            suspects={
                instance: renewed_at
                for instance, (renewed_at, since) in self._silent.items()
                if now - since >= self._rhythm.hint_s
            },
            is_watched=self._is_watched,
        )

    def _take(self, done: Beat, wish: Wish, sent: float) -> None:
        if self._label and not done.label:
            self._waits_since = self._steady()
        if self._label and done.has_joined:
            _log.warning("lease lost and taken anew", name=self.label)
        self._label = done.label
        self._held, self._leaving, self._zones = done.held, done.surplus, done.zones
        self._zone_ids = {"": COMMON, "common": COMMON, **done.zone_names}
        self._next_end_s = done.next_end_s
        self._silent = {
            instance: self._since(instance, renewed_at)
            for instance, renewed_at in done.silent.items()
        }
        if not done.label:
            self._fence = 0.0
        elif self._db.is_sqlite:
            self._fence = inf  # the lock file keeps every other collector away
        else:
            self._fence = sent + self._rhythm.fence_s
        if wish.is_watched and not self._is_watched:
            self._wake.set()  # our connection ended meanwhile: once more, without counting on it
        else:
            self._doubt = inf
        shards = frozenset(
            (int(share.zone), int(share.item))
            for share in self._held - self._leaving
            if share.duty is None
        )
        if shards != self._shards or self._is_sure != self._was_sure:
            self._shards = shards
            self._tell()

    def _since(self, instance: str, renewed_at: datetime) -> tuple[datetime, float]:
        known = self._silent.get(instance)
        return known if known and known[0] == renewed_at else (renewed_at, self._steady())

    async def _rest(self) -> None:
        """Until the next heartbeat: sooner when something is known to happen before it."""
        pause = self._rhythm.heartbeat_s * random.uniform(0.9, 1.0)
        if self._failures:
            pause = min(pause, 0.25 * 2 ** min(self._failures, 6)) * random.uniform(0.7, 1.0)
        if self._silent:
            pause = min(pause, self._rhythm.hint_s + 0.02)
        if self._leaving:
            pause = min(pause, self._rhythm.hint_s / 2)
        if self._next_end_s is not None:
            pause = min(pause, self._next_end_s + 0.02)
        await asyncio.sleep(min(0.05, pause))  # however often somebody wakes us
        try:
            async with asyncio.timeout(pause):
                await self._wake.wait()
        except TimeoutError:
            pass

    async def _keep_fence(self) -> None:
        """Say so when the lease runs out unrenewed, and when a device that moved has settled."""
        while True:
            now = self._steady()
            left = min(self._fence, self._doubt) - now
            if left <= 0 and self._was_sure:
                _log.warning("lease ran out: polling stops", shards=len(self._shards))
                self._tell()
            if settled := [d for d, at in self._settling.items() if at <= now]:
                for device_id in settled:
                    del self._settling[device_id]
                self._tell()
            await asyncio.sleep(min(max(left, 0.02), 0.5))

    def _watched(self, is_held: bool) -> None:
        """The presence's connection came or went."""
        if self._is_watched and not is_held:
            self._doubt = self._steady() + self._rhythm.hint_s
        if is_held != self._is_watched:
            self._is_watched = is_held
            self._wake.set()

    def _tell(self) -> None:
        self._was_sure = self._is_sure
        for changed in tuple(self._listeners):
            changed()

    # Zones

    def _hear(self, events: Sequence[Event]) -> None:
        for event in events:
            if isinstance(event, ZonesChanged) or (
                isinstance(event, DeviceChanged) and event.what != "seen" and self._zone_of
            ):
                self._places_are_old.set()
            if isinstance(event, ZonesChanged) or (
                isinstance(event, CollectorsChanged) and event.what in DECISIONS
            ):
                self._wake.set()

    async def _keep_places(self) -> None:
        while True:
            self._places_are_old.clear()
            try:
                await self._read_places()
            except _STORE_TROUBLE as error:
                _log.warning("zones not read", reason=str(error).partition("\n")[0][:200])
            await asyncio.sleep(min(1.0, self._rhythm.ttl_s / 4))
            try:
                async with asyncio.timeout(PLACES_EVERY_S):
                    await self._places_are_old.wait()
            except TimeoutError:
                pass

    async def _read_places(self) -> None:
        """Which devices are in which zone.

        A device that moved is left alone for a time to live: by then the collector of the
        zone it left has heard of it too, or has lost its lease.
        """
        zone_of = await self._collectors.zones_of(self._actor)
        moved = {
            device_id
            for device_id in zone_of.keys() | self._zone_of.keys()
            if zone_of.get(device_id) != self._zone_of.get(device_id)
        }
        if self._label:
            self._settling |= dict.fromkeys(moved, self._steady() + self._rhythm.ttl_s)
        self._zone_of = zone_of
        if moved:
            self._tell()

    # Joining and leaving

    async def _announce(self, done: Beat) -> None:
        """Who came and who went is in the journal, and so on every screen."""
        news = [(label, "gone") for label in done.buried]
        if done.has_joined and done.label:
            news.append((done.label, "joined"))
        if not news:
            return
        for label, what in news:
            _log.info("collector", name=label, what=what)
        try:
            async with self._db.begin(self._actor) as tx:
                for label, what in news:
                    tx.record(CollectorsChanged(name=label, what=what))
        except _STORE_TROUBLE:
            pass  # the leases are what counts; the next look at them shows it

    async def _leave(self, apart: Apart) -> None:
        """Stop, let what is being asked end, and give everything back."""
        had, self._fence = self._label, 0.0
        self._shards, self._held, self._leaving = frozenset(), frozenset(), frozenset()
        self._label = ""
        self._tell()
        loop = asyncio.get_running_loop()
        end = loop.time() + LEAVE_S
        while self._asking() and loop.time() < end:  # noqa: ASYNC110 - nobody tells us
            await asyncio.sleep(0.02)
        if had:
            leaving = loop.create_task(apart.keep(self._leave_on))
            await asyncio.wait({leaving}, timeout=LEAVE_S)
            if leaving.done() and leaving.exception() is not None:
                _log.warning("lease not given back: it runs out", reason=str(leaving.exception()))

    def _leave_on(self, connection: Connection) -> None:
        leasing.leave(connection, self._me)
        notify(connection, CHANNEL)


def _is_down_for_all(error: Exception) -> bool:
    """Whether the server is away, starting or stopping, as it says itself or its port does."""
    said = getattr(error, "orig", error)
    return getattr(said, "sqlstate", None) in {"57P02", "57P03"} or (
        "Connection refused" in str(said)
    )
