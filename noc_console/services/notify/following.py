"""The alarms a notifier has its eyes on: what is loud, or was told and is not over.

It follows the desk by what changed (`AlarmService.listed`) and keeps for each alarm since when it
has been as it is. Of a hundred thousand alarms only those that speak for themselves are kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from noc_console.kernel.actor import Actor
from noc_console.services.alarms.listing import DeskCursor
from noc_console.services.alarms.model import Alarm, Severity
from noc_console.services.alarms.service import AlarmService
from noc_console.services.notify.model import Told
from noc_console.services.notify.outbox import Outbox
from noc_console.services.notify.rules.match import customers
from noc_console.services.notify.rules.turns import SAME_TROUBLE_S, is_loud


@dataclass(slots=True)
class Watched:
    """One alarm, what was told of it, and since when it has been as it is."""

    alarm: Alarm
    told: Told
    since: datetime
    look_at: datetime | None
    """When there may be something to tell; None until it changes."""
    weighed: int = 0
    """The customers it hit when it was told: more of them may concern more people."""

    @property
    def mark(self) -> tuple[bool, bool, Severity]:
        """What must not change for an alarm to ripen."""
        return is_loud(self.alarm), self.alarm.is_active, self.alarm.severity


class Following:
    """What one notifier knows of the desk."""

    def __init__(self, alarms: AlarmService, outbox: Outbox) -> None:
        self._alarms = alarms
        self._outbox = outbox
        self._cursor: DeskCursor | None = None
        self.watched: dict[int, Watched] = {}

    def forget(self) -> None:
        """Somebody else sends now."""
        self._cursor = None
        self.watched.clear()

    async def catch_up(self, actor: Actor, at: datetime) -> None:
        """Learn what changed on the desk; the first time, everything."""
        begins = self._cursor is None
        told = await self._outbox.told(actor) if begins else {}
        seen: set[int] = set()
        while True:
            listed = await self._alarms.listed(actor, after=self._cursor)
            self._cursor = listed.cursor
            await self._take(actor, listed.alarms, told, at)
            seen |= {int(alarm.id) for alarm in listed.alarms}
            await self._left(actor, listed.gone, at)
            if not listed.more:
                break
        if begins:
            await self._left(actor, tuple(told.keys() - seen), at, told)

    async def _take(
        self, actor: Actor, alarms: tuple[Alarm, ...], told: dict[int, Told], at: datetime
    ) -> None:
        new = [
            alarm
            for alarm in alarms
            if int(alarm.id) not in self.watched and (is_loud(alarm) or int(alarm.id) in told)
        ]
        known = told | await self._before(actor, new, told)
        for alarm in alarms:
            self._keep(alarm, known.get(int(alarm.id)), at)

    async def _before(
        self, actor: Actor, new: list[Alarm], told: dict[int, Told]
    ) -> dict[int, Told]:
        """What was told of alarms we did not watch, in episodes that are over."""
        asked = [int(alarm.id) for alarm in new if int(alarm.id) not in told]
        return await self._outbox.told(actor, asked) if asked else {}

    def _keep(self, alarm: Alarm, told: Told | None, at: datetime) -> None:
        number = int(alarm.id)
        known = self.watched.get(number)
        if known is None:
            if is_loud(alarm) or (told is not None and told.severity):
                self.watched[number] = Watched(
                    alarm, told or Told(number), at, at, weighed=customers(alarm)
                )
            return
        before = known.mark
        known.alarm = alarm
        known.look_at = at
        if known.mark != before:
            known.since = at
        self.settle(number)

    def settle(self, number: int) -> None:
        """Let go of an alarm of which nothing is left to tell."""
        known = self.watched.get(number)
        if known is not None and not known.told.severity and not is_loud(known.alarm):
            del self.watched[number]

    async def _left(
        self,
        actor: Actor,
        gone: tuple[int, ...],
        at: datetime,
        told: dict[int, Told] | None = None,
    ) -> None:
        """Alarms that left the desk: their end may be still to be told."""
        asked = [number for number in gone if number in self.watched or (told and number in told)]
        if not asked:
            return
        found = {int(alarm.id): alarm for alarm in await self._alarms.some(actor, alarm_ids=asked)}
        for number in asked:
            if number in found:
                self._keep(found[number], (told or {}).get(number), at)
            else:
                self.watched.pop(number, None)

    def look_again(self, at: datetime) -> None:
        """The settings changed: each alarm may have something to tell now."""
        for each in self.watched.values():
            each.look_at = at

    def told_objects(self, at: datetime) -> frozenset[str]:
        """Objects of which something was told a short while ago."""
        early = at - timedelta(seconds=SAME_TROUBLE_S)
        return frozenset(
            each.told.object_key
            for each in self.watched.values()
            if each.told.severity and each.told.at is not None and each.told.at >= early
        )
