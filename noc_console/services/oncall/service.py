"""What people do with rotas and escalation policies."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from noc_console.db.database import Database, Tx
from noc_console.kernel.actor import Actor
from noc_console.kernel.clock import Clock
from noc_console.kernel.errors import Conflict, Invalid, NotFound
from noc_console.kernel.operation import operation
from noc_console.services.alarms.model import Severity
from noc_console.services.oncall import check, store
from noc_console.services.oncall.answers import Answer, OnDuty, answer, on_duty
from noc_console.services.oncall.model import (
    NEW,
    NOBODY,
    Case,
    Duties,
    Imported,
    Override,
    OverrideId,
    PageOut,
    Picture,
    Policy,
    PolicyChanged,
    Reason,
    Rota,
    RotaChanged,
    RotaId,
    Simulation,
    Stretch,
    TargetKind,
    Watch,
)
from noc_console.services.oncall.ports import Directory
from noc_console.services.oncall.rules import ical, plan, steps
from noc_console.services.oncall.starting import first_policy

LONGEST_DAYS = 400
"""Days of a calendar or of an export."""
MOST_PAGES = 2_000
_KEEP = timedelta(days=7)
"""Overrides that ended this long ago are still shown."""


class OnCallService:
    """Rotas, overrides, holidays and policies; who is on call, and who would be told."""

    def __init__(self, db: Database, *, clock: Clock, directory: Directory) -> None:
        self._db = db
        self._clock = clock
        self._directory = directory

    # --- asking ------------------------------------------------------------------------------

    async def duties(self, actor: Actor, *, since: datetime | None = None) -> Duties:
        """Everything that decides who is told, as it is kept now.

        Overrides that ended before `since` (a week ago) are left out.
        """
        actor.require("oncall.see")
        people = await self._directory.people(actor)
        groups = await self._directory.groups(actor)
        channels = await self._directory.channels(actor)
        begin = since or self._clock.now() - _KEEP
        async with self._db.read(actor) as tx:
            return Duties(
                rotas=await store.all_rotas(tx),
                overrides=await store.overrides_since(tx, begin),
                policies=await store.all_policies(tx),
                people=people,
                groups=groups,
                channels=channels,
            )

    @operation("oncall.now", right="oncall.see")
    async def now(self, actor: Actor) -> tuple[OnDuty, ...]:
        """Show who is on call in each rota, until when, and who is next."""
        duties = await self.duties(actor)
        return on_duty(await self.watches(actor, duties), duties)

    async def watches(self, actor: Actor, duties: Duties) -> tuple[Watch, ...]:
        """Who is on call in each rota, until when, and who is next, as values."""
        actor.require("oncall.see")
        at = self._clock.now()
        return await asyncio.to_thread(
            lambda: tuple(plan.watch(rota, duties.overrides, at) for rota in duties.rotas)
        )

    @operation("oncall.names", right="oncall.see")
    async def names(self, actor: Actor) -> tuple[str, ...]:
        """List the names that stand for whoever is on call: of rotas, then of policies."""
        async with self._db.read(actor) as tx:
            kept = [rota.name for rota in await store.all_rotas(tx)]
            kept += [policy.name for policy in await store.all_policies(tx)]
        return tuple(dict.fromkeys(kept))

    @operation("oncall.who", right="oncall.see")
    async def who(self, actor: Actor, *, policy: str, at: datetime) -> tuple[int, ...]:
        """Tell which contacts a rota, or the first step of a policy, means at a moment."""
        moment = _aware(at)
        duties = await self.duties(actor, since=min(moment, self._clock.now() - _KEEP))
        for rota in duties.rotas:
            if rota.name == policy:
                return plan.who(rota, duties.overrides, moment).people
        for kept in duties.policies:
            if kept.name == policy:
                first = steps.planned(kept, 0, duties, at=moment, since=moment)
                told = first.told if first else ()
                return tuple(one.contact for one in told if one.contact != NOBODY)
        raise NotFound(f"there is no rota or policy called {policy[:80]}")

    @operation("oncall.calendar", right="oncall.see")
    async def calendar(
        self, actor: Actor, *, rota_id: int, start: datetime, days: int = 28
    ) -> tuple[Stretch, ...]:
        """Show who is on call in a rota from a moment on; gaps are among it."""
        begin = _aware(start)
        if not 0 < days <= LONGEST_DAYS:
            raise Invalid(f"a calendar has 1 to {LONGEST_DAYS} days", field="days")
        async with self._db.read(actor) as tx:
            rota = await _rota(tx, rota_id)
            kept = await store.overrides_since(tx, begin, rota_id=rota_id)
        end = begin + timedelta(days=days)
        return await asyncio.to_thread(plan.plan, rota, kept, begin, end)

    async def picture(
        self, actor: Actor, *, rota: Rota, start: datetime, days: int = 28
    ) -> Picture:
        """A rota as a calendar draws it, kept or not: every layer, gaps and double bookings."""
        actor.require("oncall.see")
        begin = _aware(start)
        if not 0 < days <= LONGEST_DAYS:
            raise Invalid(f"a calendar has 1 to {LONGEST_DAYS} days", field="days")
        async with self._db.read(actor) as tx:
            kept = await store.overrides_since(tx, begin)
            beside = await store.all_rotas(tx)
        end = begin + timedelta(days=days)
        return await asyncio.to_thread(
            plan.picture, check.checked_rota(rota), kept, begin, end, beside=beside
        )

    @operation("oncall.simulate", right="oncall.see")
    async def simulate(
        self,
        actor: Actor,
        *,
        at: datetime,
        severity: Severity = Severity.CRITICAL,
        site: str = "",
        type: str = "",
        condition: str = "",
        customers: int = 0,
    ) -> Answer:
        """Tell who would be woken by an alarm raised at a moment, and what if nobody answers."""
        case = Case(severity, site, type, condition, customers)
        return answer(await self.simulate_case(actor, at=at, case=case))

    async def simulate_case(self, actor: Actor, *, at: datetime, case: Case) -> Simulation:
        """As `simulate`, as values."""
        actor.require("oncall.see")
        moment = _aware(at)
        duties = await self.duties(actor, since=min(moment, self._clock.now() - _KEEP))
        return await asyncio.to_thread(steps.simulate, duties, case, moment)

    @operation("oncall.pages", right="oncall.see")
    async def pages(
        self, actor: Actor, *, alarm_id: int | None = None, limit: int = 500
    ) -> tuple[PageOut, ...]:
        """Show what escalations told, newest first; of one alarm, or of all."""
        most = max(1, min(limit, MOST_PAGES))
        async with self._db.read(actor) as tx:
            return await store.pages_of(tx, alarm_id=alarm_id, limit=most)

    @operation("oncall.export", right="oncall.see")
    async def export(self, actor: Actor, *, rota_id: int, days: int = 180) -> str:
        """Give who is on call as an iCalendar file, from a week ago on."""
        start = self._clock.now() - _KEEP
        found = await self.calendar(actor, rota_id=rota_id, start=start, days=days)
        people = await self._directory.people(actor)
        async with self._db.read(actor) as tx:
            rota = await _rota(tx, rota_id)
        names = {person.id: person.name for person in people}
        return await asyncio.to_thread(ical.write, rota, found, names, stamp=self._clock.now())

    async def read_holidays(self, actor: Actor, *, text: str) -> Imported:
        """What a calendar file has for holidays; nothing is kept yet."""
        actor.require("oncall.see")
        return await asyncio.to_thread(ical.read, text)

    # --- rotas -------------------------------------------------------------------------------

    async def keep_rota(self, actor: Actor, *, rota: Rota) -> Rota:
        """Add a rota, or write it over the version that was read.

        One that was removed comes back under its number: policies that name it work again.
        """
        actor.require("oncall.change")
        wanted = check.checked_rota(rota)
        async with self._db.begin(actor) as tx:
            namesake = await store.rota_named(tx, wanted.name)
            if namesake is not None and namesake.id != wanted.id:
                raise Invalid(f"there is a rota called {wanted.name}", field="name")
            kept = await store.rota(tx, wanted.id) if wanted.id else None
            saved = replace(
                wanted,
                version=wanted.version + 1,
                changed_at=self._clock.now(),
                changed_by=actor.name,
            )
            if kept is None:
                saved = replace(saved, id=await store.add_rota(tx, saved))
            elif kept.version != wanted.version or not await store.save_rota(
                tx, saved, over=wanted.version
            ):
                raise Conflict(f"{kept.changed_by} changed {kept.name} meanwhile")
            what = "added" if kept is None else "changed"
            tx.record(RotaChanged(rota_id=saved.id, what=what, name=saved.name))
        return saved

    @operation("oncall.remove-rota", right="oncall.change")
    async def remove_rota(self, actor: Actor, *, rota_id: int) -> None:
        """Remove a rota with its overrides; a policy that still names it keeps it."""
        async with self._db.begin(actor) as tx:
            rota = await _rota(tx, rota_id)
            for policy in await store.all_policies(tx):
                named = (*policy.steps, *([policy.final] if policy.final else []))
                if any(
                    target.kind is TargetKind.ROTA and target.id == rota_id
                    for step in named
                    for target in step.targets
                ):
                    raise Conflict(f"the policy {policy.name} tells whoever is in {rota.name}")
            await store.remove_rota(tx, rota_id)
            tx.record(RotaChanged(rota_id=rota_id, what="removed", name=rota.name))

    @operation("oncall.import-holidays", right="oncall.change")
    async def import_holidays(self, actor: Actor, *, rota_id: int, text: str) -> Imported:
        """Add the holidays of an iCalendar text to a rota; what cannot be read is told."""
        found = await self.read_holidays(actor, text=text)
        if found.holidays:
            async with self._db.read(actor) as tx:
                rota = await _rota(tx, rota_id)
            both = tuple(sorted({*rota.holidays, *found.holidays}))
            await self.keep_rota(actor, rota=replace(rota, holidays=both))
        return found

    # --- overrides ---------------------------------------------------------------------------

    @operation("oncall.override")
    async def override(
        self,
        actor: Actor,
        *,
        rota_id: int,
        start: datetime,
        end: datetime,
        person: int = NOBODY,
        instead_of: int = NOBODY,
        reason: Reason = Reason.OTHER,
        note: str = "",
    ) -> Override:
        """Put somebody on call for some time, for everybody or in place of one person.

        Without a person the one of `instead_of` falls out and nobody stands in.
        """
        made = Override(
            OverrideId(NEW),
            RotaId(rota_id),
            _aware(start),
            _aware(end),
            person,
            instead_of,
            reason,
            note,
            actor.name,
        )
        (kept,) = await self.keep_overrides(actor, overrides=(made,))
        return kept

    @operation("oncall.swap", right="oncall.override")
    async def swap(
        self,
        actor: Actor,
        *,
        rota_id: int,
        one: int,
        one_start: datetime,
        one_end: datetime,
        other: int,
        other_start: datetime,
        other_end: datetime,
        note: str = "",
    ) -> tuple[Override, ...]:
        """Let two people swap their duties: each takes the other's."""

        def taking(person: int, whose: int, start: datetime, end: datetime) -> Override:
            return Override(
                OverrideId(NEW),
                RotaId(rota_id),
                _aware(start),
                _aware(end),
                person,
                whose,
                Reason.SWAP,
                note,
                actor.name,
            )

        both = (
            taking(other, one, one_start, one_end),
            taking(one, other, other_start, other_end),
        )
        return await self.keep_overrides(actor, overrides=both)

    async def keep_overrides(
        self, actor: Actor, *, overrides: tuple[Override, ...]
    ) -> tuple[Override, ...]:
        """Add overrides, all or none."""
        actor.require("oncall.override")
        wanted = [check.checked_override(each) for each in overrides]
        people = {person.id for person in await self._directory.people(actor)}
        for each in wanted:
            strangers = {each.person, each.instead_of} - people - {NOBODY}
            if strangers:
                raise NotFound(f"there is no contact {min(strangers)}")
        kept = []
        async with self._db.begin(actor) as tx:
            for each in wanted:
                rota = await _rota(tx, each.rota_id)
                fresh = replace(each, by=actor.name)
                kept.append(replace(fresh, id=await store.add_override(tx, fresh)))
                tx.record(RotaChanged(rota_id=rota.id, what="overridden", name=rota.name))
        return tuple(kept)

    @operation("oncall.remove-override", right="oncall.override")
    async def remove_override(self, actor: Actor, *, override_id: int) -> Override:
        """Take an override back: the rota counts again."""
        async with self._db.begin(actor) as tx:
            kept = await store.override(tx, override_id)
            if kept is None:
                raise NotFound(f"there is no override {override_id}")
            rota = await _rota(tx, kept.rota_id)
            await store.remove_override(tx, override_id)
            tx.record(RotaChanged(rota_id=rota.id, what="restored", name=rota.name))
        return kept

    # --- policies ----------------------------------------------------------------------------

    async def keep_policy(self, actor: Actor, *, policy: Policy) -> Policy:
        """Add a policy, or write it over the version that was read."""
        actor.require("oncall.change")
        wanted = check.checked_policy(policy)
        async with self._db.begin(actor) as tx:
            others = await store.all_policies(tx)
            if any(one.name == wanted.name and one.id != wanted.id for one in others):
                raise Invalid(f"there is a policy called {wanted.name}", field="name")
            kept = next((one for one in others if one.id == wanted.id), None)
            saved = await self._keep(tx, wanted, kept, last=len(others))
        return saved

    async def _keep(self, tx: Tx, wanted: Policy, kept: Policy | None, *, last: int) -> Policy:
        saved = replace(
            wanted,
            version=wanted.version + 1,
            position=last if wanted.id == NEW else wanted.position,
            changed_at=self._clock.now(),
            changed_by=tx.actor.name,
        )
        if kept is None:
            saved = replace(saved, id=await store.add_policy(tx, saved))
        elif kept.version != wanted.version or not await store.save_policy(
            tx, saved, over=wanted.version
        ):
            raise Conflict(f"{kept.changed_by} changed {kept.name} meanwhile")
        what = "added" if kept is None else "changed"
        tx.record(PolicyChanged(policy_id=saved.id, what=what, name=saved.name))
        return saved

    @operation("oncall.remove-policy", right="oncall.change")
    async def remove_policy(self, actor: Actor, *, policy_id: int) -> Policy:
        """Remove a policy; what it is escalating passes to the next one that fits."""
        async with self._db.begin(actor) as tx:
            kept = await _policy(tx, policy_id)
            await store.remove_policy(tx, policy_id)
            tx.record(PolicyChanged(policy_id=policy_id, what="removed", name=kept.name))
        return kept

    @operation("oncall.switch-policy", right="oncall.change")
    async def switch_policy(self, actor: Actor, *, policy_id: int, on: bool) -> Policy:
        """Switch a policy on or off."""
        async with self._db.read(actor) as tx:
            kept = await _policy(tx, policy_id)
        return await self.keep_policy(actor, policy=replace(kept, is_on=on))

    @operation("oncall.order-policies", right="oncall.change")
    async def order_policies(self, actor: Actor, *, policy_ids: tuple[int, ...]) -> None:
        """Put the policies in this order: the first that is for an alarm has it."""
        async with self._db.begin(actor) as tx:
            kept = {int(policy.id): policy for policy in await store.all_policies(tx)}
            if sorted(policy_ids) != sorted(kept):
                raise Conflict("the policies have changed meanwhile")
            for position, number in enumerate(policy_ids):
                policy = kept[number]
                if policy.position == position:
                    continue
                moved = replace(policy, position=position, version=policy.version + 1)
                await store.save_policy(tx, moved, over=policy.version)
                tx.record(PolicyChanged(policy_id=number, what="moved", name=policy.name))
            tx.wrote = bool(tx.recorded)

    @operation("oncall.start", right="oncall.change")
    async def start(self, actor: Actor) -> bool:
        """Make the first policy, once: what nobody acknowledges is told to every window."""
        async with self._db.read(actor) as tx:
            if await store.has_started(tx):
                return False
        async with self._db.begin(actor) as tx:
            await store.take_turns(tx)
            if await store.has_started(tx):
                tx.wrote = False
                return False
            now = self._clock.now()
            await store.start(tx, now)
            made = replace(first_policy(), version=1, changed_at=now, changed_by=actor.name)
            number = await store.add_policy(tx, made)
            tx.record(PolicyChanged(policy_id=number, what="added", name=made.name))
        return True


async def _rota(tx: Tx, rota_id: int) -> Rota:
    if (found := await store.rota(tx, rota_id)) is not None:
        return found
    raise NotFound(f"there is no rota {rota_id}")


async def _policy(tx: Tx, policy_id: int) -> Policy:
    if (found := await store.policy(tx, policy_id)) is not None:
        return found
    raise NotFound(f"there is no policy {policy_id}")


def _aware(at: datetime) -> datetime:
    """A moment without a zone is meant in UTC, as everywhere on the command line."""
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at
