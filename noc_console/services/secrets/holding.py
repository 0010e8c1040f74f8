"""Who can open the vault: people with pass phrases, machines with keys of their own."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

from noc_console.db.database import Database, Tx
from noc_console.kernel.actor import Actor
from noc_console.kernel.clock import Clock
from noc_console.kernel.errors import Broken, Conflict, Invalid, NotAllowed, NotFound, Refused
from noc_console.kernel.secret import Secret, SecretRef
from noc_console.services.secrets import passphrases, store, wrapping
from noc_console.services.secrets.model import (
    Holder,
    HolderKind,
    Kept,
    LockState,
    SecretRevealed,
    VaultHolderChanged,
    VaultState,
    VaultUnlocked,
    VaultUnlockFailed,
)
from noc_console.services.secrets.passphrases import Cost, Holds
from noc_console.services.secrets.ports import LockedKeyring
from noc_console.services.secrets.service import SecretService

FREE_TRIES = 5
LONGEST_WAIT_S = 300
LONGEST_NAME = 64


class Holding:
    """Unlocks, locks, lets in and puts out. Rights are asked by `services.vault`."""

    def __init__(
        self, db: Database, secrets: SecretService, *, clock: Clock, cost: Cost | None = None
    ) -> None:
        self._db = db
        self._secrets = secrets
        self._keys = secrets.keys
        self._sealing = secrets.sealing
        self._clock = clock
        self._cost = cost
        self._wrong = 0
        """Wrong pass phrases in a row, and when the next one may be tried."""
        self._next_try = clock.now()

    # --- how it is -------------------------------------------------------------------------

    @property
    def person(self) -> str:
        """Who opened the vault in this process; "" for the machine."""
        return self._keys.person

    async def state(self, actor: Actor) -> VaultState:
        async with self._db.read(actor) as tx:
            generation = await store.newest(tx)
            whole, behind = await store.counts(tx, generation)
            people = await store.people(tx)
            made_at = await store.made_at(tx, generation)
            is_stranger = await self._is_stranger(tx, generation)
        keyring = self._keys.keyring
        waits = isinstance(keyring, LockedKeyring) and not keyring.is_open
        asks_people = self._keys.waits_for_people and people
        is_locked = waits or (asks_people and (is_stranger or not self._keys.is_open))
        lock = LockState.LOCKED if is_locked else LockState.OPEN if whole else LockState.EMPTY
        place = self._sealing.place
        where = place.label if place and self._sealing.writes_there else keyring.label
        return VaultState(lock, generation, made_at, people, whole, behind, where)

    async def holders(self, actor: Actor) -> tuple[Holder, ...]:
        """Everybody; while the vault is open, only who is proven counts as let in."""
        async with self._db.read(actor) as tx:
            known = await store.holders(tx)
            if not self._keys.is_open:
                return tuple(holder for holder, _ in known)
            mine = await self._keys.public(tx)
            try:
                generation = await store.newest(tx)
                proven = {holder.id for holder in await self._proven(tx, generation)}
            except Broken:  # we are not let in ourselves: the list says who could
                proven = {holder.id for holder, _ in known if holder.is_let_in}
        return tuple(
            replace(holder, is_let_in=holder.id in proven, is_this=holder.public == mine)
            for holder, _ in known
        )

    async def kept(self, actor: Actor) -> tuple[Kept, ...]:
        async with self._db.read(actor) as tx:
            return await store.every(tx)

    # --- opening and closing ---------------------------------------------------------------

    async def unlock(self, actor: Actor, *, person: str, passphrase: Secret) -> None:
        """Open the vault with a pass phrase: a person's, or with no name the file vault's."""
        if not person:
            await self._unlock_file(actor, passphrase)
            return
        private = await self._private_of(actor, person, passphrase)
        self._keys.open_as(person, private)
        async with self._db.begin(actor) as tx:
            tx.record(VaultUnlocked(person=person))

    def lock(self) -> None:
        """Forget every key that was opened in this process."""
        self._keys.lock()

    async def check(self, actor: Actor, *, passphrase: Secret) -> str:
        """Whoever opened the vault says their pass phrase once more; their name."""
        keyring = self._keys.keyring
        if self._keys.person:
            await self._private_of(actor, self._keys.person, passphrase)
            return self._keys.person
        if isinstance(keyring, LockedKeyring):
            await self._try_file(actor, passphrase)
            return actor.name
        async with self._db.read(actor) as tx:
            people = await store.people(tx)
        if people:
            raise Refused(
                "this window opened the vault before anybody had a pass phrase: lock it, and open "
                "it as yourself"
            )
        raise Refused(
            "nobody has a pass phrase yet, so nobody can be asked for it again: add yourself under "
            "“People and machines” first"
        )

    async def reveal(self, actor: Actor, *, name: SecretRef, passphrase: Secret) -> Secret:
        """The text of a secret for a person's eyes; the pass phrase is asked again, and it is
        journaled before anything is shown."""
        person = await self.check(actor, passphrase=passphrase)
        async with self._db.begin(actor) as tx:
            secret = await self._secrets.read_in(tx, name=name)
            tx.record(SecretRevealed(name=name, person=person))
        return secret

    # --- people and machines ---------------------------------------------------------------

    async def add_person(self, actor: Actor, *, name: str, passphrase: Secret) -> Holder:
        """Let a person in, who opens the vault with this pass phrase from then on."""
        name = name.strip()
        if not name or len(name) > LONGEST_NAME or not name.isprintable():
            raise Invalid("a name has 1 to 64 printable characters", field="name")
        passphrases.check_new(passphrase)
        private = wrapping.new_private()
        shut = await asyncio.to_thread(
            passphrases.shut, private, passphrase, holds=Holds.PERSON_KEY, cost=self._cost
        )
        async with self._db.begin(actor) as tx:
            await self._sealing.current(tx)
            if any(holder.name == name for holder, _ in await store.holders(tx)):
                raise Conflict(f"the vault knows somebody called {name} already")
            number = await store.add_holder(
                tx,
                name=name,
                kind=HolderKind.PERSON,
                public=wrapping.public_of(private),
                shut=shut,
                proof=None,
                at=self._clock.now(),
            )
            added = await self._known(tx, number)
            await self._sealing.admit(tx, added)
            tx.record(VaultHolderChanged(name=name, kind=added.kind.value, what="let in"))
        await self.catch_up(actor)
        return replace(added, is_let_in=True)

    async def change_passphrase(
        self, actor: Actor, *, person: str, old: Secret, new: Secret
    ) -> None:
        """Another pass phrase for the same person, or with no name for the file vault."""
        passphrases.check_new(new)
        keyring = self._keys.keyring
        if not person and isinstance(keyring, LockedKeyring):
            await asyncio.to_thread(keyring.change, old, new)
            what = "this machine's vault file"
            async with self._db.begin(actor) as tx:
                tx.record(VaultHolderChanged(name=what, kind="machine", what="new pass phrase"))
            return
        private = await self._private_of(actor, person, old)
        shut = await asyncio.to_thread(
            passphrases.shut, private, new, holds=Holds.PERSON_KEY, cost=self._cost
        )
        async with self._db.begin(actor) as tx:
            found = await store.shut_of(tx, person)
            if found is None:
                raise NotFound(f"the vault knows nobody called {person}")
            await store.change_holder(tx, found[0].id, shut=shut)
            tx.record(VaultHolderChanged(name=person, kind="person", what="new pass phrase"))

    async def let_in(self, actor: Actor, *, holder_id: int, fingerprint: str) -> None:
        """Let a machine in that asked; the fingerprint is what it shows of itself."""
        async with self._db.begin(actor) as tx:
            holder = await self._known(tx, holder_id)
            if holder.fingerprint != fingerprint:
                raise Conflict(f"{holder.name} now has another key: {holder.fingerprint}")
            if holder.id in {each.id for each in await self._proven(tx, await store.newest(tx))}:
                raise Conflict(f"{holder.name} is let in already")
            await self._sealing.admit(tx, holder)
            tx.record(VaultHolderChanged(name=holder.name, kind=holder.kind.value, what="let in"))

    async def put_out(self, actor: Actor, *, holder_id: int) -> int:
        """Put somebody out: what is written from now on is sealed with a key they never had,
        and so is, a moment later, everything there is. How many secrets were sealed anew."""
        async with self._db.begin(actor) as tx:
            holder = await self._known(tx, holder_id)
            if holder.public == await self._keys.public(tx):
                raise Refused("whoever has the vault open cannot put themselves out")
            if holder.is_let_in:
                await self._keys.key(tx, await store.newest(tx))  # only who can open it decides
            await store.remove_holder(tx, holder_id)
            tx.record(VaultHolderChanged(name=holder.name, kind=holder.kind.value, what="put out"))
            if holder.is_let_in:
                await self._sealing.next_key(tx, why=f"{holder.name} was put out")
        return await self.catch_up(actor) if holder.is_let_in else 0

    async def ask(self, actor: Actor) -> bool:
        """This machine asks to be let in, once; False when it is known."""
        async with self._db.read(actor) as tx:
            if not await store.newest(tx):
                return False
            if await store.holder_by_key(tx, await self._keys.public(tx)) is not None:
                return False
        async with self._db.begin(actor) as tx:
            return await self._sealing.ask(tx)

    # --- keys ------------------------------------------------------------------------------

    async def rotate(self, actor: Actor) -> int:
        """A new key, and everything sealed with it; how many secrets."""
        async with self._db.begin(actor) as tx:
            await self._sealing.current(tx)
            await self._sealing.next_key(tx, why="rotation")
        return await self._sealing.reseal(self._db, actor)

    async def catch_up(self, actor: Actor) -> int:
        """Go on with a rotation that was interrupted; how many secrets were sealed anew."""
        async with self._db.read(actor) as tx:
            if not await self._sealing.is_behind(tx):
                return 0
        return await self._sealing.reseal(self._db, actor)

    async def move(self, actor: Actor) -> int:
        """Write secrets to where the configuration says they lie; how many were moved."""
        return await self._sealing.move(self._db, actor)

    # --- how it works ----------------------------------------------------------------------

    async def _is_stranger(self, tx: Tx, generation: int) -> bool:
        """Opened by a machine that was never let in: a person's phrase is what opens here."""
        if not generation or not self._keys.is_open or self._keys.person:
            return False
        return await store.wrap_for(tx, generation, await self._keys.public(tx)) is None

    async def _proven(self, tx: Tx, generation: int) -> tuple[Holder, ...]:
        return await self._sealing.let_in(tx, generation) if generation else ()

    async def _known(self, tx: Tx, holder_id: int) -> Holder:
        found = await store.holder(tx, holder_id)
        if found is None:
            raise NotFound("the vault knows nobody by that number")
        return found

    async def _private_of(self, actor: Actor, person: str, passphrase: Secret) -> bytes:
        self._may_try()
        async with self._db.read(actor) as tx:
            found = await store.shut_of(tx, person)
        if found is None:
            raise NotFound(f"the vault knows nobody called {person}")
        holder, shut = found
        try:
            private = await asyncio.to_thread(
                passphrases.opened, shut, passphrase, holds=Holds.PERSON_KEY
            )
        except NotAllowed:
            await self._note_wrong(actor, person)
            raise
        if wrapping.public_of(private) != holder.public:
            raise NotAllowed(f"the key of {person} in the store was exchanged")
        self._wrong = 0
        return private

    async def _unlock_file(self, actor: Actor, passphrase: Secret) -> None:
        keyring = self._keys.keyring
        if not isinstance(keyring, LockedKeyring):
            raise Refused("this machine's key needs no pass phrase: say whose it is")
        if not keyring.is_made:
            passphrases.check_new(passphrase)
        await self._try_file(actor, passphrase)
        async with self._db.begin(actor) as tx:
            tx.record(VaultUnlocked(person=actor.name))

    async def _try_file(self, actor: Actor, passphrase: Secret) -> None:
        keyring = self._keys.keyring
        assert isinstance(keyring, LockedKeyring)
        self._may_try()
        try:
            await asyncio.to_thread(keyring.open, passphrase)
        except NotAllowed:
            await self._note_wrong(actor, actor.name)
            raise
        self._wrong = 0

    def _may_try(self) -> None:
        left = (self._next_try - self._clock.now()).total_seconds()
        # Bounded: a clock that was set back must not keep people out for years.
        if self._wrong and 0 < left <= LONGEST_WAIT_S:
            raise Refused(f"too many wrong pass phrases: try again in {left:.0f} s")

    async def _note_wrong(self, actor: Actor, person: str) -> None:
        self._wrong += 1
        if self._wrong >= FREE_TRIES:
            wait = min(LONGEST_WAIT_S, 2 ** (self._wrong - FREE_TRIES + 1))
            self._next_try = self._clock.now() + timedelta(seconds=wait)
        async with self._db.begin(actor) as tx:
            tx.record(VaultUnlockFailed(person=person, in_a_row=self._wrong))
