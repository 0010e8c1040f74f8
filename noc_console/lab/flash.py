"""A device's flash over SFTP and SCP: files in memory, bounded, one folder."""

from __future__ import annotations

import errno
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import asyncssh
from asyncssh import SFTPAttrs, SFTPName

from noc_console.lab.setting import FLASH_BYTES, Setting

_MOST_FILES = 64
_FOLDERS = frozenset({"", ".", "/", "flash:", "flash:/", "/var", "var", "tmp"})
_JUNOS = "/var/tmp"  # noqa: S108 - a name devices use; nothing is written on this machine
_SEEK_DATA = getattr(os, "SEEK_DATA", 3)
_IS_FOLDER, _IS_FILE = 0o040755, 0o100644


@dataclass(slots=True)
class _Open:
    name: str
    writes: bool
    content: bytearray = field(default_factory=bytearray)

    def seek(self, offset: int, whence: int) -> int:
        """Where data or a hole begins (lseek(2)): asyncssh asks on behalf of its own clients."""
        if offset >= len(self.content):
            raise OSError(errno.ENXIO, "beyond the end")
        return offset if whence == _SEEK_DATA else len(self.content)


class Flash(asyncssh.SFTPServer):
    """Folders are one: `flash:x`, `/flash/x` and `/var/tmp/x` mean the same file."""

    def __init__(self, channel: asyncssh.SSHServerChannel[bytes], setting: Setting) -> None:
        super().__init__(channel)
        self._setting = setting

    def realpath(self, path: bytes) -> bytes:
        return path or b"/"

    def open(self, path: bytes, pflags: int, attrs: SFTPAttrs) -> object:
        name = _name(path)
        known = self._setting.files
        if not pflags & asyncssh.FXF_WRITE:
            if name not in known:
                raise asyncssh.SFTPNoSuchFile(f"no file {name}")
            return _Open(name, writes=False, content=bytearray(known[name]))
        if name not in known and len(known) >= _MOST_FILES:
            raise asyncssh.SFTPFailure("the flash has no room for another file")
        kept = bytearray() if pflags & asyncssh.FXF_TRUNC else bytearray(known.get(name, b""))
        return _Open(name, writes=True, content=kept)

    def read(self, file_obj: object, offset: int, size: int) -> bytes:
        assert isinstance(file_obj, _Open)
        return bytes(file_obj.content[offset : offset + size])

    def write(self, file_obj: object, offset: int, data: bytes) -> int:
        assert isinstance(file_obj, _Open)
        own = len(self._setting.files.get(file_obj.name, b""))
        if offset + len(data) > min(self._setting.free_bytes + own, FLASH_BYTES):
            raise asyncssh.SFTPFailure("No space left on device")
        if len(file_obj.content) < offset:
            file_obj.content.extend(bytes(offset - len(file_obj.content)))
        file_obj.content[offset : offset + len(data)] = data
        return len(data)

    def close(self, file_obj: object) -> None:
        assert isinstance(file_obj, _Open)
        if file_obj.writes:
            self._setting.files[file_obj.name] = bytes(file_obj.content)
            self._setting.is_touched = True

    def stat(self, path: bytes) -> SFTPAttrs:
        if path.decode("utf-8", "replace").rstrip("/") in {*_FOLDERS, _JUNOS}:
            return SFTPAttrs(size=0, permissions=_IS_FOLDER)
        name = _name(path)
        if name not in self._setting.files:
            raise asyncssh.SFTPNoSuchFile(f"no file {name}")
        return SFTPAttrs(size=len(self._setting.files[name]), permissions=_IS_FILE)

    lstat = stat

    def fstat(self, file_obj: object) -> SFTPAttrs:
        assert isinstance(file_obj, _Open)
        return SFTPAttrs(size=len(file_obj.content), permissions=_IS_FILE)

    def setstat(self, path: bytes, attrs: SFTPAttrs) -> None:
        """Times and permissions mean nothing here."""

    def fsetstat(self, file_obj: object, attrs: SFTPAttrs) -> None:
        """Nor here."""

    async def scandir(self, path: bytes) -> AsyncIterator[SFTPName]:
        for name, content in tuple(self._setting.files.items()):
            attrs = SFTPAttrs(size=len(content), permissions=_IS_FILE)
            yield SFTPName(name.encode(), attrs=attrs)

    def remove(self, path: bytes) -> None:
        if self._setting.files.pop(_name(path), None) is None:
            raise asyncssh.SFTPNoSuchFile("no such file")

    def rename(self, oldpath: bytes, newpath: bytes) -> None:
        raise asyncssh.SFTPOpUnsupported("files are not renamed here")

    def mkdir(self, path: bytes, attrs: SFTPAttrs) -> None:
        raise asyncssh.SFTPOpUnsupported("there is one folder")

    rmdir = remove

    def symlink(self, oldpath: bytes, newpath: bytes) -> None:
        raise asyncssh.SFTPOpUnsupported("there are no links")

    def link(self, oldpath: bytes, newpath: bytes) -> None:
        raise asyncssh.SFTPOpUnsupported("there are no links")

    def readlink(self, path: bytes) -> bytes:
        raise asyncssh.SFTPOpUnsupported("there are no links")

    def statvfs(self, path: bytes) -> asyncssh.SFTPVFSAttrs:
        raise asyncssh.SFTPOpUnsupported("ask the command line")


def _name(path: bytes) -> str:
    name = path.decode("utf-8", "replace").rpartition("/")[2].rpartition(":")[2]
    if not name or len(name) > 128 or not name.isprintable():
        raise asyncssh.SFTPNoSuchFile("no such name")
    return name
