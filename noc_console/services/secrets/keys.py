"""The vault's keys in this process: who opened it, and what that opens.

What is opened is kept in bytearrays that are overwritten when the vault locks. That is the most
Python allows: the library that encrypts, and the text a pass phrase was typed into, make copies
that nobody can reach; hence no core files (`app/hardening.py`) and short lives.
"""

from __future__ import annotations

import asyncio

from noc_console.db.database import Tx
from noc_console.kernel.errors import Broken
from noc_console.services.secrets import rules, store, wrapping
from noc_console.services.secrets.model import Locked
from noc_console.services.secrets.ports import Keyring, LockedKeyring


class Keys:
    """Opens the vault with the machine's key, or with a person's.

    An attended process (the window) uses the machine's key only while no person has a pass
    phrase; afterwards it waits for one.
    """

    def __init__(self, keyring: Keyring, *, attended: bool = False) -> None:
        self.keyring = keyring
        self.attended = attended
        self.person = ""
        """Who opened it; "" for the machine."""
        self._machine: bytearray | None = None
        self._private: bytearray | None = None
        self._opened: dict[bytes, bytearray] = {}
        # By the wrap they came from: a number may be given again when a transaction was undone.

    @property
    def is_open(self) -> bool:
        return self._private is not None

    @property
    def waits_for_people(self) -> bool:
        """Somebody sits here, and the machine's key lies open: a person's phrase guards it. A
        vault file has a phrase of its own."""
        return self.attended and not isinstance(self.keyring, LockedKeyring)

    async def private(self, tx: Tx) -> bytes:
        """The private key of whoever opened the vault. Raises Locked."""
        if self._private is None:
            if self.waits_for_people and await store.people(tx):
                raise Locked("the vault is locked: it waits for your pass phrase")
            machine = await asyncio.to_thread(self._load_or_make)
            self._machine = bytearray(machine)
            self._private = bytearray(wrapping.machine_private(machine))
        return bytes(self._private)

    async def public(self, tx: Tx) -> bytes:
        return wrapping.public_of(await self.private(tx))

    async def key(self, tx: Tx, generation: int) -> bytes:
        """One of the vault's keys. Broken when it is not wrapped for us (any more)."""
        private = await self.private(tx)
        if generation == 0:
            return await self._own()
        wrapped = await store.wrap_for(tx, generation, wrapping.public_of(private))
        if wrapped is None:
            who = self.person or "this machine"
            raise Broken(
                f"the vault does not open: {who} has not been let in (or is no longer). Somebody "
                "who can open it lets them in on the page Vault; or copy the key file of the "
                "machine that wrote it"
            )
        if wrapped not in self._opened:
            self._opened[wrapped] = bytearray(
                wrapping.unwrap(
                    wrapped, private=private, tenant=tx.actor.tenant, generation=generation
                )
            )
        return bytes(self._opened[wrapped])

    def open_as(self, person: str, private: bytes) -> None:
        """A person has given their pass phrase."""
        self.lock()
        self.person, self._private = person, bytearray(private)

    def lock(self) -> None:
        """Overwrite and forget everything that was opened."""
        for key in self._opened.values():
            _wipe(key)
        self._opened.clear()
        for own in (self._private, self._machine):
            if own is not None:
                _wipe(own)
        self._private = self._machine = None
        self.person = ""
        if self.attended and isinstance(self.keyring, LockedKeyring):
            self.keyring.close()

    async def _own(self) -> bytes:
        """The machine's own key, which sealed everything before vaults had keys of their own."""
        if self._machine is None:
            found = await asyncio.to_thread(self.keyring.get)
            if found is None or len(found) != rules.KEY_BYTES:
                raise Broken(
                    "this secret is still sealed with the key of a machine: a collector or "
                    "window of that machine seals it anew"
                )
            self._machine = bytearray(found)
        return bytes(self._machine)

    def _load_or_make(self) -> bytes:
        key = self.keyring.get()
        if key is None:
            self.keyring.put(rules.new_key())
            # Another process may have been first: what the keyring says now is the key.
            key = self.keyring.get()
        if key is None or len(key) != rules.KEY_BYTES:
            raise Broken("the vault's key is missing or has the wrong length")
        return key


def _wipe(key: bytearray) -> None:
    key[:] = bytes(len(key))
