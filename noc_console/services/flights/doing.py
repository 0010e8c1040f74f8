"""What is done to one device: change it and hold it, keep it, take it back. And looked at again.

Nothing here decides when; that is the pilot's. Each verb either did it, or raises: Refused (the
device did not take it, and is as it was), Unreachable (nobody knows: look again).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import Refused, Unreachable
from noc_console.kernel.text import plural
from noc_console.services.flights.model import Flight, Sealed, Stand, Target, Way
from noc_console.services.flights.reaching import Reach, Session
from noc_console.services.flights.rules import forecast, truth
from noc_console.services.flights.rules.forecast import Tree
from noc_console.services.flights.rules.ways import Manner
from noc_console.services.inventory.model import Device

AGAIN_S = 5.0
GRACE_S = 90.0
"""A device that takes a change back by itself gets this much more: it may have to boot."""
Note = Callable[[str], Awaitable[None]]
"""Writes into the flight's log what is about to be done."""


def patience_s(flight: Flight, target: Target) -> float:
    """How long a device is tried again: what takes a change back by itself does so within this."""
    own = 60.0 * flight.confirm_minutes if target.way in (Way.COMMIT, Way.GUARDED) else 0.0
    return own + GRACE_S


@dataclass(frozen=True, slots=True)
class Done:
    """What a change did in truth."""

    did: str
    """As a diff, masked."""
    surprise: str
    """Where it differs from the preview; "" where it does not."""
    came: tuple[str, ...] = ()
    """The configuration as it was read afterwards: all that is other there than before is ours."""


class Untouched(Refused):
    """Nothing was begun: there is nothing to take back."""


