"""Keys recorded while they are typed, and typed again; what was not echoed is never kept.

A line whose text the device did not echo was a password: the macro remembers only that something
must be typed there by hand.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from noc_console.kernel.errors import Invalid
from noc_console.services.terminal.plain import plain

MOST_STEPS = 500
MOST_BYTES = 32_000
MOST_HEARD = 64_000
SHORT = 2
"""Keys without Enter that need no echo: a blank for a pager, `y`, an arrow."""
QUIET_S = 0.2
LONGEST_WAIT_S = 10.0


class StepKind(StrEnum):
    """What is done in a step."""

    KEYS = "keys"
    BY_HAND = "by hand"
    """Here something was typed without echo; it is the operator's again."""


@dataclass(frozen=True, slots=True)
class Step:
    """Keys up to an Enter, or the place of something secret."""

    kind: StepKind
    keys: str = ""


class MacroRecorder:
    """A tap that listens to typing; `finish` gives the steps."""

    def __init__(self) -> None:
        self.steps: list[Step] = []
        self._typed = b""
        self._ended: bytes | None = None
        """A line that was entered, while its echo may still be on its way."""
        self._heard = bytearray()
        self._size = 0

    @property
    def is_full(self) -> bool:
        return len(self.steps) >= MOST_STEPS or self._size >= MOST_BYTES

    def received(self, data: bytes) -> None:
        """What the device sent: the echo is in it."""
        self._heard += data[-MOST_HEARD:]
        del self._heard[:-MOST_HEARD]

    def sent(self, data: bytes, source: str) -> None:
        """What was typed or pasted; answers of the terminal itself are no keys."""
        if source not in ("typed", "pasted") or self.is_full:
            return
        self._settle()
        self._size += len(data)
        while data:
            at = min(
                (found for sign in (b"\r", b"\n") if (found := data.find(sign)) >= 0), default=-1
            )
            if at < 0:
                self._typed += data
                return
            self._ended = self._typed + data[: at + 1]
            self._typed = b""
            data = data[at + 1 :]
            if data:
                self._settle()

    def resized(self, columns: int, rows: int) -> None:
        """Keys have no size."""

    def finish(self) -> tuple[Step, ...]:
        """The steps; what was begun without Enter is kept when it was echoed."""
        self._settle()
        if self._typed:
            self._keep(self._typed)
            self._typed = b""
        return tuple(self.steps)

    def _settle(self) -> None:
        if self._ended is not None:
            line, self._ended = self._ended, None
            self._keep(line)
            self._heard.clear()

    def _keep(self, keys: bytes) -> None:
        text = keys.decode("utf-8", "replace")
        visible = _printed(text)
        is_short = len(visible) <= SHORT and not text.endswith(("\r", "\n"))
        shown = plain(self._heard.decode("utf-8", "replace")).replace("\n", "")
        if not visible or is_short or visible in shown:
            self.steps.append(Step(StepKind.KEYS, text))
        else:
            self.steps.append(Step(StepKind.BY_HAND))


def _printed(text: str) -> str:
    """What an echo must show: characters up to the first key that is none."""
    kept: list[str] = []
    for sign in text:
        if sign in "\x7f\b":
            if kept:
                kept.pop()
        elif sign < " ":
            break
        else:
            kept.append(sign)
    return "".join(kept)


def written(steps: tuple[Step, ...]) -> str:
    """Steps as a snippet's text. Raises Invalid for none or too many."""
    if not any(step.keys for step in steps):
        raise Invalid("no keys were typed", field="text")
    if len(steps) > MOST_STEPS or sum(len(step.keys) for step in steps) > MOST_BYTES:
        raise Invalid("this is too long for a macro", field="text")
    return json.dumps([[step.kind.value, step.keys] for step in steps], ensure_ascii=False)


def read(text: str) -> tuple[Step, ...]:
    """The steps of a kept macro. Raises Invalid."""
    try:
        told = json.loads(text)
        steps = tuple(Step(StepKind(kind), str(keys)) for kind, keys in told)
    except (ValueError, TypeError, RecursionError):
        raise Invalid("this macro cannot be read", field="text") from None
    if not steps or len(steps) > MOST_STEPS:
        raise Invalid("this macro cannot be read", field="text")
    return steps


def told(steps: tuple[Step, ...]) -> str:
    """The steps for people: a line each, keys without a sign in words."""
    lines = []
    for step in steps:
        if step.kind is StepKind.BY_HAND:
            lines.append("⟨typed by hand: it is not shown⟩")
        else:
            lines.append("".join(_NAMES.get(sign, sign) for sign in step.keys).rstrip("⏎"))
    return "\n".join(lines)


_NAMES = {"\r": "⏎", "\n": "⏎", "\t": "⟨Tab⟩", "\x1b": "⟨Esc⟩", "\x03": "⟨Ctrl+C⟩", "\x7f": "⌫"}


class MacroPlayer:
    """A tap that types steps: the next line when the device has answered and is silent."""

    def __init__(self, send: Callable[[bytes], str]) -> None:
        """`send` returns why nothing was sent, or nothing."""
        self._send = send
        self._came = asyncio.Event()
        self._hand = asyncio.Event()
        self._is_stopped = False
        self.is_waiting_for_hand = False

    def received(self, data: bytes) -> None:
        self._came.set()

    def sent(self, data: bytes, source: str) -> None:
        """The operator's Enter ends what is typed by hand."""
        if source == "typed" and (b"\r" in data or b"\n" in data):
            self._hand.set()

    def resized(self, columns: int, rows: int) -> None:
        """Keys have no size."""

    def stop(self) -> None:
        self._is_stopped = True
        self._hand.set()
        self._came.set()

    async def play(self, steps: tuple[Step, ...]) -> str:
        """Type them; returns why it ended early, or nothing."""
        for step in steps:
            if self._is_stopped:
                return "stopped"
            if step.kind is StepKind.BY_HAND:
                await self._by_hand()
            else:
                self._came.clear()
                if why := self._send(step.keys.encode()):
                    return why
            await self._silence()
        return ""

    async def _by_hand(self) -> None:
        self._hand.clear()
        self.is_waiting_for_hand = True
        await self._hand.wait()
        self.is_waiting_for_hand = False
        self._came.clear()

    async def _silence(self) -> None:
        """Wait for an answer and its end; a device that says nothing is not waited for long."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + LONGEST_WAIT_S
        wait = 1.0
        while loop.time() < deadline and not self._is_stopped:
            try:
                async with asyncio.timeout(wait):
                    await self._came.wait()
            except TimeoutError:
                return
            self._came.clear()
            wait = QUIET_S
