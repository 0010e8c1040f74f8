"""SCP, for devices without SFTP: whole files both ways, and nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncssh

from noc_console.adapters.ssh.chain import Reached
from noc_console.adapters.ssh.errors import translated
from noc_console.kernel.errors import Invalid, Refused
from noc_console.kernel.text import visible
from noc_console.services.terminal.transferring import PART, Entry, Exists, Moved, Progress

BLOCK = 64 << 10


class ScpFiles:
    """See `services.terminal.transferring.Files`. What SCP cannot do is refused."""

    way = "SCP"

    def __init__(self, reached: Reached) -> None:
        self._peer = reached.hop.text
        self._connection = reached.connection

    async def home(self) -> str:
        return "."

    async def listed(self, folder: str) -> tuple[Entry, ...]:
        raise self._cannot("list files")

    async def fetch(
        self, remote: str, local: Path, *, replaces: bool = False, progress: Progress
    ) -> Moved:
        if await asyncio.to_thread(local.exists) and not replaces:
            raise Exists(str(local))
        part = local.with_name(local.name + PART)
        with self._speaking(remote):
            await asyncssh.scp(
                (self._connection, remote),
                str(part),
                block_size=BLOCK,
                progress_handler=lambda _from, _to, done, size: progress(done, size),
            )
        await asyncio.to_thread(part.replace, local)
        return Moved(str(local), await asyncio.to_thread(_size, local))

    async def send(
        self, local: Path, remote: str, *, replaces: bool = False, progress: Progress
    ) -> Moved:
        """A file of that name is replaced: SCP has no way to ask whether there is one."""
        if not replaces:
            raise Refused(
                f"over SCP nobody can say whether {self._peer} has {visible(remote)} already:"
                " say that it may be replaced"
            )
        with self._speaking(remote):
            await asyncssh.scp(
                str(local),
                (self._connection, remote),
                block_size=BLOCK,
                progress_handler=lambda _from, _to, done, size: progress(done, size),
            )
        return Moved(remote, await asyncio.to_thread(_size, local))

    async def make_folder(self, path: str) -> None:
        raise self._cannot("make folders")

    async def remove(self, path: str, *, is_folder: bool) -> None:
        raise self._cannot("remove anything")

    async def rename(self, path: str, to: str) -> None:
        raise self._cannot("rename anything")

    async def close(self) -> None:
        """Each copy has its own channel, which ended with it."""

    def _cannot(self, what: str) -> Refused:
        return Refused(f"{self._peer} has only SCP, which cannot {what}")

    @contextmanager
    def _speaking(self, path: str) -> Iterator[None]:
        try:
            yield
        except asyncssh.SFTPError as error:
            told = visible(error.reason, limit=200) or "it failed"
            raise Refused(f"{self._peer} about {visible(path, limit=200)}: {told}") from error
        except asyncssh.Error as error:
            raise translated(self._peer, error, doing="copying files") from error
        except OSError as error:
            raise Invalid(f"{error.filename or 'this machine'}: {error.strerror}") from error


def _size(path: Path) -> int:
    return path.stat().st_size
