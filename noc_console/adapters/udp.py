"""Listening for datagrams nobody asked for: traps and log lines, some of them from enemies.

The guard stands before any parsing: a device gone mad (or a forger) uses up its own tokens,
not the time of the others. What it and the kernel dropped is counted, never silent.
"""

from __future__ import annotations

import asyncio
import os
import socket
import sys
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from noc_console.kernel.errors import Broken

WANTED_BUFFER = 32 << 20
_SO_RCVBUFFORCE = 33  # asm-generic/socket.h; Python has no name for it
BUDGET = 64
"""Datagrams read in a row before others get a turn."""
DRAIN = 256
"""The same for who speaks unasked: the rest of the process can wait, a flood cannot."""
MAX_SOURCES = 10_000

Handle = Callable[[bytes, str], bytes | None]
"""Takes a datagram and the address it came from; what it returns is sent back."""


def widen(sock: socket.socket) -> None:
    """Give a socket the largest receive buffer to be had, up to 32 MiB.

    With the privilege of a network administrator the system's limit does not count.
    """
    if sys.platform == "linux":
        try:
            sock.setsockopt(socket.SOL_SOCKET, _SO_RCVBUFFORCE, WANTED_BUFFER)
            return
        except OSError:  # no privilege: what everybody gets, then
            pass
    size = WANTED_BUFFER
    while size >= 1 << 16:
        try:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, size)
            return
        except OSError:  # macOS refuses what exceeds its limit instead of granting less
            size //= 2


@dataclass(frozen=True, slots=True)
class Rate:
    """Datagrams a second one source may send for long, and at once."""

    per_s: float = 200.0
    burst: float = 2_000.0


class Guard:
    """A token bucket per source. Remembers a bounded number of sources, the busiest ones last."""

    def __init__(self, rate: Rate, *, max_sources: int = MAX_SOURCES) -> None:
        self._rate = rate
        self._max_sources = max_sources
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def allows(self, source: str, now: float) -> bool:
        """Take a token; False when the source has none left. `now` is monotonic seconds."""
        rate = self._rate
        tokens, at = self._buckets.get(source, (rate.burst, now))
        tokens = min(rate.burst, tokens + (now - at) * rate.per_s)
        allowed = tokens >= 1
        self._buckets[source] = (tokens - 1 if allowed else tokens, now)
        self._buckets.move_to_end(source)
        if len(self._buckets) > self._max_sources:
            self._buckets.popitem(last=False)
        return allowed


class _Protocol(asyncio.DatagramProtocol):
    """The way in on loops without `add_reader` (Windows' proactor)."""

    def __init__(self, receive: Callable[[bytes, Any], bytes | None]) -> None:
        self._receive = receive
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def datagram_received(self, data: bytes, addr: Any) -> None:
        reply = self._receive(data, addr)
        if reply is not None and self._transport is not None:
            self._transport.sendto(reply, addr)

    def error_received(self, exc: Exception) -> None:
        """A sender that closed its port before our reply came: nothing to do."""


class Listener:
    """One bound socket, drained in portions; made by `open_listener`."""

    def __init__(self, sock: socket.socket, handle: Handle, guard: Guard) -> None:
        self._sock = sock
        self._handle = handle
        self._guard = guard
        self.address: str = sock.getsockname()[0]
        self.port: int = sock.getsockname()[1]
        self.received = 0
        self.throttled = 0
        """Dropped because their source sent too many."""

    @property
    def lost(self) -> int:
        """Datagrams the kernel dropped because its buffer was full (Linux; elsewhere 0)."""
        try:
            inode = str(os.fstat(self._sock.fileno()).st_ino)
            table = Path("/proc/net/udp6" if ":" in self.address else "/proc/net/udp")
            for line in table.read_text().splitlines()[1:]:
                columns = line.split()
                if len(columns) > 12 and columns[9] == inode:
                    return int(columns[12])
        except (OSError, ValueError):
            pass
        return 0

    def _drain(self) -> None:
        recvfrom = self._sock.recvfrom
        for _ in range(DRAIN):
            try:
                data, address = recvfrom(65_535)
            except (BlockingIOError, InterruptedError):
                return
            except OSError:  # Windows reports a former reply's closed port here
                continue
            reply = self._receive(data, address)
            if reply is not None:
                self._send(reply, address)

    def _receive(self, data: bytes, address: Any) -> bytes | None:
        self.received += 1
        source = address[0]
        if not self._guard.allows(source, time.monotonic()):
            self.throttled += 1
            return None
        return self._handle(data, source)

    def drops(self) -> dict[str, int]:
        """Datagrams nobody read, by reason."""
        return {"kernel buffer": self.lost, "throttled": self.throttled}

    @property
    def buffer(self) -> int:
        """Bytes the kernel keeps for us while we are busy, as it counts them."""
        return self._sock.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF)

    def _send(self, reply: bytes, address: Any) -> None:
        try:
            self._sock.sendto(reply, address)
        except OSError:
            pass  # the sender repeats what was not acknowledged


def _bind(address: str, ports: Sequence[int]) -> socket.socket:
    """The first port of the list we may have; Broken when there is none."""
    problem = "no port given"
    for port in ports:
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        sock = socket.socket(family, socket.SOCK_DGRAM)
        try:
            sock.setblocking(False)
            widen(sock)
            if family == socket.AF_INET6:
                sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            sock.bind((address, port))
        except OSError as error:
            sock.close()
            problem = error.strerror or str(error)
            continue
        return sock
    tried = ", ".join(map(str, ports))
    raise Broken(f"cannot listen on {address}, UDP port {tried}: {problem}")


@asynccontextmanager
async def open_listener(
    handle: Handle, *, bind: str, ports: Sequence[int], rate: Rate | None = None
) -> AsyncIterator[Listener]:
    """Listen on the first of `ports` that can be bound; Broken when none can."""
    sock = _bind(bind, ports)
    loop = asyncio.get_running_loop()
    listener = Listener(sock, handle, Guard(rate or Rate()))
    try:
        try:
            loop.add_reader(sock, listener._drain)
        except NotImplementedError:
            endpoint, _ = await loop.create_datagram_endpoint(
                lambda: _Protocol(listener._receive), sock=sock
            )
            try:
                yield listener
            finally:
                endpoint.close()
            return
        try:
            yield listener
        finally:
            loop.remove_reader(sock)
    finally:
        sock.close()
