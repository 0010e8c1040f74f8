"""A shell over SSH: bytes as they come, held back when nobody reads them, none lost.

What waits here and in the channel's window together stays below a megabyte; beyond that the
device waits for us.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TypeVar

import asyncssh

from noc_console.adapters.ssh.chain import KEEPALIVE_S, KEEPALIVES, Chain, Reached
from noc_console.adapters.ssh.errors import translated
from noc_console.kernel.text import visible
from noc_console.services.terminal.connecting import Ended
from noc_console.services.terminal.model import Size

WINDOW = 768 << 10
"""Bytes a device may send that nobody has read; refilled as they are read."""
HIGH, LOW = 256 << 10, 64 << 10
PACKET = 32 << 10
TERMINAL = "xterm-256color"
OPEN_S = 15.0
BREAK_MS = 500


class Shell(asyncssh.SSHClientSession[bytes]):
    """What the channel delivers, until it is read."""

    def __init__(self) -> None:
        self.ended: Ended | None = None
        self._channel: asyncssh.SSHClientChannel[bytes] | None = None
        self._parts: deque[bytes] = deque()
        self._size = 0
        self._is_paused = False
        self._came = asyncio.Event()
        self._exit = ""

    @property
    def waiting(self) -> int:
        """Bytes that came and were not read."""
        return self._size

    def connection_made(self, chan: asyncssh.SSHClientChannel[bytes]) -> None:
        self._channel = chan

    def data_received(self, data: bytes, datatype: asyncssh.DataType) -> None:
        self._parts.append(data)
        self._size += len(data)
        if self._size >= HIGH and not self._is_paused and self._channel is not None:
            self._is_paused = True
            self._channel.pause_reading()
        self._came.set()

    def exit_status_received(self, status: int) -> None:
        self._exit = "logged out" if status == 0 else f"logged out, with status {status}"

    def exit_signal_received(self, signal: str, core_dumped: bool, msg: str, lang: str) -> None:
        self._exit = f"ended by signal {visible(signal, limit=20)}"

    def connection_lost(self, exc: Exception | None) -> None:
        if self._channel is not None:
            # What the library still held is shown too: often it says why.
            self._channel.resume_reading()
        if exc is None:
            self.ended = Ended(self._exit or "the device closed the session")
        else:
            self.ended = Ended(_why(exc), is_lost=True)
        self._came.set()

    async def read(self, limit: int) -> bytes:
        while not self._parts:
            if self.ended is not None:
                return b""
            self._came.clear()
            await self._came.wait()
        taken = []
        room = limit
        while self._parts and room > 0:
            part = self._parts.popleft()
            if len(part) > room:
                self._parts.appendleft(part[room:])
                part = part[:room]
            taken.append(part)
            room -= len(part)
        self._size -= limit - room
        if self._is_paused and self._size <= LOW and self._channel is not None:
            self._is_paused = False
            self._channel.resume_reading()
        return b"".join(taken)


class SshLink:
    """A device's command line; the chain it came through closes with it."""

    def __init__(
        self, chain: Chain, channel: asyncssh.SSHClientChannel[bytes], shell: Shell
    ) -> None:
        self.chain = chain
        self._channel = channel
        self._shell = shell
        self._facts = tuple(_facts(chain))
        self._badges = tuple(_badges(chain))
        self._describe = "ssh " + " > ".join(
            f"{each.connection.get_extra_info('username')}@{each.hop.text.rpartition('@')[2]}"
            for each in chain.reached
        )

    @property
    def describe(self) -> str:
        return self._describe

    @property
    def facts(self) -> tuple[tuple[str, str], ...]:
        return self._facts

    @property
    def badges(self) -> tuple[str, ...]:
        return self._badges

    @property
    def ended(self) -> Ended | None:
        return self._shell.ended

    @property
    def waiting(self) -> int:
        """Bytes that came and were not read."""
        return self._shell.waiting

    async def read(self, limit: int) -> bytes:
        return await self._shell.read(limit)

    def write(self, typed: bytes) -> None:
        if self._shell.ended is None and not self._channel.is_closing():
            self._channel.write(typed)

    def resize(self, columns: int, rows: int) -> None:
        if self._shell.ended is None and not self._channel.is_closing():
            self._channel.change_terminal_size(columns, rows)

    def send_break(self) -> None:
        if self._shell.ended is None and not self._channel.is_closing():
            self._channel.send_break(BREAK_MS)

    async def close(self) -> None:
        self._channel.abort()
        await self.chain.close()


L = TypeVar("L", bound=SshLink)


async def open_shell(chain: Chain, size: Size, make: type[L]) -> L:
    """A shell with a terminal at the end of the chain. Raises Unreachable."""
    last = chain.last
    try:
        async with asyncio.timeout(OPEN_S):
            channel, shell = await last.connection.create_session(
                Shell,
                term_type=TERMINAL,
                term_size=(size.columns, size.rows),
                encoding=None,
                window=WINDOW,
                max_pktsize=PACKET,
            )
    except (OSError, asyncssh.Error, TimeoutError) as error:
        raise translated(last.hop.text, error, doing="opening a shell") from error
    assert isinstance(shell, Shell)
    return make(chain, channel, shell)


def _why(error: Exception) -> str:
    told = visible(str(error), limit=200)
    if isinstance(error, asyncssh.ConnectionLost) and "keepalive" in told:
        return f"no answer for {KEEPALIVE_S * KEEPALIVES:.0f} s"
    if isinstance(error, ConnectionResetError):
        return "the other side broke the connection off"
    if isinstance(error, (OSError, asyncssh.ConnectionLost)):
        return "the connection was lost"
    return told or type(error).__name__


def _facts(chain: Chain) -> list[tuple[str, str]]:
    """What was agreed with the device, and how each host on the way was logged in to."""
    last = chain.last
    info = last.connection.get_extra_info
    # Terrapin (CVE-2023-48795): only a strict key exchange is proof against it.
    is_strict = bool(getattr(last.connection, "_strict_kex", False))
    facts = [
        ("Server", visible(info("server_version", ""), limit=120)),
        ("Key exchange", f"{last.client.kex}{', strict' if is_strict else ', not strict'}"),
        ("Cipher", info("send_cipher", "")),
        ("Integrity", info("send_mac", "")),
    ]
    if last.client.key is not None:
        facts.append(("Host key", f"{last.client.key.algorithm} {last.client.key.fingerprint}"))
    elif last.client.authority is not None:
        shown = last.connection.get_server_host_key()
        print_of = "" if shown is None else f", {shown.get_algorithm()} {shown.get_fingerprint()}"
        facts.append(("Host key", f"signed by {last.client.authority.name}{print_of}"))
    facts.append(("Logged in by", last.client.method or "nothing: the server asked for nothing"))
    facts += [("Through", _hop_fact(each)) for each in chain.reached[:-1]]
    return facts


def _hop_fact(each: Reached) -> str:
    return f"{each.hop.text}, {each.client.method or 'no login'}"


def _badges(chain: Chain) -> list[str]:
    return [
        f"old algorithms{'' if each is chain.last else ' of ' + each.hop.text}: "
        + ", ".join(each.old)
        for each in chain.reached
        if each.old
    ]
