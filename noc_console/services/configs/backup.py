"""Keeps configurations: who is due, what was read, what of it is new."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from noc_console.db.database import Database, Tx
from noc_console.kernel.actor import Actor
from noc_console.kernel.clock import Clock
from noc_console.kernel.errors import Invalid, NotFound
from noc_console.kernel.operation import operation
from noc_console.services.configs import store
from noc_console.services.configs.copying import CopyFetcher
from noc_console.services.configs.diff import compare
from noc_console.services.configs.fetching import Fetcher
from noc_console.services.configs.model import (
    BackupPolicy,
    BackupPolicyChanged,
    BackupsRun,
    BackupsWanted,
    ConfigVersionKept,
    Deed,
    Fetched,
    Standing,
    Version,
    VersionsForgotten,
    Why,
)
from noc_console.services.configs.ports import Doers
from noc_console.services.configs.rules import schedule, sealing
from noc_console.services.configs.rules.normal import digest, lines_of
from noc_console.services.configs.rules.who import credited
from noc_console.services.intake.model import ConfigChange
from noc_console.services.intake.service import IntakeService
from noc_console.services.inventory.model import Device, SiteId
from noc_console.services.inventory.service import InventoryService

LONGEST_ERROR = 400
MOST_WANTED = 20_000
MOST_CREDENTIALS = 50
LOOK_BACK = timedelta(days=2)
"""How far back a change that was heard is looked for when there is no version before."""
GOES_UNHEARD = timedelta(minutes=2)
"""A device's message may be heard a little later than the change was seen."""

KeyOf = Callable[[Actor], Awaitable[bytes]]
"""The key that texts are sealed with."""


@dataclass(frozen=True, slots=True)
class Due:
    """A device to be read now, and for what."""

    device: Device
    why: Why
    failures: int = 0
    """In a row, until now."""
    site: str = ""
    """What its site is called: credentials may be for some sites only."""


@dataclass(frozen=True, slots=True)
class _Fresh:
    """What is to be written for one configuration that was read."""

    fetched: Fetched
    digest: str
    known: Version | None
    sealed: bytes = b""
    added: int = 0
    removed: int = 0
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()

    @property
    def is_new(self) -> bool:
        return self.known is None or self.known.digest != self.digest


