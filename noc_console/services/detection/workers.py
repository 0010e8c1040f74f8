"""Judges what needs history or the whole picture: once a minute, by one collector of a store.

Changes, baselines, trends, absences, and everything about probes and collectors. It also clears
what no rule asks for any more.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import structlog
from sqlalchemy.exc import SQLAlchemyError

from noc_console.db.samples import Resolution, Samples
from noc_console.kernel.actor import Actor
from noc_console.kernel.clock import Clock
from noc_console.kernel.errors import Invalid, Unreachable
from noc_console.kernel.events import Event, EventBus
from noc_console.kernel.heartbeat import beat
from noc_console.services.alarms.episodes import AlarmEpisodeService
from noc_console.services.alarms.model import (
    Alarm,
    AlarmObject,
    AlarmReport,
    Condition,
    Severity,
    about_collector,
)
from noc_console.services.alarms.service import AlarmService
from noc_console.services.detection.bench import target_of, text_of
from noc_console.services.detection.book import RuleBook
from noc_console.services.detection.census import Census, Thing, rivals_of
from noc_console.services.detection.curves import Curve, curves, kind_of
from noc_console.services.detection.deriving import derive, limit_for
from noc_console.services.detection.judging import Held, Limit, judge, limit_of, settle
from noc_console.services.detection.language import read_rule, span_text
from noc_console.services.detection.measures import MEASURES, Subject
from noc_console.services.detection.model import Family, Kind, Level, Origin, Rule, RulesChanged
from noc_console.services.detection.replaying import standing
from noc_console.services.detection.rules import SPOKEN_BY_OTHERS, is_ours
from noc_console.services.detection.scoping import fits
from noc_console.services.detection.service import DetectionService
from noc_console.services.inventory.model import Reachability

_log = structlog.get_logger("detection")

ROUND_S = 60.0
MOST_THINGS = 20_000
"""Objects one rule is judged for; beyond, the rest is left to a narrower scope."""
MANY = 4
"""From so many silent objects on, and half of all, it is the measuring that stopped."""
STALE_PULSE = timedelta(minutes=2)
_EVERY = {Kind.BASELINE: 900.0, Kind.TREND: 3_600.0}
_FIGURES = {
    "collector.late_s": ("due_late_s", 1.0),
    "collector.store_ms": ("store_ms", 1.0),
    "collector.queued": ("queued", 1.0),
    "collector.unwritten": ("polls_unwritten", 1.0),
    "collector.disk_free": ("disk_free", 1.0),
    "collector.loop_lag_ms": ("loop_lag_s", 1000.0),
}
"""Where a collector's pulse tells of each measure, and the factor to its unit."""

Firing = tuple[AlarmObject, Severity, str]
Key = tuple[str, Condition]


@dataclass(slots=True)
class _Watch:
    """One rule, and what it holds."""

    due: float = 0.0
    firing: dict[str, Firing] = field(default_factory=dict)
    recent: dict[str, deque[float]] = field(default_factory=dict)
    held: dict[str, Held] = field(default_factory=dict)

    def take(self, found: Mapping[str, Firing | None]) -> None:
        """What the rule says now; of the others it is as before."""
        for key, firing in found.items():
            if firing is None:
                self.firing.pop(key, None)
            else:
                self.firing[key] = firing


