"""Telnet sessions: a TCP stream with the negotiation of `wire.telnet` taken out of it."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Mapping
from typing import Any

from noc_console.adapters.links.hold import GOES_ON, Hold
from noc_console.adapters.links.inbox import HIGH, Inbox
from noc_console.adapters.links.login import TelnetLogin
from noc_console.kernel.errors import Refused, Unreachable
from noc_console.kernel.secret import Secret
from noc_console.services.terminal.connecting import TELNET_PORT, Ended, Keeper, Target
from noc_console.services.terminal.model import Size
from noc_console.wire.telnet import Telnet

CONNECT_S = 12.0
PIECE = 8192
"""Bytes looked at in one breath of the event loop: a few milliseconds at worst."""
IDLE_S, PROBE_S, PROBES = 15, 5, 4
"""After so long a silence TCP asks whether the other side is still there."""


class TelnetLink(asyncio.Protocol):
    """One connection; TCP's own window holds a device back."""

    facts: tuple[tuple[str, str], ...]
    badges = ("not encrypted",)

    def __init__(
        self,
        target: Target,
        size: Size,
        login: TelnetLogin | None = None,
        *,
        telnet: Telnet | None = None,
        first: bytes = b"",
    ) -> None:
        """`telnet`: in the middle of a connection, where `first` is what is to be said next."""
        self._login = login
        self.hold: Hold | None = None
        """Keeps the connection when the window goes; None: it ends with the window."""
        self._where = f"{target.host}:{target.port or TELNET_PORT}"
        self.facts = (("Protocol", "Telnet (RFC 854), readable by everybody on the way"),)
        self._telnet = telnet or Telnet(columns=size.columns, rows=size.rows)
        self._first = self._telnet.begin() if telnet is None else first
        self._agreed = self._telnet.agreed
        self._inbox = Inbox()
        self._transport: asyncio.Transport | None = None
        self._loop = asyncio.get_running_loop()
        self._unread = bytearray()
        self._is_reading = False
        self._is_held = self._is_closing = False

    @property
    def describe(self) -> str:
        return f"telnet {self._where}"

    @property
    def ended(self) -> Ended | None:
        return self._inbox.ended

    @property
    def waiting(self) -> int:
        """Bytes that came and were not read."""
        return self._inbox.size

    # --- asyncio's side ------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        sock = transport.get_extra_info("socket")
        if sock is not None:
            keep_alive(sock)
        transport.write(self._first)

    @property
    def agreed(self) -> dict[str, Any]:
        """How telnet's options stand."""
        return self._agreed

    @property
    def descriptor(self) -> int:
        """Its descriptor; -1 when it is closed."""
        sock = None if self._transport is None else self._transport.get_extra_info("socket")
        return -1 if sock is None else int(sock.fileno())

    def data_received(self, data: bytes) -> None:
        self._unread += data
        if not self._is_reading:
            self._take()
        self._hold()

    def _take(self) -> None:
        """A piece at a time: a device that sends nothing but commands must not hold the window."""
        piece = bytes(self._unread[:PIECE])
        del self._unread[:PIECE]
        self._feed(piece)
        self._is_reading = bool(self._unread)
        if self._is_reading:
            self._loop.call_soon(self._take)
        else:
            self._let_go()

    def _feed(self, piece: bytes) -> None:
        shown, answer = self._telnet.feed(piece)
        if self.hold is not None and self._agreed != (agreed := self._telnet.agreed):
            self._agreed = agreed
            self.hold.tell(agreed)
        if answer and self._transport is not None:
            self._transport.write(answer)
        self._inbox.put(shown)
        if self._login is not None:
            self._put(self._telnet.encode(self._login.heard(shown)))

    def _hold(self) -> None:
        """Too much waits: TCP's window closes, and the device waits."""
        transport = self._transport
        if self._is_held or transport is None or transport.is_closing():
            return
        if len(self._unread) + self._inbox.size >= HIGH:
            self._is_held = True
            transport.pause_reading()

    def _let_go(self) -> None:
        transport = self._transport
        if not self._is_held or self._unread or not self._inbox.is_low or transport is None:
            return
        self._is_held = False
        if not transport.is_closing():
            transport.resume_reading()

    def connection_lost(self, exc: Exception | None) -> None:
        self._feed(bytes(self._unread))
        self._unread.clear()
        if self.hold is not None and (self.ended is None or not self.ended.goes_on):
            self.hold.release()
        if exc is not None and not self._is_closing:
            self._inbox.end(Ended(f"the connection was lost: {exc}", is_lost=True))
        else:
            self._inbox.end(Ended("the device hung up"))

    # --- a link's side -------------------------------------------------------------------------

    async def read(self, limit: int) -> bytes:
        data = await self._inbox.read(limit)
        self._let_go()
        return data

    def write(self, typed: bytes) -> None:
        if self._login is not None:
            self._login.give_up()
        self._put(self._telnet.encode(typed))

    def resize(self, columns: int, rows: int) -> None:
        self._put(self._telnet.resize(columns, rows))

    def send_break(self) -> None:
        self._put(self._telnet.interrupt())

    async def close(self) -> None:
        self._is_closing = True
        if self._login is not None:
            self._login.give_up()
        if self.ended is None and self.hold is not None and self.hold.is_leaving:
            unread = bytes(self._unread)
            self._unread.clear()
            self.hold.let_go(self._telnet.kept, shown=self._inbox.rest(), unread=unread)
            self._inbox.end(GOES_ON)
        elif self.hold is not None and self.ended is None:
            self._hang_up()
            self.hold.release()
        if self._transport is not None:
            self._transport.abort()
        self._inbox.end(Ended("closed"))

    def take_in(self, shown: bytes) -> None:
        """What came while nobody looked is read first."""
        self._inbox.put(shown)

    def _hang_up(self) -> None:
        """Also where somebody else has the connection open, too."""
        sock = None if self._transport is None else self._transport.get_extra_info("socket")
        try:
            if sock is not None:
                sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass  # the device was faster

    def _put(self, data: bytes) -> None:
        if data and self._transport is not None and not self._transport.is_closing():
            self._transport.write(data)


