"""Keeps secrets: put, use, remove. Showing one to a person is `holding.py`'s, and asks again."""

from __future__ import annotations

import base64
import binascii
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from noc_console.db.database import Database, Tx
from noc_console.kernel.actor import Actor
from noc_console.kernel.clock import Clock
from noc_console.kernel.errors import Broken, NocError, NotFound
from noc_console.kernel.secret import Secret, SecretRef
from noc_console.services.secrets import rules, store
from noc_console.services.secrets.keys import Keys
from noc_console.services.secrets.model import SecretRemoved, SecretStored
from noc_console.services.secrets.ports import Keyring, SecretPlace
from noc_console.services.secrets.sealing import Sealing
from noc_console.services.secrets.uses import Use, Uses

REMOVED_AFTER = timedelta(minutes=1)
_log = structlog.get_logger("vault")


class SecretService:
    """The vault: sealed rows in the store (or references to OpenBao), the keys outside it."""

    def __init__(
        self,
        db: Database,
        *,
        keyring: Keyring,
        clock: Clock,
        place: SecretPlace | None = None,
        writes_there: bool = True,
        attended: bool = False,
        machine: str = "this machine",
    ) -> None:
        """`attended`: a person sits here, and opens the vault with a pass phrase if they have
        one; `machine` is what this one is called among the vault's holders."""
        self._db = db
        self._clock = clock
        self._removed: dict[tuple[str, SecretRef], datetime] = {}
        self._uses = Uses(every=attended)
        self.keys = Keys(keyring, attended=attended)
        self.sealing = Sealing(
            self.keys, place, clock=clock, machine=machine, writes_there=writes_there
        )

    async def put(self, actor: Actor, *, name: SecretRef, secret: Secret) -> None:
        actor.require("secrets.put")
        async with self.put_ahead(actor.tenant, {name: secret}), self._db.begin(actor) as tx:
            await self.put_in(tx, name=name, secret=secret)

    @asynccontextmanager
    async def put_ahead(
        self, tenant: str, texts: Mapping[SecretRef, Secret]
    ) -> AsyncIterator[None]:
        """Around a transaction that will `put_in` these: where secrets lie elsewhere they are
        written there first, so that no transaction waits for another program."""
        async with self.sealing.written_ahead(tenant, texts):
            yield

    @property
    def may_be_elsewhere(self) -> bool:
        """Whether texts of secrets may lie in OpenBao."""
        return self.sealing.place is not None

    async def look_ahead(self, actor: Actor, names: Collection[SecretRef | None]) -> None:
        """Before a transaction that will `use_in` these: have at hand what lies elsewhere.

        Raises Unreachable. Nothing happens where every secret lies here.
        """
        actor.require("secrets.use")
        if not self.may_be_elsewhere:
            return
        async with self._db.read(actor) as tx:
            found = await store.some(tx, [name for name in names if name is not None])
        await self.sealing.look_ahead(actor.tenant, found)

    async def put_in(self, tx: Tx, *, name: SecretRef, secret: Secret) -> None:
        """The same within the caller's transaction: a credential and its secret commit together."""
        rules.check_name(name)
        sealed, generation = await self.sealing.seal(tx, name, secret)
        await store.put(tx, name, sealed, at=self._clock.now(), generation=generation)
        tx.record(SecretStored(name=name))

    async def use(
        self, actor: Actor, *, name: SecretRef, purpose: str = "", device_id: int | None = None
    ) -> Secret:
        """The secret, for handing to an adapter; never for a screen."""
        actor.require("secrets.use")
        await self.look_ahead(actor, [name])
        async with self._db.read(actor) as tx:
            return await self.use_in(tx, name=name, purpose=purpose, device_id=device_id)

    async def use_in(
        self, tx: Tx, *, name: SecretRef, purpose: str = "", device_id: int | None = None
    ) -> Secret:
        """The same within a transaction; that it was used is journaled soon (`tell_uses`)."""
        secret = await self.read_in(tx, name=name)
        self._uses.note(
            Use(tx.actor.tenant, tx.actor.name, name, purpose, device_id, self.keys.person)
        )
        return secret

    async def read_in(self, tx: Tx, *, name: SecretRef) -> Secret:
        """The secret without noting a use: to compare it with another, not to hand it out."""
        sealed = await store.get(tx, name)
        if sealed is None:
            raise NotFound(f"the vault has no secret {name}")
        return await self.sealing.unseal(tx, name, sealed)

    async def remove_in(self, tx: Tx, *, name: SecretRef) -> None:
        if await store.remove(tx, name):
            tx.record(SecretRemoved(name=name))
            if self.sealing.place is not None:
                self._removed[tx.actor.tenant, name] = self._clock.now()

    async def forget_removed(self, actor: Actor) -> int:
        """Have OpenBao forget what was removed here; how many secrets.

        A minute later, and only what is really gone then: whoever removed it may have changed
        their mind before the end of the transaction. What a process removed just before it was
        killed stays there.
        """
        actor.require("secrets.put")
        place, now = self.sealing.place, self._clock.now()
        ripe = [
            key
            for key, at in self._removed.items()
            if key[0] == actor.tenant and abs(now - at) >= REMOVED_AFTER
        ]
        done = 0
        for tenant, name in ripe:
            async with self._db.read(actor) as tx:
                is_there = await store.get(tx, name) is not None
            if not is_there and place is not None:
                await place.destroy(rules.path_of(tenant, name))
                done += 1
            del self._removed[tenant, name]
        return done

    async def content_key(self, actor: Actor, *, purpose: str) -> bytes:
        """32 bytes that encrypt what a feature keeps (configurations, recordings).

        Made on first use and kept as a secret: a rotation of the vault seals it anew, and what
        it encrypts stays as it is. It takes the right to see what the feature keeps; how much of
        it one sees is the feature's to say, and looking at it masked is no use of a secret.
        """
        actor.require(f"{purpose}.see")
        actor = replace(actor, rights=actor.rights | {"secrets.use"})
        name = SecretRef(f"key/{purpose}")
        async with self._db.read(actor) as tx:
            known = await store.get(tx, name)
        if known is None:
            fresh = Secret(base64.b64encode(rules.new_key()).decode())
            async with self.put_ahead(actor.tenant, {name: fresh}), self._db.begin(actor) as tx:
                sealed, generation = await self.sealing.seal(tx, name, fresh)
                now = self._clock.now()
                # Never in the place of another's: what that one encrypted would be lost.
                if await store.add(tx, name, sealed, at=now, generation=generation):
                    tx.record(SecretStored(name=name))
        text = await self.use(actor, name=name, purpose=purpose)
        try:
            key = base64.b64decode(text.reveal(), validate=True)
        except binascii.Error as error:
            raise Broken(f"the key for {purpose} is not one") from error
        if len(key) != rules.KEY_BYTES:
            raise Broken(f"the key for {purpose} has the wrong length")
        return key

    async def tell_uses(self, actor: Actor) -> int:
        """Journal what was used since it was last told; how many uses that were.

        Each process does this every few seconds and when it leaves.
        """
        actor.require("secrets.use")
        due = self._uses.due(actor.tenant, self._clock.now())
        if not due:
            return 0
        now = self._clock.now()
        by_actor: dict[str, list[int]] = {}
        for at, (use, _) in enumerate(due):
            by_actor.setdefault(use.actor, []).append(at)
        for name, places in by_actor.items():
            some = tuple(due[at] for at in places)
            async with self._db.begin(Actor(name, actor.tenant, actor.rights)) as tx:
                for use, event in some:
                    await store.note_use(tx, use.name, at=now, by=use.person or use.actor)
                    tx.record(event)
            self._uses.told(some, now)
        return sum(event.count for _, event in due)

    async def tell_last_uses(self, actor: Actor) -> None:
        """As `tell_uses`, for a process that leaves: what cannot be written is logged."""
        actor.require("secrets.use")
        try:
            await self.tell_uses(actor)
        except NocError as error:
            _log.warning("uses of secrets could not be journaled", error=str(error))