class Changer:
    """Configuration lines."""

    def __init__(
        self,
        reach: Reach,
        *,
        again_s: float = AGAIN_S,
        patience_s: Callable[[Flight, Target], float] = patience_s,
    ) -> None:
        self._reach = reach
        self._again_s = again_s
        self._patience_s = patience_s

    async def change(
        self, actor: Actor, flight: Flight, target: Target, device: Device, kept: Sealed, note: Note
    ) -> Done:
        """Type the lines; they count from then on, but not for good. Untouched when nothing was
        begun: it is not reached, or not as it was when the preview was made.
        """
        begun = False
        try:
            async with self._reach.open(actor, device) as session:
                before = await self._unchanged(session, kept)
                begun = True
                if session.manner.hold:
                    await self._commit(session, flight, kept, note)
                else:
                    await self._type(session, flight, target, kept, note)
                # At once: what somebody else does from now on is not ours.
                came, wanted = await session.tree(), _wanted(kept, session.manner)
        except (Refused, Unreachable) as error:
            if begun:
                raise
            raise Untouched(str(error)) from error
        # A new login proves that the device can still be reached.
        async with self._reach.open(actor, device):
            return _done(before, came, wanted)

    async def keep(
        self, actor: Actor, flight: Flight, target: Target, device: Device, kept: Sealed, note: Note
    ) -> None:
        """Make it last. Refused when the device has taken it back already."""
        async with self._reach.open(actor, device) as session:
            manner = session.manner
            if _is_gone(await session.tree(), kept, manner):
                raise Refused("it was taken back before it could be kept")
            if target.way is Way.GUARDED:
                await note("calls the reload off")
                await session.type(manner.unguard)
            await note("keeps the change")
            await session.type(manner.keep)

    async def undo(
        self, actor: Actor, flight: Flight, target: Target, device: Device, kept: Sealed, note: Note
    ) -> str:
        """Bring back how it was, and read whether it is.

        Tells what is still other than before although nothing of ours is left: others changed it
        meanwhile; "" when it is as it was. Raises Refused while anything of ours stands.

        A device that does not answer is waited for: those that take a change back by themselves
        are given their time, and a little more. What stands behind us to do so (a reload) is not
        called off before the device was read, and found to be as it should be.
        """
        left_s = self._patience_s(flight, target)
        while True:
            try:
                async with self._reach.open(actor, device) as session:
                    seen = await self._look(session, target, kept, note, mends=True)
                if not seen.is_back:
                    # A new login: what was typed may have cut the old one off.
                    async with self._reach.open(actor, device) as session:
                        seen = await self._look(session, target, kept, note, mends=False)
                if seen.is_back:
                    return seen.other
                told = f"its lines are others than before ({seen.other})"
            except (Unreachable, Refused) as error:
                told = str(error)
            left_s -= self._again_s
            if left_s <= 0:
                if _is_armed(target):
                    told += "; its reload is not called off"
                raise Refused(f"it could not be brought back: {told}")
            await asyncio.sleep(self._again_s)

    async def is_as_before(self, actor: Actor, device: Device, kept: Sealed) -> bool:
        """Whether the device is set as it was when the preview was made."""
        async with self._reach.open(actor, device) as session:
            return forecast.same(
                await session.tree(), forecast.configured(kept.before, session.manner)
            )

    # -- how -------------------------------------------------------------------------------

    async def _unchanged(self, session: Session, kept: Sealed) -> Tree:
        now = await session.tree()
        before = forecast.configured(kept.before, session.manner)
        if not forecast.same(now, before):
            told = forecast.difference(before, now)
            raise Refused(f"it was changed since the preview ({told}): plan it anew")
        return now

    async def _commit(self, session: Session, flight: Flight, kept: Sealed, note: Note) -> None:
        """A candidate: type, check, commit for a time. Until the commit nothing counts."""
        manner = session.manner
        minutes = flight.confirm_minutes
        clock = f"{minutes // 60:02}:{minutes % 60:02}:00"
        hold = manner.hold.format(minutes=minutes, seconds=60 * minutes, clock=clock)
        try:
            await session.type(manner.begin)
            await session.type(kept.lines)
            if manner.check:
                await session.ask(manner.check)
        except Refused:
            await _abandon(session)
            raise
        await note(hold)
        try:
            await session.ask(hold)
        except Refused:
            await _abandon(session)
            raise
        await session.type(manner.end)

    async def _type(
        self, session: Session, flight: Flight, target: Target, kept: Sealed, note: Note
    ) -> None:
        """Lines that count at once. What one of them refused is taken back by the inverse."""
        manner = session.manner
        if target.way is Way.GUARDED:
            guard = [line.format(minutes=flight.confirm_minutes) for line in manner.guard]
            await note(", ".join(guard))
            await session.type(guard)
        await note("types the lines")
        await session.type(manner.begin)
        await session.type(kept.lines)
        await session.type(manner.end)

    async def _look(
        self, session: Session, target: Target, kept: Sealed, note: Note, *, mends: bool
    ) -> _Seen:
        """Whether it is as it should be; tries to make it so."""
        manner = session.manner
        now = await session.tree()
        before, goal = forecast.configured(kept.before, manner), _goal(now, kept, manner)
        other = truth.other(before, now)
        if forecast.same(now, goal) and not _is_doubtful(now, target, kept, manner):
            await self._settle(session, target, note, is_before=not other)
            return _Seen(is_back=True, other=other)
        if mends and not forecast.same(now, goal):
            if target.way is Way.COMMIT and manner.back and _is_held(target, now, kept, manner):
                await note(", ".join(manner.back))
                await session.type(manner.back)
            else:
                await self._bring_back(session, kept, now, goal, note)
        return _Seen(is_back=False, other=other)

    async def _bring_back(
        self, session: Session, kept: Sealed, now: Tree, goal: Tree, note: Note
    ) -> None:
        """Type what turns one into the other."""
        manner = session.manner
        if not kept.came:
            await note("nobody read what came of the lines: all that is other than before is ours")
        lines = _inverse_of(now, goal, session)
        await note(f"types {plural(len(lines), 'line')} to bring it back")
        await session.type(manner.begin)
        try:
            await session.type(lines)
            if manner.commit:
                await session.ask(manner.commit)
        except Refused:
            await session.ask_anyway(manner.abandon or manner.end)
            raise
        await session.type(manner.end)

    async def _settle(
        self, session: Session, target: Target, note: Note, *, is_before: bool
    ) -> None:
        """Nothing of ours is left: what would still reload is called off, and what was saved with
        ours in it is saved anew. What others did and did not save is left to them."""
        if target.way is Way.GUARDED:
            await note("calls the reload off")
            # There may be none any more: the device has done it already.
            await session.ask_anyway(session.manner.unguard)
        was_saved = target.stand in (Stand.KEPT, Stand.UNDOING)
        if session.manner.hold or not (is_before or was_saved):
            return
        try:
            await session.type(session.manner.keep)
        except Refused as error:
            if was_saved:
                raise
            # Ours was never saved: it is as it was before, and a reload brings nothing else.
            await note(f"could not save how it was: {error}")


