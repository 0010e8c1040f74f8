"""The notifications' contacts as people on call, and its queue as their pager."""

from __future__ import annotations

from noc_console.kernel.actor import Actor
from noc_console.services.notify.service import NotifyService
from noc_console.services.oncall.model import Channel, Group, Person


class Contacts:
    """Who can be on call: the contacts, groups and channels of the notifications."""

    def __init__(self, notify: NotifyService) -> None:
        self._notify = notify

    async def people(self, actor: Actor) -> tuple[Person, ...]:
        """Contacts by name."""
        return tuple(
            Person(int(one.id), one.name, one.time_zone, one.is_paused)
            for one in await self._notify.contacts(actor)
        )

    async def groups(self, actor: Actor) -> tuple[Group, ...]:
        """Groups by name."""
        return tuple(
            Group(int(one.id), one.name, tuple(map(int, one.contact_ids)))
            for one in await self._notify.groups(actor)
        )

    async def channels(self, actor: Actor) -> tuple[Channel, ...]:
        """Every channel; only those to a place are told as a whole."""
        return tuple(
            Channel(int(one.id), one.name, one.kind.value)
            for one in await self._notify.channels(actor)
        )


class NotifyPager:
    """Hands pages to the notifications, which send them whatever the quiet hours."""

    def __init__(self, notify: NotifyService) -> None:
        self._notify = notify

    async def page(
        self,
        actor: Actor,
        *,
        key: str,
        alarm_id: int,
        contact_ids: tuple[int, ...],
        channel_ids: tuple[int, ...],
        kinds: tuple[str, ...],
        note: str,
    ) -> int:
        """Queue it; the same key again queues nothing. How many messages it is.

        People and places apart: named places would be the only ways to people otherwise.
        """
        count = 0
        for what, people, places in (
            ("people", contact_ids, ()),
            ("places", (), channel_ids),
        ):
            if people or places:
                count += await self._notify.enqueue(
                    actor,
                    key=f"{key}/{what}",
                    alarm_id=alarm_id,
                    contact_ids=people,
                    channel_ids=places,
                    kinds=kinds if people else (),
                    note=note,
                )
        return count
