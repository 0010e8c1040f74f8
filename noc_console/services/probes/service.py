"""What people do with probes: add, change, pause, run once, look at what they told."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import datetime

from noc_console.db.database import Database, Tx
from noc_console.db.samples import PROBE, Samples, Series
from noc_console.kernel.actor import Actor
from noc_console.kernel.clock import Clock
from noc_console.kernel.errors import Invalid, NotFound
from noc_console.kernel.operation import operation
from noc_console.kernel.secret import Secret, SecretRef
from noc_console.services.inventory.model import Device
from noc_console.services.inventory.service import InventoryService
from noc_console.services.probes import store
from noc_console.services.probes.check import check, check_thresholds
from noc_console.services.probes.model import (
    OF_RULE,
    Aim,
    Imported,
    PingRule,
    PingRuleChanged,
    Probe,
    ProbeChanged,
    ProbeFacts,
    ProbeId,
    ProbeNow,
    Round,
    Secrets,
    Thresholds,
)
from noc_console.services.probes.newest import newest, target_of
from noc_console.services.probes.ports import Prober
from noc_console.services.probes.rules import files, share
from noc_console.services.probes.settings import (
    PingSettings,
    ProbeKind,
    TwampSettings,
    make,
)
from noc_console.services.secrets.service import SecretService

Opening = Callable[[], AbstractAsyncContextManager[Prober]]

FEW = 500
"""So many probes may be put together on the caller's thread."""
RUN_ONCE_PACKETS = 5


