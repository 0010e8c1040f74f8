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

from noc_console.adapters.links.hold import GOES_ON, Hold
from noc_console.adapters.links.inbox import Inbox
from noc_console.adapters.links.leader import Leader
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

_LEFT: list[subprocess.Popen[bytes]] = []
"""Shells that outlive this process: a Popen that goes earlier complains about them."""


class OwnChild:
    """A shell that this process started; one that another did is a `Leader`."""

    def __init__(self, child: subprocess.Popen[bytes]) -> None:
        self._child = child
        self.pid = child.pid

    def signal(self, number: signal.Signals) -> None:
        """To it and those it runs without job control."""
        try:
            os.killpg(self.pid, number)
        except (ProcessLookupError, PermissionError):
            pass

    def wait(self, seconds: float) -> bool:
        """Whether it has ended within that time."""
        try:
            self._child.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True

    def close(self) -> None:
        """It has ended, or goes on without us."""
        if self._child.poll() is None:
            _LEFT.append(self._child)


class ShellLink:
    """One shell and its terminal."""

    badges: tuple[str, ...] = ()

    def __init__(self, command: tuple[str, ...], master: int, process: OwnChild | Leader):
        self._command = command
        self._process = process
        self.pid = process.pid
        self.master = master
        self.hold: Hold | None = None
        """Keeps the shell when the window goes; None: it ends with the window."""
        self._loop = asyncio.get_running_loop()
        self._inbox = Inbox()
        self._unsent = bytearray()
        self._is_listening = False
        os.set_blocking(master, False)
        self._listen()

    @property
    def command(self) -> str:
        """The program, as its name."""
        return Path(self._command[0]).name

    @property
    def describe(self) -> str:
        return f"shell {self.command}"

    @property
    def facts(self) -> tuple[tuple[str, str], ...]:
        return (("Command", " ".join(self._command)), ("Process", str(self.pid)))

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
            set_size(self.master, Size(columns, rows))

    def send_break(self) -> None:
        """A pseudo-terminal has no break; Ctrl+C does what it is wanted for."""

    async def close(self) -> None:
        if self.ended is None and self.hold is not None and self.hold.is_leaving:
            self.hold.let_go({"command": self.command}, unread=self._inbox.rest())
            self._stop(GOES_ON)
            self._process.close()
        if self.ended is not None and self.ended.goes_on:
            return
        self._stop(Ended("closed"))
        # Shielded: whoever gives up waiting must not leave a shell behind.
        await asyncio.shield(self._loop.run_in_executor(None, self._end))

    def _listen(self) -> None:
        self._is_listening = True
        self._loop.add_reader(self.master, self._receive)

    def _receive(self) -> None:
        try:
            data = os.read(self.master, BLOCK)
        except BlockingIOError:
            return
        except OSError:  # EIO: nobody has the terminal open any more
            data = b""
        if not data:
            self._stop(Ended("the shell ended"))
            return
        self._inbox.put(data)
        if self._inbox.is_full:
            self._is_listening = False
            self._loop.remove_reader(self.master)

    def _send(self) -> None:
        try:
            while self._unsent:
                del self._unsent[: os.write(self.master, self._unsent[:BLOCK])]
        except BlockingIOError:
            self._loop.add_writer(self.master, self._send)
            return
        except OSError:
            self._unsent.clear()
        self._loop.remove_writer(self.master)

    def _stop(self, ended: Ended) -> None:
        if self._inbox.ended is not None:
            return
        self._loop.remove_reader(self.master)
        self._loop.remove_writer(self.master)
        os.close(self.master)
        if self.hold is not None and not ended.goes_on:
            self.hold.release()
        self._inbox.end(ended)

    def _end(self) -> None:
        """The shell and what it started are hung up on, then killed."""
        for word in (signal.SIGHUP, signal.SIGKILL):
            self._process.signal(word)
            if self._process.wait(GRACE_S):
                break
        self._process.close()

    def take_in(self, came: bytes) -> None:
        """What came while nobody looked is read first."""
        self._inbox.put(came)


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
    return ShellLink(command, master, OwnChild(child))


def resume_shell(master: int, command: str) -> ShellLink:
    """The shell of a terminal that another process opened. Raises Refused when it is none."""
    if not os.isatty(master):
        os.close(master)
        raise Refused("what was kept is no terminal")
    return ShellLink((command or "shell",), master, Leader(master))


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
