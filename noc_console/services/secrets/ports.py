"""What the vault needs from the machine."""

from __future__ import annotations

from typing import Protocol


class Keyring(Protocol):
    """A place outside the database that keeps the vault's key."""

    def get(self) -> bytes | None:
        """The key, or None when there is none yet."""
        ...

    def put(self, key: bytes) -> None: ...
