"""SFTP: listing, copying both ways, going on where a copy was interrupted."""

from __future__ import annotations

import asyncio
import os
import posixpath
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, cast

import asyncssh

from noc_console.adapters.ssh.chain import Reached
from noc_console.adapters.ssh.errors import translated
from noc_console.kernel.errors import Invalid, NotFound, Refused, Unreachable
from noc_console.kernel.text import visible
from noc_console.services.terminal.transferring import PART, Entry, Exists, Moved, Progress

STEP = 1 << 20
"""Bytes asked for at once; the library keeps the requests within it in flight."""
PROOF = 256 << 10
"""Before a copy goes on, so many bytes of what is there are compared with the other side."""
MOST_ENTRIES = 50_000
OPEN_S = 15.0


class SftpFiles:
    """See `services.terminal.transferring.Files`."""

    way = "SFTP"

    def __init__(self, peer: str, client: asyncssh.SFTPClient) -> None:
        self.is_closed = False
        self._peer = peer
        self._client = client

    async def home(self) -> str:
        with self._speaking():
            return _text(await self._client.realpath("."))

    async def listed(self, folder: str) -> tuple[Entry, ...]:
        found: list[Entry] = []
        with self._speaking(folder):
            async for each in self._client.scandir(folder):
                name = _text(each.filename)
                if name in (".", "..") or "/" in name or "\x00" in name:
                    continue  # a name with a slash in it leads somewhere else
                found.append(_entry(folder, name, each.attrs))
                if len(found) >= MOST_ENTRIES:
                    break
        return tuple(sorted(found, key=lambda one: (not one.is_folder, one.name.lower())))

    async def fetch(
        self, remote: str, local: Path, *, replaces: bool = False, progress: Progress
    ) -> Moved:
        if await asyncio.to_thread(local.exists) and not replaces:
            raise Exists(str(local))
        part = local.with_name(local.name + PART)
        with self._speaking(remote):
            async with self._client.open(remote, "rb") as source:
                size = (await source.stat()).size or 0
                begun = await self._begun(part, source, size)
                file = await asyncio.to_thread(_open_part, part, begun)
                try:
                    done = begun
                    progress(done, size)
                    while block := await _read(source, STEP, done):
                        await asyncio.to_thread(file.write, block)
                        done += len(block)
                        progress(done, max(size, done))
                    await asyncio.to_thread(_settle, file.fileno())
                finally:
                    file.close()
        if done < size:
            raise Unreachable(
                f"{self._peer} gave {done} of {size} bytes of {visible(remote)}",
                peer=self._peer,
                reason="closed",
            )
        await asyncio.to_thread(part.replace, local)
        return Moved(str(local), done, begun)

    async def send(
        self, local: Path, remote: str, *, replaces: bool = False, progress: Progress
    ) -> Moved:
        with self._speaking(remote):
            if not replaces and await self._client.exists(remote):
                raise Exists(remote)
            part = remote + PART
            source = await asyncio.to_thread(local.open, "rb")
            try:
                size = os.fstat(source.fileno()).st_size
                begun = await self._sent(part, local, size)
                mode = "r+b" if begun else "wb"
                async with self._client.open(part, mode) as target:
                    await asyncio.to_thread(source.seek, begun)
                    done = begun
                    progress(done, size)
                    while block := await asyncio.to_thread(source.read, STEP):
                        await target.write(block, done)
                        done += len(block)
                        progress(done, max(size, done))
                    if begun:
                        await target.truncate(done)
            finally:
                source.close()
            arrived = (await self._client.stat(part)).size
            if arrived is not None and arrived != done:
                raise Unreachable(
                    f"{self._peer} has {arrived} of {done} bytes of {visible(remote)}",
                    peer=self._peer,
                    reason="closed",
                )
            await self._take_place(part, remote)
        return Moved(remote, done, begun)

    async def make_folder(self, path: str) -> None:
        with self._speaking(path):
            await self._client.mkdir(path)

    async def remove(self, path: str, *, is_folder: bool) -> None:
        """A folder only when it is empty: nothing is removed that was not shown."""
        with self._speaking(path):
            await (self._client.rmdir(path) if is_folder else self._client.remove(path))

    async def rename(self, path: str, to: str) -> None:
        with self._speaking(path):
            if await self._client.exists(to):
                raise Exists(to)
            await self._client.rename(path, to)

    async def close(self) -> None:
        self.is_closed = True
        self._client.exit()
        await self._client.wait_closed()

    # --- going on ----------------------------------------------------------------------------

    async def _begun(self, part: Path, source: asyncssh.SFTPClientFile, size: int) -> int:
        """How much of a file is here already, if the end of it is what the device has there."""
        try:
            have = await asyncio.to_thread(lambda: part.stat().st_size)
        except FileNotFoundError:
            return 0
        if not 0 < have <= size:
            return 0
        start = max(0, have - PROOF)
        mine = await asyncio.to_thread(_piece, part, start, have - start)
        return have if await _read(source, have - start, start) == mine else 0

    async def _sent(self, part: str, local: Path, size: int) -> int:
        """The same the other way round."""
        try:
            have = (await self._client.stat(part)).size or 0
        except (asyncssh.SFTPNoSuchFile, asyncssh.SFTPNoSuchPath):
            return 0
        if not 0 < have <= size:
            return 0
        start = max(0, have - PROOF)
        mine = await asyncio.to_thread(_piece, local, start, have - start)
        async with self._client.open(part, "rb") as there:
            return have if await _read(there, have - start, start) == mine else 0

    async def _take_place(self, part: str, remote: str) -> None:
        try:
            await self._client.posix_rename(part, remote)
        except asyncssh.SFTPOpUnsupported:
            if await self._client.exists(remote):
                await self._client.remove(remote)
            await self._client.rename(part, remote)

    @contextmanager
    def _speaking(self, path: str = "") -> Iterator[None]:
        """The server's words in ours."""
        shown = visible(path, limit=200)
        try:
            yield
        except (asyncssh.SFTPNoSuchFile, asyncssh.SFTPNoSuchPath) as error:
            raise NotFound(f"{self._peer} has no {shown}") from error
        except asyncssh.SFTPPermissionDenied as error:
            raise Refused(f"{self._peer} does not let us at {shown}") from error
        except (asyncssh.SFTPConnectionLost, asyncssh.SFTPNoConnection) as error:
            self.is_closed = True
            raise translated(self._peer, error, doing="copying files") from error
        except asyncssh.SFTPError as error:
            told = visible(error.reason, limit=200) or "it failed"
            raise Refused(f"{self._peer} about {shown}: {told}") from error
        except asyncssh.Error as error:
            raise translated(self._peer, error, doing="copying files") from error
        except OSError as error:
            raise Invalid(f"{error.filename or 'this machine'}: {error.strerror}") from error


