"""The test bench: what a rule would have done in the past, beside what really rang."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import numpy as np

from noc_console.db.samples import Resolution, Samples
from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import Invalid
from noc_console.services.alarms.episodes import AlarmEpisodeService
from noc_console.services.alarms.model import Episode
from noc_console.services.detection.book import RuleBook
from noc_console.services.detection.census import Census, Thing, rivals_of
from noc_console.services.detection.curves import (
    MOST_EXACTLY,
    Curve,
    curves,
    greatest,
    has_history,
)
from noc_console.services.detection.deriving import Derived, absences, derive, limit_for
from noc_console.services.detection.measures import MEASURES
from noc_console.services.detection.model import Firing, Kind, Replay, Rule
from noc_console.services.detection.replaying import Stretch, matched, stretches
from noc_console.services.detection.wording import written
from noc_console.services.inventory.model import Device, Grade

MOST_OBJECTS = 50_000
"""One replay looks at so many."""
MOST_CLOSELY = 1_000
"""So many of them poll by poll: those that came nearest to the limits."""
MOST_FIRINGS = 2_000
LONGEST = timedelta(days=400)
RAW_SPAN = timedelta(days=8)
SLACK_MS = 10 * 60_000
"""A real alarm and a replayed one that lie so close are the same."""


class Bench:
    """Replays rules."""

    def __init__(self, samples: Samples, census: Census, episodes: AlarmEpisodeService) -> None:
        self._samples = samples
        self._census = census
        self._episodes = episodes

    async def replay(
        self, actor: Actor, rule: Rule, book: RuleBook, *, start: datetime, end: datetime
    ) -> Replay:
        """What the rule would have raised from `start` to `end`, among the rules of a book.

        Objects for which another rule decides are left out, as they would be.
        """
        check(rule, start, end)
        things, skipped = await self._things(actor, rule, book)
        near = await self._near(rule, things, start, end)
        closely = near[:MOST_CLOSELY]
        resolution = await self._resolution(rule, start, end)
        lead = _lead(rule)
        found: list[tuple[Thing, Stretch, Derived]] = []
        for first in range(0, len(closely), 100):
            some = closely[first : first + 100]
            told = await curves(
                self._samples, rule.measure, some, start - lead, end, resolution=resolution
            )
            found += await asyncio.to_thread(_judged, rule, some, told, start, end)
        real = await self._episodes.of_condition(
            actor, condition=str(rule.condition), start=start, end=end
        )
        notes = _notes(rule, len(near) - len(closely), len(things), resolution)
        return await asyncio.to_thread(
            _told, rule, things, found, real, start, end, skipped, resolution, notes
        )

    async def curve(self, rule: Rule, thing: Thing, *, start: datetime, end: datetime) -> Curve:
        """One object's values, for the graph beside a replay."""
        told = await curves(self._samples, rule.measure, [thing], start, end)
        return told[0]

    async def thing(self, actor: Actor, rule: Rule, key: str) -> Thing | None:
        """The object of a firing, by its alarm key."""
        async for some in self._census.of(actor, rule):
            for thing in some:
                if thing.about.key == key:
                    return thing
        return None

    async def device(self, actor: Actor, device_id: int) -> tuple[Device, str] | None:
        """A device and the name of its site; None when there is none."""
        return await self._census.device(actor, device_id)

    async def _things(self, actor: Actor, rule: Rule, book: RuleBook) -> tuple[list[Thing], int]:
        found: list[Thing] = []
        skipped = 0
        rivals = rivals_of(rule, book.rules)
        async for some in self._census.of(actor, rule, rivals):
            room = MOST_OBJECTS - len(found)
            found += some[:room]
            skipped += max(0, len(some) - room)
        return found, skipped

    async def _near(
        self, rule: Rule, things: list[Thing], start: datetime, end: datetime
    ) -> list[Thing]:
        """Objects something can have come of, the most extreme first; all if nobody can tell."""
        if rule.kind is not Kind.THRESHOLD or len(things) <= 100 or rule.device_limits:
            return things
        bound = await greatest(self._samples, rule.measure, things, start, end, below=rule.below)
        if bound is None:
            return things
        edge = rule.levels[-1].raise_at if rule.levels else np.inf
        near = np.flatnonzero(bound <= edge if rule.below else bound >= edge)
        order = near[np.argsort(bound[near] if rule.below else -bound[near], kind="stable")]
        return [things[at] for at in order.tolist()]

    async def _resolution(self, rule: Rule, start: datetime, end: datetime) -> Resolution | None:
        """Every poll where that is possible in reasonable time; None: what suits the span."""
        if rule.kind in (Kind.BASELINE, Kind.TREND):
            return Resolution.HOUR if rule.kind is Kind.TREND else Resolution.FIVE_MINUTES
        if end - start > RAW_SPAN:
            return None
        return Resolution.RAW


def check(rule: Rule, start: datetime, end: datetime) -> None:
    """Whether there is anything to replay. Raises Invalid."""
    if not has_history(rule.measure):
        raise Invalid(f"of {rule.measure} no history is kept, so it cannot be replayed")
    if not timedelta(0) < end - start <= LONGEST:
        raise Invalid("a replay is of a span of up to 400 days", field="start")


def _lead(rule: Rule) -> timedelta:
    """What lies before the span and is needed to judge its beginning."""
    if rule.kind in (Kind.CHANGE, Kind.BASELINE, Kind.TREND, Kind.ABSENCE):
        return 2 * rule.within if rule.kind is Kind.CHANGE else rule.within
    if rule.measure == "sensor.light_drop":
        return timedelta(days=5)
    return timedelta(minutes=15)


