"""Slots for turns: the healthy, the slow and the silent wait in lanes of their own.

A turn in the fast lane gives its slot back when it takes longer than its patience and ends
without one: however many devices die at the same moment, none of them holds a slot of the
healthy for longer than that. From then on it belongs in another lane.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from noc_console.services.telemetry.model import Lane

SILENT_AT_ONCE = 256
"""Small questions to devices that do not answer: each is a hundred octets every second or so."""


class Seat:
    """A slot one turn holds, or held."""

    __slots__ = ("_slot", "is_overtime", "lane")

    def __init__(self, lane: Lane, slot: asyncio.Semaphore) -> None:
        self.lane = lane
        self.is_overtime = False
        """It took longer than a turn of its lane may."""
        self._slot: asyncio.Semaphore | None = slot

    def give_up(self) -> None:
        """Let the next one in; what is under way goes on without a slot."""
        self.is_overtime = True
        self.free()

    def free(self) -> None:
        if self._slot is not None:
            self._slot.release()
            self._slot = None


class Lanes:
    """A number of slots for each lane."""

    def __init__(self, slots: Mapping[Lane, int]) -> None:
        self._slots = {lane: asyncio.Semaphore(count) for lane, count in slots.items()}
        self.waiting = 0
        """Turns without a slot so far."""

    @asynccontextmanager
    async def seat(self, lane: Lane, *, patience_s: float) -> AsyncIterator[Seat]:
        """A slot of the lane, as soon as there is one. Only the fast lane knows impatience."""
        slot = self._slots[lane]
        self.waiting += 1
        try:
            await slot.acquire()
        finally:
            self.waiting -= 1
        seat = Seat(lane, slot)
        impatience = None
        if lane is Lane.FAST:
            impatience = asyncio.get_running_loop().call_later(patience_s, seat.give_up)
        try:
            yield seat
        finally:
            if impatience is not None:
                impatience.cancel()
            seat.free()
