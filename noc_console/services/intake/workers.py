"""From the listeners to the store: bounded, about twice a second, and the poller told to look."""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from noc_console.kernel.actor import Actor
from noc_console.kernel.events import Event, EventBus
from noc_console.kernel.heartbeat import beat, rest
from noc_console.services.detection.events.book import EventBook
from noc_console.services.intake import rules
from noc_console.services.intake.judging import EventJudge
from noc_console.services.intake.model import IntakeLine, LogLine, Trap
from noc_console.services.intake.service import MOST_STRANGERS, IntakeService
from noc_console.services.inventory.model import DeviceChanged
from noc_console.services.inventory.service import InventoryService

WAITING = 60_000
"""Lines that may wait to be written, of each class: three seconds of the loudest storm."""
BATCH = 2_000
SLICE = 100
"""Lines worked on before the listeners get another turn."""
WRITE_EVERY_S = 0.5
LOOK_UP_EVERY_S = 600.0
LOOK_UP_AGAIN_S = 5.0
"""While a discovery changes one device after the other, and nobody unknown speaks."""
LOOK_UP_AT_ONCE_S = 1.0
"""The same when a stranger spoke: it may be the device just found."""
HELD_S = 5.0
"""How long a stranger's words wait for its discovery."""
HELD = 5_000
QUARANTINE_EVERY_S = 2.0
ANNOUNCE_EVERY_S = 5.0
PACK_EVERY_S = 5.0
PRUNE_EVERY_S = 600.0

Hint = Callable[[Sequence[int], datetime], Awaitable[None]]
"""Asks whoever polls these devices to look at them."""


