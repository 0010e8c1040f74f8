"""From the listeners to the store: bounded, about once a second, and the poller told to look."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Mapping, Sequence

from noc_console.kernel.actor import Actor
from noc_console.kernel.events import Event, EventBus
from noc_console.services.intake import rules
from noc_console.services.intake.model import IntakeLine, LogLine, Trap
from noc_console.services.intake.service import IntakeService
from noc_console.services.inventory.model import DeviceChanged
from noc_console.services.inventory.service import InventoryService

WAITING = 10_000
"""Lines that may wait to be written, of each class."""
BATCH = 2_000
WRITE_EVERY_S = 0.5
LOOK_UP_EVERY_S = 60.0
LOOK_UP_AGAIN_S = 5.0
"""While a discovery changes one device after the other."""
PRUNE_EVERY_S = 600.0


class IntakeWorker:
    """Takes what the listeners hear. `take_trap` and `take_line` return at once."""

    def __init__(
        self,
        intake: IntakeService,
        inventory: InventoryService,
        *,
        bus: EventBus,
        actor: Actor,
        hint: Callable[[int], None],
        name_of: rules.NameOf = rules.nameless,
    ) -> None:
        self._intake = intake
        self._inventory = inventory
        self._bus = bus
        self._actor = actor
        self._hint = hint
        self._name_of = name_of
        self._urgent: deque[Trap | LogLine] = deque()
        self._others: deque[Trap | LogLine] = deque()
        self._arrived = asyncio.Event()
        self._addresses: dict[str, int | None] = {}
        """Device by address; None where several devices share one."""
        self._names: dict[str, int] = {}
        self._known_is_old = True
        self.traps = 0
        self.syslog = 0
        self.dropped = 0

    def take_trap(self, trap: Trap) -> None:
        """What the trap listener calls."""
        self.traps += 1
        self._take(trap)

    def take_line(self, line: LogLine) -> None:
        """What the syslog listener calls."""
        self.syslog += 1
        self._take(line)

    def health(self) -> Mapping[str, int]:
        """For the collector's pulse."""
        return {"traps": self.traps, "syslog": self.syslog, "dropped": self.dropped}

    async def run(self) -> None:
        """Forever, until cancelled."""
        stop_listening = self._bus.listen(self._hear)
        self._known_is_old = True
        loop = asyncio.get_running_loop()
        looked_up = pruned = -LOOK_UP_EVERY_S - PRUNE_EVERY_S
        try:
            while True:
                now = loop.time()
                patience = LOOK_UP_AGAIN_S if self._known_is_old else LOOK_UP_EVERY_S
                if now - looked_up > patience:
                    await self._look_up()
                    looked_up = now
                if now - pruned > PRUNE_EVERY_S:
                    await self._intake.prune()
                    pruned = now
                await self._write()
                await asyncio.sleep(WRITE_EVERY_S)
                try:
                    async with asyncio.timeout(LOOK_UP_EVERY_S):
                        await self._arrived.wait()
                except TimeoutError:
                    pass
        finally:
            stop_listening()

    def _take(self, item: Trap | LogLine) -> None:
        """The newest unimportant line is dropped first: what led to a flood says more than it."""
        queue = self._urgent if rules.is_urgent(item) else self._others
        if len(queue) >= WAITING:
            self.dropped += 1
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
            lines: list[IntakeLine] = []
            strangers: list[IntakeLine] = []
            looks: set[int] = set()
            for item in batch:
                known, device_id = self._sender(item)
                (lines if known else strangers).append(self._line(item, device_id))
                if device_id is not None and isinstance(item, Trap) and rules.meaning(item).look:
                    looks.add(device_id)
            for device_id in looks:
                self._hint(device_id)
            await self._intake.keep(self._actor, lines=tuple(lines), strangers=tuple(strangers))

    def _line(self, item: Trap | LogLine, device_id: int | None) -> IntakeLine:
        if isinstance(item, Trap):
            return rules.line_of_trap(item, device_id, self._name_of)
        return rules.line_of_log(item, device_id)

    def _sender(self, item: Trap | LogLine) -> tuple[bool, int | None]:
        """Whether the source is one of ours, and which device it is."""
        if item.source not in self._addresses:
            return False, None
        device_id = self._addresses[item.source]
        if device_id is None and isinstance(item, LogLine):
            device_id = self._names.get(item.host.lower())
        return True, device_id

    async def _look_up(self) -> None:
        """Which device has which address."""
        self._known_is_old = False
        addresses: dict[str, int | None] = {}

        def note(address: str, device_id: int) -> None:
            if address:
                shared = addresses.get(address, device_id) != device_id
                addresses[address] = None if shared else device_id

        for port in await self._inventory.interfaces(self._actor):
            for address in port.addresses:
                note(address.partition("/")[0], int(port.device_id))
        managed = await self._inventory.devices(self._actor)
        # Where a device answers is surer than what interfaces say: anycast, VRRP, loopback.
        for address in {device.address for device in managed}:
            addresses.pop(address, None)
        for device in managed:
            note(device.address, int(device.id))
        self._addresses = addresses
        self._names = {device.name.lower(): int(device.id) for device in managed}
        strangers = {stranger.source for stranger in await self._intake.quarantine(self._actor)}
        if no_longer := tuple(sorted(strangers & addresses.keys())):
            await self._intake.release(self._actor, sources=no_longer)

    def _hear(self, events: Sequence[Event]) -> None:
        if any(isinstance(event, DeviceChanged) and event.what != "seen" for event in events):
            self._known_is_old = True
