"""Files of a device: what they are, and what can be done with them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from noc_console.kernel.errors import Refused

Progress = Callable[[int, int], None]
"""Bytes done and bytes in all; 0 in all when nobody knows."""

PART = ".noc-part"
"""What is on its way has this at the end of its name until it has arrived whole."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One name in a folder of a device."""

    name: str
    path: str
    size: int = 0
    is_folder: bool = False
    is_link: bool = False
    modified: datetime | None = None
    mode: int = 0


@dataclass(frozen=True, slots=True)
class Moved:
    """A file that was copied whole."""

    path: str
    size: int
    resumed_at: int = 0
    """Where an interrupted copy went on; 0 when it began anew."""


class Exists(Refused):
    """There is a file of that name already."""

    def __init__(self, path: str) -> None:
        super().__init__(f"{path} exists already")
        self.path = path


class Files(Protocol):
    """The files of the device a session is connected to."""

    @property
    def way(self) -> str:
        """`SFTP` or `SCP`; over SCP nothing can be listed, removed or gone on with."""

    async def home(self) -> str:
        """Where one begins, as an absolute path."""

    async def listed(self, folder: str) -> tuple[Entry, ...]:
        """The names in a folder: folders first, each by name."""

    async def fetch(
        self, remote: str, local: Path, *, replaces: bool = False, progress: Progress
    ) -> Moved:
        """Copy to this machine; a copy that was interrupted goes on where it was."""

    async def send(
        self, local: Path, remote: str, *, replaces: bool = False, progress: Progress
    ) -> Moved:
        """Copy to the device, in the same way."""

    async def make_folder(self, path: str) -> None: ...

    async def remove(self, path: str, *, is_folder: bool) -> None: ...

    async def rename(self, path: str, to: str) -> None: ...

    async def close(self) -> None: ...
