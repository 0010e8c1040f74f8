"""Threads that each own one database connection.

SQLAlchemy's async engine turns rows into objects on the caller's thread, which on the
window's thread is a stall of 80–95 ms under a big query; synchronous Core in a thread
is 8 ms with gc tamed (`app/supervise.py`). So a transaction is pinned to a lane: every
statement of it runs there, rows become values there, and only values come back.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import TypeVar

from sqlalchemy import Connection, Engine

T = TypeVar("T")


class Lane:
    """One thread, and the connection that lives in it."""

    def __init__(self, engine: Engine, name: str) -> None:
        self._engine = engine
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix=name)
        self._connection: Connection | None = None

    async def run(self, work: Callable[[Connection], T]) -> T:
        """`work(connection)` in the lane's thread.

        A cancelled caller waits until the statement is over: a connection that is
        still busy in its thread must not be handed to anyone else.
        """
        future = self._thread.submit(self._with_connection, work)
        waiting = asyncio.wrap_future(future)
        try:
            return await asyncio.shield(waiting)
        except asyncio.CancelledError:
            # Not `future`: it is done a moment before the loop hears of it.
            while not waiting.done():
                try:
                    await asyncio.wait({waiting})
                except asyncio.CancelledError:
                    continue
            if not waiting.cancelled():
                waiting.exception()
            raise

    def _with_connection(self, work: Callable[[Connection], T]) -> T:
        if self._connection is None or self._connection.closed:
            self._connection = self._engine.connect()
        return work(self._connection)

    def close(self) -> None:
        """Let the last statement finish, close the connection, end the thread."""
        self._thread.submit(self._drop).result()
        self._thread.shutdown()

    def discard(self) -> None:
        """Forget a connection whose state is unknown; the next use opens a new one."""
        self._thread.submit(self._drop)

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            try:
                connection.invalidate()
            finally:
                connection.close()


class Lanes:
    """A few lanes, lent to one transaction at a time."""

    def __init__(self, engine: Engine, *, count: int, name: str) -> None:
        self._all = [Lane(engine, f"{name}-{at}") for at in range(count)]
        self._free: asyncio.LifoQueue[Lane] = asyncio.LifoQueue()
        for lane in reversed(self._all):
            self._free.put_nowait(lane)

    @asynccontextmanager
    async def lend(self) -> AsyncIterator[Lane]:
        lane = await self._free.get()
        try:
            yield lane
        finally:
            self._free.put_nowait(lane)

    def close(self) -> None:
        for lane in self._all:
            lane.close()
