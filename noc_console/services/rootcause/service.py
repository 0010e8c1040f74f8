"""Root causes for people: why an alarm is folded, and where the collectors stand."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.kernel.clock import Clock
from noc_console.kernel.errors import NotFound
from noc_console.kernel.operation import operation
from noc_console.services.alarms.model import Alarm, AlarmId, Condition
from noc_console.services.alarms.service import AlarmService
from noc_console.services.collectors.service import CollectorService
from noc_console.services.inventory.model import Reachability
from noc_console.services.inventory.service import InventoryService
from noc_console.services.rootcause import store
from noc_console.services.rootcause.model import Explained, VantageChanged
from noc_console.services.rootcause.ports import Subscribers
from noc_console.services.rootcause.rules import gather, telling
from noc_console.services.rootcause.rules.engine import Correlator
from noc_console.services.rootcause.subscribers import InventorySubscribers

KEPT_FOR = timedelta(seconds=30)
"""Somebody who asks why asks several times; the network is the same meanwhile."""


class RootCauseService:
    """Explains verdicts, and reads together what they rest on."""

    def __init__(
        self,
        inventory: InventoryService,
        alarms: AlarmService,
        collectors: CollectorService,
        db: Database,
        *,
        clock: Clock,
        subscribers: Subscribers | None = None,
    ) -> None:
        self._inventory = inventory
        self._alarms = alarms
        self._collectors = collectors
        self._db = db
        self._clock = clock
        self._own = InventorySubscribers(inventory, clock=clock)
        self.subscribers: Subscribers = subscribers or self._own
        self._known: dict[str, tuple[datetime, Correlator]] = {}

    @operation("rootcause.why", right="alarms.see")
    async def why(self, actor: Actor, *, alarm_id: int) -> Explained:
        """Explain why an alarm is folded under another, or why it stands for itself."""
        (alarm,) = await self._alarms.some(actor, alarm_ids=(alarm_id,)) or (None,)
        if alarm is None:
            raise NotFound(f"there is no alarm {alarm_id}")
        if not alarm.is_active:
            return _past(alarm)
        engine = await self._fresh(actor)
        standing = await self._alarms.active(actor)
        return await asyncio.to_thread(_explain, engine, standing, alarm, self._clock.now())

    @operation("rootcause.vantage", right="alarms.see")
    async def vantage(self, actor: Actor) -> tuple[str, ...]:
        """Show the devices the collectors hang on; none: the core of the network counts as it."""
        async with self._db.read(actor) as tx:
            ids = await store.vantage_ids(tx)
        return tuple(
            sorted(d.name for d in await self._inventory.devices(actor) if int(d.id) in ids)
        )

    @operation("rootcause.set-vantage", right="rootcause.change")
    async def set_vantage(self, actor: Actor, *, devices: tuple[str, ...] = ()) -> None:
        """Say which devices the collectors hang on, by name or address; none takes them back."""
        found = [await self._inventory.device_named(actor, name=name) for name in devices]
        async with self._db.begin(actor) as tx:
            await store.set_vantage(tx, [int(device.id) for device in found])
            tx.record(VantageChanged(devices=len(found)))
        self._known.pop(actor.tenant, None)

    async def correlator(self, actor: Actor) -> Correlator:
        """An engine that knows the network as it is now, and no alarm yet."""
        actor.require("alarms.see")
        devices = await self._inventory.devices(actor)
        sites = await self._inventory.sites(actor)
        links = await self._inventory.links(actor)
        ports = await self._inventory.link_ports(actor)
        addresses = await self._inventory.port_addresses(actor)
        zones = {
            int(one): int(zone) for one, zone in (await self._collectors.zones_of(actor)).items()
        }
        async with self._db.read(actor) as tx:
            vantage = await store.vantage_ids(tx)
        onus = await self._own.onus(actor)
        book = await self.subscribers.book(actor)

        def build() -> Correlator:
            network = gather.network(
                devices,
                sites,
                links,
                ports,
                zones=zones,
                vantage=vantage,
                addresses=addresses,
                onus=onus,
            )
            answers = {int(device.id): device.reachability for device in devices}
            return Correlator(network, answers=answers, book=book)

        return await asyncio.to_thread(build)

    async def answering(
        self, actor: Actor, *, device_ids: frozenset[int]
    ) -> Mapping[int, Reachability]:
        """How some devices answer now."""
        actor.require("alarms.see")
        told = await self._inventory.answering(actor, device_ids=device_ids)
        return {int(device): answer for device, answer in told.items()}

    async def _fresh(self, actor: Actor) -> Correlator:
        now = self._clock.now()
        at, engine = self._known.get(actor.tenant, (None, None))
        if at is None or engine is None or not at <= now < at + KEPT_FOR:
            engine = await self.correlator(actor)
            self._known[actor.tenant] = now, engine
        return engine


def _past(alarm: Alarm) -> Explained:
    if alarm.root_id is None:
        verdict = "It is over, and it was nobody's consequence."
        return Explained(alarm.id, None, verdict)
    verdict = f"It is over. While it stood it was folded: {alarm.root_why}."
    return Explained(alarm.id, alarm.root_id, verdict)


def _explain(
    engine: Correlator, standing: tuple[Alarm, ...], alarm: Alarm, now: datetime
) -> Explained:
    gone = engine.standing.alarms.keys() - {int(one.id) for one in standing if one.is_active}
    engine.look(standing, gone=gone, now=now)
    causes = engine.causes()
    known = engine.standing.alarms.get(int(alarm.id))
    if known is None:
        return Explained(alarm.id, alarm.root_id, alarm.root_why or "It has only just come.")
    root = engine.root_of(known.id)
    storm = engine.standing.alarms.get(known.root_id or 0)
    if root is None and storm is not None and storm.condition == Condition.STORM:
        verdict = f"Folded under {telling.named(storm)}: {known.root_why or 'one of many'}."
        told = telling.own_steps(engine, causes, known)
        return Explained(known.id, storm.id, verdict, told)
    if root is None:
        return Explained(
            known.id,
            None,
            f"{telling.named(known)} stands for itself.",
            telling.own_steps(engine, causes, known),
        )
    return Explained(
        known.id,
        AlarmId(root),
        f"Folded under {telling.named(engine.standing.alarms[root])}: "
        f"{telling.sentence(engine, causes, known.id)}.",
        telling.steps(engine, causes, known.id),
        telling.path(engine, known),
    )
