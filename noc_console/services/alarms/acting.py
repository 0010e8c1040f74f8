"""What people do about alarms: each an intent, carried out at once or when the store is back."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.kernel.clock import Clock
from noc_console.kernel.operation import operation
from noc_console.services.alarms.carrying import carry_out
from noc_console.services.alarms.intents import Done, Intent, Verb, checked
from noc_console.services.alarms.model import AlarmPolicy


class Book(Protocol):
    """Keeps intents until they are carried out, whatever happens to the store."""

    async def take(self, intent: Intent) -> Done:
        """What came of it, or that it waits."""

    def waiting(self) -> tuple[Intent, ...]:
        """Those not carried out yet, the oldest first."""


class Acting:
    """The part of the alarm desk where people act; `AlarmService` is all of it."""

    def __init__(self, db: Database, *, clock: Clock, policy: AlarmPolicy) -> None:
        self._db = db
        self._clock = clock
        self.policy = policy
        self._book: Book | None = None

    def wait_in(self, book: Book) -> None:
        """From now on keep in this book what the store does not take at once: a window's way.

        Without one whoever acts is told that the store does not answer, and nothing is kept.
        """
        self._book = book

    @operation("alarms.acknowledge")
    async def acknowledge(
        self,
        actor: Actor,
        *,
        alarm_ids: tuple[int, ...],
        text: str = "",
        with_folded: bool = True,
    ) -> Done:
        """Say that you have seen these alarms, and what is folded under them."""
        return await self._intend(
            actor, Verb.ACKNOWLEDGE, alarm_ids, text=text, with_folded=with_folded
        )

    @operation("alarms.unacknowledge", right="alarms.acknowledge")
    async def unacknowledge(
        self, actor: Actor, *, alarm_ids: tuple[int, ...], with_folded: bool = False
    ) -> Done:
        """Take an acknowledgement back: nobody has seen these alarms."""
        return await self._intend(actor, Verb.UNACKNOWLEDGE, alarm_ids, with_folded=with_folded)

    @operation("alarms.own", right="alarms.acknowledge")
    async def own(self, actor: Actor, *, alarm_ids: tuple[int, ...], text: str = "") -> Done:
        """Work on these alarms; who had them so far is told in the history."""
        return await self._intend(actor, Verb.OWN, alarm_ids, text=text)

    @operation("alarms.disown", right="alarms.acknowledge")
    async def disown(self, actor: Actor, *, alarm_ids: tuple[int, ...], text: str = "") -> Done:
        """Say that nobody works on these alarms any more."""
        return await self._intend(actor, Verb.DISOWN, alarm_ids, text=text)

    @operation("alarms.ticket", right="alarms.comment")
    async def ticket(self, actor: Actor, *, alarm_ids: tuple[int, ...], number: str) -> Done:
        """Write the number of their ticket at these alarms; an empty one takes it off."""
        return await self._intend(actor, Verb.TICKET, alarm_ids, text=number)

    @operation("alarms.comment")
    async def comment(self, actor: Actor, *, alarm_ids: tuple[int, ...], text: str) -> Done:
        """Leave a note at these alarms."""
        return await self._intend(actor, Verb.COMMENT, alarm_ids, text=text)

    @operation("alarms.shelve")
    async def shelve(
        self, actor: Actor, *, alarm_ids: tuple[int, ...], reason: str, minutes: float = 480.0
    ) -> Done:
        """Put these alarms aside for a while, 8 h at most; they return by themselves."""
        now = self._clock.now()
        # A number nobody means would not even make a moment: the check refuses it.
        until = now + timedelta(minutes=minutes) if abs(minutes) < _ABSURD_MINUTES else None
        return await self._intend(actor, Verb.SHELVE, alarm_ids, text=reason, until=until, at=now)

    @operation("alarms.unshelve", right="alarms.shelve")
    async def unshelve(self, actor: Actor, *, alarm_ids: tuple[int, ...]) -> Done:
        """Put shelved alarms back on the desk."""
        return await self._intend(actor, Verb.UNSHELVE, alarm_ids)

    @operation("alarms.suppress")
    async def suppress(self, actor: Actor, *, alarm_ids: tuple[int, ...], reason: str) -> Done:
        """Silence these alarms until somebody releases them or their condition is gone."""
        return await self._intend(actor, Verb.SUPPRESS, alarm_ids, text=reason)

    @operation("alarms.release", right="alarms.suppress")
    async def release(self, actor: Actor, *, alarm_ids: tuple[int, ...], text: str = "") -> Done:
        """Hear suppressed alarms again."""
        return await self._intend(actor, Verb.RELEASE, alarm_ids, text=text)

    @operation("alarms.clear")
    async def clear(self, actor: Actor, *, alarm_ids: tuple[int, ...], reason: str) -> Done:
        """Clear these alarms by hand; they come back if the condition is seen again."""
        return await self._intend(actor, Verb.CLEAR, alarm_ids, text=reason)

    def waiting(self) -> tuple[Intent, ...]:
        """Intents given in this window that the store does not know yet, the oldest first."""
        return () if self._book is None else self._book.waiting()

    async def carry(self, intent: Intent) -> Done:
        """Carry an intent out now, in the name of who gave it; a second time it does nothing."""
        actor = Actor(intent.by, intent.tenant)
        async with self._db.begin(actor) as tx:
            return await carry_out(tx, intent, now=self._clock.now())

    async def _intend(
        self,
        actor: Actor,
        verb: Verb,
        alarm_ids: tuple[int, ...],
        *,
        text: str = "",
        until: datetime | None = None,
        with_folded: bool = False,
        at: datetime | None = None,
    ) -> Done:
        intent = checked(
            Intent(
                verb=verb,
                alarm_ids=tuple(alarm_ids),
                by=actor.name,
                tenant=actor.tenant,
                at=at or self._clock.now(),
                text=text,
                until=until,
                with_folded=with_folded,
            ),
            policy=self.policy,
        )
        if not intent.alarm_ids:
            return Done()
        if self._book is None:
            return await self.carry(intent)
        return await self._book.take(intent)


_ABSURD_MINUTES = 1e6