class Detector:
    """Keeps judging, until cancelled."""

    def __init__(
        self,
        detection: DetectionService,
        census: Census,
        samples: Samples,
        alarms: AlarmService,
        episodes: AlarmEpisodeService,
        *,
        bus: EventBus,
        clock: Clock,
        actor: Actor,
        is_mine: Callable[[], bool] = lambda: True,
    ) -> None:
        self._detection = detection
        self._census = census
        self._samples = samples
        self._alarms = alarms
        self._episodes = episodes
        self._bus = bus
        self._clock = clock
        self._actor = actor
        self._is_mine = is_mine
        self._is_first = True
        self._watches: dict[str, _Watch] = {}
        self._touched: set[str] = set()
        """Rules that were changed since the last round."""
        self._awake = asyncio.Event()
        self.judged = 0
        """Objects of the last round."""

    async def run(self) -> None:
        """For ever. What cannot be read now is judged in the next round."""
        stop = self._bus.listen(self._hear)
        try:
            while True:
                beat()
                if self._is_mine():
                    try:
                        await self.round()
                    except (SQLAlchemyError, Unreachable) as error:
                        _log.warning("rules not judged", reason=type(error).__name__)
                else:
                    self._watches.clear()  # another collector's knowledge is newer
                    self._is_first = True
                await self._pause()
        finally:
            stop()

    async def round(self) -> None:
        """Judge every rule that is due, and say what is new."""
        book = await self._detection.book(self._actor)
        touched, self._touched = self._touched, set()
        if self._is_first:
            # What was changed while nobody judged.
            touched |= {rule.id for rule in book.every if rule.origin is not Origin.PACK}
        now = asyncio.get_running_loop().time()
        rules = [rule for rule in book.rules if is_ours(rule)]
        for gone in self._watches.keys() - {rule.id for rule in rules}:
            del self._watches[gone]
        conditions = {rule.condition for rule in rules}
        known = await self._standing(conditions)
        self.judged = 0
        told: list[tuple[Rule, dict[str, Firing | None]]] = []
        for rule in rules:
            watch = self._watches.setdefault(rule.id, _Watch())
            if now < watch.due and rule.id not in touched:
                continue
            watch.due = now + _EVERY.get(rule.kind, ROUND_S) - 1.0
            found = await self._judge(rule, book, watch, known)
            watch.take(found)
            told.append((rule, found))
            beat()
        reports: list[AlarmReport] = []
        for rule, found in told:
            reports += news(rule, found, known, self._fired(rule.condition, rules))
        await self._alarms.apply(self._actor, reports=tuple(reports))
        await self._clear_orphans(book, touched)
        self._is_first = False

    def _fired(self, condition: Condition, rules: Sequence[Rule]) -> set[str]:
        """Objects of which a rule of this condition says that something is wrong."""
        same = (self._watches[rule.id] for rule in rules if rule.condition == condition)
        return {key for watch in same for key in watch.firing}

    async def _pause(self) -> None:
        self._awake.clear()
        if self._touched:
            self._awake.set()
        try:
            async with asyncio.timeout(ROUND_S):
                await self._awake.wait()
        except TimeoutError:
            pass

    def _hear(self, events: Sequence[Event]) -> None:
        for event in events:
            if isinstance(event, RulesChanged) and event.family == Family.METRIC.value:
                self._touched.add(event.rule_id)
                self._awake.set()

    async def _standing(self, conditions: set[Condition]) -> dict[Key, Alarm]:
        found = await self._episodes.standing(self._actor, conditions=conditions)
        return {(alarm.about.key, alarm.condition): alarm for alarm in found}

    # Judging

    async def _judge(
        self, rule: Rule, book: RuleBook, watch: _Watch, known: Mapping[Key, Alarm]
    ) -> dict[str, Firing | None]:
        """What the rule says of each object that could be judged; None: nothing is wrong."""
        if MEASURES[rule.measure].subject is Subject.COLLECTOR:
            return await self._judge_collectors(rule, watch, known)
        if rule.is_mute:
            return {}
        told: dict[str, Firing | None] = {}
        silent: dict[str, Firing | None] = {}
        count = 0
        async for things in self._census.of(self._actor, rule, rivals_of(rule, book.rules)):
            some = things[: MOST_THINGS - count]
            count += len(some)
            self.judged += len(some)
            if rule.kind is Kind.ABSENCE:
                silent.update(await self._absent(rule, some))
            else:
                told.update(await self._past(rule, some, known))
            beat()
        missing = sum(one is not None for one in silent.values())
        if missing >= MANY and 2 * missing > len(silent):
            _log.warning("nearly everything is silent", rule=rule.id, objects=missing)
            return {}
        return told | silent

    async def _absent(self, rule: Rule, things: Sequence[Thing]) -> dict[str, Firing | None]:
        """Who has not been measured for too long, though it is not known to be down."""
        latest = await self._samples.latest(kind_of(rule.measure), [one.id for one in things])
        heard = dict(zip(latest.ids.tolist(), latest.at_ms.tolist(), strict=True))
        edge = (self._clock.now() - rule.within).timestamp() * 1000
        found: dict[str, Firing | None] = {}
        for thing in things:
            is_down = thing.device is not None and thing.device.reachability is Reachability.DOWN
            if thing.id not in heard or is_down:
                continue
            late = heard[thing.id] < edge
            text = rule.text or f"no measurement for {span_text(rule.within)}"
            found[thing.about.key] = (thing.about, rule.severity, text) if late else None
        return found

    async def _past(
        self, rule: Rule, things: Sequence[Thing], known: Mapping[Key, Alarm]
    ) -> dict[str, Firing | None]:
        if not things:
            return {}
        end = self._clock.now()
        told = await curves(
            self._samples,
            rule.measure,
            things,
            end - window_of(rule),
            end,
            resolution=_RESOLUTIONS.get(rule.kind, Resolution.RAW),
            roughly=rule.kind is Kind.TREND,
        )
        stands = {key for key, condition in known if condition == rule.condition}
        return await asyncio.to_thread(judged, rule, things, told, stands, end)

    async def _judge_collectors(
        self, rule: Rule, watch: _Watch, known: Mapping[Key, Alarm]
    ) -> dict[str, Firing | None]:
        word, factor = _FIGURES[rule.measure]
        limit = limit_of(rule)
        now = self._clock.now()
        found: dict[str, Firing | None] = {}
        for pulse in await self._samples.pulses():
            value = _number(pulse.health, word)
            is_old = now - pulse.at > STALE_PULSE
            if value is None or is_old or not fits(rule.scope.collectors, pulse.name):
                continue
            about = about_collector(pulse.name)
            recent = watch.recent.setdefault(pulse.name, deque(maxlen=8))
            recent.append(value * factor)
            before = known.get((about.key, rule.condition))
            current = before.severity if before is not None else Severity.CLEARED
            severity = judge(limit, current, tuple(recent))
            severity = _settled(watch, limit, about.key, current, severity, at=now.timestamp())
            text = MEASURES[rule.measure].words.format(value=value * factor)
            found[about.key] = None if severity is Severity.CLEARED else (about, severity, text)
        return found

    # What no rule asks for any more

    async def _clear_orphans(self, book: RuleBook, touched: set[str]) -> None:
        """Clear alarms of changed rules on objects for which none of them decides now."""
        conditions: set[Condition] = set()
        for rule_id in touched:
            for step in await self._detection.history(self._actor, rule_id=rule_id):
                if step.toml and (condition := _condition_of(step.toml)) is not None:
                    conditions.add(condition)
            if (rule := book.rule(rule_id)) is not None:
                conditions.add(rule.condition)
        conditions -= SPOKEN_BY_OTHERS
        if not conditions:
            return
        found = await self._episodes.standing(self._actor, conditions=conditions)
        if not found:
            return
        among = {alarm.about.device_id for alarm in found}
        covered: set[Key] = set()
        for rule in book.rules:
            if rule.condition in conditions and not rule.is_mute:
                if MEASURES[rule.measure].subject is Subject.COLLECTOR:
                    covered |= {(a.about.key, a.condition) for a in found}
                    continue
                async for things in self._census.of(
                    self._actor, rule, rivals_of(rule, book.rules), among=among
                ):
                    covered |= {(thing.about.key, rule.condition) for thing in things}
        reports = [
            AlarmReport(alarm.about, alarm.condition, Severity.CLEARED, "no rule asks any more")
            for alarm in found
            if (alarm.about.key, alarm.condition) not in covered
        ]
        await self._alarms.apply(self._actor, reports=tuple(reports))


