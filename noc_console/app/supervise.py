"""Runs what runs for ever: restarts it with back-off, and says how it is.

Also the process's manners: garbage collection and thread switching tuned once (a frozen
heap and a 0.5 ms switch took the window's worst gap under big queries from 36 to 8 ms).
"""

from __future__ import annotations

import asyncio
import gc
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import structlog

from noc_console.kernel.errors import NocError

_log = structlog.get_logger("supervise")

FIRST_WAIT_S = 0.5
LONGEST_WAIT_S = 30.0
CALM_S = 60.0
"""A worker that ran this long has earned a short first wait again."""


@dataclass(slots=True)
class WorkerHealth:
    """How one worker is doing."""

    name: str
    restarts: int = 0
    error: str = ""
    running: bool = False


class Supervisor:
    """Owns the long-running tasks of a process."""

    def __init__(self, on_bug: Callable[[BaseException], None] | None = None) -> None:
        self._on_bug = on_bug
        self._tasks: list[asyncio.Task[None]] = []
        self.health: dict[str, WorkerHealth] = {}

    def start(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        """Run `work()` until the supervisor ends; when it dies, run it again."""
        self.health[name] = WorkerHealth(name)
        loop = asyncio.get_running_loop()
        self._tasks.append(loop.create_task(self._keep(self.health[name], work), name=name))

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()

    async def _keep(self, health: WorkerHealth, work: Callable[[], Awaitable[None]]) -> None:
        wait = FIRST_WAIT_S
        loop = asyncio.get_running_loop()
        while True:
            began = loop.time()
            health.running = True
            try:
                await work()
                return
            except NocError as error:
                health.error = str(error)
                _log.warning("worker stopped", worker=health.name, reason=str(error))
            except Exception as error:  # noqa: BLE001 - the one boundary of every worker
                health.error = f"{type(error).__name__}: {error}"
                _log.exception("worker died", worker=health.name)
                if self._on_bug is not None:
                    self._on_bug(error)
            finally:
                health.running = False
            health.restarts += 1
            if loop.time() - began > CALM_S:
                wait = FIRST_WAIT_S
            await asyncio.sleep(wait)
            wait = min(wait * 2, LONGEST_WAIT_S)


@asynccontextmanager
async def supervisor(
    on_bug: Callable[[BaseException], None] | None = None,
) -> AsyncIterator[Supervisor]:
    """A supervisor whose tasks end with the block."""
    keeper = Supervisor(on_bug)
    try:
        yield keeper
    finally:
        await keeper.stop()


def tune() -> None:
    """Call once when start-up is over: what exists now is never collected again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    sys.setswitchinterval(0.0005)