async def open_telnet(target: Target, size: Size, keeper: Keeper) -> TelnetLink:
    """Raises Unreachable."""
    port = target.port or TELNET_PORT
    link = TelnetLink(target, size, await _login(target, keeper))
    peer = f"{target.host}:{port}"
    keeper.told(f"Connecting to {peer}…")
    try:
        async with asyncio.timeout(CONNECT_S):
            await asyncio.get_running_loop().create_connection(lambda: link, target.host, port)
    except TimeoutError as error:
        raise Unreachable(
            f"{peer} does not answer on telnet", peer=peer, reason="timeout"
        ) from error
    except ConnectionRefusedError as error:
        raise Unreachable(f"{peer} refuses telnet", peer=peer, reason="refused") from error
    except OSError as error:
        raise Unreachable(f"{peer}: {error.strerror or error}", peer=peer) from error
    return link


async def resume_telnet(
    descriptor: int,
    target: Target,
    size: Size,
    *,
    agreed: Mapping[str, Any],
    shown: bytes,
    unread: bytes,
) -> tuple[TelnetLink, int]:
    """A connection that another process made, and how many bytes wait to be shown.

    Raises Refused when it is none.
    """
    try:
        sock = socket.socket(fileno=descriptor)
    except OSError as error:
        os.close(descriptor)
        raise Refused("what was kept is no connection") from error
    if sock.family not in (socket.AF_INET, socket.AF_INET6) or sock.type != socket.SOCK_STREAM:
        sock.close()
        raise Refused("what was kept is no connection")
    telnet = Telnet.going_on(agreed, columns=size.columns, rows=size.rows)
    more, answer = await asyncio.to_thread(telnet.feed, unread)
    link = TelnetLink(target, size, telnet=telnet, first=answer)
    link.take_in(shown + more)
    try:
        await asyncio.get_running_loop().create_connection(lambda: link, sock=sock)
    except BaseException:
        sock.close()
        raise
    return link, len(shown) + len(more)


async def _login(target: Target, keeper: Keeper) -> TelnetLogin | None:
    """How to log in by ourselves; None where the address names no user."""
    if not target.user:
        return None
    found = await keeper.logins(target.hop)
    mine = (each.password for each in found if each.user == target.user and each.password)
    return TelnetLogin(target.user, next(mine, Secret("")))


def keep_alive(sock: socket.socket) -> None:
    """Have TCP notice a device that vanished, as far as the system lets us say how soon."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in (
        ("TCP_KEEPIDLE", IDLE_S),
        ("TCP_KEEPINTVL", PROBE_S),
        ("TCP_KEEPCNT", PROBES),
    ):
        if (option := getattr(socket, name, None)) is not None:
            sock.setsockopt(socket.IPPROTO_TCP, option, value)