class IntakeWorker:
    """Takes what the listeners hear. `take_trap` and `take_line` return at once."""

    def __init__(
        self,
        intake: IntakeService,
        inventory: InventoryService,
        *,
        bus: EventBus,
        actor: Actor,
        hint: Hint,
        book: EventBook,
        name_of: rules.NameOf = rules.nameless,
        judge: EventJudge | None = None,
    ) -> None:
        self._intake = intake
        self._book = book
        self._judge = judge
        self._bus = bus
        self._actor = actor
        self._hint = hint
        self._name_of = name_of
        self._senders = _Senders(inventory, intake, actor)
        self._urgent: deque[Trap | LogLine] = deque()
        self._others: deque[Trap | LogLine] = deque()
        self._held: deque[tuple[float, Trap | LogLine, int]] = deque()
        self._unwritten: list[IntakeLine] = []
        """Lines on their way into the store; they stay here while it does not answer."""
        self._strangers: dict[str, IntakeLine] = {}
        self._arrived = asyncio.Event()
        self._untold = 0
        self.traps = 0
        self.syslog = 0
        self.dropped: Counter[str] = Counter()
        """What was heard and could not be kept, by reason."""

    def take_trap(self, trap: Trap) -> None:
        """What the trap listener calls."""
        self.traps += 1
        self._take(trap)

    def take_line(self, line: LogLine) -> None:
        """What the syslog listeners call."""
        self.syslog += 1
        self._take(line)

    def health(self) -> Mapping[str, Any]:
        """For the pulse."""
        return {
            "traps": self.traps,
            "syslog": self.syslog,
            "dropped": self.dropped.total(),
            "queued": len(self._urgent)
            + len(self._others)
            + len(self._held)
            + len(self._unwritten),
            "drops": dict(self.dropped),
        }

    async def run(self) -> None:
        """Forever, until cancelled."""
        stop_listening = self._bus.listen(self._hear)
        self._senders.are_old = True
        loop = asyncio.get_running_loop()
        quarantined = announced = loop.time() - ANNOUNCE_EVERY_S
        try:
            while True:
                beat()
                await self._senders.refresh(loop.time(), stranger_spoke=bool(self._held))
                await self._settle(loop.time())
                await self._flush()
                await self._write()
                now = loop.time()
                if self._strangers and now - quarantined >= QUARANTINE_EVERY_S:
                    await self._quarantine()
                    quarantined = now
                if self._untold and now - announced >= ANNOUNCE_EVERY_S:
                    count, self._untold, announced = self._untold, 0, now
                    await self._intake.announce(self._actor, count=count)
                await asyncio.sleep(WRITE_EVERY_S)
                rest()
                await self._wait()
        finally:
            stop_listening()

    async def _wait(self) -> None:
        """For something to arrive; not long while something here waits for time to pass."""
        busy = self._held or self._strangers or self._untold or self._senders.are_old
        try:
            async with asyncio.timeout(WRITE_EVERY_S if busy else LOOK_UP_EVERY_S):
                await self._arrived.wait()
        except TimeoutError:
            pass

    def _take(self, item: Trap | LogLine) -> None:
        """The newest unimportant line is dropped first: what led to a flood says more than it."""
        urgent = rules.is_urgent(item, self._book)
        queue = self._urgent if urgent else self._others
        if len(queue) >= WAITING:
            self.dropped["queue full urgent" if urgent else "queue full"] += 1
            return
        queue.append(item)
        self._arrived.set()

    async def _write(self) -> None:
        """Everything that waits, the urgent first, in batches."""
        self._arrived.clear()
        while self._urgent or self._others:
            batch = [
                queue.popleft()
                for queue in (self._urgent, self._others)
                for _ in range(min(len(queue), BATCH))
            ]
            await self._keep(await _together(batch))

    async def _keep(self, items: Sequence[tuple[Trap | LogLine, int]]) -> None:
        """Write lines of devices, hold those of strangers, and ask for a look where one helps."""
        until = asyncio.get_running_loop().time() + HELD_S
        lines: list[IntakeLine] = []
        looks: dict[int, datetime] = {}
        for number, (item, count) in enumerate(items):
            if number % SLICE == SLICE - 1:
                await asyncio.sleep(0)
            known, device_id = self._senders.of(item)
            if not known and len(self._held) < HELD:
                self._held.append((until, item, count))
            elif not known:
                self._note_stranger(item, count)
            else:
                line = self._line(item, device_id, count)
                lines.append(line)
                if device_id is not None and self._wants_look(item, device_id, line.text):
                    looks[device_id] = item.received_at
        self._unwritten += lines
        if looks:
            await self._hint(tuple(looks), max(looks.values()))
        await self._flush()

    def _wants_look(self, item: Trap | LogLine, device_id: int, text: str) -> bool:
        """Have it judged; whether the poller should look at the device."""
        if self._judge is not None:
            now = asyncio.get_running_loop().time()
            return self._judge.take(item, device_id, text, now)
        return isinstance(item, Trap) and rules.meaning(item, self._book).look

    async def _flush(self) -> None:
        """Write what is ready. What cannot be written stays, and is tried again."""
        while some := tuple(self._unwritten[:BATCH]):
            await self._intake.keep(self._actor, lines=some)
            del self._unwritten[: len(some)]
            self._untold += sum(line.count for line in some)

    async def _settle(self, now: float) -> None:
        """What strangers said: theirs when they are known by now, quarantined when time is up."""
        if not self._held:
            return
        held, self._held = self._held, deque()
        now_known: list[tuple[Trap | LogLine, int]] = []
        for until, item, count in held:
            if self._senders.of(item)[0]:
                now_known.append((item, count))
            elif until > now:
                self._held.append((until, item, count))
            else:
                self._note_stranger(item, count)
        await self._keep(now_known)

    def _note_stranger(self, item: Trap | LogLine, count: int) -> None:
        known = self._strangers.get(item.source)
        if known is None and len(self._strangers) >= MOST_STRANGERS:
            self.dropped["too many strangers"] += count
            return
        line = self._line(item, None, count)
        more = 0 if known is None else known.count
        self._strangers[item.source] = replace(line, count=line.count + more)

    async def _quarantine(self) -> None:
        strangers = tuple(self._strangers.values())
        await self._intake.keep(self._actor, lines=(), strangers=strangers)
        self._strangers.clear()  # nobody but this task notes more of them

    def _line(self, item: Trap | LogLine, device_id: int | None, count: int) -> IntakeLine:
        if isinstance(item, Trap):
            line = rules.line_of_trap(item, device_id, self._book, self._name_of)
            return replace(line, count=count)
        return replace(rules.line_of_log(item, device_id), count=count)

    def _hear(self, events: Sequence[Event]) -> None:
        if any(isinstance(event, DeviceChanged) and event.what != "seen" for event in events):
            self._senders.are_old = True
            if self._judge is not None:
                self._judge.placing.forget()