@dataclass(frozen=True, slots=True)
class _Seen:
    """How a device was found that is to be brought back."""

    is_back: bool
    other: str
    """Where it is other than before, in a sentence without secrets."""


def _wanted(kept: Sealed, manner: Manner) -> Tree:
    return forecast.configured("\n".join(kept.wanted), manner)


def _came(kept: Sealed, manner: Manner) -> Tree | None:
    """How it was set right after the lines were typed; None while nobody has read it."""
    return forecast.configured("\n".join(kept.came), manner) if kept.came else None


def _goal(now: Tree, kept: Sealed, manner: Manner) -> Tree:
    """How it should be without our change.

    Nobody read what came of the lines (we were killed, or cut off, or half of them was refused):
    then everything that is other than before is taken for ours.
    """
    before, came = forecast.configured(kept.before, manner), _came(kept, manner)
    if came is None:
        return before
    return forecast.goal(_with_foreign_ports(before, came, kept, manner), came, now)


def _with_foreign_ports(before: Tree, came: Tree, kept: Sealed, manner: Manner) -> Tree:
    """Interfaces that came, and that no line of ours made (somebody put a card in), are as if they
    had been there: nobody may send `no interface` for what exists."""
    if manner.form != "sections":
        return before
    made = set(kept.lines)
    foreign = {
        line: below
        for line, below in came.items()
        if line.startswith("interface ") and line not in before and line not in made
    }
    return {**before, **foreign}


def _is_gone(now: Tree, kept: Sealed, manner: Manner) -> bool:
    """Whether nothing is left of what the lines did."""
    before = forecast.configured(kept.before, manner)
    came = _came(kept, manner) or _wanted(kept, manner)
    return not forecast.same(before, came) and forecast.same(now, forecast.goal(before, came, now))


def _is_held(target: Target, now: Tree, kept: Sealed, manner: Manner) -> bool:
    """Whether taking back the last commit takes back ours, and nothing else."""
    came = _came(kept, manner) or _wanted(kept, manner)
    return target.until is not None and forecast.same(now, came)


def _is_armed(target: Target) -> bool:
    """Whether a reload stands behind the change: until it is kept."""
    return target.way is Way.GUARDED and target.stand is not Stand.KEPT


def _is_doubtful(now: Tree, target: Target, kept: Sealed, manner: Manner) -> bool:
    """Whether what is left may yet be ours, printed in another way since: then a reload that still
    stands brings back how it was, and is not called off."""
    before, came = forecast.configured(kept.before, manner), _came(kept, manner)
    return _is_armed(target) and came is not None and truth.meets(before, came, now)


async def _abandon(session: Session) -> None:
    """Leave without a trace; the device's own words for that do not fail."""
    await session.ask_anyway(session.manner.abandon or session.manner.end)


def _inverse_of(now: Tree, before: Tree, session: Session) -> Sequence[str]:
    lines = forecast.inverse(now, before, session.manner)
    return forecast.typed_one_by_one(lines, session.manner)


def _done(before: Tree, after: Tree, wanted: Tree) -> Done:
    told = truth.surprise(wanted, after)
    did = truth.difference(before, after, wanted, surprised=bool(told))
    return Done(did, told, tuple(forecast.printed(after)))
