"""What was measured: the newest word, history, and who is looking."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from noc_console.db.database import Database, Tx
from noc_console.db.samples import (
    DEVICE,
    INTERFACE,
    PROBE,
    SENSOR,
    Kind,
    Latest,
    LatestValues,
    Pulse,
    Samples,
    Series,
)
from noc_console.kernel.actor import Actor
from noc_console.kernel.clock import Clock
from noc_console.kernel.errors import Invalid, NotFound
from noc_console.kernel.operation import operation
from noc_console.services.inventory.model import DeviceId, DeviceType, OperStatus
from noc_console.services.inventory.service import InventoryService
from noc_console.services.telemetry import store
from noc_console.services.telemetry.model import (
    ONU_SWEEP_S,
    CollectorHealth,
    DeviceNow,
    InterfaceNow,
    Kept,
    PollPolicy,
    PollPolicyChanged,
    RetentionChanged,
    ScheduleNow,
    Tier,
    WorkerHealth,
)
from noc_console.services.telemetry.rules import tiers, truth

KINDS = {kind.name: kind for kind in (INTERFACE, DEVICE, SENSOR)}
STORED = (INTERFACE, DEVICE, SENSOR, PROBE)
"""What an operator may decide the keeping of."""

STALE_AFTER = 2.5
"""Intervals after which a measurement is history and no longer 'now'."""

LONGEST_TIER_NAME = 40
MOST_TIERS = 64

FEW = 1_000
"""So many interfaces may be made values of on the caller's thread."""


