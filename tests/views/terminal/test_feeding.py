"""From a session into the terminal: no byte lost, the window alive in between."""

from __future__ import annotations

from itertools import count
from typing import Any

from noc_console.views.terminal.feeding import BUDGET_S, SLICE, feed
from noc_console.views.terminal.view import TerminalView
from tests.views.terminal.conftest import Sent


class Said:
    """A session that says these things, and notes when it was asked for more."""

    def __init__(self, *parts: bytes) -> None:
        self.parts = list(parts)
        self.asked = 0

    async def read(self) -> bytes:
        self.asked += 1
        return self.parts.pop(0) if self.parts else b""


async def test_everything_is_fed_in_its_order(view: TerminalView) -> None:
    lines = b"".join(b"%06d\r\n" % number for number in range(3_000))
    source = Said(lines[:10], lines[10 : SLICE + 17], lines[SLICE + 17 :])
    assert await feed(source, view) == len(lines)
    engine = view.engine
    shown = engine.lines(0, engine.viewport.total)
    assert [int(line) for line in shown if line] == list(range(3_000))


async def test_questions_in_the_output_are_answered(view: TerminalView, sent: Sent) -> None:
    await feed(Said(b"\x1b[5n", b"\x1b[6n"), view)
    assert [source for _, source in sent] == ["answer", "answer"]
    assert sent[0][0] == b"\x1b[0n"


async def test_questions_of_a_time_when_nobody_looked_stay_unanswered(
    view: TerminalView, sent: Sent
) -> None:
    old = b"\x1b[5n\x1b[6n"
    await feed(Said(old, b"\x1b[5n"), view, unanswered=len(old))
    assert [data for data, _ in sent] == [b"\x1b[0n"]


async def test_the_loop_gets_its_turn_whenever_the_budget_is_spent(view: TerminalView) -> None:
    """Each look at the clock costs 5 ms here, so that every second slice is too much."""
    ticks, rests = count(), []

    async def rest(seconds: float) -> None:
        rests.append(seconds)

    source = Said(b"x" * (10 * SLICE))
    await feed(source, view, now=lambda: next(ticks) * 0.005, rest=rest)
    assert 3 <= len(rests) <= 10 and set(rests) == {0}


async def test_nothing_is_read_ahead(view: TerminalView) -> None:
    """While a piece is worked on no other is asked for: that is what holds a device back."""
    source = Said(b"a" * (4 * SLICE), b"b")
    asked: list[int] = []
    ticks = count()

    async def rest(_: float) -> None:
        asked.append(source.asked)

    await feed(source, view, now=lambda: next(ticks) * 1.0, rest=rest)
    assert asked[:4] == [1, 1, 1, 1]


class Slow:
    """An engine and its view. A mock: how long a real one takes differs from machine to machine."""

    def __init__(self) -> None:
        self.engine, self.time_s, self.a_byte_s = self, 0.0, 0.0
        self.took_s: list[float] = []
        self.sizes: list[int] = []

    def feed(self, data: bytes) -> bytes:
        self.sizes.append(len(data))
        self.took_s.append(len(data) * self.a_byte_s)
        self.time_s += self.took_s[-1]
        return b""

    def output_came(self) -> None:
        """Nobody looks."""


async def test_of_what_takes_long_less_is_carried_at_a_time() -> None:
    slow = Slow()

    async def rest(_: float) -> None:
        pass

    async def fed(size: int, a_byte_s: float) -> None:
        slow.a_byte_s = a_byte_s
        view: Any = slow
        assert await feed(Said(b"x" * size), view, now=lambda: slow.time_s, rest=rest) == size

    await fed(10 * SLICE, 7e-6)
    assert sum(slow.sizes) == 10 * SLICE
    assert max(slow.took_s[1:]) <= BUDGET_S < slow.took_s[0], "only the first was a surprise"
    slow.sizes.clear()
    await fed(10 * SLICE, 1e-9)
    assert slow.sizes == [SLICE] * 10
