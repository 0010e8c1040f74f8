"""How busy interfaces were at a moment of the past, thousands at once."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta

import numpy as np

from noc_console.db.samples import DEVICE, INTERFACE, Instant, Matrix, Resolution, Samples
from noc_console.kernel.actor import Actor
from noc_console.kernel.clock import Clock
from noc_console.services.inventory.model import DeviceId
from noc_console.services.inventory.service import InventoryService
from noc_console.services.telemetry.model import DeviceNow, Floats, Rates
from noc_console.services.telemetry.service import STALE_AFTER, TelemetryService

COLUMNS = ("in_octets", "out_octets", "in_errors", "out_errors", "in_discards", "out_discards")
FIVE = timedelta(minutes=5)
HOUR = timedelta(hours=1)
RECENT = timedelta(hours=3)
"""What no roll-up may know yet."""
LEAST_BACK = timedelta(seconds=150)


class LoadHistoryService:
    """Reads utilisation back: five-minute means, hourly ones of long ago, polls of just now."""

    def __init__(
        self,
        samples: Samples,
        telemetry: TelemetryService,
        inventory: InventoryService,
        *,
        clock: Clock,
    ) -> None:
        self._samples = samples
        self._telemetry = telemetry
        self._inventory = inventory
        self._clock = clock

    async def since(self, actor: Actor) -> datetime:
        """How far back utilisation is kept at most, in hourly means."""
        actor.require("telemetry.see")
        return self._clock.now() - (await self._samples.retention(INTERFACE)).hourly

    async def at(self, actor: Actor, *, moment: datetime, interface_ids: Collection[int]) -> Rates:
        """The rates around one moment."""
        actor.require("telemetry.see")
        start = await self._slot(moment)
        found = await self.frames(
            actor, start=start, end=start + timedelta(milliseconds=1), interface_ids=interface_ids,
            by=moment,
        )  # fmt: skip
        return found[0]

    async def device_at(
        self, actor: Actor, *, device_id: int, moment: datetime
    ) -> DeviceNow | None:
        """What a device last said of itself before a moment; None when it said nothing lately."""
        actor.require("telemetry.see")
        await self._inventory.device(actor, device_id=device_id)
        # Long ago only hourly means are left.
        back = timedelta(minutes=15) if moment > self._clock.now() - timedelta(days=1) else 2 * HOUR
        found = await self._samples.series(
            DEVICE, device_id, moment - back, moment + timedelta(milliseconds=1)
        )
        last = {name: _last(values) for name, values in found.values.items()}
        if all(value is None for value in last.values()):
            return None

        def value(name: str, divisor: float) -> float | None:
            known = last[name]
            return None if known is None else known / divisor

        return DeviceNow(
            device_id=DeviceId(device_id),
            at=moment,
            cpu=value("cpu", 1000),
            memory=value("memory", 1000),
            temperature=value("temperature", 1000),
            uptime_s=value("uptime_s", 1),
            response_ms=value("response_us", 1000),
            reachable=(last["reachable"] or 0) >= 0.5,
        )

    async def frames(
        self,
        actor: Actor,
        *,
        start: datetime,
        end: datetime,
        interface_ids: Collection[int],
        by: datetime | None = None,
    ) -> tuple[Rates, ...]:
        """The rates of each five minutes (or hour, of long ago) of a span, in their order.

        Of the last hours, which no roll-up knows yet, a frame is the rate between the last two
        polls before its end (or before `by`).
        """
        actor.require("telemetry.see")
        ids = sorted(set(interface_ids))
        if not ids:
            return (Rates(by or end, 0.0, np.empty(0, np.int64), dict.fromkeys(COLUMNS, _none())),)
        found = await self._samples.matrix(
            INTERFACE, ids, start, end, columns=COLUMNS, resolution=await self._resolution(start)
        )
        frames = await asyncio.to_thread(_frames, found)
        if end > self._clock.now() - RECENT:
            frames = await self._filled(actor, frames, ids, by)
        return tuple(frames)

    async def _filled(
        self, actor: Actor, frames: Sequence[Rates], ids: Sequence[int], by: datetime | None
    ) -> list[Rates]:
        """With the polls' word where roll-ups have none."""
        policy = await self._telemetry.policy(actor)
        back = max(LEAST_BACK, timedelta(seconds=policy.interval_s * STALE_AFTER))
        filled = []
        for frame in frames:
            moment = min(by or frame.at, frame.at, self._clock.now())
            if np.isnan(frame.columns["in_octets"]).any():
                told = await self._samples.moment(INTERFACE, ids, moment, back=back)
                frame = await asyncio.to_thread(_merged, frame, told, moment)
            filled.append(frame)
        return filled

    async def _resolution(self, start: datetime) -> Resolution:
        kept = await self._samples.retention(INTERFACE)
        old = start < self._clock.now() - kept.five_minutes
        return Resolution.HOUR if old else Resolution.FIVE_MINUTES

    async def _slot(self, moment: datetime) -> datetime:
        hourly = await self._resolution(moment) is Resolution.HOUR
        width = (HOUR if hourly else FIVE).total_seconds()
        return datetime.fromtimestamp(moment.timestamp() // width * width, UTC)


def _last(values: Floats) -> float | None:
    known = values[np.isfinite(values)]
    return float(known[-1]) if len(known) else None


def _none() -> Floats:
    return np.empty(0)


def _scale(column: str) -> float:
    return 8.0 if column.endswith("octets") else 1.0


def _frames(found: Matrix) -> list[Rates]:
    """A frame for each slot; octets become bits."""
    order = np.argsort(found.ids)
    means = {name: found.means(name)[order] * _scale(name) for name in COLUMNS}
    return [
        Rates(
            at=datetime.fromtimestamp((found.start_ms + (slot + 1) * found.width_ms) / 1000, UTC),
            width_s=found.width_ms / 1000,
            ids=found.ids[order],
            columns={name: values[:, slot] for name, values in means.items()},
        )
        for slot in range(found.slots)
    ]


def _merged(frame: Rates, told: Instant, moment: datetime) -> Rates:
    """The frame where it knows something, else what the polls told."""
    polled = Rates(
        moment, 0.0, told.ids, {name: told.column(name) * _scale(name) for name in COLUMNS}
    )
    nothing = np.isnan(frame.columns["in_octets"]).all()
    columns = {
        name: np.where(np.isnan(values), polled.of(frame.ids, name), values)
        for name, values in frame.columns.items()
    }
    if nothing:
        return Rates(moment, 0.0, frame.ids, columns)
    return Rates(frame.at, frame.width_s, frame.ids, columns)