class _Senders:
    """Which device has which address, looked up anew when the inventory changed."""

    def __init__(self, inventory: InventoryService, intake: IntakeService, actor: Actor) -> None:
        self._inventory = inventory
        self._intake = intake
        self._actor = actor
        self._addresses: dict[str, int | None] = {}
        """Device by address; None where several devices share one."""
        self._names: dict[str, int] = {}
        self._looked_up: float | None = None
        self.are_old = True

    def of(self, item: Trap | LogLine) -> tuple[bool, int | None]:
        """Whether the source is one of ours, and which device it is."""
        if item.source not in self._addresses:
            return False, None
        device_id = self._addresses[item.source]
        if device_id is None and isinstance(item, LogLine):
            device_id = self._names.get(item.host.lower())
        return True, device_id

    async def refresh(self, now: float, *, stranger_spoke: bool) -> None:
        """Look up when it is time; at once when a stranger may be a device just found."""
        patience = LOOK_UP_EVERY_S
        if self.are_old:
            patience = LOOK_UP_AT_ONCE_S if stranger_spoke else LOOK_UP_AGAIN_S
        if self._looked_up is not None and now - self._looked_up < patience:
            return
        self._looked_up = now
        self.are_old = False
        await self._look_up()

    async def _look_up(self) -> None:
        addresses: dict[str, int | None] = {}
        held = await self._inventory.senders(self._actor)
        # Where a device answers is surer than what interfaces say: anycast, VRRP, loopback.
        sure = {sender.address for sender in held if sender.answered}
        for sender in held:
            if sender.answered or sender.address not in sure:
                number = int(sender.device_id)
                shared = addresses.get(sender.address, number) != number
                addresses[sender.address] = None if shared else number
        self._addresses = addresses
        self._names = {sender.device_name.lower(): int(sender.device_id) for sender in held}
        strangers = {stranger.source for stranger in await self._intake.quarantine(self._actor)}
        if no_longer := tuple(sorted(strangers & addresses.keys())):
            await self._intake.release(self._actor, sources=no_longer)


async def _together(batch: Sequence[Trap | LogLine]) -> list[tuple[Trap | LogLine, int]]:
    """What says the same as one, with how often: before any words are made of it.

    The last of them stands for all: its time is the newest.
    """
    found: dict[Any, tuple[Trap | LogLine, int]] = {}
    for number, item in enumerate(batch):
        if number % (4 * SLICE) == 0:
            await asyncio.sleep(0)
        key = rules.same(item)
        # At the end again: what was said last counts, when one takes back what the other said.
        known = found.pop(key, None)
        found[key] = (item, 1 if known is None else known[1] + 1)
    return list(found.values())


class LinesKeeper:
    """Packs and forgets lines, beside whoever writes them."""

    def __init__(self, intake: IntakeService) -> None:
        self._intake = intake

    async def run(self) -> None:
        """Forever, until cancelled."""
        loop = asyncio.get_running_loop()
        pruned: float | None = None
        while True:
            await self._intake.pack()
            if pruned is None or loop.time() - pruned >= PRUNE_EVERY_S:
                await self._intake.prune()
                pruned = loop.time()
            await asyncio.sleep(PACK_EVERY_S)
