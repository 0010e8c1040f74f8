"""Changes held in a device's safe mode: in a session that stays open until they are kept.

The device itself takes back what was changed as soon as that session ends, however it ends: a
console that is killed, a cable that is pulled, and a device that was cut off all end it. So nothing
is typed to take a change back while it is held. What was kept before is taken back by the lines
that undo it, and those are typed in safe mode, too.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass

from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import NocError, Refused, Unreachable
from noc_console.kernel.text import plural
from noc_console.services.flights.doing import AGAIN_S, GRACE_S, Done, Note, Untouched
from noc_console.services.flights.model import Flight, Sealed, Stand, Target
from noc_console.services.flights.reaching import Held, Reach, Session
from noc_console.services.flights.rules import entries, forecast, hidden, truth
from noc_console.services.flights.rules.forecast import Tree
from noc_console.services.flights.rules.ways import Manner
from noc_console.services.inventory.model import Device

LOST_S = 600.0
"""So long a device may take to notice that a session is lost that nobody ended (RouterOS: nine
minutes)."""
CLOSE_S = 10.0


def patience_s(_flight: Flight, _target: Target) -> float:
    """How long a device is tried again that has to take a change back by itself."""
    return LOST_S + GRACE_S


@dataclass(frozen=True, slots=True)
class _Hold:
    """A session in safe mode."""

    flight_id: int
    session: Session
    stack: AsyncExitStack


class Holder:
    """See `doing.Changer`: the same verbs, for devices with a safe mode."""

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
        self._held: dict[int, _Hold] = {}

    def holds(self, target: Target) -> bool:
        """Whether its session is ours, here."""
        return int(target.id) in self._held

    async def change(
        self, actor: Actor, flight: Flight, target: Target, device: Device, kept: Sealed, note: Note
    ) -> Done:
        """Type the lines in safe mode, and stay in it. Untouched when nothing was begun: it is not
        reached, not as it was when the preview was made, or somebody else is in its safe mode.
        """
        begun = False
        try:
            async with AsyncExitStack() as stack:
                session = await stack.enter_async_context(self._reach.open(actor, device))
                await session.take()
                before = await _unchanged(session, kept)
                begun = True
                await note("types the lines in safe mode")
                await session.type_safely(kept.lines)
                came = await session.tree()
                session.still_safe()
                held = _Hold(int(flight.id), session, stack.pop_all())
                self._held[int(target.id)] = held
        except (Refused, Unreachable) as error:
            if begun:
                raise
            raise Untouched(str(error)) from error
        # A new login proves that the device can still be reached.
        async with self._reach.open(actor, device):
            return _done(before, came, kept, held.session.manner)

    async def keep(
        self, actor: Actor, flight: Flight, target: Target, device: Device, kept: Sealed, note: Note
    ) -> None:
        """Leave safe mode so that the change stands. Refused when the session is lost: then the
        device takes it back, or has done so."""
        held = self._held.pop(int(target.id), None)
        if held is None:
            if await self.stands(actor, device, kept):
                return
            raise Refused("the session that held it is lost: the device takes it back by itself")
        async with held.stack:
            if _is_gone(await held.session.tree(), kept, held.session.manner):
                raise Refused("it was taken back before it could be kept")
            await note("keeps the change, and leaves safe mode")
            await held.session.release()
        async with self._reach.open(actor, device) as session:
            if _is_gone(await session.tree(), kept, session.manner):
                raise Refused("it was told to keep the change, and has not")

    async def stands(self, actor: Actor, device: Device, kept: Sealed) -> bool:
        """Whether a change was kept whose session is lost: it is there, and no session is in safe
        mode that could take it back. Raises as `Reach.open` does."""
        if not kept.came:
            return False
        async with self._reach.open(actor, device) as session:
            if not _is_there(await session.tree(), kept, session.manner):
                return False
            try:
                await session.take()
            except Held:
                return False
            # Between the first look and safe mode the device may have taken it back.
            stands = _is_there(await session.tree(), kept, session.manner)
            await session.release()
            return stands

    async def undo(
        self, actor: Actor, flight: Flight, target: Target, device: Device, kept: Sealed, note: Note
    ) -> str:
        """End the session that holds the change, and read whether the device took it back.

        Tells what is other than before although nothing of ours is left; "" when it is as it was.
        Raises Refused while anything of ours stands.
        """
        held = self._held.pop(int(target.id), None)
        if held is not None:
            await note("ends the session in safe mode: the device takes the change back")
            await _end(held)
        left_s = self._patience_s(flight, target)
        while True:
            try:
                async with self._reach.open(actor, device) as session:
                    other = await self._look(session, kept, note)
                break
            except Held:
                told = "it has not taken the change back, and a session is still in its safe mode"
            except (Unreachable, Refused) as error:
                told = str(error)
            left_s -= self._again_s
            if left_s <= 0:
                raise Refused(f"it could not be brought back: {told}")
            await asyncio.sleep(self._again_s)
        if target.stand is Stand.KEPT and (line := entries.unread(kept.lines, kept.came)):
            told = "sets what the device does not print: nobody can tell whether it is as before"
            raise Refused(f"“{hidden.told(line)}” {told}")
        return other

    async def let_go(self, flight_id: int) -> None:
        """End all sessions of a flight that nobody flies any more: whoever takes it up finds its
        devices as they were."""
        left = [number for number, held in self._held.items() if held.flight_id == flight_id]
        async with asyncio.TaskGroup() as group:
            for number in left:
                group.create_task(_end(self._held.pop(number)))

    # -- how -------------------------------------------------------------------------------

    async def _look(self, session: Session, kept: Sealed, note: Note) -> str:
        """In what it is other than before although nothing of ours is left.

        Nobody in safe mode means that nothing comes back by itself: then it is typed. Raises Held
        while somebody is, and Refused while anything of ours stands.
        """
        manner = session.manner
        before = forecast.configured(kept.before, manner)
        now = await session.tree()
        if _is_back(now, kept, manner):
            return truth.other(before, now)
        await session.take()
        # Between the first look and safe mode the device may have taken it back.
        now = await session.tree()
        if not _is_back(now, kept, manner):
            goal = _goal(now, kept, manner)
            lines = forecast.inverse(now, goal, manner)
            await note(f"types {plural(len(lines), 'line')} in safe mode to bring it back")
            await session.type_safely(lines)
            now = await session.tree()
            if not _is_back(now, kept, manner):
                told = forecast.difference(now, goal, manner.ordered)
                raise Refused(f"its lines are others than before ({told})")
        await session.release()
        return truth.other(before, now)


async def _unchanged(session: Session, kept: Sealed) -> Tree:
    """How it is set, which is how it was at the preview."""
    manner = session.manner
    now, before = await session.tree(), forecast.configured(kept.before, manner)
    if not forecast.same(now, before, manner.ordered):
        # Others may have changed it meanwhile: what they did is not ours to lose.
        await session.release()
        told = forecast.difference(before, now, manner.ordered)
        raise Refused(f"it was changed since the preview ({told}): plan it anew")
    return now


async def _end(held: _Hold) -> None:
    """Hang up, whatever the other end says to it."""
    try:
        async with asyncio.timeout(CLOSE_S):
            await held.stack.aclose()
    except (NocError, TimeoutError):
        return


def _done(before: Tree, came: Tree, kept: Sealed, manner: Manner) -> Done:
    wanted = forecast.configured("\n".join(kept.wanted), manner)
    told = truth.surprise(wanted, came)
    unknown = forecast.forecast(before, kept.lines, manner).unknown
    if not told and unknown:
        told = f"{unknown[0]}: somebody has to look at what came of it"
    did = truth.difference(before, came, wanted, surprised=bool(told))
    return Done(did, told, tuple(forecast.printed(came)))


def _goal(now: Tree, kept: Sealed, manner: Manner) -> Tree:
    """How it should be without our change; what nobody read is all taken for ours."""
    before = forecast.configured(kept.before, manner)
    if not kept.came:
        return before
    return forecast.goal(before, forecast.configured("\n".join(kept.came), manner), now)


def _is_back(now: Tree, kept: Sealed, manner: Manner) -> bool:
    return forecast.same(now, _goal(now, kept, manner), manner.ordered)


def _is_gone(now: Tree, kept: Sealed, manner: Manner) -> bool:
    """Whether nothing is left of what the lines did."""
    before = forecast.configured(kept.before, manner)
    came = forecast.configured("\n".join(kept.came or kept.wanted), manner)
    changed = not forecast.same(before, came, manner.ordered)
    return changed and forecast.same(now, forecast.goal(before, came, now), manner.ordered)


def _is_there(now: Tree, kept: Sealed, manner: Manner) -> bool:
    """Whether a change that can be read stands."""
    before = forecast.configured(kept.before, manner)
    came = forecast.configured("\n".join(kept.came), manner)
    can_be_read = not forecast.same(before, came, manner.ordered)
    return can_be_read and not _is_gone(now, kept, manner)