class TelemetryService:
    """Reads what collectors measured. Measuring itself is `workers.Poller`'s."""

    def __init__(
        self,
        db: Database,
        samples: Samples,
        *,
        clock: Clock,
        inventory: InventoryService,
        default: PollPolicy | None = None,
    ) -> None:
        self._db = db
        self._samples = samples
        self._clock = clock
        self._inventory = inventory
        self._default = default or PollPolicy()

    @operation("telemetry.interface-now", right="telemetry.see")
    async def interface_now(
        self, actor: Actor, *, device_id: int | None = None
    ) -> tuple[InterfaceNow, ...]:
        """Show the newest rates and states of interfaces: of one device, or all.

        Rates older than two and a half polling intervals are None and the state unknown:
        nobody has looked since, so nobody knows.
        """
        ports = await self._inventory.interfaces(actor, device_id=device_id)
        return await self.ports_now(actor, interface_ids=[int(port.id) for port in ports])

    async def ports_now(
        self, actor: Actor, *, interface_ids: Collection[int]
    ) -> tuple[InterfaceNow, ...]:
        """The same of interfaces the caller has from the inventory: it is not asked again."""
        actor.require("telemetry.see")
        latest = await self._samples.latest(INTERFACE, sorted(interface_ids))
        since = await self._fresh_since(actor)
        if len(latest) < FEW:
            return _interfaces_now(latest, since)
        return await asyncio.to_thread(_interfaces_now, latest, since)

    async def lights_now(self, actor: Actor, *, sensor_ids: Collection[int]) -> dict[int, float]:
        """The newest values of optical sensors the caller has from the inventory, in dBm.

        Light is read less often than counters, an OLT's once an hour: a word stays good until
        its next two readings have failed.
        """
        actor.require("telemetry.see")
        if not sensor_ids:
            return {}
        latest = await self._samples.latest(SENSOR, sorted(sensor_ids))
        since = self._clock.now() - timedelta(seconds=ONU_SWEEP_S * STALE_AFTER)
        values = latest.column("value") / 1000
        good = (latest.at_ms >= since.timestamp() * 1000) & ~np.isnan(values)
        return dict(zip(latest.ids[good].tolist(), values[good].tolist(), strict=True))

    @operation("telemetry.device-now", right="telemetry.see")
    async def device_now(
        self, actor: Actor, *, device_ids: tuple[int, ...] = ()
    ) -> tuple[DeviceNow, ...]:
        """Show the newest CPU, memory, temperature and uptime of devices; all if none is named."""
        wanted = await self._known_devices(actor, device_ids)
        latest = await self._samples.latest(DEVICE, wanted)
        return tuple(_device_now(number, word) for number, word in latest.items())

    async def _known_devices(self, actor: Actor, device_ids: Sequence[int]) -> list[int]:
        """Those of them the actor may see, or all; one device's page must not read ten thousand."""
        if not device_ids:
            return sorted(int(device.id) for device in await self._inventory.devices(actor))
        found = await self._inventory.pollable(actor, device_ids=device_ids)
        return sorted(int(device.id) for device in found.devices)

    @operation("telemetry.sensor-now", right="telemetry.see")
    async def sensor_now(
        self, actor: Actor, *, device_id: int
    ) -> dict[int, tuple[datetime, float]]:
        """Show the newest value of each sensor of a device, in the sensor's own unit."""
        sensors = await self._inventory.sensors(actor, device_id=device_id)
        latest = await self._samples.latest(SENSOR, [int(sensor.id) for sensor in sensors])
        found = {}
        for number, word in latest.items():
            value = word.values["value"]
            if value is not None:
                found[number] = (word.at, value / 1000)
        return found

    @operation("telemetry.series", right="telemetry.see")
    async def series(
        self,
        actor: Actor,
        *,
        subject: str,
        subject_id: int,
        start: datetime,
        end: datetime,
        columns: tuple[str, ...] = (),
    ) -> Series:
        """Tell how an interface, a device or a sensor did over time.

        Counters come as rates per second (octets, not bits), the rest in the units of
        `db.samples.kinds`; NaN is a gap. The resolution follows from the span.
        """
        found = await self.series_of(
            actor, subject=subject, subject_ids=(subject_id,), start=start, end=end, columns=columns
        )
        return found[subject_id]

    async def series_of(
        self,
        actor: Actor,
        *,
        subject: str,
        subject_ids: Sequence[int],
        start: datetime,
        end: datetime,
        columns: tuple[str, ...] = (),
    ) -> Mapping[int, Series]:
        """The same of several subjects; those of one device cost little more than one."""
        actor.require("telemetry.see")
        kind = KINDS.get(subject)
        if kind is None:
            raise Invalid(f"a subject is one of {', '.join(KINDS)}", field="subject")
        await self._check_ours(actor, subject, subject_ids)
        return await self._samples.series_of(kind, subject_ids, start, end, columns=columns or None)

    @operation("telemetry.watch", right="telemetry.see")
    async def watch(
        self, actor: Actor, *, device_id: int, interface_ids: tuple[int, ...] = ()
    ) -> None:
        """Have a device, or some of its interfaces, measured every second for a few seconds.

        Views call this every few seconds while they show it; when they stop, so does the
        hurry. Any collector may serve the wish, within the device's budget.
        """
        await self._inventory.device(actor, device_id=device_id)
        policy = await self.policy(actor)
        until = self._clock.now() + timedelta(seconds=policy.wish_s)
        kind, ids = (INTERFACE, interface_ids) if interface_ids else (DEVICE, (device_id,))
        await self._samples.wish(kind, device_id, ids, until, f"{actor.tenant}/{actor.name}")

    @operation("telemetry.collectors", right="telemetry.see")
    async def collectors(self, actor: Actor) -> tuple[CollectorHealth, ...]:
        """Show every collector's last word about itself, the newest first."""
        told = [
            _health_of(pulse)
            for pulse in await self._samples.pulses()
            if "part_of" not in pulse.health  # a collector's ear tells of itself through it
        ]
        return tuple(sorted(told, key=lambda health: health.at, reverse=True))

    @operation("telemetry.schedule", right="telemetry.see")
    async def schedule(self, actor: Actor) -> tuple[ScheduleNow, ...]:
        """Show what each collector's schedule does in truth: late polls, slow devices, budgets.

        By name. A collector's word may be old: compare `at` with the time.
        """
        return tuple(
            truth.from_json(pulse.name, pulse.at, pulse.health["schedule"])
            for pulse in await self._samples.pulses()
            if isinstance(pulse.health.get("schedule"), dict)
        )

    @operation("telemetry.policy", right="telemetry.see")
    async def policy(self, actor: Actor) -> PollPolicy:
        """Show how the collectors ask."""
        async with self._db.read(actor) as tx:
            return await store.policy(tx, self._default)

    @operation("telemetry.retention", right="telemetry.see")
    async def retention(self, actor: Actor) -> tuple[Kept, ...]:
        """Show how long measurements are kept: raw, by five minutes and by the hour."""
        return tuple([await self._kept(kind) for kind in STORED])

    @operation("telemetry.set-retention")
    async def set_retention(
        self,
        actor: Actor,
        *,
        subject: str,
        raw_days: float | None = None,
        five_minutes_days: float | None = None,
        hourly_days: float | None = None,
    ) -> Kept:
        """Decide how long measurements of interfaces, devices, sensors or probes are kept.

        What is not given stays as it is. What is older goes with the next day's tidying. An
        engine of a fleet keeps its own time: this is about our own tables.
        """
        kind = next((kind for kind in STORED if kind.name == subject), None)
        if kind is None:
            known = ", ".join(kind.name for kind in STORED)
            raise Invalid(f"a subject is one of {known}", field="subject")
        given = {"raw": raw_days, "five_minutes": five_minutes_days, "hourly": hourly_days}
        spans = {
            name: timedelta(days=_within(days, f"{name}_days", 1 / 24, 3_660) or 0)
            for name, days in given.items()
            if days is not None
        }
        await self._samples.keep(kind, replace(await self._samples.retention(kind), **spans))
        kept = await self._kept(kind)
        async with self._db.begin(actor) as tx:
            tx.record(RetentionChanged(**asdict(kept)))
        return kept

    async def _kept(self, kind: Kind) -> Kept:
        found = await self._samples.retention(kind)
        day = timedelta(days=1)
        return Kept(kind.name, found.raw / day, found.five_minutes / day, found.hourly / day)

    @operation("telemetry.set-policy")
    async def set_policy(
        self,
        actor: Actor,
        *,
        interval_s: float | None = None,
        watched_interval_s: float | None = None,
        watched_budget: float | None = None,
        down_after: int | None = None,
    ) -> PollPolicy:
        """Change how the collectors ask; what is not given stays as it is."""
        given = {
            "interval_s": _within(interval_s, "interval_s", 0.2, 86_400),
            "watched_interval_s": _within(watched_interval_s, "watched_interval_s", 0.2, 60),
            "watched_budget": _within(watched_budget, "watched_budget", 0.1, 100),
            "down_after": _within(down_after, "down_after", 1, 20),
        }
        async with self._db.begin(actor) as tx:
            before = await store.policy(tx, self._default)
            changes: dict[str, Any] = {k: v for k, v in given.items() if v is not None}
            after = replace(before, **changes)
            await self._save(tx, before, after)
            return after

    @operation("telemetry.set-tier", right="telemetry.set-policy")
    async def set_tier(
        self,
        actor: Actor,
        *,
        name: str,
        interval_s: float,
        types: tuple[DeviceType, ...] = (),
        words: tuple[str, ...] = (),
        device_ids: tuple[int, ...] = (),
        sensors_s: float | None = None,
        optics_s: float | None = None,
    ) -> tuple[Tier, ...]:
        """Give a class of devices its own rhythm, or change it; a new class is tried last.

        Types, words (patterns for name, vendor, platform, model or site) and single devices
        say which: `--name core --interval-s 10 --types router --words "core-*"`.
        """
        if not name.strip() or len(name) > LONGEST_TIER_NAME:
            raise Invalid(f"a tier's name has 1…{LONGEST_TIER_NAME} letters", field="name")
        if not (types or words or device_ids):
            raise Invalid("say for which types, words or devices", field="types")
        least = tiers.LEAST_S
        _within(interval_s, "interval_s", least, tiers.MOST_S)
        tier = Tier(
            name=name.strip(),
            interval_s=interval_s,
            types=types,
            words=words,
            device_ids=device_ids,
            sensors_s=_within(sensors_s, "sensors_s", least, 86_400),
            optics_s=_within(optics_s, "optics_s", least, 86_400),
        )
        async with self._db.begin(actor) as tx:
            before = await store.policy(tx, self._default)
            kept = tuple(tier if old.name == tier.name else old for old in before.tiers)
            if tier not in kept:
                kept += (tier,)
            if len(kept) > MOST_TIERS:
                raise Invalid(f"there can be {MOST_TIERS} tiers", field="name")
            await self._save(tx, before, replace(before, tiers=kept))
            return kept

    @operation("telemetry.remove-tier", right="telemetry.set-policy")
    async def remove_tier(self, actor: Actor, *, name: str) -> tuple[Tier, ...]:
        """Give up a class: its devices fall to the next class that fits, or to the policy."""
        async with self._db.begin(actor) as tx:
            before = await store.policy(tx, self._default)
            kept = tuple(tier for tier in before.tiers if tier.name != name)
            if kept == before.tiers:
                raise NotFound(f"there is no tier called {name}")
            await self._save(tx, before, replace(before, tiers=kept))
            return kept

    async def _save(self, tx: Tx, before: PollPolicy, after: PollPolicy) -> None:
        """Keep what differs from the default; nothing happens when nothing changed."""
        if after == before:
            return
        default = asdict(self._default)
        kept = {key: value for key, value in asdict(after).items() if value != default[key]}
        await store.save_policy(tx, kept)
        tx.record(PollPolicyChanged(interval_s=after.interval_s, down_after=after.down_after))

    async def _fresh_since(self, actor: Actor) -> datetime:
        policy = await self.policy(actor)
        return self._clock.now() - timedelta(seconds=max(5.0, policy.interval_s * STALE_AFTER))

    async def _check_ours(self, actor: Actor, subject: str, ids: Sequence[int]) -> None:
        """Measurements carry no tenant: who may see a device may see what it measures."""
        if subject == "device":
            for number in ids:
                await self._inventory.device(actor, device_id=number)
        elif subject == "interface":
            for number in ids:
                await self._inventory.interface(actor, interface_id=number)
        else:
            mine = await self._inventory.known_sensors(actor, sensor_ids=set(ids))
            if not mine.issuperset(ids):
                raise Invalid("there is no such sensor", field="subject_id")


