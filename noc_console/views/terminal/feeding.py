"""Carries what a session receives into a terminal, a slice at a time, so that the window lives.

Nothing is read ahead: while the engine works on a slice the session waits, and with it, through
the link's flow control, the device.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Protocol

from noc_console.views.terminal.view import ANSWER, TerminalView

BUDGET_S = 0.008
"""Of each turn of the event loop."""
SLICE, SMALLEST = 32 << 10, 512
"""Bytes at a time: fewer of a device that sends what takes long to carry out."""


class Source(Protocol):
    """A session, as far as it is read here: `b""` is its end."""

    async def read(self) -> bytes: ...


async def feed(
    source: Source,
    view: TerminalView,
    *,
    now: Callable[[], float] = time.perf_counter,
    rest: Callable[[float], Awaitable[None]] = asyncio.sleep,
    unanswered: int = 0,
) -> int:
    """Until the session ends; how many bytes came. Of the first ones, `unanswered`, no question to
    the terminal is answered."""
    total, since, size = 0, now(), SLICE
    while received := await source.read():
        at, began = 0, now()
        while at < len(received):
            answer = view.engine.feed(received[at : at + size])
            if answer and total + at >= unanswered:
                view.send(answer, ANSWER)
            at, done = at + size, now()
            size, began = _fitting(size, done - began), done
            if done - since > BUDGET_S:
                view.output_came()
                await rest(0)
                since = began = now()
        total += len(received)
        view.output_came()
    return total


def _fitting(size: int, took_s: float) -> int:
    """How much to carry next, when so much took so long."""
    if took_s > BUDGET_S:
        return max(SMALLEST, int(size * BUDGET_S / took_s))
    return min(SLICE, size * 2) if took_s < BUDGET_S / 4 else size
