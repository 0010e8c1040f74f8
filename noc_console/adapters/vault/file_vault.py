"""This machine's key in a file behind a pass phrase, where there is no keyring of the system.

The form is that of `services.secrets.passphrases`. A backup of the data folder holds the file and
the store, and opens without the phrase neither.
"""

from __future__ import annotations

import secrets
from pathlib import Path

from noc_console.adapters.keyring import write_private
from noc_console.kernel.errors import Broken, NotAllowed
from noc_console.kernel.secret import Secret
from noc_console.services.secrets import passphrases
from noc_console.services.secrets.model import Locked
from noc_console.services.secrets.passphrases import Cost, Holds

KEY_BYTES = 32


class FileVault:
    """A keyring that opens with a pass phrase and forgets when it is closed."""

    def __init__(self, path: Path, *, cost: Cost | None = None) -> None:
        self._path = path
        self._cost = cost
        self._key: bytearray | None = None

    @property
    def label(self) -> str:
        return f"{self._path.name}, behind a pass phrase"

    @property
    def is_open(self) -> bool:
        return self._key is not None

    @property
    def is_made(self) -> bool:
        return self._path.exists()

    def get(self) -> bytes:
        if self._key is None:
            raise Locked("the vault is locked: it waits for your pass phrase")
        return bytes(self._key)

    def put(self, key: bytes) -> None:
        """Never: opening it for the first time makes the key."""
        raise Locked("the vault is locked: choose a pass phrase first")

    def open(self, passphrase: Secret) -> None:
        """Open the file, or make it with a key of its own when there is none."""
        if not self.is_made:
            self._write(secrets.token_bytes(KEY_BYTES), passphrase)
        # Also after making it: two first starts at once agree on the file that is there.
        self._key = bytearray(self._opened(passphrase))

    def change(self, old: Secret, new: Secret) -> None:
        key = self._opened(old)
        shut = passphrases.shut(key, new, holds=Holds.MACHINE_KEY, cost=self._cost)
        write_private(self._path, shut, replace=True)

    def close(self) -> None:
        if self._key is not None:
            self._key[:] = bytes(len(self._key))
        self._key = None

    def _write(self, key: bytes, passphrase: Secret) -> None:
        shut = passphrases.shut(key, passphrase, holds=Holds.MACHINE_KEY, cost=self._cost)
        write_private(self._path, shut, replace=False)

    def _opened(self, passphrase: Secret) -> bytes:
        try:
            with self._path.open("rb") as file:
                shut = file.read(passphrases.MOST_BYTES + 1)
        except OSError as error:
            raise Broken(f"the vault {self._path} cannot be read") from error
        try:
            key = passphrases.opened(shut, passphrase, holds=Holds.MACHINE_KEY)
        except NotAllowed:
            raise NotAllowed(
                "the pass phrase is not the right one, or the file was changed"
            ) from None
        if len(key) != KEY_BYTES:
            raise Broken(f"the vault {self._path} holds no key")
        return key
