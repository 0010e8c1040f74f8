"""Where the vault's key lives: a file only its owner can read, or the system's safe."""

from __future__ import annotations

import base64
import binascii
import os
from pathlib import Path

from noc_console.kernel.errors import Broken

SERVICE = "noc-console"


class KeyFile:
    """A key in a file of mode 0600, outside the database and its backups.

    The choice where several processes (window, collector, service units) share one vault
    and no one is there to unlock a desktop's safe.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    @property
    def label(self) -> str:
        return f"key file {self._path.name}"

    def get(self) -> bytes | None:
        try:
            kept = self._path.read_text(encoding="ascii")
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError) as error:
            raise Broken(f"the vault's key file {self._path} cannot be read") from error
        return decoded(kept)

    def put(self, key: bytes) -> None:
        """Write the key unless there is one: two first starts at once agree on the first."""
        write_private(self._path, base64.b64encode(key), replace=False)


class SystemSafe:
    """The operating system's keyring (Secret Service, Keychain, Credential Locker)."""

    def __init__(self, account: str = "vault") -> None:
        self._account = account

    @property
    def label(self) -> str:
        return "the system's keyring"

    def get(self) -> bytes | None:
        # Only who chose the system's safe waits for its library.
        import keyring
        from keyring.errors import KeyringError

        try:
            kept = keyring.get_password(SERVICE, self._account)
        except KeyringError as error:
            raise Broken(f"the system's keyring does not open: {error}") from error
        return None if kept is None else decoded(kept)

    def put(self, key: bytes) -> None:
        # Only who chose the system's safe waits for its library.
        import keyring
        from keyring.errors import KeyringError

        try:
            keyring.set_password(SERVICE, self._account, base64.b64encode(key).decode())
        except KeyringError as error:
            raise Broken(f"the system's keyring does not take a key: {error}") from error


def decoded(kept: str) -> bytes:
    """A key as its holder writes it: base64."""
    try:
        return base64.b64decode(kept, validate=True)
    except binascii.Error as error:
        raise Broken("the vault's key is not base64") from error


def write_private(path: Path, content: bytes, *, replace: bool) -> None:
    """A whole file that only its owner reads, on the disk when this returns.

    Without `replace` a file that is there already stays.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if replace:
            fresh.replace(path)
        else:
            try:
                os.link(fresh, path)
            except FileExistsError:
                pass
    finally:
        fresh.unlink(missing_ok=True)
