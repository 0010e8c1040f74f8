"""What being on call needs of the notifications: who people are, and to reach them."""

from __future__ import annotations

from typing import Protocol

from noc_console.kernel.actor import Actor
from noc_console.services.oncall.model import Channel, Group, Person


class Directory(Protocol):
    """Knows contacts, groups and channels."""

    async def people(self, actor: Actor) -> tuple[Person, ...]: ...

    async def groups(self, actor: Actor) -> tuple[Group, ...]: ...

    async def channels(self, actor: Actor) -> tuple[Channel, ...]: ...


class Pager(Protocol):
    """Takes messages over and sees to it that they arrive."""

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
        """Take a page over for good; how many messages it became.

        The same key again is the same page: told once, and 0 messages.
        """
        ...