class ProbeService:
    """Probes as people know them. Running them again and again is `workers.ProbeRunner`'s."""

    def __init__(
        self,
        db: Database,
        samples: Samples,
        *,
        clock: Clock,
        inventory: InventoryService,
        secrets: SecretService,
        opening: Opening,
    ) -> None:
        """`opening` gives a prober for a single run on this machine."""
        self._db = db
        self._samples = samples
        self._clock = clock
        self._inventory = inventory
        self._secrets = secrets
        self._opening = opening

    # Looking

    @operation("probes.list", right="probes.see")
    async def now(self, actor: Actor) -> tuple[ProbeNow, ...]:
        """List every probe with the newest word about it."""
        probes, devices, words = await self._known(actor)
        latest = await self._samples.latest(PROBE, [int(probe.id) for probe in probes])
        if len(probes) <= FEW:
            return newest(probes, devices, words, latest)
        return await asyncio.to_thread(newest, probes, devices, words, latest)

    async def probe(self, actor: Actor, *, probe_id: int) -> Probe:
        """One probe, made by hand or by the rule."""
        actor.require("probes.see")
        async with self._db.read(actor) as tx:
            return await self._probe(actor, tx, probe_id)

    @operation("probes.series", right="probes.see")
    async def series(
        self,
        actor: Actor,
        *,
        probe_id: int,
        start: datetime,
        end: datetime,
        columns: tuple[str, ...] = (),
    ) -> Series:
        """Tell how a probe did over time: loss, and the spread of its round-trip times in µs."""
        found = await self.series_of(
            actor, probe_ids=(probe_id,), start=start, end=end, columns=columns
        )
        return found[probe_id]

    async def series_of(
        self,
        actor: Actor,
        *,
        probe_ids: Sequence[int],
        start: datetime,
        end: datetime,
        columns: tuple[str, ...] = (),
    ) -> Mapping[int, Series]:
        """The same of several probes at once."""
        actor.require("probes.see")
        known = {int(probe.id) for probe in (await self._known(actor))[0]}
        if unknown := set(probe_ids) - known:
            raise NotFound(f"there is no probe {min(unknown)}")
        return await self._samples.series_of(PROBE, probe_ids, start, end, columns=columns or None)

    async def plan(self, actor: Actor) -> tuple[tuple[Probe, Device | None], ...]:
        """What is to be run, paused probes left out; for the workers."""
        actor.require("probes.run")
        probes, devices, _ = await self._known(actor)
        return tuple(
            (probe, devices.get(probe.device_id) if probe.device_id else None)
            for probe in probes
            if not probe.is_paused
        )

    async def words(self, actor: Actor) -> Mapping[int, ProbeFacts]:
        """The last words of all probes, for the workers."""
        actor.require("probes.see")
        async with self._db.read(actor) as tx:
            return await store.words(tx)

    # Changing

    @operation("probes.add")
    async def add(
        self,
        actor: Actor,
        *,
        kind: ProbeKind = ProbeKind.ICMP,
        target: str = "",
        device: str = "",
        name: str = "",
        interval_s: float = 60.0,
        origin: str = "",
        set: tuple[str, ...] = (),
        loss_percent: float = 25.0,
        latency_ms: float = 0.0,
        jitter_ms: float = 0.0,
        rounds_on: int = 3,
        rounds_off: int = 3,
        certificate: bool = True,
        shared_secret: str = "",
        password: str = "",
    ) -> Probe:
        """Ask a target, or a device, again and again.

        Settings of the kind are given as `name=value`, e.g. `port=8443` or `count=5`.
        """
        device_id = None
        if device:
            device_id = (await self._inventory.device_named(actor, name=device)).id
        wanted = Probe(
            id=ProbeId(0),
            kind=kind,
            target=target.strip(),
            device_id=device_id,
            name=name.strip(),
            interval_s=interval_s,
            origin=origin.strip(),
            settings=make(kind, _pairs(set)),
            thresholds=Thresholds(
                loss_percent, latency_ms, jitter_ms, rounds_on, rounds_off, certificate
            ),
        )
        secrets = Secrets(Secret(shared_secret), Secret(password))
        return await self.save(actor, wanted=wanted, secrets=secrets)

    async def save(self, actor: Actor, *, wanted: Probe, secrets: Secrets | None = None) -> Probe:
        """Add a probe (id 0) or change it as a whole; secrets that are empty stay as they are."""
        actor.require("probes.add")
        _not_of_rule((wanted.id,))
        check(wanted)
        if wanted.device_id is not None:
            await self._inventory.device(actor, device_id=wanted.device_id)
        given = secrets or Secrets()
        async with self._db.begin(actor) as tx:
            if wanted.id:
                known = await self._own(tx, wanted.id)
                wanted = replace(wanted, has_secret=known.has_secret or bool(given.shared))
                await store.save(tx, wanted)
            else:
                wanted = replace(wanted, has_secret=bool(given.shared))
                wanted = replace(wanted, id=await store.add(tx, wanted))
            await self._keep(tx, wanted.id, given)
            tx.record(ProbeChanged(probe_id=wanted.id, what="saved"))
        return wanted

    @operation("probes.duplicate", right="probes.add")
    async def duplicate(self, actor: Actor, *, probe_id: int) -> Probe:
        """Make another probe like this one, paused, to be changed."""
        async with self._db.begin(actor) as tx:
            known = await self._own(tx, probe_id)
            name = f"{known.name or known.target or known.title} (copy)"
            copy = replace(known, id=ProbeId(0), name=name, is_paused=True)
            made = replace(copy, id=await store.add(tx, copy))
            if known.has_secret:
                await self._keep(tx, made.id, await self._opened(tx, known))
            tx.record(ProbeChanged(probe_id=made.id, what="saved"))
        return made

    @operation("probes.remove")
    async def remove(self, actor: Actor, *, probe_ids: tuple[int, ...]) -> None:
        """Stop asking for good. What was measured stays until its time is over."""
        _not_of_rule(probe_ids)
        async with self._db.begin(actor) as tx:
            for probe_id in dict.fromkeys(probe_ids):
                known = await self._own(tx, probe_id)
                if known.has_secret:
                    for ref in _refs(probe_id):
                        await self._secrets.remove_in(tx, name=ref)
                tx.record(ProbeChanged(probe_id=probe_id, what="removed"))
            await store.remove(tx, probe_ids)

    @operation("probes.pause", right="probes.add")
    async def pause(self, actor: Actor, *, probe_ids: tuple[int, ...]) -> None:
        """Ask no more until resumed; alarms of these probes clear."""
        await self._set_paused(actor, probe_ids, True)

    @operation("probes.resume", right="probes.add")
    async def resume(self, actor: Actor, *, probe_ids: tuple[int, ...]) -> None:
        """Ask again."""
        await self._set_paused(actor, probe_ids, False)

    @operation("probes.ping-devices", right="probes.add")
    async def ping_devices(
        self, actor: Actor, *, device_ids: tuple[int, ...], interval_s: float = 60.0
    ) -> int:
        """Add a ping for each of these devices that has none of its own; how many were added."""
        found = {int(device.id) for device in await self._inventory.devices(actor)}
        if unknown := set(device_ids) - found:
            raise NotFound(f"there is no device {min(unknown)}")
        async with self._db.begin(actor) as tx:
            pinged = {
                probe.device_id
                for probe in await store.every(tx)
                if probe.kind is ProbeKind.ICMP and not probe.target
            }
            wanted = []
            for device_id in dict.fromkeys(device_ids):
                if device_id not in pinged:
                    made = Probe(
                        ProbeId(0), ProbeKind.ICMP, device_id=device_id, interval_s=interval_s
                    )
                    check(made)
                    wanted.append(made)
            await _add_many(tx, wanted)
        return len(wanted)

    @operation("probes.rule", right="probes.see")
    async def rule(self, actor: Actor) -> PingRule:
        """Show the rule "ping every device"."""
        async with self._db.read(actor) as tx:
            return await store.rule(tx)

    @operation("probes.set-rule", right="probes.add")
    async def set_rule(
        self,
        actor: Actor,
        *,
        is_on: bool | None = None,
        interval_s: float | None = None,
        count: int | None = None,
        loss_percent: float | None = None,
        latency_ms: float | None = None,
    ) -> PingRule:
        """Ping every managed device, or stop it; what is not given stays as it is.

        A device with a ping of its own keeps that one only.
        """
        async with self._db.begin(actor) as tx:
            before = await store.rule(tx)
            thresholds = replace(
                before.thresholds,
                loss_percent=before.thresholds.loss_percent
                if loss_percent is None
                else loss_percent,
                latency_ms=before.thresholds.latency_ms if latency_ms is None else latency_ms,
            )
            after = PingRule(
                is_on=before.is_on if is_on is None else is_on,
                interval_s=before.interval_s if interval_s is None else interval_s,
                count=before.count if count is None else count,
                thresholds=thresholds,
            )
            make(ProbeKind.ICMP, {"count": after.count})
            check_thresholds(after.thresholds)
            if not 5 <= after.interval_s <= 86_400:
                raise Invalid("the interval lies between 5 and 86400 s", field="interval_s")
            if after != before:
                await store.save_rule(tx, after)
                tx.record(PingRuleChanged(is_on=after.is_on))
        return after

    # Files

    @operation("probes.export", right="probes.see")
    async def export(self, actor: Actor) -> str:
        """Write every probe made by hand as CSV; secrets stay in the vault."""
        probes, devices, _ = await self._known(actor)
        names = {number: device.name or device.address for number, device in devices.items()}
        return files.write(probes, names)

    async def import_csv(self, actor: Actor, *, text: str) -> Imported:
        """Add the probes of a CSV file; rows that are none are told and left out."""
        actor.require("probes.add")
        devices: dict[str, int] = {}
        for device in await self._inventory.devices(actor):
            devices.setdefault(device.address, int(device.id))
            devices.setdefault(device.name, int(device.id))
        found, problems = files.read(text, devices)
        if found:
            async with self._db.begin(actor) as tx:
                await _add_many(tx, found)
        return Imported(len(found), problems)

    # Running once

    @operation("probes.run")
    async def run_once(self, actor: Actor, *, probe_id: int) -> Round:
        """Run a probe now, from this machine; nothing of it is kept."""
        async with self._db.read(actor) as tx:
            probe = await self._probe(actor, tx, probe_id)
        secrets = await self._secrets_of(actor, probe)
        device = None
        if probe.device_id is not None:
            device = await self._inventory.device(actor, device_id=probe.device_id)
        return await self.try_once(actor, probe=probe, device=device, secrets=secrets)

    async def try_once(
        self,
        actor: Actor,
        *,
        probe: Probe,
        device: Device | None = None,
        secrets: Secrets | None = None,
    ) -> Round:
        """Run what is not (yet) kept, as a short burst from this machine."""
        actor.require("probes.run")
        check(probe)
        if device is None and probe.device_id is not None:
            device = await self._inventory.device(actor, device_id=probe.device_id)
        if secrets is None or not secrets.shared:
            secrets = await self._secrets_of(actor, probe)
        settings = probe.settings
        if isinstance(settings, PingSettings | TwampSettings):
            settings = replace(settings, count=min(settings.count, RUN_ONCE_PACKETS))
        aim = aim_at(replace(probe, settings=settings), device, secrets=secrets, is_burst=True)
        async with self._opening() as prober:
            return await prober.run(aim)

    async def secrets_of(self, actor: Actor, probe: Probe) -> Secrets:
        """What the vault keeps for a probe; for handing to an adapter."""
        actor.require("secrets.use")
        return await self._secrets_of(actor, probe)

    async def tell(self, actor: Actor, *, words: Collection[ProbeFacts]) -> None:
        """Keep what changed in the words of some probes; for the workers."""
        actor.require("probes.run")
        if not words:
            return
        async with self._db.begin(actor) as tx:
            await store.save_words(tx, words)
            for one in words:
                tx.record(ProbeChanged(probe_id=one.probe_id, what="told"))

    # Private parts

    async def _known(
        self, actor: Actor
    ) -> tuple[tuple[Probe, ...], dict[int, Device], dict[int, ProbeFacts]]:
        devices = {int(device.id): device for device in await self._inventory.devices(actor)}
        async with self._db.read(actor) as tx:
            own = await store.every(tx)
            rule = await store.rule(tx)
            words = await store.words(tx)
        return own + _of_rule(rule, own, devices.values()), devices, words

    async def _probe(self, actor: Actor, tx: Tx, probe_id: int) -> Probe:
        if probe_id < OF_RULE:
            return await self._own(tx, probe_id)
        device = await self._inventory.device(actor, device_id=probe_id - OF_RULE)
        found = _of_rule(await store.rule(tx), await store.every(tx), (device,))
        if not found:
            raise NotFound(f"there is no probe {probe_id}")
        return found[0]

    async def _own(self, tx: Tx, probe_id: int) -> Probe:
        found = await store.get(tx, probe_id)
        if found is None:
            raise NotFound(f"there is no probe {probe_id}")
        return found

    async def _set_paused(self, actor: Actor, probe_ids: Collection[int], paused: bool) -> None:
        _not_of_rule(probe_ids)
        async with self._db.begin(actor) as tx:
            for probe_id in dict.fromkeys(probe_ids):
                known = await self._own(tx, probe_id)
                if known.is_paused != paused:
                    await store.save(tx, replace(known, is_paused=paused))
                    what = "paused" if paused else "resumed"
                    tx.record(ProbeChanged(probe_id=probe_id, what=what))

    async def _keep(self, tx: Tx, probe_id: int, given: Secrets) -> None:
        for ref, secret in zip(_refs(probe_id), (given.shared, given.password), strict=True):
            if secret:
                await self._secrets.put_in(tx, name=ref, secret=secret)

    async def _secrets_of(self, actor: Actor, probe: Probe) -> Secrets:
        if probe.has_secret:
            user = replace(actor, rights=actor.rights | {"secrets.use"})
            await self._secrets.look_ahead(user, _refs(probe.id))
        async with self._db.read(actor) as tx:
            return await self._opened(tx, probe)

    async def _opened(self, tx: Tx, probe: Probe) -> Secrets:
        if not probe.has_secret:
            return Secrets()
        found = []
        for ref in _refs(probe.id):
            try:
                found.append(await self._secrets.use_in(tx, name=ref))
            except NotFound:
                found.append(Secret(""))
        return Secrets(*found)