_RESOLUTIONS = {Kind.BASELINE: Resolution.FIVE_MINUTES, Kind.TREND: Resolution.HOUR}


def window_of(rule: Rule) -> timedelta:
    """How far back the worker looks."""
    if rule.kind is Kind.CHANGE:
        # Sums of subscribers are told by the hour: two more of them.
        return 2 * rule.within + timedelta(hours=2)
    if rule.kind is Kind.BASELINE:
        return rule.within + timedelta(minutes=15) * (rule.of + 2)
    if rule.kind is Kind.TREND:
        return rule.within + timedelta(days=2)
    return timedelta(minutes=30) + timedelta(seconds=rule.on_delay_s + rule.off_delay_s)


def judged(
    rule: Rule, things: Sequence[Thing], told: Mapping[int, Curve], stands: set[str], now: datetime
) -> dict[str, Firing | None]:
    """What a rule says of objects whose curves are known; those that are silent are left out."""
    found: dict[str, Firing | None] = {}
    fresh_ms = (now.timestamp() - _patience_s(rule)) * 1000
    for at, thing in enumerate(things):
        times, values = told[at]
        derived = derive(rule, times, values, target=target_of(rule, thing))
        known = np.isfinite(derived.judged)
        if not known.any() or derived.times[known][-1] < fresh_ms:
            continue
        limit = limit_for(rule, thing.levels(rule) if rule.kind is Kind.THRESHOLD else None)
        one = standing(limit, derived)
        last = int(np.flatnonzero(known)[-1])
        if one is not None:
            text = text_of(rule, thing, derived, last)
            found[thing.about.key] = (thing.about, one.severity, text)
            continue
        held = thing.about.key in stands and _between(limit.levels, derived.judged[last], limit)
        if not held:
            found[thing.about.key] = None
    return found


