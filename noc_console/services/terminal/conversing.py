"""A command line that is talked to by the console: one command, its whole answer, the next.

Where the platform is known its prompt and pager are; elsewhere the prompt is learned: it is what
stands on the last line when the device has fallen silent after the login.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Protocol, Self

from noc_console.kernel.errors import Refused, Unreachable
from noc_console.kernel.text import visible
from noc_console.services.inspection.platforms.model import Driver
from noc_console.services.terminal.plain import plain

LOGIN_S = 30.0
ANSWER_S = 120.0
QUIET_S = 0.8
"""Silence after which the last line is taken for a prompt where none is known."""
LARGEST = 4 << 20
"""Bytes of an answer."""
_PROMPT = re.compile(r"[>#$%\]):]\s*$")


class Said(Protocol):
    """Why something was not sent."""

    @property
    def sentence(self) -> str: ...


class Line(Protocol):
    """A session as it is needed here."""

    async def read(self) -> bytes:
        """What came; empty when it is over."""

    def send(self, data: bytes, source: Source) -> Said | None:
        """None when it is on its way."""

    async def close(self) -> None: ...


Source = str
MACRO = "macro"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a device said to a command, without echo, pager and prompt."""

    text: str
    is_error: bool
    """The device did not know the command, by the platform's own words."""
    took_s: float


class Conversation:
    """Talks to one device. Use as `async with`; ends with the session.

    Raises Unreachable when the device falls silent or hangs up, Refused when a command may not
    be sent or the answer is too long.
    """

    def __init__(self, line: Line, driver: Driver | None, *, peer: str) -> None:
        self._line = line
        self._driver = driver
        self._peer = peer
        self._heard = bytearray()
        self._came = asyncio.Event()
        self._is_over = False
        self._problem: Unreachable | None = None
        self._prompt = ""
        self._group: asyncio.TaskGroup | None = None
        self._pump_task: asyncio.Task[None] | None = None
        self.on_output: Callable[[bytes], None] = lambda _: None

    async def __aenter__(self) -> Self:
        self._group = await asyncio.TaskGroup().__aenter__()
        self._pump_task = self._group.create_task(self._pump())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._group is not None
        if self._pump_task is not None:
            self._pump_task.cancel()
        try:
            await self._line.close()
        finally:
            # What happened inside is the caller's; the group only waits for the pump.
            await self._group.__aexit__(None, None, None)

    @property
    def prompt(self) -> str:
        """What the device shows when it waits for a command."""
        return self._prompt

    async def begin(self) -> None:
        """Wait for the prompt after the login, and quiet the pager."""
        await self._until_prompt(LOGIN_S)
        self._prompt = self._last()
        self._heard.clear()
        for command in self._driver.paging if self._driver else ():
            try:
                await self.ask(command)
            except Refused:
                return  # where that changes the device, the pager is answered instead

    async def ask(self, command: str, *, within_s: float = ANSWER_S) -> Answer:
        """Send one line and read until the device waits for the next."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        self._heard.clear()
        refused = self._line.send(command.encode() + b"\r", MACRO)
        if refused is not None:
            raise Refused(refused.sentence)
        await self._until_prompt(within_s, after=command)
        text = self._clean(command)
        error = self._driver.error if self._driver else None
        first = text.splitlines()[:3]
        is_error = error is not None and any(error.search(line) for line in first)
        return Answer(text, is_error, loop.time() - began)

    # --- reading ----------------------------------------------------------------------------

    async def _pump(self) -> None:
        while True:
            try:
                chunk = await self._line.read()
            except Unreachable as error:
                self._problem = error
                chunk = b""
            if not chunk:
                self._is_over = True
                self._came.set()
                return
            self._heard += chunk
            self.on_output(chunk)
            self._came.set()
            if len(self._heard) > 2 * LARGEST:
                del self._heard[:LARGEST]

    async def _until_prompt(self, within_s: float, *, after: str = "") -> None:
        loop = asyncio.get_running_loop()
        deadline = loop.time() + within_s
        while True:
            self._came.clear()
            if self._is_over:
                raise self._problem or Unreachable(
                    f"{self._peer} hung up", peer=self._peer, reason="closed"
                )
            if len(self._heard) > LARGEST:
                raise Refused(f"{self._peer} answered more than {LARGEST >> 20} MiB")
            # A prompt that is known needs no silence; one that is guessed does.
            if self._is_known_prompt(after):
                return
            quiet = await self._silence(min(QUIET_S, max(0.0, deadline - loop.time())))
            if quiet and self._answer_pager():
                continue
            if quiet and self._looks_like_prompt(after):
                return
            if loop.time() >= deadline:
                shown = visible(self._last().strip(), limit=80)
                raise Unreachable(
                    f"{self._peer} did not come back to a prompt within {within_s:g} s"
                    + (f"; it shows “{shown}”" if shown else ""),
                    peer=self._peer,
                    reason="timeout",
                )

    async def _silence(self, seconds: float) -> bool:
        """Whether nothing came for so long."""
        if self._answer_pager():
            return False
        try:
            async with asyncio.timeout(seconds):
                await self._came.wait()
        except TimeoutError:
            return True
        return False

    def _answer_pager(self) -> bool:
        more = self._driver.more if self._driver else None
        if more is None or not more.search(self._last()):
            return False
        # The pager's question is taken off here: it must not be answered twice.
        self._heard += b"\n"
        self._line.send(b" ", MACRO)
        return True

    def _last(self) -> str:
        tail = bytes(self._heard[-2_000:]).decode("utf-8", "replace")
        return plain(tail).rpartition("\n")[2]

    def _is_known_prompt(self, after: str) -> bool:
        """The platform's prompt, or the one this device showed before; not the echo of it."""
        last = self._last()
        if after and b"\n" not in self._heard:
            return False  # the command itself is still being echoed
        if self._prompt and last.strip() == self._prompt.strip():
            return True
        pattern = self._driver.prompt if self._driver else None
        return pattern is not None and bool(last.strip()) and pattern.search(last) is not None

    def _looks_like_prompt(self, after: str) -> bool:
        last = self._last().strip()
        if self._driver is not None or not last or (after and b"\n" not in self._heard):
            return False
        return _PROMPT.search(last) is not None

    def _clean(self, command: str) -> str:
        lines = plain(bytes(self._heard).decode("utf-8", "replace")).split("\n")
        more = self._driver.more if self._driver else None
        if lines and command.strip() and command.strip() in lines[0]:
            lines = lines[1:]
        self._prompt = lines[-1] if lines and lines[-1].strip() else self._prompt
        lines = lines[:-1]
        if more is not None:
            lines = [line for line in lines if not more.search(line)]
        return "\n".join(line.rstrip() for line in lines).strip("\n")
