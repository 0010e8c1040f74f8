"""Escalation: takes the steps that are due, once each, and hands them to the notifications.

What is due and how far each alarm is are written in one transaction; the message is handed
over after it, under a key of its own, until it was taken over. Killed in between, the next
collector finds the message and hands it over; the notifications know its key.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from noc_console.db.database import Database, Tx
from noc_console.kernel.actor import Actor
from noc_console.kernel.clock import Clock
from noc_console.kernel.errors import NocError, Refused
from noc_console.kernel.operation import operation
from noc_console.kernel.text import plural, visible
from noc_console.services.alarms.model import Severity
from noc_console.services.alarms.waiting import WaitingAlarmService
from noc_console.services.inventory.service import InventoryService
from noc_console.services.oncall import store
from noc_console.services.oncall.model import (
    NOBODY,
    AlarmPaged,
    Duties,
    PageOut,
    Run,
    TargetKind,
    Waiting,
)
from noc_console.services.oncall.ports import Pager
from noc_console.services.oncall.rules import runs
from noc_console.services.oncall.rules.runs import Decision, Due
from noc_console.services.oncall.service import OnCallService

_log = structlog.get_logger("oncall")

AT_ONCE = 200
"""Messages handed over in one go."""
TYPES_FOR = timedelta(minutes=2)
FORGET_AFTER = timedelta(days=7)
FORGET_EVERY = timedelta(hours=1)
_TEXT = 300
UNREACHED = "no message was queued: nobody of them has an address on a channel that is on"


@dataclass(frozen=True, slots=True)
class Escalated:
    """What one look did."""

    waiting: int = 0
    """Alarms nobody has taken on."""
    taken: int = 0
    """Steps that were due."""
    handed: int = 0
    """Messages the notifications took over."""
    left: int = 0
    """Messages they did not take over yet."""


class EscalationService:
    """Carries policies out. One process at a time should; two do no harm."""

    def __init__(
        self,
        db: Database,
        oncall: OnCallService,
        waiting: WaitingAlarmService,
        inventory: InventoryService,
        pager: Pager,
        *,
        clock: Clock,
    ) -> None:
        self._db = db
        self._oncall = oncall
        self._waiting = waiting
        self._inventory = inventory
        self._pager = pager
        self._clock = clock
        self._types: tuple[datetime, Mapping[int, str]] | None = None
        self._looked_at: datetime | None = None
        self._forgot_at: datetime | None = None

    @operation("oncall.escalate")
    async def escalate(self, actor: Actor) -> Escalated:
        """Take the steps that are due, and hand over what was not handed over yet."""
        duties = await self._oncall.duties(actor)
        found: tuple[Waiting, ...] = ()
        if any(policy.is_on for policy in duties.policies):
            found = await self._ask(actor, duties)
        now = self._clock.now()
        taken = await self._decide(actor, duties, found, now)
        self._looked_at = now
        handed, left = await self._hand_over(actor)
        await self._forget(actor, now)
        return Escalated(len(found), taken, handed, left)

    async def _ask(self, actor: Actor, duties: Duties) -> tuple[Waiting, ...]:
        least = min(
            (policy.match.least for policy in duties.policies if policy.is_on),
            default=Severity.CRITICAL,
        )
        alarms = await self._waiting.waiting(actor, least=least)
        types = await self._types_of(actor) if _asks_types(duties) else {}
        return tuple(Waiting(alarm, types.get(alarm.about.device_id, "")) for alarm in alarms)

    async def _types_of(self, actor: Actor) -> Mapping[int, str]:
        """The type of every device; devices seldom change what they are."""
        now = self._clock.now()
        if self._types is None or not now - TYPES_FOR <= self._types[0] <= now:
            devices = await self._inventory.devices(actor)
            self._types = (now, {int(device.id): device.type.value for device in devices})
        return self._types[1]

    async def _decide(
        self, actor: Actor, duties: Duties, found: tuple[Waiting, ...], now: datetime
    ) -> int:
        ids = [int(each.alarm.id) for each in found]
        async with self._db.read(actor) as tx:
            kept = await store.runs_of(tx, ids)
        decision = await self._decided(found, kept, duties, now)
        if not decision.runs and not decision.due:
            return 0  # as nearly always: no turn at writing is taken for it
        async with self._db.begin(actor) as tx:
            await store.take_turns(tx)
            kept = await store.runs_of(tx, ids)
            decision = await self._decided(found, kept, duties, now)
            await store.keep_runs(tx, decision.runs, now)
            for worst, others in runs.gathered(decision.due):
                await _write(tx, worst, others, now)
            # Runs alone are no event: what matters of them are the pages.
            if not tx.recorded:
                tx.wrote = False
        return len(decision.due)

    async def _decided(
        self, found: tuple[Waiting, ...], kept: tuple[Run, ...], duties: Duties, now: datetime
    ) -> Decision:
        known = {int(run.alarm_id): run for run in kept}
        return await asyncio.to_thread(
            runs.decide, found, known, duties, now=now, looked_at=self._looked_at
        )

    async def _hand_over(self, actor: Actor) -> tuple[int, int]:
        """Hand over what waits, oldest first; one message that fails holds up none other."""
        async with self._db.read(actor) as tx:
            waiting = await store.unhanded(tx, AT_ONCE)
        done: list[tuple[PageOut, str]] = []
        left = 0
        for page in waiting:
            try:
                count = await self._pass_on(actor, page)
                done.append((page, "" if count else UNREACHED))
            except Refused as error:
                # Asking again would be refused again: told on the page, and done with.
                done.append((page, str(error)))
            except NocError as error:
                left += 1
                _log.warning("page not handed over", page=page.id, why=str(error))
        now = self._clock.now()
        if done:
            async with self._db.begin(actor) as tx:
                for page, problem in done:
                    problems = (*page.problems, *([problem] if problem else []))
                    await store.hand(tx, page.id, now, problems)
                tx.wrote = False  # the page itself was the event
        return len(done), left

    async def _pass_on(self, actor: Actor, page: PageOut) -> int:
        people = tuple(dict.fromkeys(one.contact for one in page.told if one.contact != NOBODY))
        places = tuple(
            dict.fromkeys(
                one.target.id for one in page.told if one.target.kind is TargetKind.CHANNEL
            )
        )
        return await self._pager.page(
            actor,
            key=page.key,
            alarm_id=int(page.alarm_id),
            contact_ids=people,
            channel_ids=places,
            kinds=page.kinds,
            note=page.note,
        )

    async def _forget(self, actor: Actor, now: datetime) -> None:
        if self._forgot_at is not None and now - self._forgot_at < FORGET_EVERY:
            return
        self._forgot_at = now
        async with self._db.begin(actor) as tx:
            await store.forget_runs(tx, now - FORGET_AFTER)
            tx.wrote = False


def note_of(due: Due, others: int) -> str:
    """One line that says why somebody is told."""
    step = due.step
    place = "last step" if step.step == 0 else f"step {step.step}"
    if step.round > 1:
        place += f", round {step.round}"
    waited = f"{step.waited_min:.0f} min"
    more = f", and {plural(others, 'more alarm')}" if others else ""
    return f"{due.policy.name}, {place}: nobody acknowledged for {waited}{more}"


async def _write(tx: Tx, worst: Due, others: tuple[Due, ...], now: datetime) -> None:
    case = worst.waiting.case
    step, policy = worst.step, worst.policy
    is_for_desk = any(one.target.kind is TargetKind.DESK for one in step.told)
    reaches = any(one.contact or one.target.kind is TargetKind.CHANNEL for one in step.told)
    note = note_of(worst, len(others))
    page = PageOut(
        id=0,
        key="",
        at=now,
        alarm_id=case.alarm_id,
        others=len(others),
        policy_id=policy.id,
        policy=policy.name,
        step=step.step,
        round=step.round,
        told=step.told,
        kinds=step.kinds,
        problems=step.problems,
        note=note,
        handed_at=None if reaches else now,
    )
    ids = [case.alarm_id, *(each.waiting.alarm.id for each in others)]
    await store.add_page(tx, page, ids)
    tx.record(
        AlarmPaged(
            alarm_id=int(case.alarm_id),
            severity=int(case.severity),
            policy=policy.name,
            step=step.step,
            others=len(others),
            desk=is_for_desk,
            text=visible(f"{case.text} ({note})", limit=_TEXT),
        )
    )


def _asks_types(duties: Duties) -> bool:
    return any(policy.match.types for policy in duties.policies if policy.is_on)
