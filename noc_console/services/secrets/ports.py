"""What the vault needs from the machine, and from a vault elsewhere."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from noc_console.kernel.secret import Secret


class Keyring(Protocol):
    """A place outside the database that keeps this machine's key."""

    @property
    def label(self) -> str:
        """What it is, for people."""
        ...

    def get(self) -> bytes | None:
        """The key, or None when there is none yet. Raises Locked when a pass phrase is needed."""
        ...

    def put(self, key: bytes) -> None: ...


@runtime_checkable
class LockedKeyring(Protocol):
    """A keyring that opens with a pass phrase."""

    @property
    def is_open(self) -> bool: ...

    @property
    def is_made(self) -> bool:
        """A pass phrase was chosen once."""
        ...

    def open(self, passphrase: Secret) -> None:
        """Open it, or make it when there is none. Raises Refused when the phrase is wrong."""
        ...

    def change(self, old: Secret, new: Secret) -> None:
        """Another pass phrase for the same key."""
        ...

    def close(self) -> None:
        """Forget what was opened."""
        ...


class SecretPlace(Protocol):
    """Keeps the texts of secrets elsewhere, each write a new version (OpenBao's KV v2).

    Raises Unreachable when it does not answer, NotFound when it has no such version.
    """

    @property
    def label(self) -> str:
        """What it is, for people: no token in it."""
        ...

    async def write(self, path: str, text: Secret) -> int:
        """The number of the version that was written."""
        ...

    async def read(self, path: str, version: int) -> Secret: ...

    async def destroy(self, path: str) -> None:
        """Forget every version; nothing happens when there is none."""
        ...
