"""Lists of everything, sorted by any number: what is busiest, hottest, dimmest, slowest."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from datetime import timedelta

import numpy as np

from noc_console.db.samples import (
    DEVICE,
    INTERFACE,
    PROBE,
    SENSOR,
    Kind,
    LatestValues,
    Resolution,
    Samples,
)
from noc_console.kernel.actor import Actor
from noc_console.kernel.clock import Clock
from noc_console.kernel.errors import Invalid
from noc_console.kernel.operation import operation
from noc_console.services.inventory.listed import Listing
from noc_console.services.inventory.service import InventoryService
from noc_console.services.probes.service import ProbeService
from noc_console.services.telemetry.service import STALE_AFTER, TelemetryService
from noc_console.services.top import sheets
from noc_console.services.top.model import (
    NUMBERS,
    TEXTS,
    Curve,
    Facts,
    Floats,
    PastNumbers,
    Sheet,
    TopKind,
    TopRow,
    TopSpan,
)

KINDS: dict[TopKind, Kind] = {
    TopKind.INTERFACES: INTERFACE,
    TopKind.DEVICES: DEVICE,
    TopKind.SENSORS: SENSOR,
    TopKind.PROBES: PROBE,
}

FACTS_S = 60.0
"""How long names and speeds are taken as they were read."""

PAST_S = 600.0
"""How long what the past said is taken as true: it tells of full hours."""

MOST_CURVES = 400
"""Sparklines in one question."""

AT_ONCE = 1_000
"""Subjects whose past is worked out in one step."""

POINTS = 96
"""Of a sparkline: a quarter of an hour each over a day."""

LONGEST_LIST = 1_000

_COUNTED = frozenset({"count", "state"})
"""Kinds of sensors whose limits are no measure of distance."""


class TopService:
    """Reads the whole network at once; everything heavy happens in threads."""

    def __init__(
        self,
        listing: Listing,
        samples: Samples,
        *,
        clock: Clock,
        inventory: InventoryService,
        telemetry: TelemetryService,
        probes: ProbeService,
    ) -> None:
        self._listing = listing
        self._samples = samples
        self._clock = clock
        self._inventory = inventory
        self._telemetry = telemetry
        self._probes = probes
        self._facts: dict[tuple[str, TopKind], tuple[float, Facts]] = {}
        self._past: dict[tuple[str, TopKind, TopSpan], tuple[float, PastNumbers]] = {}

    @operation("top.list", right="telemetry.see")
    async def first(
        self,
        actor: Actor,
        *,
        of: TopKind = TopKind.INTERFACES,
        by: str = "",
        count: int = 10,
    ) -> tuple[TopRow, ...]:
        """List the first places: interfaces, devices, sensors or probes, by any of their numbers.

        `noc-console top.list --of interfaces --by errors`; margins begin with the least.
        """
        by = by or NUMBERS[of][0]
        if by not in NUMBERS[of]:
            raise Invalid(f"{of} are sorted by {', '.join(NUMBERS[of])}", field="by")
        if not 0 < count <= LONGEST_LIST:
            raise Invalid(f"a list has 1 to {LONGEST_LIST} places", field="count")
        if by in ("p95", "change"):
            await self.look_back(actor, of=of)
        sheet = await self.sheet(actor, of=of)
        places = sheets.greatest(sheet, by, count, ascending=sheets.is_best_low(by))
        return tuple(sheets.row(sheet, at) for at in places)

    async def sheet(self, actor: Actor, *, of: TopKind, span: TopSpan = TopSpan.DAY) -> Sheet:
        """Everything of a kind with its newest numbers; `p95` and `change` once `look_back` ran.

        What is older than two and a half polling intervals is not known any more.
        """
        actor.require("telemetry.see")
        facts = await self._known(actor, of)
        latest = await self._samples.latest(KINDS[of])
        policy = await self._telemetry.policy(actor)
        since = self._clock.now() - timedelta(seconds=max(5.0, policy.interval_s * STALE_AFTER))
        if of is TopKind.PROBES:
            since -= timedelta(minutes=5)  # probes have intervals of their own
        past = self._past.get((actor.tenant, of, span))
        return await asyncio.to_thread(
            _sheet, facts, latest, since.timestamp() * 1000, past[1] if past else None
        )

    async def look_back(self, actor: Actor, *, of: TopKind, span: TopSpan = TopSpan.DAY) -> bool:
        """Work out percentiles and changes of everything; False when they are young enough.

        Of full hours: the one that runs counts when it is over. In steps, so that other
        readers of the store come in between.
        """
        actor.require("telemetry.see")
        facts, key = await self._known(actor, of), (actor.tenant, of, span)
        known = self._past.get(key)
        if known is not None and time.monotonic() - known[0] < PAST_S:
            return False
        p95, change = np.full(len(facts), np.nan), np.full(len(facts), np.nan)
        for start in range(0, len(facts), AT_ONCE):
            part = slice(start, start + AT_ONCE)
            p95[part], change[part] = await self._of_past(of, facts.ids[part].tolist(), span)
        self._past[key] = time.monotonic(), PastNumbers(facts, p95, change)
        return True

    async def curves(
        self,
        actor: Actor,
        *,
        of: TopKind,
        ids: Sequence[int],
        span: TopSpan = TopSpan.DAY,
    ) -> dict[int, Curve]:
        """Sparklines of some rows, oldest value first: bit/s of both directions together, CPU,
        the sensor's value, the probe's median."""
        actor.require("telemetry.see")
        facts = await self._known(actor, of)
        wanted = np.array(list(dict.fromkeys(ids))[:MOST_CURVES], np.int64)
        mine = wanted[np.isin(wanted, facts.ids)]
        if not len(mine):
            return {}
        now, columns = self._clock.now(), sheets.COLUMN[of]
        close = span is TopSpan.DAY
        found = await self._samples.matrix(
            KINDS[of],
            mine.tolist(),
            now - timedelta(hours=span.hours),
            now,
            columns=columns,
            resolution=Resolution.FIVE_MINUTES if close else Resolution.HOUR,
        )

        def folded() -> dict[int, Curve]:
            parts = [found.buckets(column, POINTS) for column in columns]
            whole = np.where(
                np.isnan(parts).all(axis=0), np.nan, np.nansum(parts, axis=0) * sheets.SCALE[of]
            )
            return dict(zip(found.ids.tolist(), whole, strict=True))

        return await asyncio.to_thread(folded)

    async def _of_past(
        self, of: TopKind, ids: Sequence[int], span: TopSpan
    ) -> tuple[Floats, Floats]:
        end = self._clock.now().replace(minute=0, second=0, microsecond=0)
        start, week = end - timedelta(hours=span.hours), timedelta(days=7)
        columns, kind = sheets.COLUMN[of], KINDS[of]
        now = await self._samples.matrix(
            kind, ids, start, end, columns=columns, resolution=Resolution.HOUR
        )
        before = await self._samples.matrix(
            kind, ids, start - week, end - week, columns=columns, resolution=Resolution.HOUR
        )

        def told() -> tuple[Floats, Floats]:
            places = range(len(columns))
            p95 = np.fmax.reduce([sheets.percentile(now.stats[:, :, at]) for at in places])
            means, were = (
                sum(sheets.mean_of(one.stats[:, :, at], one.known[:, :, at]) for at in places)
                for one in (now, before)
            )
            return p95 * sheets.SCALE[of], sheets.change(np.asarray(means), np.asarray(were))

        return await asyncio.to_thread(told)

    async def _known(self, actor: Actor, of: TopKind) -> Facts:
        kept = self._facts.get((actor.tenant, of))
        if kept is not None and time.monotonic() - kept[0] < FACTS_S:
            return kept[1]
        fresh = await self._read(actor, of)
        if kept is not None and _same(kept[1], fresh):
            fresh = kept[1]  # orders and words made of it stay good
        self._facts[actor.tenant, of] = time.monotonic(), fresh
        return fresh

    async def _read(self, actor: Actor, of: TopKind) -> Facts:
        if of is TopKind.PROBES:
            return await self._read_probes(actor)
        devices = await self._inventory.devices(actor)
        sites = {site.id: site.name for site in await self._inventory.sites(actor)}
        about = {
            int(one.id): (
                one.name or one.address,
                sites.get(one.site_id, "") if one.site_id is not None else "",
                one.type.value,
            )
            for one in devices
        }
        if of is TopKind.DEVICES:
            numbers = sorted(about)
            rows = [(number, number, about[number][0], "", "") for number in numbers]
            return await asyncio.to_thread(_facts, of, rows, about, {})
        if of is TopKind.SENSORS:
            sensors = await self._listing.sensors(actor)
            rows = [(one.id, one.device_id, one.name, "", one.kind) for one in sensors]
            low = [_first(one.low, one.warn_low) for one in sensors]
            high = [_first(one.high, one.warn_high) for one in sensors]
            return await asyncio.to_thread(_facts, of, rows, about, {"low": low, "high": high})
        ports = await self._listing.ports(actor)
        speeds = [one.speed_bps or np.nan for one in ports]
        rows = [(one.id, one.device_id, one.name, one.alias, "") for one in ports]
        return await asyncio.to_thread(_facts, of, rows, about, {"speed": speeds})

    async def _read_probes(self, actor: Actor) -> Facts:
        found = sorted(await self._probes.now(actor), key=lambda one: one.probe.id)
        about = {
            int(one.probe.device_id or 0): (one.device_name, "", "")
            for one in found
            if one.probe.device_id
        }
        rows = [
            (int(one.probe.id), one.probe.device_id or 0, one.name, one.target, one.probe.title)
            for one in found
        ]
        return await asyncio.to_thread(_facts, TopKind.PROBES, rows, about, {})


def _first(*limits: float | None) -> float:
    return next((limit for limit in limits if limit is not None), float("nan"))


def _facts(
    of: TopKind,
    rows: Sequence[tuple[int, int, str, str, str]],
    about: dict[int, tuple[str, str, str]],
    limits: dict[str, list[float]],
) -> Facts:
    """For a thread. Rows are (id, device, name, alias, kind), ids ascending."""
    nobody = ("", "", "")
    named = [about.get(row[1], nobody) for row in rows]
    texts = {
        "device": tuple(one[0] for one in named),
        "name": tuple(row[2] for row in rows),
        "site": tuple(one[1] for one in named),
        "type": tuple(one[2] for one in named),
        "alias": tuple(row[3] for row in rows),
        "kind": tuple(row[4] for row in rows),
    }
    return Facts(
        of,
        np.array([row[0] for row in rows], np.int64),
        np.array([row[1] for row in rows], np.int64),
        texts,
        {name: np.array(values, np.float64) for name, values in limits.items()},
    )


def _same(one: Facts, other: Facts) -> bool:
    return (
        np.array_equal(one.ids, other.ids)
        and all(one.texts[name] == other.texts[name] for name in TEXTS)
        and all(
            np.array_equal(values, other.limits[name], equal_nan=True)
            for name, values in one.limits.items()
        )
    )


def _sheet(facts: Facts, latest: LatestValues, since_ms: float, past: PastNumbers | None) -> Sheet:
    """For a thread: forty thousand rows take some milliseconds."""
    fresh = latest.at_ms >= since_ms

    def told(column: str, scale: float = 1.0) -> Floats:
        values = np.where(fresh, latest.column(column) * scale, np.nan)
        return sheets.aligned(facts.ids, latest.ids, values)

    numbers: dict[str, Floats]
    match facts.kind:
        case TopKind.INTERFACES:
            received, sent = told("in_octets", 8.0), told("out_octets", 8.0)
            speed = facts.limits["speed"]
            numbers = {
                "in": received,
                "out": sent,
                "util": sheets.utilisation(received, sent, speed),
                "errors": told("in_errors") + told("out_errors"),
                "discards": told("in_discards") + told("out_discards"),
                "speed": speed,
            }
        case TopKind.DEVICES:
            numbers = {
                "cpu": told("cpu", 0.001),
                "memory": told("memory", 0.001),
                "temperature": told("temperature", 0.001),
                "response": told("response_us", 0.001),
            }
        case TopKind.SENSORS:
            value = told("value", 0.001)
            margin = sheets.margin(value, facts.limits["low"], facts.limits["high"])
            margin[np.array([kind in _COUNTED for kind in facts.texts["kind"]], np.bool_)] = np.nan
            numbers = {"value": value, "margin": margin}
        case TopKind.PROBES:
            sent = told("sent")
            with np.errstate(divide="ignore", invalid="ignore"):
                loss = np.where(sent > 0, told("lost") / sent * 100, np.nan)
            numbers = {
                "loss": loss,
                "latency": told("median_us", 0.001),
                "jitter": told("jitter_us", 0.001),
            }
    return sheets.sheet(facts, numbers, past)
