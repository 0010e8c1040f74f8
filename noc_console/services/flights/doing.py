"""What is done to one device: change it and hold it, keep it, take it back. And looked at again.

Nothing here decides when; that is the pilot's. Each verb either did it, or raises: Refused (the
device did not take it, and is as it was), Unreachable (nobody knows: look again).
"""

from __future__ import annotations

import asyncio
import difflib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import Refused, Unreachable
from noc_console.services.configs.masking import masked
from noc_console.services.flights.model import Flight, Sealed, Target, Way
from noc_console.services.flights.reaching import Reach, Session
from noc_console.services.flights.rules import forecast
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
        except (Refused, Unreachable) as error:
            if begun:
                raise
            raise Untouched(str(error)) from error
        # A new login proves that the device can still be reached.
        async with self._reach.open(actor, device) as session:
            after = await session.tree()
        return _done(before, after, kept.wanted)

    async def keep(
        self, actor: Actor, flight: Flight, target: Target, device: Device, kept: Sealed, note: Note
    ) -> None:
        """Make it last. Refused when the device has taken it back already."""
        async with self._reach.open(actor, device) as session:
            manner = session.manner
            now = await session.tree()
            if forecast.same(now, _goal(now, kept, manner)):
                raise Refused("it was taken back before it could be kept")
            if target.way is Way.GUARDED:
                await note("calls the reload off")
                await session.type(manner.unguard)
            await note("keeps the change")
            await session.type(manner.keep)

    async def undo(
        self, actor: Actor, flight: Flight, target: Target, device: Device, kept: Sealed, note: Note
    ) -> None:
        """Bring back how it was, and look whether it is. Raises Refused when it is not.

        A device that does not answer is waited for: those that take a change back by themselves
        are given their time, and a little more.
        """
        left_s = self._patience_s(flight, target)
        while True:
            try:
                async with self._reach.open(actor, device) as session:
                    is_back = await self._look(session, target, kept, note, mends=True)
                if not is_back:
                    # A new login: what was typed may have cut the old one off.
                    async with self._reach.open(actor, device) as session:
                        is_back = await self._look(session, target, kept, note, mends=False)
                if is_back:
                    return
                told = "its lines are others than before"
            except (Unreachable, Refused) as error:
                told = str(error)
            left_s -= self._again_s
            if left_s <= 0:
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
    ) -> bool:
        """Whether it is as it should be; tries to make it so."""
        manner = session.manner
        wanted = forecast.configured("\n".join(kept.wanted), manner)
        now = await session.tree()
        goal = _goal(now, kept, manner)
        if forecast.same(now, goal):
            await self._settle(session, target, note)
            return True
        if not mends:
            return False
        if target.way is Way.COMMIT and manner.back and _is_held(target, now, wanted):
            await note(", ".join(manner.back))
            await session.type(manner.back)
            return False
        await self._bring_back(session, now, goal, note)
        return False

    async def _bring_back(self, session: Session, now: Tree, goal: Tree, note: Note) -> None:
        manner = session.manner
        lines = _inverse_of(now, goal, session)
        await note(f"types {len(lines)} lines that bring it back")
        await session.type(manner.begin)
        try:
            await session.type(lines)
            if manner.commit:
                await session.ask(manner.commit)
        except Refused:
            await session.ask_anyway(manner.abandon or manner.end)
            raise
        await session.type(manner.end)

    async def _settle(self, session: Session, target: Target, note: Note) -> None:
        """As it was: what would still reload or save something else is called off."""
        if target.way is Way.GUARDED:
            await note("calls the reload off")
            # There may be none any more: the device has done it already.
            await session.ask_anyway(session.manner.unguard)
        if not session.manner.hold:
            await session.type(session.manner.keep)


def _goal(now: Tree, kept: Sealed, manner: Manner) -> Tree:
    """How it should be without our change."""
    before = forecast.configured(kept.before, manner)
    return forecast.goal(before, forecast.configured("\n".join(kept.wanted), manner), now)


def _is_held(target: Target, now: Tree, wanted: Tree) -> bool:
    """Whether taking back the last commit takes back ours, and nothing else."""
    return target.until is not None and forecast.same(now, wanted)


async def _abandon(session: Session) -> None:
    """Leave without a trace; the device's own words for that do not fail."""
    await session.ask_anyway(session.manner.abandon or session.manner.end)


def _inverse_of(now: Tree, before: Tree, session: Session) -> Sequence[str]:
    lines = forecast.inverse(now, before, session.manner)
    return forecast.typed_one_by_one(lines, session.manner)


def _done(before: Tree, after: Tree, wanted: Sequence[str]) -> Done:
    was, is_now = list(forecast.printed(before)), list(forecast.printed(after))
    diff = difflib.unified_diff(was, is_now, "before", "now", lineterm="", n=2)
    missing = [line.strip() for line in wanted if line not in set(is_now)]
    extra = [line.strip() for line in is_now if line not in set(wanted)]
    told = [f"“{masked(line)[0]}” is missing" for line in missing[:2]]
    told += [f"“{masked(line)[0]}” came with it" for line in extra[:2]]
    return Done(masked("\n".join(diff))[0], "; ".join(told))
