"""Keeps secrets: put, use, remove. There is no "show"."""

from __future__ import annotations

import asyncio

from noc_console.db.database import Database, Tx
from noc_console.kernel.actor import Actor
from noc_console.kernel.clock import Clock
from noc_console.kernel.errors import Broken, NotFound
from noc_console.kernel.secret import Secret, SecretRef
from noc_console.services.secrets import rules, store
from noc_console.services.secrets.model import SecretRemoved, SecretStored
from noc_console.services.secrets.ports import Keyring


class SecretService:
    """The vault: sealed rows in the store, the key outside it."""

    def __init__(self, db: Database, *, keyring: Keyring, clock: Clock) -> None:
        self._db = db
        self._keyring = keyring
        self._clock = clock
        self._key: bytes | None = None

    async def put(self, actor: Actor, *, name: SecretRef, secret: Secret) -> None:
        actor.require("secrets.put")
        async with self._db.begin(actor) as tx:
            await self.put_in(tx, name=name, secret=secret)

    async def put_in(self, tx: Tx, *, name: SecretRef, secret: Secret) -> None:
        """The same within the caller's transaction: a credential and its secret commit together."""
        key = await self._open()
        sealed = rules.seal(key, secret.reveal().encode(), tenant=tx.actor.tenant, name=name)
        await store.put(tx, name, sealed, at=self._clock.now())
        tx.record(SecretStored(name=name))

    async def use(self, actor: Actor, *, name: SecretRef) -> Secret:
        """The secret, for handing to an adapter; never for a screen."""
        actor.require("secrets.use")
        async with self._db.read(actor) as tx:
            return await self.use_in(tx, name=name)

    async def use_in(self, tx: Tx, *, name: SecretRef) -> Secret:
        sealed = await store.get(tx, name)
        if sealed is None:
            raise NotFound(f"the vault has no secret {name}")
        key = await self._open()
        return Secret(rules.unseal(key, sealed, tenant=tx.actor.tenant, name=name).decode())

    async def remove_in(self, tx: Tx, *, name: SecretRef) -> None:
        if await store.remove(tx, name):
            tx.record(SecretRemoved(name=name))

    async def _open(self) -> bytes:
        """The vault's key, made on first use. The keyring may block, so a thread asks it."""
        if self._key is None:
            self._key = await asyncio.to_thread(self._load_or_make)
        return self._key

    def _load_or_make(self) -> bytes:
        key = self._keyring.get()
        if key is None:
            self._keyring.put(rules.new_key())
            # Another process may have been first: what the keyring says now is the key.
            key = self._keyring.get()
        if key is None or len(key) != rules.KEY_BYTES:
            raise Broken("the vault's key is missing or has the wrong length")
        return key