async def _add_many(tx: Tx, wanted: Sequence[Probe]) -> None:
    if wanted:
        for number in await store.add_many(tx, wanted):
            tx.record(ProbeChanged(probe_id=number, what="saved"))


def aim_at(
    probe: Probe, device: Device | None, *, secrets: Secrets | None = None, is_burst: bool = False
) -> Aim:
    """Where a probe goes and how; a device's own address when it names no target."""
    return Aim(
        kind=probe.kind,
        host=target_of(probe, device),
        settings=probe.settings,
        within_s=0.0 if is_burst else share.spread_s(probe),
        secrets=secrets or Secrets(),
    )


def _refs(probe_id: int) -> tuple[SecretRef, SecretRef]:
    return SecretRef(f"probe/{probe_id}"), SecretRef(f"probe/{probe_id}/password")


def _not_of_rule(probe_ids: Collection[int]) -> None:
    if any(probe_id >= OF_RULE for probe_id in probe_ids):
        raise Invalid('it belongs to the rule "ping every device": change the rule instead')


def _of_rule(
    rule: PingRule, own: Sequence[Probe], devices: Collection[Device]
) -> tuple[Probe, ...]:
    """The pings the rule stands for."""
    if not rule.is_on:
        return ()
    pinged = {p.device_id for p in own if p.kind is ProbeKind.ICMP and not p.target}
    settings = PingSettings(count=rule.count)
    return tuple(
        Probe(
            id=ProbeId(OF_RULE + device.id),
            kind=ProbeKind.ICMP,
            device_id=int(device.id),
            interval_s=rule.interval_s,
            settings=settings,
            thresholds=rule.thresholds,
        )
        for device in devices
        if device.is_managed and device.id not in pinged
    )


def _pairs(given: Collection[str]) -> dict[str, str]:
    pairs = {}
    for each in given:
        name, equals, value = each.partition("=")
        if not equals:
            raise Invalid(f"settings are given as name=value, not {each!r}", field="set")
        pairs[name.strip()] = value
    return pairs
