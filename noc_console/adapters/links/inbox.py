"""Bytes on their way to whoever reads them, bounded: who writes is told when it is too much."""

from __future__ import annotations

import asyncio
from collections import deque

from noc_console.services.terminal.connecting import Ended

HIGH, LOW = 512 << 10, 128 << 10
"""Bytes at which the other side is held back, and at which it may go on."""


class Inbox:
    """For one reader. `is_full` asks to be held back until `is_low`."""

    def __init__(self) -> None:
        self.ended: Ended | None = None
        self._parts: deque[bytes] = deque()
        self._size = 0
        self._came = asyncio.Event()

    @property
    def size(self) -> int:
        return self._size

    @property
    def is_full(self) -> bool:
        return self._size >= HIGH

    @property
    def is_low(self) -> bool:
        return self._size <= LOW

    def put(self, data: bytes) -> None:
        if data:
            self._parts.append(data)
            self._size += len(data)
            self._came.set()

    def end(self, ended: Ended) -> None:
        """Nothing more comes; what is there is read first. The first reason stands."""
        if self.ended is None:
            self.ended = ended
        self._came.set()

    async def read(self, limit: int) -> bytes:
        """At least one byte; empty when it has ended."""
        while not self._parts:
            if self.ended is not None:
                return b""
            self._came.clear()
            await self._came.wait()
        part = self._parts.popleft()
        taken = [part]
        size = len(part)
        while self._parts and size + len(self._parts[0]) <= limit:
            part = self._parts.popleft()
            taken.append(part)
            size += len(part)
        whole = b"".join(taken)
        if len(whole) > limit:
            self._parts.appendleft(whole[limit:])
            whole = whole[:limit]
        self._size -= len(whole)
        return whole

    def rest(self) -> bytes:
        """All that nobody read; for whoever reads on elsewhere."""
        whole = b"".join(self._parts)
        self._parts.clear()
        self._size = 0
        return whole
