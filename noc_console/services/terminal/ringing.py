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
    firsts_of,
    in_order,
    phase_of,
    stands_in,
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
    is_seated: bool = True
    """It is open, or about to be."""
    why: str = "it is not connected yet"
    """Why it is not open."""

    @property
    def stands(self) -> Told:
        """How it is with its connection, whatever it was asked."""
        if self.is_open:
            return Told(Phase.READY)
        return Told(Phase.CONNECTING) if self.is_seated else Told(Phase.FAILED, self.why)


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
        self._left = asyncio.Event()
        self._again: asyncio.Queue[_Seat] = asyncio.Queue()
        self._left_out: set[int] = set()
        self._bases: dict[str, tuple[Member, str]] = {}
        """Of this turn, by kind: who answered first, and what."""

    def told(self, device_id: int) -> Told:
        return self._seats[device_id].told

    @property
    def is_sending(self) -> bool:
        return self._is_sending

    @property
    def active(self) -> tuple[Member, ...]:
        """Those who are not left out."""
        return tuple(one for one in self.members if one.device_id not in self._left_out)

    @property
    def connected(self) -> frozenset[int]:
        """Those whose session is open."""
        return frozenset(number for number, seat in self._seats.items() if seat.is_open)

    def is_left_out(self, device_id: int) -> bool:
        return device_id in self._left_out

    def base_of(self, order: Order, member: Member) -> tuple[Member, str] | None:
        """Whose answer this one's is compared with in this turn; None before there is any."""
        return self._bases.get(order.kind_of(member))

    def standing_in(self, order: Order) -> Order:
        """The order as it would go now: see `stands_in`."""
        return stands_in(order, self.active, self.connected)

    async def run(self) -> None:
        """Connect everybody and keep them; ends when `leave` was called and all are closed."""
        async with asyncio.TaskGroup() as sitting:
            for seat in self._seats.values():
                sitting.create_task(self._sit(seat))
            again = sitting.create_task(self._seat_again(sitting))
            await self._left.wait()
            again.cancel()

    def leave(self) -> None:
        """Close every session; what is under way is finished first."""
        self._left.set()
        for seat in self._seats.values():
            seat.asked.put_nowait(None)

    def connect_again(self, device_id: int) -> bool:
        """Connect one that is not; False when it is, or is about to be."""
        seat = self._seats[device_id]
        if seat.is_seated or self._left.is_set():
            return False
        seat.is_seated, seat.why = True, "it is not connected yet"
        self._stand(seat, Told(Phase.CONNECTING))
        self._again.put_nowait(seat)
        return True

    def leave_out(self, device_id: int, *, is_out: bool = True) -> None:
        """Send nothing to it from now on, or something again; its session stays as it is.

        Raises Refused while a command goes round.
        """
        if self._is_sending:
            raise Refused("a command is still going round")
        seat = self._seats[device_id]
        if is_out:
            self._left_out.add(device_id)
            self._tell(seat.member, Told(Phase.LEFT_OUT))
            return
        self._left_out.discard(device_id)
        self._tell(seat.member, seat.stands)

    def stop(self) -> None:
        """Ask nobody else; answers under way still arrive."""
        self._is_stopped = True

    async def send(self, order: Order) -> tuple[Told, ...]:
        """Send to the canary, then to the others, as far as it goes well; in the ring's order.

        Raises Invalid, and Refused while another command goes round.
        """
        active = self.active
        order = self.standing_in(checked(order, active))
        if self._is_sending:
            raise Refused("another command is still going round")
        self._is_sending, self._is_stopped, self._bases = True, False, {}
        try:
            way = in_order(order, active, self.connected)
            firsts = len(firsts_of(order, active, self.connected))
            for member in way:
                self._tell(member, self._seats[member.device_id].stands)
            await self._walk(order, way[:firsts], at_once=1)
            await self._walk(order, way[firsts:], at_once=order.at_once)
        finally:
            self._is_sending = False
        return tuple(self.told(member.device_id) for member in self.members)

    async def _walk(self, order: Order, members: Sequence[Member], *, at_once: int) -> None:
        waiting = list(reversed(members))

        async def walk() -> None:
            while waiting and not self._is_stopped:
                told = await self._ask(order, waiting.pop())
                if told.phase in STOPS:
                    self._is_stopped = True

        async with asyncio.TaskGroup() as walking:
            for _ in range(min(at_once, len(members))):
                walking.create_task(walk())
        for member in waiting:
            self._tell(member, Told(Phase.SKIPPED, "not asked: the ring stopped before it"))

    async def _ask(self, order: Order, member: Member) -> Told:
        seat = self._seats[member.device_id]
        lines = order.lines_for(member.device_id)
        if not lines:
            why = f"not asked: there are no words for {member.platform or 'its platform'}"
            return self._tell(member, Told(Phase.SKIPPED, why))
        if not seat.is_open:
            phase = Phase.PASSED if order.goes_on else Phase.FAILED
            return self._tell(member, Told(phase, seat.why))
        self._tell(member, Told(Phase.ASKED))
        texts: list[str] = []
        took = 0.0
        for line in lines:
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
        phase = phase_of(order, text, member, self.base_of(order, member))
        self._bases.setdefault(order.kind_of(member), (member, text))
        return self._tell(member, Told(phase, text, took))

    # --- one seat ---------------------------------------------------------------------------

    async def _seat_again(self, sitting: asyncio.TaskGroup) -> None:
        while True:
            sitting.create_task(self._sit(await self._again.get()))

    async def _sit(self, seat: _Seat) -> None:
        try:
            async with self._doors:
                self._stand(seat, Told(Phase.CONNECTING))
                driver = await self._drivers(seat.member.platform)
                line = await self._opener(seat.member)
            async with Conversation(line, driver, peer=seat.member.name) as talk:
                await talk.begin()
                seat.is_open = True
                self._stand(seat, Told(Phase.READY))
                await self._serve(seat, talk)
                seat.is_open, seat.why = False, "its session was closed"
            self._stand(seat, Told(Phase.CLOSED))
        except NocError as error:
            seat.is_open, seat.why = False, str(error)
            self._stand(seat, Told(Phase.FAILED, str(error)))
        finally:
            seat.is_open = seat.is_seated = False
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

    def _stand(self, seat: _Seat, told: Told) -> None:
        """How it is with a connection; of no matter while nothing is sent over it."""
        if seat.member.device_id not in self._left_out:
            self._tell(seat.member, told)

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
