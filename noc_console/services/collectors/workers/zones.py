"""One alarm for a zone that nobody reaches, instead of one for each of its devices."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from noc_console.kernel.actor import Actor
from noc_console.kernel.clock import Clock
from noc_console.kernel.heartbeat import beat
from noc_console.services.alarms.model import (
    NO_DEVICE,
    AlarmObject,
    AlarmReport,
    Condition,
    Severity,
)
from noc_console.services.alarms.service import AlarmService
from noc_console.services.collectors.model import Unserved, Zone
from noc_console.services.collectors.service import CollectorService
from noc_console.services.inventory.service import InventoryService

LOOK_EVERY_S = 5.0


class ZoneWatch:
    """Raises the alarm about a zone without a collector, and says that nobody knows how it is.

    Its devices are not down: nobody asked. Those that answered last become unknown; each is
    up again as soon as a collector asks it. A zone must be without a collector for two looks in
    a row, so that a restart is no alarm.
    """

    def __init__(
        self,
        collectors: CollectorService,
        inventory: InventoryService,
        alarms: AlarmService,
        *,
        clock: Clock,
        actor: Actor,
        is_mine: Callable[[], bool],
        every_s: float = LOOK_EVERY_S,
    ) -> None:
        """`is_mine` tells whether this collector has the duty at the moment."""
        self._collectors = collectors
        self._inventory = inventory
        self._alarms = alarms
        self._clock = clock
        self._actor = actor
        self._is_mine = is_mine
        self._every_s = every_s
        self._seen: frozenset[str] = frozenset()

    async def run(self) -> None:
        """Forever, until cancelled."""
        while True:
            beat()
            await asyncio.sleep(self._every_s)
            if self._is_mine():
                await self.look()
            else:
                self._seen = frozenset()

    async def look(self) -> None:
        """One look: raise what is new, clear what is over."""
        found = {
            about_zone(each.zone).key: each for each in await self._collectors.unserved(self._actor)
        }
        standing = {
            alarm.about.key: alarm.about
            for alarm in await self._alarms.active(self._actor)
            if alarm.condition == Condition.NO_COLLECTOR and alarm.is_active
        }
        reports = [
            AlarmReport(
                about, Condition.NO_COLLECTOR, Severity.CLEARED, "a collector reaches it again"
            )
            for key, about in standing.items()
            if key not in found
        ]
        for key in found.keys() & self._seen - standing.keys():
            reports.append(_report(found[key]))
            ids = tuple(sorted(found[key].device_ids))
            await self._inventory.doubt(self._actor, device_ids=ids, at=self._clock.now())
        self._seen = frozenset(found)
        if reports:
            await self._alarms.apply(self._actor, reports=tuple(reports))


def about_zone(zone: Zone) -> AlarmObject:
    """A zone, which is no device."""
    return AlarmObject(NO_DEVICE, device_name=f"zone {zone.name}", other=f"zone:{zone.id}")


def _report(unserved: Unserved) -> AlarmReport:
    count = len(unserved.device_ids)
    text = (
        f"no collector that reaches zone {unserved.zone.name} is alive: its {count} "
        f"device{'' if count == 1 else 's'} cannot be asked"
    )
    return AlarmReport(about_zone(unserved.zone), Condition.NO_COLLECTOR, Severity.MAJOR, text)
