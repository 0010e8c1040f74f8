"""From datagrams to sums on disk: decoded at once, summed up in threads, kept every minute."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections import deque
from collections.abc import Mapping, Sequence
from functools import partial
from itertools import pairwise

import numpy as np

from noc_console.db.flows import SPANS, Block, ExporterWord, FlowStore, Place, pack, unpack, word_id
from noc_console.kernel.actor import Actor
from noc_console.kernel.clock import Clock
from noc_console.kernel.events import Event, EventBus
from noc_console.kernel.heartbeat import beat
from noc_console.services.flows.model import FlowPrefix, FlowPrefixesChanged, PrefixRole
from noc_console.services.flows.rules.cubes import BY_NUMBER, rolled
from noc_console.services.flows.rules.health import ExporterHealth
from noc_console.services.flows.rules.prefixes import Named, PrefixTable, connected
from noc_console.services.flows.rules.tally import Tally
from noc_console.services.flows.service import FlowService
from noc_console.services.flows.watching import FlowWatcher
from noc_console.services.inventory.model import (
    Device,
    DeviceChanged,
)
from noc_console.services.inventory.pollable import PortAddresses
from noc_console.services.inventory.service import InventoryService
from noc_console.wire.ber import Malformed
from noc_console.wire.flows.decoder import FlowDecoder
from noc_console.wire.flows.records import Rows

FOLD_ROWS = 50_000
"""Flows summed up in one go: a third of a second of a thread, some megabytes."""
WAITING = 1_000_000
"""Flows that may wait to be summed up; more are dropped and counted."""
LOOK_EVERY_S = 1.0
LOOK_UP_EVERY_S = 300.0
LOOK_UP_AGAIN_S = 10.0
"""While a discovery changes one device after the other."""
PRUNE_EVERY_S = 3_600.0
MOST_STRANGERS = 1_000
LATE_S = 90
"""A stretch is rolled up when its last minute has surely been written."""


class FlowWorker:
    """Takes what the listeners hear. `take` returns at once."""

    def __init__(
        self,
        flows: FlowService,
        store: FlowStore,
        inventory: InventoryService,
        *,
        bus: EventBus,
        clock: Clock,
        actor: Actor,
        name: str,
        watcher: FlowWatcher | None = None,
    ) -> None:
        self._watcher = watcher
        self._flows = flows
        self._store = store
        self._inventory = inventory
        self._bus = bus
        self._clock = clock
        self._actor = actor
        self._name = name
        self._source = word_id(name)
        self._decoder = FlowDecoder()
        self._exporters: dict[str, ExporterHealth] = {}
        self._strangers: dict[str, ExporterHealth] = {}
        self._addresses: dict[str, int] = {}
        self._prefixes = PrefixTable()
        self._words: dict[int, str] = {}
        self._known_is_old = True
        self._rows: deque[tuple[int, Rows]] = deque()
        self._waiting = 0
        self._tally = Tally()
        # A cancelled turn leaves its thread at work while the last minute is being closed.
        self._summing = threading.Lock()
        self._minute = 0
        self._told_at = 0.0
        self.datagrams = 0
        self.flows = 0
        self.dropped = 0
        """Flows for which there was no room to wait."""
        self.cut_off = 0
        """Rows of a minute that were summed up as rest, because there were too many."""
        self.malformed = 0
        self.strangers = 0
        """Datagrams of exporters that are no device of ours."""

    def take(self, data: bytes, source: str) -> None:
        """What the listeners call with each datagram."""
        self.datagrams += 1
        health = self._exporters.get(source) or self._admit(source)
        health.datagrams += 1
        health.last_at = self._clock.now().timestamp()
        if health.device_id is None:
            self.strangers += 1
            return
        try:
            heard = self._decoder.decode(data, source, time.monotonic())
        except Malformed:
            self.malformed += 1
            health.malformed += 1
            return
        health.heard(heard)
        count = len(heard.rows)
        self.flows += count
        if self._waiting + count > WAITING:
            self.dropped += count
        elif count:
            self._rows.append((word_id(source), heard.rows))
            self._waiting += count

    def health(self) -> Mapping[str, int]:
        """For the collector's pulse."""
        return {
            "flow_datagrams": self.datagrams,
            "flows": self.flows,
            "flows_dropped": self.dropped,
            "flows_cut_off": self.cut_off,
            "flows_malformed": self.malformed,
            "flow_strangers": self.strangers,
            "flow_sets_given_up": self._decoder.templates.given_up,
        }

    async def run(self) -> None:
        """Forever, until cancelled; the minute that runs is kept on the way out."""
        stop_listening = self._bus.listen(self._hear)
        self._known_is_old = True
        loop = asyncio.get_running_loop()
        looked_up = pruned = -PRUNE_EVERY_S
        self._told_at = loop.time()
        try:
            while True:
                beat()
                now = loop.time()
                if now - looked_up > (LOOK_UP_AGAIN_S if self._known_is_old else LOOK_UP_EVERY_S):
                    await self._look_up()
                    looked_up = now
                await self.turn()
                if now - pruned > PRUNE_EVERY_S:
                    await self._store.prune(int(self._clock.now().timestamp()))
                    pruned = now
                await asyncio.sleep(LOOK_EVERY_S)
        finally:
            stop_listening()
            await self._fold()
            await self._close()

    async def turn(self) -> None:
        """Sum up what waits; keep the minute when it is over, and roll up what is due."""
        minute = int(self._clock.now().timestamp()) // 60 * 60
        await self._fold()
        if minute != self._minute:
            await self._close()
            self._minute = minute
            await self.roll_up()
            if self._watcher is not None:
                await self._watcher.report()

    async def _fold(self) -> None:
        while self._rows:
            batch: list[tuple[int, Rows]] = []
            count = 0
            while self._rows and count < FOLD_ROWS:
                batch.append(self._rows.popleft())
                count += len(batch[-1][1])
            self._waiting -= count
            await asyncio.to_thread(self._sum_up, batch)

    def _sum_up(self, batch: Sequence[tuple[int, Rows]]) -> None:
        words = np.repeat(
            np.array([word for word, _ in batch], np.uint64), [len(rows) for _, rows in batch]
        )
        rows = np.concatenate([rows for _, rows in batch])
        with self._summing:
            self._tally.add(rows, words, self._prefixes)

    async def _close(self) -> None:
        """Write the sums of the minute, and how the exporters are."""
        minute = self._minute or int(self._clock.now().timestamp()) // 60 * 60
        part = int(self._clock.now().timestamp() * 1_000)
        blocks, words = await asyncio.to_thread(self._packed, minute, part)
        if blocks:
            await self._store.append(blocks, words)
        await self._tell()

    def _packed(self, minute: int, part: int) -> tuple[list[Block], set[str]]:
        with self._summing:
            tally, self._tally = self._tally, Tally()
        self.cut_off += tally.cut_off
        if self._watcher is not None:
            self._watcher.judge(tally.talks(), self._words, minute)
        blocks: list[Block] = []
        used: set[int] = set()
        for number, columns in tally.closed(SPANS[0]).items():
            blocks.append(Block(Place(number, SPANS[0], minute, self._source, part), pack(columns)))
            for name in ("exporter", "src_net", "dst_net", "customer"):
                if name in columns:
                    used.update(np.unique(columns[name]).tolist())
        return blocks, {self._words[word] for word in used if word in self._words}

    async def roll_up(self) -> None:
        """Minutes into five, five minutes into hours, of every collector that wrote some."""
        now = int(self._clock.now().timestamp())
        for finer, coarser in pairwise(SPANS):
            before = (now - LATE_S) // coarser * coarser
            due: dict[tuple[int, int, int], list[Place]] = {}
            for place in await self._store.closed(finer, before):
                due.setdefault(
                    (place.cube, place.at // coarser * coarser, place.source), []
                ).append(place)
            for (cube, at, source), places in sorted(due.items()):
                blocks = await self._store.blocks(places)
                data = await asyncio.to_thread(partial(_rolled, blocks, cube, coarser))
                await self._store.append([Block(Place(cube, coarser, at, source), data)])

    async def _tell(self) -> None:
        loop = asyncio.get_running_loop()
        seconds, self._told_at = loop.time() - self._told_at, loop.time()
        said = []
        for address, health in (*self._exporters.items(), *self._strangers.items()):
            if health.datagrams:
                health.templates = len(self._decoder.templates.of(address))
                facts = json.dumps(health.facts(seconds))
                said.append(ExporterWord(address, self._name, int(health.last_at), facts))
        await self._store.say(said)

    def _admit(self, source: str) -> ExporterHealth:
        device_id = self._addresses.get(source)
        if device_id is not None:
            self._strangers.pop(source, None)
            health = self._exporters[source] = ExporterHealth(device_id=device_id)
            self._words[word_id(source)] = source
            return health
        if source not in self._strangers and len(self._strangers) >= MOST_STRANGERS:
            del self._strangers[next(iter(self._strangers))]
        return self._strangers.setdefault(source, ExporterHealth())

    async def _look_up(self) -> None:
        """Which device exports from which address, and which prefixes there are."""
        self._known_is_old = False
        ports = await self._inventory.port_addresses(self._actor)
        devices = await self._inventory.devices(self._actor)
        named = await self._flows.prefixes(self._actor)
        self._addresses, self._prefixes, words = await asyncio.to_thread(
            _known, devices, ports, named
        )
        self._words = words | {word_id(address): address for address in self._exporters}
        for address, health in tuple(self._exporters.items()):
            device_id = self._addresses.get(address)
            if device_id is None:
                del self._exporters[address]  # from now on a stranger
            health.device_id = device_id

    def _hear(self, events: Sequence[Event]) -> None:
        self._known_is_old |= any(
            isinstance(event, FlowPrefixesChanged)
            or (isinstance(event, DeviceChanged) and event.what != "seen")
            for event in events
        )


def _rolled(blocks: Sequence[Block], cube: int, span: int) -> bytes:
    return pack(rolled([unpack(block.data) for block in blocks], BY_NUMBER[cube], span))


def _known(
    devices: Sequence[Device], ports: Sequence[PortAddresses], named: Sequence[FlowPrefix]
) -> tuple[dict[str, int], PrefixTable, dict[int, str]]:
    """Devices by address, prefixes with a name before connected ones, and the words of both."""
    addresses: dict[str, int] = {}
    found: dict[str, Named] = {}
    words: dict[int, str] = {}

    def word(text: str) -> int:
        number = word_id(text)
        words[number] = text
        return number

    for one in named:
        owner = one.owner or one.name
        customer = word(owner) if one.role is PrefixRole.CUSTOMER else 0
        found[one.prefix] = Named(one.prefix, word(one.prefix), customer)
    for port in ports:
        for address in port.addresses:
            addresses.setdefault(address.partition("/")[0], int(port.device_id))
            prefix = connected(address)
            if prefix is not None and prefix not in found:
                found[prefix] = Named(prefix, word(prefix))
    # Where a device answers is surer than what interfaces say: anycast, VRRP, loopback.
    addresses |= {device.address: int(device.id) for device in devices if device.address}
    return addresses, PrefixTable(found.values()), words
