"""What runs by itself: every probe at its own place in its interval, and what came of it."""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

import structlog

from noc_console.db.samples import PROBE, Poll, Row, Samples
from noc_console.kernel.actor import Actor
from noc_console.kernel.clock import Clock, steady_s
from noc_console.kernel.errors import NocError, Refused
from noc_console.kernel.events import Event, EventBus
from noc_console.kernel.heartbeat import beat
from noc_console.kernel.trace import span
from noc_console.services.alarms.model import (
    AlarmObject,
    AlarmReport,
    Condition,
    Severity,
)
from noc_console.services.alarms.service import AlarmService
from noc_console.services.detection.book import RuleBook
from noc_console.services.detection.model import RulesChanged
from noc_console.services.detection.pack import our_book
from noc_console.services.inventory.model import Device, DeviceChanged
from noc_console.services.probes.about import about, probe_of
from noc_console.services.probes.gravity import gravity_of
from noc_console.services.probes.model import (
    OF_SAMPLES,
    PingRuleChanged,
    Probe,
    ProbeChanged,
    ProbeFacts,
    ProbeState,
    Round,
)
from noc_console.services.probes.ports import Prober
from noc_console.services.probes.rules import judge, share
from noc_console.services.probes.rules.measure import row
from noc_console.services.probes.service import ProbeService, aim_at
from noc_console.services.probes.settings import PingSettings
from noc_console.services.telemetry.ports import AllMine, Shares

_log = structlog.get_logger("probes")

CONCURRENCY = 64
"""Rounds of kinds other than ping at the same time; pings share one socket and need no turn."""
FLUSH_S = 1.0
RECONCILE_S = 30.0
"""The plan and the alarms that stand are read again after this time, whatever events say."""
LONGEST_SLEEP_S = 1.0
MOST_WAITING = 50_000
"""Rounds that may wait for a store that does not answer."""

InZone = Callable[[str, int], bool]
"""Whether the collector holds the share of that zone (by name) that a number falls into."""


@dataclass(slots=True)
class _Known:
    """A probe in the plan, with what is remembered of it."""

    probe: Probe
    device: Device | None
    memory: judge.Memory = field(default_factory=judge.Memory)
    is_running: bool = False
    said: tuple[object, ...] | None = None
    """The words that were kept last."""


