"""Messages with descriptors over a Unix socket: a length, words as JSON, bytes beside them.

For two programs of one user that need not trust each other: lengths, counts and the descriptors
that come are bounded, and whoever sends anything else is hung up on. Nothing here blocks.
"""

from __future__ import annotations

import json
import os
import socket
import struct
from collections import deque
from dataclasses import dataclass
from typing import Any

LONGEST = 512 << 10
"""Bytes of a message's words."""
LARGEST = 12 << 20
"""Bytes beside them."""
MOST_UNCLAIMED = 8
"""Descriptors that came and belong to no message yet."""
BLOCK = 64 << 10
_HEAD = struct.Struct(">III")
"""Bytes of words, bytes beside them, descriptors."""


class Garbled(ValueError):
    """What came is no message of ours."""


@dataclass(frozen=True, slots=True)
class Message:
    """Words, and what goes with them. Who takes `fd` out of a message closes it."""

    words: dict[str, Any]
    beside: bytes = b""
    fd: int = -1


class Post:
    """One end of a connection. `fileno` for a selector; `close` closes what nobody took, too."""

    def __init__(self, sock: socket.socket, *, largest: int = LARGEST) -> None:
        sock.setblocking(False)
        self._sock = sock
        self._largest = largest
        self._got = bytearray()
        self._fds: deque[int] = deque()
        self._unsent: deque[tuple[bytearray, int]] = deque()
        self.is_open = True

    def fileno(self) -> int:
        return self._sock.fileno()

    @property
    def has_unsent(self) -> bool:
        return bool(self._unsent)

    def send(self, message: Message) -> None:
        """On its way with the next `flush`; the descriptor stays the caller's."""
        words = json.dumps(message.words).encode()
        if len(words) > LONGEST or len(message.beside) > LARGEST:
            raise Garbled("too much for one message")
        head = _HEAD.pack(len(words), len(message.beside), int(message.fd >= 0))
        fd = os.dup(message.fd) if message.fd >= 0 else -1
        self._unsent.append((bytearray(head + words + message.beside), fd))

    def flush(self) -> None:
        """Send what the socket takes. Raises OSError when nobody is there any more."""
        while self._unsent:
            data, fd = self._unsent[0]
            try:
                if fd >= 0:
                    sent = socket.send_fds(self._sock, [data[:BLOCK]], [fd])
                    os.close(fd)
                    self._unsent[0] = (data, -1)
                else:
                    sent = self._sock.send(data[:BLOCK])
            except BlockingIOError:
                return
            del data[:sent]
            if not data:
                self._unsent.popleft()

    def receive(self) -> list[Message] | None:
        """What came, None at the end. Raises Garbled, or OSError when the connection broke."""
        try:
            data, fds, flags, _ = socket.recv_fds(self._sock, BLOCK, MOST_UNCLAIMED)
        except BlockingIOError:
            return []
        for fd in fds:
            os.set_inheritable(fd, False)
        self._fds += fds
        if flags & socket.MSG_CTRUNC or len(self._fds) > MOST_UNCLAIMED:
            raise Garbled("too many descriptors")
        if not data:
            return None
        self._got += data
        came: list[Message] = []
        try:
            while (message := self._next()) is not None:
                came.append(message)
        except Garbled:
            # Nobody gets these either: what came with them goes with the rest, in `close`.
            self._fds += [each.fd for each in came if each.fd >= 0]
            raise
        return came

    def close(self) -> None:
        self.is_open = False
        self._sock.close()
        for fd in (*self._fds, *(fd for _, fd in self._unsent if fd >= 0)):
            os.close(fd)
        self._fds.clear()
        self._unsent.clear()

    def _next(self) -> Message | None:
        if len(self._got) < _HEAD.size:
            return None
        length, beside, fds = _HEAD.unpack_from(self._got)
        if length > LONGEST or beside > self._largest or fds > 1:
            raise Garbled("a message too large")
        end = _HEAD.size + length
        if len(self._got) < end + beside:
            return None
        words = _words(bytes(self._got[_HEAD.size : end]))
        if fds and not self._fds:
            raise Garbled("a descriptor is missing")
        payload = bytes(self._got[end : end + beside])
        del self._got[: end + beside]
        return Message(words, payload, self._fds.popleft() if fds else -1)


def _words(text: bytes) -> dict[str, Any]:
    try:
        words = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Garbled("no words") from error
    if not isinstance(words, dict):
        raise Garbled("no words")
    return words


def peer_uid(sock: socket.socket) -> int:
    """Whose process is at the other end; -1 where the system does not tell."""
    if hasattr(socket, "SO_PEERCRED"):
        told = sock.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12)
        return int(struct.unpack("3i", told)[1])
    import ctypes

    uid, gid = ctypes.c_uint32(), ctypes.c_uint32()
    failed = ctypes.CDLL(None).getpeereid(sock.fileno(), ctypes.byref(uid), ctypes.byref(gid))
    return -1 if failed else uid.value
