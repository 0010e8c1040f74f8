"""Processes of ours that the window starts: they die with it and come back when they fall."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import structlog

from noc_console.app.supervise import CALM_S, FIRST_WAIT_S, LONGEST_WAIT_S

_log = structlog.get_logger("children")

NOT_NEEDED = 75
"""Exit code (EX_TEMPFAIL) of a child whose work another process does already."""
ASK_AGAIN_S = 10.0
LEAVE_S = 5.0
LONGEST_LINE = 65_536
Hear = Callable[[bytes], None]
"""Takes a line that the parent wrote."""


@dataclass(slots=True)
class ChildHealth:
    """How a child process is doing, for the status bar."""

    running: bool = False
    restarts: int = 0
    text: str = "starting"


class Child:
    """One child process, kept running.

    Its standard input is a pipe from us that nobody writes to: it ends when we end,
    however that happens, and a child that sees the end leaves (`leave_with_parent`).
    """

    def __init__(
        self, name: str, arguments: Sequence[str], *, log: Path, environment: Mapping[str, str]
    ) -> None:
        self.name = name
        self.health = ChildHealth()
        self._command = [sys.executable, "-m", "noc_console", *arguments]
        self._log = log
        self._environment = dict(environment)
        self._process: asyncio.subprocess.Process | None = None

    @property
    def turn(self) -> int:
        """Which running of the child this is; 0 while it does not run."""
        return self.health.restarts + 1 if self._process is not None else 0

    async def tell(self, line: bytes) -> None:
        """Write a line into its standard input; a child that is gone hears nothing."""
        process = self._process
        if process is None or process.stdin is None:
            return
        try:
            process.stdin.write(line)
            await process.stdin.drain()
        except (BrokenPipeError, ConnectionResetError):
            pass

    async def run(self) -> None:
        """Keep the child running until cancelled."""
        wait = FIRST_WAIT_S
        loop = asyncio.get_running_loop()
        while True:
            began = loop.time()
            code = await self._once()
            self.health.running = False
            if code == NOT_NEEDED:
                self.health.text = "another one does the work"
                await asyncio.sleep(ASK_AGAIN_S)
                continue
            self.health.restarts += 1
            self.health.text = f"ended with {code}, starting again"
            _log.warning("child ended", child=self.name, code=code, log=self._log.name)
            wait = FIRST_WAIT_S if loop.time() - began > CALM_S else min(wait * 2, LONGEST_WAIT_S)
            await asyncio.sleep(wait)

    async def _once(self) -> int:
        self._log.parent.mkdir(parents=True, exist_ok=True)
        with self._log.open("ab") as log:
            process = await asyncio.create_subprocess_exec(
                *self._command,
                stdin=asyncio.subprocess.PIPE,
                stdout=log,
                stderr=log,
                env=self._environment,
            )
        self.health.running, self.health.text = True, "running"
        self._process = process
        try:
            return await process.wait()
        except asyncio.CancelledError:
            await _end(process)
            raise
        finally:
            self._process = None


async def _end(process: asyncio.subprocess.Process) -> None:
    """Ask by closing the pipe, then insist."""
    assert process.stdin is not None
    process.stdin.close()
    try:
        await asyncio.wait_for(process.wait(), LEAVE_S)
    except TimeoutError:
        process.kill()
        await process.wait()


def _ignore(_: bytes) -> None:
    """What a parent says to a child that was told to hear nothing."""


async def leave_with_parent(hear: Hear | None = None) -> None:
    """In a child: return when the parent's end of standard input is closed.

    `hear` gets the lines the parent writes before that, on the loop.
    """
    loop = asyncio.get_running_loop()
    gone = asyncio.Event()
    parent = sys.stdin.fileno()

    def wait() -> None:
        # The bare descriptor: whoever reads in `sys.stdin` aborts an interpreter that ends.
        begun = b""
        try:
            while part := os.read(parent, 4096):
                *lines, begun = (begun + part)[-LONGEST_LINE:].split(b"\n")
                for line in lines:
                    loop.call_soon_threadsafe(hear or _ignore, line)
            loop.call_soon_threadsafe(gone.set)
        except RuntimeError:  # the loop ended first
            pass

    # A daemon: a thread that still reads must not keep an ending process alive.
    threading.Thread(target=wait, name="parent", daemon=True).start()
    await gone.wait()


def leave_on_signals(stopping: asyncio.Event) -> None:
    """SIGTERM and Ctrl+C set the event instead of ending the process where it stands."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        try:
            loop.add_signal_handler(number, stopping.set)
        except NotImplementedError:  # Windows
            signal.signal(number, lambda *_: stopping.set())


async def stop_with_parent(stopping: asyncio.Event, hear: Hear | None = None) -> None:
    """A child's worker: the parent's end is ours."""
    await leave_with_parent(hear)
    stopping.set()
