"""From the listener to the store: bounded, and a device hears "kept" only of what is kept."""

from __future__ import annotations

import asyncio
from collections import Counter, OrderedDict, deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import structlog

from noc_console.kernel.actor import Actor
from noc_console.kernel.clock import Clock
from noc_console.kernel.errors import Broken, NocError, NotFound, Unreachable
from noc_console.kernel.events import Event, EventBus
from noc_console.kernel.heartbeat import beat, rest
from noc_console.services.accounting import rules
from noc_console.services.accounting.knowing import learnt
from noc_console.services.accounting.model import Accounted, Known, PeerNews, Record, Trouble
from noc_console.services.accounting.ports import Answer
from noc_console.services.accounting.service import AccountingService
from noc_console.services.credentials.model import CredentialChanged
from noc_console.services.credentials.service import CredentialService
from noc_console.services.inspection.platforms.model import Driver
from noc_console.services.intake.service import IntakeService
from noc_console.services.inventory.model import DeviceChanged, SiteChanged
from noc_console.services.inventory.service import InventoryService
from noc_console.services.inventory.tags import DeviceTagged
from noc_console.services.secrets.model import Locked

_log = structlog.get_logger("accounting")

WAITING = 5_000
"""Records that may wait for the store; of one more the device is told that it is not kept."""
BATCH = 500
WRITE_EVERY_S = 0.1
NEWS_EVERY_S = 2.0
MOST_PEERS = 2_000
"""Peers of whom something waits to be written."""
SAME_CHANGE_S = 5.0
"""What one person types at one device within so long is told as one change, the last at the end:
a backup must not begin for each line of a block."""
REMEMBERED = 20_000
LEARN_EVERY_S = 600.0
LEARN_AGAIN_S = 30.0
"""Until a vault that did not open is asked again."""
LEARN_PAUSE_S = 1.0
LEARN_REST = 20
"""Times as long as it took to learn is then waited before it is done again."""
PRUNE_EVERY_S = 3_600.0

