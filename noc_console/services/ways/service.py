"""One home for how devices are reached: terminals, backups, flights and jobs all ask here."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.kernel.clock import Clock
from noc_console.kernel.errors import Invalid, NotFound
from noc_console.kernel.operation import operation
from noc_console.services.credentials.model import Subject
from noc_console.services.credentials.service import CredentialService
from noc_console.services.hostkeys.model import OtherKey
from noc_console.services.hostkeys.service import HostKeyService
from noc_console.services.ways import rules, store
from noc_console.services.ways.model import (
    SSH_PORT,
    Allowed,
    Door,
    Hop,
    LegacyAllowed,
    Stop,
    Way,
    WayChanged,
)

SHORTEST_REASON = 8


class WayService:
    """Says through which hosts a device is reached, and what is known of each of them."""

    def __init__(
        self,
        db: Database,
        *,
        clock: Clock,
        hostkeys: HostKeyService,
        credentials: CredentialService,
    ) -> None:
        self._db = db
        self._clock = clock
        self._hostkeys = hostkeys
        self._credentials = credentials

    # --- for whoever connects ----------------------------------------------------------------

    async def hops(self, actor: Actor, *, subject: Subject) -> tuple[Hop, ...]:
        """The jump hosts to a device, the nearest first; none: straight there."""
        actor.require("hostkeys.see")
        async with self._db.read(actor) as tx:
            return rules.choose(await store.every_way(tx), subject)

    async def door(self, actor: Actor, *, subject: Subject, port: int, purpose: str) -> Door:
        """A device's door for a program that asks nobody: its keys, and its jump hosts with their
        keys and the logins the vault has for them, as at a terminal."""
        actor.require("hostkeys.see")
        stops = []
        for hop in await self.hops(actor, subject=subject):
            known = await self._hostkeys.known(actor, host=hop.host, port=hop.port)
            host = Subject(name=hop.host, address=hop.host)
            found = await self._credentials.logins_for(actor, subject=host, purpose=purpose)
            mine = [each for each in found if not hop.user or each.user in (hop.user, "")]
            stops.append(Stop(hop, known.keys, tuple(mine), known.authorities))
        known = await self._hostkeys.known(actor, host=subject.address, port=port)
        return Door(subject.address, port, known.keys, tuple(stops), known.authorities)

    @asynccontextmanager
    async def watched(self, actor: Actor, door: Door, subject: Subject) -> AsyncIterator[None]:
        """While something knocks there: another key than those trusted, at the door or on the way
        to it, is in the journal, an alarm and KeyChanged, as at a terminal."""
        actor.require("hostkeys.see")
        try:
            yield
        except OtherKey as error:
            is_end = door.is_of(error.key)
            await self._hostkeys.meet(
                actor,
                shown=error.key,
                device_id=subject.device_id if is_end else None,
                name=subject.name if is_end else error.key.host,
                against=error.against,
            )
            raise

    async def may_be_old(self, actor: Actor, *, host: str, port: int) -> bool:
        """Whether this one host may use old algorithms; terminals and programs ask alike."""
        actor.require("hostkeys.see")
        async with self._db.read(actor) as tx:
            return await store.is_legacy(tx, host, port)

    # --- for people --------------------------------------------------------------------------

    @operation("ways.list", right="terminal.open")
    async def all(self, actor: Actor) -> tuple[Way, ...]:
        """List which jump hosts lead to which devices, in the order they are tried."""
        async with self._db.read(actor) as tx:
            return await store.every_way(tx)

    @operation("ways.add", right="terminal.set-up")
    async def add(
        self, actor: Actor, *, name: str, hops: str, names: str = "", sites: str = ""
    ) -> Way:
        """Say through which hosts devices of some names, sites or tags (tag:edge) are reached."""
        way = rules.check(Way(0, name, names, sites, hops))
        async with self._db.begin(actor) as tx:
            if any(other.name == way.name for other in await store.every_way(tx)):
                raise Invalid(f"there is another way called {way.name}", field="name")
            number = await store.add_way(tx, way)
            tx.record(WayChanged(way_id=number, name=way.name, what="added"))
        return replace(way, id=number)

    @operation("ways.remove", right="terminal.set-up")
    async def remove(self, actor: Actor, *, way_id: int) -> None:
        """Remove a way; devices are reached by the next that fits, or straight."""
        async with self._db.begin(actor) as tx:
            known = {way.id: way for way in await store.every_way(tx)}
            if way_id not in known or not await store.remove_way(tx, way_id):
                raise NotFound(f"there is no way {way_id}")
            tx.record(WayChanged(way_id=way_id, name=known[way_id].name, what="removed"))

    @operation("ways.legacy", right="terminal.open")
    async def legacy(self, actor: Actor) -> tuple[Allowed, ...]:
        """List the hosts that may use algorithms that are no longer safe, and who said so."""
        async with self._db.read(actor) as tx:
            return await store.every_legacy(tx)

    @operation("ways.allow-legacy", right="terminal.allow-legacy")
    async def allow_legacy(
        self, actor: Actor, *, host: str, reason: str, port: int = SSH_PORT
    ) -> None:
        """Allow one host algorithms that are no longer safe; say why."""
        said = " ".join(reason.split())
        if len(said) < SHORTEST_REASON:
            raise Invalid("say why: it is kept with your name", field="reason")
        async with self._db.begin(actor) as tx:
            await store.allow_legacy(tx, host, port, reason=said, at=self._clock.now())
            tx.record(LegacyAllowed(host=host, port=port, is_allowed=True, reason=said))

    @operation("ways.forbid-legacy", right="terminal.allow-legacy")
    async def forbid_legacy(self, actor: Actor, *, host: str, port: int = SSH_PORT) -> None:
        """Take old algorithms back from a host."""
        async with self._db.begin(actor) as tx:
            if not await store.forbid_legacy(tx, host, port):
                raise NotFound(f"{host} is not allowed old algorithms")
            tx.record(LegacyAllowed(host=host, port=port, is_allowed=False, reason=""))
