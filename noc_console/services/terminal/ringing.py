"""The ring at work: every device's session held open, commands going round."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from noc_console.kernel.errors import NocError, Refused
from noc_console.services.inspection.platforms.model import Driver
from noc_console.services.terminal.conversing import Answer, Conversation, Line
from noc_console.services.terminal.ring import (
    STOPS,
    Member,
    Order,
    Phase,
    Told,
    checked,
    in_order,
    phase_of,
)

CONNECT_AT_ONCE = 8
T = TypeVar("T")
Opener = Callable[[Member], Awaitable[Line]]
Drivers = Callable[[str], Awaitable[Driver | None]]
Watcher = Callable[[Member, Told], None]


@dataclass(slots=True)
class _Seat:
    """A member and the commands that wait for it."""

    member: Member
    asked: asyncio.Queue[tuple[str, asyncio.Future[Answer]] | None] = field(
        default_factory=asyncio.Queue
    )
    told: Told = field(default_factory=lambda: Told(Phase.CONNECTING))
    is_open: bool = False
    why: str = "it is not connected yet"
    """Why it is not open."""


class Ring:
    """Holds the sessions of its members. `run` until `leave`; `send` meanwhile.

    `watcher` hears of every change of every member, in the loop's thread.
    """

    def __init__(
        self, members: Sequence[Member], opener: Opener, drivers: Drivers, watcher: Watcher
    ) -> None:
        self.members = tuple(members)
        self._opener = opener
        self._drivers = drivers
        self._watcher = watcher
        self._seats = {member.device_id: _Seat(member) for member in members}
        self._doors = asyncio.Semaphore(CONNECT_AT_ONCE)
        self._is_stopped = False
        self._is_sending = False

    def told(self, device_id: int) -> Told:
        return self._seats[device_id].told

    @property
    def is_sending(self) -> bool:
        return self._is_sending

    async def run(self) -> None:
        """Connect everybody and keep them; ends when `leave` was called and all are closed."""
        async with asyncio.TaskGroup() as sitting:
            for seat in self._seats.values():
                sitting.create_task(self._sit(seat))

    def leave(self) -> None:
        """Close every session; what is under way is finished first."""
        for seat in self._seats.values():
            seat.asked.put_nowait(None)

    def stop(self) -> None:
        """Ask nobody else; answers under way still arrive."""
        self._is_stopped = True

    async def send(self, order: Order) -> tuple[Told, ...]:
        """Send to the canary, then to the others, as far as it goes well; in the ring's order.

        Raises Invalid, and Refused while another command goes round.
        """
        order = checked(order, self.members)
        if self._is_sending:
            raise Refused("another command is still going round")
        self._is_sending, self._is_stopped = True, False
        try:
            way = in_order(order, self.members)
            for member in way:
                if self._seats[member.device_id].is_open:
                    self._tell(member, Told(Phase.READY))
            first = await self._ask(order, way[0], None)
            if first.phase in STOPS:
                self._is_stopped = True
            await self._others(order, way[1:], (way[0], first.text))
        finally:
            self._is_sending = False
        return tuple(self.told(member.device_id) for member in self.members)

    async def _others(
        self, order: Order, members: Sequence[Member], canary: tuple[Member, str]
    ) -> None:
        waiting = list(reversed(members))

        async def walk() -> None:
            while waiting and not self._is_stopped:
                told = await self._ask(order, waiting.pop(), canary)
                if told.phase in STOPS:
                    self._is_stopped = True

        async with asyncio.TaskGroup() as walking:
            for _ in range(min(order.at_once, len(members))):
                walking.create_task(walk())
        for member in waiting:
            self._tell(member, Told(Phase.SKIPPED, "not asked: the ring stopped before it"))

    async def _ask(self, order: Order, member: Member, canary: tuple[Member, str] | None) -> Told:
        seat = self._seats[member.device_id]
        if not seat.is_open:
            return self._tell(member, Told(Phase.FAILED, seat.why))
        self._tell(member, Told(Phase.ASKED))
        texts: list[str] = []
        took = 0.0
        for line in order.lines:
            wait: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
            seat.asked.put_nowait((line, wait))
            try:
                answer = await wait
            except NocError as error:
                return self._tell(member, Told(Phase.FAILED, str(error)))
            texts.append(answer.text)
            took += answer.took_s
            if answer.is_error:
                return self._tell(member, Told(Phase.ERROR, "\n".join(texts), took))
        text = "\n".join(texts)
        return self._tell(member, Told(phase_of(order, text, member, canary), text, took))

    # --- one seat ---------------------------------------------------------------------------

    async def _sit(self, seat: _Seat) -> None:
        try:
            async with self._doors:
                self._tell(seat.member, Told(Phase.CONNECTING))
                driver = await self._drivers(seat.member.platform)
                line = await self._opener(seat.member)
            async with Conversation(line, driver, peer=seat.member.name) as talk:
                await talk.begin()
                seat.is_open = True
                self._tell(seat.member, Told(Phase.READY))
                await self._serve(seat, talk)
                seat.is_open, seat.why = False, "its session was closed"
            self._tell(seat.member, Told(Phase.CLOSED))
        except NocError as error:
            seat.is_open, seat.why = False, str(error)
            self._tell(seat.member, Told(Phase.FAILED, str(error)))
        finally:
            seat.is_open = False
            _turn_away(seat)

    async def _serve(self, seat: _Seat, talk: Conversation) -> None:
        while (wanted := await seat.asked.get()) is not None:
            line, wait = wanted
            try:
                answer = await talk.ask(line)
            except Refused as error:
                # This line may not be sent; the session is as good as before.
                if not wait.done():
                    wait.set_exception(error)
                continue
            except NocError as error:
                if not wait.done():
                    wait.set_exception(error)
                raise
            if not wait.done():
                wait.set_result(answer)

    def _tell(self, member: Member, told: Told) -> Told:
        self._seats[member.device_id].told = told
        self._watcher(member, told)
        return told


def _turn_away(seat: _Seat) -> None:
    """Nobody answers any more: those who wait are told so."""
    while not seat.asked.empty():
        wanted = seat.asked.get_nowait()
        if wanted is not None and not wanted[1].done():
            wanted[1].set_exception(Refused(f"{seat.member.name} is not connected any more"))
