"""The store's own threads: one writes, a few read, the event loop only waits."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from noc_console.db.samples.session import Session
from noc_console.kernel.errors import Unreachable

T = TypeVar("T")

READERS = 3
ATTEMPTS = 3


class Threads:
    """Runs jobs against a session that belongs to the thread they run in.

    Every job must be repeatable: when the connection is lost, it runs again on a new one.
    A cancelled caller stops waiting; the job itself runs to its end.
    """

    def __init__(self, connect: Callable[[], Session]) -> None:
        self._connect = connect
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="samples-write")
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="samples-read")
        self._mine = threading.local()
        self._open: set[Session] = set()

    async def write(self, job: Callable[[Session], T]) -> T:
        """`job(session)` in the writing thread, after those asked for before."""
        return await asyncio.get_running_loop().run_in_executor(self._writer, self._run, job)

    async def read(self, job: Callable[[Session], T]) -> T:
        """`job(session)` in one of the reading threads."""
        return await asyncio.get_running_loop().run_in_executor(self._readers, self._run, job)

    async def close(self) -> None:
        """Wait for what is under way, then hang up."""
        await asyncio.to_thread(self._shut)

    def _shut(self) -> None:
        self._writer.shutdown()
        self._readers.shutdown()
        for session in self._open:
            session.close()
        self._open.clear()

    def _run(self, job: Callable[[Session], T]) -> T:
        for attempt in range(1, ATTEMPTS + 1):
            try:
                session = self._session()
                with session.speaking():
                    return job(session)
            except Unreachable:
                self._drop()
                if attempt == ATTEMPTS:
                    raise
        raise AssertionError("a loop that returns or raises")

    def _session(self) -> Session:
        session: Session | None = getattr(self._mine, "session", None)
        if session is None:
            session = self._mine.session = self._connect()
            self._open.add(session)
        return session

    def _drop(self) -> None:
        session: Session | None = getattr(self._mine, "session", None)
        self._mine.session = None
        if session is not None:
            self._open.discard(session)
            session.close()
