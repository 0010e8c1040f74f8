"""A real shell on a pty as a session: the peer of the tests that talk to a command line."""

from __future__ import annotations

import asyncio
import os
import pty
import subprocess
import termios
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class PtyLine:
    """Reads and writes the pty; ends with the shell."""

    def __init__(self, number: int) -> None:
        self._number = number
        self.typed: list[bytes] = []
        self._came: asyncio.Queue[bytes] = asyncio.Queue()
        asyncio.get_running_loop().add_reader(number, self._take)

    def _take(self) -> None:
        try:
            data = os.read(self._number, 65_536)
        except OSError:
            data = b""
        if not data:
            asyncio.get_running_loop().remove_reader(self._number)
        self._came.put_nowait(data)

    async def read(self) -> bytes:
        return await self._came.get()

    def send(self, data: bytes, source: str) -> None:
        self.typed.append(data)
        os.write(self._number, data)

    async def close(self) -> None:
        asyncio.get_running_loop().remove_reader(self._number)


@asynccontextmanager
async def shell_line(script: str = "", prompt: str = "box1> ") -> AsyncIterator[PtyLine]:
    """bash with a prompt like a device's; `script` runs instead of an interactive shell."""
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, 200))
    how = ["-c", script] if script else ["--noediting", "-i"]
    child = subprocess.Popen(
        ["/bin/bash", "--norc", "--noprofile", *how],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
        env={"PS1": prompt, "TERM": "dumb", "PATH": os.environ["PATH"]},
    )
    os.close(theirs)
    line = PtyLine(ours)
    try:
        yield line
    finally:
        await line.close()
        child.kill()
        child.wait()
        os.close(ours)
