"""A local shell in a pseudo-terminal. Linux and macOS.

The child becomes the leader of a session of its own and opens the terminal as its controlling
one, by way of `/bin/sh`: nothing of Python runs between fork and exec.
"""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from noc_console.adapters.links.inbox import Inbox
from noc_console.kernel.errors import Refused
from noc_console.services.terminal.connecting import Ended, Keeper, Target
from noc_console.services.terminal.model import Size

TERMINAL = "xterm-256color"
BLOCK = 64 << 10
GRACE_S = 1.0
"""After hanging up, before the shell is killed."""
_ENTER = 'tty=$1; shift; exec "$@" 0<>"$tty" 1>&0 2>&0'
_OURS = "NOC_"
"""Variables of ours may hold passwords (of the store, say): a shell does not inherit them."""


class ShellLink:
    """One shell and its terminal."""

    badges: tuple[str, ...] = ()

    def __init__(self, command: tuple[str, ...], master: int, child: subprocess.Popen[bytes]):
        self._command = command
        self._master = master
        self._child = child
        self._loop = asyncio.get_running_loop()
        self._inbox = Inbox()
        self._unsent = bytearray()
        self._is_listening = False
        os.set_blocking(master, False)
        self._listen()

    @property
    def describe(self) -> str:
        return f"shell {Path(self._command[0]).name}"

    @property
    def facts(self) -> tuple[tuple[str, str], ...]:
        return (("Command", " ".join(self._command)), ("Process", str(self._child.pid)))

    @property
    def ended(self) -> Ended | None:
        return self._inbox.ended

    @property
    def waiting(self) -> int:
        """Bytes that came and were not read."""
        return self._inbox.size

    async def read(self, limit: int) -> bytes:
        data = await self._inbox.read(limit)
        if self._inbox.is_low and not self._is_listening and self._inbox.ended is None:
            self._listen()
        return data

    def write(self, typed: bytes) -> None:
        if self._inbox.ended is not None:
            return
        is_idle = not self._unsent
        self._unsent += typed
        if is_idle:
            self._send()

    def resize(self, columns: int, rows: int) -> None:
        if self._inbox.ended is None:
            set_size(self._master, Size(columns, rows))

    def send_break(self) -> None:
        """A pseudo-terminal has no break; Ctrl+C does what it is wanted for."""

    async def close(self) -> None:
        self._stop("closed")
        # Shielded: whoever gives up waiting must not leave a shell behind.
        await asyncio.shield(self._loop.run_in_executor(None, self._end))

    def _listen(self) -> None:
        self._is_listening = True
        self._loop.add_reader(self._master, self._receive)

    def _receive(self) -> None:
        try:
            data = os.read(self._master, BLOCK)
        except BlockingIOError:
            return
        except OSError:  # EIO: nobody has the terminal open any more
            data = b""
        if not data:
            self._stop("the shell ended")
            return
        self._inbox.put(data)
        if self._inbox.is_full:
            self._is_listening = False
            self._loop.remove_reader(self._master)

    def _send(self) -> None:
        try:
            while self._unsent:
                del self._unsent[: os.write(self._master, self._unsent[:BLOCK])]
        except BlockingIOError:
            self._loop.add_writer(self._master, self._send)
            return
        except OSError:
            self._unsent.clear()
        self._loop.remove_writer(self._master)

    def _stop(self, why: str) -> None:
        if self._inbox.ended is not None:
            return
        self._loop.remove_reader(self._master)
        self._loop.remove_writer(self._master)
        os.close(self._master)
        self._inbox.end(Ended(why))

    def _end(self) -> None:
        """The shell and what it started are hung up on, then killed."""
        for word in (signal.SIGHUP, signal.SIGKILL):
            try:
                os.killpg(self._child.pid, word)
            except (ProcessLookupError, PermissionError):
                pass
            try:
                self._child.wait(GRACE_S)
                return
            except subprocess.TimeoutExpired:
                continue


async def open_shell(target: Target, size: Size, keeper: Keeper) -> ShellLink:
    """Raises Refused where there is no pseudo-terminal or no such command."""
    if sys.platform == "win32":
        raise Refused("a local shell needs Linux or macOS; on Windows use SSH, telnet or serial")
    command = target.command or (os.environ.get("SHELL") or "/bin/sh", "-l")
    if not os.access(command[0], os.X_OK):
        raise Refused(f"this machine has no {command[0]} to run")
    master, slave = os.openpty()
    try:
        set_size(master, size)
        starting = asyncio.get_running_loop().run_in_executor(None, _start, command, slave)
        try:
            child = await asyncio.shield(starting)
        except asyncio.CancelledError:  # nobody wants it any more; it may have begun, though
            child = await starting
            child.kill()
            await asyncio.to_thread(child.wait)
            raise
    except BaseException:
        os.close(master)
        raise
    finally:
        os.close(slave)
    return ShellLink(command, master, child)


def _start(command: tuple[str, ...], slave: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        ["/bin/sh", "-c", _ENTER, "sh", os.ttyname(slave), *command],
        stdin=slave,
        stdout=slave,
        stderr=slave,
        start_new_session=True,
        cwd=Path.home(),
        env=environment(os.environ),
    )


def environment(ours: Mapping[str, str]) -> dict[str, str]:
    """What the shell inherits."""
    kept = {name: value for name, value in ours.items() if not name.startswith(_OURS)}
    return {**kept, "TERM": TERMINAL, "COLORTERM": "truecolor"}


def set_size(terminal: int, size: Size) -> None:
    """Tell the terminal how large it is (TIOCSWINSZ)."""
    import fcntl
    import struct
    import termios

    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", size.rows, size.columns, 0, 0))