class BackupService:
    """Decides when devices are read, and keeps what they told."""

    def __init__(
        self,
        db: Database,
        *,
        clock: Clock,
        inventory: InventoryService,
        intake: IntakeService,
        fetcher: Fetcher,
        key: KeyOf,
        copies: CopyFetcher | None = None,
        doers: Sequence[Doers] = (),
    ) -> None:
        self._db = db
        self._clock = clock
        self._inventory = inventory
        self._intake = intake
        self._fetcher = fetcher
        self._copies = copies
        self._key = key
        self._doers = doers

    @operation("configs.policy", right="configs.see")
    async def policy(self, actor: Actor) -> BackupPolicy:
        """Show when configurations are read and what of them is kept."""
        async with self._db.read(actor) as tx:
            return await store.policy(tx)

    @operation("configs.set-policy")
    async def set_policy(
        self,
        actor: Actor,
        *,
        is_on: bool = True,
        interval_h: float = 24.0,
        at_once: int = 64,
        settle_s: float = 30.0,
        keep_versions: int = 200,
        trust_new: bool = False,
        write_credentials: tuple[int, ...] = (),
    ) -> BackupPolicy:
        """Decide when configurations are read and what of them is kept."""
        for name, value, least, most in (
            ("interval_h", interval_h, 0.25, 24.0 * 90),
            ("at_once", at_once, 1, 256),
            ("settle_s", settle_s, 0, 3_600),
            ("keep_versions", keep_versions, 2, 10_000),
        ):
            if not least <= value <= most:
                raise Invalid(f"this lies between {least:g} and {most:g}", field=name)
        if len(write_credentials) > MOST_CREDENTIALS:
            raise Invalid(f"choose at most {MOST_CREDENTIALS}", field="write_credentials")
        wanted = BackupPolicy(
            is_on, interval_h, at_once, settle_s, keep_versions, trust_new, write_credentials
        )
        async with self._db.begin(actor) as tx:
            await store.save_policy(tx, wanted)
            tx.record(BackupPolicyChanged(interval_h=interval_h, is_on=is_on))
        return wanted

    @operation("configs.back-up")
    async def want(
        self, actor: Actor, *, device_ids: tuple[int, ...], why: Why = Why.DEMAND
    ) -> int:
        """Have configurations read now, by the collectors; for how many devices."""
        if not 0 < len(device_ids) <= MOST_WANTED:
            raise Invalid(f"choose 1 to {MOST_WANTED} devices", field="device_ids")
        known = {int(each.id) for each in await self._inventory.devices(actor)}
        chosen = known & set(device_ids)
        if not chosen:
            raise NotFound("none of these devices is known")
        await self._mark(actor, chosen, why, self._clock.now())
        return len(chosen)

    async def note_changes(self, actor: Actor, *, device_ids: Sequence[int]) -> None:
        """Devices said that they were changed: they are read when people had time to finish."""
        actor.require("configs.keep")
        wait = timedelta(seconds=(await self.policy(actor)).settle_s)
        await self._mark(actor, set(device_ids), Why.CHANGE, self._clock.now() + wait)

    async def _mark(self, actor: Actor, ids: set[int], why: Why, at: datetime) -> None:
        async with self._db.begin(actor) as tx:
            known = await store.standings(tx, ids)
            fresh = []
            for number in sorted(ids):
                old = known.get(number, Standing(number))
                if why is Why.CHANGE and old.wanted_at is not None and old.wanted_at <= at:
                    continue
                fresh.append(replace(old, wanted_at=at, wanted_why=why, wanted_by=actor.name))
            if fresh:
                await store.put_standings(tx, fresh)
                tx.record(BackupsWanted(count=len(fresh), why=why.value))

    async def due(self, actor: Actor, *, mine: Callable[[int], bool]) -> tuple[Due, ...]:
        """Who is to be read now, the most urgent first; what nobody can read is left out."""
        actor.require("configs.keep")
        devices = {int(each.id): each for each in await self._inventory.devices(actor)}
        async with self._db.read(actor) as tx:
            policy = await store.policy(tx)
            known = await store.standings(tx)
        sites = {each.id: each.name for each in await self._inventory.sites(actor)}
        now = self._clock.now()
        found = []
        for number, device in devices.items():
            if not mine(number):
                continue
            standing = known.get(number, Standing(number))
            why = schedule.due(standing, policy, now)
            if why is Why.SCHEDULE and (not device.is_managed or await self._fetcher.can(device)):
                continue
            if why is not None:
                found.append((standing, why))
        return tuple(
            Due(device, why, standing.failures, sites.get(device.site_id or SiteId(0), ""))
            for standing, why in schedule.in_order(found)
            for device in (devices[standing.device_id],)
        )

    async def fetch(self, actor: Actor, due: Due, policy: BackupPolicy) -> Fetched:
        """Ask one device. Nothing is written yet."""
        actor.require("configs.keep")
        told = await self._fetcher.fetch(
            actor, due.device, why=due.why, policy=policy, site=due.site
        )
        if told.text or self._copies is None:
            return told
        return await self._copies.instead(actor, due.device, told, policy, site=due.site)

    async def keep(self, actor: Actor, *, fetched: Sequence[Fetched]) -> tuple[Version, ...]:
        """Keep what was read; the versions that are new. Failures are kept as well."""
        actor.require("configs.keep")
        good = [one for one in fetched if one.text]
        prepared = await self._prepare(actor, good) if good else []
        credit = {one.fetched.device_id: await self._credit(actor, one) for one in prepared}
        async with self._db.begin(actor) as tx:
            kept = await self._write(tx, prepared, credit)
            await self._stand(tx, fetched, prepared, kept)
            failed = len(fetched) - len(good)
            tx.record(BackupsRun(same=len(good) - len(kept), changed=len(kept), failed=failed))
            for one in kept:
                tx.record(
                    ConfigVersionKept(
                        device_id=one.device_id,
                        version_id=one.id,
                        added=one.added,
                        removed=one.removed,
                        who=one.who,
                    )
                )
        return kept

    async def prune(self, actor: Actor) -> int:
        """Let go of old versions, and of texts that no version has."""
        actor.require("configs.keep")
        async with self._db.begin(actor) as tx:
            gone = await store.prune(tx, (await store.policy(tx)).keep_versions)
            if tx.wrote:
                tx.record(VersionsForgotten(count=gone))
        return gone

    @operation("configs.pin-keys", right="hostkeys.trust")
    async def pin_keys(self, actor: Actor, *, device_ids: tuple[int, ...]) -> int:
        """Trust the keys that devices show now, where none is trusted yet; how many were new.

        The same goes for the jump hosts on their ways.

        For a network that is known to be one's own: compare some of them by the console first.
        """
        devices = {int(each.id): each for each in await self._inventory.devices(actor)}
        sites = {each.id: each.name for each in await self._inventory.sites(actor)}
        slots = asyncio.Semaphore(BackupPolicy().at_once)

        async def pin(device: Device) -> bool:
            site = sites.get(device.site_id or SiteId(0), "")
            async with slots:
                return await self._fetcher.pin(actor, device, site=site) is not None

        chosen = [devices[number] for number in device_ids if number in devices]
        told = await asyncio.gather(*map(pin, chosen), return_exceptions=True)
        problems = [one for one in told if isinstance(one, BaseException)]
        if problems and len(problems) == len(told):
            raise problems[0]
        pinned = sum(1 for one in told if one is True)
        if chosen:
            await self._mark(actor, {int(one.id) for one in chosen}, Why.DEMAND, self._clock.now())
        return pinned

    # --- how it works ------------------------------------------------------------------------

    async def _prepare(self, actor: Actor, good: Sequence[Fetched]) -> list[_Fresh]:
        key = await self._key(actor)
        async with self._db.read(actor) as tx:
            newest = await store.newest_of(tx, [one.device_id for one in good])
            bodies = await store.sealed(tx, {one.digest for one in newest.values()})
        return await asyncio.to_thread(_prepared, key, actor.tenant, good, newest, bodies)

    async def _credit(self, actor: Actor, one: _Fresh) -> tuple[str, str]:
        """Who changed it, from what was heard, and done from here, since it was seen last."""
        if not one.is_new:
            return "", ""
        number, at = one.fetched.device_id, one.fetched.at
        start = one.known.seen_at if one.known else at - LOOK_BACK
        heard: tuple[ConfigChange, ...] = ()
        if start < at + GOES_UNHEARD:
            heard = await self._intake.changes_of(
                actor, device_id=number, start=start, end=at + GOES_UNHEARD
            )
        deeds: list[Deed] = []
        for doer in self._doers:
            deeds += await doer.deeds(actor, device_id=number, start=start, end=at)
        return credited(heard, one.before, one.after, deeds)

    async def _write(
        self, tx: Tx, prepared: Sequence[_Fresh], credit: Mapping[int, tuple[str, str]]
    ) -> tuple[Version, ...]:
        kept = []
        now = await store.newest_of(tx, [one.fetched.device_id for one in prepared])
        for one in prepared:
            told = one.fetched
            newest = now.get(told.device_id)
            if not one.is_new or (newest is not None and newest.digest == one.digest):
                continue
            await store.keep_text(tx, one.digest, one.sealed, told.at)
            who, how = credit[told.device_id]
            version = Version(
                id=0,
                device_id=told.device_id,
                digest=one.digest,
                at=told.at,
                seen_at=told.at,
                why=told.why,
                platform=told.platform,
                family=told.family,
                command=told.command,
                lines=told.text.count("\n"),
                size=len(told.text),
                added=one.added,
                removed=one.removed,
                who=who,
                how=how,
            )
            kept.append(replace(version, id=await store.add_version(tx, version)))
        return tuple(kept)

    async def _stand(
        self,
        tx: Tx,
        fetched: Sequence[Fetched],
        prepared: Sequence[_Fresh],
        kept: Sequence[Version],
    ) -> None:
        ids = [one.device_id for one in fetched]
        old = await store.standings(tx, ids)
        newest = {one.fetched.device_id: one.known.id for one in prepared if one.known}
        newest |= {one.device_id: one.id for one in kept}
        same = [one.known.id for one in prepared if one.known and not one.is_new]
        if same:
            await store.seen(tx, same, max(one.at for one in fetched))
        stand = []
        for told in fetched:
            before = old.get(told.device_id, Standing(told.device_id))
            again = _still_wanted(before, told.at)
            if told.text:
                after = replace(
                    before,
                    version_id=newest.get(told.device_id, before.version_id),
                    kept_at=told.at,
                    failures=0,
                    error="",
                    reason="",
                )
            else:
                after = replace(
                    before,
                    failures=before.failures + 1,
                    error=told.error[:LONGEST_ERROR],
                    reason=told.reason,
                )
            stand.append(
                replace(after, tried_at=told.at, wanted_at=before.wanted_at if again else None)
            )
        await store.put_standings(tx, stand)


def _still_wanted(standing: Standing, at: datetime) -> bool:
    """A wish for later, such as after a change that was heard meanwhile, stays."""
    return standing.wanted_at is not None and standing.wanted_at > at


def _prepared(
    key: bytes,
    tenant: str,
    good: Sequence[Fetched],
    newest: Mapping[int, Version],
    bodies: Mapping[str, bytes],
) -> list[_Fresh]:
    """Digests, differences and sealed texts; for a thread."""
    found = []
    for told in good:
        known = newest.get(told.device_id)
        mark = digest(key, told.text, told.volatile)
        if known is not None and known.digest == mark:
            found.append(_Fresh(told, mark, known))
            continue
        after = lines_of(told.text)
        before: list[str] = []
        added, removed = len(after), 0
        if known is not None and known.digest in bodies:
            body = bodies[known.digest]
            before = lines_of(sealing.unseal(key, body, tenant=tenant, digest=known.digest))
            diff = compare(before, after)
            added, removed = diff.added, diff.removed
        sealed = sealing.seal(key, told.text, tenant=tenant, digest=mark)
        found.append(
            _Fresh(told, mark, known, sealed, added, removed, tuple(before[:20]), tuple(after[:20]))
        )
    return found