def _judged(
    rule: Rule,
    some: Sequence[Thing],
    told: dict[int, Curve],
    start: datetime,
    end: datetime,
) -> list[tuple[Thing, Stretch, Derived]]:
    first, last = _ms(start), _ms(end)
    found = []
    for at, thing in enumerate(some):
        times, values = told[at]
        if rule.kind is Kind.ABSENCE:
            known = times[np.isfinite(values)]
            if len(known):  # what was never measured is not missed
                found += _gaps(rule, thing, known, first, last)
            continue
        levels = thing.levels(rule)
        derived = derive(rule, times, values, target=target_of(rule, thing))
        kept = levels if rule.kind is Kind.THRESHOLD else None
        for one in stretches(limit_for(rule, kept), derived):
            if one.end is None or one.end > first:
                found.append((thing, one, derived))
    return found


def _gaps(
    rule: Rule, thing: Thing, known: np.ndarray, first: int, last: int
) -> list[tuple[Thing, Stretch, Derived]]:
    nothing = np.empty(0)
    derived = Derived(np.empty(0, np.int64), nothing, nothing, nothing)
    return [
        (thing, Stretch(begin, end, rule.severity, 0.0, -1), derived)
        for begin, end in absences(rule, known, start=int(known[0]), end=last)
        if end is None or end > first
    ]


def target_of(rule: Rule, thing: Thing) -> float | None:
    """Of a trend: the object's own limit, where the rule lets it win."""
    if rule.device_limits and thing.sensor is not None:
        own = thing.sensor.low if rule.below else thing.sensor.high
        if own is not None:
            return own
    return rule.target


def text_of(rule: Rule, thing: Thing, told: Derived, at: int) -> str:
    """What the alarm would say at one place of a curve."""
    measure = MEASURES[rule.measure]
    if at >= 0 and measure.is_state and not rule.text:
        return _state_text(rule, thing, told, at)
    if at < 0 or at >= len(told.values):
        return f"no value for {rule.within}"
    value, usual = float(told.values[at]), float(told.usual[at])
    judged = float(told.judged[at])
    if rule.text:
        return written(
            rule.text,
            thing.about,
            value=value,
            unit=measure.unit,
            limit=rule.target if rule.kind is Kind.TREND else rule.levels[-1].raise_at,
            usual=None if usual != usual else usual,
            days=judged if rule.kind is Kind.TREND else None,
        )
    said = measure.words.format(value=value) if measure.words else measure.say(value)
    if rule.kind is Kind.TREND:
        return f"{measure.title} {said}; {judged:.0f} days left"
    if usual == usual:
        return f"{measure.title} {said}, {measure.say(usual)} before"
    return said if measure.words else f"{measure.title} {said}"


_STATES = {
    "interface.status": "down",
    "device.reachable": "does not answer",
    "device.restart": "restarted",
    "probe.state": "no answer, or a wrong one",
}


def _state_text(rule: Rule, thing: Thing, told: Derived, at: int) -> str:
    if rule.measure in _STATES:
        return _STATES[rule.measure]
    name = thing.sensor.name if thing.sensor is not None else "state"
    return f"{name}: {'failed' if told.judged[at] >= Grade.CRITICAL else 'warning'}"


def _told(
    rule: Rule,
    things: Sequence[Thing],
    found: Sequence[tuple[Thing, Stretch, Derived]],
    real: Sequence[Episode],
    start: datetime,
    end: datetime,
    skipped: int,
    resolution: Resolution | None,
    notes: tuple[str, ...],
) -> Replay:
    told: dict[str, list[tuple[int, int | None]]] = {}
    rang: dict[str, list[tuple[int, int | None]]] = {}
    for thing, one, _ in found:
        told.setdefault(thing.about.key, []).append((one.start, one.end))
    ours = {thing.about.key for thing in things}
    for episode in real:
        key = episode.alarm.about.key
        if key in ours:
            until = None if episode.end is None else _ms(episode.end)
            rang.setdefault(key, []).append((_ms(episode.start), until))
    kept = lost = new = 0
    for key in told.keys() | rang.keys():
        sums = matched(rang.get(key, ()), told.get(key, ()), slack_ms=SLACK_MS)
        kept, lost, new = kept + sums[0], lost + sums[1], new + sums[2]
    firings = sorted(found, key=lambda each: each[1].start)[-MOST_FIRINGS:]
    return Replay(
        rule_id=rule.id,
        start=start,
        end=end,
        firings=tuple(
            Firing(
                thing.about,
                one.severity,
                _at(one.start),
                None if one.end is None else _at(one.end),
                one.value,
                text_of(rule, thing, derived, one.at),
            )
            for thing, one, derived in firings
        ),
        objects=len(things),
        skipped=skipped,
        total=len(found),
        kept=kept,
        lost=lost,
        new=new,
        resolution_s=_seconds(resolution, end - start),
        notes=notes,
    )


def _notes(
    rule: Rule, passed_over: int, count: int, resolution: Resolution | None
) -> tuple[str, ...]:
    notes = []
    if passed_over > 0:
        notes.append(f"{passed_over} more objects come near the limits; only the worst are shown")
    if count > MOST_EXACTLY and rule.kind is Kind.THRESHOLD:
        notes.append("of so many objects the last two hours may be missing")
    if rule.is_mute:
        notes.append("a mute rule raises nothing")
    return tuple(notes)


def _seconds(resolution: Resolution | None, span: timedelta) -> float:
    if resolution is Resolution.RAW:
        return 0.0
    if resolution is Resolution.FIVE_MINUTES:
        return 300.0
    return 3_600.0 if resolution is Resolution.HOUR or span > RAW_SPAN else 300.0


def _ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)


def _at(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)
