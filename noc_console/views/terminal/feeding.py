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
SLICE = 32 << 10


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
    total, since = 0, now()
    while received := await source.read():
        before, total = total, total + len(received)
        for at in range(0, len(received), SLICE):
            answer = view.engine.feed(received[at : at + SLICE])
            if answer and before + at >= unanswered:
                view.send(answer, ANSWER)
            if now() - since > BUDGET_S:
                view.output_came()
                await rest(0)
                since = now()
        view.output_came()
    return total