def _within(value: float | None, field: str, least: float, most: float) -> float | None:
    if value is not None and not least <= value <= most:
        raise Invalid(f"{field} lies between {least:g} and {most:g}", field=field)
    return value


def _interfaces_now(latest: LatestValues, since: datetime) -> tuple[InterfaceNow, ...]:
    """By columns: a map asks for thousands of interfaces every few seconds."""
    fresh = latest.at_ms >= since.timestamp() * 1000

    def rates(column: str, factor: float = 1.0) -> list[float | None]:
        found = np.where(fresh, latest.column(column) * factor, np.nan)
        return [None if rate != rate else rate for rate in found.tolist()]

    known = fresh & ~np.isnan(latest.column("status"))
    status = np.where(known, latest.column("status"), float(OperStatus.UNKNOWN))
    return tuple(
        map(
            InterfaceNow,
            latest.ids.tolist(),
            [datetime.fromtimestamp(at / 1000, UTC) for at in latest.at_ms.tolist()],
            rates("in_octets", 8.0),
            rates("out_octets", 8.0),
            rates("in_errors"),
            rates("out_errors"),
            status.astype(int).tolist(),
            rates("in_discards"),
            rates("out_discards"),
        )
    )


def _health_of(pulse: Pulse) -> CollectorHealth:
    """A pulse as it was written, by a collector that may be older or newer than we are."""
    told = _known(CollectorHealth, pulse.health)
    workers = told.pop("workers", ())
    return CollectorHealth(
        **told | {"name": pulse.name, "at": pulse.at},
        workers=tuple(map(worker_from, workers)),
    )


def worker_from(told: Mapping[str, Any]) -> WorkerHealth:
    """A worker as a process told of it in its pulse."""
    return WorkerHealth(**_known(WorkerHealth, told))


def _known(kind: type, told: Mapping[str, Any]) -> dict[str, Any]:
    names = {field.name for field in fields(kind)}
    return {key: value for key, value in told.items() if key in names}


def _device_now(number: int, word: Latest) -> DeviceNow:
    def value(column: str, divisor: float) -> float | None:
        found = word.values[column]
        return None if found is None else found / divisor

    return DeviceNow(
        device_id=DeviceId(number),
        at=word.at,
        cpu=value("cpu", 1000),
        memory=value("memory", 1000),
        temperature=value("temperature", 1000),
        uptime_s=value("uptime_s", 1),
        response_ms=value("response_us", 1000),
        reachable=word.values["reachable"] == 1,
    )
