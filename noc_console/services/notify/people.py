"""Who can be told: contacts and groups of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from noc_console.db.database import Database, Tx
from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import Conflict, NotFound
from noc_console.kernel.operation import operation
from noc_console.services.notify import store
from noc_console.services.notify.checking import check_contact, check_group, clock_time
from noc_console.services.notify.model import (
    Channel,
    Contact,
    ContactId,
    Group,
    GroupId,
    NotifySettingsChanged,
)


class People:
    """The part of the service about people."""

    _db: Database

    @operation("notify.contacts", right="notify.see")
    async def contacts(self, actor: Actor) -> tuple[Contact, ...]:
        """List the people who can be told."""
        async with self._db.read(actor) as tx:
            return await store.every_contact(tx)

    @operation("notify.groups", right="notify.see")
    async def groups(self, actor: Actor) -> tuple[Group, ...]:
        """List the groups of contacts."""
        async with self._db.read(actor) as tx:
            return await store.every_group(tx)

    @operation("notify.add-contact", right="notify.change")
    async def add_contact(
        self,
        actor: Actor,
        *,
        name: str,
        email: str = "",
        phone: str = "",
        telegram: str = "",
        time_zone: str = "UTC",
        language: str = "en",
        quiet_from: str = "",
        quiet_until: str = "",
    ) -> Contact:
        """Add a person who can be told."""
        wanted = Contact(
            ContactId(0),
            name.strip(),
            email.strip(),
            phone.replace(" ", ""),
            telegram.strip(),
            time_zone,
            language,
            clock_time(quiet_from),
            clock_time(quiet_until),
        )
        return await self.save_contact(actor, wanted=wanted)

    async def save_contact(self, actor: Actor, *, wanted: Contact) -> Contact:
        """Add a contact (id 0) or change it as a whole."""
        actor.require("notify.change")
        check_contact(wanted)
        async with self._db.begin(actor) as tx:
            if wanted.id:
                await self._contact(tx, wanted.id)
            unique(wanted.name, wanted.id, await store.every_contact(tx))
            number = ContactId(await store.save_contact(tx, wanted))
            tx.record(NotifySettingsChanged(what="contact saved", number=number))
        return replace(wanted, id=number)

    @operation("notify.remove-contact", right="notify.change")
    async def remove_contact(self, actor: Actor, *, contact_id: int) -> None:
        """Remove a person from everywhere; messages to them that wait are dropped."""
        async with self._db.begin(actor) as tx:
            await self._contact(tx, contact_id)
            for group in await store.every_group(tx):
                if contact_id in group.contact_ids:
                    left = tuple(each for each in group.contact_ids if each != contact_id)
                    await store.save_group(tx, replace(group, contact_ids=left))
            for route in await store.every_route(tx):
                if contact_id in route.contact_ids:
                    left = tuple(each for each in route.contact_ids if each != contact_id)
                    await store.save_route(tx, replace(route, contact_ids=left))
            await store.remove(tx, store.contacts, contact_id)
            tx.record(NotifySettingsChanged(what="contact removed", number=contact_id))

    @operation("notify.add-group", right="notify.change")
    async def add_group(
        self, actor: Actor, *, name: str, contact_ids: tuple[int, ...] = ()
    ) -> Group:
        """Put contacts under one name."""
        ids = tuple(ContactId(each) for each in contact_ids)
        return await self.save_group(actor, wanted=Group(GroupId(0), name.strip(), ids))

    async def save_group(self, actor: Actor, *, wanted: Group) -> Group:
        """Add a group (id 0) or change it as a whole."""
        actor.require("notify.change")
        async with self._db.begin(actor) as tx:
            check_group(wanted, await store.every_contact(tx))
            unique(wanted.name, wanted.id, await store.every_group(tx))
            number = GroupId(await store.save_group(tx, wanted))
            tx.record(NotifySettingsChanged(what="group saved", number=number))
        return replace(wanted, id=number)

    @operation("notify.remove-group", right="notify.change")
    async def remove_group(self, actor: Actor, *, group_id: int) -> None:
        """Remove a group; its contacts stay."""
        async with self._db.begin(actor) as tx:
            if not await store.remove(tx, store.groups, group_id):
                raise NotFound(f"there is no group {group_id}")
            tx.record(NotifySettingsChanged(what="group removed", number=group_id))

    async def _contact(self, tx: Tx, contact_id: int) -> Contact:
        for each in await store.every_contact(tx):
            if each.id == contact_id:
                return each
        raise NotFound(f"there is no contact {contact_id}")


def unique(name: str, own_id: int, known: Sequence[Channel | Contact | Group]) -> None:
    if any(each.name == name and each.id != own_id for each in known):
        raise Conflict(f"there is another one called {name}")