class ProbeRunner:
    """Runs what is ours, keeps what it told, and raises what it means."""

    def __init__(
        self,
        service: ProbeService,
        alarms: AlarmService,
        samples: Samples,
        prober: Prober,
        *,
        bus: EventBus,
        clock: Clock,
        actor: Actor,
        name: Callable[[], str],
        shares: Shares | None = None,
        rules: Callable[[Actor], Awaitable[RuleBook]] | None = None,
        in_zone: InZone = lambda zone, number: False,
        steady: Callable[[], float] = steady_s,
    ) -> None:
        self._service, self._alarms, self._samples = service, alarms, samples
        self._prober = prober
        self._bus, self._clock, self._actor = bus, clock, actor
        self._name = name
        self._shares = shares or AllMine()
        self._in_zone = in_zone
        self._rules = rules
        self._book = our_book()
        self._steady = steady
        self._known: dict[int, _Known] = {}
        self._turns: list[tuple[float, int]] = []
        self._planned: dict[int, float] = {}
        self._standing: dict[int, dict[Condition, tuple[Severity, AlarmObject]]] = {}
        self._polls: list[Poll] = []
        self._reports: list[AlarmReport] = []
        self._kept: dict[int, ProbeFacts] = {}
        """Words the store had when we began, until the probe's first round."""
        self._words: dict[int, ProbeFacts] = {}
        """Words to be kept."""
        self._slots = asyncio.Semaphore(CONCURRENCY)
        self._plan_is_old = asyncio.Event()
        self._refused = ""
        self.rounds = self.overrun = self.dropped = 0
        """Counted since the start: rounds run, turns skipped because the round before still ran,
        and rounds that waited too long for the store."""

    async def run(self) -> None:
        """Forever, until cancelled."""
        stop = self._bus.listen(self._hear)
        try:
            self._kept = dict(await self._service.words(self._actor))
            await self.replan()
            await self.reconcile()
            async with asyncio.TaskGroup() as group:
                group.create_task(self._keep_planning())
                group.create_task(self._keep_flushing())
                while True:
                    beat("turns")
                    now = self._steady()
                    for probe_id in self._due(now):
                        self._start(group, probe_id)
                    await asyncio.sleep(self._pause(self._steady()))
        finally:
            stop()

    def health(self) -> Mapping[str, int]:
        """For the collector's pulse."""
        return {
            "probes": sum(1 for known in self._known.values() if self._is_mine(known.probe)),
            "probe_rounds": self.rounds,
            "probe_overruns": self.overrun,
        }

    # The plan

    async def replan(self) -> None:
        """Read which probes there are; those that stay keep their memory and their turn."""
        self._plan_is_old.clear()
        if self._rules is not None:
            self._book = await self._rules(self._actor)
        plan = await self._service.plan(self._actor)
        now = self._steady()
        before, self._known = self._known, {}
        for probe, device in plan:
            old = before.get(probe.id)
            if old is None:
                self._known[probe.id] = _Known(probe, device)
            else:
                if old.probe.thresholds != probe.thresholds:
                    old.memory = judge.Memory()
                old.probe, old.device = probe, device
                self._known[probe.id] = old
            if old is None or probe.id not in self._planned:
                self._put(probe.id, now, is_new=old is None)
        self._planned = {n: at for n, at in self._planned.items() if n in self._known}

    async def reconcile(self) -> None:
        """Read which alarms stand; settle those of probes that are gone or paused."""
        await self.replan()
        standing: dict[int, dict[Condition, tuple[Severity, AlarmObject]]] = {}
        for alarm in await self._alarms.active(self._actor):
            probe_id = probe_of(alarm.about)
            if probe_id is None or not alarm.is_active:
                continue
            if probe_id not in self._known:
                text = "the probe was removed or paused"
                self._reports.append(
                    AlarmReport(alarm.about, alarm.condition, Severity.CLEARED, text)
                )
                continue
            standing.setdefault(probe_id, {})[alarm.condition] = alarm.severity, alarm.about
        self._standing = standing
        for report in self._reports:  # newer than what was read
            self._count_in(report)

    def _hear(self, events: Sequence[Event]) -> None:
        for event in events:
            if isinstance(event, PingRuleChanged | DeviceChanged | RulesChanged) or (
                isinstance(event, ProbeChanged) and event.what != "told"
            ):
                self._plan_is_old.set()
                return

    async def _keep_planning(self) -> None:
        while True:
            beat("plan")
            try:
                async with asyncio.timeout(RECONCILE_S):
                    await self._plan_is_old.wait()
            except TimeoutError:
                pass
            await self.reconcile()

    # Turns

    def _put(self, probe_id: int, now: float, *, is_new: bool = False) -> None:
        probe = self._known[probe_id].probe
        at = share.turn(probe, now=now)
        if is_new:
            at = min(at, now + share.first_wait(probe))
        elif at - now < share.spread_s(probe):
            at += probe.interval_s  # a first round, which began early, is still under way then
        self._planned[probe_id] = at
        heapq.heappush(self._turns, (at, probe_id))

    def _due(self, now: float) -> list[int]:
        due = []
        while self._turns and self._turns[0][0] <= now:
            at, probe_id = heapq.heappop(self._turns)
            if self._planned.get(probe_id) != at:
                continue  # an older turn: the probe was changed or removed
            due.append(probe_id)
            self._put(probe_id, now)
        return due

    def _pause(self, now: float) -> float:
        if not self._turns:
            return LONGEST_SLEEP_S
        return min(LONGEST_SLEEP_S, max(0.005, self._turns[0][0] - now))

    def _is_mine(self, probe: Probe) -> bool:
        return share.is_mine(
            probe, collector=self._name(), leased=self._shares.mine, in_zone=self._in_zone
        )

    # Running

    def _start(self, group: asyncio.TaskGroup, probe_id: int) -> None:
        known = self._known[probe_id]
        if not self._is_mine(known.probe):
            known.memory = judge.Memory()
            return
        if known.is_running:
            self.overrun += 1
            return
        known.is_running = True
        group.create_task(self._round(known))

    async def _round(self, known: _Known) -> None:
        """One round: a probe that goes wrong concerns nobody but itself."""
        try:
            if isinstance(known.probe.settings, PingSettings):
                told = await self._ask(known)
            else:
                async with self._slots:
                    told = await self._ask(known)
            if told is not None and self._known.get(known.probe.id) is known:
                self.rounds += 1
                self._take(known, told)
        finally:
            known.is_running = False

    async def _ask(self, known: _Known) -> Round | None:
        probe = known.probe
        try:
            secrets = None
            if probe.has_secret:
                secrets = await self._service.secrets_of(self._actor, probe)
            aim = aim_at(probe, known.device, secrets=secrets)
            async with asyncio.timeout(share.longest_s(aim)):
                with span("probe", probe=int(probe.id)):
                    return await self._prober.run(aim)
        except TimeoutError:
            return Round(ProbeState.SILENT, 1, error="no answer in time", reason="timeout")
        except Refused as error:
            self._complain(str(error))
            return Round(ProbeState.UNKNOWN, 0, error=str(error), reason="refused here")
        except NocError as error:
            _log.warning("probe not run", probe=probe.id, reason=str(error))
            return None

    def _complain(self, text: str) -> None:
        """What this machine may not do is the same for every probe: said once."""
        if text != self._refused:
            self._refused = text
            _log.warning("probes cannot be run here", reason=text)

    # What came of it

    def _take(self, known: _Known, told: Round) -> None:
        now = self._clock.now()
        probe = known.probe
        if told.state != ProbeState.UNKNOWN:
            at_ms = round(now.timestamp() * 1000)
            values = Row(PROBE, probe.id, row(told))
            self._polls.append(Poll(OF_SAMPLES + probe.id, at_ms, (values,)))
            standing = {
                condition: severity
                for condition, (severity, _) in self._standing.get(probe.id, {}).items()
            }
            known.memory, verdicts = judge.judge(
                known.memory,
                told,
                probe.thresholds,
                standing=standing,
                now=now,
                gravity=gravity_of(self._book, probe, known.device),
            )
            for verdict in verdicts:
                self._report(known, verdict)
        said = (told.state, told.error, told.reason, told.facts, told.expires_at)
        if known.said is None:
            known.said = _said(self._kept.pop(probe.id, None))
        if said != known.said:
            known.said = said
            self._words[probe.id] = ProbeFacts(
                probe.id,
                now,
                told.state,
                told.error,
                told.reason,
                told.facts,
                told.expires_at,
                self._name(),
            )

    def _report(self, known: _Known, verdict: judge.Verdict) -> None:
        subject = about(known.probe, known.device)
        old = self._standing.get(known.probe.id, {}).get(verdict.condition)
        if verdict.severity == Severity.CLEARED:
            subject = old[1] if old is not None else subject
        elif old is not None and verdict.severity < old[0]:
            return  # an alarm only grows worse until it clears
        report = AlarmReport(subject, verdict.condition, verdict.severity, verdict.text)
        self._reports.append(report)
        self._count_in(report)

    def _count_in(self, report: AlarmReport) -> None:
        probe_id = probe_of(report.about)
        if probe_id is None:
            return
        standing = self._standing.setdefault(probe_id, {})
        if report.severity == Severity.CLEARED:
            standing.pop(report.condition, None)
        else:
            stands, _ = standing.get(report.condition, (Severity.CLEARED, report.about))
            standing[report.condition] = max(report.severity, stands), report.about

    async def _keep_flushing(self) -> None:
        try:
            while True:
                beat("flush")
                await asyncio.sleep(FLUSH_S)
                try:
                    await self.flush()
                except NocError as error:
                    _log.warning("probes wait for the store", reason=str(error))
        finally:
            # What the last second told is kept as well, if the store is still there.
            try:
                await self.flush()
            except (NocError, asyncio.CancelledError) as error:
                _log.warning("probes not kept", reason=str(error) or "cancelled")

    async def flush(self) -> None:
        """Write what waits; what could not be written waits on, within bounds."""
        polls, self._polls = self._polls, []
        reports, self._reports = self._reports, []
        fresh = dict(self._words)
        try:
            if polls:
                await self._samples.append(polls)
                polls = []
            await self._alarms.apply(self._actor, reports=tuple(reports))
            reports = []
            await self._service.tell(self._actor, words=tuple(fresh.values()))
            for number, said in fresh.items():
                if self._words.get(number) is said:
                    del self._words[number]
        except BaseException:
            kept = polls + self._polls
            self.dropped += max(0, len(kept) - MOST_WAITING)
            self._polls = kept[-MOST_WAITING:]
            self._reports = reports + self._reports
            raise


def _said(words: ProbeFacts | None) -> tuple[object, ...]:
    """The words to compare by; none yet are those of a target that is well and says nothing:
    ten thousand pings that go well write nothing but measurements.
    """
    if words is None:
        return (ProbeState.WELL, "", "", (), None)
    return (words.state, words.error, words.reason, words.facts, words.expires_at)