def _patience_s(rule: Rule) -> float:
    if rule.kind is Kind.TREND:
        return 2 * 86_400
    if rule.measure == "device.lit_subscribers":
        return 2.5 * 3_600
    return 2_700 if rule.kind is Kind.BASELINE else 900


def _between(levels: Sequence[Level], value: float, limit: Limit) -> bool:
    """Not bad enough to raise, not good enough to clear."""
    edges = [level.clear_at for level in levels]
    if not edges:
        return False
    return value < max(edges) if limit.below else value > min(edges)


def news(
    rule: Rule,
    found: Mapping[str, Firing | None],
    known: Mapping[Key, Alarm],
    fired: Collection[str],
) -> list[AlarmReport]:
    """What is to be said: worse than what stands, or gone.

    An alarm is gone when no rule of its condition fires any more; `fired` are the objects of
    which one does.
    """
    reports = []
    for key, firing in found.items():
        alarm = known.get((key, rule.condition))
        stands = alarm.severity if alarm is not None else Severity.CLEARED
        if firing is None:
            if alarm is not None and key not in fired:
                text = "as usual again" if rule.kind is Kind.BASELINE else "within limits again"
                reports.append(AlarmReport(alarm.about, rule.condition, Severity.CLEARED, text))
        elif firing[1] > stands:
            reports.append(AlarmReport(firing[0], rule.condition, firing[1], firing[2]))
    return reports


def _settled(
    watch: _Watch, limit: Limit, key: str, current: Severity, wanted: Severity, *, at: float
) -> Severity:
    if not limit.is_slow:
        return wanted
    severity, held = settle(limit, current, wanted, watch.held.get(key), at=at)
    if held is None:
        watch.held.pop(key, None)
    else:
        watch.held[key] = held
    return severity


def _number(health: Mapping[str, Any], word: str) -> float | None:
    value = health.get(word)
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number else None  # type: ignore[arg-type]


def _condition_of(toml: str) -> Condition | None:
    try:
        return read_rule(toml).condition
    except Invalid:
        return None
