"""Takes files that devices send by TFTP (RFC 1350), for as long as one is expected and no longer.

Only writing, only under a random name that was announced to one device, only from its address;
anything else is not even answered. All goes over the one well-known port: as the side that
receives, we answer what comes, and the device sees to it that lost packets are sent again.
The text passes the network in clear: who uses this knows and decided so.
"""

from __future__ import annotations

import asyncio
import errno
import secrets
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import cast

from noc_console.kernel.errors import Broken, Refused

PORT = 69
LARGEST = 16 << 20
"""Bytes of a file."""
BLOCK = 512
LARGEST_BLOCK = 1_428
"""What is agreed to when a device asks for more (RFC 2348): a packet that needs no pieces."""
LEAST_BLOCK = 8
_WRITE, _DATA, _ACK, _ERROR, _OPTIONS = 2, 3, 4, 5, 6
_DISK_FULL = 3
_LONGEST_REQUEST = 512
_MODES = frozenset({b"octet", b"netascii"})


@dataclass(frozen=True, slots=True)
class Request:
    """What a device asks for when it begins to write."""

    name: str
    block: int
    """Bytes of a block."""
    answer: bytes
    """What agrees to it: block 0 is taken, or the options are."""


@dataclass(slots=True, eq=False)
class Upload:
    """A file that one device was told to send."""

    peer: str
    name: str
    body: asyncio.Future[bytes]
    """The whole file, once it has come."""
    is_too_large: bool = False
    port: int = 0
    """The device's, of the attempt that is being listened to."""
    block: int = BLOCK
    taken: int = 0
    """Blocks that have come."""
    size: int = 0
    answer: bytes = b""
    """The last one given."""
    parts: list[bytes] = field(default_factory=list)

    def begin(self, port: int, request: Request) -> bytes:
        """A first attempt, or another one from its beginning; the same question once more gets
        the same answer."""
        if port != self.port or self.taken == 0:
            self.port, self.block = port, request.block
            self.taken = self.size = 0
            self.parts.clear()
            self.answer = request.answer
        return self.answer

    def take(self, packet: bytes) -> bytes:
        """The answer to a block: taken, taken before, or more than we want."""
        number, content = int.from_bytes(packet[2:4]), packet[4:]
        if number == self.taken & 0xFFFF and self.taken:
            return self.answer
        if number != (self.taken + 1) & 0xFFFF or len(content) > self.block or self.body.done():
            return b""
        self.size += len(content)
        if self.size > LARGEST:
            self.is_too_large = True
            self.parts.clear()
            return _ERROR.to_bytes(2) + _DISK_FULL.to_bytes(2) + b"too large\0"
        self.taken += 1
        self.parts.append(content)
        self.answer = _ACK.to_bytes(2) + packet[2:4]
        if len(content) < self.block:
            self.body.set_result(b"".join(self.parts))
            self.parts.clear()
        return self.answer


class TftpShelf:
    """Listens while at least one file is expected."""

    def __init__(self, *, port: int = PORT, bind: str = "0.0.0.0") -> None:
        self._port, self._bind = port, bind
        self._uploads: list[Upload] = []
        self._transport: asyncio.DatagramTransport | None = None
        self._door: _Door | None = None
        self._opening = asyncio.Lock()

    @property
    def is_listening(self) -> bool:
        return self._transport is not None

    @asynccontextmanager
    async def expecting(self, peer: str) -> AsyncIterator[Upload]:
        """A file from this address, under a name that nobody can guess.

        Refused where the port is not to be had.
        """
        loop = asyncio.get_running_loop()
        upload = Upload(peer, f"noc-{secrets.token_hex(8)}.cfg", loop.create_future())
        self._uploads.append(upload)
        try:
            async with self._opening:
                if self._transport is None:
                    self._transport = await self._listen()
            yield upload
        finally:
            upload.body.cancel()
            self._uploads.remove(upload)
            if not self._uploads and self._transport is not None:
                self._transport.abort()
                self._transport = None

    def heard(self, packet: bytes, peer: str, port: int) -> bytes:
        """The answer to one packet; nothing for what was not expected."""
        kind = int.from_bytes(packet[:2])
        if kind == _WRITE:
            request = requested(packet)
            for upload in self._uploads:
                if request is not None and (upload.peer, upload.name) == (peer, request.name):
                    return upload.begin(port, request)
        elif kind == _DATA and len(packet) >= 4:
            for upload in self._uploads:
                if (upload.peer, upload.port) == (peer, port) and not upload.is_too_large:
                    return upload.take(packet)
        return b""

    async def _listen(self) -> asyncio.DatagramTransport:
        if self._door is not None:
            await self._door.closed.wait()
        try:
            transport, self._door = await asyncio.get_running_loop().create_datagram_endpoint(
                lambda: _Door(self), local_addr=(self._bind, self._port), family=socket.AF_INET
            )
        except OSError as error:
            if error.errno not in {errno.EACCES, errno.EPERM, errno.EADDRINUSE}:
                raise Broken(f"port {self._port} cannot be listened on: {error}") from error
            why = (
                "another TFTP server listens there"
                if error.errno == errno.EADDRINUSE
                else "this collector may not open low ports (CAP_NET_BIND_SERVICE)"
            )
            raise Refused(f"no file can come by TFTP on port {self._port}: {why}") from error
        return transport


class _Door(asyncio.DatagramProtocol):
    """The socket."""

    def __init__(self, shelf: TftpShelf) -> None:
        self._shelf = shelf
        self._transport: asyncio.DatagramTransport | None = None
        self.closed = asyncio.Event()
        """The port is free again."""

    def connection_lost(self, exc: Exception | None) -> None:
        self.closed.set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        answer = self._shelf.heard(data, addr[0], addr[1])
        if answer and self._transport is not None:
            self._transport.sendto(answer, addr)


def requested(packet: bytes) -> Request | None:
    """A request to write; None for what is none."""
    if len(packet) > _LONGEST_REQUEST or not packet.endswith(b"\0"):
        return None
    name, mode, *rest = [*packet[2:-1].split(b"\0"), b""][:16]
    if mode.lower() not in _MODES:
        return None
    options = {key.lower(): value for key, value in zip(rest[::2], rest[1::2], strict=False)}
    asked = options.get(b"blksize", b"")
    text = name.decode("ascii", "replace").lstrip("/")
    if asked.isdigit() and len(asked) <= 5 and int(asked) >= LEAST_BLOCK:
        block = min(int(asked), LARGEST_BLOCK)
        told = _OPTIONS.to_bytes(2) + b"blksize\0" + str(block).encode() + b"\0"
        return Request(text, block, told)
    return Request(text, BLOCK, _ACK.to_bytes(2) + b"\0\0")


def address_towards(peer: str) -> str:
    """Our own address as the device sees it, unless somebody translates addresses between us."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
        try:
            asked.connect((peer, PORT))
        except OSError as error:
            raise Refused(f"there is no IPv4 way to {peer}") from error
        return str(asked.getsockname()[0])
