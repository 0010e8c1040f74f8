"""This machine's key handed over by whoever started the process: a service unit, or the window."""

from __future__ import annotations

import asyncio
import os
import stat
from pathlib import Path

from noc_console.adapters.keyring import decoded
from noc_console.kernel.errors import Broken
from noc_console.services.secrets.model import Locked

CREDENTIAL = "noc-vault-key"
"""`LoadCredentialEncrypted=noc-vault-key` in a systemd unit: base64 of 32 bytes."""
LARGEST = 4096


class SystemCredential:
    """A key that systemd decrypts for a service (TPM2 or host key), in memory only."""

    def __init__(self, folder: Path) -> None:
        """`folder` is what systemd names in CREDENTIALS_DIRECTORY."""
        self._path = folder / CREDENTIAL

    @property
    def label(self) -> str:
        return f"the system credential {CREDENTIAL}"

    def get(self) -> bytes:
        try:
            with self._path.open("rb") as file:
                kept = file.read(LARGEST).decode("ascii").strip()
                is_open = os.fstat(file.fileno()).st_mode & (stat.S_IRWXG | stat.S_IRWXO)
        except (OSError, UnicodeDecodeError) as error:
            raise Broken(
                f"there is no credential {CREDENTIAL}: name it in the unit with "
                "LoadCredentialEncrypted= (see systemd-creds)"
            ) from error
        if is_open & (stat.S_IWGRP | stat.S_IRWXO):
            raise Broken(f"the credential {CREDENTIAL} can be read or changed by others")
        return decoded(kept)

    def put(self, key: bytes) -> None:
        raise Broken(f"the credential {CREDENTIAL} is made by whoever runs the machine")


class HandedKey:
    """A key the window gives its own collector through a pipe once it was unlocked."""

    def __init__(self) -> None:
        self._key: bytes | None = None
        self._came = asyncio.Event()

    @property
    def label(self) -> str:
        return "the key of the window that started this"

    @property
    def is_open(self) -> bool:
        return self._key is not None

    def get(self) -> bytes:
        if self._key is None:
            raise Locked("the vault is locked: it waits for the pass phrase in the window")
        return self._key

    def put(self, key: bytes) -> None:
        raise Locked("the vault is locked: it waits for the pass phrase in the window")

    def hand(self, line: bytes) -> None:
        """A line from the window: base64 of the key."""
        self._key = decoded(line.decode("ascii", "replace").strip())
        self._came.set()

    async def came(self) -> None:
        """Wait until it was handed over."""
        await self._came.wait()