Drivers = Callable[[str], Awaitable[Driver | None]]
_Change = tuple[int, str, str]
"""Device, user and way."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    heard: Accounted
    platform: str
    answer: Answer


class Bookkeeper:
    """The ledger of a process (`ports.Ledger`), and what writes it down."""

    def __init__(
        self,
        accounting: AccountingService,
        *,
        intake: IntakeService,
        inventory: InventoryService,
        credentials: CredentialService,
        drivers: Drivers,
        bus: EventBus,
        clock: Clock,
        actor: Actor,
    ) -> None:
        self._accounting = accounting
        self._intake = intake
        self._inventory = inventory
        self._credentials = credentials
        self._drivers = drivers
        self._bus = bus
        self._clock = clock
        self._actor = actor
        self._known: Mapping[str, Known] = {}
        self._queue: deque[_Waiting] = deque()
        self._changes: dict[_Change, Record] = {}
        self._told: OrderedDict[_Change, float] = OrderedDict()
        self._news: dict[str, PeerNews] = {}
        self._arrived = asyncio.Event()
        self._is_old = asyncio.Event()
        self._switched = asyncio.Event()
        self.is_wanted = False
        """Whether there is a key, so that anybody may account here."""
        self.kept = 0
        self.dropped: Counter[str] = Counter()

    # --- for the listener: nothing here waits -------------------------------------------------

    def known(self, source: str) -> Known | None:
        return self._known.get(source)

    def take(self, heard: Accounted, answer: Answer) -> None:
        if len(self._queue) >= WAITING:
            self.dropped["queue full"] += 1
            answer(False)
            return
        known = self._known.get(heard.source)
        self._queue.append(_Waiting(heard, known.platform if known else "", answer))
        self._arrived.set()

    def refused(self, source: str, trouble: Trouble) -> None:
        self.dropped[trouble.value] += 1
        self._note(source, refused=1, problem=trouble.value)
        self._arrived.set()

    def health(self) -> Mapping[str, int]:
        """For the pulse."""
        return {"accounted": self.kept}

    # --- the vault's keys ---------------------------------------------------------------------

    async def follow(self) -> None:
        """Know devices and keys as they are now. Forever, until cancelled."""
        loop = asyncio.get_running_loop()
        stop = self._bus.listen(self._hear)
        try:
            while True:
                self._is_old.clear()
                began = loop.time()
                patience = LEARN_EVERY_S if await self.learn() else LEARN_AGAIN_S
                took = loop.time() - began
                try:
                    async with asyncio.timeout(patience):
                        await self._is_old.wait()
                except TimeoutError:
                    pass
                # A discovery changes one device after the other: of a large network not all is
                # read again for each of them.
                await asyncio.sleep(min(max(LEARN_PAUSE_S, took * LEARN_REST), LEARN_AGAIN_S))
        finally:
            stop()

    async def learn(self) -> bool:
        """Whether the vault told its keys; what was known stays when it did not."""
        try:
            known = await learnt(
                self._actor, inventory=self._inventory, credentials=self._credentials
            )
        except (Broken, Locked, NotFound, Unreachable) as error:
            _log.warning("keys for TACACS+ are not known", why=str(error))
            return False
        self._known = known or {}
        if self.is_wanted != (known is not None):
            self.is_wanted = known is not None
            self._switched.set()
        return True

    async def until(self, *, wanted: bool) -> None:
        """Wait until there is a key, or no key any more."""
        while self.is_wanted != wanted:
            self._switched.clear()
            await self._switched.wait()

    def _hear(self, events: Sequence[Event]) -> None:
        for event in events:
            if isinstance(event, CredentialChanged | DeviceTagged | SiteChanged) or (
                isinstance(event, DeviceChanged) and event.what != "seen"
            ):
                self._is_old.set()

    # --- writing ------------------------------------------------------------------------------

    async def run(self) -> None:
        """Forever, until cancelled."""
        loop = asyncio.get_running_loop()
        noted = pruned = float("-inf")
        while True:
            beat()
            await self.write()
            await self.tell_changes(loop.time())
            if self._news and loop.time() - noted >= NEWS_EVERY_S:
                await self.tell_peers()
                noted = loop.time()
            if loop.time() - pruned >= PRUNE_EVERY_S:
                await self._accounting.prune(self._actor)
                pruned = loop.time()
            await asyncio.sleep(WRITE_EVERY_S)
            await self._wait()

    async def _wait(self) -> None:
        busy = self._changes or self._news
        if not busy:
            rest()
        try:
            async with asyncio.timeout(0.5 if busy else PRUNE_EVERY_S):
                await self._arrived.wait()
        except TimeoutError:
            pass

    async def write(self) -> None:
        """Keep everything that waits. What is not kept its device is told of, and tells others."""
        self._arrived.clear()
        while self._queue:
            batch = [self._queue.popleft() for _ in range(min(len(self._queue), BATCH))]
            is_kept = False
            try:
                records = await self._masked(batch)
                await self._accounting.keep(self._actor, records=records)
                is_kept = True
            except NocError:
                self.dropped[Trouble.NOT_KEPT.value] += len(batch)
                raise
            finally:
                for one in batch:
                    one.answer(is_kept)
            self.kept += len(records)
            for record in records:
                self._note(record.source, device_id=record.device_id, records=1)
                if record.is_change:
                    self._changes[record.device_id, record.user, rules.way(record)] = record

    async def _masked(self, batch: Sequence[_Waiting]) -> list[Record]:
        drivers = {platform: await self._drivers(platform) for platform in _platforms(batch)}
        return await asyncio.to_thread(
            lambda: [rules.kept(one.heard, drivers[one.platform]) for one in batch]
        )

    async def tell_changes(self, now: float) -> None:
        """Say which devices were changed by whom: at once, then what followed, at its end."""
        due = {
            key: record
            for key, record in self._changes.items()
            if now - self._told.get(key, float("-inf")) >= SAME_CHANGE_S
        }
        if not due:
            return
        changes = tuple(map(rules.change_of, due.values()))
        await self._intake.note_changes(self._actor, changes=changes)
        for key, record in due.items():
            if self._changes.get(key) is record:
                del self._changes[key]
            self._told[key] = now
            self._told.move_to_end(key)
        while len(self._told) > REMEMBERED:
            self._told.popitem(last=False)

    async def tell_peers(self) -> None:
        """Write down who spoke with us, and what of it was not heard and why."""
        news, self._news = self._news, {}
        try:
            await self._accounting.note_peers(self._actor, news=tuple(news.values()))
        except NocError as error:
            _log.warning("peers are not counted", why=str(error))

    def _note(
        self,
        source: str,
        *,
        device_id: int | None = None,
        records: int = 0,
        refused: int = 0,
        problem: str = "",
    ) -> None:
        at = self._clock.now()
        if device_id is None and (known := self._known.get(source)) is not None:
            device_id = known.device_id
        old = self._news.get(source)
        if old is None:
            if len(self._news) >= MOST_PEERS:
                return
            old = PeerNews(source, device_id, at)
        self._news[source] = replace(
            old,
            device_id=device_id,
            at=at,
            records=old.records + records,
            refused=old.refused + refused,
            problem=problem,
        )


def _platforms(batch: Sequence[_Waiting]) -> set[str]:
    return {one.platform for one in batch}