async def open_sftp(reached: Reached) -> SftpFiles:
    """SFTP on a connection. Raises Refused when the device has none, and Unreachable."""
    peer = reached.hop.text
    try:
        async with asyncio.timeout(OPEN_S):
            return SftpFiles(peer, await reached.connection.start_sftp_client())
    except (asyncssh.ChannelOpenError, asyncssh.SFTPError) as error:
        raise NoSftp(f"{peer} has no SFTP") from error
    except (OSError, asyncssh.Error, TimeoutError) as error:
        raise translated(peer, error, doing="opening SFTP") from error


class NoSftp(Refused):
    """The device knows no SFTP; SCP may do."""


def _entry(folder: str, name: str, attrs: asyncssh.SFTPAttrs) -> Entry:
    mode = attrs.permissions or 0
    kind = mode & 0o170000
    modified = attrs.mtime
    return Entry(
        name=name,
        path=posixpath.join(folder, name),
        size=attrs.size or 0,
        is_folder=kind == 0o040000 or attrs.type == asyncssh.FILEXFER_TYPE_DIRECTORY,
        is_link=kind == 0o120000,
        modified=_moment(modified),
        mode=mode & 0o7777,
    )


def _moment(seconds: int | float | None) -> datetime | None:
    if seconds is None:
        return None
    try:
        return datetime.fromtimestamp(seconds, tz=UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _text(name: str | bytes | None) -> str:
    if isinstance(name, bytes):
        return name.decode("utf-8", "replace")
    return name or ""


async def _read(file: asyncssh.SFTPClientFile, size: int, at: int) -> bytes:
    """Opened in binary mode a file gives bytes, which its annotations cannot say."""
    return cast(bytes, await file.read(size, at))


def _open_part(part: Path, begun: int) -> BinaryIO:
    file = part.open("r+b" if begun else "wb")
    file.seek(begun)
    file.truncate()
    return file


def _settle(handle: int) -> None:
    os.fsync(handle)


def _piece(path: Path, start: int, size: int) -> bytes:
    with path.open("rb") as file:
        file.seek(start)
        return file.read(size)
