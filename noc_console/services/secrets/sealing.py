"""The vault's keys, one after the other: made, wrapped for everybody let in, and forgotten.

A rotation is many small transactions. First a new key is made and wrapped: from then on it seals
what is written. Then secrets are sealed anew, some at a time. When none is left under an older
key, the older keys are forgotten. Killed anywhere between, everything is readable, and whoever
comes next goes on.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager

from noc_console.db.database import Database, Tx
from noc_console.kernel.actor import Actor
from noc_console.kernel.clock import Clock
from noc_console.kernel.errors import NotFound
from noc_console.kernel.secret import Secret, SecretRef
from noc_console.services.secrets import rules, store, wrapping
from noc_console.services.secrets.keys import Keys
from noc_console.services.secrets.model import (
    Holder,
    HolderKind,
    VaultHolderChanged,
    VaultKeyMade,
    VaultResealed,
)
from noc_console.services.secrets.ports import SecretPlace

PORTION = 200
"""Secrets sealed anew in one transaction."""
MOVED = 20
"""Secrets moved in one transaction."""
AT_ONCE = 8
"""Questions to a vault elsewhere at the same time."""


class Sealing:
    """Seals, unseals and rotates within transactions of whoever calls."""

    def __init__(
        self,
        keys: Keys,
        place: SecretPlace | None,
        *,
        clock: Clock,
        machine: str,
        writes_there: bool = True,
    ) -> None:
        """`writes_there` is False where `place` is only read, until everything came back."""
        self.keys = keys
        self.place = place
        self.writes_there = writes_there and place is not None
        self._clock = clock
        self._machine = machine
        self._ahead: dict[tuple[str, SecretRef], tuple[Secret, int]] = {}
        """Written elsewhere already, for a transaction that is about to begin."""

    async def seal(self, tx: Tx, name: SecretRef, text: Secret) -> tuple[bytes, int | None]:
        """What to keep here, and the number of the key; None: the text lies elsewhere."""
        tenant = tx.actor.tenant
        if self.writes_there and self.place is not None:
            written, version = self._ahead.pop((tenant, name), (None, 0))
            if written != text:
                version = await self.place.write(rules.path_of(tenant, name), text)
            return rules.reference(version), None
        generation = await self.current(tx)
        key = await self.keys.key(tx, generation)
        plain = text.reveal().encode()
        return rules.seal(key, plain, tenant=tenant, name=name, generation=generation), generation

    async def unseal(self, tx: Tx, name: SecretRef, sealed: bytes) -> Secret:
        tenant = tx.actor.tenant
        version = rules.version_of(sealed)
        if version is not None:
            return await self._elsewhere().read(rules.path_of(tenant, name), version)
        key = await self.keys.key(tx, rules.generation_of(sealed, name=name))
        return Secret(rules.unseal(key, sealed, tenant=tenant, name=name).decode())

    async def look_ahead(self, tenant: str, some: Iterable[tuple[SecretRef, bytes]]) -> None:
        """Have what lies elsewhere at hand before a transaction uses it: nobody else's waits
        for another program's answer then. Raises Unreachable."""
        place, turns = self.place, asyncio.Semaphore(AT_ONCE)
        if place is None:
            return

        async def read(path: str, version: int) -> None:
            async with turns:
                try:
                    await place.read(path, version)
                except NotFound:
                    pass  # who uses it is told

        there = [
            (rules.path_of(tenant, name), version)
            for name, sealed in some
            if (version := rules.version_of(sealed)) is not None
        ]
        if there:
            # One at first: with nobody there, or a token that ended, the others need not ask.
            await read(*there[0])
            await asyncio.gather(*(read(*each) for each in there[1:]))

    @asynccontextmanager
    async def written_ahead(
        self, tenant: str, texts: Mapping[SecretRef, Secret]
    ) -> AsyncIterator[None]:
        """Write elsewhere what a transaction within is about to keep."""
        place = self.place if self.writes_there else None
        try:
            if place is not None:
                for name, text in texts.items():
                    version = await place.write(rules.path_of(tenant, name), text)
                    self._ahead[tenant, name] = text, version
            yield
        finally:
            for name in texts:
                self._ahead.pop((tenant, name), None)

    async def current(self, tx: Tx) -> int:
        """The key to write with, held against being forgotten; the first one is made here."""
        found = await store.newest(tx, hold=True)
        if found:
            return found
        await self._join(tx, is_let_in=True)
        await self.next_key(tx, why="the first")
        return await store.newest(tx, hold=True)

    async def next_key(self, tx: Tx, *, why: str) -> int:
        """Make the next key and wrap it for everybody who was let in before, and nobody else.

        Who was let in is taken from the proof under the key before: whoever can only write
        into the store cannot make themselves a holder.
        """
        before = await store.newest(tx)
        people = await self.let_in(tx, before)
        generation, key = before + 1, rules.new_key()
        if not await store.add_key(tx, generation, at=self._clock.now()):
            return generation  # another process was first
        await store.add_wraps(
            tx,
            generation,
            {
                holder.id: wrapping.wrap(
                    key, public=holder.public, tenant=tx.actor.tenant, generation=generation
                )
                for holder in people
            },
        )
        for holder in people:
            await store.change_holder(tx, holder.id, proof=_proof(tx, key, holder))
        tx.record(VaultKeyMade(generation=generation, why=why))
        return generation

    async def let_in(self, tx: Tx, generation: int) -> tuple[Holder, ...]:
        """Who was let in, proven by the key of this number."""
        known = await store.holders(tx)
        if not generation:  # the first key: only whoever makes it
            mine = await self.keys.public(tx)
            return tuple(holder for holder, _ in known if holder.public == mine)
        key = await self.keys.key(tx, generation)
        return tuple(
            holder for holder, proof in known if wrapping.is_proven(proof, _proof(tx, key, holder))
        )

    async def admit(self, tx: Tx, holder: Holder) -> None:
        """Wrap every key there is for a holder, and prove that they were let in."""
        for generation in await store.generations(tx):
            key = await self.keys.key(tx, generation)
            wrapped = wrapping.wrap(
                key, public=holder.public, tenant=tx.actor.tenant, generation=generation
            )
            await store.add_wraps(tx, generation, {holder.id: wrapped})
            await store.change_holder(tx, holder.id, proof=_proof(tx, key, holder))

    async def ask(self, tx: Tx) -> bool:
        """This machine asks to be let in; False when it is known already."""
        if await store.holder_by_key(tx, await self.keys.public(tx)) is not None:
            return False
        await self._join(tx, is_let_in=False)
        return True

    async def reseal(self, db: Database, actor: Actor) -> int:
        """Seal with the newest key what is not; how many. Goes on where a killed one was."""
        done = 0
        while True:
            async with db.begin(actor) as tx:
                generation = await store.newest(tx)
                old = await store.behind(tx, generation, most=PORTION)
                for name, sealed in old:
                    await self._seal_anew(tx, name, sealed, generation)
                done += len(old)
                is_done = not old and await store.forget_keys(tx, generation)
                tx.record(VaultResealed(generation=generation, secrets=len(old), is_done=is_done))
            if is_done:
                return done

    async def is_behind(self, tx: Tx) -> bool:
        """A rotation was interrupted, or the store is from before vaults had keys."""
        generation = await store.newest(tx)
        if not generation:
            return False
        return bool((await store.counts(tx, generation))[1]) or len(await store.generations(tx)) > 1

    async def move(self, db: Database, actor: Actor) -> int:
        """Write every secret again to where secrets lie now; how many."""
        done, after = 0, ""
        while True:
            async with db.read(actor) as tx:
                some = await store.everywhere(tx, after=after, most=MOVED)
            there = [
                (name, sealed)
                for name, sealed in some
                if (rules.version_of(sealed) is not None) != self.writes_there
            ]
            await self.look_ahead(actor.tenant, there)
            async with db.read(actor) as tx:
                texts = {name: await self.unseal(tx, name, sealed) for name, sealed in there}
            async with self.written_ahead(actor.tenant, texts), db.begin(actor) as tx:
                for name, sealed in there:
                    fresh, generation = await self.seal(tx, name, texts[name])
                    # Not what was changed meanwhile: that lies where it should.
                    done += await store.reseal(
                        tx, name, fresh, generation=generation, before=sealed
                    )
                newest = await store.newest(tx)
                tx.record(VaultResealed(generation=newest, secrets=done, is_done=not some))
            if not some:
                return done
            after = some[-1][0]

    async def _seal_anew(self, tx: Tx, name: SecretRef, sealed: bytes, generation: int) -> None:
        tenant = tx.actor.tenant
        old = await self.keys.key(tx, rules.generation_of(sealed, name=name))
        plain = rules.unseal(old, sealed, tenant=tenant, name=name)
        key = await self.keys.key(tx, generation)
        fresh = rules.seal(key, plain, tenant=tenant, name=name, generation=generation)
        await store.reseal(tx, name, fresh, generation=generation, before=sealed)

    async def _join(self, tx: Tx, *, is_let_in: bool) -> None:
        public = await self.keys.public(tx)
        if await store.holder_by_key(tx, public) is not None:
            return
        taken = {holder.name for holder, _ in await store.holders(tx)}
        name, number = self._machine, 1
        while name in taken:
            number += 1
            name = f"{self._machine} {number}"
        await store.add_holder(
            tx,
            name=name,
            kind=HolderKind.MACHINE,
            public=public,
            shut=None,
            proof=None,
            at=self._clock.now(),
        )
        what = "made the vault" if is_let_in else "asks to be let in"
        tx.record(VaultHolderChanged(name=name, kind=HolderKind.MACHINE.value, what=what))

    def _elsewhere(self) -> SecretPlace:
        if self.place is None:
            raise rules.not_here()
        return self.place


def _proof(tx: Tx, key: bytes, holder: Holder) -> bytes:
    return wrapping.proof(
        key,
        tenant=tx.actor.tenant,
        name=holder.name,
        kind=holder.kind.value,
        public=holder.public,
    )
